//! How the chunks of cargo are packed on their way.

use serde::{Deserialize, Serialize};

use super::frame::FrameError;

/// How the chunks of cargo are sent. The receiver chooses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Packing {
    /// As they are: nothing is faster over a link of a gigabyte a second or more.
    #[default]
    Plain,
    /// Each as an LZ4 block by itself, where that is shorter.
    Lz4,
}

/// Puts what is sent for a chunk to `packed`, in place of what was there: an LZ4 block, or the chunk itself if that is
/// not longer.
pub fn pack_lz4(chunk: &[u8], packed: &mut Vec<u8>) {
    packed.resize(lz4_flex::block::get_maximum_output_size(chunk.len()), 0);
    match lz4_flex::block::compress_into(chunk, packed) {
        Ok(len) if len < chunk.len() => packed.truncate(len),
        _ => {
            packed.clear();
            packed.extend_from_slice(chunk);
        }
    }
}

/// Fills `chunk` with what was packed. However little was sent, nothing is written beyond the chunk.
///
/// # Errors
/// [`FrameError::Chunk`] if it is no LZ4 block, or one of another length.
pub fn unpack_lz4(packed: &[u8], chunk: &mut [u8]) -> Result<(), FrameError> {
    if packed.len() == chunk.len() {
        chunk.copy_from_slice(packed);
        return Ok(());
    }
    match lz4_flex::block::decompress_into(packed, chunk) {
        Ok(len) if len == chunk.len() => Ok(()),
        _ => Err(FrameError::Chunk),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_of_a_heap_become_less() {
        let words: Vec<u8> = (0..4096_u64).flat_map(|at| (at * 4).to_le_bytes()).collect();
        let mut packed = Vec::new();
        pack_lz4(&words, &mut packed);
        assert!(packed.len() < words.len() * 2 / 3, "{} bytes", packed.len());
    }

    #[test]
    fn a_block_that_would_become_more_than_a_chunk_is_refused() {
        let mut packed = Vec::new();
        pack_lz4(&[0; 100_000], &mut packed);
        assert!(packed.len() < 1000);
        for len in [99_999, 1000, 100_001] {
            assert_eq!(unpack_lz4(&packed, &mut vec![0; len]), Err(FrameError::Chunk), "{len}");
        }
    }

    proptest! {
        #[test]
        fn packs_and_unpacks(
            chunk in prop::collection::vec(prop_oneof![Just(0_u8), any::<u8>()], 0..3000),
        ) {
            let (mut packed, mut unpacked) = (vec![7; 5], vec![1; chunk.len()]);
            pack_lz4(&chunk, &mut packed);
            prop_assert!(packed.len() <= chunk.len());
            unpack_lz4(&packed, &mut unpacked).unwrap();
            prop_assert_eq!(unpacked, chunk);
        }

        #[test]
        fn any_bytes_are_answered(packed: Vec<u8>, len in 0..5000_usize) {
            let _ = unpack_lz4(&packed, &mut vec![0; len]);
        }
    }
}
