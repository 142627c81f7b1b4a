//! Messages that an agent which runs has taken out of an inbox all at once.
//!
//! Were the mailbox locked for each message, the cores of a sender and of its receiver would wait for each other at each one.
//! So an agent that receives a second message in the same slice takes out all that wait there, without those that are urgent,
//! and has the next ones for itself. A batch lasts no longer than the slice. It ends with the message that makes room for who
//! waits for that, and it is recalled when something urgent comes or another sender begins to wait. So where agents take turns on one
//! thread, nobody can tell that there was one.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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

/// Whether a batch is to be given back before another message is taken out of it. It is set with the mailbox locked, and is read
/// at each message: so it lies by itself, where nothing is written that comes with each message.
#[derive(Debug, Clone, Default)]
pub(super) struct Recall(Arc<AtomicBool>);

impl Recall {
    pub(super) fn set(&self, is_recalled: bool) {
        self.0.store(is_recalled, Ordering::Relaxed);
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
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
    recall: Recall,
}

impl Batch {
    /// The message that is received next, of one of the inbox.
    pub(super) fn first(&self, number: u64) -> Option<&Parcel> {
        let taken = self.taken.as_deref().filter(|taken| taken.number == number)?;
        let first = taken.parcels.front()?;
        let is_mine = taken.received + first.bytes() < taken.received_max && !taken.recall.is_set();
        is_mine.then_some(first)
    }

    /// Takes that message.
    pub(super) fn take(&mut self, number: u64) -> Option<Parcel> {
        self.first(number)?;
        self.take_first()
    }

    /// Takes the first message, which is known to be the next one.
    pub(super) fn take_first(&mut self) -> Option<Parcel> {
        let taken = self.taken.as_deref_mut()?;
        let parcel = taken.parcels.pop_front()?;
        taken.received += parcel.bytes();
        Some(parcel)
    }

    /// Whether the inbox of this number has messages that are in here.
    pub(crate) fn is_of(&self, number: u64) -> bool {
        self.taken.as_deref().is_some_and(|taken| taken.number == number && !taken.parcels.is_empty())
    }

    /// Begins anew with what waits in an inbox of which a message was just received, unless that was the first of the slice. All
    /// was given back before. `received_max` is what has to be received to make room for those who wait for it.
    pub(super) fn refill(
        &mut self,
        inboxes: &mut Inboxes,
        number: u64,
        received_max: usize,
        recall: &mut Option<Recall>,
    ) {
        if std::mem::replace(&mut self.has_received, true) {
            let recall = recall.get_or_insert_default();
            let new = || Box::new(Taken { recall: recall.clone(), ..Taken::default() });
            let taken = self.taken.get_or_insert_with(new);
            debug_assert!(taken.parcels.is_empty(), "it was given back");
            recall.set(false);
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
