//! Warm connections, by the key at their other end, whichever side made them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::endpoint::Endpoint;
use super::error::LinkError;
use super::link::Link;
use crate::home::PeerBook;
use crate::identity::PublicKey;

/// Told of every connection that the pool makes, so that it can be served as those that come in are.
type OnLink = dyn Fn(Link) + Send + Sync;

/// Connections that are kept.
pub(crate) struct Pool {
    endpoint: Arc<Endpoint>,
    book: Arc<PeerBook>,
    slots: Mutex<HashMap<PublicKey, Slot>>,
    on_link: Box<OnLink>,
}

/// The connection to one peer; the lock is held while it is made, so that it is made once.
type Slot = Arc<tokio::sync::Mutex<State>>;

/// All who wait for a connection while it fails are told so, and none of them tries again at once.
const FAILURE_FRESH_FOR: Duration = Duration::from_millis(500);

#[derive(Default)]
enum State {
    #[default]
    New,
    Made(Link),
    Failed(Instant, LinkError),
}

impl State {
    fn open(&self) -> Option<&Link> {
        match self {
            Self::Made(link) if link.is_open() => Some(link),
            _ => None,
        }
    }
}

impl Pool {
    pub(crate) fn new(endpoint: Arc<Endpoint>, book: Arc<PeerBook>, on_link: Box<OnLink>) -> Self {
        Self { endpoint, book, slots: Mutex::default(), on_link }
    }

    /// A connection with the holder of `key`: one that is open, else one to the address in the peer book, else one
    /// to `hint`.
    pub(crate) async fn link(&self, key: PublicKey, hint: Option<&str>) -> Result<Link, LinkError> {
        let slot = self.slots().entry(key).or_default().clone();
        let mut slot = slot.lock().await;
        if let Some(link) = slot.open() {
            return Ok(link.clone());
        }
        if let State::Failed(at, error) = &*slot
            && at.elapsed() < FAILURE_FRESH_FOR
        {
            return Err(error.clone());
        }
        let known = self.book.by_key(key).map(|peer| peer.addr);
        let addrs: Vec<&str> =
            known.as_deref().into_iter().chain(hint.filter(|h| Some(*h) != known.as_deref())).collect();
        let mut last = LinkError::NoAddress { key };
        for addr in addrs {
            match self.endpoint.connect(addr, key).await {
                Ok(link) => {
                    *slot = State::Made(link.clone());
                    (self.on_link)(link.clone());
                    return Ok(link);
                }
                Err(error) => last = error,
            }
        }
        *slot = State::Failed(Instant::now(), last.clone());
        drop(slot);
        self.forget_closed();
        Err(last)
    }

    /// Keeps a connection that came in, if there is no other to that peer.
    pub(crate) fn keep(&self, link: Link) {
        let slot = self.slots().entry(link.peer()).or_default().clone();
        // If it is locked, a connection is being made; this one is served all the same.
        if let Ok(mut slot) = slot.try_lock()
            && slot.open().is_none()
        {
            *slot = State::Made(link);
        }
        self.forget_closed();
    }

    fn forget_closed(&self) {
        self.slots().retain(|_, slot| match slot.try_lock() {
            Ok(slot) => match &*slot {
                State::Made(link) => link.is_open(),
                State::Failed(at, _) => at.elapsed() < FAILURE_FRESH_FOR,
                State::New => false,
            },
            Err(_) => true,
        });
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<PublicKey, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
