//! Why a message can't be given to another program.

use std::fmt;

use thiserror::Error;

use super::head::VERSION;
use super::{Difference, TypeDescription};
use crate::heap::BadKeys;
use crate::snapshot::SnapshotError;

/// Why a message could not be turned into bytes, or bytes into a message.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MessageError {
    /// It is of another type than is wanted.
    #[error(transparent)]
    WrongType(#[from] Box<WrongType>),
    /// The types that can be reached from its type are too many.
    #[error("messages of type {name} can't be sent to other programs: too many types hang together with it")]
    TypeTooComplex {
        /// The type.
        name: String,
    },
    /// There are functions in it, and the receiver's program doesn't begin with the sender's modules.
    #[error(
        "there is a function in the message, and the receiver runs another program, which doesn't have it: \
         send data, or let both run the same module"
    )]
    OtherProgram,
    /// There is nobody to read it.
    #[error("there is no such inbox")]
    NoInbox,
    /// The bytes end early.
    #[error("the message is cut off after {bytes} bytes")]
    CutOff {
        /// How many bytes there are.
        bytes: usize,
    },
    /// Another build wrote it.
    #[error("the message has format version {version}, and this build reads version {VERSION}")]
    UnknownVersion {
        /// Its version.
        version: u8,
    },
    /// It has more objects than is allowed.
    #[error("the message of {bytes} bytes is over the limit of {limit_bytes} bytes")]
    TooLarge {
        /// What its objects take.
        bytes: usize,
        /// The limit.
        limit_bytes: usize,
    },
    /// It can't be a message.
    #[error("the message is not valid: what stands at word {at} {what}")]
    Malformed {
        /// The word where an object begins, from 1; 0 if it is none.
        at: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A map or set in it has two equal keys.
    #[error("the message is not valid: it has a map or set with two equal keys")]
    EqualKeys,
    /// To look at the keys of its maps and sets would take too long.
    #[error("the message is refused: the keys of its maps and sets take too long to hash and compare")]
    CostlyKeys,
}

impl From<SnapshotError> for MessageError {
    fn from(error: SnapshotError) -> Self {
        match error {
            SnapshotError::Object { at, what } => Self::Malformed { at, what },
            // Nothing else is said of objects.
            _ => Self::Malformed { at: 0, what: "is no message" },
        }
    }
}

impl From<BadKeys> for MessageError {
    fn from(error: BadKeys) -> Self {
        match error {
            BadKeys::Equal => Self::EqualKeys,
            BadKeys::Costly => Self::CostlyKeys,
        }
    }
}

/// A message of one type, for an inbox of another. Its text shows both, as far as they are known, and says where they
/// differ.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct WrongType {
    /// What the message is of. Its bytes don't say; who sends it knows.
    pub sent: Option<TypeDescription>,
    /// What the inbox is for.
    pub wanted: TypeDescription,
}

impl fmt::Display for WrongType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wanted = &self.wanted;
        let Some(sent) = &self.sent else {
            return write!(
                f,
                "the message is not of type {}, which the inbox takes:\n{wanted}",
                wanted.name()
            );
        };
        if sent.name() == wanted.name() {
            let difference = Difference::between(sent, wanted).map(|difference| difference.to_string());
            let difference = difference.as_deref().unwrap_or("they are made of other types");
            write!(f, "the message is of another {} than the inbox takes: {difference}", sent.name())?;
        } else {
            write!(f, "the message is of type {}, and the inbox takes {}", sent.name(), wanted.name())?;
        }
        write!(f, "\nthe message:\n{sent}\nthe inbox:\n{wanted}")
    }
}
