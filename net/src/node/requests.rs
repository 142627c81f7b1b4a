//! The requests of clients and of other agents' hosts, one function each.

use std::sync::Arc;
use std::time::Duration;

use mob_vm::bytecode::{FuncId, Module, Type};
use mob_vm::{Agent, Value};
use tokio::sync::oneshot;

use super::codes::Code;
use super::homes::{Hold, Homed, Page};
use super::papers::{Console, Papers};
use super::reporter;
use super::resident::{Order, Resident, Slot};
use super::serve::ANSWER_TIMEOUT;
use super::shared::Shared;
use super::{arrive, run};
use crate::home::{Known, Peer, PeerName};
use crate::identity::PublicKey;
use crate::protocol::Outcome;
use crate::protocol::handover::HopError;
use crate::protocol::{
    AgentId, AgentInfo, AgentPrefix, Agents, Ended, Follow, Frame, Kill, Killed, Launch, Launched, List,
    Migrate, Output, Refusal, Refused, Report, Reported, Wanted, random_hash_seed,
};
use crate::transport::{LinkError, Stream, bulk};

/// How long a follower may take nothing before it is given up.
const FOLLOWER_TIMEOUT: Duration = Duration::from_secs(60);
/// How long an order may wait for its agent's next safepoint, and a hop for its end.
const ORDER_TIMEOUT: Duration = Duration::from_secs(60);
/// Agents in one frame of a list: with names of 256 bytes and outcomes cut, it fits.
const LIST_PAGE: usize = 32;
/// Most of an outcome's text that a list shows.
const LIST_TEXT_MAX: usize = 512;
/// Longest label of an agent.
const NAME_LEN_MAX: usize = 256;

async fn refuse(stream: &mut Stream, code: Refusal, reason: impl Into<String>) -> Result<(), LinkError> {
    stream.write(&Refused { code, reason: reason.into() }.into(), ANSWER_TIMEOUT).await
}

/// Starts a program, which is the peer's from then on, and follows it if that is wished.
pub(super) async fn launch(
    shared: &Arc<Shared>,
    stream: &mut Stream,
    peer: PublicKey,
    launch: Launch,
) -> Result<(), LinkError> {
    let limits = shared.config.limits;
    if shared.is_closing() || shared.agents().len() >= limits.agents {
        return refuse(
            stream,
            Refusal::Busy,
            format!("node {} has no room for another agent", shared.name()),
        )
        .await;
    }
    if launch.code.len > limits.module_bytes {
        let reason =
            format!("a module of {} bytes is more than the {} allowed", launch.code.len, limits.module_bytes);
        return refuse(stream, Refusal::Limit, reason).await;
    }
    let kept = shared.codes.find(launch.code.hash);
    stream.write(&Wanted { code: kept.is_none() }.into(), ANSWER_TIMEOUT).await?;
    let code = match kept {
        Some(code) => code,
        None => {
            let bytes = bulk::receive_raw(stream, launch.code.len).await?;
            match shared.codes.insert(launch.code.hash, bytes) {
                Ok(code) => code,
                Err(reason) => return refuse(stream, Refusal::Invalid, reason).await,
            }
        }
    };
    let follow_it = launch.follow;
    let (agent, homed) = match start(shared, code, peer, launch) {
        Ok(started) => started,
        Err((code, reason)) => return refuse(stream, code, reason).await,
    };
    let hold = follow_it.then(|| homed.0.hold());
    run::settle(shared, homed.1);
    stream.write(&Launched { agent }.into(), ANSWER_TIMEOUT).await?;
    match hold {
        Some(hold) => read_out(stream, &homed.0, 0, true, Some(hold)).await,
        None => Ok(()),
    }
}

type Started = (AgentId, (Arc<Homed>, Box<Resident>));

/// Makes an agent that stands at the beginning of `main`.
fn start(
    shared: &Arc<Shared>,
    code: Code,
    owner: PublicKey,
    launch: Launch,
) -> Result<Started, (Refusal, String)> {
    let invalid = |reason: String| (Refusal::Invalid, reason);
    let module = code.program.module();
    arrive::allowed(shared, &module.capabilities).map_err(|(_, reason)| (Refusal::Limit, reason))?;
    let main = module.main.ok_or_else(|| invalid("the module has no `main`".to_owned()))?;
    let args: Vec<Value> = if takes_arguments(module, main) {
        vec![Value::List(launch.args.into_iter().map(Value::Str).collect())]
    } else if launch.args.is_empty() {
        Vec::new()
    } else {
        return Err(invalid("the program's `main` takes no arguments".to_owned()));
    };
    let no_randomness = || (Refusal::Busy, "the system gives no random numbers".to_owned());
    let (id, credential) = AgentId::random(shared.key, launch.owner).ok_or_else(no_randomness)?;
    let mut agent = Agent::new(code.program.clone(), shared.config.limits.agent);
    // Strangers may choose the keys that come into its maps.
    agent.set_hash_seed(random_hash_seed().ok_or_else(no_randomness)?);
    agent.start(main, &args).map_err(|error| invalid(error.to_string()))?;
    let mut name = launch.name;
    name.truncate(name.floor_char_boundary(NAME_LEN_MAX));
    name.retain(|c| !c.is_control());
    let home_addr = shared.public_addr();
    agent.set_name(id.name());
    let console = Console { agent: id, addr: home_addr.clone() };
    let papers = Papers { id, name, owner, credential, home_addr, console };
    let homed = shared.homes.begin(&papers);
    let resident = Resident::begin(papers, code, agent, shared.config.limits.fuel);
    Ok((id, (homed, resident)))
}

fn takes_arguments(module: &Module, main: FuncId) -> bool {
    let function = module.functions.get(main.0 as usize);
    let signature = function.and_then(|function| module.types.get(function.signature.0 as usize));
    matches!(signature, Some(Type::Fn(params, _)) if !params.is_empty())
}

/// Sends an agent's output.
pub(super) async fn follow(
    shared: &Arc<Shared>,
    stream: &mut Stream,
    peer: PublicKey,
    follow: Follow,
) -> Result<(), LinkError> {
    match shared.homes.find(follow.agent).filter(|homed| may_order(shared, peer, &homed.info())) {
        Some(homed) => read_out(stream, &homed, follow.from, follow.wait, None).await,
        None => {
            refuse(
                stream,
                Refusal::Unknown,
                format!("node {} is not the home of an agent of yours with that id", shared.name()),
            )
            .await
        }
    }
}

async fn read_out(
    stream: &mut Stream,
    homed: &Arc<Homed>,
    mut from: u64,
    wait: bool,
    hold: Option<Hold>,
) -> Result<(), LinkError> {
    loop {
        let changed = homed.changed.notified();
        match homed.read(from) {
            Page::Records(dropped, records) => {
                from = records.last().map_or(from + dropped, |last| last.seq + 1);
                stream.write(&Output { dropped, records }.into(), FOLLOWER_TIMEOUT).await?;
                if let Some(hold) = &hold {
                    hold.move_to(from);
                }
            }
            Page::End(outcome) => {
                return stream.write(&Ended { outcome: Some(outcome) }.into(), FOLLOWER_TIMEOUT).await;
            }
            Page::Empty if !wait => {
                return stream.write(&Ended { outcome: None }.into(), FOLLOWER_TIMEOUT).await;
            }
            Page::Empty => tokio::select! {
                () = changed => {}
                () = stream.ended() => return Err(LinkError::Lost { why: "the follower left".to_owned() }),
            },
        }
    }
}

/// Takes an agent's news as its home.
pub(super) async fn report(
    shared: &Arc<Shared>,
    stream: &mut Stream,
    peer: PublicKey,
    report: Report,
) -> Result<(), LinkError> {
    let agent = report.agent;
    if ![agent.home, report.console.home].contains(&shared.key) {
        return refuse(stream, Refusal::Unknown, format!("node {} is not that agent's home", shared.name()))
            .await;
    }
    match reporter::take(shared, report, peer).await {
        Ok(next) => stream.write(&Reported { agent, next }.into(), ANSWER_TIMEOUT).await,
        Err((code, reason)) => refuse(stream, code, reason).await,
    }
}

/// Lists agents that are here, or whose home this is, as far as they are the peer's business.
pub(super) async fn list(
    shared: &Arc<Shared>,
    stream: &mut Stream,
    peer: PublicKey,
    list: &List,
) -> Result<(), LinkError> {
    let prefix: Option<AgentPrefix> = list.prefix.parse().ok();
    let wanted = |info: &AgentInfo| {
        (list.prefix.is_empty() || prefix.as_ref().is_some_and(|p| p.matches(&info.agent)))
            && (info.agent.home == peer || may_order(shared, peer, info))
    };
    let slots: Vec<Arc<Slot>> = shared.agents().values().cloned().collect();
    let mut infos: Vec<AgentInfo> = slots.iter().map(|slot| slot.info(shared.key)).filter(wanted).collect();
    infos.extend(shared.homes.all().iter().map(|(_, homed)| homed.info()).filter(wanted));
    if list.left {
        infos.extend(shared.forwards.all().into_iter().filter(wanted));
    }
    for info in &mut infos {
        if let Some(outcome) = &mut info.outcome {
            outcome.shorten(LIST_TEXT_MAX);
        }
    }
    let mut pages = infos.chunks(LIST_PAGE).peekable();
    if pages.peek().is_none() {
        return stream.write(&Agents { agents: Vec::new(), more: false }.into(), ANSWER_TIMEOUT).await;
    }
    while let Some(page) = pages.next() {
        let page = Agents { agents: page.to_vec(), more: pages.peek().is_some() };
        stream.write(&page.into(), ANSWER_TIMEOUT).await?;
    }
    Ok(())
}

/// Sends an agent that is here to another node.
pub(super) async fn migrate(
    shared: &Arc<Shared>,
    stream: &mut Stream,
    peer: PublicKey,
    migrate: Migrate,
) -> Result<(), LinkError> {
    let Ok(name) = migrate.name.parse::<PeerName>() else {
        return refuse(stream, Refusal::Invalid, "that is no name for a node").await;
    };
    let to = Peer { name, addr: migrate.addr, key: migrate.key };
    let (done, result) = oneshot::channel();
    let Some(answer) = order(shared, peer, migrate.agent, Order::Move { to, done }, result).await else {
        return refuse(stream, Refusal::Elsewhere, elsewhere(shared)).await;
    };
    match answer {
        Ok(migrated) => stream.write(&Frame::Migrated(migrated), ANSWER_TIMEOUT).await,
        Err(error) => {
            let code = match error {
                HopError::Unreachable { .. } | HopError::UnknownNode { .. } => Refusal::Unreachable,
                HopError::Rejected { .. } | HopError::Snapshot { .. } => Refusal::Limit,
            };
            refuse(stream, code, error.to_string()).await
        }
    }
}

/// Ends an agent that is here.
pub(super) async fn kill(
    shared: &Arc<Shared>,
    stream: &mut Stream,
    peer: PublicKey,
    kill: Kill,
) -> Result<(), LinkError> {
    let (done, result) = oneshot::channel();
    let by = shared.name_of(peer);
    let end = Order::End { outcome: Outcome::Killed { by }, done };
    match order(shared, peer, kill.agent, end, result).await {
        Some(()) => stream.write(&Killed {}.into(), ANSWER_TIMEOUT).await,
        None => refuse(stream, Refusal::Elsewhere, elsewhere(shared)).await,
    }
}

/// Whether a peer may see an agent, move and end it: its owner may, and whoever the node belongs to.
fn may_order(shared: &Shared, peer: PublicKey, agent: &AgentInfo) -> bool {
    agent.owner == peer || shared.config.book.known(peer) == Known::Own
}

/// Gives an agent an order and waits for what comes of it; `None` if the agent is not here, or left meanwhile, or the peer may
/// not do that: to a stranger an agent might as well be elsewhere.
async fn order<T>(
    shared: &Shared,
    peer: PublicKey,
    agent: AgentId,
    order: Order,
    result: oneshot::Receiver<T>,
) -> Option<T> {
    let slot = shared.agents().get(&agent).cloned()?;
    if !may_order(shared, peer, &slot.info(shared.key)) {
        return None;
    }
    if !slot.order(order) {
        return None;
    }
    drop(slot);
    tokio::time::timeout(ORDER_TIMEOUT, result).await.ok()?.ok()
}

fn elsewhere(shared: &Shared) -> String {
    format!(
        "no agent of yours with that id is on node {}, or it left just then; look again with `mvm ps`",
        shared.name()
    )
}
