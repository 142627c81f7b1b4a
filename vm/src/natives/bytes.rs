//! Native functions on `Bytes`.

use super::call::Call;
use crate::interp::{length, range_within};
use crate::trap::TrapKind;

pub(super) fn len(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    Ok(call.byte_len(0) as u64)
}

pub(super) fn get(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let index = call.int(1);
    let bytes = call.bytes(0);
    let byte = usize::try_from(index).ok().and_then(|at| bytes.get(at));
    byte.map(|byte| u64::from(*byte)).ok_or(TrapKind::IndexOutOfRange { index, len: bytes.len() as u64 })
}

pub(super) fn slice(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let range = range_within(call.int(1), call.int(2), call.byte_len(0) as u64)?;
    let part = call.bytes(0)[range].to_vec();
    call.new_bytes(&part)
}

/// The index from which on a third argument wants the first to be searched.
fn start(call: &Call<'_>) -> Result<usize, TrapKind> {
    let len = call.byte_len(0) as u64;
    Ok(range_within(call.int(2), len as i64, len)?.start)
}

pub(super) fn find(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let (from, sought) = (start(call)?, call.byte_len(1));
    let found = memchr::memmem::find(&call.bytes(0)[from..], &call.bytes(1));
    call.charge_bytes(found.map_or(call.byte_len(0) - from, |at| at + sought));
    Ok(found.map_or(-1_i64 as u64, |at| (from + at) as u64))
}

pub(super) fn find_any(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    find_member(call, true)
}

pub(super) fn find_other(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    find_member(call, false)
}

/// The index of the first byte that the second argument has, or lacks; the length if there is none.
fn find_member(call: &mut Call<'_>, wanted: bool) -> Result<u64, TrapKind> {
    let from = start(call)?;
    let mut is_member = [false; 256];
    call.bytes(1).iter().for_each(|byte| is_member[usize::from(*byte)] = true);
    let found = call.bytes(0)[from..].iter().position(|byte| is_member[usize::from(*byte)] == wanted);
    let at = found.map_or(call.byte_len(0), |at| from + at);
    call.charge_bytes(at - from + call.byte_len(1));
    Ok(at as u64)
}

pub(super) fn text(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let range = range_within(call.int(1), call.int(2), call.byte_len(0) as u64)?;
    let part = call.bytes(0)[range].to_vec();
    new_text(call, part)
}

pub(super) fn to_list(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let bytes = call.bytes(0).into_owned();
    call.new_ints(bytes.len(), bytes.into_iter().map(u64::from))
}

pub(super) fn concat(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    call.admit(call.byte_len(0).checked_add(call.byte_len(1)))?;
    let both = [call.bytes(0), call.bytes(1)].concat();
    call.new_bytes(&both)
}

pub(super) fn filled(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let (count, byte) = (call.int(0), call.int(1));
    let byte = byte_of(byte)?;
    let count = length(count)?;
    let bytes = vec![byte; call.admit(Some(count))?];
    call.new_bytes(&bytes)
}

fn byte_of(number: i64) -> Result<u8, TrapKind> {
    u8::try_from(number).map_err(|_| TrapKind::BadArgument(format!("{number} is no byte")))
}

pub(super) fn from_list(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let count = call.ints(0).len();
    call.charge_bytes(8 * count);
    call.admit(Some(count))?;
    let bytes = call.ints(0).iter().map(|slot| byte_of(*slot as i64)).collect::<Result<Vec<u8>, _>>()?;
    call.new_bytes(&bytes)
}

pub(super) fn to_hex(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let digits = call.admit(call.byte_len(0).checked_mul(2))?;
    let mut text = String::with_capacity(digits);
    for byte in &*call.bytes(0) {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(b"0123456789abcdef"[usize::from(digit)]));
        }
    }
    call.new_text(&text)
}

/// The bytes that a text writes in hexadecimal digits, if it does.
fn hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    rest.is_empty().then(|| bytes.collect())?
}

pub(super) fn is_hex(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    call.charge_bytes(call.byte_len(0));
    Ok(hex(&call.text(0)).is_some().into())
}

pub(super) fn from_hex(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let bytes = hex(&call.text(0));
    match bytes {
        Some(bytes) => call.new_bytes(&bytes),
        None => Err(TrapKind::BadArgument("the text is not hexadecimal digits, two a byte".to_owned())),
    }
}

pub(super) fn utf8_len(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    call.charge_bytes(call.byte_len(0));
    let bytes = call.bytes(0);
    let good = std::str::from_utf8(&bytes).map_or_else(|error| error.valid_up_to(), str::len);
    Ok(good as u64)
}

pub(super) fn is_utf8(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    call.charge_bytes(call.byte_len(0));
    Ok(std::str::from_utf8(&call.bytes(0)).is_ok().into())
}

pub(super) fn to_str(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let bytes = call.bytes(0).into_owned();
    new_text(call, bytes)
}

fn new_text(call: &mut Call<'_>, bytes: Vec<u8>) -> Result<u64, TrapKind> {
    match String::from_utf8(bytes) {
        Ok(text) => call.new_text(&text),
        Err(_) => Err(TrapKind::BadArgument("the bytes are not UTF-8".to_owned())),
    }
}
