//! The files of a home and how each is read and written.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::peer::{Peer, PeerLineError, PeerName};
use crate::files;
use crate::identity::{Identity, IdentityError, PublicKey};

/// Longest peer book read, in bytes: some ten thousand peers.
const PEERS_LEN_MAX: u64 = 1 << 20;
/// Name of the file in a node's folder that is locked while it runs.
const RUNNING_NAME: &str = ".running";
/// Most nodes of one home that are looked at.
const NODES_MAX: usize = 1024;
/// How long a node that begins waits for those who look whether it runs already, and how long between two tries.
const LOOKERS_MAX: Duration = Duration::from_secs(10);
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// A home folder. Holds a path alone; files are made when something is written.
#[derive(Debug, Clone)]
pub struct Home {
    path: PathBuf,
}

impl Home {
    /// The home in the folder `path`, which need not exist yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The user's identity, made at first use.
    ///
    /// # Errors
    /// If its file can't be used.
    pub fn user(&self) -> Result<Identity, IdentityError> {
        Identity::load_or_create(&self.path.join("identity"))
    }

    /// The folder of the node called `name`, where its identity is unless it was given another.
    pub fn node_dir(&self, name: &PeerName) -> PathBuf {
        self.path.join("nodes").join(name.as_str())
    }

    /// The identity of the node called `name`, made at first use.
    ///
    /// # Errors
    /// If its file can't be used.
    pub fn node(&self, name: &PeerName) -> Result<Identity, IdentityError> {
        Identity::load_or_create(&self.node_dir(name).join("identity"))
    }

    /// The peer book, in the order in which peers were added.
    ///
    /// # Errors
    /// If the file can't be read or a line of it is not a peer.
    pub fn peers(&self) -> Result<Vec<Peer>, HomeError> {
        let path = self.peers_path();
        let bytes =
            files::read_up_to(&path, PEERS_LEN_MAX).map_err(|source| HomeError::file(&path, source))?;
        let bytes = bytes.unwrap_or_default();
        if bytes.len() as u64 > PEERS_LEN_MAX {
            return Err(HomeError::file(&path, io::ErrorKind::FileTooLarge.into()));
        }
        let text = String::from_utf8(bytes)
            .map_err(|_| HomeError::file(&path, io::ErrorKind::InvalidData.into()))?;
        let mut peers = Vec::new();
        for (line, number) in text.lines().zip(1..) {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            peers.push(line.parse().map_err(|source| HomeError::Line {
                path: path.clone(),
                number,
                source,
            })?);
        }
        Ok(peers)
    }

    /// Adds a peer, or changes the one of that name.
    ///
    /// # Errors
    /// If the peer book can't be read or written.
    pub fn add_peer(&self, peer: Peer) -> Result<(), HomeError> {
        self.change_peers(|peers| {
            match peers.iter_mut().find(|known| known.name == peer.name) {
                Some(known) => *known = peer,
                None => peers.push(peer),
            }
            true
        })?;
        Ok(())
    }

    /// Strikes a peer from the book; says whether it was there.
    ///
    /// # Errors
    /// If the peer book can't be read or written.
    pub fn remove_peer(&self, name: &PeerName) -> Result<bool, HomeError> {
        self.change_peers(|peers| {
            let before = peers.len();
            peers.retain(|peer| peer.name != *name);
            peers.len() < before
        })
    }

    /// Says that the node `name` runs, so that all that is started from this home finds and trusts it, until
    /// the registration is dropped.
    ///
    /// # Errors
    /// If another process runs a node of that name, or the file can't be written.
    pub fn register(
        &self,
        name: &PeerName,
        addr: SocketAddr,
        key: PublicKey,
    ) -> Result<Registration, HomeError> {
        let folder = self.node_dir(name);
        let failed = |source| HomeError::file(&folder, source);
        files::create_private_dir(&folder).map_err(failed)?;
        let lock = folder.join(RUNNING_NAME);
        let running = OpenOptions::new().create(true).truncate(false).write(true).open(&lock);
        let running = running.map_err(failed)?;
        if !take_lock(&running, &lock).map_err(failed)? {
            return Err(HomeError::NameTaken { name: name.clone() });
        }
        let path = folder.join("address");
        let addr = reachable_here(addr);
        let line = format!("{}\n", Peer { name: name.clone(), addr: addr.to_string(), key });
        files::write_atomically(&path, line.as_bytes()).map_err(failed)?;
        Ok(Registration { path, _running: running })
    }

    /// The nodes of this home that run.
    pub fn nodes(&self) -> Vec<Peer> {
        let Ok(folders) = fs::read_dir(self.path.join("nodes")) else { return Vec::new() };
        let mut nodes: Vec<Peer> = folders
            .take(NODES_MAX)
            .filter_map(|folder| {
                let folder = folder.ok()?;
                // A node that was killed left its address behind, but not the lock.
                if !is_locked(&folder.path().join(RUNNING_NAME)) {
                    return None;
                }
                let bytes = files::read_up_to(&folder.path().join("address"), 4096).ok()??;
                let peer: Peer = std::str::from_utf8(&bytes).ok()?.parse().ok()?;
                // The folder's name is what the node was started as; another in the file is not its doing.
                (folder.file_name().to_str() == Some(peer.name.as_str())).then_some(peer)
            })
            .collect();
        nodes.sort_by(|a, b| a.name.cmp(&b.name));
        nodes
    }

    fn peers_path(&self) -> PathBuf {
        self.path.join("peers")
    }

    fn change_peers(&self, change: impl FnOnce(&mut Vec<Peer>) -> bool) -> Result<bool, HomeError> {
        let path = self.peers_path();
        let failed = |source| HomeError::file(&path, source);
        files::create_private_dir(&self.path).map_err(failed)?;
        let _lock = files::lock(&self.path).map_err(failed)?;
        let mut peers = self.peers()?;
        let changed = change(&mut peers);
        if changed {
            let lines: String = peers.iter().map(|peer| format!("{peer}\n")).collect();
            files::write_atomically(&path, lines.as_bytes()).map_err(failed)?;
        }
        Ok(changed)
    }
}

/// Where a node of this machine that listens at `addr` is reached from this machine.
fn reachable_here(mut addr: SocketAddr) -> SocketAddr {
    match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => addr.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => addr.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    addr
}

/// Takes the lock of a node that is about to run, unless one of its name does. Others that look whether it runs share the lock
/// for a moment, which is waited for; only a node has it alone.
fn take_lock(file: &File, path: &Path) -> io::Result<bool> {
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if is_locked(path) || begun.elapsed() > LOOKERS_MAX => {
                return Ok(false);
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
        }
    }
}

fn is_locked(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// Keeps a node findable; dropping it takes the node's address away.
#[derive(Debug)]
pub struct Registration {
    path: PathBuf,
    _running: File,
}

impl Drop for Registration {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(path = %self.path.display(), %error, "cannot take the node's address away");
        }
    }
}

/// Why a home's files can't be used.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// A file can't be read or written.
    #[error("cannot use {}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A line of the peer book is not a peer.
    #[error("{} line {number}: {source}", path.display())]
    Line {
        /// The peer book.
        path: PathBuf,
        /// The line, counted from 1.
        number: usize,
        /// What is wrong with it.
        source: PeerLineError,
    },
    /// Two nodes of one name would share an identity.
    #[error("a node called {name} already runs from this home; choose another --name")]
    NameTaken {
        /// The name.
        name: PeerName,
    },
}

impl HomeError {
    fn file(path: &Path, source: io::Error) -> Self {
        Self::File { path: path.to_owned(), source }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn peer(name: &str, port: u16) -> Peer {
        let key = PublicKey::from_bytes([port as u8; 32]);
        Peer { name: name.parse().unwrap(), addr: format!("127.0.0.1:{port}"), key }
    }

    #[test]
    fn peers_are_added_changed_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path().join("home"));
        assert!(home.peers().unwrap().is_empty());
        home.add_peer(peer("a", 1)).unwrap();
        home.add_peer(peer("b", 2)).unwrap();
        home.add_peer(peer("a", 3)).unwrap();
        assert_eq!(home.peers().unwrap(), [peer("a", 3), peer("b", 2)]);
        assert!(home.remove_peer(&"a".parse().unwrap()).unwrap());
        assert!(!home.remove_peer(&"a".parse().unwrap()).unwrap());
        assert_eq!(home.peers().unwrap(), [peer("b", 2)]);
    }

    #[test]
    fn concurrent_writers_lose_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path());
        std::thread::scope(|scope| {
            for n in 1..=20 {
                let home = &home;
                scope.spawn(move || home.add_peer(peer(&format!("n{n}"), n)).unwrap());
            }
        });
        assert_eq!(home.peers().unwrap().len(), 20);
    }

    #[test]
    fn a_bad_line_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path());
        fs::write(dir.path().join("peers"), format!("# mine\n{}\nnonsense\n", peer("a", 1))).unwrap();
        assert!(matches!(home.peers(), Err(HomeError::Line { number: 3, .. })));
        fs::write(dir.path().join("peers"), [0xff, 0xfe]).unwrap();
        assert!(matches!(home.peers(), Err(HomeError::File { .. })));
    }

    #[test]
    fn a_registration_lasts_as_long_as_its_node() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path());
        let (name, key) = ("a".parse().unwrap(), PublicKey::from_bytes([1; 32]));
        let addr = "127.0.0.1:4001".parse().unwrap();
        let registration = home.register(&name, addr, key).unwrap();
        assert_eq!(home.nodes(), [Peer { name: name.clone(), addr: addr.to_string(), key }]);
        assert!(matches!(home.register(&name, addr, key), Err(HomeError::NameTaken { .. })));
        drop(registration);
        assert!(home.nodes().is_empty());
        let _registration = home.register(&name, "0.0.0.0:4002".parse().unwrap(), key).unwrap();
        assert_eq!(home.nodes()[0].addr, "127.0.0.1:4002");
    }

    #[test]
    fn who_looks_whether_a_node_runs_does_not_keep_it_from_beginning() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path());
        let (name, key) = ("a".parse().unwrap(), PublicKey::from_bytes([1; 32]));
        let addr = "127.0.0.1:4001".parse().unwrap();
        drop(home.register(&name, addr, key).unwrap());
        let looking = File::open(home.node_dir(&name).join(RUNNING_NAME)).unwrap();
        looking.lock_shared().unwrap();
        std::thread::scope(|scope| {
            let beginning = scope.spawn(|| home.register(&name, addr, key));
            // As one that the system lets wait in the middle of it.
            std::thread::sleep(Duration::from_millis(500));
            drop(looking);
            assert!(beginning.join().unwrap().is_ok());
        });
    }

    #[test]
    fn the_address_of_a_node_that_was_killed_does_not_count() {
        let dir = tempfile::tempdir().unwrap();
        let home = Home::at(dir.path());
        let (name, key) = ("a".parse().unwrap(), PublicKey::from_bytes([1; 32]));
        let registration = home.register(&name, "127.0.0.1:1".parse().unwrap(), key).unwrap();
        let path = home.node_dir(&name).join("address");
        let left_over = fs::read(&path).unwrap();
        drop(registration);
        fs::write(&path, left_over).unwrap();
        assert!(home.nodes().is_empty());
    }
}
