//! Agents that are not here.

use std::task::Waker;

use mob_vm::AgentName;

use crate::letter::{Letter, Unsent};

/// Whoever brings letters to agents that are elsewhere.
pub trait Beyond: Send + Sync {
    /// Sees to it that an agent gets a letter, once, and after all that `from` sent to it before.
    ///
    /// # Errors
    /// [`Unsent::Full`] for a message while there is no room (a signal is taken, or whoever waits for what follows from it is told
    /// that nothing will), and [`Unsent::Nobody`] if it is known that there is no such agent.
    fn send(&self, from: AgentName, to: AgentName, letter: Letter) -> Result<(), Unsent>;

    /// Lets this be woken when there is room again for a message from one of these agents to the other.
    fn wake_on_room(&self, from: AgentName, to: AgentName, waker: &Waker);

    /// Whether letters to this agent are on their way: those that follow must not overtake them, though it may be here now.
    fn is_pending(&self, _to: AgentName) -> bool {
        false
    }
}

/// There are no agents elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct Nowhere;

impl Beyond for Nowhere {
    fn send(&self, _: AgentName, _: AgentName, letter: Letter) -> Result<(), Unsent> {
        Err(Unsent::Nobody(letter))
    }

    fn wake_on_room(&self, _: AgentName, _: AgentName, waker: &Waker) {
        waker.wake_by_ref();
    }
}
