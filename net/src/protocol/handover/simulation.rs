//! Nodes, agents and a bad network in virtual time: frames are lost, doubled and overtaken, nodes crash and come
//! back with what was durable. Whatever happens, no two copies of an agent run, and once things calm down each agent
//! runs somewhere. Each of eight ways to get the protocol wrong is caught.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;

use super::message::Offer;
use super::{Action, Desk, Entry, Moment, Timing};
use crate::identity::PublicKey;
use crate::protocol::dice::Dice;
use crate::protocol::{AgentId, AttemptId, Epoch, Frame, Manifest, Packing};

const NODES: usize = 3;
const AGENTS: usize = 2;

/// Eight mistakes that an implementation can make, each of which breaks the promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mistake {
    PreparedNotSynced,
    CommitSentBeforeDurable,
    TargetActivatesOnTimeout,
    SourceResumesAfterCommit,
    EpochsForgotten,
    AbortWhileUndecided,
    AttemptUsedAgain,
    PreparedExpires,
}

#[derive(Debug, Clone)]
enum Packet {
    Frame(Box<Frame>),
    /// The cargo of an attempt. Everything that the real transfer checks is in the root.
    Cargo(AttemptId),
}

#[derive(Debug, Clone)]
enum Event {
    Deliver { from: usize, to: usize, packet: Packet },
    Synced { node: usize, life: u32, entry: Box<Entry> },
    Timer { node: usize, life: u32, attempt: AttemptId },
}

/// What a node has on disk beside the entries of open attempts.
#[derive(Default)]
struct Disk {
    entries: Vec<Entry>,
    /// Agents whose checkpoint is here, and the epoch in which they are to run from it.
    homes: BTreeMap<usize, Epoch>,
    /// Who activated what and when, as an entry that is never deleted.
    active: Vec<Entry>,
}

struct Node {
    desk: Desk,
    disk: Disk,
    /// Agents that run here at this moment.
    running: BTreeMap<usize, Epoch>,
    life: u32,
}

struct World {
    nodes: Vec<Node>,
    queue: BTreeMap<(u64, u64), Event>,
    now: u64,
    count: u64,
    dice: Dice,
    calm: bool,
    mistake: Option<Mistake>,
    latest: HashMap<usize, Epoch>,
    broken: Option<String>,
}

fn key(node: usize) -> PublicKey {
    PublicKey::from_bytes([node as u8; 32])
}

fn node_of(key: PublicKey) -> usize {
    key.as_bytes()[0].into()
}

fn agent_id(agent: usize) -> AgentId {
    AgentId { home: key(0), random: [agent as u8; 10] }
}

fn agent_of(id: AgentId) -> usize {
    id.random[0].into()
}

impl World {
    fn new(seed: u64, mistake: Option<Mistake>) -> Self {
        let node = || Node {
            desk: Desk::new(Timing::default()),
            disk: Disk::default(),
            running: BTreeMap::new(),
            life: 0,
        };
        let mut world = Self {
            nodes: (0..NODES).map(|_| node()).collect(),
            queue: BTreeMap::new(),
            now: 0,
            count: 0,
            dice: Dice(seed),
            calm: false,
            mistake,
            latest: HashMap::new(),
            broken: None,
        };
        for agent in 0..AGENTS {
            world.nodes[agent % NODES].disk.homes.insert(agent, Epoch::FIRST);
            world.run_agent(agent % NODES, agent, Epoch::FIRST);
        }
        world
    }

    fn is(&self, mistake: Mistake) -> bool {
        self.mistake == Some(mistake)
    }

    fn schedule(&mut self, in_ms: u64, event: Event) {
        self.count += 1;
        self.queue.insert((self.now + in_ms, self.count), event);
    }

    fn run_agent(&mut self, node: usize, agent: usize, epoch: Epoch) {
        for (other, it) in self.nodes.iter().enumerate() {
            if it.running.contains_key(&agent) {
                self.broken.get_or_insert(format!("agent {agent} would run on {other} and on {node}"));
            }
        }
        let latest = self.latest.entry(agent).or_insert(epoch);
        if epoch < *latest {
            self.broken.get_or_insert(format!("agent {agent} runs in {epoch:?}, after {latest:?}"));
        }
        *latest = epoch;
        self.nodes[node].running.insert(agent, epoch);
    }

    /// An agent wants to go somewhere.
    fn depart(&mut self, node: usize, agent: usize) {
        let to = (node + 1 + self.dice.roll(NODES as u64 - 1) as usize) % NODES;
        let Some(epoch) = self.nodes[node].running.remove(&agent) else { return };
        let mut attempt = [0; 16];
        let reused = self.is(Mistake::AttemptUsedAgain);
        let count = if reused { agent as u64 + 1 } else { 1000 + self.count };
        attempt[..8].copy_from_slice(&count.to_le_bytes());
        self.count += 1;
        let offer = Offer {
            attempt: AttemptId(attempt),
            agent: agent_id(agent),
            epoch: epoch.next(),
            name: String::new(),
            code: Vec::new(),
            capabilities: Vec::new(),
            cargo: Manifest { len: 1, root: [agent as u8; 32] },
            eager: false,
            home_addr: String::new(),
        };
        let now = Moment(self.now);
        let actions = self.nodes[node].desk.offer(offer, key(to), now);
        self.perform(node, AttemptId(attempt), to, actions);
    }

    fn perform(&mut self, node: usize, attempt: AttemptId, peer: usize, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::Send(frame) => self.send(node, peer, &Packet::Frame(Box::new(frame))),
                Action::Consider => {
                    let actions =
                        self.nodes[node].desk.accept(attempt, Vec::new(), Packing::Plain, Moment(self.now));
                    self.perform(node, attempt, peer, actions);
                }
                Action::Transfer { .. } => {
                    self.send(node, peer, &Packet::Cargo(attempt));
                    let actions = self.nodes[node].desk.transferred(attempt, Moment(self.now));
                    self.perform(node, attempt, peer, actions);
                }
                Action::Receive { .. } => {}
                Action::Persist(entry) => self.persist(node, peer, entry),
                Action::Resume(_) => self.resume(node),
                Action::Forget => self.nodes[node].disk.entries.retain(|entry| entry.attempt() != attempt),
                Action::Lose => {
                    self.broken.get_or_insert(format!("{attempt:?} was lost"));
                }
                Action::Activate => self.activate(node, attempt),
                Action::Discard => self.nodes[node].disk.entries.retain(|entry| entry.attempt() != attempt),
            }
        }
        if let Some(deadline) = self.nodes[node].desk.role(attempt).and_then(super::desk::Role::deadline) {
            let life = self.nodes[node].life;
            self.schedule(deadline.0.saturating_sub(self.now) + 1, Event::Timer { node, life, attempt });
        }
    }

    fn persist(&mut self, node: usize, peer: usize, entry: Entry) {
        let attempt = entry.attempt();
        let early = match entry {
            Entry::Prepared { .. } => self.is(Mistake::PreparedNotSynced),
            Entry::Committed { .. } => self.is(Mistake::CommitSentBeforeDurable),
            Entry::Active { .. } => false,
        };
        let delay = 1 + self.dice.roll(20);
        let life = self.nodes[node].life;
        self.schedule(delay, Event::Synced { node, life, entry: Box::new(entry) });
        if early {
            let actions = self.nodes[node].desk.persisted(attempt, Moment(self.now));
            self.perform(node, attempt, peer, actions);
        }
    }

    fn synced(&mut self, node: usize, entry: Entry) {
        let attempt = entry.attempt();
        let disk = &mut self.nodes[node].disk;
        match &entry {
            Entry::Committed { offer, .. } => {
                disk.homes.remove(&agent_of(offer.agent));
                disk.entries.push(entry);
            }
            Entry::Prepared { .. } => disk.entries.push(entry),
            Entry::Active { offer } => {
                disk.homes.insert(agent_of(offer.agent), offer.epoch);
                disk.entries.retain(|old| old.attempt() != attempt);
                disk.active.push(entry);
            }
        }
    }

    /// A hop failed: the agent goes on from its checkpoint here.
    fn resume(&mut self, node: usize) {
        let frozen: Vec<_> = self.nodes[node].disk.homes.clone().into_iter().collect();
        for (agent, epoch) in frozen {
            let leaving = self.nodes[node].desk.open().any(|open| {
                matches!(self.nodes[node].desk.role(open), Some(super::Role::Source(source))
                    if agent_of(source.offered().agent) == agent)
            });
            if !leaving && !self.nodes[node].running.contains_key(&agent) {
                self.run_agent(node, agent, epoch);
            }
        }
    }

    fn activate(&mut self, node: usize, attempt: AttemptId) {
        let Some(Entry::Active { offer }) =
            self.nodes[node].disk.active.iter().rev().find(|entry| entry.attempt() == attempt).cloned()
        else {
            self.broken.get_or_insert(format!("{attempt:?} activated without being durable"));
            return;
        };
        self.run_agent(node, agent_of(offer.agent), offer.epoch);
    }

    fn send(&mut self, from: usize, to: usize, packet: &Packet) {
        let copies = match self.dice.roll(10) {
            _ if self.calm => 1,
            0..=1 => 0,
            2 => 2,
            _ => 1,
        };
        for _ in 0..copies {
            let late = if !self.calm && self.dice.roll(10) == 0 { 30_000 } else { 100 };
            let delay = 1 + self.dice.roll(late);
            self.schedule(delay, Event::Deliver { from, to, packet: packet.clone() });
        }
    }

    fn crash(&mut self, node: usize) {
        // What was being written may have become durable without anyone being told.
        let pending: Vec<_> = self
            .queue
            .iter()
            .filter(|(_, event)| matches!(event, Event::Synced { node: n, .. } if *n == node))
            .map(|(at, _)| *at)
            .collect();
        for at in pending {
            if let Some(Event::Synced { entry, life, .. }) = self.queue.remove(&at)
                && life == self.nodes[node].life
                && self.dice.roll(2) == 0
            {
                self.synced(node, *entry);
            }
        }
        let forget = self.is(Mistake::EpochsForgotten);
        let it = &mut self.nodes[node];
        it.life += 1;
        it.running.clear();
        it.desk = Desk::new(Timing::default());
        let mut entries = if forget { Vec::new() } else { it.disk.active.clone() };
        entries.extend(it.disk.entries.clone());
        let open = it.desk.recover(entries, Moment(self.now));
        let homes = it.disk.homes.clone();
        for (agent, epoch) in homes {
            self.run_agent(node, agent, epoch);
        }
        for (attempt, actions) in open {
            let peer = node_of(self.nodes[node].desk.role(attempt).unwrap().peer());
            self.perform(node, attempt, peer, actions);
        }
    }

    fn deliver(&mut self, from: usize, to: usize, packet: Packet) {
        let now = Moment(self.now);
        let (attempt, actions) = match packet {
            Packet::Frame(frame) => {
                let attempt = super::message::attempt(&frame).unwrap();
                if self.is(Mistake::AbortWhileUndecided)
                    && matches!(*frame, Frame::Query(_) | Frame::Prepared(_))
                    && matches!(self.nodes[to].desk.role(attempt), Some(super::Role::Source(s)) if s.deadline().is_none())
                {
                    self.send(to, from, &Packet::Frame(Box::new(super::Source::presumed(attempt))));
                }
                (attempt, self.nodes[to].desk.receive(key(from), &frame, now))
            }
            Packet::Cargo(attempt) => (attempt, self.nodes[to].desk.received(attempt)),
        };
        self.perform(to, attempt, from, actions);
    }

    fn timer(&mut self, node: usize, attempt: AttemptId) {
        let now = Moment(self.now);
        let Some(role) = self.nodes[node].desk.role(attempt) else { return };
        if role.deadline().is_none_or(|deadline| deadline > now) {
            return;
        }
        let (peer, offer) = (node_of(role.peer()), role.offered().clone());
        let actions = self.nodes[node].desk.expire(attempt, now);
        let asks = actions.iter().any(|action| matches!(action, Action::Send(Frame::Query(_))));
        let insists = actions.iter().any(|action| matches!(action, Action::Send(Frame::Commit(_))));
        self.perform(node, attempt, peer, actions);
        let forged: Option<Frame> = match self.mistake {
            Some(Mistake::TargetActivatesOnTimeout) if asks => {
                let (agent, epoch) = (offer.agent, offer.epoch);
                Some(super::message::Commit { attempt, agent, epoch }.into())
            }
            Some(Mistake::PreparedExpires) if asks => Some(super::Source::presumed(attempt)),
            _ => None,
        };
        if let Some(frame) = forged {
            let actions = self.nodes[node].desk.receive(key(peer), &frame, now);
            self.perform(node, attempt, peer, actions);
        }
        if insists && self.is(Mistake::SourceResumesAfterCommit) {
            self.run_agent(node, agent_of(offer.agent), Epoch(offer.epoch.0 - 1));
        }
    }

    fn step(&mut self) -> bool {
        let Some(((at, _), event)) = self.queue.pop_first() else { return false };
        self.now = self.now.max(at);
        match event {
            Event::Deliver { from, to, packet } => self.deliver(from, to, packet),
            Event::Timer { node, life, attempt } if life == self.nodes[node].life => {
                self.timer(node, attempt);
            }
            Event::Synced { node, life, entry } if life == self.nodes[node].life => {
                let attempt = entry.attempt();
                let role = self.nodes[node].desk.role(attempt);
                let peer = role.map(|role| node_of(role.peer()));
                // A discarded attempt's entry is deleted after it was written.
                if let Some(peer) = peer {
                    self.synced(node, *entry);
                    let actions = self.nodes[node].desk.persisted(attempt, Moment(self.now));
                    self.perform(node, attempt, peer, actions);
                }
            }
            Event::Timer { .. } | Event::Synced { .. } => {}
        }
        true
    }

    /// A wild time, then a calm one. What was broken, if anything.
    fn play(mut self, steps: u64) -> Option<String> {
        for _ in 0..steps {
            match self.dice.roll(40) {
                0..=2 => {
                    let (node, agent) =
                        (self.dice.roll(NODES as u64) as usize, self.dice.roll(AGENTS as u64) as usize);
                    self.depart(node, agent);
                }
                3 if self.dice.roll(3) == 0 => {
                    let node = self.dice.roll(NODES as u64) as usize;
                    self.crash(node);
                }
                _ => {
                    self.step();
                }
            }
            if self.broken.is_some() {
                return self.broken;
            }
        }
        self.calm = true;
        for _ in 0..100_000 {
            if !self.step() {
                break;
            }
        }
        for agent in 0..AGENTS {
            if !self.nodes.iter().any(|node| node.running.contains_key(&agent)) {
                self.broken.get_or_insert(format!("agent {agent} runs nowhere"));
            }
        }
        if self.nodes.iter().any(|node| node.desk.open().next().is_some()) {
            self.broken.get_or_insert("an attempt never ends".to_owned());
        }
        self.broken
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn one_copy_runs_and_none_is_lost(seed: u64, steps in 50..1500_u64) {
        prop_assert_eq!(World::new(seed, None).play(steps), None);
    }
}

#[test]
fn each_mistake_is_caught() {
    for mistake in [
        Mistake::PreparedNotSynced,
        Mistake::CommitSentBeforeDurable,
        Mistake::TargetActivatesOnTimeout,
        Mistake::SourceResumesAfterCommit,
        Mistake::EpochsForgotten,
        Mistake::AbortWhileUndecided,
        Mistake::AttemptUsedAgain,
        Mistake::PreparedExpires,
    ] {
        let caught = (0..3000).find_map(|seed| World::new(seed, Some(mistake)).play(1500));
        assert!(caught.is_some(), "{mistake:?} went unnoticed");
    }
}
