//! Cutting text into lists, and joining lists to text.

use super::call::Call;
use crate::trap::TrapKind;

/// Each character as a `&str`.
fn chars_of(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices().map(|(at, char)| &text[at..at + char.len_utf8()])
}

pub(super) fn chars(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let text = call.text(0).into_owned();
    call.new_texts(&text, chars_of)
}

pub(super) fn codes(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let (text, count) = (call.text(0).into_owned(), call.char_count(0) as usize);
    call.new_ints(count, text.chars().map(u64::from))
}

pub(super) fn lines(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let text = call.text(0).into_owned();
    call.new_texts(&text, str::lines)
}

pub(super) fn words(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let text = call.text(0).into_owned();
    call.new_texts(&text, str::split_whitespace)
}

pub(super) fn split(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let (text, separator) = (call.text(0).into_owned(), call.text(1).into_owned());
    match separator.as_bytes() {
        [] => call.new_texts(&text, chars_of),
        [byte] => call.new_texts(&text, |text| split_at(text, *byte)),
        _ => call.new_texts(&text, |text| text.split(&separator)),
    }
}

/// What stands between the occurrences of a character that is one byte long.
fn split_at(text: &str, byte: u8) -> impl Iterator<Item = &str> {
    let mut start = 0;
    let ends = memchr::memchr_iter(byte, text.as_bytes()).chain(std::iter::once(text.len()));
    ends.map(move |end| &text[std::mem::replace(&mut start, end + 1)..end])
}

pub(super) fn join(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    call.new_joined(0, 1)
}
