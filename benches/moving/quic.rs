//! A bare QUIC round trip: 1 KiB there and back on a fresh stream of a warm connection, with nothing above it.

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use quinn::rustls::RootCertStore;
use quinn::rustls::pki_types::PrivateKeyDer;
use quinn::{ClientConfig, Connection, Endpoint, ServerConfig};

const ROUNDS: usize = 2000;
const COLD: usize = 50;
const BYTES: usize = 1024;

/// The median of many round trips.
pub(crate) async fn round_trips() -> Result<Duration, Box<dyn Error>> {
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let (server_config, client_config) = configs()?;
    let server = Endpoint::server(server_config, any_port)?;
    let mut client = Endpoint::client(any_port)?;
    client.set_default_client_config(client_config);

    let addr = server.local_addr()?;
    let serving = tokio::spawn(async move {
        let connection =
            server.accept().await.ok_or("no connection")?.await.map_err(|error| error.to_string())?;
        echo(&connection).await;
        Ok::<_, String>(())
    });
    let connection = client.connect(addr, "localhost")?.await?;
    let message = [7; BYTES];
    let mut times = Vec::with_capacity(ROUNDS);
    for round in 0..ROUNDS + COLD {
        let start = Instant::now();
        let (mut send, mut recv) = connection.open_bi().await?;
        send.write_all(&message).await?;
        send.finish()?;
        if recv.read_to_end(BYTES).await? != message {
            return Err("the echo differs".into());
        }
        if round >= COLD {
            times.push(start.elapsed());
        }
    }
    connection.close(0u8.into(), b"");
    client.wait_idle().await;
    serving.await??;
    Ok(super::median(times))
}

/// Sends back what comes on each stream, until the connection closes.
async fn echo(connection: &Connection) {
    while let Ok((mut send, mut recv)) = connection.accept_bi().await {
        let Ok(bytes) = recv.read_to_end(BYTES).await else { break };
        if send.write_all(&bytes).await.is_err() || send.finish().is_err() {
            break;
        }
    }
}

/// A server with a throw-away certificate, and a client that trusts that one.
fn configs() -> Result<(ServerConfig, ClientConfig), Box<dyn Error>> {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let key = PrivateKeyDer::Pkcs8(own.signing_key.serialize_der().into());
    let server = ServerConfig::with_single_cert(vec![own.cert.der().clone()], key)?;
    let mut roots = RootCertStore::empty();
    roots.add(own.cert.der().clone())?;
    Ok((server, ClientConfig::with_root_certificates(Arc::new(roots))?))
}
