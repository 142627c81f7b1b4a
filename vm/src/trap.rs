//! Why an agent ended against its will, and where.

use serde::{Deserialize, Serialize};
use std::fmt;

use crate::trace::TraceLine;

/// The end of an agent that nothing in its program can catch.
///
/// Its [`Display`](fmt::Display) is the message and the stack trace, one line each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trap {
    /// What happened.
    pub kind: TrapKind,
    /// Where: the innermost call first.
    pub trace: Vec<TraceLine>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum TrapKind {
    /// A result does not fit in an `Int`.
    #[error("integer overflow")]
    Overflow,
    /// Division or remainder by zero.
    #[error("division by zero")]
    DivideByZero,
    /// A shift by less than 0 or more than 63.
    #[error("shift by {amount}, which is not in 0..64")]
    BadShift {
        /// By how much.
        amount: i64,
    },
    /// A `Float` that is no `Int`: NaN, or out of range.
    #[error("{value} does not fit in an Int")]
    NotAnInt {
        /// The `Float`, as text.
        value: String,
    },
    /// An index that the list or string does not have.
    #[error("index {index} is out of range for length {len}")]
    IndexOutOfRange {
        /// The index.
        index: i64,
        /// The length.
        len: u64,
    },
    /// A range whose ends are out of order or outside of the list or string.
    #[error("range {from}..{to} is out of range for length {len}")]
    RangeOutOfRange {
        /// The first index.
        from: i64,
        /// One past the last index.
        to: i64,
        /// The length.
        len: u64,
    },
    /// A key that the map does not have.
    #[error("there is no key {key} in the map")]
    NoSuchKey {
        /// The key, as text.
        key: String,
    },
    /// An entry of a map or set that is not there any more.
    #[error("the entry was removed from the map or set")]
    EntryRemoved,
    /// The last element was asked of an empty list.
    #[error("pop from an empty list")]
    EmptyList,
    /// A length or count below zero.
    #[error("{value} is negative where a length is wanted")]
    NegativeLength {
        /// The number.
        value: i64,
    },
    /// An argument outside of what a native function takes.
    #[error("{0}")]
    BadArgument(String),
    /// A payload was asked of a variant that an enum is not.
    #[error("a value is not of the variant that its match expects")]
    WrongVariant,
    /// `panic` or a failed `assert`.
    #[error("panic: {0}")]
    Panic(String),
    /// Code was reached that the compiler holds to be unreachable.
    #[error("unreachable code was reached")]
    Unreachable,
    /// Another agent, or whoever drives this one, told it to end.
    #[error("exit: {0}")]
    Exited(String),
    /// A host function failed in a way that its signature can't express.
    #[error("{0}")]
    Host(String),
    /// A value given to a host function contains itself or is nested deeper than 128 levels.
    #[error("a value given to the host contains itself, a function, or is nested too deeply")]
    NotTransferable,
    /// The heap's limit.
    #[error("heap limit reached: more than {limit_bytes} bytes of live data")]
    HeapLimit {
        /// [`Limits::heap_bytes`](crate::Limits::heap_bytes).
        limit_bytes: u64,
    },
    /// The stack's limit.
    #[error("stack limit reached: calls nested deeper than {limit_bytes} bytes hold")]
    StackLimit {
        /// [`Limits::stack_bytes`](crate::Limits::stack_bytes).
        limit_bytes: u64,
    },
    /// The limit on open inboxes.
    #[error("inbox limit reached: more than {limit} inboxes are open")]
    InboxLimit {
        /// [`Limits::inboxes`](crate::Limits::inboxes).
        limit: u64,
    },
    /// The limit on a message.
    #[error("message limit reached: a message is larger than {limit_bytes} bytes")]
    MessageLimit {
        /// [`Limits::value_bytes`](crate::Limits::value_bytes).
        limit_bytes: u64,
    },
    /// A message was asked of an inbox that is closed.
    #[error("the inbox is closed")]
    InboxClosed,
    /// A function that is sent has captured an inbox.
    #[error(
        "a function that is sent has captured an inbox, which can't leave its agent: let it use the inbox's address"
    )]
    InboxSent,
    /// The limit on a value given to a host function.
    #[error("value limit reached: a value given to the host is larger than {limit_bytes} bytes")]
    ValueLimit {
        /// [`Limits::value_bytes`](crate::Limits::value_bytes).
        limit_bytes: u64,
    },
}

impl TrapKind {
    /// The name of the limit that was reached, `heap`, `stack`, `value`, `inbox` or `message`; `None` if this is a fault of the program.
    pub fn limit(&self) -> Option<&'static str> {
        match self {
            Self::HeapLimit { .. } => Some("heap"),
            Self::StackLimit { .. } => Some("stack"),
            Self::ValueLimit { .. } => Some("value"),
            Self::InboxLimit { .. } => Some("inbox"),
            Self::MessageLimit { .. } => Some("message"),
            _ => None,
        }
    }
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        self.trace.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl std::error::Error for Trap {}
