// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors

//! Group keys for encrypted media, by MLS or by Megolm.
//!
//!     group-keys --protocol mls|megolm [--frames N]
//!
//! Members come, go and rotate their keys while all of them send. Prints who
//! could open which frames, and fails if that is not as the group agreed.

mod agreement;
mod media;
mod megolm;
mod mls;
mod participant;
mod room;
mod table;

use std::env;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use agreement::{Change, KeyAgreement};
use megolm::Megolm;
use mls::Mls;
use room::Room;
use table::Table;

const NAMES: [&str; 4] = ["alice", "bob", "carol", "dave"];

/// Who changes the group, how, and how often before the members send again.
/// The silent rotations lead once around the ring of 16 slots: frames of the
/// 18th key name the slot in which bob, who was removed, has his second.
const SCENARIO: [(&str, Change, usize); 6] = [
    ("alice", Change::Add(&["bob", "carol"]), 1),
    ("bob", Change::Rotate, 1),
    ("carol", Change::Remove("bob"), 1),
    ("carol", Change::Rotate, 14),
    ("alice", Change::Add(&["dave"]), 1),
    ("dave", Change::Rotate, 1),
];

#[derive(Clone, Copy)]
enum Protocol {
    Mls,
    Megolm,
}

impl Protocol {
    fn agreement(self, name: &str) -> Result<Box<dyn KeyAgreement>> {
        Ok(match self {
            Self::Mls => Box::new(Mls::new(name)?),
            Self::Megolm => Box::new(Megolm::new(name)),
        })
    }
}

struct Arguments {
    protocol: Protocol,
    /// How many each member sends with one key.
    frames: usize,
}

fn arguments() -> Result<Arguments> {
    let mut protocol = None;
    let mut frames = 10;
    let mut words = env::args().skip(1);
    while let Some(option) = words.next() {
        let value = words.next().with_context(|| format!("{option} what?"))?;
        match (option.as_str(), value.as_str()) {
            ("--protocol", "mls") => protocol = Some(Protocol::Mls),
            ("--protocol", "megolm") => protocol = Some(Protocol::Megolm),
            ("--frames", number) => frames = number.parse()?,
            _ => bail!("{option} {value} is unknown"),
        }
    }
    Ok(Arguments {
        protocol: protocol.context("say --protocol mls or --protocol megolm")?,
        frames,
    })
}

fn play(arguments: &Arguments) -> Result<Table> {
    let mut room = Room::new(&NAMES, |name| arguments.protocol.agreement(name))?;
    for (by, change, times) in SCENARIO {
        for _ in 0..times {
            room.change(by, change)?;
        }
        room.send(arguments.frames)?;
    }
    room.close()
}

fn main() -> Result<ExitCode> {
    let arguments = arguments()?;
    gstreamer::init()?;
    let table = play(&arguments)?;
    print!("{table}");
    if table.is_as_agreed() {
        println!("as agreed: members opened every frame, others none");
        return Ok(ExitCode::SUCCESS);
    }
    println!("NOT as agreed: members open every frame, others none");
    Ok(ExitCode::FAILURE)
}
