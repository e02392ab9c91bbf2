// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors

//! Frame keys over Megolm: each sender has a session and sends its frame keys
//! as messages of it. Who is to read them is given the session's key, over Olm.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};
use vodozemac::Curve25519PublicKey;
use vodozemac::megolm::{GroupSession, InboundGroupSession, MegolmMessage, SessionKey};
use vodozemac::olm::{Account, OlmMessage, PreKeyMessage, Session};
use vodozemac::{megolm, olm};
use zeroize::Zeroizing;

use crate::agreement::{Change, Directory, Envelope, Event, FrameKey, KEY_SIZE, KeyAgreement};

#[derive(Serialize, Deserialize)]
enum Message {
    /// To one: the key of the sender's session, or nothing as a greeting.
    Olm(OlmMessage),
    /// To everyone: a frame key, its generation before it.
    Megolm(MegolmMessage),
}

pub struct Megolm {
    name: String,
    account: Account,
    /// Olm sessions with the others.
    pairs: BTreeMap<String, Session>,
    session: GroupSession,
    n_sessions: u32,
    generation: u64,
    /// The others' Megolm sessions.
    inbound: BTreeMap<String, InboundGroupSession>,
    keys: Vec<FrameKey>,
}

impl Megolm {
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_string(),
            account: Account::new(),
            pairs: BTreeMap::new(),
            session: new_session(),
            n_sessions: 0,
            generation: 0,
            inbound: BTreeMap::new(),
            keys: Vec::new(),
        }
    }

    fn seal(&mut self, to: &str, plaintext: &[u8]) -> Result<Envelope> {
        let pair = self.pairs.get_mut(to).context("not met yet")?;
        let message = Message::Olm(pair.encrypt(plaintext)?);
        Ok(Envelope {
            to: Some(to.to_string()),
            message: serde_json::to_vec(&message)?,
        })
    }

    /// Who is to be given the key of this member's session. A joiner gets that
    /// of the running one: it only ratchets forward, so what came before stays
    /// closed. Everything else begins a session, with which whoever left has
    /// nothing to do.
    fn readers(&mut self, event: &Event) -> Vec<String> {
        match event.change {
            Change::Add(joiners)
                if self.n_sessions > 0 && !joiners.contains(&self.name.as_str()) =>
            {
                joiners.iter().map(|name| name.to_string()).collect()
            }
            _ => {
                self.session = new_session();
                self.n_sessions += 1;
                let others = event.members.iter();
                others.filter(|name| **name != self.name).cloned().collect()
            }
        }
    }

    /// A fresh frame key, as the session's next message.
    fn send_key(&mut self) -> Result<Envelope> {
        let mut secret = Zeroizing::new(vec![0; KEY_SIZE]);
        getrandom::fill(&mut secret)?;
        self.generation += 1;
        let mut plaintext = Zeroizing::new(self.generation.to_be_bytes().to_vec());
        plaintext.extend_from_slice(&secret);
        let message = Message::Megolm(self.session.encrypt(&*plaintext));
        self.keys.push(FrameKey {
            sender: self.name.clone(),
            generation: self.generation,
            secret,
        });
        Ok(Envelope {
            to: None,
            message: serde_json::to_vec(&message)?,
        })
    }

    fn greeted(
        &mut self,
        from: &str,
        message: &PreKeyMessage,
        directory: &Directory,
    ) -> Result<Vec<u8>> {
        let identity = Curve25519PublicKey::from_slice(directory.identity(from)?)?;
        let created = self.account.create_inbound_session(
            olm::SessionConfig::version_1(),
            identity,
            message,
        )?;
        self.pairs.insert(from.to_string(), created.session);
        Ok(created.plaintext)
    }

    fn receive_session(
        &mut self,
        from: &str,
        message: &OlmMessage,
        directory: &Directory,
    ) -> Result<()> {
        let plaintext = Zeroizing::new(match self.pairs.get_mut(from) {
            Some(pair) => pair.decrypt(message)?,
            None => match message {
                OlmMessage::PreKey(greeting) => self.greeted(from, greeting, directory)?,
                OlmMessage::Normal(_) => bail!("{from} did not greet"),
            },
        });
        if !plaintext.is_empty() {
            let session = InboundGroupSession::new(
                &SessionKey::from_bytes(&plaintext)?,
                megolm::SessionConfig::version_1(),
            );
            self.inbound.insert(from.to_string(), session);
        }
        Ok(())
    }

    fn receive_key(&mut self, from: &str, message: &MegolmMessage) -> Result<()> {
        let session = self.inbound.get_mut(from).context("not a member")?;
        let decrypted = session.decrypt(message)?;
        // Forget what opened it: neither a replay nor a thief opens it again.
        session.advance_to(decrypted.message_index + 1);
        let plaintext = Zeroizing::new(decrypted.plaintext);
        let (generation, secret) = plaintext.split_first_chunk().context("no generation")?;
        ensure!(secret.len() == KEY_SIZE, "a key of {} bytes", secret.len());
        self.keys.push(FrameKey {
            sender: from.to_string(),
            generation: u64::from_be_bytes(*generation),
            secret: Zeroizing::new(secret.to_vec()),
        });
        Ok(())
    }
}

fn new_session() -> GroupSession {
    GroupSession::new(megolm::SessionConfig::version_1())
}

impl KeyAgreement for Megolm {
    fn identity_key(&self) -> Vec<u8> {
        self.account.curve25519_key().to_vec()
    }

    fn single_use_keys(&mut self, count: usize) -> Result<Vec<Vec<u8>>> {
        let generated = self.account.generate_one_time_keys(count);
        self.account.mark_keys_as_published();
        Ok(generated.created.iter().map(|key| key.to_vec()).collect())
    }

    /// Of two members the one whose name sorts first opens the Olm session;
    /// both send in it then.
    fn meet(&mut self, members: &[String], directory: &mut Directory) -> Result<Vec<Envelope>> {
        let mut envelopes = Vec::new();
        for peer in members {
            if *peer <= self.name || self.pairs.contains_key(peer) {
                continue;
            }
            let pair = self.account.create_outbound_session(
                olm::SessionConfig::version_1(),
                Curve25519PublicKey::from_slice(directory.identity(peer)?)?,
                Curve25519PublicKey::from_slice(&directory.claim(peer)?)?,
            )?;
            self.pairs.insert(peer.clone(), pair);
            envelopes.push(self.seal(peer, &[])?);
        }
        Ok(envelopes)
    }

    /// Every sender gives out keys of its own. Whoever left is not heard either.
    fn change(&mut self, event: &Event, _directory: &mut Directory) -> Result<Vec<Envelope>> {
        if let Change::Remove(name) = event.change {
            self.inbound.remove(name);
        }
        let readers = self.readers(event);
        let session_key = Zeroizing::new(self.session.session_key().to_bytes());
        let mut envelopes = readers
            .iter()
            .map(|reader| self.seal(reader, &session_key))
            .collect::<Result<Vec<_>>>()?;
        envelopes.push(self.send_key()?);
        Ok(envelopes)
    }

    fn receive(&mut self, from: &str, message: &[u8], directory: &Directory) -> Result<()> {
        match serde_json::from_slice(message)? {
            Message::Olm(message) => self.receive_session(from, &message, directory),
            Message::Megolm(message) => self.receive_key(from, &message),
        }
    }

    fn take_keys(&mut self, _directory: &Directory) -> Result<Vec<FrameKey>> {
        Ok(std::mem::take(&mut self.keys))
    }

    fn label(&self) -> String {
        let index = self.session.message_index().saturating_sub(1);
        format!("session {}, message {index}", self.n_sessions)
    }
}
