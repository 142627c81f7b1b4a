//! One stream of bare QUIC, with the windows and the packets of nodes: messages with a length before each, and nothing above
//! that.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use quinn::rustls::RootCertStore;
use quinn::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use quinn::{ClientConfig, Connection, Endpoint, MtuDiscoveryConfig, ServerConfig, TransportConfig};
use tokio::runtime::Runtime;

use super::tcp::{ask, drain, echo, flood};
use super::{Carrier, Result, runtime};

pub(crate) struct Stream {
    here: Runtime,
    there: Runtime,
    client: Connection,
    server: Connection,
    _endpoints: [Endpoint; 2],
}

impl Stream {
    pub(crate) fn new() -> Result<Self> {
        let (here, there) = (runtime()?, runtime()?);
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let (server_config, certificate) = server()?;
        let client_config = client(certificate)?;
        let listening = there.block_on(async { Endpoint::server(server_config, any_port) })?;
        let mut connecting = here.block_on(async { Endpoint::client(any_port) })?;
        connecting.set_default_client_config(client_config);
        let addr = listening.local_addr()?;
        let accepting = listening.clone();
        let server =
            there.spawn(async move { Ok::<_, String>(accepting.accept().await.ok_or("closed")?.await) });
        let client =
            here.block_on(async { Ok::<_, super::Boxed>(connecting.connect(addr, "localhost")?.await?) })?;
        let server = here.block_on(server)???;
        Ok(Self { here, there, client, server, _endpoints: [listening, connecting] })
    }
}

impl Carrier for Stream {
    fn trips(&mut self) -> Result<Vec<Duration>> {
        let (client, server) = (self.client.clone(), self.server.clone());
        let echoing = self.there.spawn(async move {
            let (send, recv) = server.accept_bi().await?;
            echo(send, recv).await
        });
        let trips = self.here.block_on(self.here.spawn(async move {
            let (send, recv) = client.open_bi().await?;
            ask(send, recv).await
        }))??;
        self.here.block_on(echoing)??;
        Ok(trips)
    }

    fn one_way(&mut self, letters: usize, bytes: usize) -> Result<Duration> {
        let (client, server) = (self.client.clone(), self.server.clone());
        let start = Instant::now();
        let draining = self.there.spawn(async move {
            let (_send, recv) = server.accept_bi().await?;
            drain(recv, letters).await
        });
        let writing = self.here.spawn(async move {
            let (send, _recv) = client.open_bi().await?;
            let send = flood(send, letters, bytes).await?;
            Ok::<_, super::Boxed>((send, _recv))
        });
        self.here.block_on(draining)??;
        let time = start.elapsed();
        self.here.block_on(writing)??;
        Ok(time)
    }
}

/// A server with a throw-away certificate.
pub(crate) fn server() -> Result<(ServerConfig, CertificateDer<'static>)> {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let key = PrivateKeyDer::Pkcs8(own.signing_key.serialize_der().into());
    let certificate = own.cert.der().clone();
    let mut server = ServerConfig::with_single_cert(vec![certificate.clone()], key)?;
    server.transport_config(transport());
    Ok((server, certificate))
}

/// A client that trusts that one.
pub(crate) fn client(certificate: CertificateDer<'static>) -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate)?;
    let mut client = ClientConfig::with_root_certificates(Arc::new(roots))?;
    client.transport_config(transport());
    Ok(client)
}

fn transport() -> Arc<TransportConfig> {
    let mut transport = TransportConfig::default();
    let mut mtu = MtuDiscoveryConfig::default();
    mtu.upper_bound(6500);
    transport
        .stream_receive_window((16_u32 << 20).into())
        .receive_window((64_u32 << 20).into())
        .send_window(64 << 20)
        .mtu_discovery_config(Some(mtu));
    Arc::new(transport)
}
