//! What agents get from each other.

use mob_vm::{Address, AgentName, Mailbox, Message, MessageError, TypeDescription};
use serde::{Deserialize, Serialize};

use crate::owner::Pass;
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
        /// Who asks, and wants to know where you go.
        watcher: AgentName,
        /// Which.
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
        /// Over the agent that is to be linked.
        pass: Pass,
        /// Over the one that asks, which may be ended because of this.
        back: Pass,
    },
    /// Not any more.
    Unlink {
        /// Whose.
        from: AgentName,
        /// Over the agent that was linked.
        pass: Pass,
    },
    /// End, unless you want to be told of such things instead.
    Exit {
        /// Why.
        reason: Reason,
        /// Over the agent that is to end.
        pass: Pass,
    },
    /// End, in any case.
    Kill {
        /// Why.
        reason: String,
        /// Over the agent that is to end.
        pass: Pass,
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
        /// What came with the message.
        pass: Pass,
    },
    /// An agent that this one watches, or is linked with, is where the letter is from.
    Here(Presence),
}

/// That an agent is somewhere, for one to whom that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Presence {
    /// For one that watches it.
    Watched {
        /// Who is there.
        agent: AgentName,
        /// What the watcher calls that.
        number: i64,
    },
    /// For one that is linked with it.
    Linked {
        /// Who is there.
        agent: AgentName,
        /// Over the one who is told.
        pass: Pass,
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

/// The longest signal in bytes. Reasons are cut, and types described in short, so that none that is sent is as long.
const SIGNAL_LEN_MAX: usize = 64 << 10;
/// What a signal counts beside its text while it is kept.
const SIGNAL_COST: usize = 128;

/// What a letter begins with: which of the two it is.
const MESSAGE: u8 = 0;
const SIGNAL: u8 = 1;

/// Before a message's bytes: its kind, whether it is urgent, the lower bytes of its inbox's number, who sends it, and the pass
/// with which it can be refused.
const MESSAGE_HEAD: usize = 8 + AgentName::LEN + Pass::LEN;

/// Why bytes are no letter for an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecodable {
    /// In words.
    pub why: String,
    /// Who is to be told, and what.
    pub refusal: Option<(AgentName, Signal)>,
}

impl Letter {
    /// The letter of an agent as bytes: a 0, whether it is urgent, six bytes with the inbox's number, the sender's name, its pass to
    /// refuse what it sends and what [`Message::encode`] makes; or a 1 and the signal in MessagePack.
    ///
    /// # Errors
    /// In words, if it can't be sent to an agent of another program, or elsewhere.
    pub fn encode(&self, from: AgentName, refusing: Pass) -> Result<Vec<u8>, String> {
        match self {
            Self::Message { inbox, urgent, message } => {
                let message = message.encode().map_err(|error| error.to_string())?;
                let mut bytes = Vec::with_capacity(MESSAGE_HEAD + message.len());
                bytes.extend([MESSAGE, u8::from(*urgent)]);
                bytes.extend_from_slice(&inbox.to_le_bytes()[..6]);
                bytes.extend_from_slice(&from.0);
                bytes.extend_from_slice(refusing.as_bytes());
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
        let (number, from) = rest.split_at(rest.len() - AgentName::LEN - Pass::LEN);
        let (from, refusing) = from.split_at(AgentName::LEN);
        let (mut inbox, mut name, mut pass) = ([0; 8], AgentName::NOBODY, [0; Pass::LEN]);
        inbox[..number.len()].copy_from_slice(number);
        name.0.copy_from_slice(from);
        pass.copy_from_slice(refusing);
        let inbox = u64::from_le_bytes(inbox);
        match mailbox.decode(inbox, message) {
            Ok(message) => Ok(Self::Message { inbox, urgent: *urgent != 0, message }),
            Err(error) => {
                let why = error.to_string();
                let sent = Message::type_hash_of(message);
                let refusal = match (error, sent) {
                    (MessageError::WrongType(wrong), Some(sent)) => {
                        let pass = Pass::of_bytes(pass);
                        Some((name, Signal::Refused { sent: sent.0, wanted: wrong.wanted, pass }))
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

impl Presence {
    /// Who is there.
    #[must_use]
    pub fn agent(&self) -> AgentName {
        match self {
            Self::Watched { agent, .. } | Self::Linked { agent, .. } => *agent,
        }
    }
}

impl Signal {
    /// About how many bytes it takes.
    pub(crate) fn cost(&self) -> usize {
        SIGNAL_COST
            + match self {
                Self::Exit { reason, .. } | Self::Down { reason, .. } => reason.len(),
                Self::Kill { reason, .. } => reason.len(),
                Self::Refused { wanted, .. } => wanted.to_string().len(),
                _ => 0,
            }
    }

    /// Who is told what in place of what would follow from it, if it can't be kept or is not obeyed.
    pub(crate) fn declined(self, why: &str) -> Option<(AgentName, Self)> {
        let reason = Reason::Lost(why.to_owned());
        match self {
            Self::Monitor { into, number, .. } => {
                Some((into.agent, Self::Down { inbox: into.inbox, number, reason }))
            }
            Self::Link { from, back, .. } => Some((from, Self::Exit { reason, pass: back })),
            _ => None,
        }
    }

    /// The signal of a letter's bytes, if it is one.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(&[SIGNAL]).filter(|signal| signal.len() <= SIGNAL_LEN_MAX)?;
        let signal = rmp_serde::decode::from_read(&mut rest).ok()?;
        rest.is_empty().then_some(signal)
    }
}
