//! Messages that an agent which runs has taken out of an inbox all at once.
//!
//! Were the mailbox locked for each message, the cores of a sender and of its receiver would wait for each other at each one.
//! So an agent that receives a second message in the same slice takes out all that wait there, without those that are urgent,
//! and has the next ones for itself. A batch lasts no longer than the slice; and it ends with the message that makes room for
//! whoever waits for room. So where agents take turns on one thread, nobody can tell that there was one; elsewhere an urgent message may be
//! received, and the room for others be found, as late as in the next slice.

use std::collections::VecDeque;

use super::inboxes::Inboxes;
use super::message::Parcel;

/// What an agent has taken out of one of its inboxes.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Whether a message was received in this slice.
    has_received: bool,
    /// Made when it is first used: many agents never receive two messages in a slice.
    taken: Option<Box<Taken>>,
}

#[derive(Debug, Default)]
struct Taken {
    /// The inbox's number.
    number: u64,
    parcels: VecDeque<Parcel>,
    /// What was received of it, in bytes.
    received: usize,
    /// When so much is received, there is room for somebody who waits for it.
    received_max: usize,
}

impl Batch {
    /// The message that is received next, of one of the inbox.
    pub(super) fn first(&self, number: u64) -> Option<&Parcel> {
        let taken = self.taken.as_deref().filter(|taken| taken.number == number)?;
        let first = taken.parcels.front()?;
        (taken.received + first.bytes() < taken.received_max).then_some(first)
    }

    /// Takes that message.
    pub(super) fn take(&mut self, number: u64) -> Option<Parcel> {
        let bytes = self.first(number)?.bytes();
        let taken = self.taken.as_deref_mut()?;
        taken.received += bytes;
        taken.parcels.pop_front()
    }

    /// Whether the inbox of this number has messages that are in here.
    pub(crate) fn is_of(&self, number: u64) -> bool {
        self.taken.as_deref().is_some_and(|taken| taken.number == number && !taken.parcels.is_empty())
    }

    /// Begins anew with what waits in an inbox of which a message was just received, unless that was the first of the slice. All
    /// was given back before. `received_max` is what has to be received to make room for those who wait for it.
    pub(super) fn refill(&mut self, inboxes: &mut Inboxes, number: u64, received_max: usize) {
        if std::mem::replace(&mut self.has_received, true) {
            let taken = self.taken.get_or_insert_default();
            debug_assert!(taken.parcels.is_empty(), "it was given back");
            inboxes.lend(number, &mut taken.parcels);
            (taken.number, taken.received, taken.received_max) = (number, 0, received_max);
        }
    }

    /// Puts back what is left. Gives whether there was anything to be put back or counted.
    pub(super) fn give_back(&mut self, inboxes: &mut Inboxes) -> bool {
        let is_out = self.is_out();
        if let Some(taken) = self.taken.as_deref_mut().filter(|_| is_out) {
            inboxes.take_back(taken.number, &mut taken.parcels, std::mem::take(&mut taken.received));
        }
        is_out
    }

    /// Whether messages are in here, or were received out of it that are still counted.
    pub(super) fn is_out(&self) -> bool {
        self.taken.as_deref().is_some_and(|taken| taken.received > 0 || !taken.parcels.is_empty())
    }

    /// The slice is over: all was given back.
    pub(super) fn end_slice(&mut self) {
        debug_assert!(!self.is_out(), "it was given back");
        self.has_received = false;
    }
}
