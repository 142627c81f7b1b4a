//! Two processes: this one with node a, and one with node b and a server of bare QUIC, which is this program again.

use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mvm::Engine;
use mvm::net::client::{Client, Followed, Program};
use mvm::net::home::{Peer, PeerBook};
use mvm::net::identity::{Identity, PublicKey};
use mvm::net::node::{Node, NodeConfig};
use mvm::net::protocol::Outcome;
use quinn::rustls::pki_types::CertificateDer;
use quinn::{Connection, Endpoint, SendStream};
use tokio::io::AsyncReadExt;
use tokio::runtime::Runtime;

use super::tcp::{ask, drain, echo, flood};
use super::{Result, quic, runtime};

/// The argument with which this program is the other process.
pub(crate) const THERE: &str = "there";
/// What the other end of a stream of bare QUIC is to do.
const ECHO: u8 = 0;
const DRAIN: u8 = 1;

/// Is the other process: `args` are the key and address of node a. Ends with its standard input.
pub(crate) fn there(args: &[String]) -> Result<()> {
    let [key, addr] = args else { return Err("the key and address of node a are missing".into()) };
    let runtime = runtime()?;
    let _entered = runtime.enter();
    let book = Arc::new(PeerBook::in_memory());
    book.add(Peer { name: "a".parse()?, addr: addr.clone(), key: key.parse()? });
    let node = Node::start(NodeConfig::new("b".parse()?, Identity::generate()?, book))?;
    let (config, certificate) = quic::server()?;
    let endpoint = Endpoint::server(config, any_port())?;
    let hex: String = certificate.iter().map(|byte| format!("{byte:02x}")).collect();
    println!("{} {} {} {hex}", node.key(), node.addr(), endpoint.local_addr()?);
    runtime.spawn(async move {
        while let Some(incoming) = endpoint.accept().await {
            tokio::spawn(async move { serve(incoming.await?).await });
        }
    });
    std::io::stdin().read_to_end(&mut Vec::new())?;
    runtime.block_on(node.shut_down());
    Ok(())
}

async fn serve(connection: Connection) -> Result<()> {
    loop {
        let (mut send, mut recv) = connection.accept_bi().await?;
        match recv.read_u8().await? {
            ECHO => echo(send, recv).await?,
            _ => {
                let letters = recv.read_u64().await?;
                drain(recv, letters as usize).await?;
                send.write_all(&[1]).await?;
            }
        }
    }
}

fn any_port() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

/// Both processes, seen from this one.
pub(crate) struct Apart {
    here: Runtime,
    node: Node,
    client: Client,
    bare: Connection,
    _endpoint: Endpoint,
    there: Child,
}

impl Apart {
    pub(crate) fn new() -> Result<Self> {
        let here = runtime()?;
        let entered = here.enter();
        let (book, user) = (Arc::new(PeerBook::in_memory()), Identity::generate()?);
        book.trust(user.public());
        let node = Node::start(NodeConfig::new("a".parse()?, Identity::generate()?, book.clone()))?;
        book.add(Peer { name: "a".parse()?, addr: node.addr().to_string(), key: node.key() });
        let (key, addr) = (node.key().to_string(), node.addr().to_string());
        let mut there = Command::new(std::env::current_exe()?)
            .args([THERE, &key, &addr])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(there.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let [key, addr, bare, certificate] = words[..] else { return Err("the other process failed".into()) };
        let key: PublicKey = key.parse()?;
        book.add(Peer { name: "b".parse()?, addr: addr.to_owned(), key });
        let client = Client::new(user, book)?;
        let mut endpoint = Endpoint::client(any_port())?;
        endpoint.set_default_client_config(quic::client(unhex(certificate)?)?);
        let connecting = endpoint.connect(bare.parse()?, "localhost")?;
        let bare = here.block_on(connecting)?;
        drop(entered);
        Ok(Self { here, node, client, bare, _endpoint: endpoint, there })
    }

    /// How long each of many requests over bare QUIC took.
    pub(crate) fn trips(&self) -> Result<Vec<Duration>> {
        let bare = self.bare.clone();
        self.here.block_on(self.here.spawn(async move {
            let (mut send, recv) = bare.open_bi().await?;
            send.write_all(&[ECHO]).await?;
            ask(send, recv).await
        }))?
    }

    /// How long it took until so many messages of so many bytes had arrived over bare QUIC.
    pub(crate) fn one_way(&self, letters: usize, bytes: usize) -> Result<Duration> {
        let bare = self.bare.clone();
        self.here.block_on(self.here.spawn(async move {
            let (mut send, mut recv) = bare.open_bi().await?;
            let start = Instant::now();
            send.write_all(&[DRAIN]).await?;
            send.write_all(&(letters as u64).to_be_bytes()).await?;
            let _send: SendStream = flood(send, letters, bytes).await?;
            recv.read_u8().await?;
            Ok(start.elapsed())
        }))?
    }

    /// Runs a program on node a, and prints what it prints.
    pub(crate) fn run(&self, source: &str) -> Result<()> {
        let module = Engine::new().allow_standard().compile("bench.mob", source)?.encode();
        self.here.block_on(async {
            let program = Program { module: &module, name: "bench", args: &[] };
            let mut following = self.client.send("a", program).await?;
            let outcome = loop {
                match following.next().await? {
                    Followed::Output(record) => print!("{}", String::from_utf8_lossy(&record.text)),
                    Followed::Dropped(_) => {}
                    Followed::Ended(outcome) => break outcome,
                }
            };
            match outcome {
                Some(Outcome::Returned { .. }) => Ok(()),
                other => Err(format!("the program ended so: {other:?}").into()),
            }
        })
    }

    /// Ends both.
    pub(crate) fn end(mut self) -> Result<()> {
        self.here.block_on(async {
            self.client.close().await;
            self.node.shut_down().await;
        });
        drop(self.there.stdin.take());
        self.there.wait()?;
        Ok(())
    }
}

fn unhex(text: &str) -> Result<CertificateDer<'static>> {
    let pairs = text.as_bytes().chunks(2).map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?));
    Ok(pairs.collect::<Result<Vec<u8>>>()?.into())
}
