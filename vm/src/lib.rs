//! The Mob engine: bytecode, verifier, interpreter, heap, snapshots. Sans-IO: no files, sockets, clock or threads.
//!
//! A [`Module`](bytecode::Module) becomes a [`Program`] by being verified; an [`Agent`] runs one.

pub mod bytecode;
pub mod layout;
pub mod natives;
pub mod verify;

mod agent;
mod data;
mod disasm;
mod heap;
mod interp;
mod limits;
mod liveness;
mod mail;
mod program;
pub mod snapshot;
mod stack;
#[cfg(test)]
mod testing;
mod trace;
mod trap;
mod value;

pub use agent::{
    Agent, CallError, Departure, GO, HostCall, KeptId, Sending, Sent, SpawnError, StartError, Step,
    Undelivered, ValueError,
};
pub use disasm::disasm;
pub use limits::Limits;
pub use mail::{
    Address, AgentName, Difference, MailStatus, Mailbox, Message, MessageError, TypeDescription, WrongType,
};
pub use program::{LinkError, Program, TypeHash};
pub use snapshot::{Frozen, Restoring, SnapshotBytes, SnapshotError, SnapshotInfo};
pub use trace::TraceLine;
pub use trap::{Trap, TrapKind};
pub use value::Value;
pub use verify::VerifyError;
