//! Drives the state machines of a hand-over over streams: does what they want done, and brings them what arrives.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use mob_vm::bytecode::ModuleHash;

use super::arrive;
use super::codes::Code;
use super::depart;
use super::shared::Shared;
use crate::identity::PublicKey;
use crate::protocol::handover::{Action, Entry, Role};
use crate::protocol::{AttemptId, Frame, FrameError, Packing};
use crate::transport::{Link, LinkError, Stream, bulk};

/// How long a frame may wait for room on the stream.
pub(super) const SEND_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to listen on a stream for what the other side is to say next. The state machines' own time-outs are for
/// when the stream is gone; this is for a peer that holds the stream and says nothing.
const LISTEN_TIMEOUT: Duration = Duration::from_secs(10);

/// Does `actions` over a fresh stream of `link`, and what follows from them.
pub(super) async fn begin(shared: &Arc<Shared>, link: Link, attempt: AttemptId, actions: Vec<Action>) {
    let result = match link.open().await {
        Ok(mut stream) => converse(shared, &mut stream, link.peer(), attempt, actions).await,
        Err(error) => Err(error),
    };
    finish(shared, attempt, result).await;
}

/// Answers a peer that began to speak of `attempt` on `stream`.
pub(super) async fn answer(shared: &Arc<Shared>, stream: &mut Stream, peer: PublicKey, frame: Frame) {
    let Some(attempt) = crate::protocol::handover::message::attempt(&frame) else { return };
    let actions = shared.desk().receive(peer, &frame, shared.now());
    let result = converse(shared, stream, peer, attempt, actions).await;
    finish(shared, attempt, result).await;
}

/// After a stream: an attempt that it left undecided is cared for until it is decided.
async fn finish(shared: &Arc<Shared>, attempt: AttemptId, result: Result<(), LinkError>) {
    if let Err(error) = result {
        tracing::debug!(?attempt, %error, "an exchange broke off");
        let actions = shared.desk().link_lost(attempt, error.to_string());
        perform_without_stream(shared, attempt, actions);
    }
    if shared.desk().role(attempt).is_some() {
        tokio::spawn(tend(shared.clone(), attempt));
    }
}

/// Speaks about one attempt on one stream until there is nothing left to wait for.
async fn converse(
    shared: &Arc<Shared>,
    stream: &mut Stream,
    peer: PublicKey,
    attempt: AttemptId,
    mut actions: Vec<Action>,
) -> Result<(), LinkError> {
    loop {
        perform(shared, stream, attempt, actions).await?;
        if shared.desk().role(attempt).is_none() {
            stream.finish();
            return Ok(());
        }
        let frame = match stream.read(LISTEN_TIMEOUT, "handing an agent over").await {
            Ok(frame) => frame,
            // A peer that can't keep to the protocol is heard no more; others find the stream ended.
            Err(LinkError::Protocol(error)) => return Err(error.into()),
            Err(error) => return Err(error),
        };
        if crate::protocol::handover::message::attempt(&frame) != Some(attempt) {
            return Err(FrameError::Unexpected { kind: frame.kind() }.into());
        }
        actions = shared.desk().receive(peer, &frame, shared.now());
    }
}

/// Does what is to be done, in order. Frames that follow each other, or that bulk follows, are sent together.
async fn perform(
    shared: &Arc<Shared>,
    stream: &mut Stream,
    attempt: AttemptId,
    actions: Vec<Action>,
) -> Result<(), LinkError> {
    let mut queue = VecDeque::from(actions);
    while let Some(action) = queue.pop_front() {
        match action {
            Action::Send(frame) => {
                stream.queue(&frame)?;
                if let Frame::Offer(offer) = &frame
                    && offer.eager
                {
                    match send_cargo(shared, stream, attempt, Packing::Plain).await {
                        // A target that refuses at once reads no cargo; why it does, it says next.
                        Ok(()) | Err(LinkError::Stopped | LinkError::Lost { .. }) => {}
                        Err(error) => return Err(error),
                    }
                }
            }
            Action::Consider => queue.extend(arrive::consider(shared, attempt)),
            Action::Transfer { code, packing } => {
                match transfer(shared, stream, attempt, &code, packing).await {
                    // Here, too, the target has seen enough, and says next why.
                    Ok(()) | Err(LinkError::Stopped) => {}
                    Err(error) => return Err(error),
                }
                queue.extend(shared.desk().transferred(attempt, shared.now()));
            }
            Action::Receive { code, packing } => {
                queue.extend(arrive::receive(shared, stream, attempt, &code, packing).await?);
            }
            Action::Persist(entry) => queue.extend(persist(shared, attempt, &entry).await),
            Action::Resume(_) | Action::Forget | Action::Lose => depart::conclude(shared, attempt, &action),
            Action::Activate => arrive::activate(shared, attempt),
            Action::Discard => arrive::discard(shared, attempt),
        }
    }
    stream.flush(SEND_TIMEOUT).await
}

/// What can be done without the other side; what was to be said to it, it will ask for.
fn perform_without_stream(shared: &Arc<Shared>, attempt: AttemptId, actions: Vec<Action>) {
    for action in actions {
        match action {
            Action::Resume(_) | Action::Forget | Action::Lose => depart::conclude(shared, attempt, &action),
            Action::Discard => arrive::discard(shared, attempt),
            _ => {}
        }
    }
}

/// Asks or insists, on a new stream each time, until the attempt is over.
async fn tend(shared: Arc<Shared>, attempt: AttemptId) {
    loop {
        let Some((peer, deadline)) = shared.desk().role(attempt).map(|role| (role.peer(), role.deadline()))
        else {
            return;
        };
        let wait = deadline.map_or(1000, |deadline| deadline.0.saturating_sub(shared.now().0) + 1);
        tokio::time::sleep(Duration::from_millis(wait)).await;
        let actions = shared.desk().expire(attempt, shared.now());
        let hint = home_hint(&shared, attempt);
        let result = match shared.pool.link(peer, hint.as_deref()).await {
            Ok(link) => match link.open().await {
                Ok(mut stream) => converse(&shared, &mut stream, peer, attempt, actions).await,
                Err(error) => Err(error),
            },
            Err(error) => {
                perform_without_stream(&shared, attempt, actions);
                Err(error)
            }
        };
        if let Err(error) = result {
            tracing::debug!(?attempt, %error, "the other side of a hand-over can't be reached");
        }
    }
}

/// Where the peer of an attempt may be found if nobody knows: a source that is the agent's home said where that is.
fn home_hint(shared: &Shared, attempt: AttemptId) -> Option<String> {
    let desk = shared.desk();
    let role = desk.role(attempt)?;
    let offer = role.offered();
    let is_home = matches!(role, Role::Target(_)) && role.peer() == offer.agent.home;
    (is_home && !offer.home_addr.is_empty()).then(|| offer.home_addr.clone())
}

/// Sends the code that is missing at the target, and the cargo unless it went with the offer.
async fn transfer(
    shared: &Arc<Shared>,
    stream: &mut Stream,
    attempt: AttemptId,
    missing: &[ModuleHash],
    packing: Packing,
) -> Result<(), LinkError> {
    let code: Vec<Code> = {
        let mut outgoing = shared.attempts.outgoing();
        let Some(outgoing) = outgoing.get_mut(&attempt) else { return Ok(()) };
        let wanted = |code: &&Code| missing.contains(&code.reference().hash);
        let code: Vec<Code> = outgoing.code.iter().filter(wanted).cloned().collect();
        outgoing.code_bytes = code.iter().map(|code| code.bytes.len() as u64).sum();
        code
    };
    for code in code {
        bulk::send_raw(stream, &code.bytes).await?;
    }
    let eager = shared.desk().role(attempt).is_some_and(|role| role.offered().eager);
    if eager { Ok(()) } else { send_cargo(shared, stream, attempt, packing).await }
}

async fn send_cargo(
    shared: &Arc<Shared>,
    stream: &mut Stream,
    attempt: AttemptId,
    packing: Packing,
) -> Result<(), LinkError> {
    let Some(cargo) = shared.attempts.outgoing().get(&attempt).map(|outgoing| outgoing.cargo.clone()) else {
        return Ok(());
    };
    bulk::send(stream, cargo.manifest().len, packing, |at, chunk| cargo.read(at, chunk)).await
}

async fn persist(shared: &Arc<Shared>, attempt: AttemptId, entry: &Entry) -> Vec<Action> {
    shared.store.write(entry, None).await;
    shared.desk().persisted(attempt, shared.now())
}
