//! What is known of bulk data before it arrives.

use serde::{Deserialize, Serialize};

/// Bytes in each chunk of bulk data but the last.
pub(crate) const CHUNK_LEN: usize = 256 << 10;

/// The size of bulk data, and the hash of the table of its chunks' hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Bytes in all.
    pub len: u64,
    /// BLAKE3 over the table: the BLAKE3 hash of each chunk, 32 bytes each, in order.
    #[serde(with = "serde_bytes")]
    pub root: [u8; 32],
}

impl Manifest {
    /// Describes `bytes`; gives the table too, which goes ahead of them.
    pub fn of(bytes: &[u8]) -> (Self, Vec<[u8; 32]>) {
        let table: Vec<[u8; 32]> =
            bytes.chunks(CHUNK_LEN).map(|chunk| *blake3::hash(chunk).as_bytes()).collect();
        let root = *blake3::hash(table.as_flattened()).as_bytes();
        (Self { len: bytes.len() as u64, root }, table)
    }

    /// How many chunks there are. The caller has checked the length against a limit.
    pub(crate) fn chunks(&self) -> usize {
        usize::try_from(self.len.div_ceil(CHUNK_LEN as u64)).unwrap_or(usize::MAX)
    }

    /// Whether `table` is the one that the root speaks of.
    pub(crate) fn fits(&self, table: &[u8]) -> bool {
        *blake3::hash(table).as_bytes() == self.root
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_counted_and_told_apart() {
        for (len, chunks) in [(0, 0), (1, 1), (CHUNK_LEN, 1), (CHUNK_LEN + 1, 2)] {
            let (manifest, table) = Manifest::of(&vec![7; len]);
            assert_eq!((manifest.chunks(), table.len()), (chunks, chunks));
            assert!(manifest.fits(table.as_flattened()));
        }
        assert_ne!(Manifest::of(b"a").0.root, Manifest::of(b"b").0.root);
    }
}
