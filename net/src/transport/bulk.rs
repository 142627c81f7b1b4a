//! What is too large for a frame: chunks of 256 KiB, packed if the receiver wants it so.
//!
//! Plain chunks follow each other as they are. Of a packed one, its length (u32, little-endian) goes before it.

use std::time::Duration;

use super::error::LinkError;
use super::stream::Stream;
use crate::protocol::{CHUNK_LEN, FrameError, Packing, pack_lz4, unpack_lz4};

/// How long one chunk may take. A peer that is slower than 25 KiB a second holds up too much.
const CHUNK_TIMEOUT: Duration = Duration::from_secs(10);

/// Sends `len` bytes, each chunk of which is what `read` puts there from a place on. Where `read` says that there is
/// nothing any more, nothing more is sent.
pub(crate) async fn send(
    stream: &mut Stream,
    len: u64,
    packing: Packing,
    read: impl Fn(u64, &mut [u8]) -> bool,
) -> Result<(), LinkError> {
    let mut chunk = vec![0; chunk_len(len)];
    let mut packed = Vec::new();
    let mut at = 0;
    while at < len {
        chunk.truncate(chunk_len(len - at));
        if !read(at, &mut chunk) {
            return Ok(());
        }
        at += chunk.len() as u64;
        match packing {
            Packing::Plain => stream.write_raw(&chunk, CHUNK_TIMEOUT).await?,
            Packing::Lz4 => {
                pack_lz4(&chunk, &mut packed);
                stream.write_raw(&(packed.len() as u32).to_le_bytes(), CHUNK_TIMEOUT).await?;
                stream.write_raw(&packed, CHUNK_TIMEOUT).await?;
            }
        }
    }
    Ok(())
}

/// Chunks that arrive, one in memory at a time.
pub(crate) struct Chunks {
    packing: Packing,
    /// Bytes that are still to come, unpacked.
    left: u64,
    chunk: Vec<u8>,
    packed: Vec<u8>,
}

impl Chunks {
    /// What receives `len` bytes that are packed so.
    pub(crate) fn new(len: u64, packing: Packing) -> Self {
        Self { packing, left: len, chunk: Vec::new(), packed: Vec::new() }
    }

    /// The next chunk, or `None` if that was all.
    pub(crate) async fn next(&mut self, stream: &mut Stream) -> Result<Option<&[u8]>, LinkError> {
        if self.left == 0 {
            return Ok(None);
        }
        let during = "receiving a chunk";
        self.chunk.resize(chunk_len(self.left), 0);
        match self.packing {
            Packing::Plain => stream.read_raw(&mut self.chunk, CHUNK_TIMEOUT, during).await?,
            Packing::Lz4 => {
                let mut len = [0; 4];
                stream.read_raw(&mut len, CHUNK_TIMEOUT, during).await?;
                let len = u32::from_le_bytes(len) as usize;
                if len > self.chunk.len() {
                    return Err(FrameError::Chunk.into());
                }
                self.packed.resize(len, 0);
                stream.read_raw(&mut self.packed, CHUNK_TIMEOUT, during).await?;
                unpack_lz4(&self.packed, &mut self.chunk)?;
            }
        }
        self.left -= self.chunk.len() as u64;
        Ok(Some(&self.chunk))
    }
}

/// How long the next chunk is of so many bytes.
fn chunk_len(left: u64) -> usize {
    usize::try_from(left).map_or(CHUNK_LEN, |left| left.min(CHUNK_LEN))
}

/// Sends `bytes`, in chunks as they are.
pub(crate) async fn send_raw(stream: &mut Stream, bytes: &[u8]) -> Result<(), LinkError> {
    for chunk in bytes.chunks(CHUNK_LEN) {
        stream.write_raw(chunk, CHUNK_TIMEOUT).await?;
    }
    Ok(())
}

/// Receives `len` bytes as they are. The caller has checked `len` against a limit; the buffer grows with what arrives,
/// so that a length alone costs no memory.
pub(crate) async fn receive_raw(stream: &mut Stream, len: u64) -> Result<Vec<u8>, LinkError> {
    let mut chunks = Chunks::new(len, Packing::Plain);
    let mut bytes = Vec::new();
    while let Some(chunk) = chunks.next(stream).await? {
        bytes.extend_from_slice(chunk);
    }
    Ok(bytes)
}
