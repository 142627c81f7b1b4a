//! What a run of an agent ends with.

use crate::bytecode::TypeId;
use crate::mail::{Address, Message, MessageError};
use crate::trap::Trap;
use crate::value::Value;

/// Why [`Agent::run`](crate::Agent::run) returned. The agent may be snapshotted after any of them.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The function that was started returned; see [`Agent::result`](crate::Agent::result).
    Done,
    /// The slice is used up. Run again to go on.
    OutOfFuel,
    /// A host function is wanted. Answer with [`Agent::resume`](crate::Agent::resume) or
    /// [`Agent::fail`](crate::Agent::fail), then run again.
    HostCall(HostCall),
    /// The program called `agent.go`. Answered like a host call: with `Ok(())` where it arrives, or with an `Err`
    /// where it stayed.
    Depart(Departure),
    /// It sends a message. Take it with [`Agent::outgoing`](crate::Agent::outgoing), and answer with
    /// [`Agent::sent`](crate::Agent::sent).
    Send(Sending),
    /// It wants a new agent to run a function. Take that with [`Agent::outgoing`](crate::Agent::outgoing), let
    /// [`Agent::spawned`](crate::Agent::spawned) make the agent, and answer with [`Agent::begun`](crate::Agent::begun).
    Spawn,
    /// It waits for a message. Run it again when something has been [delivered](crate::Mailbox::deliver), or, if that took
    /// longer than it wants to wait, tell it with [`Agent::time_out`](crate::Agent::time_out).
    Receive {
        /// How many milliseconds it wants to wait, from when it began to; as long as it takes if there is no limit.
        within_ms: Option<u64>,
    },
    /// The agent ended against its will.
    Trap(Trap),
}

/// Where a message goes, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sending {
    /// The inbox that it is for.
    pub to: Address,
    /// Whether it overtakes what waits there without being urgent.
    pub urgent: bool,
    /// Whether the sender waits if there is no room for it.
    pub waits: bool,
}

/// What became of a message that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It was taken in, or is on its way.
    Taken = 0,
    /// There is no such inbox.
    NoInbox = 1,
    /// There is no room for it, and the sender doesn't wait.
    Full = 2,
}

/// Why a message was not put into an inbox, and the message.
#[derive(Debug, thiserror::Error)]
pub enum Undelivered {
    /// There is no such inbox.
    #[error("there is no such inbox")]
    NoInbox(Message),
    /// The inbox is for messages of another type, or the message can't be given to another program.
    #[error(transparent)]
    Unfit(MessageError),
    /// The messages that wait take as much memory as they may.
    #[error("there is no room for the message")]
    Full(Message),
}

/// Why an agent could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpawnError {
    /// The message is not a function of one inbox.
    #[error("only a function of one inbox can be spawned")]
    NotAFunction,
    /// The function or its first frame does not fit within the limits.
    #[error("the new agent does not fit within its limits")]
    Limits,
}

/// A call of a host function that waits for its answer. Plain data, and part of the agent's state: a snapshot may be
/// taken while it waits, and [`Agent::pending`](crate::Agent::pending) gives the call again after a restore.
#[derive(Debug, Clone, PartialEq)]
pub struct HostCall {
    /// The import's name: `console.print`.
    pub name: String,
    /// The arguments; their types are those of the import.
    pub args: Vec<Value>,
    /// The type that the answer must have, in the program's table.
    pub result: TypeId,
}

/// The name of the import that asks to move. It takes the node's name, a `Str`, and gives a `Result[(), E]`.
pub const GO: &str = "agent.go";

/// A wish to go on at another node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// The node's name as the program gave it.
    pub node: String,
    /// The type that the answer must have, in the program's table: a `Result[(), E]`.
    pub result: TypeId,
}

/// Why an agent could not be started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// It runs or has run already.
    #[error("the agent was started already")]
    AlreadyStarted,
    /// There is no such function.
    #[error("the program has no function {0}")]
    NoSuchFunction(u32),
    /// The function is a closure's body and can't be called without its captures.
    #[error("function {0} needs captures and can't be started")]
    NeedsCaptures(String),
    /// Another number of arguments is wanted.
    #[error("{function} takes {wanted} arguments, not {given}")]
    WrongArity {
        /// The function's name.
        function: String,
        /// How many it takes.
        wanted: usize,
        /// How many there were.
        given: usize,
    },
    /// An argument is not of its parameter's type or too large.
    #[error("argument {index}: {error}")]
    BadArgument {
        /// Which, from 0.
        index: usize,
        /// What is wrong.
        error: ValueError,
    },
    /// The first frame does not fit within [`Limits::stack_bytes`](crate::Limits::stack_bytes).
    #[error("the function's frame exceeds the stack limit of {limit_bytes} bytes")]
    StackLimit {
        /// The limit.
        limit_bytes: usize,
    },
}

/// Why a value was not taken into, or given out of, an agent's heap.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// No host call is waiting for an answer.
    #[error("no host call is waiting for an answer")]
    NothingPending,
    /// The value is not of the type that is wanted.
    #[error("a value of type {wanted} is wanted")]
    WrongType {
        /// The type, as text.
        wanted: String,
    },
    /// Functions can't leave an agent or be made by a host.
    #[error("a function can't be given to or taken from a host")]
    Function,
    /// The value contains itself, or is nested deeper than 128 levels.
    #[error("the value contains itself or is nested deeper than 128 levels")]
    TooDeep,
    /// The value is larger than [`Limits::value_bytes`](crate::Limits::value_bytes).
    #[error("the value is larger than {limit_bytes} bytes")]
    TooLarge {
        /// The limit.
        limit_bytes: usize,
    },
    /// The heap has no room for it.
    #[error("the value does not fit within the heap limit of {limit_bytes} bytes")]
    HeapLimit {
        /// The limit.
        limit_bytes: usize,
    },
}
