//! An agent arrives: the target's side of a hop.

use std::sync::Arc;
use std::time::{Duration, Instant};

use mob_vm::bytecode::ModuleHash;
use mob_vm::{Agent, Value};

use super::attempts::Incoming;
use super::codes::Code;
use super::luggage::{Leave, Luggage};
use super::reporter::Reporter;
use super::resident::{Resident, before};
use super::run;
use super::shared::Shared;
use crate::protocol::AttemptId;
use crate::protocol::handover::message::{Offer, RejectCause};
use crate::protocol::handover::{Action, Role};
use crate::transport::{LinkError, Stream, bulk};

/// What an agent may bring beside its snapshot: output that waits to be sent home, mostly.
const LUGGAGE_BYTES_MAX: u64 = 32 << 20;
/// A larger snapshot is checked on a thread where it holds nobody up.
const INLINE_BYTES_MAX: usize = 256 << 10;

/// Why an agent is not taken.
type No = (RejectCause, String);

/// Decides about an offer.
pub(super) fn consider(shared: &Arc<Shared>, attempt: AttemptId) -> Vec<Action> {
    let offer = match shared.desk().role(attempt) {
        Some(Role::Target(target)) => target.offer().clone(),
        _ => return Vec::new(),
    };
    match admit(shared, &offer) {
        Ok(room) => {
            shared.attempts.incoming().insert(attempt, Incoming { resident: None, _room: room });
            let missing = offer.code.iter().map(|code| code.hash);
            let missing = missing.filter(|hash| shared.codes.find(*hash).is_none()).collect();
            shared.desk().accept(attempt, missing, shared.now())
        }
        Err((cause, reason)) => shared.desk().refuse(attempt, cause, reason),
    }
}

/// All that can be decided before anything but the offer has arrived.
fn admit(shared: &Shared, offer: &Offer) -> Result<tokio::sync::OwnedSemaphorePermit, No> {
    let (name, limits) = (shared.name(), &shared.config.limits);
    let policy = |what: String| (RejectCause::Policy, what);
    if shared.is_closing() {
        return Err((RejectCause::Busy, format!("node {name} is shutting down")));
    }
    if shared.agents().len() >= limits.agents {
        return Err((RejectCause::Busy, format!("node {name} has no room for another agent")));
    }
    let bytes_max = limits.agent.snapshot_bytes as u64 + LUGGAGE_BYTES_MAX;
    if offer.cargo.len > bytes_max {
        let bytes = offer.cargo.len;
        let reason =
            format!("a snapshot of {bytes} bytes is more than the {bytes_max} that node {name} takes");
        return Err((RejectCause::TooLarge, reason));
    }
    if offer.code.len() != 1 {
        return Err(policy(format!("node {name} takes agents of one module")));
    }
    if let Some(code) = offer.code.iter().find(|code| code.len > limits.module_bytes) {
        let reason = format!(
            "a module of {} bytes is more than the {} that node {name} takes",
            code.len, limits.module_bytes
        );
        return Err((RejectCause::TooLarge, reason));
    }
    allowed(shared, &offer.capabilities)?;
    let room = u32::try_from(offer.cargo.len.div_ceil(1024)).unwrap_or(u32::MAX);
    let room = shared.arriving.clone().try_acquire_many_owned(room);
    room.map_err(|_| (RejectCause::Busy, format!("node {name} is receiving too much at once")))
}

/// Whether programs with these capabilities may run here.
pub(super) fn allowed(shared: &Shared, capabilities: &[String]) -> Result<(), No> {
    match capabilities.iter().find(|capability| !shared.config.host.offers(capability)) {
        None => Ok(()),
        Some(missing) => {
            let missing: String = missing.chars().take(80).collect();
            Err((
                RejectCause::Policy,
                format!("node {} does not offer `{missing}` to programs", shared.name()),
            ))
        }
    }
}

/// Receives what was accepted, and judges it once all of it is here.
pub(super) async fn receive(
    shared: &Arc<Shared>,
    stream: &mut Stream,
    attempt: AttemptId,
    missing: &[ModuleHash],
) -> Result<Vec<Action>, LinkError> {
    let offer = match shared.desk().role(attempt) {
        Some(Role::Target(target)) => target.offer().clone(),
        _ => return Ok(Vec::new()),
    };
    let early = if offer.eager { Some(bulk::receive(stream, &offer.cargo).await?) } else { None };
    let mut sent = Vec::new();
    for code in offer.code.iter().filter(|code| missing.contains(&code.hash)) {
        sent.push((code.hash, bulk::receive_raw(stream, code.len).await?));
    }
    let cargo = match early {
        Some(cargo) => cargo,
        None => bulk::receive(stream, &offer.cargo).await?,
    };
    let small =
        cargo.len() <= INLINE_BYTES_MAX && sent.iter().all(|(_, bytes)| bytes.len() <= INLINE_BYTES_MAX);
    let judging = shared.clone();
    let judge = move || judge(&judging, &offer, sent, &cargo);
    let verdict = if small { judge() } else { on_a_thread(judge).await };
    match verdict {
        Ok(resident) => {
            if let Some(incoming) = shared.attempts.incoming().get_mut(&attempt) {
                incoming.resident = Some(Box::new(resident));
            }
            Ok(shared.desk().received(attempt))
        }
        Err((cause, reason)) => Ok(shared.desk().refuse(attempt, cause, reason)),
    }
}

/// Checks everything that arrived: after this the agent can run.
fn judge(
    shared: &Shared,
    offer: &Offer,
    sent: Vec<(ModuleHash, Vec<u8>)>,
    cargo: &[u8],
) -> Result<Resident, No> {
    let invalid = |reason: String| (RejectCause::Invalid, reason);
    for (hash, bytes) in sent {
        shared.codes.insert(hash, bytes).map_err(invalid)?;
    }
    let hash = offer.code.first().map(|code| code.hash);
    let code = hash.and_then(|hash| shared.codes.find(hash));
    let code = code.ok_or_else(|| invalid("the code is not here any more".to_owned()))?;
    // The offer's list was the source's word; this is the module's.
    allowed(shared, &code.program.module().capabilities)?;
    let (luggage, snapshot) =
        Luggage::unpack(cargo).ok_or_else(|| invalid("the luggage can't be read".to_owned()))?;
    let limits = shared.config.limits.agent;
    let agent = Agent::restore(snapshot, code.program.clone(), limits)
        .map_err(|error| invalid(format!("the snapshot is not valid: {error}")))?;
    Ok(resident(shared, offer, code, agent, luggage))
}

fn resident(shared: &Shared, offer: &Offer, code: Code, agent: Agent, luggage: Luggage) -> Resident {
    let (id, name, epoch) = (offer.agent, offer.name.clone(), offer.epoch);
    let home_addr = offer.home_addr.clone();
    let sleep = match luggage.leave {
        Leave::Sleeping { left_ms } => {
            Instant::now().checked_add(Duration::from_millis(left_ms)).map(|until| (until, Value::Unit))
        }
        Leave::Asked | Leave::Running => None,
    };
    Resident {
        id,
        epoch,
        code,
        agent,
        reporter: Reporter::new(id, name.clone(), epoch, home_addr.clone(), luggage.outbox),
        name,
        home_addr,
        hops: luggage.hops,
        fuel_max: luggage.fuel_max.min(shared.config.limits.fuel),
        launched: before(luggage.age_ms),
        sleep,
        arrives: luggage.leave == Leave::Asked,
    }
}

async fn on_a_thread<T: Send + 'static>(
    judge: impl FnOnce() -> Result<T, No> + Send + 'static,
) -> Result<T, No> {
    match tokio::task::spawn_blocking(judge).await {
        Ok(verdict) => verdict,
        Err(error) => Err((RejectCause::Busy, format!("the snapshot could not be checked: {error}"))),
    }
}

/// The source has committed: the agent runs here.
pub(super) fn activate(shared: &Arc<Shared>, attempt: AttemptId) {
    let resident = shared.attempts.incoming().remove(&attempt).and_then(|incoming| incoming.resident);
    if let Some(resident) = resident {
        run::settle(shared, resident);
    }
}

/// It does not come.
pub(super) fn discard(shared: &Arc<Shared>, attempt: AttemptId) {
    shared.attempts.incoming().remove(&attempt);
    shared.store.erase(attempt);
}
