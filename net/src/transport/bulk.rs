//! What is too large for a frame: raw chunks of 256 KiB, each checked against its hash as it arrives.
//!
//! On the stream: a table of the chunks' hashes, 32 bytes each, whose own hash the receiver knows from the
//! [`Manifest`]; then the chunks in order. Nothing is kept of a chunk whose hash does not fit.

use std::time::Duration;

use super::error::LinkError;
use super::stream::Stream;
use crate::protocol::{CHUNK_LEN, FrameError, Manifest};

/// How long one chunk may take. A peer that is slower than 25 KiB a second holds up too much.
const CHUNK_TIMEOUT: Duration = Duration::from_secs(10);

/// Sends `bytes` as `manifest`, with the table `hashes`, describes them.
pub(crate) async fn send(stream: &mut Stream, bytes: &[u8], hashes: &[[u8; 32]]) -> Result<(), LinkError> {
    stream.write_raw(hashes.as_flattened(), CHUNK_TIMEOUT).await?;
    send_raw(stream, bytes).await
}

/// Receives what `manifest` describes. The caller has checked its size against a limit.
pub(crate) async fn receive(stream: &mut Stream, manifest: &Manifest) -> Result<Vec<u8>, LinkError> {
    let mut table = vec![0; manifest.chunks() * 32];
    stream.read_raw(&mut table, CHUNK_TIMEOUT, "receiving chunk hashes").await?;
    if !manifest.fits(&table) {
        return Err(FrameError::Hash.into());
    }
    let (expected, _) = table.as_chunks::<32>();
    let mut expected = expected.iter();
    receive_chunks(stream, manifest.len, |chunk| {
        expected.next().is_some_and(|hash| *blake3::hash(chunk).as_bytes() == *hash)
    })
    .await
}

/// Sends `bytes` whose hash the receiver knows as a whole.
pub(crate) async fn send_raw(stream: &mut Stream, bytes: &[u8]) -> Result<(), LinkError> {
    for chunk in bytes.chunks(CHUNK_LEN) {
        stream.write_raw(chunk, CHUNK_TIMEOUT).await?;
    }
    Ok(())
}

/// Receives `len` bytes whose hash the caller checks as a whole. The caller has checked `len` against a limit.
pub(crate) async fn receive_raw(stream: &mut Stream, len: u64) -> Result<Vec<u8>, LinkError> {
    receive_chunks(stream, len, |_| true).await
}

/// The buffer grows with what arrives, so that a length alone costs no memory.
async fn receive_chunks(
    stream: &mut Stream,
    len: u64,
    mut fits: impl FnMut(&[u8]) -> bool,
) -> Result<Vec<u8>, LinkError> {
    let len = usize::try_from(len).map_err(|_| FrameError::Hash)?;
    let mut bytes = Vec::new();
    while bytes.len() < len {
        let from = bytes.len();
        let to = len.min(from + CHUNK_LEN);
        if bytes.capacity() < to {
            bytes.reserve_exact((to - from).max(from).min(len - from));
        }
        bytes.resize(to, 0);
        stream.read_raw(&mut bytes[from..], CHUNK_TIMEOUT, "receiving a chunk").await?;
        if !fits(&bytes[from..]) {
            return Err(FrameError::Hash.into());
        }
    }
    Ok(bytes)
}
