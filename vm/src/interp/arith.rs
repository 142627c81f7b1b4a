//! Arithmetic that can fail, but for the short forms that the loop does itself.

use crate::data::write_float;
use crate::trap::TrapKind;

/// Why a division or remainder failed.
#[cold]
pub(super) fn division_fault(divisor: i64) -> TrapKind {
    if divisor == 0 { TrapKind::DivideByZero } else { TrapKind::Overflow }
}

/// A Float without its fraction, if an Int holds it.
#[inline]
pub(super) fn truncate(value: f64) -> Option<i64> {
    // Both bounds are exact as Floats; the upper is one more than the greatest Int.
    const BOUND: f64 = 9_223_372_036_854_775_808.0;
    (-BOUND..BOUND).contains(&value).then_some(value as i64)
}

/// Why `truncate` gave nothing.
#[cold]
pub(super) fn truncate_fault(value: f64) -> TrapKind {
    let mut text = String::new();
    write_float(&mut text, value);
    TrapKind::NotAnInt { value: text }
}
