//! What is known of cargo before it arrives.

use serde::{Deserialize, Serialize};

/// Bytes in each chunk of bulk data but the last.
pub(crate) const CHUNK_LEN: usize = 256 << 10;

/// The size of cargo, and a hash of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Bytes in all, before any packing.
    pub len: u64,
    /// BLAKE3 over the luggage, with its length before it, and the hash that the snapshot's header states.
    #[serde(with = "serde_bytes")]
    pub root: [u8; 32],
}

impl Manifest {
    /// Describes cargo of so many bytes, that consists of this luggage and a snapshot with this hash.
    pub fn new(len: u64, luggage: &[u8], snapshot: [u8; 32]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(luggage).update(&snapshot);
        Self { len, root: *hasher.finalize().as_bytes() }
    }
}
