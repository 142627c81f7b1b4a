//! The letters that wait for one agent, until they are acknowledged.

use std::collections::VecDeque;
use std::task::Waker;

use bytes::Bytes;

use super::dispatch::cost;
use super::wire::{Breach, Lane};
use crate::identity::PublicKey;
use crate::protocol::AgentId;
use crate::protocol::handover::Moment;

/// Letters that may be on their way to one agent: at first, and at most.
const WINDOW_FIRST: usize = 64;
const WINDOW_MAX: usize = 4096;
/// Bytes of letters that may be on their way to one agent; one letter always may.
const FLYING_MAX: usize = 4 << 20;

/// What a letter is: what has no room of the one waits for it, and of the other it is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Something that an agent says to another one.
    Message,
    /// Something about agents.
    Signal,
}

/// What letters take of the room for each class.
pub(super) type Costs = [usize; 2];

impl Class {
    pub(super) fn index(self) -> usize {
        self as usize
    }
}

/// A letter and who sent it.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    pub(super) from: AgentId,
    pub(super) class: Class,
    pub(super) bytes: Bytes,
}

/// The way on which an outbox's letters go at the moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Route {
    /// The attempt at a line to which it belongs.
    pub(super) line: u64,
    pub(super) lane: Lane,
    pub(super) number: u32,
    /// The agent is full or held: nothing is sent before there is word.
    pub(super) is_blocked: bool,
    /// The node has said that the agent is there.
    pub(super) is_confirmed: bool,
}

/// Letters in order; the first has the number `base`.
pub(super) struct Outbox {
    letters: VecDeque<Letter>,
    base: u64,
    /// What they take of the room.
    costs: Costs,
    /// Letters that were sent on the current route.
    sent: usize,
    /// Bytes of those.
    flying: usize,
    /// Bytes sent of the letter after those.
    part: usize,
    window: usize,
    pub(super) route: Option<Route>,
    /// The node where the agent is thought to be, or that is asked where it is.
    pub(super) at: PublicKey,
    /// How often its home had to be asked since the agent was last heard of.
    pub(super) doubts: u32,
    /// Nothing is sent before this.
    pub(super) pause: Option<Moment>,
    /// The lane's queue in which it stands.
    pub(super) queued: Option<(u64, Lane)>,
    /// What the agent is to be told though it takes no letters.
    pub(super) urgent: Option<Bytes>,
    /// Whether it stands among those that were empty.
    pub(super) is_listed: bool,
    /// Who waits for room.
    pub(super) wakers: Vec<Waker>,
}

/// What an outbox needs next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// Nothing, or something that will come by itself.
    Nothing,
    /// To leave its route for one on the other lane.
    Switch,
    /// A route on this lane.
    Open(Lane),
    /// To send on this lane.
    Send(Lane),
}

/// A piece of a letter to send.
pub(super) struct Piece {
    pub(super) bytes: Bytes,
    /// Whether it begins a letter, and whether it ends it.
    pub(super) is_first: bool,
    pub(super) is_last: bool,
}

impl Outbox {
    /// An empty one, whose first letter will have the number `base`.
    pub(super) fn new(base: u64, at: PublicKey) -> Self {
        Self {
            letters: VecDeque::new(),
            base,
            costs: Costs::default(),
            sent: 0,
            flying: 0,
            part: 0,
            window: WINDOW_FIRST,
            route: None,
            at,
            doubts: 0,
            pause: None,
            queued: None,
            urgent: None,
            is_listed: false,
            wakers: Vec::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// How many letters there are.
    pub(super) fn len(&self) -> usize {
        self.letters.len()
    }

    /// What they take of the room.
    pub(super) fn costs(&self) -> Costs {
        self.costs
    }

    /// The number of the first letter, or of the next if there is none.
    pub(super) fn base(&self) -> u64 {
        self.base
    }

    /// The number that comes after all letters here.
    pub(super) fn end(&self) -> u64 {
        self.base + self.letters.len() as u64
    }

    pub(super) fn push(&mut self, letter: Letter) {
        self.costs[letter.class.index()] += cost(letter.bytes.len());
        self.letters.push_back(letter);
    }

    /// What it needs on the line of this number.
    pub(super) fn need(&self, line: u64) -> Need {
        let Some(letter) = self.letters.get(self.sent) else { return Need::Nothing };
        if self.pause.is_some() {
            return Need::Nothing;
        }
        let len = letter.bytes.len();
        let is_short = len <= Lane::EXPRESS_LEN_MAX;
        let Some(route) = self.route.filter(|route| route.line == line) else {
            return Need::Open(if is_short { Lane::Express } else { Lane::Bulk });
        };
        let is_held_up = route.is_blocked
            || (!is_short && !route.is_confirmed)
            || self.sent >= self.window
            || (self.flying > 0 && self.flying + len > FLYING_MAX);
        match route.lane {
            // Across lanes there is no order: what was sent must have arrived first.
            Lane::Express if !is_short && self.sent == 0 => Need::Switch,
            Lane::Express if !is_short => Need::Nothing,
            lane if self.part > 0 => Need::Send(lane),
            _ if is_held_up => Need::Nothing,
            lane => Need::Send(lane),
        }
    }

    /// Bytes of the letter that is sent next, and whether all before it are acknowledged.
    pub(super) fn next(&self) -> Option<(usize, bool)> {
        self.letters.get(self.sent).map(|letter| (letter.bytes.len(), self.sent == 0))
    }

    /// Takes the next piece, of `max` bytes at most, as sent.
    pub(super) fn piece(&mut self, max: usize) -> Option<Piece> {
        let letter = &self.letters.get(self.sent)?.bytes;
        let end = letter.len().min(self.part + max);
        let piece = Piece {
            bytes: letter.slice(self.part..end),
            is_first: self.part == 0,
            is_last: end == letter.len(),
        };
        if piece.is_last {
            self.sent += 1;
            self.flying += letter.len();
            self.part = 0;
        } else {
            self.part = end;
        }
        Some(piece)
    }

    /// Whether a letter was sent in part.
    pub(super) fn is_in_parts(&self) -> bool {
        self.part > 0
    }

    /// Everything that is not acknowledged is to be sent again.
    pub(super) fn rewind(&mut self) {
        (self.sent, self.flying, self.part) = (0, 0, 0);
    }

    /// All letters before `next` have arrived. How many that are is given, and each is given to `done`.
    pub(super) fn acknowledge(&mut self, next: u64, mut done: impl FnMut(Letter)) -> Result<usize, Breach> {
        let count = usize::try_from(next.saturating_sub(self.base)).unwrap_or(usize::MAX);
        if count > self.sent {
            return Err(Breach::NotSent { next });
        }
        for letter in self.letters.drain(..count) {
            self.costs[letter.class.index()] -= cost(letter.bytes.len());
            self.flying -= letter.bytes.len();
            done(letter);
        }
        self.base += count as u64;
        self.sent -= count;
        self.window = (self.window + count).min(WINDOW_MAX);
        Ok(count)
    }

    /// The agent was full: next time, less is sent at once.
    pub(super) fn shrink(&mut self) {
        self.window = (self.window / 2).max(1);
    }

    /// Takes the first letter away. Only where none is on its way.
    pub(super) fn drop_first(&mut self) -> Option<Letter> {
        let letter = self.letters.pop_front()?;
        self.costs[letter.class.index()] -= cost(letter.bytes.len());
        self.base += 1;
        Some(letter)
    }

    /// Takes all letters.
    pub(super) fn empty(&mut self) -> VecDeque<Letter> {
        self.base = self.end();
        self.costs = Costs::default();
        self.rewind();
        std::mem::take(&mut self.letters)
    }
}
