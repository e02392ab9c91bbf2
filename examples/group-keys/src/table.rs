// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors

//! The ledger: who opened which frames, as a table, and whether that is what
//! the group agreed on.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::{Context, Result, ensure};
use gstreamer::ClockTime;

use crate::media::{OpenedFrame, SealedFrame};

/// The frames that a sender sealed with one key.
struct Row {
    sender: String,
    key: String,
    slot: i32,
    members: BTreeSet<String>,
    /// By timestamp: the frame, and who opened it.
    frames: BTreeMap<ClockTime, (Vec<u8>, BTreeSet<String>)>,
}

impl Row {
    fn opened_by(&self, receiver: &str) -> usize {
        let frames = self.frames.values();
        frames.filter(|(_, who)| who.contains(receiver)).count()
    }

    /// All for members of the group at that time, none for others.
    fn expected(&self, receiver: &str) -> usize {
        match self.members.contains(receiver) {
            true => self.frames.len(),
            false => 0,
        }
    }
}

pub struct Table {
    names: Vec<String>,
    rows: Vec<Row>,
}

impl Table {
    pub fn new(names: &[&str]) -> Self {
        Self {
            names: names.iter().map(|name| name.to_string()).collect(),
            rows: Vec::new(),
        }
    }

    pub fn sealed(
        &mut self,
        sender: &str,
        key: String,
        slot: i32,
        members: &[String],
        frames: &[SealedFrame],
    ) {
        let frames = frames
            .iter()
            .map(|frame| (frame.pts, (frame.clear.clone(), BTreeSet::new())));
        self.rows.push(Row {
            sender: sender.to_string(),
            key,
            slot,
            members: members.iter().cloned().collect(),
            frames: frames.collect(),
        });
    }

    /// It counts only if it is the frame that was sealed, and once.
    pub fn opened(&mut self, receiver: &str, sender: &str, frame: &OpenedFrame) -> Result<()> {
        let (clear, who) = self
            .rows
            .iter_mut()
            .filter(|row| row.sender == sender)
            .find_map(|row| row.frames.get_mut(&frame.pts))
            .with_context(|| format!("{sender} never sent that frame"))?;
        ensure!(*clear == frame.clear, "a frame of {sender} changed");
        ensure!(who.insert(receiver.to_string()), "a frame came twice");
        Ok(())
    }

    /// Whether members, and nobody else, opened every frame.
    pub fn is_as_agreed(&self) -> bool {
        let is_right = |row: &Row| {
            let others = self.names.iter().filter(|name| **name != row.sender);
            !row.frames.is_empty()
                && others
                    .into_iter()
                    .all(|name| row.opened_by(name) == row.expected(name))
        };
        !self.rows.is_empty() && self.rows.iter().all(is_right)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:<7} {:<22} {:>4}", "sender", "key", "slot")?;
        for name in &self.names {
            write!(f, " {name:>8}")?;
        }
        for row in &self.rows {
            write!(f, "\n{:<7} {:<22} {:>4}", row.sender, row.key, row.slot)?;
            for name in &self.names {
                let cell = match *name == row.sender {
                    true => "-".to_string(),
                    false => {
                        let sent = row.frames.len();
                        format!("{} of {sent}", row.opened_by(name))
                    }
                };
                write!(f, " {cell:>8}")?;
            }
        }
        writeln!(f)
    }
}
