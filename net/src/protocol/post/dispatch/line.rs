//! The line to one node: whether it stands, and what is to be written on its lanes.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use bytes::Bytes;

use crate::protocol::AgentId;
use crate::protocol::handover::Moment;

/// An agent's home is asked within this time, in milliseconds; the line to where the agent was is not needed meanwhile.
const UNTRIED_MS: u64 = 1000;

/// See the module.
pub(super) struct Line {
    /// The attempt that is under way or stands; 0 if there is none.
    pub(super) number: u64,
    pub(super) state: State,
    /// Since when the node has not been reached, where the line does not stand.
    pub(super) since: Moment,
    /// Why not.
    pub(super) why: String,
    /// Attempts that failed since it last stood.
    pub(super) failures: u32,
    /// Whether its loss is to be told.
    pub(super) is_watched: bool,
    /// `HOST:PORT`, or empty if it is not known.
    pub(super) addr: String,
    /// The node's life when it was last reached.
    pub(super) life: Option<u64>,
    /// Outboxes with letters that go this way.
    pub(super) placed: HashSet<AgentId>,
    pub(super) lanes: [LaneOut; 2],
    /// When to look at it.
    pub(super) due: Option<Moment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing is tried before then.
    Waiting {
        /// When.
        until: Moment,
    },
    Connecting,
    Up {
        since: Moment,
        /// The longest letter that the node takes.
        letter_bytes: u32,
        /// When the node is asked next whether it is there.
        ping: Moment,
        /// Since when it owes an answer to that.
        asked: Option<Moment>,
    },
}

impl Line {
    pub(super) fn new(now: Moment) -> Self {
        Self {
            number: 0,
            state: State::Waiting { until: now },
            since: now,
            why: "it did not answer".to_owned(),
            failures: 0,
            is_watched: false,
            addr: String::new(),
            life: None,
            placed: HashSet::new(),
            lanes: Default::default(),
            due: None,
        }
    }

    /// Somebody is about to need it. If for a while nobody did, and so nothing was tried, the time before does not count.
    pub(super) fn want(&mut self, now: Moment) {
        if let State::Waiting { until } = self.state
            && !self.is_wanted()
            && now >= until.after(UNTRIED_MS)
        {
            self.since = now;
        }
    }

    /// This node has slept for so many milliseconds: the other one is not to blame for what was not heard meanwhile.
    pub(super) fn excuse(&mut self, ms: u64) {
        self.since = self.since.after(ms);
        if let State::Up { asked: Some(asked), .. } = &mut self.state {
            *asked = asked.after(ms);
        }
    }

    /// Whether anybody needs it.
    pub(super) fn is_wanted(&self) -> bool {
        self.is_watched || !self.placed.is_empty()
    }
}

/// What is to be written on a lane.
#[derive(Default)]
pub(super) struct LaneOut {
    /// Open routes.
    pub(super) routes: HashMap<u32, AgentId>,
    /// Routes opened so far: the number of the last one.
    pub(super) opened: u32,
    /// Who has something to send, in the order of their turns.
    pub(super) ready: VecDeque<AgentId>,
    /// Who has to wait until another has sent all of a long letter, or a route is free.
    pub(super) parked: Vec<AgentId>,
    /// Letters that were sent in part.
    pub(super) parts: usize,
    /// Routes to be closed.
    pub(super) closing: Vec<u32>,
    /// What is to be said ahead of all letters, by route.
    pub(super) urgent: BTreeMap<u32, Bytes>,
    /// Whether to ask if the node is there.
    pub(super) is_asking: bool,
}

impl LaneOut {
    /// Closes a route; whether a letter on it was sent in part.
    pub(super) fn leave(&mut self, route: u32, was_in_parts: bool) {
        if self.routes.remove(&route).is_some() {
            self.closing.push(route);
            self.parts -= usize::from(was_in_parts);
            self.unpark();
        }
    }

    /// Those who had to wait have their turns again.
    pub(super) fn unpark(&mut self) {
        self.ready.extend(self.parked.drain(..));
    }
}
