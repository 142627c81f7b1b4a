//! The receiving side of one lane: letters come in, are offered to their agents, and replies go back.

use std::collections::{BTreeMap, HashMap};

use super::place::Place;
use super::receipts::{Number, Sender};
use super::wire::{Breach, Packet, Reply, Word};
use crate::protocol::AgentId;

/// Routes that one lane may have open.
pub(super) const ROUTES_MAX: usize = 1 << 16;
/// Letters of one lane of which only parts are here.
pub(super) const PARTS_MAX: usize = 4;
/// What is taken is acknowledged at once if it is so many letters or bytes, and else a moment later, together with more.
const OWED_LETTERS_MAX: usize = 64;
const OWED_BYTES_MAX: usize = 256 << 10;

/// What becomes of a letter that is offered to its agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offered {
    /// The agent has it, and its receipts say so.
    Taken,
    /// The agent has had it before.
    Duplicate,
    /// Letters are missing before it.
    Gap {
        /// The number that is wanted.
        wanted: u64,
    },
    /// The agent's mailbox is full. Once there is room, the post is told.
    Full,
    /// The agent is about to move. Once it is clear what comes of it, the post is told.
    Held,
    /// The agent is not here.
    Absent,
}

/// What a node knows of an agent that is not here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whereabouts {
    /// It is there, or was when it was last heard of.
    At(Place),
    /// This node is its home, and it ended or never was.
    Gone,
    /// Nothing.
    Unknown,
}

/// The node that a lane leads to.
pub(crate) trait Front {
    /// Whether the agent is here.
    fn has(&self, agent: AgentId) -> bool;
    /// Gives the agent a letter.
    fn offer(&self, sender: Sender, number: Number, to: AgentId, letter: &[u8]) -> Offered;
    /// Gives the agent a letter ahead of all others, if it is here and not about to move. It may have had it before.
    fn offer_urgent(&self, sender: Sender, to: AgentId, letter: &[u8]);
    /// Where the agent is, which is not here.
    fn find(&self, agent: AgentId) -> Whereabouts;
    /// [`Intake::room`] is to be called once the agent can take more.
    fn wait(&self, agent: AgentId);
    /// Whether there is room for so many more bytes of letters in parts from a lane that has `kept` of them here.
    fn has_room_for_parts(&self, kept: usize, more: usize) -> bool;
    /// So many more bytes of letters in parts are here.
    fn keep_parts(&self, bytes: usize);
    /// So many bytes are not here any more.
    fn let_parts_go(&self, bytes: usize);
    /// [`Intake::room_for_parts`] is to be called once some are not here any more.
    fn wait_for_parts(&self);
}

/// One lane's end.
pub(crate) struct Intake {
    sender: Sender,
    letter_bytes: u32,
    routes: HashMap<u32, Route>,
    /// The last route that was opened.
    opened: u32,
    /// Agents that were full or held, and on which routes last. They are here, so there are not too many, and stay in it until they
    /// are heard of, since the node remembers as long whom to tell.
    waiting: HashMap<AgentId, u32>,
    /// Letters of which parts are here.
    parts: usize,
    /// Bytes of these.
    kept: usize,
    /// Routes that were stopped because the node has no room for a letter in parts, and how much room each wants.
    short: BTreeMap<u32, usize>,
    replies: Vec<Reply>,
    /// Routes of which letters were taken that are not acknowledged.
    owed: Vec<u32>,
    owed_letters: usize,
    owed_bytes: usize,
}

struct Route {
    agent: AgentId,
    base: u64,
    /// The number of the letter that comes next.
    next: u64,
    state: State,
    is_owed: bool,
    part: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Live,
    /// Nothing is taken before there is room.
    Waiting,
    /// Nothing is taken any more.
    Stopped,
}

impl Intake {
    /// The end of a lane on which `sender` sends letters of so many bytes at most.
    pub(crate) fn new(sender: Sender, letter_bytes: u32) -> Self {
        Self {
            sender,
            letter_bytes,
            routes: HashMap::new(),
            opened: 0,
            waiting: HashMap::new(),
            parts: 0,
            kept: 0,
            short: BTreeMap::new(),
            replies: Vec::new(),
            owed: Vec::new(),
            owed_letters: 0,
            owed_bytes: 0,
        }
    }

    /// Takes what the sender says.
    pub(crate) fn take(&mut self, packet: Packet<'_>, front: &impl Front) -> Result<(), Breach> {
        match packet {
            Packet::Open { route, base, agent } => self.open(route, base, agent, front),
            Packet::Letter { route, bytes } => self.letter(route, bytes, front),
            Packet::Part { route, bytes } => self.part(route, bytes, front),
            Packet::Close { route } => self.close(route, front),
            Packet::Urgent { route, bytes } => {
                let agent = self.routes.get(&route).ok_or(Breach::Route { route })?.agent;
                front.offer_urgent(self.sender, agent, bytes);
                Ok(())
            }
            Packet::Ping => {
                self.replies.push(Reply::Pong);
                Ok(())
            }
        }
    }

    /// The agent, which was full or held, may take more, or is gone.
    pub(crate) fn room(&mut self, agent: AgentId) {
        let Some(number) = self.waiting.remove(&agent) else { return };
        if let Some(route) = self.routes.get_mut(&number)
            && route.state == State::Waiting
        {
            self.replies.push(route.stop(number, State::Stopped, Word::Room));
        }
    }

    /// There may be room for letters in parts.
    pub(crate) fn room_for_parts(&mut self, front: &impl Front) {
        if self.short.is_empty() {
            return;
        }
        // Before it is looked at, so that no room is made unnoticed.
        front.wait_for_parts();
        let is_ready = |_: &u32, wanted: &mut usize| front.has_room_for_parts(self.kept, *wanted);
        for (number, _) in self.short.extract_if(.., is_ready) {
            if let Some(route) = self.routes.get_mut(&number) {
                self.replies.push(route.stop(number, State::Stopped, Word::Room));
            }
        }
    }

    /// Bytes of letters of which parts are here.
    pub(crate) fn kept(&self) -> usize {
        self.kept
    }

    /// The agents whose routes wait for room.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = AgentId> + '_ {
        self.waiting.keys().copied()
    }

    /// Whether there is something to say.
    pub(crate) fn has_replies(&self) -> bool {
        !self.replies.is_empty() || !self.owed.is_empty()
    }

    /// Whether it should be said at once.
    pub(crate) fn is_urgent(&self) -> bool {
        !self.replies.is_empty() || self.owed_letters >= OWED_LETTERS_MAX || self.owed_bytes >= OWED_BYTES_MAX
    }

    /// All that is to be said.
    pub(crate) fn drain(&mut self, into: &mut Vec<u8>) {
        (self.owed_letters, self.owed_bytes) = (0, 0);
        for number in self.owed.drain(..) {
            let Some(route) = self.routes.get_mut(&number) else { continue };
            route.is_owed = false;
            // Where it was stopped, that reply says what was taken.
            if route.state == State::Live {
                Reply::Route { route: number, next: route.next, word: Word::Taken }.write(into);
            }
        }
        self.replies.drain(..).for_each(|reply| reply.write(into));
    }

    /// Whether just what is kept is accounted for.
    #[cfg(any(test, fuzzing))]
    pub(super) fn is_sound(&self) -> bool {
        let parts = || self.routes.values().map(|route| route.part.len()).filter(|len| *len > 0);
        (self.parts, self.kept) == (parts().count(), parts().sum())
    }

    fn open(&mut self, number: u32, base: u64, agent: AgentId, front: &impl Front) -> Result<(), Breach> {
        if number <= self.opened {
            return Err(Breach::Route { route: number });
        }
        if self.routes.len() >= ROUTES_MAX {
            return Err(Breach::Routes { max: ROUTES_MAX });
        }
        self.opened = number;
        let mut route =
            Route { agent, base, next: base, state: State::Live, is_owed: false, part: Vec::new() };
        if front.has(agent) {
            route.is_owed = true;
            self.owed.push(number);
        } else {
            self.replies.push(route.absent(number, front));
        }
        self.routes.insert(number, route);
        Ok(())
    }

    fn letter(&mut self, number: u32, bytes: &[u8], front: &impl Front) -> Result<(), Breach> {
        let route = self.routes.get_mut(&number).ok_or(Breach::Route { route: number })?;
        if route.state != State::Live {
            return Ok(());
        }
        let part = std::mem::take(&mut route.part);
        let letter = if part.is_empty() {
            check_len(bytes.len(), self.letter_bytes)?;
            offer(route, self.sender, bytes, front)
        } else {
            check_len(part.len() + bytes.len(), self.letter_bytes)?;
            let mut whole = part;
            self.parts -= 1;
            self.kept -= whole.len();
            front.let_parts_go(whole.len());
            whole.extend_from_slice(bytes);
            offer(route, self.sender, &whole, front)
        };
        if letter == Offered::Taken || letter == Offered::Duplicate {
            route.next = route.next.saturating_add(1);
            self.owed_letters += 1;
            self.owed_bytes += bytes.len();
            if !std::mem::replace(&mut route.is_owed, true) {
                self.owed.push(number);
            }
            return Ok(());
        }
        self.replies.push(match letter {
            Offered::Full | Offered::Held => {
                self.waiting.insert(route.agent, number);
                let word = if letter == Offered::Full { Word::Full } else { Word::Held };
                route.stop(number, State::Waiting, word)
            }
            Offered::Gap { wanted } => {
                route.next = wanted;
                route.stop(number, State::Stopped, Word::Gap)
            }
            _ => route.absent(number, front),
        });
        Ok(())
    }

    fn part(&mut self, number: u32, bytes: &[u8], front: &impl Front) -> Result<(), Breach> {
        let route = self.routes.get_mut(&number).ok_or(Breach::Route { route: number })?;
        if route.state != State::Live || bytes.is_empty() {
            return Ok(());
        }
        if route.part.is_empty() && self.parts == PARTS_MAX {
            return Err(Breach::Parts { max: PARTS_MAX });
        }
        check_len(route.part.len() + bytes.len(), self.letter_bytes)?;
        if !has_room_for_part(self.kept, bytes.len(), front) {
            self.short.insert(number, route.part.len() + bytes.len());
            self.replies.push(route.stop(number, State::Waiting, Word::Full));
            let part = std::mem::take(&mut route.part);
            self.let_go(&part, front);
            return Ok(());
        }
        self.parts += usize::from(route.part.is_empty());
        self.kept += bytes.len();
        front.keep_parts(bytes.len());
        route.part.extend_from_slice(bytes);
        Ok(())
    }

    fn close(&mut self, number: u32, front: &impl Front) -> Result<(), Breach> {
        let route = self.routes.remove(&number).ok_or(Breach::Route { route: number })?;
        self.short.remove(&number);
        self.let_go(&route.part, front);
        Ok(())
    }

    /// A letter in parts is not kept any more, if there was one.
    fn let_go(&mut self, part: &[u8], front: &impl Front) {
        if !part.is_empty() {
            self.parts -= 1;
            self.kept -= part.len();
            front.let_parts_go(part.len());
        }
    }
}

impl Route {
    fn stop(&mut self, number: u32, state: State, word: Word) -> Reply {
        self.state = state;
        Reply::Route { route: number, next: self.next, word }
    }

    fn absent(&mut self, number: u32, front: &impl Front) -> Reply {
        let word = match front.find(self.agent) {
            Whereabouts::At(place) => Word::Moved(place),
            Whereabouts::Gone => Word::Gone,
            Whereabouts::Unknown => Word::Unknown,
        };
        self.stop(number, State::Stopped, word)
    }
}

/// Offers the next letter of a route. That an agent is full counts only once the wish to hear of room is known: room made
/// just before that would go unnoticed.
fn offer(route: &Route, sender: Sender, letter: &[u8], front: &impl Front) -> Offered {
    let number = Number { base: route.base, seq: route.next };
    match front.offer(sender, number, route.agent, letter) {
        Offered::Full | Offered::Held => {
            front.wait(route.agent);
            front.offer(sender, number, route.agent, letter)
        }
        other => other,
    }
}

/// Whether there is room for one more part, as [`offer`] finds out whether an agent is full.
fn has_room_for_part(kept: usize, len: usize, front: &impl Front) -> bool {
    front.has_room_for_parts(kept, len) || {
        front.wait_for_parts();
        front.has_room_for_parts(kept, len)
    }
}

fn check_len(len: usize, max: u32) -> Result<(), Breach> {
    if len <= max as usize { Ok(()) } else { Err(Breach::Letter { max }) }
}
