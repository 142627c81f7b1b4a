//! Native functions on `Int`.

use super::call::Call;
use crate::trap::TrapKind;

pub(super) fn count_ones(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    Ok(call.int(0).count_ones().into())
}

pub(super) fn leading_zeros(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    Ok(call.int(0).leading_zeros().into())
}

pub(super) fn trailing_zeros(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    Ok(call.int(0).trailing_zeros().into())
}
