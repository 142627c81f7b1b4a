//! Reading objects: follows references into the heap and into the program's constants.

use std::borrow::Cow;

use crate::layout::{self, CONSTANT_BIT};

/// A heap and its program's constants, to be read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    heap: &'a [u64],
    constants: &'a [u64],
}

/// The bytes of a `Str` or `Bytes` as they lie: eight a word, the first lowest, padded with zeros. So two of the same length
/// are equal if their words are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packed<'a> {
    /// How many bytes there are.
    pub(crate) len: usize,
    /// The words that they take.
    pub(crate) words: &'a [u64],
}

impl<'a> Packed<'a> {
    #[inline(always)]
    fn new(len: u32, words: &'a [u64]) -> Self {
        let len = len as usize;
        Self { len, words: &words[..len.div_ceil(8)] }
    }

    /// Whether both are the same bytes. Most that are compared are short.
    #[inline(always)]
    pub(crate) fn is(self, other: Packed<'_>) -> bool {
        self.len == other.len && self.words.iter().zip(other.words).all(|(one, other)| one == other)
    }
}

impl<'a> View<'a> {
    pub(crate) fn new(heap: &'a [u64], constants: &'a [u64]) -> Self {
        Self { heap, constants }
    }

    /// The heap's words, without the constants.
    pub(super) fn heap_words(self) -> &'a [u64] {
        self.heap
    }

    /// The words from an object's header on, to the end of the area.
    #[inline(always)]
    fn object(self, reference: u32) -> &'a [u64] {
        if reference & CONSTANT_BIT == 0 {
            &self.heap[reference as usize..]
        } else {
            &self.constants[(reference & !CONSTANT_BIT) as usize..]
        }
    }

    /// The high half of an object's header: bytes, length, tag or function.
    pub(crate) fn extra(self, reference: u32) -> u32 {
        layout::high(self.object(reference)[0])
    }

    /// A struct's, tuple's or variant's fields, of which there are so many.
    pub(crate) fn fields(self, reference: u32, count: usize) -> &'a [u64] {
        &self.object(reference)[1..=count]
    }

    /// A list's elements.
    pub(crate) fn elements(self, reference: u32) -> &'a [u64] {
        let list = self.object(reference);
        match layout::high(list[0]) as usize {
            0 => &[],
            len => &self.object(layout::low(list[1]))[1..=len],
        }
    }

    /// How many characters a `Str` has.
    pub(crate) fn char_count(self, reference: u32) -> u64 {
        self.object(reference)[1]
    }

    /// A `Str`.
    pub(crate) fn text(self, reference: u32) -> Cow<'a, str> {
        let object = self.object(reference);
        match bytes(&object[2..], layout::high(object[0]) as usize) {
            // SAFETY: a `Str`'s bytes are UTF-8: constants are decoded as strings, snapshots are checked to hold only
            // UTF-8 in a `Str`, and the engine writes none but a `str`'s bytes.
            Cow::Borrowed(bytes) => Cow::Borrowed(unsafe { std::str::from_utf8_unchecked(bytes) }),
            // SAFETY: as above.
            Cow::Owned(bytes) => Cow::Owned(unsafe { String::from_utf8_unchecked(bytes) }),
        }
    }

    /// A `Bytes`.
    pub(crate) fn bytes(self, reference: u32) -> Cow<'a, [u8]> {
        let object = self.object(reference);
        bytes(&object[1..], layout::high(object[0]) as usize)
    }

    /// The byte of a `Bytes` at an index, or how many there are if that is out of range.
    pub(crate) fn byte(self, reference: u32, index: u64) -> Result<u8, u64> {
        let object = self.object(reference);
        let len = u64::from(layout::high(object[0]));
        if index >= len {
            return Err(len);
        }
        let word = object[1 + (index / 8) as usize];
        Ok((word >> (8 * (index % 8))) as u8)
    }

    /// The bytes of a `Str`, packed.
    #[inline(always)]
    pub(crate) fn packed_text(self, reference: u32) -> Packed<'a> {
        let object = self.object(reference);
        Packed::new(layout::high(object[0]), &object[2..])
    }

    /// The bytes of a `Bytes`, packed.
    #[inline(always)]
    pub(crate) fn packed_bytes(self, reference: u32) -> Packed<'a> {
        let object = self.object(reference);
        Packed::new(layout::high(object[0]), &object[1..])
    }

    /// The bytes of a `Str`, for comparing: their order is that of the code points.
    pub(crate) fn text_bytes(self, reference: u32) -> Cow<'a, [u8]> {
        let object = self.object(reference);
        bytes(&object[2..], layout::high(object[0]) as usize)
    }
}

/// Asks the machine to have the word at a place at hand soon, if there is one. Nothing else comes of it.
#[inline]
pub(super) fn prefetch(words: &[u64], at: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(word) = words.get(at) {
        safe_arch::prefetch_t0(word);
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (words, at);
}

/// Words as bytes, the lowest byte of each word first, as they stand in memory on a little-endian machine.
pub(crate) fn bytes_of(words: &[u64]) -> Cow<'_, [u8]> {
    bytes(words, words.len() * 8)
}

/// The first bytes of some words, the lowest byte of each word first.
fn bytes(words: &[u64], len: usize) -> Cow<'_, [u8]> {
    let words = &words[..len.div_ceil(8)];
    if cfg!(target_endian = "little") {
        // SAFETY: the slice holds at least `len` bytes, any alignment suits bytes, and all bytes are initialised.
        Cow::Borrowed(unsafe { std::slice::from_raw_parts(words.as_ptr().cast(), len) })
    } else {
        let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        bytes.truncate(len);
        Cow::Owned(bytes)
    }
}
