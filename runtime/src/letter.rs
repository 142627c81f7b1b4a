//! What agents get from each other.

use mob_vm::{Address, AgentName, Mailbox, Message, MessageError, TypeDescription};
use serde::{Deserialize, Serialize};

use crate::reason::Reason;

/// Something for one agent, from another one or about it.
#[derive(Debug)]
pub enum Letter {
    /// For one of its inboxes.
    Message {
        /// Which.
        inbox: u64,
        /// Whether it overtakes what waits there without being urgent.
        urgent: bool,
        /// What.
        message: Message,
    },
    /// For the agent itself.
    Signal(Signal),
}

/// Something that is for no inbox. There is always room for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signal {
    /// Let this inbox know when you end.
    Monitor {
        /// Whose, and which.
        into: Address,
        /// What the watcher calls this.
        number: i64,
    },
    /// Don't, any more.
    Unmonitor {
        /// The watcher.
        watcher: AgentName,
        /// What it called that.
        number: i64,
    },
    /// Your end is mine, and mine is yours.
    Link {
        /// Whose.
        from: AgentName,
    },
    /// Not any more.
    Unlink {
        /// Whose.
        from: AgentName,
    },
    /// End, unless you want to be told of such things instead.
    Exit {
        /// Why.
        reason: Reason,
    },
    /// End, in any case.
    Kill {
        /// Why.
        reason: String,
    },
    /// An agent ended that this one, or another one on its behalf, watches.
    Down {
        /// The inbox that is to know.
        inbox: u64,
        /// What the watcher called it.
        number: i64,
        /// How it ended.
        reason: Reason,
    },
    /// Say where you are: this one watches you, or is linked with you, and has come to where the letter is from.
    Where {
        /// Who asks.
        from: AgentName,
    },
    /// A message of yours was of another type than the inbox is for.
    Refused {
        /// The hash of the type that it was of.
        #[serde(with = "serde_bytes")]
        sent: [u8; 32],
        /// What the inbox is for.
        wanted: TypeDescription,
    },
    /// An agent that this one watches, or is linked with, is where the letter is from.
    Here {
        /// Which.
        agent: AgentName,
    },
}

/// Why a letter was not taken.
#[derive(Debug)]
pub enum Unsent {
    /// There is no room for it now: wait for that with [`Office::wake_on_room`](crate::Office::wake_on_room).
    Full(Letter),
    /// There is no such agent, or no such inbox.
    Nobody(Letter),
    /// It is a message of another type than the inbox is for, or can't go there at all. In words.
    Unfit(String),
}

/// What a letter begins with: which of the two it is.
const MESSAGE: u8 = 0;
const SIGNAL: u8 = 1;

/// Before a message's bytes: its kind, whether it is urgent, the lower bytes of its inbox's number, and who sends it.
const MESSAGE_HEAD: usize = 8 + AgentName::LEN;

/// Why bytes are no letter for an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecodable {
    /// In words.
    pub why: String,
    /// Who is to be told, and what.
    pub refusal: Option<(AgentName, Signal)>,
}

impl Letter {
    /// The letter of an agent as bytes: a 0, whether it is urgent, six bytes with the inbox's number, the sender's name and what
    /// [`Message::encode`] makes; or a 1 and the signal in MessagePack.
    ///
    /// # Errors
    /// In words, if it can't be sent to an agent of another program, or elsewhere.
    pub fn encode(&self, from: AgentName) -> Result<Vec<u8>, String> {
        match self {
            Self::Message { inbox, urgent, message } => {
                let message = message.encode().map_err(|error| error.to_string())?;
                let mut bytes = Vec::with_capacity(MESSAGE_HEAD + message.len());
                bytes.extend([MESSAGE, u8::from(*urgent)]);
                bytes.extend_from_slice(&inbox.to_le_bytes()[..6]);
                bytes.extend_from_slice(&from.0);
                bytes.extend_from_slice(&message);
                Ok(bytes)
            }
            Self::Signal(signal) => {
                let mut bytes = vec![SIGNAL];
                rmp_serde::encode::write(&mut bytes, signal).map_err(|error| error.to_string())?;
                Ok(bytes)
            }
        }
    }

    /// The letter of these bytes, for the agent with this mailbox. They may be a stranger's.
    ///
    /// # Errors
    /// They are no letter, or a message that doesn't fit its inbox.
    pub fn decode(bytes: &[u8], mailbox: &Mailbox) -> Result<Self, Box<Undecodable>> {
        let head = bytes.split_first_chunk::<MESSAGE_HEAD>().filter(|(head, _)| head[0] == MESSAGE);
        let Some(([_, urgent, rest @ ..], message)) = head else {
            let no_letter =
                || Box::new(Undecodable { why: "what came is no letter".to_owned(), refusal: None });
            return Signal::decode(bytes).map(Self::Signal).ok_or_else(no_letter);
        };
        let (number, from) = rest.split_at(rest.len() - AgentName::LEN);
        let (mut inbox, mut name) = ([0; 8], AgentName::NOBODY);
        inbox[..number.len()].copy_from_slice(number);
        name.0.copy_from_slice(from);
        let inbox = u64::from_le_bytes(inbox);
        match mailbox.decode(inbox, message) {
            Ok(message) => Ok(Self::Message { inbox, urgent: *urgent != 0, message }),
            Err(error) => {
                let why = error.to_string();
                let sent = Message::type_hash_of(message);
                let refusal = match (error, sent) {
                    (MessageError::WrongType(wrong), Some(sent)) => {
                        Some((name, Signal::Refused { sent: sent.0, wanted: wrong.wanted }))
                    }
                    _ => None,
                };
                Err(Box::new(Undecodable { why, refusal }))
            }
        }
    }
}

impl From<Signal> for Letter {
    fn from(signal: Signal) -> Self {
        Self::Signal(signal)
    }
}

impl Signal {
    /// The signal of a letter's bytes, if it is one.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(&[SIGNAL])?;
        let signal = rmp_serde::decode::from_read(&mut rest).ok()?;
        rest.is_empty().then_some(signal)
    }
}
