//! How QUIC is tuned, each number with its reason.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use quinn::{EndpointConfig, IdleTimeout, MtuDiscoveryConfig, TransportConfig, VarInt};
use quinn_proto::HashedConnectionIdGenerator;

use crate::identity::{Identity, client_tls, server_tls};

/// How long a handshake may take, on either side.
pub(super) const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a socket is looked at after its last use before its thread may sleep: longer than a round trip on one machine takes if
/// the other side has to be woken, so that either side alone can begin with it.
pub(super) const BUSY_POLL: Duration = Duration::from_micros(100);
/// Streams that one peer may have open on one connection.
const STREAMS_PER_CONNECTION: u32 = 256;
/// A connection on which nothing arrives is given up after this.
const IDLE_TIMEOUT_MS: u32 = 20_000;
/// Both ends send something at least this often, so that only a lost peer is ever idle for long.
const KEEP_ALIVE: Duration = Duration::from_secs(5);
/// With quinn's default of 1.25 MB, bulk over a long path would wait for the window.
const STREAM_WINDOW: u32 = 16 << 20;
/// What all streams of a connection may have in flight, in each direction.
const CONNECTION_WINDOW: u32 = 64 << 20;
/// A batch of ten datagrams must fit the 64 KiB of one segmented send; 8900 and more stall.
const MTU_MAX: u16 = 6500;
/// What the sockets should buffer; the system may give less.
const SOCKET_BUFFER: usize = 4 << 20;
/// Handshakes that wait to be looked at.
const INCOMING_MAX: usize = 256;

/// What a side lets its peer begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Serves {
    /// It is asked things: a node.
    Requests,
    /// It only asks: a command.
    Nothing,
}

pub(super) fn client(identity: &Identity, serves: Serves) -> Result<quinn::ClientConfig, rustls::Error> {
    let tls = QuicClientConfig::try_from(client_tls(identity)?).map_err(no_initial_suite)?;
    let mut config = quinn::ClientConfig::new(Arc::new(tls));
    config.transport_config(Arc::new(transport(serves)));
    Ok(config)
}

pub(super) fn server(identity: &Identity) -> Result<quinn::ServerConfig, rustls::Error> {
    let tls = QuicServerConfig::try_from(server_tls(identity)?).map_err(no_initial_suite)?;
    let mut config = quinn::ServerConfig::with_crypto(Arc::new(tls));
    config.transport_config(Arc::new(transport(Serves::Requests)));
    config.max_incoming(INCOMING_MAX).migration(false);
    Ok(config)
}

/// A restarted node is recognised at once, and not at the idle time-out, if its reset key and connection ids are the
/// ones that it had before: both come from its secret.
pub(super) fn endpoint(identity: &Identity) -> EndpointConfig {
    let reset_key = identity.derive("mob stateless reset key v1");
    let cid_key = identity.derive("mob connection id key v1");
    let cid_key = u64::from_le_bytes(std::array::from_fn(|i| cid_key[i]));
    let mut config = EndpointConfig::new(Arc::new(ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &reset_key)));
    config.cid_generator(move || Box::new(HashedConnectionIdGenerator::from_key(cid_key)));
    config
}

pub(super) fn socket(addr: SocketAddr) -> io::Result<UdpSocket> {
    let socket = socket2::Socket::new(socket2::Domain::for_address(addr), socket2::Type::DGRAM, None)?;
    if addr.is_ipv6() {
        socket.set_only_v6(false)?;
    }
    // A smaller buffer costs throughput, not correctness.
    let _ = socket.set_recv_buffer_size(SOCKET_BUFFER);
    let _ = socket.set_send_buffer_size(SOCKET_BUFFER);
    socket.bind(&addr.into())?;
    Ok(socket.into())
}

fn transport(serves: Serves) -> TransportConfig {
    let mut config = TransportConfig::default();
    let streams = if serves == Serves::Requests { STREAMS_PER_CONNECTION } else { 0 };
    let mut mtu = MtuDiscoveryConfig::default();
    mtu.upper_bound(MTU_MAX);
    config
        .max_concurrent_bidi_streams(streams.into())
        .max_concurrent_uni_streams(0_u32.into())
        .datagram_receive_buffer_size(None)
        .stream_receive_window(STREAM_WINDOW.into())
        .receive_window(CONNECTION_WINDOW.into())
        .send_window(CONNECTION_WINDOW.into())
        .keep_alive_interval(Some(KEEP_ALIVE))
        .max_idle_timeout(Some(IdleTimeout::from(VarInt::from_u32(IDLE_TIMEOUT_MS))))
        .mtu_discovery_config(Some(mtu));
    config
}

fn no_initial_suite(error: impl std::fmt::Display) -> rustls::Error {
    rustls::Error::General(error.to_string())
}
