//! Three nodes, what is between them, and what has to hold.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::task::{Poll, Waker};

use bytes::Bytes;

use super::super::outbox::Class;
use super::super::wire::{Decoder, Lane, Packet, Reply};
use super::super::{Action, Batch, Dispatch, Fate, Intake, LineId, Place, PostLimits, Receipts, Sender};
use super::agents::{EndId, FrontAt, Local, Parts, Resident, Written, agent_id, agent_of, key, node_of};
use super::{Mistake, Weather};
use crate::protocol::Epoch;
use crate::protocol::dice::Dice;
use crate::protocol::handover::Moment;

pub(super) const NODES: usize = 3;
const AGENTS: usize = 4;
/// In a calm time of this length, in milliseconds, everything arrives or is given up.
const CALM_MS: u64 = 120_000;

enum Event {
    /// A piece of what was written on a lane arrives at the end that takes letters, or at the one that takes replies.
    Letters {
        line: LineId,
        from: usize,
        lane: Lane,
        piece: Bytes,
    },
    Replies {
        line: LineId,
        from: usize,
        lane: Lane,
        piece: Vec<u8>,
    },
    Connected {
        line: LineId,
        from: usize,
        life: u64,
    },
    NotConnected {
        line: LineId,
        from: usize,
        life: u64,
    },
    /// The one who writes on a lane comes to it.
    Pump {
        line: LineId,
        from: usize,
        lane: Lane,
    },
    /// The one who replies on a lane does not wait for more.
    Reply {
        line: LineId,
        from: usize,
        lane: Lane,
    },
    Tick {
        node: usize,
        life: u64,
    },
    /// An agent is about to run at another node.
    Arrive {
        agent: usize,
        from: usize,
        to: usize,
        lives: (u64, u64),
    },
    /// The node that it left hears of that.
    Left {
        agent: usize,
        from: usize,
        to: usize,
        life: u64,
        epoch: Epoch,
    },
    /// An agent's home hears where it is.
    Report {
        agent: usize,
        place: Place,
    },
    PassedOn {
        agent: usize,
        written: Written,
    },
}

struct Node {
    dispatch: Dispatch,
    local: RefCell<Local>,
    parts: Parts,
    life: u64,
    ends: HashMap<EndId, (Intake, Decoder)>,
    ticks_at: Option<Moment>,
    /// Decoders of replies.
    replies: HashMap<(LineId, Lane), Decoder>,
}

pub(super) struct World {
    nodes: Vec<Node>,
    queue: BTreeMap<(u64, u64), Event>,
    now: u64,
    count: u64,
    dice: Dice,
    weather: Weather,
    mistake: Option<Mistake>,
    calm: bool,
    /// Lines that stand, with the node that made them.
    lines: BTreeSet<(LineId, usize)>,
    /// When what was last written on a lane arrives: streams keep their order, each for itself.
    arrivals: HashMap<(LineId, usize, Lane, bool), u64>,
    /// What was sent and in which life of the sender's node, what was given back, what was read, and the last of it.
    sent: BTreeMap<(usize, Written), u64>,
    given_back: BTreeSet<(usize, Written)>,
    read: BTreeMap<usize, BTreeSet<Written>>,
    last: BTreeMap<(usize, usize), u32>,
    died: BTreeSet<usize>,
    /// Nodes that have crashed, and so don't know of all agents whose home they are.
    crashed: BTreeSet<usize>,
    /// Letters whose sender's node crashed before they were read.
    lost_with_node: BTreeSet<(usize, Written)>,
    /// Agents between two nodes.
    snapshots: BTreeMap<usize, Resident>,
    broken: Option<String>,
}

impl Node {
    fn new(life: u64) -> Self {
        let limits = PostLimits { outbox_letters: 12, ..PostLimits::default() };
        Self {
            dispatch: Dispatch::new(limits),
            local: RefCell::default(),
            parts: Parts::default(),
            life,
            ends: HashMap::new(),
            ticks_at: None,
            replies: HashMap::new(),
        }
    }
}

impl World {
    pub(super) fn new(seed: u64, weather: Weather, mistake: Option<Mistake>) -> Self {
        let world = Self {
            nodes: (0..NODES).map(|node| Node::new(node as u64)).collect(),
            queue: BTreeMap::new(),
            now: 0,
            count: NODES as u64,
            dice: Dice(seed),
            weather,
            mistake,
            calm: false,
            lines: BTreeSet::new(),
            arrivals: HashMap::new(),
            sent: BTreeMap::new(),
            given_back: BTreeSet::new(),
            read: BTreeMap::new(),
            last: BTreeMap::new(),
            died: BTreeSet::new(),
            crashed: BTreeSet::new(),
            lost_with_node: BTreeSet::new(),
            snapshots: BTreeMap::new(),
            broken: None,
        };
        for agent in 0..AGENTS {
            let node = &world.nodes[agent % NODES];
            let place = Place { node: key(agent % NODES), addr: String::new(), epoch: Epoch::FIRST };
            node.local.borrow_mut().agents.insert(agent, Resident::new(Epoch::FIRST));
            node.local.borrow_mut().homed.insert(agent, place);
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

    fn delay(&mut self) -> u64 {
        let late = if !self.calm && self.dice.roll(10) == 0 { 2000 } else { 20 };
        self.dice.roll(late)
    }

    fn break_if(&mut self, is_wrong: bool, what: impl FnOnce() -> String) {
        if is_wrong {
            self.broken.get_or_insert_with(what);
        }
    }

    /// Does what a node's dispatch wants done, after anything was said to it.
    fn settle(&mut self, node: usize) {
        let actions = self.nodes[node].dispatch.actions();
        for action in actions {
            match action {
                Action::Connect { line, .. } => self.connect(node, line),
                Action::Hang(line) => self.cut(line, node),
                Action::Write(line, lane) => {
                    let ms = self.dice.roll(3);
                    self.schedule(ms, Event::Pump { line, from: node, lane });
                }
                Action::Wake(waker) => waker.wake(),
                Action::Undeliverable { to, letters, fate } => {
                    let agent = agent_of(to);
                    let is_known = !self.died.contains(&agent) && !self.crashed.contains(&(agent % NODES));
                    self.break_if(fate == Fate::Gone && is_known, || {
                        format!("agent {agent} was called gone")
                    });
                    for letter in letters {
                        let written = Written::decode(&letter.letter);
                        self.given_back.insert((agent_of(to), written));
                    }
                    let calm = self.weather == Weather::Cuts;
                    self.break_if(calm, || format!("letters to agent {} were given back", agent_of(to)));
                }
                Action::NodeLost { .. } => {}
            }
        }
        if let Some(at) = self.nodes[node].dispatch.deadline()
            && self.nodes[node].ticks_at.is_none_or(|other| at < other)
        {
            self.nodes[node].ticks_at = Some(at);
            let life = self.nodes[node].life;
            self.schedule(at.0.saturating_sub(self.now), Event::Tick { node, life });
        }
    }

    fn connect(&mut self, node: usize, line: LineId) {
        let life = self.nodes[node].life;
        let fails = !self.calm && self.dice.roll(8) == 0;
        let ms = 1 + self.delay();
        let event = if fails {
            Event::NotConnected { line, from: node, life }
        } else {
            Event::Connected { line, from: node, life }
        };
        self.schedule(ms, event);
    }

    /// A connection ends. What is on its way is lost, or only the end of it; each side hears of it on its own.
    fn cut(&mut self, line: LineId, from: usize) {
        if !self.lines.remove(&(line, from)) {
            return;
        }
        let on_line = |event: &Event| {
            matches!(event, Event::Letters { line: l, from: f, .. } | Event::Replies { line: l, from: f, .. }
                if (*l, *f) == (line, from))
        };
        let gone: Vec<_> = self.queue.iter().filter(|(_, event)| on_line(event)).map(|(at, _)| *at).collect();
        for at in gone {
            self.queue.remove(&at);
        }
        let life = self.nodes[from].life;
        let ms = 1 + self.delay();
        self.schedule(ms, Event::NotConnected { line, from, life });
        let to = &mut self.nodes[node_of(line.peer)];
        let ended = to.ends.extract_if(|end, _| (end.0, end.1) == (line, from));
        let kept: usize = ended.map(|(_, (intake, _))| intake.kept()).sum();
        to.parts.kept.set(to.parts.kept.get() - kept);
        to.parts.has_room.set(true);
        to.local.borrow_mut().waiting.retain(|(_, end)| (end.0, end.1) != (line, from));
        self.room_for_parts(node_of(line.peer));
    }

    fn crash(&mut self, node: usize) {
        let lines: Vec<_> = self.lines.iter().copied().collect();
        for (line, from) in lines {
            if from == node || node_of(line.peer) == node {
                self.cut(line, from);
            }
        }
        self.crashed.insert(node);
        let here = self.nodes[node].local.take().agents;
        for (agent, resident) in here {
            let is_later = |other: &Node| {
                other.local.borrow().agents.get(&agent).is_some_and(|copy| copy.epoch > resident.epoch)
            };
            // One that has left, and whose old node has not heard of it yet, lives on.
            if !self.nodes.iter().any(is_later) {
                self.died.insert(agent);
            }
        }
        let life = self.nodes[node].life;
        let is_lost =
            |(to, written): &(usize, Written)| !self.read.get(to).is_some_and(|read| read.contains(written));
        let lost =
            self.sent.iter().filter(|(key, sent_in)| **sent_in == life && is_lost(key)).map(|(key, _)| *key);
        self.lost_with_node.extend(lost);
        self.count += 1;
        self.nodes[node] = Node::new(self.count);
    }

    fn step(&mut self) {
        let Some(((at, _), event)) = self.queue.pop_first() else { return };
        self.now = self.now.max(at);
        let now = Moment(self.now);
        match event {
            Event::Letters { line, from, lane, piece } => self.letters(line, from, lane, &piece),
            Event::Replies { line, from, lane, piece } => self.replies(line, from, lane, &piece),
            Event::Connected { line, from, life } if self.nodes[from].life == life => {
                let to = &mut self.nodes[node_of(line.peer)];
                let (their_life, limits) = (to.life, PostLimits::default());
                let life = if self.mistake == Some(Mistake::SameLife) { 0 } else { life };
                let sender = Sender { node: key(from), life };
                for lane in Lane::ALL {
                    let end = (Intake::new(sender, limits.letter_bytes), Decoder::default());
                    to.ends.insert((line, from, lane), end);
                }
                self.lines.insert((line, from));
                if !self.nodes[from].dispatch.line_up(line, their_life, limits.letter_bytes, now) {
                    self.cut(line, from);
                }
                self.settle(from);
            }
            Event::NotConnected { line, from, life } if self.nodes[from].life == life => {
                self.nodes[from].dispatch.line_down(line, "cut".to_owned(), now);
                self.settle(from);
            }
            Event::Pump { line, from, lane } => self.pump(line, from, lane),
            Event::Reply { line, from, lane } => self.write_replies(line, from, lane),
            Event::Tick { node, life } if self.nodes[node].life == life => {
                self.nodes[node].ticks_at = None;
                self.nodes[node].dispatch.tick(now);
                self.settle(node);
            }
            Event::Arrive { agent, from, to, lives } => self.arrive(agent, from, to, lives),
            Event::Left { agent, from, to, life, epoch } if self.nodes[from].life == life => {
                let place = Place { node: key(to), addr: String::new(), epoch };
                let local = &self.nodes[from].local;
                let returned =
                    local.borrow().agents.get(&agent).is_some_and(|resident| resident.epoch >= epoch);
                if !returned {
                    local.borrow_mut().agents.remove(&agent);
                }
                let mut left = std::mem::take(&mut local.borrow_mut().left);
                let known = left.entry(agent).or_insert_with(|| place.clone());
                if known.epoch < epoch {
                    *known = place.clone();
                }
                local.borrow_mut().left = left;
                self.nodes[from].dispatch.learn(agent_id(agent), place, now);
                self.room(from, agent);
                self.settle(from);
            }
            Event::Report { agent, place } => {
                let mut local = self.nodes[agent % NODES].local.borrow_mut();
                let known = local.homed.entry(agent).or_insert_with(|| place.clone());
                if known.epoch < place.epoch {
                    *known = place;
                }
            }
            Event::PassedOn { agent, written } => {
                let host = self.nodes.iter().find(|node| node.local.borrow().agents.contains_key(&agent));
                if let Some(host) = host {
                    host.local.borrow_mut().agents.get_mut(&agent).unwrap().mailbox.push_back(written);
                }
            }
            Event::Connected { .. }
            | Event::NotConnected { .. }
            | Event::Tick { .. }
            | Event::Left { .. } => {}
        }
    }

    fn pump(&mut self, line: LineId, from: usize, lane: Lane) {
        let mut batch = Batch::default();
        self.nodes[from].dispatch.pump(line, lane, &mut batch);
        self.settle(from);
        if batch.is_empty() {
            return;
        }
        let bytes: Vec<u8> = batch.pieces().concat();
        self.schedule(1, Event::Pump { line, from, lane });
        if !self.lines.contains(&(line, from)) {
            return;
        }
        let mut bytes = Bytes::from(bytes);
        while !bytes.is_empty() {
            let len = if self.dice.roll(3) == 0 {
                1 + self.dice.roll(bytes.len() as u64) as usize
            } else {
                bytes.len()
            };
            let (piece, ms) = (bytes.split_to(len), self.arrival((line, from, lane, true)));
            self.schedule(ms, Event::Letters { line, from, lane, piece });
        }
    }

    /// In how many milliseconds what is written now arrives, which is not before what was written earlier.
    fn arrival(&mut self, stream: (LineId, usize, Lane, bool)) -> u64 {
        let at = self.now + self.delay();
        let last = self.arrivals.entry(stream).or_default();
        *last = at.max(*last);
        *last - self.now
    }

    fn letters(&mut self, line: LineId, from: usize, lane: Lane, piece: &[u8]) {
        let (to, mistake) = (node_of(line.peer), self.mistake);
        let node = &mut self.nodes[to];
        let Some((intake, decoder)) = node.ends.get_mut(&(line, from, lane)) else { return };
        let end = (line, from, lane);
        let front = FrontAt { local: &node.local, parts: &node.parts, key: key(to), end, mistake };
        let result = decoder.feed(piece, |raw| intake.take(Packet::read(raw)?, &front));
        let (is_urgent, has_replies) = (intake.is_urgent(), intake.has_replies());
        let passed_on = std::mem::take(&mut node.local.borrow_mut().passed_on);
        self.break_if(result.is_err(), || format!("a breach: {result:?}"));
        for (agent, written) in passed_on {
            let ms = self.delay();
            self.schedule(ms, Event::PassedOn { agent, written });
        }
        if is_urgent {
            self.write_replies(line, from, lane);
        } else if has_replies {
            self.schedule(1, Event::Reply { line, from, lane });
        }
        self.room_for_parts(to);
    }

    /// Says so to the ends of a node that wait for it, if there is room for letters in parts.
    fn room_for_parts(&mut self, to: usize) {
        let (mistake, node) = (self.mistake, &mut self.nodes[to]);
        if !node.parts.has_room.take() {
            return;
        }
        let ends = node.parts.waiting.take();
        for end in &ends {
            let front = FrontAt { local: &node.local, parts: &node.parts, key: key(to), end: *end, mistake };
            if let Some((intake, _)) = node.ends.get_mut(end) {
                intake.room_for_parts(&front);
            }
        }
        ends.into_iter().for_each(|end| self.write_replies(end.0, end.1, end.2));
    }

    fn write_replies(&mut self, line: LineId, from: usize, lane: Lane) {
        let Some((intake, _)) = self.nodes[node_of(line.peer)].ends.get_mut(&(line, from, lane)) else {
            return;
        };
        let mut piece = Vec::new();
        intake.drain(&mut piece);
        if !piece.is_empty() {
            let ms = self.arrival((line, from, lane, false));
            self.schedule(ms, Event::Replies { line, from, lane, piece });
        }
    }

    fn replies(&mut self, line: LineId, from: usize, lane: Lane, piece: &[u8]) {
        let now = Moment(self.now);
        let Node { dispatch, replies, .. } = &mut self.nodes[from];
        let decoder = replies.entry((line, lane)).or_default();
        let result = decoder.feed(piece, |raw| dispatch.reply(line, lane, Reply::read(raw)?, now));
        self.break_if(result.is_err(), || format!("a breach: {result:?}"));
        self.settle(from);
    }

    /// There is room for an agent's letters, or it is clear that it has gone.
    fn room(&mut self, node: usize, agent: usize) {
        let ends: Vec<_> = self.nodes[node]
            .local
            .borrow()
            .waiting
            .iter()
            .filter(|(of, _)| *of == agent)
            .map(|(_, end)| *end)
            .collect();
        for end in ends {
            self.nodes[node].local.borrow_mut().waiting.remove(&(agent, end));
            if let Some((intake, _)) = self.nodes[node].ends.get_mut(&end) {
                intake.room(agent_id(agent));
            }
            self.write_replies(end.0, end.1, end.2);
        }
    }

    /// An agent writes to another.
    fn write(&mut self, node: usize, from: usize, to: usize) {
        let Node { dispatch, local, life, .. } = &mut self.nodes[node];
        let mut agents = local.borrow_mut();
        let sender = agents.agents.get_mut(&from).unwrap();
        if sender.is_held || sender.wants_to.is_some() {
            return;
        }
        let count = sender.sent.get(&to).copied().unwrap_or(0);
        let written = Written { from, count };
        let is_direct = !dispatch.is_pending(agent_id(to));
        let is_sent = match agents.agents.get_mut(&to) {
            Some(resident) if is_direct => {
                let room = !resident.is_full() && !resident.is_held;
                if room {
                    resident.mailbox.push_back(written);
                }
                room
            }
            _ => {
                let bytes = Bytes::from(written.encode());
                let class = if count % 3 == 1 { Class::Signal } else { Class::Message };
                dispatch.send(class, agent_id(from), agent_id(to), bytes, Moment(self.now)).is_ok()
            }
        };
        if is_sent {
            agents.agents.get_mut(&from).unwrap().sent.insert(to, count + 1);
            self.sent.insert((to, written), *life);
        }
        drop(agents);
        self.settle(node);
    }

    /// An agent reads a letter.
    fn read(&mut self, node: usize, agent: usize) {
        let mut local = self.nodes[node].local.borrow_mut();
        let resident = local.agents.get_mut(&agent).unwrap();
        if resident.is_held {
            return;
        }
        let Some(written) = resident.mailbox.pop_front() else { return };
        drop(local);
        let last = self.last.insert((agent, written.from), written.count);
        self.break_if(last.is_some_and(|last| written.count <= last), || {
            format!(
                "agent {agent} reads letter {} of agent {} after letter {last:?}",
                written.count, written.from
            )
        });
        self.read.entry(agent).or_default().insert(written);
        self.room(node, agent);
    }

    /// An agent that wants to leave does so, once its letters have arrived.
    fn depart(&mut self, node: usize, agent: usize) {
        let flushed = self.nodes[node].dispatch.poll_flushed(agent_id(agent), Waker::noop());
        let leaves_anyway = self.is(Mistake::LeftUnflushed);
        let life = self.nodes[node].life;
        let mut local = self.nodes[node].local.borrow_mut();
        let resident = local.agents.get_mut(&agent).unwrap();
        let Some(to) = resident.wants_to else { return };
        if resident.is_held || (flushed == Poll::Pending && !leaves_anyway) {
            return;
        }
        resident.is_held = true;
        self.snapshots.insert(agent, resident.clone());
        drop(local);
        let (ms, lives) = (1 + self.delay(), (life, self.nodes[to].life));
        self.schedule(ms, Event::Arrive { agent, from: node, to, lives });
    }

    fn arrive(&mut self, agent: usize, from: usize, to: usize, lives: (u64, u64)) {
        if self.nodes[from].life != lives.0 {
            return;
        }
        if self.nodes[to].life != lives.1 {
            let mut local = self.nodes[from].local.borrow_mut();
            let resident = local.agents.get_mut(&agent).unwrap();
            (resident.is_held, resident.wants_to) = (false, None);
            drop(local);
            self.room(from, agent);
            return;
        }
        let mut resident = self.snapshots.remove(&agent).unwrap();
        let epoch = resident.epoch.next();
        (resident.epoch, resident.is_held, resident.wants_to) = (epoch, false, None);
        if self.is(Mistake::ReceiptsForgotten) {
            resident.receipts = Receipts::default();
        }
        let place = Place { node: key(to), addr: String::new(), epoch };
        self.nodes[to].local.borrow_mut().agents.insert(agent, resident);
        self.nodes[to].dispatch.learn(agent_id(agent), place.clone(), Moment(self.now));
        self.settle(to);
        self.room(to, agent);
        let (ms, report_ms) = (1 + self.delay(), 1 + self.delay());
        self.schedule(ms, Event::Left { agent, from, to, life: lives.0, epoch });
        self.schedule(report_ms, Event::Report { agent, place });
    }

    /// Where an agent runs, if it does.
    fn host(&self, agent: usize) -> Option<usize> {
        let runs =
            |node: &Node| node.local.borrow().agents.get(&agent).is_some_and(|resident| !resident.is_held);
        self.nodes.iter().position(runs)
    }

    /// A wild time, then a calm one. What was broken, if anything.
    pub(super) fn play(mut self, steps: u64) -> Option<String> {
        for _ in 0..steps {
            self.act();
            if self.broken.is_some() {
                return self.broken;
            }
        }
        self.calm = true;
        let end = self.now + CALM_MS;
        while self.now < end {
            self.step();
            for agent in 0..AGENTS {
                if let Some(node) = self.host(agent) {
                    self.read(node, agent);
                    self.depart(node, agent);
                }
            }
            if self.broken.is_some() || (self.is_quiet() && !self.is_moving()) || self.queue.is_empty() {
                break;
            }
        }
        self.judge();
        self.broken
    }

    /// One thing that somebody does, or that happens.
    fn act(&mut self) {
        let agent = self.dice.roll(AGENTS as u64) as usize;
        let Some(node) = self.host(agent) else {
            self.step();
            return;
        };
        match self.dice.roll(24) {
            0..=5 => {
                let to = (agent + 1 + self.dice.roll(AGENTS as u64 - 1) as usize) % AGENTS;
                self.write(node, agent, to);
            }
            6..=9 => self.read(node, agent),
            10 => {
                let to = (node + 1 + self.dice.roll(NODES as u64 - 1) as usize) % NODES;
                let mut local = self.nodes[node].local.borrow_mut();
                local.agents.get_mut(&agent).unwrap().wants_to.get_or_insert(to);
            }
            11 if self.dice.roll(8) == 0 => {
                let lines: Vec<_> = self.lines.iter().copied().collect();
                if !lines.is_empty() {
                    let (line, from) = lines[self.dice.roll(lines.len() as u64) as usize];
                    self.cut(line, from);
                }
            }
            12 if self.weather == Weather::Crashes && self.dice.roll(60) == 0 => self.crash(node),
            13 => self.depart(node, agent),
            _ => {
                self.step();
            }
        }
    }

    /// Whether no letter is anywhere but where it belongs.
    fn is_quiet(&self) -> bool {
        let is_done = |node: &Node| {
            let local = node.local.borrow();
            (0..AGENTS).all(|agent| !node.dispatch.is_pending(agent_id(agent)))
                && local.agents.values().all(|resident| resident.mailbox.is_empty() && !resident.is_held)
        };
        self.nodes.iter().all(is_done)
            && !self.queue.values().any(|event| matches!(event, Event::PassedOn { .. }))
    }

    fn is_moving(&self) -> bool {
        let wants =
            |node: &Node| node.local.borrow().agents.values().any(|resident| resident.wants_to.is_some());
        self.nodes.iter().any(wants)
            || self.queue.values().any(|event| matches!(event, Event::Arrive { .. } | Event::Left { .. }))
    }

    /// Every letter was read, or given back, or its sender or receiver is no more.
    fn judge(&mut self) {
        let is_quiet = self.is_quiet();
        self.break_if(!is_quiet, || "letters wait for ever".to_owned());
        for (to, written) in self.sent.keys().copied().collect::<Vec<_>>() {
            let is_read = self.read.get(&to).is_some_and(|read| read.contains(&written));
            let is_excused = self.given_back.contains(&(to, written))
                || self.died.contains(&to)
                || self.lost_with_node.contains(&(to, written));
            self.break_if(!is_read && !is_excused, || format!("{written:?} to agent {to} was lost"));
        }
    }
}
