//! The sending side of a node: an outbox for each agent elsewhere, a line to each node that is sent to, and what happens
//! between them.
//!
//! `room` says who may have how much here; `lines` has connections made and notices nodes that are lost; `pump` says what to
//! write on a lane; `replies` takes what comes back; `fates` finds agents that are not where they were thought to be, and gives up
//! in the end.

mod fates;
mod line;
mod lines;
mod pump;
mod replies;
mod room;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::task::{Poll, Waker};

use bytes::Bytes;

use super::limits::PostLimits;
use super::outbox::{Class, Letter, Need, Outbox};
use super::place::{Place, Places};
use super::wire::Lane;
use crate::identity::PublicKey;
use crate::protocol::AgentId;
use crate::protocol::handover::Moment;
use line::{Line, State};
pub(crate) use pump::Batch;
use room::Room;
pub(super) use room::cost;

/// Empty outboxes that are kept, so that the next letter needs no new route.
const IDLE_MAX: usize = 4096;
/// So many times more letters than of messages may wait for an agent if they are signals: as many as there can be agents which
/// it watches or is linked with.
const SIGNALS_PER_MESSAGE: usize = 16;

/// An attempt at a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct LineId {
    /// The node at its other end.
    pub(crate) peer: PublicKey,
    /// Which attempt; no number is used twice.
    pub(crate) number: u64,
}

/// What is to be done, in this order, once the dispatch is not locked any more.
#[derive(Debug)]
pub(crate) enum Action {
    /// Connect, and say [`Dispatch::line_up`] or [`Dispatch::line_down`].
    Connect { line: LineId, addr: String },
    /// End this line. There is nothing to be said of it afterwards.
    Hang(LineId),
    /// There is something to write on a lane.
    Write(LineId, Lane),
    /// Somebody waited for this.
    Wake(Waker),
    /// Letters to an agent that won't arrive, or of which it is not known whether they did.
    Undeliverable { to: AgentId, letters: Vec<Undelivered>, fate: Fate },
    /// A node that was watched is lost.
    NodeLost { node: PublicKey, loss: NodeLoss },
}

/// A letter that is given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    /// Who sent it.
    pub from: AgentId,
    /// The letter.
    pub letter: Bytes,
}

/// Why letters are given back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fate {
    /// The agent ended or never was, or is nowhere to be found.
    #[error("there is no such agent")]
    Gone,
    /// The node where the agent is, or the one that knows where it is, can't be reached. Some of the letters may have arrived.
    #[error("the agent is out of reach: {why}")]
    Lost {
        /// The node.
        node: PublicKey,
        /// What happened.
        why: String,
    },
    /// The node where the agent is takes no letter of this length.
    #[error("the agent's node takes letters of {max} bytes at most")]
    TooLong {
        /// What it takes.
        max: u32,
    },
}

/// Why a node counts as lost.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NodeLoss {
    /// It was not reached for as long as that may last.
    #[error("the node is out of reach: {why}")]
    Unreachable {
        /// What happened.
        why: String,
    },
    /// It was restarted: the agents that it had are no more.
    #[error("the node was restarted")]
    Restarted,
}

/// Why a letter is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PostFull {
    /// Too much waits for the same agent.
    #[error("too many letters wait for this agent")]
    Agent,
    /// Too much waits of what this agent has sent, or for agents on the same node.
    #[error("too many letters of this agent, or for that node, wait here")]
    Share,
    /// It will never fit.
    #[error("a letter of {len} bytes is longer than the {max} that there may be")]
    TooLong {
        /// Its length.
        len: usize,
        /// The longest.
        max: u32,
    },
}

/// Something that falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    /// An outbox's pause is over.
    Agent(AgentId),
    /// A line is to be looked at.
    Line(PublicKey),
}

/// See the module.
pub(crate) struct Dispatch {
    limits: PostLimits,
    outboxes: HashMap<AgentId, Outbox>,
    /// Outboxes that were empty when they were put here; those empty longest come first.
    idle: VecDeque<AgentId>,
    lines: HashMap<PublicKey, Line>,
    places: Places,
    room: Room,
    timers: BTreeSet<(Moment, Due)>,
    /// A new outbox numbers its letters from here: later than any for the same agent that was thrown away.
    base: u64,
    attempts: u64,
    actions: Vec<Action>,
}

impl Dispatch {
    pub(crate) fn new(limits: PostLimits) -> Self {
        Self {
            limits,
            outboxes: HashMap::new(),
            idle: VecDeque::new(),
            lines: HashMap::new(),
            places: Places::default(),
            room: Room::new(limits.total_bytes),
            timers: BTreeSet::new(),
            base: 0,
            attempts: 0,
            actions: Vec::new(),
        }
    }

    /// What is to be done after whatever was called last.
    pub(crate) fn actions(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.actions)
    }

    /// Accepts a letter from an agent that is here.
    pub(crate) fn send(
        &mut self,
        class: Class,
        from: AgentId,
        to: AgentId,
        bytes: Bytes,
        now: Moment,
    ) -> Result<(), PostFull> {
        let at = self.check_room(class, from, to, bytes.len())?;
        let base = self.base;
        let outbox = self.outboxes.entry(to).or_insert_with(|| Outbox::new(base, at));
        let was_empty = outbox.is_empty();
        self.room.take(class, from, outbox.at, bytes.len());
        outbox.push(Letter { from, class, bytes });
        if was_empty {
            self.attach(to, at, now);
        } else if outbox.queued.is_none() {
            self.queue(to);
        }
        Ok(())
    }

    /// Accepts a signal as [`Dispatch::send`] does, and if it is short lets it also be said ahead of all that wait, for as long as
    /// they do: what it says must be the same if it is said twice.
    pub(crate) fn send_urgent(
        &mut self,
        from: AgentId,
        to: AgentId,
        bytes: Bytes,
        now: Moment,
    ) -> Result<(), PostFull> {
        let sent = self.send(Class::Signal, from, to, bytes.clone(), now);
        if let Some(outbox) = self.outboxes.get_mut(&to)
            && bytes.len() <= Lane::EXPRESS_LEN_MAX
        {
            outbox.urgent = Some(bytes);
            self.urge(to);
        }
        sent
    }

    /// Says what is urgent on the route that there is. On one that is opened later, it is said once the agent turns out to take
    /// no letters.
    fn urge(&mut self, agent: AgentId) {
        let Some(outbox) = self.outboxes.get(&agent) else { return };
        if let (Some(bytes), Some(route)) = (&outbox.urgent, outbox.route)
            && let Some(line) = self.lines.get_mut(&outbox.at)
            && line.number == route.line
        {
            line.lanes[route.lane.index()].urgent.insert(route.number, bytes.clone());
            self.actions.push(Action::Write(LineId { peer: outbox.at, number: route.line }, route.lane));
        }
    }

    /// Whether letters to this agent wait here: if so, it must get all that follows by the post, too.
    pub(crate) fn is_pending(&self, to: AgentId) -> bool {
        self.outboxes.get(&to).is_some_and(|outbox| !outbox.is_empty())
    }

    /// Whether there is room for a message of any length; if not, the waker is called when there is.
    pub(crate) fn poll_room(&mut self, from: AgentId, to: AgentId, waker: &Waker) -> Poll<()> {
        if let Some(outbox) = self.outboxes.get_mut(&to)
            && !has_room(outbox, &self.limits)
        {
            note(&mut outbox.wakers, waker);
            return Poll::Pending;
        }
        if !self.room.fits(Class::Message, from, self.node_of(to), self.limits.letter_bytes as usize) {
            self.room.wait(from, to, waker);
            return Poll::Pending;
        }
        Poll::Ready(())
    }

    /// Whether all letters of this sender are acknowledged or given back; if not, the waker is called when they are.
    pub(crate) fn poll_flushed(&mut self, from: AgentId, waker: &Waker) -> Poll<()> {
        if self.room.is_flushed(from, waker) { Poll::Ready(()) } else { Poll::Pending }
    }

    /// An agent is at a place, which counts if it is later than what was known.
    pub(crate) fn learn(&mut self, agent: AgentId, place: Place, now: Moment) {
        let node = place.node;
        if self.places.learn(agent, place)
            && self.outboxes.get(&agent).is_some_and(|outbox| !outbox.is_empty() && outbox.at != node)
        {
            self.relocate(agent, node, now);
        }
    }

    /// When [`Dispatch::tick`] has something to do.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        self.timers.first().map(|(at, _)| *at)
    }

    /// Looks at the time.
    pub(crate) fn tick(&mut self, now: Moment) {
        while let Some((at, due)) = self.timers.first().copied()
            && at <= now
        {
            self.timers.pop_first();
            match due {
                Due::Agent(agent) => self.resume(agent, at),
                Due::Line(peer) => self.look_at(peer, at, now),
            }
        }
    }

    /// Whether there is room for a letter. Gives the node that it goes to.
    fn check_room(
        &self,
        class: Class,
        from: AgentId,
        to: AgentId,
        len: usize,
    ) -> Result<PublicKey, PostFull> {
        let PostLimits { letter_bytes: max, outbox_letters, outbox_bytes, .. } = self.limits;
        if len > max as usize {
            return Err(PostFull::TooLong { len, max });
        }
        let node = self.node_of(to);
        if let Some(outbox) = self.outboxes.get(&to).filter(|outbox| !outbox.is_empty()) {
            let is_full = match class {
                Class::Message => {
                    let bytes: usize = outbox.costs().iter().sum();
                    outbox.len() >= outbox_letters || bytes + cost(len) > outbox_bytes
                }
                Class::Signal => outbox.len() >= outbox_letters * SIGNALS_PER_MESSAGE,
            };
            if is_full {
                return Err(PostFull::Agent);
            }
        }
        if self.room.admits(class, from, node, len) { Ok(node) } else { Err(PostFull::Share) }
    }

    fn node_of(&self, agent: AgentId) -> PublicKey {
        node_of(&self.outboxes, &self.places, agent)
    }

    /// Puts an outbox on the line to a node, and the line to work.
    fn attach(&mut self, agent: AgentId, node: PublicKey, now: Moment) {
        if self.outboxes.get(&agent).is_some_and(|outbox| outbox.at != node) {
            self.leave_route(agent);
        }
        let Some(outbox) = self.outboxes.get_mut(&agent) else { return };
        self.room.redirect(outbox.costs(), outbox.at, node);
        outbox.at = node;
        let line = self.lines.entry(node).or_insert_with(|| Line::new(now));
        line.want(now);
        line.placed.insert(agent);
        if let Some(place) = self.places.find(agent)
            && place.node == node
            && !place.addr.is_empty()
        {
            line.addr.clone_from(&place.addr);
        }
        match line.state {
            State::Up { .. } => self.queue(agent),
            State::Waiting { until } if until <= now => self.connect(node),
            State::Waiting { .. } | State::Connecting => {}
        }
        self.schedule(node);
    }

    /// Takes an outbox off its line.
    fn detach(&mut self, agent: AgentId) {
        self.leave_route(agent);
        let Some(outbox) = self.outboxes.get_mut(&agent) else { return };
        outbox.queued = None;
        if let Some(line) = self.lines.get_mut(&outbox.at) {
            line.placed.remove(&agent);
        }
    }

    fn relocate(&mut self, agent: AgentId, node: PublicKey, now: Moment) {
        self.detach(agent);
        self.attach(agent, node, now);
        // The node that it was thought to be at has more of its share left.
        self.call_waiting(agent);
    }

    /// Gives up the route of an outbox: what is not acknowledged goes again on another one.
    fn leave_route(&mut self, agent: AgentId) {
        let Some(outbox) = self.outboxes.get_mut(&agent) else { return };
        let was_in_parts = outbox.is_in_parts();
        outbox.rewind();
        let Some(route) = outbox.route.take() else { return };
        if let Some(line) = self.lines.get_mut(&outbox.at)
            && line.number == route.line
        {
            let lane = &mut line.lanes[route.lane.index()];
            lane.leave(route.number, was_in_parts);
            self.actions.push(Action::Write(LineId { peer: outbox.at, number: line.number }, route.lane));
        }
    }

    /// Puts an outbox into the queue of its lane, if there is something to send.
    fn queue(&mut self, agent: AgentId) {
        let Some(outbox) = self.outboxes.get_mut(&agent) else { return };
        let Some(line) = self.lines.get_mut(&outbox.at) else { return };
        let State::Up { .. } = line.state else { return };
        let lane = match outbox.need(line.number) {
            Need::Nothing => return,
            Need::Switch => {
                self.leave_route(agent);
                return self.queue(agent);
            }
            Need::Open(lane) | Need::Send(lane) => lane,
        };
        if outbox.queued != Some((line.number, lane)) {
            outbox.queued = Some((line.number, lane));
            line.lanes[lane.index()].ready.push_back(agent);
            self.actions.push(Action::Write(LineId { peer: outbox.at, number: line.number }, lane));
        }
    }

    /// An outbox is empty: keeps it for a while, since the next letter may come soon.
    fn rest(&mut self, agent: AgentId) {
        let Some(outbox) = self.outboxes.get_mut(&agent) else { return };
        (outbox.pause, outbox.urgent) = (None, None);
        if let Some(line) = self.lines.get_mut(&outbox.at) {
            line.placed.remove(&agent);
        }
        let is_on_bulk = outbox.route.is_some_and(|route| route.lane == Lane::Bulk);
        if !std::mem::replace(&mut outbox.is_listed, true) {
            self.idle.push_back(agent);
        }
        if is_on_bulk {
            self.leave_route(agent);
        }
        if self.idle.len() > IDLE_MAX {
            self.throw_away_oldest();
        }
    }

    fn throw_away_oldest(&mut self) {
        let Some(oldest) = self.idle.pop_front() else { return };
        let Some(outbox) = self.outboxes.get_mut(&oldest) else { return };
        outbox.is_listed = false;
        if outbox.is_empty() {
            self.throw_away(oldest);
        }
    }

    /// Forgets an outbox. Should there be another for the same agent, its letters have later numbers.
    fn throw_away(&mut self, agent: AgentId) {
        self.detach(agent);
        if let Some(outbox) = self.outboxes.remove(&agent) {
            self.base = self.base.max(outbox.end());
            self.wake(outbox.wakers);
        }
    }

    /// Accounts for a letter that is not here any more, and was to go to a node.
    fn release(&mut self, class: Class, from: AgentId, node: PublicKey, len: usize) {
        let wakers = self.room.release(class, from, node, len);
        self.wake(wakers);
    }

    /// Calls those who wait for room, if there is.
    fn call_waiting(&mut self, agent: AgentId) {
        if let Some(outbox) = self.outboxes.get_mut(&agent)
            && !outbox.wakers.is_empty()
            && has_room(outbox, &self.limits)
        {
            let wakers = std::mem::take(&mut outbox.wakers);
            self.wake(wakers);
        }
        let (outboxes, places) = (&self.outboxes, &self.places);
        let node_of = |agent| node_of(outboxes, places, agent);
        let ready = self.room.take_ready(self.limits.letter_bytes as usize, node_of);
        self.wake(ready);
    }

    fn wake(&mut self, wakers: Vec<Waker>) {
        self.actions.extend(wakers.into_iter().map(Action::Wake));
    }
}

/// The node to which letters for an agent go: if there are none, that where it was last heard of, or else its home, which knows.
fn node_of(outboxes: &HashMap<AgentId, Outbox>, places: &Places, agent: AgentId) -> PublicKey {
    match outboxes.get(&agent) {
        Some(outbox) if !outbox.is_empty() => outbox.at,
        _ => places.find(agent).map_or(agent.home, |place| place.node),
    }
}

/// Whether a letter of any length fits into an outbox, and others after it: who waits is not called for one at a time.
fn has_room(outbox: &Outbox, limits: &PostLimits) -> bool {
    let bytes: usize = outbox.costs().iter().sum();
    let fits = bytes + cost(limits.letter_bytes as usize) <= limits.outbox_bytes;
    outbox.is_empty() || (outbox.len() <= limits.outbox_letters / 2 && fits)
}

/// Adds a waker, unless it is there.
fn note(wakers: &mut Vec<Waker>, waker: &Waker) {
    if !wakers.iter().any(|other| other.will_wake(waker)) {
        wakers.push(waker.clone());
    }
}
