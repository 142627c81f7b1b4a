//! The agents of one simulated node, and what it knows of others.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::super::wire::Lane;
use super::super::{Front, LineId, Number, Offered, Place, Receipts, Sender, Verdict, Whereabouts};
use super::Mistake;
use crate::identity::PublicKey;
use crate::protocol::{AgentId, Epoch};

/// Letters that a mailbox holds.
const MAILBOX_MAX: usize = 4;
/// Bytes of letters in parts for which there is room if more than one end has some: not for two of the longest.
const PARTS_MAX: usize = 200_000;

/// One end of a lane: where letters arrive.
pub(super) type EndId = (LineId, usize, Lane);

/// A letter: who sent it, and how many that one had sent to the same agent before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Written {
    pub(super) from: usize,
    pub(super) count: u32,
}

/// An agent that is here.
#[derive(Debug, Clone)]
pub(super) struct Resident {
    pub(super) epoch: Epoch,
    pub(super) receipts: Receipts,
    pub(super) mailbox: VecDeque<Written>,
    /// What it has sent to each.
    pub(super) sent: BTreeMap<usize, u32>,
    /// It is on its way elsewhere.
    pub(super) is_held: bool,
    /// Where it goes once its letters are acknowledged.
    pub(super) wants_to: Option<usize>,
}

impl Resident {
    pub(super) fn new(epoch: Epoch) -> Self {
        Self {
            epoch,
            receipts: Receipts::default(),
            mailbox: VecDeque::new(),
            sent: BTreeMap::new(),
            is_held: false,
            wants_to: None,
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.mailbox.len() >= MAILBOX_MAX
    }
}

/// What one node has in memory beside its post.
#[derive(Default)]
pub(super) struct Local {
    pub(super) agents: BTreeMap<usize, Resident>,
    /// Where agents went that were here.
    pub(super) left: BTreeMap<usize, Place>,
    /// Where agents are whose home this is.
    pub(super) homed: BTreeMap<usize, Place>,
    /// Ends of lanes that wait for room.
    pub(super) waiting: BTreeSet<(usize, EndId)>,
    /// Letters that the old host passes on by mistake.
    pub(super) passed_on: Vec<(usize, Written)>,
}

/// What a node keeps of letters in parts.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) kept: Cell<usize>,
    /// Ends of lanes that wait for room.
    pub(super) waiting: RefCell<BTreeSet<EndId>>,
    /// That some is kept no more.
    pub(super) has_room: Cell<bool>,
}

/// What a lane's end asks of its node.
pub(super) struct FrontAt<'a> {
    pub(super) local: &'a RefCell<Local>,
    pub(super) parts: &'a Parts,
    pub(super) key: PublicKey,
    pub(super) end: EndId,
    pub(super) mistake: Option<Mistake>,
}

pub(super) fn key(node: usize) -> PublicKey {
    PublicKey::from_bytes([node as u8; 32])
}

pub(super) fn node_of(key: PublicKey) -> usize {
    key.as_bytes()[0].into()
}

pub(super) fn agent_id(agent: usize) -> AgentId {
    AgentId { home: key(agent % super::world::NODES), random: [agent as u8; 10] }
}

pub(super) fn agent_of(id: AgentId) -> usize {
    id.random[0].into()
}

impl Written {
    /// Some letters are long, so that they go in parts and on the other lane.
    pub(super) fn encode(self) -> Vec<u8> {
        let len = match self.count % 16 {
            5 => 70_000,
            6 => 140_000,
            _ => 5,
        };
        let mut bytes = vec![self.from as u8; len];
        bytes[1..5].copy_from_slice(&self.count.to_le_bytes());
        bytes
    }

    pub(super) fn decode(bytes: &[u8]) -> Self {
        let count = u32::from_le_bytes(bytes[1..5].try_into().unwrap());
        let written = Self { from: bytes[0].into(), count };
        assert!(written.encode() == bytes, "a letter came as another one");
        written
    }
}

impl FrontAt<'_> {
    fn is(&self, mistake: Mistake) -> bool {
        self.mistake == Some(mistake)
    }
}

impl Front for FrontAt<'_> {
    fn has(&self, agent: AgentId) -> bool {
        self.local.borrow().agents.contains_key(&agent_of(agent))
    }

    fn offer(&self, sender: Sender, number: Number, to: AgentId, letter: &[u8]) -> Offered {
        let mut local = self.local.borrow_mut();
        let written = Written::decode(letter);
        if self.is(Mistake::Forwarded) && local.left.contains_key(&agent_of(to)) {
            local.passed_on.push((agent_of(to), written));
            return Offered::Taken;
        }
        let Some(agent) = local.agents.get_mut(&agent_of(to)) else { return Offered::Absent };
        if agent.is_held && !self.is(Mistake::TakenWhileHeld) {
            return Offered::Held;
        }
        let base = if self.is(Mistake::BaseIgnored) { 0 } else { number.base };
        let number = Number { base, ..number };
        match agent.receipts.check(sender, number) {
            Verdict::Duplicate => return Offered::Duplicate,
            Verdict::Gap { wanted } => return Offered::Gap { wanted },
            Verdict::Next if agent.is_full() && self.is(Mistake::TakenBeforeThereIsRoom) => {
                return Offered::Taken;
            }
            Verdict::Next => {}
        }
        if agent.is_full() {
            return Offered::Full;
        }
        agent.receipts.took(sender, number);
        agent.mailbox.push_back(written);
        Offered::Taken
    }

    fn offer_urgent(&self, _: Sender, _: AgentId, _: &[u8]) {}

    fn find(&self, agent: AgentId) -> Whereabouts {
        let (local, number) = (self.local.borrow(), agent_of(agent));
        let places = [local.left.get(&number), local.homed.get(&number)];
        match places.into_iter().flatten().max_by_key(|place| place.epoch) {
            Some(place) => Whereabouts::At(place.clone()),
            None if agent.home == self.key => Whereabouts::Gone,
            None => Whereabouts::Unknown,
        }
    }

    fn wait(&self, agent: AgentId) {
        self.local.borrow_mut().waiting.insert((agent_of(agent), self.end));
    }

    fn has_room_for_parts(&self, kept: usize, more: usize) -> bool {
        self.parts.kept.get() == kept || self.parts.kept.get() + more <= PARTS_MAX
    }

    fn keep_parts(&self, bytes: usize) {
        self.parts.kept.set(self.parts.kept.get() + bytes);
    }

    fn let_parts_go(&self, bytes: usize) {
        self.parts.kept.set(self.parts.kept.get() - bytes);
        self.parts.has_room.set(true);
    }

    fn wait_for_parts(&self) {
        self.parts.waiting.borrow_mut().insert(self.end);
    }
}
