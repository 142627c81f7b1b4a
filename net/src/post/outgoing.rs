//! A line to another node: letters go, replies come.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::{Inner, Lanes};
use crate::protocol::post::{Batch, Decoder, Lane, LineId, Reply};
use crate::protocol::{Frame, Letters};
use crate::transport::{Link, LinkError, Stream, close, unexpected};

/// How long the other side may take to say that it takes letters.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);
/// Pieces of a stream that are read at once.
pub(super) const CHUNKS: usize = 32;

/// Ends a task that is not waited for any more.
struct Ending(JoinHandle<Result<(), LinkError>>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Inner {
    /// Makes a line, and drives it until it is lost.
    pub(super) fn drive(self: &Arc<Self>, id: LineId, addr: String) {
        let (begin, begun) = tokio::sync::oneshot::channel::<Arc<Lanes>>();
        let inner = self.clone();
        let driver = tokio::spawn(async move {
            let Ok(lanes) = begun.await else { return };
            let result = match id.peer == inner.me {
                true => inner.stand_here(id, &lanes).await,
                false => inner.stand(id, &addr, &lanes).await,
            };
            inner.lines().remove(&id);
            let why = result.err().map_or_else(|| "it ended".to_owned(), |error| error.to_string());
            tracing::debug!(peer = %id.peer, %why, "a line for letters is down");
            inner.with(|dispatch, now| dispatch.line_down(id, why, now));
        });
        let write = [Notify::new(), Notify::new()];
        let lanes = Arc::new(Lanes { write, driver: driver.abort_handle() });
        self.lines().insert(id, lanes.clone());
        // The driver waits for just this.
        let _ = begin.send(lanes);
    }

    async fn stand(self: &Arc<Self>, id: LineId, addr: &str, lanes: &Arc<Lanes>) -> Result<(), LinkError> {
        let hint = (!addr.is_empty()).then_some(addr);
        let link = self.pool.link(id.peer, hint).await?;
        let (express, theirs) = self.open(&link, Lane::Express).await?;
        let (bulk, _) = self.open(&link, Lane::Bulk).await?;
        if !self.with(|dispatch, now| dispatch.line_up(id, theirs.life, theirs.letter_bytes, now)) {
            return Ok(());
        }
        let work = self.clone().work(id, Lane::Bulk, bulk, link.clone(), lanes.clone());
        let mut beside = Ending(tokio::spawn(work));
        tokio::select! {
            result = self.clone().work(id, Lane::Express, express, link, lanes.clone()) => result,
            result = &mut beside.0 => match result {
                Ok(result) => result,
                Err(error) => Err(LinkError::lost(error.to_string())),
            },
        }
    }

    async fn open(&self, link: &Link, lane: Lane) -> Result<(Stream, Letters), LinkError> {
        let mut stream = link.open().await?;
        if lane == Lane::Express {
            stream.hurry();
        }
        let ours =
            Letters { life: self.life, bulk: lane == Lane::Bulk, letter_bytes: self.limits.letter_bytes };
        stream.write(&ours.into(), ANSWER_TIMEOUT).await?;
        match stream.read(ANSWER_TIMEOUT, "waiting for the post").await? {
            Frame::Letters(theirs) => Ok((stream, theirs)),
            Frame::Refused(refused) => Err(LinkError::Refused { reason: refused.reason }),
            other => Err(unexpected(&other)),
        }
    }

    /// Drives one lane.
    async fn work(
        self: Arc<Self>,
        id: LineId,
        lane: Lane,
        mut stream: Stream,
        link: Link,
        lanes: Arc<Lanes>,
    ) -> Result<(), LinkError> {
        let (send, recv) = stream.split();
        let write = async {
            let mut batch = Batch::default();
            loop {
                self.with(|dispatch, _| dispatch.pump(id, lane, &mut batch));
                if batch.is_empty() {
                    lanes.write[lane.index()].notified().await;
                } else {
                    send.write_all_chunks(batch.pieces()).await?;
                }
            }
        };
        let read = async {
            let mut decoder = Decoder::default();
            let mut chunks = [const { Bytes::new() }; CHUNKS];
            loop {
                let count = recv.read_chunks(&mut chunks).await?.ok_or_else(ended)?;
                let result = self.with(|dispatch, now| {
                    chunks[..count].iter().try_for_each(|chunk| {
                        decoder.feed(chunk, |raw| dispatch.reply(id, lane, Reply::read(raw)?, now))
                    })
                });
                if let Err(breach) = result {
                    link.close(close::BREACH, &breach.to_string());
                    return Err(LinkError::lost(breach.to_string()));
                }
            }
        };
        tokio::select! {
            biased;
            result = read => result,
            result = write => result,
        }
    }
}

pub(super) fn ended() -> LinkError {
    LinkError::lost("the peer ended the stream")
}
