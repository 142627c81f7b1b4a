//! Memory for arenas. Of large ones the kernel is asked for large pages, where it has any: to make small ones takes as long
//! as to copy what comes to stand in them, and objects all over many of them are found slowly.

/// Memory of so many bytes is large: with less, a page that is hardly used would count.
const LARGE_BYTES: usize = 32 << 20;

/// An arena of so many words, all 0.
pub(super) fn zeroed(words: usize) -> Vec<u64> {
    let mut arena = vec![0; words];
    prefer_large_pages(&mut arena);
    arena
}

/// Asks for large pages behind this memory, most of which has not been touched, if it is large. It is no matter whether that
/// is granted.
#[cfg(target_os = "linux")]
pub(crate) fn prefer_large_pages<T>(memory: &mut [T]) {
    use rustix::mm::{Advice, madvise};

    /// What a large page has on most machines, and a multiple of any small page.
    const PAGE_BYTES: usize = 2 << 20;
    let bytes = size_of_val(memory);
    if bytes < LARGE_BYTES {
        return;
    }
    let start = memory.as_mut_ptr().cast::<u8>();
    let before = start.align_offset(PAGE_BYTES);
    let whole = bytes.saturating_sub(before) / PAGE_BYTES * PAGE_BYTES;
    // SAFETY: the range lies in the slice, since that is longer than a page, and this advice leaves alone what is in it.
    let _ = unsafe { madvise(start.wrapping_add(before).cast(), whole, Advice::LinuxHugepage) };
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn prefer_large_pages<T>(_memory: &mut [T]) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_arenas_are_all_zeros_and_can_be_written_like_others() {
        for words in [0, 1, LARGE_BYTES / 8 - 1, LARGE_BYTES / 8, LARGE_BYTES / 8 + 12_345] {
            let mut arena = zeroed(words);
            assert_eq!(arena.len(), words);
            assert!(arena.iter().step_by(509).all(|word| *word == 0));
            arena.iter_mut().step_by(509).for_each(|word| *word = 7);
            arena.truncate(words / 2);
            arena.shrink_to_fit();
            assert!(arena.iter().step_by(509).all(|word| *word == 7));
        }
    }
}
