//! What a peer says: control frames, each of which is decoded, written again, and handed to a desk that plays the target
//! and takes every offer; and packed chunks.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mob_net::identity::PublicKey;
use mob_net::protocol::handover::{Action, Desk, Moment, Timing, message};
use mob_net::protocol::{AttemptId, Frame, Packing, unpack_lz4};

/// Does what the desk wants, as far as it leads to more for the desk to do.
fn act(desk: &mut Desk, attempt: AttemptId, mut actions: Vec<Action>, now: Moment) {
    for _ in 0..100 {
        let Some(action) = actions.pop() else { return };
        actions.extend(match action {
            Action::Consider => desk.accept(attempt, Vec::new(), Packing::Lz4, now),
            Action::Receive { .. } => desk.received(attempt),
            Action::Transfer { .. } => desk.transferred(attempt, now),
            Action::Persist(_) => desk.persisted(attempt, now),
            _ => Vec::new(),
        });
    }
}

/// A frame's bytes and how long it took to come: a byte each for time and length, then the frame.
fn next<'a>(data: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (&[wait, len], rest) = data.split_first_chunk::<2>()?;
    let (frame, rest) = rest.split_at(rest.len().min(len.into()));
    *data = rest;
    Some((wait, frame))
}

fuzz_target!(|data: &[u8]| {
    let mut data = data;
    let peer = PublicKey::from_bytes([7; PublicKey::LEN]);
    let mut desk = Desk::new(Timing::default());
    let mut now = Moment(0);
    while let Some((wait, bytes)) = next(&mut data) {
        now = now.after(u64::from(wait) * 100);
        let _ = unpack_lz4(bytes, &mut vec![0; 10 * usize::from(wait)]);
        let Ok(frame) = Frame::decode(bytes) else { continue };
        let mut written = Vec::new();
        if frame.encode(&mut written).is_ok() {
            let again = Frame::decode(&written[Frame::LEN_BYTES..]).expect("what was written can be read");
            let mut rewritten = Vec::new();
            assert!(again.encode(&mut rewritten).is_ok() && rewritten == written);
        }
        let actions = desk.receive(peer, &frame, now);
        if let Some(attempt) = message::attempt(&frame) {
            act(&mut desk, attempt, actions, now);
            let actions = desk.expire(attempt, now);
            act(&mut desk, attempt, actions, now);
        }
    }
});
