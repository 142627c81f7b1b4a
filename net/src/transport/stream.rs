//! Frames on a stream: a length, checked before anything is allocated, then that many bytes.

use std::future::Future;
use std::time::Duration;

use super::error::{LinkError, close};
use crate::protocol::{Frame, FrameError};

/// One exchange: a bidirectional stream. Dropping it without [`Stream::finish`] resets it, so that the peer notices.
pub(crate) struct Stream {
    send: quinn::SendStream,
    recv: quinn::RecvStream,
    /// What is to be sent together with what comes next.
    queued: Vec<u8>,
    buffer: Vec<u8>,
    finished: bool,
}

impl Stream {
    pub(super) fn new(send: quinn::SendStream, recv: quinn::RecvStream) -> Self {
        Self { send, recv, queued: Vec::new(), buffer: Vec::new(), finished: false }
    }

    /// Sends a frame, waiting at most `timeout` for the peer to make room.
    pub(crate) async fn write(&mut self, frame: &Frame, timeout: Duration) -> Result<(), LinkError> {
        self.queue(frame)?;
        self.flush(timeout).await
    }

    /// Lets a frame wait for what is sent next, so that one packet takes both. [`Stream::flush`] sends it in any case.
    pub(crate) fn queue(&mut self, frame: &Frame) -> Result<(), LinkError> {
        Ok(frame.encode(&mut self.queued)?)
    }

    /// Sends what is queued, waiting at most `timeout` for the peer to make room.
    pub(crate) async fn flush(&mut self, timeout: Duration) -> Result<(), LinkError> {
        if self.queued.is_empty() {
            return Ok(());
        }
        let sent = within(timeout, "sending", async { Ok(self.send.write_all(&self.queued).await?) }).await;
        // If it failed, too: the peer takes no more.
        self.queued.clear();
        sent
    }

    /// Waits at most `timeout` for the peer's next frame, naming what is waited for in the error.
    pub(crate) async fn read(&mut self, timeout: Duration, during: &'static str) -> Result<Frame, LinkError> {
        within(timeout, during, self.read_unbounded()).await
    }

    /// Waits for the peer's next frame for as long as the connection lives.
    pub(crate) async fn read_unbounded(&mut self) -> Result<Frame, LinkError> {
        let mut len = [0; Frame::LEN_BYTES];
        self.recv.read_exact(&mut len).await?;
        let len = Frame::check_len(len)?;
        self.buffer.clear();
        self.buffer.resize(len, 0);
        self.recv.read_exact(&mut self.buffer).await?;
        Ok(Frame::decode(&self.buffer)?)
    }

    /// Sends raw bytes, waiting at most `timeout` for the peer to make room. A peer that wants no more of them is
    /// [`LinkError::Stopped`].
    pub(crate) async fn write_raw(&mut self, bytes: &[u8], timeout: Duration) -> Result<(), LinkError> {
        let bytes = if self.queued.is_empty() {
            bytes
        } else {
            self.queued.extend_from_slice(bytes);
            &self.queued
        };
        let sending = async {
            self.send.write_all(bytes).await.map_err(|error| match error {
                quinn::WriteError::Stopped(_) => LinkError::Stopped,
                other => other.into(),
            })
        };
        let sent = within(timeout, "sending", sending).await;
        self.queued.clear();
        sent
    }

    /// Fills `bytes` with raw bytes, waiting at most `timeout` for all of them.
    pub(crate) async fn read_raw(
        &mut self,
        bytes: &mut [u8],
        timeout: Duration,
        during: &'static str,
    ) -> Result<(), LinkError> {
        within(timeout, during, async { Ok(self.recv.read_exact(bytes).await?) }).await
    }

    /// Lets what is sent on this stream go before what is sent on others.
    pub(crate) fn hurry(&self) {
        // Fails only if the stream is closed already.
        let _ = self.send.set_priority(1);
    }

    /// Both directions, for raw bytes. Nothing may be queued.
    pub(crate) fn split(&mut self) -> (&mut quinn::SendStream, &mut quinn::RecvStream) {
        (&mut self.send, &mut self.recv)
    }

    /// Says that nothing more will be sent. That the peer got it all, only its answer can say.
    pub(crate) fn finish(&mut self) {
        self.finished = true;
        // Fails only if the stream is closed already.
        let _ = self.send.finish();
    }

    /// Says that nothing more of what the peer sends is wanted. It can still be answered.
    pub(crate) fn stop(&mut self) {
        // Fails only if the peer's side is closed already.
        let _ = self.recv.stop(close::GIVEN_UP);
    }

    /// Waits until the peer resets or ends its side.
    pub(crate) async fn ended(&mut self) {
        let mut bytes = [0; 64];
        while let Ok(Some(_)) = self.recv.read(&mut bytes).await {}
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if !self.finished {
            // Fails only if the stream is closed already.
            let _ = self.send.reset(close::GIVEN_UP);
        }
    }
}

/// A frame of a kind that has no business here.
pub(crate) fn unexpected(frame: &Frame) -> LinkError {
    FrameError::Unexpected { kind: frame.kind() }.into()
}

pub(crate) async fn within<T>(
    timeout: Duration,
    during: &'static str,
    work: impl Future<Output = Result<T, LinkError>>,
) -> Result<T, LinkError> {
    match tokio::time::timeout(timeout, work).await {
        Ok(result) => result,
        Err(_) => Err(LinkError::TimedOut { during, ms: timeout.as_millis() as u64 }),
    }
}
