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

pub(super) fn concat(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    call.admit(call.byte_len(0).checked_add(call.byte_len(1)))?;
    let both = [call.bytes(0), call.bytes(1)].concat();
    call.new_bytes(&both)
}

pub(super) fn filled(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let (count, byte) = (call.int(0), call.int(1));
    let byte = u8::try_from(byte).map_err(|_| TrapKind::BadArgument(format!("{byte} is no byte")))?;
    let count = length(count)?;
    let bytes = vec![byte; call.admit(Some(count))?];
    call.new_bytes(&bytes)
}

pub(super) fn is_utf8(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    call.charge_bytes(call.byte_len(0));
    Ok(std::str::from_utf8(&call.bytes(0)).is_ok().into())
}

pub(super) fn to_str(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let bytes = call.bytes(0).into_owned();
    match String::from_utf8(bytes) {
        Ok(text) => call.new_text(&text),
        Err(_) => Err(TrapKind::BadArgument("the bytes are not UTF-8".to_owned())),
    }
}
