// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 lke2ee contributors

//! The media of one participant: a pipeline with an encryptor for its own track, a
//! decryptor for each of the others', and a key provider for all of them.

use std::collections::BTreeMap;
use std::mem;
use std::sync::mpsc::{Receiver, channel};

use anyhow::{Context, Result, ensure};
use gstreamer::prelude::*;
use gstreamer::{self as gst, glib};
use gstreamer_app::{AppSink, AppSrc};
use zeroize::Zeroizing;

use crate::agreement::{FrameKey, KEY_SIZE};

/// As in LiveKit's SDKs. Everyone in a room has to have the same.
const RING_SIZE: u64 = 16;
const TIMEOUT: gst::ClockTime = gst::ClockTime::from_seconds(30);

/// A frame before and after its encryption. A sender's timestamps name it.
pub struct SealedFrame {
    pub pts: gst::ClockTime,
    pub clear: Vec<u8>,
    pub sealed: gst::Sample,
}

/// A frame that opened.
pub struct OpenedFrame {
    pub pts: gst::ClockTime,
    pub clear: Vec<u8>,
}

pub struct Media {
    name: String,
    pipeline: gst::Pipeline,
    /// The slot of each sender's newest key.
    slots: BTreeMap<String, i32>,
    /// Slots that those took over from.
    outdated: Vec<(String, i32)>,
}

impl Media {
    pub fn new(name: &str, peers: &[&str]) -> Result<Self> {
        let mut launch = format!(
            "audiotestsrc wave=white-noise samplesperbuffer=960 !
             audio/x-raw,rate=48000,channels=1 ! opusenc !
             appsink name=encoded max-buffers=4 sync=false
             appsrc name=clear format=time !
             lke2eeenc name=enc participant={name} !
             appsink name=sealed sync=false async=false"
        );
        for peer in peers {
            launch += &format!(
                " appsrc name=from-{peer} format=time !
                 lke2eedec name=dec-{peer} participant={peer} !
                 appsink name=of-{peer} sync=false async=false"
            );
        }
        let pipeline = gst::parse::launch(&launch)?
            .downcast::<gst::Pipeline>()
            .map_err(|_| anyhow::anyhow!("not a pipeline"))?;
        share_provider(&pipeline)?;
        pipeline.set_state(gst::State::Playing)?;
        Ok(Self {
            name: name.to_string(),
            pipeline,
            slots: BTreeMap::new(),
            outdated: Vec::new(),
        })
    }

    fn element<T: IsA<glib::Object>>(&self, name: &str) -> Result<T> {
        self.pipeline
            .by_name(name)
            .and_then(|element| element.dynamic_cast::<T>().ok())
            .with_context(|| format!("no element {name}"))
    }

    /// The slot that this member's frames will name.
    pub fn slot(&self) -> Option<i32> {
        self.slots.get(&self.name).copied()
    }

    fn set_key(&self, sender: &str, secret: Zeroizing<Vec<u8>>, slot: i32) -> Result<()> {
        let enc: gst::Element = self.element("enc")?;
        // Wiped when the last reference is gone.
        let secret = glib::Bytes::from_owned(secret);
        let is_set: bool = enc.emit_by_name("set-key", &[&sender, &secret, &slot]);
        ensure!(is_set, "the key of {sender} was refused");
        Ok(())
    }

    /// Every member can open what the keys seal, and still seals with the last.
    pub fn install(&mut self, keys: Vec<FrameKey>) -> Result<()> {
        let mut slots = BTreeMap::new();
        for key in keys {
            let slot = i32::try_from(key.generation % RING_SIZE)?;
            self.set_key(&key.sender, key.secret, slot)?;
            slots.insert(key.sender, slot);
        }
        if !slots.is_empty() {
            self.outdated.extend(mem::replace(&mut self.slots, slots));
        }
        Ok(())
    }

    /// Seals with the newest key. What it took over from is overwritten: nobody
    /// who is robbed, or was a member once, has a use for it any more. The ring
    /// itself opens frames that are late with it for two seconds.
    pub fn switch(&mut self) -> Result<()> {
        let slot = self.slot().context("no key to seal with")?;
        self.element::<gst::Element>("enc")?
            .set_property("key-index", slot);
        for (sender, slot) in mem::take(&mut self.outdated) {
            let mut noise = Zeroizing::new(vec![0; KEY_SIZE]);
            getrandom::fill(&mut noise)?;
            self.set_key(&sender, noise, slot)?;
        }
        Ok(())
    }

    /// The next `count` frames of this member's own encoder.
    pub fn seal(&self, count: usize) -> Result<Vec<SealedFrame>> {
        let encoded: AppSink = self.element("encoded")?;
        let clear: AppSrc = self.element("clear")?;
        let sealed: AppSink = self.element("sealed")?;
        let next = |_| {
            let sample = encoded
                .try_pull_sample(TIMEOUT)
                .context("nothing was encoded")?;
            clear.push_sample(&sample)?;
            let frame = opened(&sample)?;
            Ok(SealedFrame {
                pts: frame.pts,
                clear: frame.clear,
                sealed: sealed
                    .try_pull_sample(TIMEOUT)
                    .context("a frame was not encrypted")?,
            })
        };
        (0..count).map(next).collect()
    }

    /// What of `frames`, all of one sender, this member can open.
    pub fn open(&self, sender: &str, frames: &[gst::Sample]) -> Result<Vec<OpenedFrame>> {
        let source: AppSrc = self.element(&format!("from-{sender}"))?;
        let sink: AppSink = self.element(&format!("of-{sender}"))?;
        let pad = sink.static_pad("sink").context("no pad")?;
        let end = gst::event::CustomDownstream::new(gst::Structure::new_empty("group-keys-end"));
        let end_passed = watch_for(&pad, end.seqnum());
        for frame in frames {
            source.push_sample(frame)?;
        }
        source.send_event(end);
        end_passed
            .recv_timeout(TIMEOUT.into())
            .context("the decryptor came to no end")?;
        std::iter::from_fn(|| sink.try_pull_sample(gst::ClockTime::ZERO))
            .map(|sample| opened(&sample))
            .collect()
    }
}

impl Drop for Media {
    fn drop(&mut self) {
        // Nothing is left that could fail, or that could be done about it.
        let _ = self.pipeline.set_state(gst::State::Null);
    }
}

/// One provider for all elements of a member, with a ring for each participant.
/// Its type needs no bindings: the property knows it.
fn share_provider(pipeline: &gst::Pipeline) -> Result<()> {
    let enc = pipeline.by_name("enc").context("no encryptor")?;
    let property = enc.find_property("key-provider").context("no provider")?;
    let provider = glib::Object::with_type(property.value_type());
    for element in pipeline.children() {
        if element.has_property("key-provider") {
            element.set_property("key-provider", &provider);
        }
    }
    Ok(())
}

fn opened(sample: &gst::Sample) -> Result<OpenedFrame> {
    let buffer = sample.buffer().context("a sample without a buffer")?;
    Ok(OpenedFrame {
        pts: buffer.pts().context("a frame without a timestamp")?,
        clear: buffer.map_readable()?.to_vec(),
    })
}

/// Tells when an event comes by. It is behind all frames, so those that the
/// decryptor let pass lie in the sink then. A name would not do: a new probe is
/// also shown the event at which another one just left.
fn watch_for(pad: &gst::Pad, seqnum: gst::Seqnum) -> Receiver<()> {
    let (passed, has_passed) = channel();
    pad.add_probe(gst::PadProbeType::EVENT_DOWNSTREAM, move |_, info| {
        if info.event().is_none_or(|event| event.seqnum() != seqnum) {
            return gst::PadProbeReturn::Ok;
        }
        // Who no longer waits has reported that already.
        let _ = passed.send(());
        gst::PadProbeReturn::Remove
    });
    has_passed
}
