//! An agent leaves: the source's side of a hop, from the wish to the confirmation.

use std::sync::Arc;
use std::time::{Duration, Instant};

use mob_runtime::{Course, Rest};
use mob_vm::{Agent, SnapshotError, Value};
use tokio::sync::oneshot;

use super::attempts::{Departed, Outgoing};
use super::cargo::Cargo;
use super::exchange;
use super::luggage::Leave;
use super::run::{Goes, Life};
use crate::event::{Event, Hop};
use crate::home::Peer;
use crate::protocol::handover::message::{Offer, RejectCause};
use crate::protocol::handover::{Action, HopError};
use crate::protocol::post::Place;
use crate::protocol::{AgentState, AttemptId, Manifest, Migrated, Outcome};

/// Cargo up to this size is sent with the offer: that it might be refused costs less than waiting for the answer.
pub(super) const EAGER_BYTES_MAX: u64 = 64 << 10;
/// The snapshot of a larger heap is taken, and judged, on a thread where that holds nobody up.
pub(super) const INLINE_BYTES_MAX: usize = 256 << 10;
/// How long messages that an agent has sent may take to arrive before it leaves.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest label of an agent in an offer; a longer one is cut.
const NAME_LEN_MAX: usize = 256;

/// The answer that a program gets where it arrives.
pub(super) fn arrived() -> Value {
    Value::Variant(0, vec![Value::Unit])
}

/// The answer that a program gets where it stayed: the prelude's `MoveError`, by tag.
fn stayed(error: &HopError) -> Value {
    let tag = match error {
        HopError::Unreachable { .. } => 0,
        HopError::Rejected { cause: RejectCause::TooLarge, .. }
        | HopError::Snapshot { too_large: true, .. } => 3,
        HopError::Rejected { .. } => 1,
        HopError::UnknownNode { .. } => 2,
        HopError::Snapshot { too_large: false, .. } => 4,
    };
    let error = Value::Variant(tag, vec![Value::Str(error.to_string())]);
    Value::Variant(1, vec![error])
}

/// The program called `go`.
pub(super) async fn asked(life: &mut Life, node: &str) -> Goes {
    if node == life.shared.name() {
        return life.answer(&arrived()).await;
    }
    let result = match life.shared.config.book.by_name(node) {
        Some(peer) => hop(life, &peer, true).await,
        None => Ok(Err(HopError::UnknownNode { name: node.chars().take(80).collect() })),
    };
    match result {
        Ok(Ok(_)) => Goes::Away,
        Ok(Err(error)) => life.answer(&stayed(&error)).await,
        Err(goes) => goes,
    }
}

/// Someone moves the agent from outside; the program does not notice.
pub(super) async fn ordered(
    life: &mut Life,
    to: Peer,
    done: oneshot::Sender<Result<Migrated, HopError>>,
) -> Goes {
    if to.key == life.shared.key {
        // Whoever asked may have gone; so in all three places.
        let _ = done.send(Ok(Migrated { bytes: 0, micros: 0 }));
        return Goes::On;
    }
    match hop(life, &to, false).await {
        Ok(Ok(migrated)) => {
            let _ = done.send(Ok(migrated));
            Goes::Away
        }
        Ok(Err(error)) => {
            let _ = done.send(Err(error));
            Goes::On
        }
        Err(goes) => goes,
    }
}

/// Tries to hand the agent over. `Ok(Err)` if it stayed, `Err` if it ended.
async fn hop(life: &mut Life, to: &Peer, asked: bool) -> Result<Result<Migrated, HopError>, Goes> {
    let started = Instant::now();
    life.slot.update(AgentState::Leaving { to: to.name.to_string() }, life.resident.usage());
    let (departed, cargo_bytes, code_bytes) = match try_hop(life, to, asked).await {
        Ok(all) => all,
        Err(error) => (Departed::Stays(error), 0, 0),
    };
    match departed {
        Departed::Left => {
            let micros = started.elapsed().as_micros() as u64;
            life.shared.tell(&Event::Hop(Hop {
                agent: life.resident.papers.id,
                epoch: life.resident.epoch.next(),
                from: life.shared.name().to_owned(),
                to: to.name.to_string(),
                cargo_bytes,
                code_bytes,
                micros,
            }));
            // After the event: a node that has no agents any more has told all that there was to tell.
            left(life, to);
            life.resident.reporter.close();
            follow(life, to);
            Ok(Ok(Migrated { bytes: cargo_bytes + code_bytes, micros }))
        }
        Departed::Stays(error) => {
            let (agent, to, reason) = (life.resident.papers.id, to.name.to_string(), error.to_string());
            life.shared.tell(&Event::HopFailed { agent, to, reason });
            life.show(AgentState::Running);
            Ok(Err(error))
        }
        Departed::Lost => {
            let text = format!("{} took the agent, was restarted, and does not have it any more", to.name);
            Err(life.end(Outcome::Lost { text }).await)
        }
    }
}

/// The agent is no longer here: remembers where it went.
fn left(life: &Life, to: &Peer) {
    let (shared, epoch) = (&life.shared, life.resident.epoch.next());
    let mut info = life.slot.info(to.key);
    (info.epoch, info.state, info.here) = (epoch, AgentState::Running, false);
    shared.forwards.remember(info, life.resident.papers.console.agent);
    if let Some(homed) = shared.homes.find(life.resident.papers.id) {
        homed.moved(to.key, epoch);
    }
    shared.vacate(&life.slot);
}

/// Letters for the agent go there from now on.
fn follow(life: &mut Life, to: &Peer) {
    let (shared, agent) = (&life.shared, life.resident.papers.id);
    let place = Place { node: to.key, addr: to.addr.clone(), epoch: life.resident.epoch.next() };
    shared.post.learn(agent, place);
    if let Some(course) = life.course.take() {
        for signal in course.office().leave(course.resident()) {
            shared.office.signal(agent.name(), agent.name(), signal);
        }
    }
    shared.post.changed(agent);
}

/// Freezes the agent, tries to hand it over, and takes it back: it stays, or is to be dropped.
async fn try_hop(life: &mut Life, to: &Peer, asked: bool) -> Result<(Departed, u64, u64), HopError> {
    // Else what it sends from there could overtake what it has sent from here.
    let flushed = life.shared.post.flushed(life.resident.papers.id);
    if tokio::time::timeout(FLUSH_TIMEOUT, flushed).await.is_err() {
        let why = "messages that the agent has sent are still on their way".to_owned();
        return Err(HopError::Unreachable { why });
    }
    let result = match pack(life, asked).await {
        Ok(cargo) => {
            let cargo = Arc::new(cargo);
            let result = hand_over(life, to, &cargo).await;
            if let Some(agent) = cargo.take_back() {
                life.resident.agent = agent;
            }
            result
        }
        Err(error) => Err(error),
    };
    if !matches!(result, Ok((Departed::Left, ..))) {
        stay(life);
    }
    result
}

/// The agent takes letters again.
fn stay(life: &Life) {
    life.slot.intake().is_held = false;
    if let Some(course) = &life.course {
        course.office().stay(course.resident());
    }
    life.shared.post.changed(life.resident.papers.id);
}

/// Tries, and once more if the connection turns out to be a left-over of a node that was restarted.
async fn hand_over(life: &mut Life, to: &Peer, cargo: &Arc<Cargo>) -> Result<(Departed, u64, u64), HopError> {
    let (shared, manifest) = (life.shared.clone(), cargo.manifest());
    let mut tried = false;
    loop {
        let link = shared.pool.link(to.key, Some(&to.addr)).await;
        let link = link.map_err(|error| HopError::Unreachable { why: error.to_string() })?;
        let offer = offer(life, manifest)?;
        let (done, departed) = oneshot::channel();
        let (cargo, code) = (cargo.clone(), vec![life.resident.code.clone()]);
        let attempt = offer.attempt;
        shared.attempts.outgoing().insert(attempt, Outgoing { cargo, code, code_bytes: 0, done });
        let actions = shared.desk().offer(offer, to.key, shared.now());
        exchange::begin(&shared, link.clone(), attempt, actions).await;
        match departed.await {
            Ok((Departed::Stays(HopError::Unreachable { .. }), _)) if !tried && !link.is_open() => {
                tried = true;
            }
            Ok((departed, code_bytes)) => return Ok((departed, manifest.len, code_bytes)),
            Err(_) => return Err(HopError::Unreachable { why: "the node is shutting down".to_owned() }),
        }
    }
}

/// Luggage and snapshot. The agent is in it until it is taken back; an empty one takes its place.
async fn pack(life: &mut Life, asked: bool) -> Result<Cargo, HopError> {
    let failed = |why: String| HopError::Snapshot { why, too_large: false };
    let receipts = {
        let mut intake = life.slot.intake();
        intake.is_held = true;
        intake.receipts.clone()
    };
    let signals = life.course.as_ref().map(|course| course.resident().hold()).unwrap_or_default();
    let left_ms = |until: &u64| until.saturating_sub(life.shared.now().0);
    let leave = match life.course.as_ref().map(Course::rest) {
        _ if asked => Leave::Asked,
        Some(Rest::Time(until, _)) => Leave::Sleeping { left_ms: left_ms(until) },
        Some(Rest::Message(until)) => Leave::Waiting { left_ms: left_ms(until) },
        Some(Rest::None) | None => Leave::Running,
    };
    let luggage = life.resident.luggage(leave, signals, receipts);
    let luggage = luggage.pack().ok_or_else(|| failed("too much output waits to be sent home".to_owned()))?;
    let empty = Agent::new(life.resident.code.program.clone(), *life.resident.agent.limits());
    let agent = std::mem::replace(&mut life.resident.agent, empty);
    let frozen = if agent.heap_bytes() <= INLINE_BYTES_MAX {
        agent.freeze()
    } else {
        let frozen = tokio::task::spawn_blocking(move || agent.freeze()).await;
        frozen.map_err(|error| failed(format!("the snapshot could not be taken: {error}")))?
    };
    match frozen {
        Ok(frozen) => Ok(Cargo::new(luggage, frozen)),
        Err(refused) => {
            let (agent, error) = *refused;
            life.resident.agent = agent;
            let too_large = matches!(error, SnapshotError::TooLong { .. });
            Err(HopError::Snapshot { why: error.to_string(), too_large })
        }
    }
}

fn offer(life: &Life, cargo: Manifest) -> Result<Offer, HopError> {
    let attempt = AttemptId::random().ok_or_else(|| HopError::Snapshot {
        why: "the system gives no random numbers".to_owned(),
        too_large: false,
    })?;
    let (shared, resident) = (&life.shared, &life.resident);
    let papers = &resident.papers;
    let mut name = papers.name.clone();
    name.truncate(name.floor_char_boundary(NAME_LEN_MAX));
    let home_addr =
        if papers.id.home == shared.key { shared.public_addr() } else { papers.home_addr.clone() };
    Ok(Offer {
        attempt,
        agent: papers.id,
        epoch: resident.epoch.next(),
        name,
        code: vec![resident.code.reference()],
        capabilities: resident.code.program.module().capabilities.clone(),
        cargo,
        eager: cargo.len <= EAGER_BYTES_MAX,
        home_addr,
    })
}

/// Ends what a source had under way, and tells who waits.
pub(super) fn conclude(shared: &Arc<super::shared::Shared>, attempt: AttemptId, action: &Action) {
    let Some(outgoing) = shared.attempts.outgoing().remove(&attempt) else { return };
    shared.store.erase(attempt);
    let departed = match action {
        Action::Forget => Departed::Left,
        Action::Resume(error) => Departed::Stays(error.clone()),
        _ => Departed::Lost,
    };
    // Nobody waits only if the node is shutting down.
    let _ = outgoing.done.send((departed, outgoing.code_bytes));
}
