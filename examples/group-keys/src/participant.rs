// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors

//! One in the room: key agreement, media, and what has arrived for both.

use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;

use anyhow::{Context, Result, ensure};
use gstreamer::Sample;

use crate::agreement::{Directory, KeyAgreement};
use crate::media::{Media, OpenedFrame};

pub struct Participant {
    pub agreement: Box<dyn KeyAgreement>,
    pub media: Media,
    /// Whoever was never let in keeps the frames, and tries them when he is.
    pub was_member: bool,
    refused: Vec<(String, Vec<u8>)>,
    messages: Receiver<(String, Vec<u8>)>,
    frames: Receiver<(String, Sample)>,
}

impl Participant {
    pub fn new(
        agreement: Box<dyn KeyAgreement>,
        media: Media,
        messages: Receiver<(String, Vec<u8>)>,
        frames: Receiver<(String, Sample)>,
    ) -> Self {
        Self {
            agreement,
            media,
            was_member: false,
            refused: Vec::new(),
            messages,
            frames,
        }
    }

    /// A member has to understand every message. Whoever is none keeps what he
    /// does not, and tries it again whenever he has learned something.
    pub fn receive_messages(&mut self, is_member: bool, directory: &Directory) -> Result<()> {
        while let Ok((from, message)) = self.messages.try_recv() {
            let result = self.agreement.receive(&from, &message, directory);
            if is_member && self.was_member {
                result.with_context(|| format!("a message of {from}"))?;
            } else if result.is_err() {
                self.refused.push((from, message));
            } else {
                self.try_again(directory);
            }
        }
        self.media.install(self.agreement.take_keys(directory)?)
    }

    fn try_again(&mut self, directory: &Directory) {
        let agreement = &mut self.agreement;
        self.refused
            .retain(|(from, message)| agreement.receive(from, message, directory).is_err());
    }

    /// The frames that arrived and that open, with their senders. None opens as
    /// another sender's, as which a server might pass it on.
    pub fn receive_frames(&self) -> Result<Vec<(String, OpenedFrame)>> {
        let mut by_sender: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (from, frame) in self.frames.try_iter() {
            by_sender.entry(from).or_default().push(frame);
        }
        let mut opened = Vec::new();
        for (sender, frames) in &by_sender {
            for other in by_sender.keys().filter(|other| *other != sender) {
                let swapped = self.media.open(other, frames)?;
                ensure!(swapped.is_empty(), "{other} got frames of {sender}");
            }
            let frames = self.media.open(sender, frames)?.into_iter();
            opened.extend(frames.map(|frame| (sender.clone(), frame)));
        }
        Ok(opened)
    }
}
