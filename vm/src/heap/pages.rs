//! Memory for arenas. Of large ones the kernel is asked for large pages, where it has any: to make small ones takes as long
//! as to copy what comes to stand in them, and objects all over many of them are found slowly.

/// Arenas of so many words are large: with less, a page that is hardly used would count.
const LARGE_WORDS: usize = 4 << 20;

/// An arena of so many words, all 0.
pub(super) fn zeroed(words: usize) -> Vec<u64> {
    let mut arena = vec![0; words];
    if words >= LARGE_WORDS {
        ask_for_large_pages(&mut arena);
    }
    arena
}

/// Asks for large pages behind these words, most of which have not been touched. It is no matter whether that is granted.
#[cfg(target_os = "linux")]
fn ask_for_large_pages(words: &mut [u64]) {
    use rustix::mm::{Advice, madvise};

    /// What a large page has on most machines, and a multiple of any small page.
    const PAGE_BYTES: usize = 2 << 20;
    let start = words.as_mut_ptr().cast::<u8>();
    let before = start.align_offset(PAGE_BYTES);
    let Some(bytes) = (words.len() * 8).checked_sub(before) else { return };
    let whole = bytes / PAGE_BYTES * PAGE_BYTES;
    // SAFETY: the range lies in the slice, and this advice leaves alone what is in it.
    let _ = unsafe { madvise(start.add(before).cast(), whole, Advice::LinuxHugepage) };
}

#[cfg(not(target_os = "linux"))]
fn ask_for_large_pages(_words: &mut [u64]) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_arenas_are_all_zeros_and_can_be_written_like_others() {
        for words in [0, 1, LARGE_WORDS - 1, LARGE_WORDS, LARGE_WORDS + 12_345] {
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
