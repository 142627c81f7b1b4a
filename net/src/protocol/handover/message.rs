//! What the two sides say. Each struct is the body of the frame of its name.

use mob_vm::bytecode::ModuleHash;
use serde::{Deserialize, Serialize};

use crate::protocol::{AgentId, AttemptId, CodeRef, Epoch, Frame, Manifest, Packing};

/// Will you take this agent?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Names this attempt in all that follows.
    pub attempt: AttemptId,
    /// Who is to move.
    pub agent: AgentId,
    /// The epoch that it will have at the target: one more than at the source.
    pub epoch: Epoch,
    /// Its label.
    pub name: String,
    /// The modules that it runs.
    pub code: Vec<CodeRef>,
    /// All capabilities that the modules can use: sorted, each once.
    pub capabilities: Vec<String>,
    /// What the source will send: snapshot and luggage.
    pub cargo: Manifest,
    /// Whether the cargo follows at once, ahead of any code that turns out to be missing.
    pub eager: bool,
    /// `HOST:PORT` of the agent's home as the source knows it; empty if it does not.
    pub home_addr: String,
}

/// Yes; send the cargo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accept {
    /// Of which attempt.
    pub attempt: AttemptId,
    /// Modules to send before it, in the order of the offer.
    pub missing: Vec<ModuleHash>,
    /// How to pack the cargo. One that went with the offer is not packed.
    pub packing: Packing,
}

/// No.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    /// Of which attempt.
    pub attempt: AttemptId,
    /// What kind of no.
    pub cause: RejectCause,
    /// For people.
    pub reason: String,
}

/// Kinds of no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RejectCause {
    /// The cargo is larger than the target takes.
    TooLarge,
    /// The target has no room, or is shutting down.
    Busy,
    /// The target does not allow it.
    Policy,
    /// The code or the snapshot is not valid.
    Invalid,
    /// The target has seen a later epoch of this agent.
    Stale,
}

/// All is there, valid, and durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// Of which attempt.
    pub attempt: AttemptId,
    /// The root hash of what was received.
    #[serde(with = "serde_bytes")]
    pub root: [u8; 32],
}

/// It is yours. Agent and epoch are said again for a target that has forgotten the attempt because it is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// Of which attempt.
    pub attempt: AttemptId,
    /// Who moved.
    pub agent: AgentId,
    /// The epoch that it has at the target.
    pub epoch: Epoch,
}

/// It stays at the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Abort {
    /// Of which attempt.
    pub attempt: AttemptId,
}

/// I am prepared: what was decided?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Of which attempt.
    pub attempt: AttemptId,
    /// The root hash of what was received.
    #[serde(with = "serde_bytes")]
    pub root: [u8; 32],
}

/// Nothing is decided yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Of which attempt.
    pub attempt: AttemptId,
}

/// The agent runs at the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// Of which attempt.
    pub attempt: AttemptId,
}

/// The target was told to run an agent that it does not have: it lost what it had prepared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unknown {
    /// Of which attempt.
    pub attempt: AttemptId,
}

/// The attempt that a frame speaks of, if it is part of a hand-over.
pub fn attempt(frame: &Frame) -> Option<AttemptId> {
    Some(match frame {
        Frame::Offer(body) => body.attempt,
        Frame::Accept(body) => body.attempt,
        Frame::Reject(body) => body.attempt,
        Frame::Prepared(body) => body.attempt,
        Frame::Commit(body) => body.attempt,
        Frame::Abort(body) => body.attempt,
        Frame::Query(body) => body.attempt,
        Frame::Pending(body) => body.attempt,
        Frame::Released(body) => body.attempt,
        Frame::Unknown(body) => body.attempt,
        _ => return None,
    })
}
