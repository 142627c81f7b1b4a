//! What a peer may say that means no good, on both sides of a lane: for the fuzzer, and for tests of any bytes.
//!
//! Bytes are a row of steps, each of an operation, a length, and so many bytes. Whatever they are, nothing may panic, more be kept
//! than there may be, or the accounts of what waits be wrong.

use std::cell::{Cell, RefCell};
use std::task::Waker;

use bytes::Bytes;

use super::dispatch::{Action, Batch, Dispatch};
use super::intake::{Front, Intake, Offered, PARTS_MAX, Whereabouts};
use super::outbox::Class;
use super::wire::{Breach, Decoder, Lane, Packet, Raw, Reply, header};
use super::{Number, Place, PostLimits, Receipts, Sender, Verdict};
use crate::identity::PublicKey;
use crate::protocol::handover::Moment;
use crate::protocol::{AgentId, Epoch};

const LETTER_BYTES: u32 = 150_000;
const PEER: PublicKey = PublicKey::from_bytes([1; 32]);

fn agent(number: u8) -> AgentId {
    AgentId { home: PEER, random: [number % 4; 10] }
}

/// The next step.
fn next<'a>(data: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (&[operation, len], rest) = data.split_first_chunk::<2>()?;
    let (bytes, rest) = rest.split_at(rest.len().min(len.into()));
    *data = rest;
    Some((operation, bytes))
}

/// Of some bytes the first as a kind, the second as a route, and the others as a body.
fn headed(bytes: &[u8]) -> Vec<u8> {
    let (&[kind, route], body) = bytes.split_first_chunk().unwrap_or((&[0, 0], &[]));
    [&header(kind % 11, (route % 16).into(), body.len()), body].concat()
}

/// A node whose agents do as each step says.
struct Moody {
    mood: Cell<u8>,
    receipts: RefCell<Receipts>,
    /// Bytes of letters in parts.
    kept: Cell<usize>,
}

impl Front for Moody {
    fn has(&self, _: AgentId) -> bool {
        self.mood.get() & 1 == 0
    }

    fn offer(&self, sender: Sender, number: Number, _: AgentId, letter: &[u8]) -> Offered {
        assert!(letter.len() <= LETTER_BYTES as usize);
        let mut receipts = self.receipts.borrow_mut();
        match (self.mood.get() >> 1, receipts.check(sender, number)) {
            (0..=3, Verdict::Next) => {
                receipts.took(sender, number);
                Offered::Taken
            }
            (0..=3, Verdict::Duplicate) => Offered::Duplicate,
            (0..=3, Verdict::Gap { wanted }) => Offered::Gap { wanted },
            (4..=5, _) => Offered::Full,
            (6, _) => Offered::Held,
            _ => Offered::Absent,
        }
    }

    fn offer_urgent(&self, _: Sender, _: AgentId, _: &[u8]) {}

    fn find(&self, _: AgentId) -> Whereabouts {
        match self.mood.get() >> 2 {
            0 => Whereabouts::Gone,
            1 => Whereabouts::Unknown,
            _ => Whereabouts::At(Place { node: PEER, addr: "h:1".repeat(90), epoch: Epoch(2) }),
        }
    }

    fn wait(&self, _: AgentId) {}

    fn has_room_for_parts(&self, kept: usize, _: usize) -> bool {
        assert_eq!(kept, self.kept.get());
        self.mood.get() < 14
    }

    fn keep_parts(&self, bytes: usize) {
        self.kept.set(self.kept.get() + bytes);
    }

    fn let_parts_go(&self, bytes: usize) {
        self.kept.set(self.kept.get() - bytes);
    }

    fn wait_for_parts(&self) {}
}

/// Takes what a sender of letters says. All that is answered can be read.
pub fn letters(mut data: &[u8]) {
    let front = Moody { mood: Cell::default(), receipts: RefCell::default(), kept: Cell::default() };
    let mut intake = Intake::new(Sender { node: PEER, life: 1 }, LETTER_BYTES);
    let mut decoder = Decoder::default();
    while let Some((operation, bytes)) = next(&mut data) {
        front.mood.set(operation >> 4);
        let mut take = |bytes: &[u8]| decoder.feed(bytes, |raw| intake.take(Packet::read(raw)?, &front));
        let route = bytes.first().map_or(1, |byte| u32::from(byte % 16));
        let mut packet = Vec::new();
        let taken = match operation % 7 {
            0 => take(bytes),
            1 => take(&headed(bytes)),
            2 => {
                Packet::Open { route, base: bytes.len() as u64, agent: agent(operation) }.write(&mut packet);
                take(&packet)
            }
            3 => {
                Packet::Part { route, bytes: &[7; 60_000] }.write(&mut packet);
                take(&packet)
            }
            4 => {
                Packet::Letter { route, bytes }.write(&mut packet);
                take(&packet)
            }
            5 => {
                intake.room_for_parts(&front);
                Ok(())
            }
            _ => {
                intake.room(agent(operation >> 4));
                Ok(())
            }
        };
        let mut replies = Vec::new();
        intake.drain(&mut replies);
        let read = Decoder::default().feed(&replies, |raw| Reply::read(raw).map(drop));
        assert_eq!(read, Ok(()), "what is answered can't be read");
        assert!(intake.is_sound() && intake.kept() == front.kept.get(), "the accounts of parts are wrong");
        assert!(intake.kept() <= PARTS_MAX * LETTER_BYTES as usize);
        if taken.is_err() {
            return;
        }
    }
}

/// Takes what a receiver of letters says, while letters are sent. What waits is what is accounted for.
pub fn replies(mut data: &[u8]) {
    let limits = PostLimits { letter_bytes: LETTER_BYTES, total_bytes: 1 << 20, ..PostLimits::default() };
    let (mut dispatch, mut now) = (Dispatch::new(limits), Moment(0));
    let (mut line, mut batch, mut decoder) = (None, Batch::default(), Decoder::default());
    while let Some((operation, bytes)) = next(&mut data) {
        let lane = if operation & 1 == 0 { Lane::Express } else { Lane::Bulk };
        let (from, to) = (AgentId { home: PEER, random: [9; 10] }, agent(operation >> 4));
        let mut reply = |dispatch: &mut Dispatch, bytes: &[u8]| -> Result<(), Breach> {
            let Some(id) = line else { return Ok(()) };
            decoder.feed(bytes, |raw: Raw<'_>| dispatch.reply(id, lane, Reply::read(raw)?, now))
        };
        let answered = match (operation >> 1) % 8 {
            0 => reply(&mut dispatch, bytes),
            1 => reply(&mut dispatch, &headed(bytes)),
            2 | 3 => {
                let len = bytes.len() << (operation >> 5);
                let class = if bytes.len() % 2 == 0 { Class::Message } else { Class::Signal };
                if dispatch.send(class, from, to, Bytes::from(vec![7; len]), now).is_err() {
                    let _ = dispatch.poll_room(from, to, Waker::noop());
                }
                Ok(())
            }
            4 => {
                let _ = dispatch.send_urgent(from, to, Bytes::copy_from_slice(bytes), now);
                Ok(())
            }
            5 => {
                now = now.after(bytes.len() as u64 * 40);
                dispatch.tick(now);
                Ok(())
            }
            6 => {
                if let Some(id) = line {
                    dispatch.line_up(id, 1, LETTER_BYTES / 2, now);
                }
                Ok(())
            }
            _ => {
                line.into_iter().for_each(|id| dispatch.pump(id, lane, &mut batch));
                Ok(())
            }
        };
        if let (Err(breach), Some(id)) = (answered, line.take_if(|_| answered.is_err())) {
            decoder = Decoder::default();
            dispatch.line_down(id, breach.to_string(), now);
        }
        for action in dispatch.actions() {
            if let Action::Connect { line: id, .. } = action
                && id.peer == PEER
            {
                (line, decoder) = (Some(id), Decoder::default());
            }
        }
        assert!(dispatch.is_sound(), "the accounts are wrong");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_letters_are_answered(data in prop::collection::vec(any::<u8>(), 0..2000)) {
            super::letters(&data);
        }

        #[test]
        fn any_replies_are_answered(data in prop::collection::vec(any::<u8>(), 0..2000)) {
            super::replies(&data);
        }
    }
}
