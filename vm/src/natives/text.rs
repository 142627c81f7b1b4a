//! Native functions on `Str`.

use super::call::Call;
use crate::interp::{length, range_within};
use crate::trap::TrapKind;

/// The byte at which a character begins, or the end.
fn byte_at(text: &str, char_count: u64, index: usize) -> usize {
    if char_count as usize == text.len() {
        return index.min(text.len());
    }
    text.char_indices().nth(index).map_or(text.len(), |(at, _)| at)
}

/// Charges for walking through text that is not all ASCII, where a character's place must be counted out.
fn charge_walk(call: &mut Call<'_>, index: usize) {
    if call.char_count(index) as usize != call.byte_len(index) {
        call.charge_bytes(call.byte_len(index));
    }
}

pub(super) fn len(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    Ok(call.char_count(0))
}

pub(super) fn byte_len(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    Ok(call.byte_len(0) as u64)
}

pub(super) fn slice(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let count = call.char_count(0);
    let range = range_within(call.int(1), call.int(2), count)?;
    charge_walk(call, 0);
    if count as usize == call.byte_len(0) {
        let chars = range.len();
        return call.new_part(0, range, chars);
    }
    let text = call.text(0);
    let from = byte_at(&text, count, range.start);
    let rest = &text[from..];
    let to = from + byte_at(rest, count - range.start as u64, range.len());
    drop(text);
    call.new_part(0, from..to, range.len())
}

pub(super) fn find(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    find_by(call, |text, part| text.find(part))
}

pub(super) fn find_last(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    find_by(call, |text, part| text.rfind(part))
}

pub(super) fn find_from(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let count = call.char_count(0);
    let from = range_within(call.int(2), count as i64, count)?.start;
    let text = call.text(0);
    let begin = byte_at(&text, count, from);
    let found = text[begin..].find(&*call.text(1));
    let index = found.map(|at| match text.len() as u64 == count {
        true => from + at,
        false => from + text[begin..begin + at].chars().count(),
    });
    let walked = found.map_or(text.len() - begin, |at| at + call.byte_len(1));
    call.charge_bytes(walked);
    charge_walk(call, 0);
    Ok(index.map_or(-1_i64 as u64, |index| index as u64))
}

/// The character at which a part stands that `find` gives the byte of.
fn find_by(call: &mut Call<'_>, find: impl FnOnce(&str, &str) -> Option<usize>) -> Result<u64, TrapKind> {
    call.charge_bytes(call.byte_len(0));
    let text = call.text(0);
    let found = find(&text, &call.text(1));
    let index =
        found.map(|at| if text.len() as u64 == call.char_count(0) { at } else { text[..at].chars().count() });
    Ok(index.map_or(-1_i64 as u64, |index| index as u64))
}

pub(super) fn contains(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    call.charge_bytes(call.byte_len(0));
    Ok(call.text(0).contains(&*call.text(1)).into())
}

pub(super) fn starts_with(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    call.charge_bytes(call.byte_len(1));
    Ok(call.text(0).starts_with(&*call.text(1)).into())
}

pub(super) fn ends_with(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    call.charge_bytes(call.byte_len(1));
    Ok(call.text(0).ends_with(&*call.text(1)).into())
}

/// Whether `holds` for all characters of the first argument.
fn all_chars(call: &mut Call<'_>, holds: impl FnMut(char) -> bool) -> bool {
    call.charge_bytes(call.byte_len(0));
    call.text(0).chars().all(holds)
}

pub(super) fn is_alphabetic(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    Ok((call.byte_len(0) > 0 && all_chars(call, char::is_alphabetic)).into())
}

pub(super) fn is_numeric(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    Ok((call.byte_len(0) > 0 && all_chars(call, char::is_numeric)).into())
}

pub(super) fn is_blank(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    Ok(all_chars(call, char::is_whitespace).into())
}

/// New text made from the first argument.
fn map_text(call: &mut Call<'_>, map: impl FnOnce(&str) -> String) -> Result<u64, TrapKind> {
    call.charge_bytes(call.byte_len(0));
    let text = map(&call.text(0));
    call.new_text(&text)
}

pub(super) fn trim(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    trim_by(call, str::trim)
}

pub(super) fn trim_start(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    trim_by(call, str::trim_start)
}

pub(super) fn trim_end(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    trim_by(call, str::trim_end)
}

fn trim_by(call: &mut Call<'_>, trim: fn(&str) -> &str) -> Result<u64, TrapKind> {
    call.charge_bytes(call.byte_len(0));
    let text = call.text(0);
    let part = trim(&text);
    let from = part.as_ptr().addr() - text.as_ptr().addr();
    let (bytes, chars) = (from..from + part.len(), part.chars().count());
    drop(text);
    call.new_part(0, bytes, chars)
}

pub(super) fn quote(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    // Each byte becomes at most six, `\u{7f}`.
    call.admit(call.byte_len(0).checked_mul(6))?;
    map_text(call, |text| {
        let mut quoted = String::new();
        crate::data::quote(&mut quoted, text);
        quoted
    })
}

pub(super) fn upper(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    map_text(call, str::to_uppercase)
}

pub(super) fn lower(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    map_text(call, str::to_lowercase)
}

pub(super) fn reverse(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    map_text(call, |text| match text.is_ascii() {
        true => text.bytes().rev().map(char::from).collect(),
        false => text.chars().rev().collect(),
    })
}

pub(super) fn replace(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    call.charge_bytes(call.byte_len(0));
    let (text, old, new) = (call.text(0), call.text(1), call.text(2));
    let found = text.matches(&*old).count();
    let bytes =
        found.checked_mul(new.len()).and_then(|added| (text.len() - found * old.len()).checked_add(added));
    call.admit(bytes)?;
    let text = text.replace(&*old, &new);
    call.new_text(&text)
}

pub(super) fn repeat(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let count = call.int(1);
    let count = length(count)?;
    call.admit(call.byte_len(0).checked_mul(count))?;
    let text = call.text(0).repeat(count);
    call.new_text(&text)
}

pub(super) fn pad_start(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let text = padding(call)? + &call.text(0);
    call.new_text(&text)
}

pub(super) fn pad_end(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let text = call.text(0).into_owned() + &padding(call)?;
    call.new_text(&text)
}

/// What a first argument lacks to a length, made of a third.
fn padding(call: &Call<'_>) -> Result<String, TrapKind> {
    let missing = u64::try_from(call.int(1)).unwrap_or(0).saturating_sub(call.char_count(0));
    let (fill, fill_chars) = (call.text(2), call.char_count(2));
    if missing == 0 || fill_chars == 0 {
        return Ok(String::new());
    }
    let times = usize::try_from(missing / fill_chars + 1).ok();
    call.admit(
        times.and_then(|times| times.checked_mul(fill.len())).and_then(|n| n.checked_add(call.byte_len(0))),
    )?;
    Ok(fill.chars().cycle().take(missing as usize).collect())
}

pub(super) fn code_at(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let (index, len) = (call.int(1), call.char_count(0));
    charge_walk(call, 0);
    let text = call.text(0);
    let at = usize::try_from(index).ok().filter(|at| (*at as u64) < len);
    let code = at.and_then(|at| text[byte_at(&text, len, at)..].chars().next());
    code.map(u64::from).ok_or(TrapKind::IndexOutOfRange { index, len })
}

fn char_of(code: i64) -> Option<char> {
    u32::try_from(code).ok().and_then(char::from_u32)
}

pub(super) fn from_code(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let code = call.int(0);
    match char_of(code) {
        Some(char) => call.new_text(char.encode_utf8(&mut [0; 4])),
        None => Err(TrapKind::BadArgument(format!("{code} is no code point of a character"))),
    }
}

pub(super) fn is_code(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    Ok(char_of(call.int(0)).is_some().into())
}

pub(super) fn to_bytes(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let bytes = call.text(0).into_owned();
    call.new_bytes(bytes.as_bytes())
}
