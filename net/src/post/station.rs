//! A post with a socket, and nothing else: for tests and measurements.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use tokio::task::JoinHandle;

use super::{Post, Residents};
use crate::home::{Known, PeerBook};
use crate::identity::{Identity, PublicKey};
use crate::protocol::Frame;
use crate::protocol::post::PostLimits;
use crate::protocol::random_life;
use crate::transport::{Acceptor, Endpoint, Link, LinkError, Pool, Stream, unexpected};

/// How long a peer that opened a stream may take to say what it wants.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// See the module. Dropping it ends it at once.
pub struct Station {
    post: Arc<Post>,
    endpoint: Arc<Endpoint>,
    key: PublicKey,
    addr: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Station {
    /// Listens on a free port of the loopback interface, and takes letters from whom the book knows.
    ///
    /// # Errors
    /// If no socket or no randomness is to be had.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub fn start(
        identity: Identity,
        book: Arc<PeerBook>,
        limits: PostLimits,
        residents: Arc<dyn Residents>,
    ) -> Result<Self, LinkError> {
        let key = identity.public();
        let endpoint = Arc::new(Endpoint::listen(identity, (Ipv4Addr::LOCALHOST, 0).into())?);
        let local = |why: &str| LinkError::Local { why: why.to_owned() };
        let addr = endpoint.local_addr().ok_or_else(|| local("no address"))?;
        let life = random_life().ok_or_else(|| local("the system gives no random numbers"))?;
        // Lines that the post makes bring lanes in as those do that others make.
        let late: Arc<OnceLock<Weak<Post>>> = Arc::default();
        let serving = late.clone();
        let on_link = move |link: Link| {
            if let Some(post) = serving.get().cloned() {
                tokio::spawn(serve(post, link));
            }
        };
        let pool = Arc::new(Pool::new(endpoint.clone(), book.clone(), Box::new(on_link)));
        let post = Arc::new(Post::new(key, life, limits, pool.clone(), residents));
        // Set once, just here.
        let _ = late.set(Arc::downgrade(&post));
        let door = Arc::new(Door { post: Arc::downgrade(&post), pool, book });
        let listening = endpoint.clone();
        let accepting = tokio::spawn(async move { listening.serve(door).await });
        Ok(Self { post, endpoint, key, addr, accepting })
    }

    /// What it proves.
    pub fn key(&self) -> PublicKey {
        self.key
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its post.
    pub fn post(&self) -> &Post {
        &self.post
    }
}

impl Drop for Station {
    fn drop(&mut self) {
        self.accepting.abort();
        self.endpoint.close_now("the station was shut down");
    }
}

struct Door {
    post: Weak<Post>,
    pool: Arc<Pool>,
    book: Arc<PeerBook>,
}

impl Acceptor for Door {
    fn admit(&self, key: PublicKey) -> Result<(), String> {
        if self.book.known(key) != Known::Stranger { Ok(()) } else { Err("unknown key".to_owned()) }
    }

    fn accepted(&self, link: Link) {
        self.pool.keep(link.clone());
        tokio::spawn(serve(self.post.clone(), link));
    }
}

async fn serve(post: Weak<Post>, link: Link) {
    while let Ok(stream) = link.accept().await {
        let (post, link) = (post.clone(), link.clone());
        tokio::spawn(async move {
            if let Err(error) = take(&post, &link, stream).await {
                tracing::debug!(peer = %link.peer(), %error, "a lane ended");
            }
        });
    }
}

async fn take(post: &Weak<Post>, link: &Link, mut stream: Stream) -> Result<(), LinkError> {
    match stream.read(REQUEST_TIMEOUT, "waiting for a request").await? {
        Frame::Letters(theirs) => {
            let Some(serving) = post.upgrade().map(|post| post.serve(link, stream, theirs)) else {
                return Ok(());
            };
            serving.await
        }
        other => Err(unexpected(&other)),
    }
}
