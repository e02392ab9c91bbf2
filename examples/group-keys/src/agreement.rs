// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors

//! What a group key protocol does for one member: it turns changes of the group
//! and messages of the others into frame keys. MLS and Megolm are two of them.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use zeroize::Zeroizing;

/// Bytes of a frame key. It goes through HKDF (`set-key`), so it is as long as
/// the hash, not as the cipher's key.
pub const KEY_SIZE: usize = 32;

/// The key that frames of `sender` are sealed with from some moment on.
pub struct FrameKey {
    pub sender: String,
    /// Counts the keys of a sender; modulo the ring's size it is the slot.
    pub generation: u64,
    pub secret: Zeroizing<Vec<u8>>,
}

/// A message of the protocol on its way: to one, or to everyone.
pub struct Envelope {
    pub to: Option<String>,
    pub message: Vec<u8>,
}

/// What happens to the group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    Add(&'static [&'static str]),
    Remove(&'static str),
    /// Nobody comes or goes; there are fresh keys all the same.
    Rotate,
}

/// A change, who makes it, and who is in the group after it.
pub struct Event<'a> {
    pub by: &'a str,
    pub change: Change,
    pub members: &'a [String],
}

pub trait KeyAgreement {
    /// The public key that others know this member by.
    fn identity_key(&self) -> Vec<u8>;

    /// Public keys for the directory, one for each who wants to reach a member
    /// that is away.
    fn single_use_keys(&mut self, count: usize) -> Result<Vec<Vec<u8>>>;

    /// Opens a channel to those of `members` that are still unknown.
    fn meet(&mut self, _members: &[String], _directory: &mut Directory) -> Result<Vec<Envelope>> {
        Ok(Vec::new())
    }

    /// Takes part in a change. Each member of the group is told of it.
    fn change(&mut self, event: &Event, directory: &mut Directory) -> Result<Vec<Envelope>>;

    fn receive(&mut self, from: &str, message: &[u8], directory: &Directory) -> Result<()>;

    /// The frame keys that became known since the last call.
    fn take_keys(&mut self, directory: &Directory) -> Result<Vec<FrameKey>>;

    /// What this member's newest key is called in the protocol's own terms.
    fn label(&self) -> String;
}

/// Public keys of everyone, as a server would keep them. Members trust it to
/// name the right identity keys: an application has them signed or compared.
#[derive(Default)]
pub struct Directory {
    identities: BTreeMap<String, Vec<u8>>,
    single_use: BTreeMap<String, Vec<Vec<u8>>>,
}

impl Directory {
    pub fn publish(&mut self, name: &str, identity: Vec<u8>, single_use: Vec<Vec<u8>>) {
        self.identities.insert(name.to_string(), identity);
        self.single_use.insert(name.to_string(), single_use);
    }

    pub fn identity(&self, name: &str) -> Result<&[u8]> {
        let key = self.identities.get(name);
        Ok(key.with_context(|| format!("nobody is called {name}"))?)
    }

    /// Takes a single-use key of `name` away.
    pub fn claim(&mut self, name: &str) -> Result<Vec<u8>> {
        let keys = self.single_use.get_mut(name);
        keys.and_then(Vec::pop)
            .with_context(|| format!("{name} has no single-use key left"))
    }
}
