//! Who may have how much of the memory for letters.
//!
//! There is room for so many bytes of messages, and as much for signals. Every node that is sent to, and every agent that sends,
//! may have as much of it as is left free once it has that: one that takes all it can get has half, two have a third each, and
//! there is always some left for those who have little. So a node that acknowledges nothing, or an agent that floods the world,
//! makes nobody wait but those who send to that node, and itself.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::task::Waker;

use super::super::outbox::{Class, Costs};
use super::super::wire::Lane;
use crate::identity::PublicKey;
use crate::protocol::AgentId;

/// What a letter counts beside its bytes: where it stands, and its part of the outbox and the line.
const LETTER_COST: usize = 256;

/// What a letter of so many bytes takes of the room.
pub(in super::super) fn cost(len: usize) -> usize {
    len.saturating_add(LETTER_COST)
}

/// Who has how much.
pub(super) struct Room {
    /// Of each class.
    max: usize,
    used: Costs,
    nodes: HashMap<PublicKey, Costs>,
    senders: HashMap<AgentId, Sender>,
    waiting: Vec<Waiting>,
}

/// What an agent that is here has sent, as far as it waits.
#[derive(Default)]
struct Sender {
    letters: usize,
    costs: Costs,
    /// Who waits until there is none of it.
    wakers: Vec<Waker>,
}

/// Somebody who waits for room.
struct Waiting {
    from: AgentId,
    to: AgentId,
    waker: Waker,
}

impl Room {
    pub(super) fn new(max: usize) -> Self {
        let (nodes, senders) = (HashMap::new(), HashMap::new());
        Self { max, used: Costs::default(), nodes, senders, waiting: Vec::new() }
    }

    /// Whether there is room for a letter from an agent to another one that should be at a node. A short message of an agent that
    /// has no other here always has room, so that nobody waits for others alone.
    pub(super) fn admits(&self, class: Class, from: AgentId, node: PublicKey, len: usize) -> bool {
        let has_none = || self.senders.get(&from).is_none_or(|sender| sender.letters == 0);
        self.fits(class, from, node, len) || (len <= Lane::EXPRESS_LEN_MAX && has_none())
    }

    /// Whether a letter fits into the shares of its sender and of the node.
    pub(super) fn fits(&self, class: Class, from: AgentId, node: PublicKey, len: usize) -> bool {
        let (used, cost) = (self.used[class.index()], cost(len));
        let left = self.max.saturating_sub(used.saturating_add(cost));
        let of_sender = self.senders.get(&from).map_or(0, |sender| sender.costs[class.index()]);
        let of_node = self.nodes.get(&node).map_or(0, |costs| costs[class.index()]);
        used == 0 || of_sender.max(of_node).saturating_add(cost) <= left
    }

    /// A letter is here.
    pub(super) fn take(&mut self, class: Class, from: AgentId, node: PublicKey, len: usize) {
        let (class, cost) = (class.index(), cost(len));
        self.used[class] += cost;
        self.nodes.entry(node).or_default()[class] += cost;
        let sender = self.senders.entry(from).or_default();
        sender.letters += 1;
        sender.costs[class] += cost;
    }

    /// A letter is not here any more. Gives who waited until none of its sender's is.
    pub(super) fn release(&mut self, class: Class, from: AgentId, node: PublicKey, len: usize) -> Vec<Waker> {
        let (class, cost) = (class.index(), cost(len));
        self.used[class] -= cost;
        let mut costs = Costs::default();
        costs[class] = cost;
        self.take_from_node(node, costs);
        let Entry::Occupied(mut sender) = self.senders.entry(from) else { return Vec::new() };
        sender.get_mut().letters -= 1;
        sender.get_mut().costs[class] -= cost;
        if sender.get().letters == 0 { sender.remove().wakers } else { Vec::new() }
    }

    /// Letters of these costs go to another node than was thought.
    pub(super) fn redirect(&mut self, costs: Costs, from: PublicKey, to: PublicKey) {
        if costs != Costs::default() {
            self.take_from_node(from, costs);
            let there = self.nodes.entry(to).or_default();
            there.iter_mut().zip(costs).for_each(|(there, cost)| *there += cost);
        }
    }

    fn take_from_node(&mut self, node: PublicKey, costs: Costs) {
        let Entry::Occupied(mut there) = self.nodes.entry(node) else { return };
        there.get_mut().iter_mut().zip(costs).for_each(|(there, cost)| *there -= cost);
        if *there.get() == Costs::default() {
            there.remove();
        }
    }

    /// Whether none of an agent's letters is here; if there are, the waker is called when there are none.
    pub(super) fn is_flushed(&mut self, from: AgentId, waker: &Waker) -> bool {
        let Some(sender) = self.senders.get_mut(&from) else { return true };
        if !sender.wakers.iter().any(|other| other.will_wake(waker)) {
            sender.wakers.push(waker.clone());
        }
        false
    }

    /// The waker is to be called once there may be room for what an agent wants to send to another one.
    pub(super) fn wait(&mut self, from: AgentId, to: AgentId, waker: &Waker) {
        let is_known = |other: &Waiting| (other.from, other.to) == (from, to) && other.waker.will_wake(waker);
        if !self.waiting.iter().any(is_known) {
            self.waiting.push(Waiting { from, to, waker: waker.clone() });
        }
    }

    /// Those for whom there may be room: for a letter of so many bytes, or for a short one.
    pub(super) fn take_ready(&mut self, len: usize, node_of: impl Fn(AgentId) -> PublicKey) -> Vec<Waker> {
        if self.waiting.is_empty() {
            return Vec::new();
        }
        let waiting = std::mem::take(&mut self.waiting);
        let is_ready = |waiting: &Waiting| {
            !self.senders.contains_key(&waiting.from)
                || self.fits(Class::Message, waiting.from, node_of(waiting.to), len)
        };
        let (ready, waiting): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_ready);
        self.waiting = waiting;
        ready.into_iter().map(|waiting| waiting.waker).collect()
    }
}

#[cfg(any(test, fuzzing))]
impl super::Dispatch {
    /// Whether just what waits is accounted for.
    pub(crate) fn is_sound(&self) -> bool {
        let (mut used, mut nodes) = (Costs::default(), HashMap::<PublicKey, Costs>::new());
        let mut letters = 0;
        for outbox in self.outboxes.values().filter(|outbox| !outbox.is_empty()) {
            let at = nodes.entry(outbox.at).or_default();
            at.iter_mut().zip(outbox.costs()).for_each(|(at, cost)| *at += cost);
            used.iter_mut().zip(outbox.costs()).for_each(|(used, cost)| *used += cost);
            letters += outbox.len();
        }
        let of_senders: usize = self.room.senders.values().map(|sender| sender.letters).sum();
        (&self.room.used, &self.room.nodes, of_senders) == (&used, &nodes, letters)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::task::Wake;

    use super::*;

    struct Nobody;

    impl Wake for Nobody {
        fn wake(self: Arc<Self>) {}
    }

    const MAX: usize = 1 << 20;
    const LEN: usize = 10_000;

    fn node(number: u8) -> PublicKey {
        PublicKey::from_bytes([number; 32])
    }

    fn agent(number: u8) -> AgentId {
        AgentId { home: node(0), random: [number; 10] }
    }

    /// How many letters there is room for.
    fn fill(room: &mut Room, class: Class, from: u8, to: u8) -> usize {
        let mut count = 0;
        while room.fits(class, agent(from), node(to), LEN) {
            room.take(class, agent(from), node(to), LEN);
            count += 1;
        }
        count
    }

    #[test]
    fn who_takes_all_it_can_get_leaves_as_much() {
        let mut room = Room::new(MAX);
        let all = MAX / cost(LEN);
        assert_eq!(fill(&mut room, Class::Message, 1, 1), all / 2);
        // Neither that agent nor that node has more, and others have the half of the half.
        assert_eq!(fill(&mut room, Class::Message, 1, 2), 0);
        assert_eq!(fill(&mut room, Class::Message, 2, 1), 0);
        assert_eq!(fill(&mut room, Class::Message, 2, 2), all / 4);
        // Signals have room of their own.
        assert_eq!(fill(&mut room, Class::Signal, 1, 1), all / 2);
    }

    #[test]
    fn the_first_short_letter_of_an_agent_has_room_in_any_case() {
        let mut room = Room::new(MAX);
        for number in 1..=100 {
            fill(&mut room, Class::Message, number, number);
        }
        assert!(!room.fits(Class::Message, agent(101), node(101), LEN));
        assert!(room.admits(Class::Message, agent(101), node(1), LEN));
        assert!(!room.admits(Class::Message, agent(101), node(1), Lane::EXPRESS_LEN_MAX + 1));
        room.take(Class::Message, agent(101), node(1), LEN);
        assert!(!room.admits(Class::Message, agent(101), node(1), LEN));
    }

    #[test]
    fn what_is_released_is_as_if_it_had_never_been() {
        let mut room = Room::new(MAX);
        room.take(Class::Message, agent(1), node(1), LEN);
        room.take(Class::Signal, agent(1), node(1), LEN);
        room.redirect([cost(LEN), cost(LEN)], node(1), node(2));
        assert!(!room.is_flushed(agent(1), Waker::noop()));
        assert!(room.release(Class::Message, agent(1), node(2), LEN).is_empty());
        assert_eq!(room.release(Class::Signal, agent(1), node(2), LEN).len(), 1);
        assert!(room.nodes.is_empty() && room.senders.is_empty() && room.used == Costs::default());
        assert!(room.is_flushed(agent(1), Waker::noop()));
    }

    #[test]
    fn those_are_called_for_whom_there_is_room() {
        let mut room = Room::new(MAX);
        let count = fill(&mut room, Class::Message, 1, 1);
        let waker = Waker::from(Arc::new(Nobody));
        room.wait(agent(1), agent(9), &waker);
        room.wait(agent(1), agent(9), &waker);
        assert!(room.take_ready(LEN, |_| node(1)).is_empty());
        for _ in 0..count.min(2) {
            room.release(Class::Message, agent(1), node(1), LEN);
        }
        assert_eq!(room.take_ready(LEN, |_| node(1)).len(), 1);
        assert!(room.take_ready(LEN, |_| node(1)).is_empty());
    }
}
