//! An agent arrives: the target's side of a hop.

use std::sync::Arc;

use mob_runtime::Rest;
use mob_vm::bytecode::ModuleHash;
use mob_vm::{Agent, Value};

use super::attempts::Incoming;
use super::cargo::Unloading;
use super::codes::Code;
use super::depart::{EAGER_BYTES_MAX, INLINE_BYTES_MAX};
use super::exchange::SEND_TIMEOUT;
use super::luggage::{LUGGAGE_BYTES_MAX, Leave, Luggage};
use super::papers::Papers;
use super::reporter::Reporter;
use super::resident::{Resident, before};
use super::run;
use super::shared::Shared;
use crate::protocol::handover::message::{Offer, RejectCause};
use crate::protocol::handover::{Action, Role};
use crate::protocol::{AttemptId, Packing};
use crate::transport::{LinkError, Stream, bulk};

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
            shared.desk().accept(attempt, missing, shared.config.packing, shared.now())
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
    let bytes_max = (limits.agent.snapshot_bytes as u64).saturating_add(LUGGAGE_BYTES_MAX as u64);
    if offer.cargo.len > bytes_max {
        let bytes = offer.cargo.len;
        let reason =
            format!("a snapshot of {bytes} bytes is more than the {bytes_max} that node {name} takes");
        return Err((RejectCause::TooLarge, reason));
    }
    if offer.eager && offer.cargo.len > EAGER_BYTES_MAX {
        let reason = format!("{} bytes with an offer are more than {EAGER_BYTES_MAX}", offer.cargo.len);
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
    packing: Packing,
) -> Result<Vec<Action>, LinkError> {
    let offer = match shared.desk().role(attempt) {
        Some(Role::Target(target)) => target.offer().clone(),
        _ => return Ok(Vec::new()),
    };
    let early = if offer.eager { Some(bulk::receive_raw(stream, offer.cargo.len).await?) } else { None };
    if early.is_none() || !missing.is_empty() {
        // The source waits for the answer. If nothing else is to come, the answer can wait for the next one.
        stream.flush(SEND_TIMEOUT).await?;
    }
    let mut sent = Vec::new();
    for code in offer.code.iter().filter(|code| missing.contains(&code.hash)) {
        sent.push((code.hash, bulk::receive_raw(stream, code.len).await?));
    }
    let verdict = match admit_code(shared, &offer, sent).await {
        Ok(code) => unload(shared, stream, &offer, code, early, packing).await?,
        Err(no) => Err(no),
    };
    match verdict {
        Ok(resident) => {
            if let Some(incoming) = shared.attempts.incoming().get_mut(&attempt) {
                incoming.resident = Some(Box::new(resident));
            }
            Ok(shared.desk().received(attempt))
        }
        Err((cause, reason)) => {
            // Whatever of it is still to come would be for nothing.
            stream.stop();
            Ok(shared.desk().refuse(attempt, cause, reason))
        }
    }
}

/// Checks the code that arrived, if any did, and gives what the agent runs.
async fn admit_code(
    shared: &Arc<Shared>,
    offer: &Offer,
    sent: Vec<(ModuleHash, Vec<u8>)>,
) -> Result<Code, No> {
    let bytes = sent.iter().map(|(_, bytes)| bytes.len()).sum();
    let keeping = shared.clone();
    let keep = move || {
        let insert = |(hash, bytes)| keeping.codes.insert(hash, bytes).map(drop);
        sent.into_iter().try_for_each(insert).map_err(invalid)
    };
    here_or_on_a_thread(bytes, keep).await?;
    let code = offer.code.first().and_then(|code| shared.codes.find(code.hash));
    let code = code.ok_or_else(|| invalid("the code is not here any more".to_owned()))?;
    // The offer's list was the source's word; this is the module's.
    allowed(shared, &code.program.module().capabilities)?;
    Ok(code)
}

/// Turns the cargo into an agent as it arrives. After this it can run.
async fn unload(
    shared: &Arc<Shared>,
    stream: &mut Stream,
    offer: &Offer,
    code: Code,
    early: Option<Vec<u8>>,
    packing: Packing,
) -> Result<Result<Resident, No>, LinkError> {
    let mut unloading = Unloading::new(code.program.clone(), shared.config.limits.agent);
    let mut chunks = bulk::Chunks::new(if early.is_some() { 0 } else { offer.cargo.len }, packing);
    if let Some(Err(reason)) = early.map(|cargo| unloading.feed(&cargo)) {
        return Ok(Err(invalid(reason)));
    }
    while let Some(chunk) = chunks.next(stream).await? {
        if let Err(reason) = unloading.feed(chunk) {
            return Ok(Err(invalid(reason)));
        }
    }
    let (manifest, bytes) = (offer.cargo, usize::try_from(offer.cargo.len).unwrap_or(usize::MAX));
    let unloaded = here_or_on_a_thread(bytes, move || unloading.finish(&manifest).map_err(invalid)).await;
    Ok(unloaded.and_then(|(luggage, agent)| resident(shared, offer, code, agent, luggage)))
}

fn invalid(reason: String) -> No {
    (RejectCause::Invalid, reason)
}

fn resident(
    shared: &Shared,
    offer: &Offer,
    code: Code,
    agent: Agent,
    luggage: Luggage,
) -> Result<Resident, No> {
    let papers = Papers {
        id: offer.agent,
        name: offer.name.clone(),
        owner: luggage.owner,
        credential: luggage.credential,
        home_addr: offer.home_addr.clone(),
        console: luggage.console,
    };
    if agent.name() != papers.id.name() || !papers.are_valid() {
        return Err(invalid("the agent's name is another one's".to_owned()));
    }
    let (papers, epoch) = (Arc::new(papers), offer.epoch);
    let after = |left_ms: u64| shared.now().after(left_ms).0;
    let rest = match luggage.leave {
        Leave::Sleeping { left_ms } => Rest::Time(after(left_ms), Box::new(Value::Unit)),
        Leave::Waiting { left_ms } => Rest::Message(after(left_ms)),
        Leave::Asked | Leave::Running => Rest::None,
    };
    Ok(Resident {
        reporter: Reporter::new(papers.clone(), epoch, luggage.outbox),
        papers,
        epoch,
        code,
        agent,
        hops: luggage.hops,
        fuel_max: luggage.fuel_max.min(shared.config.limits.fuel),
        launched: before(luggage.age_ms),
        signals: luggage.signals,
        receipts: luggage.receipts,
        rest,
        arrives: luggage.leave == Leave::Asked,
    })
}

/// Does the work for so many bytes where it holds nobody up.
async fn here_or_on_a_thread<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> Result<T, No> + Send + 'static,
) -> Result<T, No> {
    if bytes <= INLINE_BYTES_MAX {
        return work();
    }
    match tokio::task::spawn_blocking(work).await {
        Ok(verdict) => verdict,
        Err(error) => Err((RejectCause::Busy, format!("what came could not be checked: {error}"))),
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
