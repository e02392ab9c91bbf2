// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors

//! Frame keys from MLS (RFC 9420): every change is a commit, every commit makes
//! an epoch, and the epoch's exporter makes a frame key for each member.

use anyhow::{Context, Result, bail, ensure};
use openmls::prelude::tls_codec::{DeserializeBytes, Serialize};
use openmls::prelude::*;
use openmls_basic_credential::SignatureKeyPair;
use openmls_rust_crypto::OpenMlsRustCrypto;
use zeroize::Zeroizing;

use crate::agreement::{Change, Directory, Envelope, Event, FrameKey, KEY_SIZE, KeyAgreement};

const CIPHERSUITE: Ciphersuite = Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;

/// Says what an exported secret is for. Its context is the sender's identity:
/// so no two senders share a key, and with it IVs, and a frame that a server
/// puts under another sender's name does not open.
const EXPORTER_LABEL: &str = "lke2ee frame key";

pub struct Mls {
    name: String,
    provider: OpenMlsRustCrypto,
    signer: SignatureKeyPair,
    group: Option<MlsGroup>,
    /// The epoch whose keys were taken last.
    taken: u64,
}

impl Mls {
    pub fn new(name: &str) -> Result<Self> {
        let provider = OpenMlsRustCrypto::default();
        let signer = SignatureKeyPair::new(CIPHERSUITE.signature_algorithm())?;
        signer.store(provider.storage())?;
        Ok(Self {
            name: name.to_string(),
            provider,
            signer,
            group: None,
            taken: 0,
        })
    }

    fn credential(&self) -> CredentialWithKey {
        CredentialWithKey {
            credential: BasicCredential::new(self.name.clone().into()).into(),
            signature_key: self.signer.to_public_vec().into(),
        }
    }

    /// Whoever makes the first change founds the group.
    fn found(&mut self) -> Result<()> {
        // Joiners get the tree of public keys within their welcome.
        let config = MlsGroupCreateConfig::builder()
            .ciphersuite(CIPHERSUITE)
            .use_ratchet_tree_extension(true)
            .build();
        self.group = Some(MlsGroup::new(
            &self.provider,
            &self.signer,
            &config,
            self.credential(),
        )?);
        Ok(())
    }

    fn join(&mut self, welcome: Welcome) -> Result<()> {
        ensure!(self.group.is_none(), "a member already");
        let config = MlsGroupJoinConfig::default();
        let staged = StagedWelcome::new_from_welcome(&self.provider, &config, welcome, None)?;
        self.group = Some(staged.into_group(&self.provider)?);
        Ok(())
    }

    fn claim_key_package(&self, name: &str, directory: &mut Directory) -> Result<KeyPackage> {
        let bytes = directory.claim(name)?;
        Ok(KeyPackageIn::tls_deserialize_exact_bytes(&bytes)?
            .validate(self.provider.crypto(), ProtocolVersion::Mls10)?)
    }

    /// A commit, and a welcome if someone joins. It has fresh keys of its
    /// maker's even where nobody comes or goes.
    fn commit(
        &mut self,
        joiners: Vec<KeyPackage>,
        leaver: Option<LeafNodeIndex>,
    ) -> Result<(MlsMessageOut, Option<MlsMessageOut>)> {
        let group = self.group.as_mut().context("there is no group")?;
        let bundle = group
            .commit_builder()
            .propose_adds(joiners)
            .propose_removals(leaver)
            .force_self_update(true)
            .load_psks(self.provider.storage())?
            .build(
                self.provider.rand(),
                self.provider.crypto(),
                &self.signer,
                |_| true,
            )?
            .stage_commit(&self.provider)?;
        let (commit, welcome, _) = bundle.into_messages();
        // Our server takes every commit. Where two may commit at once, merge
        // when the server has put this one first.
        group.merge_pending_commit(&self.provider)?;
        Ok((commit, welcome))
    }
}

fn identity(member: &Member) -> String {
    String::from_utf8_lossy(member.credential.serialized_content()).into()
}

/// A basic credential only claims a name: the directory has to know the name
/// with that key. MLS lets no signature key in twice, so no name either.
fn check_identities(group: &MlsGroup, directory: &Directory) -> Result<()> {
    for member in group.members() {
        let name = identity(&member);
        ensure!(
            directory.identity(&name)? == member.signature_key,
            "someone else calls himself {name}"
        );
    }
    Ok(())
}

impl KeyAgreement for Mls {
    fn identity_key(&self) -> Vec<u8> {
        self.signer.to_public_vec()
    }

    fn single_use_keys(&mut self, count: usize) -> Result<Vec<Vec<u8>>> {
        let package = |_| {
            let bundle = KeyPackage::builder().build(
                CIPHERSUITE,
                &self.provider,
                &self.signer,
                self.credential(),
            )?;
            Ok(bundle.key_package().tls_serialize_detached()?)
        };
        (0..count).map(package).collect()
    }

    /// One member commits; the others follow when they receive it.
    fn change(&mut self, event: &Event, directory: &mut Directory) -> Result<Vec<Envelope>> {
        if event.by != self.name {
            return Ok(Vec::new());
        }
        if self.group.is_none() {
            self.found()?;
        }
        let (joiners, leaver) = match event.change {
            Change::Add(names) => (names, None),
            Change::Remove(name) => (&[][..], Some(name)),
            Change::Rotate => (&[][..], None),
        };
        let packages = joiners
            .iter()
            .map(|name| self.claim_key_package(name, directory))
            .collect::<Result<_>>()?;
        let leaf = self
            .group
            .iter()
            .flat_map(|group| group.members())
            .find(|member| Some(identity(member).as_str()) == leaver)
            .map(|member| member.index);
        ensure!(leaf.is_some() == leaver.is_some(), "no such member");
        let (commit, welcome) = self.commit(packages, leaf)?;

        let mut envelopes = vec![Envelope {
            to: None,
            message: commit.to_bytes()?,
        }];
        for name in joiners {
            let welcome = welcome.as_ref().context("nobody is welcome")?;
            envelopes.push(Envelope {
                to: Some(name.to_string()),
                message: welcome.to_bytes()?,
            });
        }
        Ok(envelopes)
    }

    /// Messages are signed and encrypted: `from` is not relied on.
    fn receive(&mut self, _from: &str, message: &[u8], _directory: &Directory) -> Result<()> {
        let message = MlsMessageIn::tls_deserialize_exact_bytes(message)?;
        match message.extract() {
            MlsMessageBodyIn::Welcome(welcome) => self.join(welcome),
            MlsMessageBodyIn::PrivateMessage(message) => {
                let group = self.group.as_mut().context("not a member")?;
                let processed = group.process_message(&self.provider, message)?;
                match processed.into_content() {
                    ProcessedMessageContent::StagedCommitMessage(commit) => {
                        Ok(group.merge_staged_commit(&self.provider, *commit)?)
                    }
                    _ => bail!("not a commit"),
                }
            }
            _ => bail!("neither a welcome nor encrypted"),
        }
    }

    fn take_keys(&mut self, directory: &Directory) -> Result<Vec<FrameKey>> {
        let Some(group) = &self.group else {
            return Ok(Vec::new());
        };
        let epoch = group.epoch().as_u64();
        if !group.is_active() || epoch == self.taken {
            return Ok(Vec::new());
        }
        check_identities(group, directory)?;
        self.taken = epoch;
        let key_of = |member: Member| {
            let sender = identity(&member);
            let secret = group.export_secret(
                self.provider.crypto(),
                EXPORTER_LABEL,
                sender.as_bytes(),
                KEY_SIZE,
            )?;
            Ok(FrameKey {
                sender,
                generation: epoch,
                secret: Zeroizing::new(secret),
            })
        };
        group.members().map(key_of).collect()
    }

    fn label(&self) -> String {
        format!("epoch {}", self.taken)
    }
}
