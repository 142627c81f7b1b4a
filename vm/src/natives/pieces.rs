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
    if separator.is_empty() {
        return call.new_texts(&text, chars_of);
    }
    call.new_texts(&text, |text| text.split(&separator))
}

pub(super) fn join(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let texts = call.texts(0);
    let separator = call.text(1);
    let between = separator.len().checked_mul(texts.clone().count().saturating_sub(1));
    let bytes =
        texts.clone().map(|text| text.len()).try_fold(between.unwrap_or(usize::MAX), usize::checked_add);
    let mut joined = String::with_capacity(call.admit(bytes)?);
    for (index, text) in texts.enumerate() {
        joined.push_str(if index == 0 { "" } else { &separator });
        joined.push_str(&text);
    }
    call.new_text(&joined)
}
