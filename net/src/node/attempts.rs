//! What goes with a hand-over beside its state: the bytes that leave, the agent that arrived, and who waits.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::cargo::Cargo;
use super::codes::Code;
use super::resident::Resident;
use crate::protocol::AttemptId;
use crate::protocol::handover::HopError;

/// How a hop ended for the agent at its source.
#[derive(Debug)]
pub(super) enum Departed {
    /// It runs at the target.
    Left,
    /// It goes on here.
    Stays(HopError),
    /// The target lost it after it had taken it.
    Lost,
}

/// What a source keeps until it is confirmed.
pub(super) struct Outgoing {
    pub(super) cargo: Arc<Cargo>,
    pub(super) code: Vec<Code>,
    /// Bytes of code that were sent.
    pub(super) code_bytes: u64,
    /// Told how it ended, and how many bytes of code were sent.
    pub(super) done: oneshot::Sender<(Departed, u64)>,
}

/// What a target keeps until it is told to run it.
pub(super) struct Incoming {
    /// The agent, once it has arrived and proved valid.
    pub(super) resident: Option<Box<Resident>>,
    /// Room for its cargo.
    pub(super) _room: OwnedSemaphorePermit,
}

/// Both, by attempt.
#[derive(Default)]
pub(super) struct Attempts {
    outgoing: Mutex<HashMap<AttemptId, Outgoing>>,
    incoming: Mutex<HashMap<AttemptId, Incoming>>,
}

impl Attempts {
    pub(super) fn outgoing(&self) -> MutexGuard<'_, HashMap<AttemptId, Outgoing>> {
        self.outgoing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn incoming(&self) -> MutexGuard<'_, HashMap<AttemptId, Incoming>> {
        self.incoming.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
