//! A lane from another node: letters come, replies go.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::bells::{Bell, Rung};
use super::outgoing::{CHUNKS, ended};
use super::{Inner, Post};
use crate::protocol::post::{
    Breach, Decoder, Front, Intake, Lane, Number, Offered, Packet, Sender, Whereabouts,
};
use crate::protocol::{AgentId, Letters};
use crate::transport::{Link, LinkError, Stream, close};

/// How long a reply that is not urgent may wait for others.
const REPLY_DELAY: Duration = Duration::from_millis(1);
/// How long to wait for room for the first reply.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// The end of a lane. Of a kind there is one from each node: the last.
#[derive(Default)]
pub(super) struct End {
    displaced: Notify,
}

impl End {
    /// There is another one in its place.
    pub(super) fn displace(&self) {
        self.displaced.notify_one();
    }
}

impl Post {
    /// Takes letters that come on a stream, for as long as they do.
    pub(crate) fn serve(
        &self,
        link: &Link,
        stream: Stream,
        theirs: Letters,
    ) -> impl Future<Output = Result<(), LinkError>> + Send + use<> {
        serve(self.inner.clone(), link.clone(), stream, theirs)
    }
}

async fn serve(inner: Arc<Inner>, link: Link, mut stream: Stream, theirs: Letters) -> Result<(), LinkError> {
    let lane = if theirs.bulk { Lane::Bulk } else { Lane::Express };
    let ours = Letters { life: inner.life, bulk: theirs.bulk, letter_bytes: inner.limits.letter_bytes };
    stream.write(&ours.into(), ANSWER_TIMEOUT).await?;
    if lane == Lane::Express {
        stream.hurry();
    }
    let end = Arc::new(End::default());
    if let Some(before) = inner.ends().insert((link.peer(), lane), end.clone()) {
        before.displace();
    }
    let sender = Sender { node: link.peer(), life: theirs.life };
    let mut counter = inner.counter_for(sender, lane);
    let result = tokio::select! {
        result = counter.take_letters(&link, &mut stream) => result,
        () = end.displaced.notified() => Ok(()),
    };
    let mut ends = inner.ends();
    if ends.get(&(link.peer(), lane)).is_some_and(|last| Arc::ptr_eq(last, &end)) {
        ends.remove(&(link.peer(), lane));
    }
    result
}

impl Inner {
    pub(super) fn counter_for(self: &Arc<Self>, sender: Sender, lane: Lane) -> Counter {
        let len_max = match lane {
            // No letter there has parts, of which memory would be full while they wait for the others.
            Lane::Express => self.limits.letter_bytes.min(Lane::EXPRESS_LEN_MAX as u32),
            Lane::Bulk => self.limits.letter_bytes,
        };
        let intake = Intake::new(sender, len_max);
        Counter {
            intake,
            decoder: Decoder::default(),
            window: Window { inner: self.clone(), bell: self.bells.make() },
        }
    }
}

/// Where the letters of one lane are handed in.
pub(super) struct Counter {
    pub(super) intake: Intake,
    decoder: Decoder,
    pub(super) window: Window,
}

/// The node, as a lane sees it.
pub(super) struct Window {
    inner: Arc<Inner>,
    pub(super) bell: Arc<Bell>,
}

impl Front for Window {
    fn has(&self, agent: AgentId) -> bool {
        self.inner.residents.has(agent)
    }

    fn offer(&self, sender: Sender, number: Number, to: AgentId, letter: &[u8]) -> Offered {
        self.inner.residents.offer(sender, number, to, letter)
    }

    fn offer_urgent(&self, sender: Sender, to: AgentId, letter: &[u8]) {
        self.inner.residents.offer_urgent(sender, to, letter);
    }

    fn find(&self, agent: AgentId) -> Whereabouts {
        self.inner.residents.find(agent)
    }

    fn wait(&self, agent: AgentId) {
        self.inner.bells.hang(agent, &self.bell);
    }

    fn has_room_for_parts(&self, kept: usize, more: usize) -> bool {
        self.inner.parts.has_room(kept, more)
    }

    fn keep_parts(&self, bytes: usize) {
        self.inner.parts.keep(bytes);
    }

    fn let_parts_go(&self, bytes: usize) {
        self.inner.parts.let_go(bytes);
        self.inner.bells.ring_for_parts();
    }

    fn wait_for_parts(&self) {
        self.inner.bells.hang_for_parts(&self.bell);
    }
}

impl Counter {
    /// Takes the next bytes of the lane.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Result<(), Breach> {
        let (intake, window) = (&mut self.intake, &self.window);
        self.decoder.feed(bytes, |raw| intake.take(Packet::read(raw)?, window))
    }

    /// There may be room.
    pub(super) fn room(&mut self, rung: Rung) {
        rung.agents.into_iter().for_each(|agent| self.intake.room(agent));
        if rung.is_for_parts {
            self.intake.room_for_parts(&self.window);
        }
    }

    async fn take_letters(&mut self, link: &Link, stream: &mut Stream) -> Result<(), LinkError> {
        let (send, recv) = stream.split();
        let mut chunks = [const { Bytes::new() }; CHUNKS];
        let mut replies = Vec::new();
        let delay = tokio::time::sleep(REPLY_DELAY);
        tokio::pin!(delay);
        let mut is_delaying = false;
        loop {
            tokio::select! {
                biased;
                count = recv.read_chunks(&mut chunks) => {
                    let count = count?.ok_or_else(ended)?;
                    if let Err(breach) = chunks[..count].iter().try_for_each(|chunk| self.feed(chunk)) {
                        link.close(close::BREACH, &breach.to_string());
                        return Err(LinkError::lost(breach.to_string()));
                    }
                    // A lane that never runs dry must not keep others waiting.
                    tokio::task::coop::consume_budget().await;
                }
                rung = self.window.bell.rung() => self.room(rung),
                () = &mut delay, if is_delaying => {
                    self.intake.drain(&mut replies);
                    is_delaying = false;
                }
            }
            self.room(self.window.bell.take());
            if self.intake.is_urgent() {
                self.intake.drain(&mut replies);
                is_delaying = false;
            } else if self.intake.has_replies() && !is_delaying {
                delay.as_mut().reset(Instant::now() + REPLY_DELAY);
                is_delaying = true;
            }
            if !replies.is_empty() {
                send.write_all(&replies).await?;
                replies.clear();
            }
        }
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        for agent in self.intake.waiting() {
            self.window.inner.bells.take_down(agent, &self.window.bell);
        }
        self.window.inner.bells.take_down_for_parts(&self.window.bell);
        if self.intake.kept() > 0 {
            self.window.let_parts_go(self.intake.kept());
        }
    }
}
