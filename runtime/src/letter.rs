//! What agents get from each other.

use mob_vm::{Address, AgentName, Message};

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
    /// An agent that this one watches, or is linked with, has come to where this letter is from.
    Moved {
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
    /// It is a message of another type than the inbox is for; or it can't be read at all. In words.
    Unfit(String),
}

impl Letter {
    /// Whether it is a message, of which there may be too many: all others always find room.
    #[must_use]
    pub fn is_message(&self) -> bool {
        matches!(self, Self::Message { .. })
    }
}
