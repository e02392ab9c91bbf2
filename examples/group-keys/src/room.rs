// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors

//! The room: everyone's key agreement and media, and the channels between them.
//! Like a server it forwards every message and every frame to everyone, members
//! or not, and media and messages may overtake each other.

use std::collections::BTreeMap;
use std::sync::mpsc::{Sender, channel};

use anyhow::{Context, Result};
use gstreamer::Sample;

use crate::agreement::{Change, Directory, Envelope, Event, KeyAgreement};
use crate::media::Media;
use crate::participant::Participant;
use crate::table::Table;

/// Enough for everyone to be met by everyone.
const N_SINGLE_USE_KEYS: usize = 8;

/// Where something goes that is on its way from someone.
type Channels<T> = BTreeMap<String, Sender<(String, T)>>;

pub struct Room {
    participants: BTreeMap<String, Participant>,
    members: Vec<String>,
    directory: Directory,
    message_to: Channels<Vec<u8>>,
    frame_to: Channels<Sample>,
    table: Table,
}

impl Room {
    pub fn new(
        names: &[&str],
        new_agreement: impl Fn(&str) -> Result<Box<dyn KeyAgreement>>,
    ) -> Result<Self> {
        let mut room = Self {
            participants: BTreeMap::new(),
            members: Vec::new(),
            directory: Directory::default(),
            message_to: BTreeMap::new(),
            frame_to: BTreeMap::new(),
            table: Table::new(names),
        };
        for name in names {
            room.enter(name, names, new_agreement(name)?)?;
        }
        Ok(room)
    }

    fn enter(
        &mut self,
        name: &str,
        names: &[&str],
        mut agreement: Box<dyn KeyAgreement>,
    ) -> Result<()> {
        let keys = agreement.single_use_keys(N_SINGLE_USE_KEYS)?;
        self.directory.publish(name, agreement.identity_key(), keys);
        let peers: Vec<_> = names.iter().copied().filter(|peer| *peer != name).collect();
        let (message_to, messages) = channel();
        let (frame_to, frames) = channel();
        self.message_to.insert(name.to_string(), message_to);
        self.frame_to.insert(name.to_string(), frame_to);
        let media = Media::new(name, &peers)?;
        let participant = Participant::new(agreement, media, messages, frames);
        self.participants.insert(name.to_string(), participant);
        Ok(())
    }

    /// Messages arrive, and with them keys.
    fn deliver_messages(&mut self) -> Result<()> {
        for (name, participant) in &mut self.participants {
            let is_member = self.members.contains(name);
            participant
                .receive_messages(is_member, &self.directory)
                .with_context(|| name.clone())?;
        }
        Ok(())
    }

    /// Frames arrive.
    fn deliver_frames(&mut self) -> Result<()> {
        for (name, participant) in &self.participants {
            if !participant.was_member {
                continue;
            }
            for (sender, frame) in participant.receive_frames()? {
                self.table.opened(name, &sender, &frame)?;
            }
        }
        Ok(())
    }

    /// Whoever makes the first change is a member by that.
    fn update_members(&mut self, by: &str, change: Change) {
        if self.members.is_empty() {
            self.members.push(by.to_string());
        }
        match change {
            Change::Add(names) => {
                self.members
                    .extend(names.iter().map(|name| name.to_string()));
            }
            Change::Remove(leaver) => {
                self.members.retain(|name| name != leaver);
            }
            Change::Rotate => (),
        }
    }

    /// Each member does its part, then all messages are delivered.
    fn agree(
        &mut self,
        part: impl Fn(&mut dyn KeyAgreement, &[String], &mut Directory) -> Result<Vec<Envelope>>,
    ) -> Result<()> {
        for (name, participant) in &mut self.participants {
            if !self.members.contains(name) {
                continue;
            }
            let agreement = participant.agreement.as_mut();
            for envelope in part(agreement, &self.members, &mut self.directory)? {
                let to = envelope.to.as_deref();
                forward(&self.message_to, name, to, &envelope.message)?;
            }
        }
        self.deliver_messages()
    }

    /// A change of the group. First everyone gets the new keys, while frames
    /// that were sealed before are still on their way; senders switch when those
    /// have arrived.
    pub fn change(&mut self, by: &str, change: Change) -> Result<()> {
        self.update_members(by, change);
        self.agree(|agreement, members, directory| agreement.meet(members, directory))?;
        self.agree(|agreement, members, directory| {
            let event = Event {
                by,
                change,
                members,
            };
            agreement.change(&event, directory)
        })?;
        for (name, participant) in &mut self.participants {
            participant.was_member |= self.members.contains(name);
        }
        self.deliver_frames()?;
        for (name, participant) in &mut self.participants {
            if self.members.contains(name) {
                participant.media.switch()?;
            }
        }
        Ok(())
    }

    /// Every member sends `count` frames.
    pub fn send(&mut self, count: usize) -> Result<()> {
        for (name, participant) in &self.participants {
            if !self.members.contains(name) {
                continue;
            }
            let frames = participant.media.seal(count)?;
            let slot = participant.media.slot().context("no key")?;
            let key = participant.agreement.label();
            self.table.sealed(name, key, slot, &self.members, &frames);
            for frame in frames {
                forward(&self.frame_to, name, None, &frame.sealed)?;
            }
        }
        Ok(())
    }

    /// The last frames arrive.
    pub fn close(mut self) -> Result<Table> {
        self.deliver_frames()?;
        Ok(self.table)
    }
}

/// Puts `what` on its way to one or to everyone else.
fn forward<T>(channels: &Channels<T>, from: &str, to: Option<&str>, what: &T) -> Result<()>
where
    T: Clone + Send + Sync + 'static,
{
    for (name, channel) in channels {
        if name != from && to.is_none_or(|to| to == name) {
            channel.send((from.to_string(), what.clone()))?;
        }
    }
    Ok(())
}
