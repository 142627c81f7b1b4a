//! Whose turn it is.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Wake;

use super::Number;

/// Those whose turn it is, in order, each once.
#[derive(Debug, Default)]
pub(super) struct Ready(Mutex<Queue>);

#[derive(Debug, Default)]
struct Queue {
    order: VecDeque<Number>,
    members: HashSet<Number>,
}

impl Ready {
    pub(super) fn push(&self, number: Number) {
        let mut queue = self.queue();
        if queue.members.insert(number) {
            queue.order.push_back(number);
        }
    }

    pub(super) fn push_front(&self, number: Number) {
        let mut queue = self.queue();
        if !queue.members.insert(number) {
            queue.order.retain(|other| *other != number);
        }
        queue.order.push_front(number);
    }

    pub(super) fn pop(&self) -> Option<Number> {
        let mut queue = self.queue();
        let number = queue.order.pop_front()?;
        queue.members.remove(&number);
        Some(number)
    }

    pub(super) fn forget(&self, number: Number) {
        let mut queue = self.queue();
        if queue.members.remove(&number) {
            queue.order.retain(|other| *other != number);
        }
    }

    /// All of them, the next one first.
    pub(super) fn all(&self) -> Vec<Number> {
        self.queue().order.iter().copied().collect()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Calls an agent to its turn.
pub(super) struct Call {
    pub(super) number: Number,
    pub(super) ready: Arc<Ready>,
}

impl Wake for Call {
    fn wake(self: Arc<Self>) {
        self.ready.push(self.number);
    }
}
