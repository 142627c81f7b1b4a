//! Where connections are made and accepted.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use quinn::Runtime;
use tokio::sync::Semaphore;

use super::busy_poll::BusyPolled;
use super::config::{self, BUSY_POLL, HANDSHAKE_TIMEOUT, Serves};
use super::error::{LinkError, alert, close};
use super::link::Link;
use super::stream::within;
use crate::identity::{Identity, PublicKey};

/// Connections open at once.
const CONNECTIONS_MAX: usize = 1024;
/// Handshakes under way at once; above half of it, an address must be validated first.
const HANDSHAKES_MAX: usize = 128;
/// How long peers may take to hear that an endpoint is closed.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(500);
/// Addresses tried of those that a host name has.
const ADDRS_MAX: usize = 4;

/// Decides about connections that come in.
pub(crate) trait Acceptor: Send + Sync + 'static {
    /// Whether the holder of `key` may go on; the error is the reason that it is told.
    fn admit(&self, key: PublicKey) -> Result<(), String>;
    /// Takes a connection whose peer was admitted.
    fn accepted(&self, link: Link);
}

/// The sockets of a node or a client.
pub(crate) struct Endpoint {
    identity: Identity,
    client: quinn::ClientConfig,
    listening: Option<(quinn::Endpoint, SocketAddr)>,
    /// Sockets for addresses that the listening one can't reach: by family, made when first needed.
    outgoing: Mutex<[Option<quinn::Endpoint>; 2]>,
}

impl Endpoint {
    /// An endpoint that can be connected to at `addr`. Must be called within a tokio runtime.
    pub(crate) fn listen(identity: Identity, addr: SocketAddr) -> Result<Self, LinkError> {
        let mut endpoint = Self::new(identity, Serves::Requests)?;
        let server = config::server(&endpoint.identity).map_err(local)?;
        let socket = config::socket(addr)?;
        let listening = endpoint.endpoint(Some(server), socket)?;
        let addr = listening.local_addr()?;
        endpoint.listening = Some((listening, addr));
        Ok(endpoint)
    }

    /// An endpoint that only connects, and whose peers can ask nothing.
    pub(crate) fn client(identity: Identity) -> Result<Self, LinkError> {
        Self::new(identity, Serves::Nothing)
    }

    /// Where it listens.
    pub(crate) fn local_addr(&self) -> Option<SocketAddr> {
        self.listening.as_ref().map(|(_, addr)| *addr)
    }

    /// Connects to `addr` (`HOST:PORT`) and to nobody but the holder of `key`.
    pub(crate) async fn connect(&self, addr: &str, key: PublicKey) -> Result<Link, LinkError> {
        let unresolved = |why: String| LinkError::Address { addr: addr.to_owned(), why };
        let resolving = async { tokio::net::lookup_host(addr).await.map_err(|e| unresolved(e.to_string())) };
        let resolved = within(HANDSHAKE_TIMEOUT, "looking up an address", resolving).await?;
        let mut last = unresolved("it has no address".to_owned());
        for one in resolved.take(ADDRS_MAX) {
            match self.connect_to(one, addr, key).await {
                Ok(link) => return Ok(link),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Accepts connections for ever, until the endpoint is closed.
    pub(crate) async fn serve(&self, acceptor: Arc<dyn Acceptor>) {
        let Some((listening, _)) = &self.listening else { return };
        let handshakes = Arc::new(Semaphore::new(HANDSHAKES_MAX));
        while let Some(incoming) = listening.accept().await {
            let Ok(permit) = handshakes.clone().try_acquire_owned() else {
                incoming.refuse();
                continue;
            };
            if listening.open_connections() > CONNECTIONS_MAX {
                incoming.refuse();
                continue;
            }
            let busy = handshakes.available_permits() < HANDSHAKES_MAX / 2;
            if busy && !incoming.remote_address_validated() && incoming.may_retry() {
                // Fails only for an address that was validated.
                let _ = incoming.retry();
                continue;
            }
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                if let Err(error) = shake_hands(incoming, &*acceptor).await {
                    tracing::debug!(%error, "a connection was not made");
                }
                drop(permit);
            });
        }
    }

    /// Closes all connections. Peers hear of it if the runtime goes on for a moment.
    pub(crate) fn close_now(&self, reason: &str) {
        for endpoint in self.all() {
            endpoint.close(close::SHUTDOWN, reason.as_bytes());
        }
    }

    /// Closes all connections and waits until their peers can have heard of it.
    pub(crate) async fn close(&self, reason: &str) {
        self.close_now(reason);
        for endpoint in self.all() {
            // Peers that don't answer any more are not waited for.
            let _ = tokio::time::timeout(CLOSE_TIMEOUT, endpoint.wait_idle()).await;
        }
    }

    fn all(&self) -> Vec<quinn::Endpoint> {
        let mut endpoints: Vec<_> = self.outgoing().iter().flatten().cloned().collect();
        endpoints.extend(self.listening.as_ref().map(|(endpoint, _)| endpoint.clone()));
        endpoints
    }

    fn new(identity: Identity, serves: Serves) -> Result<Self, LinkError> {
        let client = config::client(&identity, serves).map_err(local)?;
        Ok(Self { identity, client, listening: None, outgoing: Mutex::default() })
    }

    async fn connect_to(&self, to: SocketAddr, addr: &str, key: PublicKey) -> Result<Link, LinkError> {
        let unreachable = || LinkError::Unreachable { addr: addr.to_owned() };
        // The server name carries the key that the verifier is to insist on.
        let connecting = self
            .endpoint_towards(to)?
            .connect_with(self.client.clone(), to, &key.to_string())
            .map_err(|_| unreachable())?;
        let connection = match tokio::time::timeout(HANDSHAKE_TIMEOUT, connecting).await {
            Err(_) | Ok(Err(quinn::ConnectionError::TimedOut)) => return Err(unreachable()),
            Ok(Err(quinn::ConnectionError::TransportError(error)))
                if alert::is(error.code, alert::BAD_CERTIFICATE) =>
            {
                return Err(LinkError::WrongKey { addr: addr.to_owned(), expected: key });
            }
            Ok(connection) => connection?,
        };
        Link::new(connection).ok_or_else(|| LinkError::lost("the peer proved no key"))
    }

    /// The listening socket reaches what is of its family, unless just one of the two is loopback.
    fn endpoint_towards(&self, to: SocketAddr) -> Result<quinn::Endpoint, LinkError> {
        if let Some((endpoint, addr)) = &self.listening
            && addr.is_ipv4() == to.is_ipv4()
            && (addr.ip().is_unspecified() || addr.ip().is_loopback() == to.ip().is_loopback())
        {
            return Ok(endpoint.clone());
        }
        let mut outgoing = self.outgoing();
        let slot = &mut outgoing[usize::from(to.is_ipv6())];
        if let Some(endpoint) = slot {
            return Ok(endpoint.clone());
        }
        let any: IpAddr =
            if to.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        let endpoint = self.endpoint(None, config::socket((any, 0).into())?)?;
        Ok(slot.insert(endpoint).clone())
    }

    fn endpoint(
        &self,
        server: Option<quinn::ServerConfig>,
        socket: std::net::UdpSocket,
    ) -> Result<quinn::Endpoint, LinkError> {
        let runtime = Arc::new(quinn::TokioRuntime);
        let socket = runtime.wrap_udp_socket(socket)?;
        let socket = BusyPolled::new(socket, BUSY_POLL);
        let config = config::endpoint(&self.identity);
        Ok(quinn::Endpoint::new_with_abstract_socket(config, server, Arc::new(socket), runtime)?)
    }

    fn outgoing(&self) -> std::sync::MutexGuard<'_, [Option<quinn::Endpoint>; 2]> {
        self.outgoing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn shake_hands(incoming: quinn::Incoming, acceptor: &dyn Acceptor) -> Result<(), LinkError> {
    let connecting = incoming.accept()?;
    let connection = within(HANDSHAKE_TIMEOUT, "shaking hands", async { Ok(connecting.await?) }).await?;
    let link = Link::new(connection).ok_or_else(|| LinkError::lost("the peer proved no key"))?;
    match acceptor.admit(link.peer()) {
        Ok(()) => acceptor.accepted(link),
        Err(reason) => link.close(close::STRANGER, &reason),
    }
    Ok(())
}

fn local(error: impl std::fmt::Display) -> LinkError {
    LinkError::Local { why: error.to_string() }
}
