//! Posts that write to each other over real QUIC on the loopback interface.
#![allow(clippy::unwrap_used)]

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, Weak};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Notify;

use super::{Residents, Station};
use crate::home::{Peer, PeerBook};
use crate::identity::{Identity, PublicKey};
use crate::protocol::post::{
    Breach, Fate, NodeLoss, Number, Offered, Packet, Place, PostFull, PostLimits, Receipts, Reply, Sender,
    Undelivered, Verdict, Whereabouts, Word,
};
use crate::protocol::{AgentId, Epoch, Frame, Letters};
use crate::transport::{Acceptor, Endpoint, Link};

/// Nobody waits longer than this in a test that works.
const PATIENCE: Duration = Duration::from_secs(300);

/// The agents of a station.
#[derive(Default)]
struct House {
    state: Mutex<State>,
    changed: Notify,
    station: OnceLock<Weak<Station>>,
}

#[derive(Default)]
struct State {
    agents: HashMap<AgentId, Inhabitant>,
    places: HashMap<AgentId, Place>,
    is_home_of: Vec<PublicKey>,
    back: Vec<(AgentId, Vec<Undelivered>, Fate)>,
    lost: Vec<(PublicKey, NodeLoss)>,
    urgent: Vec<(AgentId, Vec<u8>)>,
}

struct Inhabitant {
    receipts: Receipts,
    mailbox: VecDeque<Vec<u8>>,
    letters_max: usize,
    is_held: bool,
}

impl Default for Inhabitant {
    fn default() -> Self {
        Self {
            receipts: Receipts::default(),
            mailbox: VecDeque::new(),
            letters_max: usize::MAX,
            is_held: false,
        }
    }
}

impl House {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Waits until something holds.
    async fn until<T>(&self, mut is_so: impl FnMut(&mut State) -> Option<T>) -> T {
        let waiting = async {
            loop {
                let changed = self.changed.notified();
                let mut changed = std::pin::pin!(changed);
                changed.as_mut().enable();
                if let Some(value) = is_so(&mut self.state()) {
                    return value;
                }
                changed.await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap()
    }

    /// The next letter of an agent.
    async fn read(&self, agent: AgentId) -> Vec<u8> {
        let letter = self.until(|state| state.agents.get_mut(&agent)?.mailbox.pop_front()).await;
        if let Some(station) = self.station.get().and_then(Weak::upgrade) {
            station.post().changed(agent);
        }
        letter
    }
}

impl Residents for House {
    fn has(&self, agent: AgentId) -> bool {
        self.state().agents.contains_key(&agent)
    }

    fn offer(&self, sender: Sender, number: Number, to: AgentId, letter: &[u8]) -> Offered {
        let mut state = self.state();
        let Some(agent) = state.agents.get_mut(&to) else { return Offered::Absent };
        if agent.is_held {
            return Offered::Held;
        }
        match agent.receipts.check(sender, number) {
            Verdict::Duplicate => return Offered::Duplicate,
            Verdict::Gap { wanted } => return Offered::Gap { wanted },
            Verdict::Next if agent.mailbox.len() >= agent.letters_max => return Offered::Full,
            Verdict::Next => {}
        }
        agent.receipts.took(sender, number);
        agent.mailbox.push_back(letter.to_vec());
        drop(state);
        self.changed.notify_waiters();
        Offered::Taken
    }

    fn offer_urgent(&self, _: Sender, to: AgentId, letter: &[u8]) {
        self.state().urgent.push((to, letter.to_vec()));
        self.changed.notify_waiters();
    }

    fn find(&self, agent: AgentId) -> Whereabouts {
        let state = self.state();
        match state.places.get(&agent) {
            Some(place) => Whereabouts::At(place.clone()),
            None if state.is_home_of.contains(&agent.home) => Whereabouts::Gone,
            None => Whereabouts::Unknown,
        }
    }

    fn undeliverable(&self, to: AgentId, letters: Vec<Undelivered>, fate: Fate) {
        self.state().back.push((to, letters, fate));
        self.changed.notify_waiters();
    }

    fn node_lost(&self, node: PublicKey, loss: NodeLoss) {
        self.state().lost.push((node, loss));
        self.changed.notify_waiters();
    }
}

/// Stations that know each other.
struct Town {
    book: Arc<PeerBook>,
    stations: Vec<Arc<Station>>,
    houses: Vec<Arc<House>>,
}

const NAMES: [&str; 3] = ["a", "b", "c"];

impl Town {
    fn new(count: usize, limits: PostLimits) -> Self {
        let mut town =
            Self { book: Arc::new(PeerBook::in_memory()), stations: Vec::new(), houses: Vec::new() };
        for _ in 0..count {
            town.add(Identity::generate().unwrap(), limits);
        }
        town
    }

    fn add(&mut self, identity: Identity, limits: PostLimits) {
        let house = Arc::new(House::default());
        house.state().is_home_of.push(identity.public());
        let station = Station::start(identity, self.book.clone(), limits, house.clone()).unwrap();
        let station = Arc::new(station);
        house.station.set(Arc::downgrade(&station)).unwrap();
        let name = NAMES[self.stations.len() % NAMES.len()].parse().unwrap();
        self.book.add(Peer { name, addr: station.addr().to_string(), key: station.key() });
        self.stations.push(station);
        self.houses.push(house);
    }

    fn agent(&self, home: usize, random: u8) -> AgentId {
        AgentId { home: self.stations[home].key(), random: [random; 10] }
    }

    fn settle(&self, node: usize, agent: AgentId, letters_max: usize) {
        let inhabitant = Inhabitant { letters_max, ..Inhabitant::default() };
        self.houses[node].state().agents.insert(agent, inhabitant);
    }

    async fn send(&self, node: usize, from: AgentId, to: AgentId, letter: Vec<u8>) {
        let post = self.stations[node].post();
        let letter = Bytes::from(letter);
        loop {
            match post.send(from, to, letter.clone()) {
                Ok(()) => return,
                Err(PostFull::TooLong { .. }) => panic!("too long"),
                Err(_) => post.room(from, to).await,
            }
        }
    }

    /// Moves an agent as nodes do: it is held, travels, and its home hears of it.
    fn hop(&self, agent: AgentId, from: usize, to: usize, epoch: u64) {
        let mut inhabitant = {
            let mut state = self.houses[from].state();
            let inhabitant = state.agents.get_mut(&agent).unwrap();
            inhabitant.is_held = true;
            std::mem::take(inhabitant)
        };
        self.houses[from].state().agents.get_mut(&agent).unwrap().is_held = true;
        inhabitant.is_held = false;
        let addr = self.stations[to].addr().to_string();
        let place = Place { node: self.stations[to].key(), addr, epoch: Epoch(epoch) };
        self.houses[to].state().agents.insert(agent, inhabitant);
        self.houses[to].changed.notify_waiters();
        self.stations[to].post().learn(agent, place.clone());
        self.houses[from].state().agents.remove(&agent);
        self.houses[from].state().places.insert(agent, place.clone());
        self.stations[from].post().learn(agent, place);
        self.stations[from].post().changed(agent);
        self.stations[to].post().changed(agent);
    }
}

fn numbered(n: u32, len: usize) -> Vec<u8> {
    let mut letter = vec![n as u8; len.max(4)];
    letter[..4].copy_from_slice(&n.to_le_bytes());
    letter
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn short_and_long_letters_arrive_in_order() {
    let town = Town::new(2, PostLimits::default());
    let (from, to, other) = (town.agent(0, 1), town.agent(1, 2), town.agent(1, 3));
    town.settle(1, to, usize::MAX);
    town.settle(1, other, usize::MAX);
    let len = |n: u32| match n % 40 {
        7 => 70_000,
        20 => 300_000,
        39 => 16 << 20,
        n => n as usize,
    };
    let writing = async {
        for n in 0..120 {
            town.send(0, from, to, numbered(n, len(n))).await;
            town.send(0, from, other, numbered(n, 10)).await;
        }
    };
    let reading = async {
        for n in 0..120 {
            assert!(town.houses[1].read(to).await == numbered(n, len(n)), "letter {n}");
            assert_eq!(town.houses[1].read(other).await, numbered(n, 10));
        }
    };
    tokio::join!(writing, reading);
    town.stations[0].post().flushed(from).await;
    assert!(!town.stations[0].post().is_pending(to));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn letters_follow_an_agent_that_moves() {
    let town = Town::new(3, PostLimits::default());
    let (from, to) = (town.agent(0, 1), town.agent(1, 2));
    town.settle(1, to, 16);
    const COUNT: u32 = 3000;
    let writing = async {
        for n in 0..COUNT {
            town.send(0, from, to, numbered(n, 8)).await;
        }
    };
    let living = async {
        let (mut at, mut epoch) = (1, 1);
        for n in 0..COUNT {
            assert_eq!(town.houses[at].read(to).await, numbered(n, 8));
            if n % 100 == 99 {
                // It also comes to where the letters are sent.
                let next = (at + 1) % 3;
                epoch += 1;
                town.hop(to, at, next, epoch);
                at = next;
            }
        }
    };
    tokio::join!(writing, living);
    town.stations[0].post().flushed(from).await;
}

#[tokio::test]
async fn a_full_mailbox_makes_the_sender_wait() {
    let limits = PostLimits { outbox_letters: 4, ..PostLimits::default() };
    let town = Town::new(2, limits);
    let (from, to) = (town.agent(0, 1), town.agent(1, 2));
    town.settle(1, to, 2);
    let post = town.stations[0].post();
    let mut sent = 0;
    let is_full = async {
        while post.send(from, to, Bytes::from(numbered(sent, 4))).is_ok() {
            sent += 1;
            // Two in the mailbox, four in the outbox.
            if sent == 2 {
                town.houses[1].until(|state| (state.agents[&to].mailbox.len() == 2).then_some(())).await;
                post.flushed(from).await;
            }
        }
    };
    is_full.await;
    assert_eq!(sent, 6);
    assert_eq!(post.send(from, to, Bytes::new()), Err(PostFull::Agent));
    let too_long = Bytes::from(vec![0; (16 << 20) + 1]);
    assert!(matches!(post.send(from, to, too_long), Err(PostFull::TooLong { .. })));
    // What is urgent need not wait, and for signals there is more room, but not for ever more.
    assert_eq!(post.send_urgent(from, to, Bytes::from_static(b"now")), Ok(()));
    while post.send_signal(from, to, Bytes::from(numbered(sent, 4))).is_ok() {
        sent += 1;
    }
    assert_eq!(sent, 6 + 16 * 4 - 5);
    let urgent = town.houses[1].until(|state| state.urgent.pop()).await;
    assert_eq!(urgent, (to, b"now".to_vec()));
    for n in 0..6 {
        assert_eq!(town.houses[1].read(to).await, numbered(n, 4));
    }
    assert_eq!(town.houses[1].read(to).await, b"now");
    for n in 6..sent {
        assert_eq!(town.houses[1].read(to).await, numbered(n, 4));
    }
    post.flushed(from).await;
    post.room(from, to).await;
}

#[tokio::test]
async fn an_agent_or_a_node_that_takes_nothing_leaves_room_for_others() {
    let limits = PostLimits { total_bytes: 4 << 20, letter_bytes: 1 << 20, ..PostLimits::default() };
    let town = Town::new(3, limits);
    let (flooder, other) = (town.agent(0, 1), town.agent(0, 2));
    let (deaf, next_door, elsewhere) = (town.agent(1, 3), town.agent(1, 4), town.agent(2, 5));
    town.settle(1, deaf, 0);
    town.settle(1, next_door, usize::MAX);
    town.settle(2, elsewhere, usize::MAX);
    let post = town.stations[0].post();
    let letter = || Bytes::from(numbered(0, 100_000));
    let mut sent = 0;
    while post.send(flooder, deaf, letter()).is_ok() {
        sent += 1;
    }
    assert_eq!(sent, (4 << 20) / 100_256 / 2);
    // Who sends to the same node still does so, one letter after the other; and to others as much as there is room for.
    for n in 0..10 {
        town.send(0, other, next_door, numbered(n, 1000)).await;
        assert_eq!(town.houses[1].read(next_door).await, numbered(n, 1000));
        post.flushed(other).await;
    }
    for n in 0..100 {
        town.send(0, other, elsewhere, numbered(n, 100_000)).await;
    }
    for n in 0..100 {
        assert_eq!(town.houses[2].read(elsewhere).await, numbered(n, 100_000));
    }
    post.flushed(other).await;
    assert!(post.send(flooder, elsewhere, letter()).is_err());
}

#[tokio::test]
async fn letters_to_nobody_come_back() {
    let town = Town::new(2, PostLimits::default());
    let (from, nobody, here) = (town.agent(0, 1), town.agent(1, 2), town.agent(0, 3));
    for to in [nobody, here] {
        town.send(0, from, to, numbered(0, 4)).await;
        let (whose, letters, fate) = town.houses[0].until(|state| state.back.pop()).await;
        assert_eq!((whose, fate), (to, Fate::Gone));
        assert_eq!(letters, [Undelivered { from, letter: Bytes::from(numbered(0, 4)) }]);
    }
    town.stations[0].post().flushed(from).await;
}

#[tokio::test]
async fn letters_that_the_other_node_does_not_take_come_back() {
    let mut town = Town::new(1, PostLimits::default());
    let limits = PostLimits { letter_bytes: 1000, ..PostLimits::default() };
    town.add(Identity::generate().unwrap(), limits);
    let (from, to) = (town.agent(0, 1), town.agent(1, 2));
    town.settle(1, to, usize::MAX);
    for (n, len) in [(0, 10), (1, 1001), (2, 1000), (3, 100_000), (4, 10)] {
        town.send(0, from, to, numbered(n, len)).await;
    }
    for n in [0, 2, 4] {
        assert_eq!(town.houses[1].read(to).await[..4], numbered(n, 4));
    }
    town.stations[0].post().flushed(from).await;
    let back = std::mem::take(&mut town.houses[0].state().back);
    assert_eq!(
        back.iter().map(|(_, letters, _)| letters[0].letter.len()).collect::<Vec<_>>(),
        [1001, 100_000]
    );
    assert!(back.iter().all(|(_, _, fate)| *fate == Fate::TooLong { max: 1000 }));
}

#[tokio::test]
async fn a_node_that_dies_is_noticed_and_its_letters_come_back() {
    let limits = PostLimits { unreachable_ms: 1000, ..PostLimits::default() };
    let mut town = Town::new(2, limits);
    let (from, to) = (town.agent(0, 1), town.agent(1, 2));
    town.settle(1, to, usize::MAX);
    town.send(0, from, to, numbered(0, 4)).await;
    town.stations[0].post().flushed(from).await;
    let node = town.stations[1].key();
    town.stations[0].post().watch_node(node, "");
    drop(town.stations.pop());
    town.send(0, from, to, numbered(1, 4)).await;
    let (_, letters, fate) = town.houses[0].until(|state| state.back.pop()).await;
    assert!(matches!(fate, Fate::Lost { node: lost, .. } if lost == node));
    assert_eq!(letters.len(), 1);
    let (lost, loss) = town.houses[0].until(|state| state.lost.pop()).await;
    assert_eq!(lost, node);
    assert!(matches!(loss, NodeLoss::Unreachable { .. }));
}

#[tokio::test]
async fn a_node_that_was_restarted_is_noticed_and_its_agents_are_gone() {
    let mut town = Town::new(1, PostLimits::default());
    let identity = Identity::generate().unwrap();
    town.add(identity.clone(), PostLimits::default());
    let (from, to) = (town.agent(0, 1), town.agent(1, 2));
    town.settle(1, to, usize::MAX);
    town.send(0, from, to, numbered(0, 4)).await;
    town.stations[0].post().flushed(from).await;
    let node = town.stations[1].key();
    town.stations[0].post().watch_node(node, "");
    drop(town.stations.pop());
    town.add(identity, PostLimits::default());
    let lost = town.houses[0].until(|state| state.lost.pop()).await;
    assert_eq!(lost, (node, NodeLoss::Restarted));
    town.send(0, from, to, numbered(1, 4)).await;
    let (_, _, fate) = town.houses[0].until(|state| state.back.pop()).await;
    assert_eq!(fate, Fate::Gone);
}

/// A connection whose other end says what it likes.
async fn stranger(town: &Town) -> (Endpoint, Link) {
    let identity = Identity::generate().unwrap();
    town.book.trust(identity.public());
    let endpoint = Endpoint::client(identity).unwrap();
    let link = endpoint.connect(&town.stations[0].addr().to_string(), town.stations[0].key()).await.unwrap();
    (endpoint, link)
}

#[tokio::test]
async fn a_peer_that_breaks_the_rules_is_hung_up_on_and_told_why() {
    let town = Town::new(1, PostLimits { letter_bytes: 100_000, ..PostLimits::default() });
    let to = town.agent(0, 2);
    town.settle(0, to, usize::MAX);
    let open = Packet::Open { route: 1, base: 0, agent: to };
    let part = Packet::Part { route: 1, bytes: &[0; 65_000] };
    let cases: [(&[Packet<'_>], Breach); 3] = [
        (&[Packet::Letter { route: 1, bytes: b"x" }], Breach::Route { route: 1 }),
        (&[open, open], Breach::Route { route: 1 }),
        (&[open, part, part], Breach::Letter { max: 100_000 }),
    ];
    for (packets, breach) in cases {
        let (_endpoint, link) = stranger(&town).await;
        let mut stream = link.open().await.unwrap();
        let letters = Letters { life: 1, bulk: true, letter_bytes: 1 };
        stream.write(&letters.into(), PATIENCE).await.unwrap();
        let Frame::Letters(_) = stream.read(PATIENCE, "testing").await.unwrap() else {
            panic!("another frame")
        };
        let mut bytes = Vec::new();
        packets.iter().for_each(|packet| packet.write(&mut bytes));
        stream.write_raw(&bytes, PATIENCE).await.unwrap();
        // Up to where the connection ends.
        stream.ended().await;
        let error = link.open().await.err().unwrap();
        assert!(error.to_string().contains(&breach.to_string()), "{error}");
    }
    assert!(town.houses[0].state().agents[&to].mailbox.is_empty());
}

#[tokio::test]
async fn who_waited_for_room_and_went_is_forgotten() {
    let town = Town::new(1, PostLimits::default());
    let deaf = town.agent(0, 2);
    town.settle(0, deaf, 0);
    let (_endpoint, link) = stranger(&town).await;
    for life in 0..3 {
        let mut stream = link.open().await.unwrap();
        stream.write(&Letters { life, bulk: true, letter_bytes: 1 }.into(), PATIENCE).await.unwrap();
        let Frame::Letters(_) = stream.read(PATIENCE, "testing").await.unwrap() else {
            panic!("another frame")
        };
        let mut bytes = Vec::new();
        for route in 1..4 {
            Packet::Open { route, base: 0, agent: deaf }.write(&mut bytes);
            Packet::Letter { route, bytes: b"x" }.write(&mut bytes);
            Packet::Close { route }.write(&mut bytes);
        }
        Packet::Ping.write(&mut bytes);
        stream.write_raw(&bytes, PATIENCE).await.unwrap();
        // What was said to all of that, and Pong: all of it was taken.
        let mut replies = [0; 3 * 17 + 9];
        stream.split().1.read_exact(&mut replies).await.unwrap();
        assert_eq!(replies[3 * 17], 9);
    }
    let bells = &town.stations[0].post().inner.bells;
    assert!(!bells.is_empty());
    link.close(quinn::VarInt::from_u32(0), "enough");
    until(|| bells.is_empty()).await;
}

/// Lets others go on until something holds.
async fn until(is_so: impl Fn() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap();
}

#[tokio::test]
async fn who_begins_long_letters_and_ends_none_leaves_room_for_others() {
    let limits = PostLimits { letter_bytes: 1 << 20, parts_bytes: 1 << 20, ..PostLimits::default() };
    let town = Town::new(2, limits);
    let (from, to, other) = (town.agent(1, 1), town.agent(0, 2), town.agent(0, 3));
    town.settle(0, to, usize::MAX);
    town.settle(0, other, usize::MAX);
    let (_endpoint, link) = stranger(&town).await;
    let mut stream = link.open().await.unwrap();
    stream.write(&Letters { life: 1, bulk: true, letter_bytes: 1 }.into(), PATIENCE).await.unwrap();
    let Frame::Letters(_) = stream.read(PATIENCE, "testing").await.unwrap() else { panic!("another frame") };
    let mut bytes = Vec::new();
    Packet::Open { route: 1, base: 0, agent: to }.write(&mut bytes);
    for _ in 0..12 {
        Packet::Part { route: 1, bytes: &[0; 60_000] }.write(&mut bytes);
    }
    stream.write_raw(&bytes, PATIENCE).await.unwrap();
    let inner = &town.stations[0].post().inner;
    until(|| inner.parts.kept() == 12 * 60_000).await;
    // One more that is as long has no room until that one is gone; shorter ones have.
    town.send(1, from, to, numbered(0, 800_000)).await;
    until(|| !inner.bells.is_empty()).await;
    town.send(1, from, other, numbered(1, 100_000)).await;
    assert_eq!(town.houses[0].read(other).await, numbered(1, 100_000));
    assert!(inner.parts.kept() <= limits.parts_bytes);
    link.close(quinn::VarInt::from_u32(0), "enough");
    assert_eq!(town.houses[0].read(to).await, numbered(0, 800_000));
    until(|| inner.parts.kept() == 0).await;
}

/// A peer that takes letters, and answers with these bytes.
struct Liar(Vec<u8>);

impl Acceptor for Liar {
    fn admit(&self, _: PublicKey) -> Result<(), String> {
        Ok(())
    }

    fn accepted(&self, link: Link) {
        let lie = self.0.clone();
        tokio::spawn(async move {
            while let Ok(mut stream) = link.accept().await {
                let lie = lie.clone();
                tokio::spawn(async move {
                    let Ok(Frame::Letters(theirs)) = stream.read(PATIENCE, "testing").await else { return };
                    let ours = Letters { life: 1, ..theirs };
                    stream.write(&ours.into(), PATIENCE).await.unwrap_or_default();
                    stream.write_raw(&lie, PATIENCE).await.unwrap_or_default();
                    stream.ended().await;
                });
            }
        });
    }
}

#[tokio::test]
async fn a_peer_that_lies_of_letters_gets_them_back_to_who_sent_them() {
    let reply = |route, next, word| {
        let mut bytes = Vec::new();
        Reply::Route { route, next, word }.write(&mut bytes);
        bytes
    };
    for lie in [
        reply(1, 99, Word::Taken),
        reply(1, u64::MAX, Word::Full),
        reply(77, 0, Word::Taken),
        vec![0xff; 100],
        vec![200, 1, 0, 0, 0, 0, 0, 0, 0],
    ] {
        // Less than the longest pause between two attempts: a line that breaks again and again is given up then.
        let limits = PostLimits { unreachable_ms: 900, ..PostLimits::default() };
        let mut town = Town::new(1, limits);
        town.add(Identity::generate().unwrap(), PostLimits::default());
        let identity = Identity::generate().unwrap();
        let endpoint = Arc::new(Endpoint::listen(identity.clone(), "127.0.0.1:0".parse().unwrap()).unwrap());
        let addr = endpoint.local_addr().unwrap().to_string();
        town.book.add(Peer { name: "liar".parse().unwrap(), addr, key: identity.public() });
        let serving = endpoint.clone();
        let accepting = tokio::spawn(async move { serving.serve(Arc::new(Liar(lie))).await });
        let (from, honest) = (town.agent(0, 1), town.agent(1, 2));
        let at_liar = AgentId { home: identity.public(), random: [3; 10] };
        town.settle(0, from, usize::MAX);
        town.settle(1, honest, usize::MAX);
        // The connection is there already; on a slow machine one may not be made in this time.
        town.send(1, honest, from, numbered(0, 4)).await;
        assert_eq!(town.houses[0].read(from).await, numbered(0, 4));
        town.send(0, from, at_liar, numbered(0, 4)).await;
        town.send(0, from, honest, numbered(1, 4)).await;
        assert_eq!(town.houses[1].read(honest).await, numbered(1, 4));
        let (whose, letters, fate) = town.houses[0].until(|state| state.back.pop()).await;
        assert_eq!((whose, letters.len()), (at_liar, 1));
        assert!(matches!(fate, Fate::Lost { .. }), "{fate}");
        accepting.abort();
    }
}
