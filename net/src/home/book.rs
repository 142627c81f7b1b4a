//! Who is known and where: a home's files kept in memory and read again when they may have changed, or a list
//! that is in memory alone.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::layout::Home;
use super::peer::{Peer, PeerName};
use crate::identity::PublicKey;

/// How long what was read is good for: a peer struck from the book is refused after this at the latest.
const FRESH_FOR: Duration = Duration::from_secs(1);
/// A miss reads the files again, but not more often than this, however many strangers knock.
const MISS_PAUSE: Duration = Duration::from_millis(20);

/// Names that are remembered of those who are not known any more.
const NAMES_MAX: usize = 4096;

/// What a node or client knows of others.
#[derive(Debug)]
pub struct PeerBook {
    home: Option<Home>,
    cache: Mutex<Cache>,
}

/// How well a key is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// It may do nothing.
    Stranger,
    /// It is in the peer book, or was named when the node was started.
    Trusted,
    /// It is the user, or a node, of this home: what is here is its own.
    Own,
}

#[derive(Debug, Default)]
struct Cache {
    /// Peers that were added in memory; those of the home's files come after them.
    added: Vec<Peer>,
    trusted: HashSet<PublicKey>,
    peers: Vec<Peer>,
    user: Option<PublicKey>,
    /// The keys of this home's nodes that run.
    nodes: HashSet<PublicKey>,
    /// What the holders of keys were called when they were last known: a node that doesn't run any more is still spoken of.
    names: HashMap<PublicKey, PeerName>,
    read_at: Option<Instant>,
}

impl PeerBook {
    /// A book in memory, empty.
    pub fn in_memory() -> Self {
        Self { home: None, cache: Mutex::default() }
    }

    /// The peers of `home`, its user and its nodes.
    pub fn of_home(home: Home) -> Self {
        Self { home: Some(home), cache: Mutex::default() }
    }

    /// Adds a peer to this book, in memory alone.
    pub fn add(&self, peer: Peer) {
        let mut cache = self.lock();
        cache.added.retain(|known| known.name != peer.name);
        cache.added.push(peer);
        cache.read_at = None;
    }

    /// Lets the holder of `key` in, in memory alone.
    pub fn trust(&self, key: PublicKey) {
        self.lock().trusted.insert(key);
    }

    /// All peers, in the order in which they were added.
    pub fn peers(&self) -> Vec<Peer> {
        self.fresh().peers.clone()
    }

    /// The peer called `name`.
    pub fn by_name(&self, name: &str) -> Option<Peer> {
        self.find(|peer| peer.name.as_str() == name)
    }

    /// The peer with that key.
    pub fn by_key(&self, key: PublicKey) -> Option<Peer> {
        self.find(|peer| peer.key == key)
    }

    /// What to call the holder of `key`, for people: a peer's name, also of one that was known and isn't any more, this home's user,
    /// or the beginning of the key.
    pub fn label(&self, key: PublicKey) -> String {
        if let Some(peer) = self.by_key(key) {
            return peer.name.to_string();
        }
        let cache = self.fresh();
        // Somebody else may be called so meanwhile.
        let name = cache.names.get(&key).filter(|name| cache.peers.iter().all(|peer| peer.name != **name));
        match name {
            Some(name) => name.to_string(),
            None if cache.user == Some(key) => "this home's user".to_owned(),
            None => key.short(),
        }
    }

    /// Whether the holder of `key` may do anything.
    pub fn known(&self, key: PublicKey) -> Known {
        let cache = self.fresh();
        match cache.known(key) {
            Known::Stranger => self.after_miss(cache).known(key),
            known => known,
        }
    }

    fn find(&self, wanted: impl Fn(&Peer) -> bool) -> Option<Peer> {
        let cache = self.fresh();
        if let Some(peer) = cache.peers.iter().find(|peer| wanted(peer)) {
            return Some(peer.clone());
        }
        self.after_miss(cache).peers.iter().find(|peer| wanted(peer)).cloned()
    }

    fn fresh(&self) -> MutexGuard<'_, Cache> {
        let mut cache = self.lock();
        if cache.read_at.is_none_or(|at| at.elapsed() >= FRESH_FOR) {
            cache.read(self.home.as_ref());
        }
        cache
    }

    fn after_miss<'a>(&self, mut cache: MutexGuard<'a, Cache>) -> MutexGuard<'a, Cache> {
        if cache.read_at.is_none_or(|at| at.elapsed() >= MISS_PAUSE) {
            cache.read(self.home.as_ref());
        }
        cache
    }

    fn lock(&self) -> MutexGuard<'_, Cache> {
        // Each change of the cache is complete in itself, so one that panicked elsewhere left it good.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cache {
    fn known(&self, key: PublicKey) -> Known {
        if self.user == Some(key) || self.nodes.contains(&key) {
            Known::Own
        } else if self.trusted.contains(&key) || self.peers.iter().any(|peer| peer.key == key) {
            Known::Trusted
        } else {
            Known::Stranger
        }
    }

    fn read(&mut self, home: Option<&Home>) {
        self.read_at = Some(Instant::now());
        self.peers = self.added.clone();
        if let Some(home) = home {
            self.read_home(home);
        }
        // Nobody stays in memory for ever because of having been in a file once.
        if self.names.len() > NAMES_MAX {
            self.names.clear();
        }
        self.names.extend(self.peers.iter().map(|peer| (peer.key, peer.name.clone())));
    }

    fn read_home(&mut self, home: &Home) {
        if self.user.is_none() {
            self.user = home.user().map(|user| user.public()).map_err(warn).ok();
        }
        let book = home.peers().map_err(warn).unwrap_or_default();
        let nodes = home.nodes();
        self.nodes = nodes.iter().map(|node| node.key).collect();
        // A node of this home that runs knows its address better than a line that someone wrote once.
        for mut peer in book {
            if let Some(node) = nodes.iter().find(|node| node.key == peer.key) {
                peer.addr.clone_from(&node.addr);
            }
            self.merge(peer);
        }
        nodes.into_iter().for_each(|node| self.merge(node));
    }

    fn merge(&mut self, peer: Peer) {
        if !self.peers.iter().any(|known| known.name == peer.name) {
            self.peers.push(peer);
        }
    }
}

fn warn(error: impl std::fmt::Display) {
    tracing::warn!(%error, "part of the home can't be read");
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_home_trusts_its_user_its_nodes_and_its_peers() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path());
        let user = home.user().unwrap().public();
        let book = PeerBook::of_home(home.clone());
        assert_eq!(book.known(user), Known::Own);
        let [node, friend, stranger] = [1, 2, 3].map(|n| PublicKey::from_bytes([n; 32]));
        assert_eq!(book.known(stranger), Known::Stranger);

        let _registration =
            home.register(&"a".parse().unwrap(), "127.0.0.1:1".parse().unwrap(), node).unwrap();
        home.add_peer(Peer { name: "b".parse().unwrap(), addr: "h:1".to_owned(), key: friend }).unwrap();
        let later = PeerBook::of_home(home);
        assert_eq!(
            [node, friend, stranger].map(|key| later.known(key)),
            [Known::Own, Known::Trusted, Known::Stranger]
        );
        assert_eq!(later.by_name("a").unwrap().key, node);
        assert_eq!(later.by_key(friend).unwrap().addr, "h:1");
        assert_eq!(
            [user, node, stranger].map(|key| later.label(key)),
            ["this home's user".to_owned(), "a".to_owned(), stranger.short()]
        );
        later.trust(stranger);
        assert_eq!(later.known(stranger), Known::Trusted);
    }

    #[test]
    fn a_running_node_knows_its_address_best() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path());
        let key = PublicKey::from_bytes([1; 32]);
        home.add_peer(Peer { name: "a".parse().unwrap(), addr: "old:1".to_owned(), key }).unwrap();
        let _registration =
            home.register(&"a".parse().unwrap(), "127.0.0.1:9".parse().unwrap(), key).unwrap();
        assert_eq!(PeerBook::of_home(home).by_name("a").unwrap().addr, "127.0.0.1:9");
    }

    #[test]
    fn who_is_not_known_any_more_is_called_as_before() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path());
        let [gone, other] = [1, 2].map(|n| PublicKey::from_bytes([n; 32]));
        let register =
            |key| home.register(&"a".parse().unwrap(), "127.0.0.1:9".parse().unwrap(), key).unwrap();
        let book = PeerBook::of_home(home.clone());
        let registration = register(gone);
        assert_eq!(book.label(gone), "a");
        drop(registration);
        book.lock().read_at = None;
        assert_eq!((book.by_key(gone), book.label(gone)), (None, "a".to_owned()));
        let _registration = register(other);
        book.lock().read_at = None;
        assert_eq!((book.label(gone), book.label(other)), (gone.short(), "a".to_owned()));
    }

    #[test]
    fn in_memory_the_last_of_a_name_counts() {
        let book = PeerBook::in_memory();
        for port in 1..=2 {
            let key = PublicKey::from_bytes([port; 32]);
            book.add(Peer { name: "a".parse().unwrap(), addr: format!("h:{port}"), key });
        }
        assert_eq!(book.by_name("a").unwrap().addr, "h:2");
        assert_eq!(book.peers().len(), 1);
        assert_eq!(book.known(PublicKey::from_bytes([1; 32])), Known::Stranger);
    }
}
