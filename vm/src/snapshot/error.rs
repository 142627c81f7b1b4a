//! Why a snapshot could not be taken or restored.

use thiserror::Error;

use super::SNAPSHOT_VERSION;
use crate::bytecode::ModuleHash;

/// Why a snapshot could not be taken or restored.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SnapshotError {
    /// The first bytes are not a snapshot's.
    #[error("this is not a snapshot: it does not begin with MOBS")]
    NotASnapshot,
    /// The bytes end early.
    #[error("the snapshot is cut off after {bytes} bytes")]
    CutOff {
        /// How many bytes there are.
        bytes: usize,
    },
    /// A later build wrote it.
    #[error(
        "the snapshot has format version {version}, and this build reads version {SNAPSHOT_VERSION}: use a newer mvm"
    )]
    NewerVersion {
        /// Its version.
        version: u16,
    },
    /// No build ever wrote this version.
    #[error("the snapshot's header is damaged: there is no format version {version}")]
    UnknownVersion {
        /// Its version.
        version: u16,
    },
    /// It is longer than this node takes in or gives out.
    #[error("the snapshot has {bytes} bytes, and the limit is {limit_bytes}")]
    TooLong {
        /// Its length.
        bytes: usize,
        /// [`Limits::snapshot_bytes`](crate::Limits::snapshot_bytes).
        limit_bytes: usize,
    },
    /// What follows the header isn't what was hashed.
    #[error("the snapshot is damaged: it does not have the hash that its header states")]
    WrongHash,
    /// The description of the state can't be read, or contradicts itself.
    #[error("the snapshot is malformed: {reason}")]
    Malformed {
        /// What is wrong.
        reason: String,
    },
    /// It was taken of an agent of another program.
    #[error("the snapshot is of a program with module {wanted}, not of this one")]
    WrongProgram {
        /// The module that it needs.
        wanted: ModuleHash,
    },
    /// It was taken of an agent whose program has more modules, or none.
    #[error("the snapshot is of a program of {named} modules, not of this one, which has {of_program}")]
    OtherModules {
        /// How many modules it names.
        named: usize,
        /// How many modules the program has.
        of_program: usize,
    },
    /// A kept value that can't be one: of no type, no value of its type, or out of order.
    #[error("the snapshot is not valid: the kept value {id} is none")]
    Kept {
        /// Its id.
        id: u32,
    },
    /// An inbox that can't be one.
    #[error("the snapshot is not valid: inbox {number} {what}")]
    Inbox {
        /// Its number.
        number: u64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The messages take more than the limit.
    #[error("the snapshot's messages of {bytes} bytes are over the limit of {limit_bytes} bytes")]
    MailLimit {
        /// What they take.
        bytes: usize,
        /// [`Limits::mail_bytes`](crate::Limits::mail_bytes).
        limit_bytes: usize,
    },
    /// A frame that can't be one.
    #[error("the snapshot is not valid: frame {frame} {what}")]
    Frame {
        /// Which, from 0, the outermost.
        frame: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A register holds what is no value of its type.
    #[error("the snapshot is not valid: register {register} of frame {frame} holds no value of its type")]
    Register {
        /// The frame, from 0, the outermost.
        frame: usize,
        /// The register.
        register: u16,
    },
    /// An object that can't be one.
    #[error("the snapshot is not valid: the object at word {at} {what}")]
    Object {
        /// Its first word.
        at: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The heap is larger than the limit.
    #[error("the snapshot's heap of {bytes} bytes is over the heap limit of {limit_bytes} bytes")]
    HeapLimit {
        /// The heap's size.
        bytes: u64,
        /// [`Limits::heap_bytes`](crate::Limits::heap_bytes).
        limit_bytes: usize,
    },
    /// The frames take more than the limit.
    #[error("the snapshot's stack is over the stack limit of {limit_bytes} bytes")]
    StackLimit {
        /// [`Limits::stack_bytes`](crate::Limits::stack_bytes).
        limit_bytes: usize,
    },
}
