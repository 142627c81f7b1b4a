//! What someone does with nodes from outside: send programs, follow them, list, move and end them.

mod error;
mod following;

use std::sync::Arc;
use std::time::{Duration, Instant};

use mob_runtime::Owner;
use mob_vm::bytecode::{ModuleHash, module_hash};
use tokio::task::JoinSet;

pub use error::ClientError;
pub use following::{Followed, Following};

use crate::home::{Peer, PeerBook};
use crate::identity::Identity;
use crate::protocol::{
    AgentId, AgentInfo, AgentPrefix, Agents, CodeRef, Follow, Frame, Kill, Launch, List, Migrate, Migrated,
    Ping, Wanted,
};
use crate::transport::{Endpoint, LinkError, Pool, Stream, bulk};

/// How long a node may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a hop may take that was asked for from outside.
const MIGRATE_TIMEOUT: Duration = Duration::from_secs(70);
/// How often an agent is looked for again that left while an order was under way.
const CHASES_MAX: usize = 4;

/// Connections to nodes on behalf of one identity.
pub struct Client {
    endpoint: Arc<Endpoint>,
    pool: Arc<Pool>,
    book: Arc<PeerBook>,
    /// What agents are told whose they are.
    owner: Owner,
}

/// A program to send.
#[derive(Debug, Clone, Copy)]
pub struct Program<'a> {
    /// The encoded module.
    pub module: &'a [u8],
    /// A label for people: the file's name, say.
    pub name: &'a str,
    /// The arguments of its `main`.
    pub args: &'a [String],
}

/// What the nodes said when asked for agents.
#[derive(Debug, Default)]
pub struct Listing {
    /// The agents, each once, and the node where each is by the name in the peer book (or the beginning of its key).
    pub agents: Vec<(AgentInfo, String)>,
    /// Nodes that could not be asked.
    pub silent: Vec<ClientError>,
}

impl Client {
    /// A client that knows the nodes in `book`. Nothing is connected yet. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// If TLS can't be set up.
    pub fn new(identity: Identity, book: Arc<PeerBook>) -> Result<Self, ClientError> {
        let owner = identity.owner();
        let endpoint = Endpoint::client(identity).map_err(|source| ClientError::Local { source })?;
        let endpoint = Arc::new(endpoint);
        let pool = Arc::new(Pool::new(endpoint.clone(), book.clone(), Box::new(|_| {})));
        Ok(Self { endpoint, pool, book, owner })
    }

    /// Sends a program to a node, which becomes its home, and starts it there. The agent's output is held for
    /// [`Following`]: if it is slow, so is the agent.
    ///
    /// # Errors
    /// If the node is unknown, can't be reached, or refuses.
    pub async fn send(&self, node: &str, program: Program<'_>) -> Result<Following, ClientError> {
        let (peer, mut stream) = self.launch(node, program, true).await?;
        let agent = self.launched(&peer, &mut stream).await?;
        Ok(Following::new(self.pool.clone(), peer, agent, stream))
    }

    /// Sends a program to a node, which becomes its home, and leaves it to itself.
    ///
    /// # Errors
    /// If the node is unknown, can't be reached, or refuses.
    pub async fn send_detached(&self, node: &str, program: Program<'_>) -> Result<AgentId, ClientError> {
        let (peer, mut stream) = self.launch(node, program, false).await?;
        self.launched(&peer, &mut stream).await
    }

    /// Lists the agents on one node, or on all nodes of the peer book, whose id begins so.
    ///
    /// # Errors
    /// If the one node named is unknown; nodes that don't answer are in [`Listing::silent`].
    pub async fn list(
        &self,
        node: Option<&str>,
        prefix: Option<&AgentPrefix>,
    ) -> Result<Listing, ClientError> {
        let peers = match node {
            Some(name) => vec![self.peer(name)?],
            None => self.book.peers(),
        };
        let prefix = prefix.map_or("", AgentPrefix::as_str);
        let mut asking = JoinSet::new();
        for peer in peers {
            asking.spawn(ask_for_agents(self.pool.clone(), peer, prefix.to_owned()));
        }
        let mut listing = Listing::default();
        let mut infos: Vec<AgentInfo> = Vec::new();
        while let Some(answer) = asking.join_next().await {
            match answer {
                Ok(Ok(answer)) => answer.into_iter().for_each(|info| merge(&mut infos, info)),
                Ok(Err(error)) => listing.silent.push(error),
                Err(_) => {}
            }
        }
        infos.sort_by_key(|info| (std::cmp::Reverse(info.usage.age_ms), info.agent));
        listing.agents = infos.into_iter().map(|info| (info.clone(), self.name_of(&info))).collect();
        Ok(listing)
    }

    /// The one agent whose id begins so.
    ///
    /// # Errors
    /// If there is none, or more than one.
    pub async fn find(&self, prefix: &AgentPrefix) -> Result<AgentInfo, ClientError> {
        let mut listing = self.list(None, Some(prefix)).await?;
        match listing.agents.len() {
            1 => Ok(listing.agents.remove(0).0),
            0 => Err(ClientError::NoSuchAgent {
                prefix: prefix.as_str().to_owned(),
                silent: listing.silent.len(),
            }),
            _ => Err(ClientError::Ambiguous {
                prefix: prefix.as_str().to_owned(),
                agents: listing.agents.iter().map(|(info, _)| info.agent.to_string()).collect(),
            }),
        }
    }

    /// The output of an agent, from the first record that is kept; if `wait`, until it ends.
    ///
    /// # Errors
    /// If the agent can't be found or its home not be reached.
    pub async fn logs(&self, prefix: &AgentPrefix, wait: bool) -> Result<Following, ClientError> {
        let agent = self.find(prefix).await?.agent;
        let home = self.book.by_key(agent.home).ok_or(ClientError::HomeUnknown { home: agent.home })?;
        let follow = Follow { agent, from: 0, wait };
        let stream = self.ask(&home, &follow.into()).await?;
        Ok(Following::new(self.pool.clone(), home, agent, stream))
    }

    /// Moves an agent from where it is to another node, without its program's noticing.
    ///
    /// # Errors
    /// If the agent can't be found, the node is unknown, or the hop failed; the agent then goes on where it was.
    pub async fn migrate(&self, prefix: &AgentPrefix, to: &str) -> Result<Migrated, ClientError> {
        let to = self.peer(to)?;
        let order =
            |agent| Migrate { agent, name: to.name.to_string(), key: to.key, addr: to.addr.clone() }.into();
        match self.order(prefix, order, MIGRATE_TIMEOUT).await? {
            (_, Frame::Migrated(migrated)) => Ok(migrated),
            (peer, other) => Err(ClientError::unexpected(&peer, &other)),
        }
    }

    /// Ends an agent.
    ///
    /// # Errors
    /// If the agent can't be found or has ended.
    pub async fn kill(&self, prefix: &AgentPrefix) -> Result<AgentId, ClientError> {
        let agent = self.find(prefix).await?.agent;
        match self.order(prefix, |agent| Kill { agent }.into(), ANSWER_TIMEOUT).await? {
            (_, Frame::Killed(_)) => Ok(agent),
            (peer, other) => Err(ClientError::unexpected(&peer, &other)),
        }
    }

    /// How long a node takes to answer on a warm connection.
    ///
    /// # Errors
    /// If it is unknown or does not answer.
    pub async fn ping(&self, node: &str) -> Result<Duration, ClientError> {
        let peer = self.peer(node)?;
        let asked = Instant::now();
        let mut stream = self.ask(&peer, &Ping {}.into()).await?;
        match self.answer(&peer, &mut stream, ANSWER_TIMEOUT).await? {
            Frame::Pong(_) => Ok(asked.elapsed()),
            other => Err(ClientError::unexpected(&peer, &other)),
        }
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.endpoint.close("").await;
    }

    async fn launch(
        &self,
        node: &str,
        program: Program<'_>,
        follow: bool,
    ) -> Result<(Peer, Stream), ClientError> {
        let peer = self.peer(node)?;
        let hash: ModuleHash =
            module_hash(program.module).map_err(|error| ClientError::BadModule { why: error.to_string() })?;
        let launch = Launch {
            code: CodeRef { hash, len: program.module.len() as u64 },
            name: program.name.to_owned(),
            args: program.args.to_vec(),
            owner: self.owner,
            follow,
        };
        let mut stream = self.ask(&peer, &launch.into()).await?;
        match self.answer(&peer, &mut stream, ANSWER_TIMEOUT).await? {
            Frame::Wanted(Wanted { code: false }) => {}
            Frame::Wanted(Wanted { code: true }) => {
                let sent = bulk::send_raw(&mut stream, program.module).await;
                sent.map_err(|source| ClientError::link(&peer, source))?;
            }
            other => return Err(ClientError::unexpected(&peer, &other)),
        }
        Ok((peer, stream))
    }

    async fn launched(&self, peer: &Peer, stream: &mut Stream) -> Result<AgentId, ClientError> {
        match self.answer(peer, stream, ANSWER_TIMEOUT).await? {
            Frame::Launched(launched) => Ok(launched.agent),
            other => Err(ClientError::unexpected(peer, &other)),
        }
    }

    /// Gives an order to the node where an agent is, wherever it goes meanwhile.
    async fn order(
        &self,
        prefix: &AgentPrefix,
        order: impl Fn(AgentId) -> Frame,
        timeout: Duration,
    ) -> Result<(Peer, Frame), ClientError> {
        let mut chases = 0;
        loop {
            let info = self.find(prefix).await?;
            if info.outcome.is_some() {
                return Err(ClientError::Ended { agent: info.agent });
            }
            let node = self.book.by_key(info.node).ok_or(ClientError::HomeUnknown { home: info.node })?;
            let mut stream = self.ask(&node, &order(info.agent)).await?;
            match self.answer(&node, &mut stream, timeout).await {
                Ok(frame) => return Ok((node, frame)),
                Err(error) if error.is_elsewhere() && chases < CHASES_MAX => {
                    chases += 1;
                    tokio::time::sleep(Duration::from_millis(50 << chases)).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn peer(&self, name: &str) -> Result<Peer, ClientError> {
        self.book.by_name(name).ok_or_else(|| ClientError::UnknownNode {
            name: name.chars().take(80).collect(),
            known: self.book.peers().into_iter().map(|peer| peer.name.to_string()).collect(),
        })
    }

    fn name_of(&self, info: &AgentInfo) -> String {
        self.book.label(info.node)
    }

    async fn ask(&self, peer: &Peer, frame: &Frame) -> Result<Stream, ClientError> {
        ask(&self.pool, peer, frame).await.map_err(|source| ClientError::link(peer, source))
    }

    async fn answer(
        &self,
        peer: &Peer,
        stream: &mut Stream,
        timeout: Duration,
    ) -> Result<Frame, ClientError> {
        let frame = stream.read(timeout, "waiting for its answer").await;
        match frame.map_err(|source| ClientError::link(peer, source))? {
            Frame::Refused(refused) => Err(ClientError::refused(peer, refused)),
            frame => Ok(frame),
        }
    }
}

/// Opens a stream and asks.
async fn ask(pool: &Pool, peer: &Peer, frame: &Frame) -> Result<Stream, LinkError> {
    let link = pool.link(peer.key, Some(&peer.addr)).await?;
    let mut stream = link.open().await?;
    stream.write(frame, ANSWER_TIMEOUT).await?;
    Ok(stream)
}

async fn ask_for_agents(pool: Arc<Pool>, peer: Peer, prefix: String) -> Result<Vec<AgentInfo>, ClientError> {
    let failed = |source| ClientError::link(&peer, source);
    let mut stream = ask(&pool, &peer, &List { prefix, left: false }.into()).await.map_err(failed)?;
    let mut all = Vec::new();
    loop {
        match stream.read(ANSWER_TIMEOUT, "waiting for its answer").await.map_err(failed)? {
            Frame::Agents(Agents { agents, more }) => {
                all.extend(agents);
                if !more {
                    return Ok(all);
                }
            }
            Frame::Refused(refused) => return Err(ClientError::refused(&peer, refused)),
            other => return Err(ClientError::unexpected(&peer, &other)),
        }
    }
}

/// Of what several nodes say of one agent, keeps what is newest, and of that what its host says. That it ended, only
/// its home knows.
fn merge(infos: &mut Vec<AgentInfo>, info: AgentInfo) {
    let rank = |info: &AgentInfo| (info.outcome.is_some(), info.epoch, info.here);
    match infos.iter_mut().find(|known| known.agent == info.agent) {
        Some(known) if rank(known) < rank(&info) => *known = info,
        Some(_) => {}
        None => infos.push(info),
    }
}
