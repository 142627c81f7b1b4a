//! Native functions on `Float`. What is not exact by IEEE-754 goes through `libm`, which gives the same on every machine.

use super::call::{Call, float_slot};
use crate::trap::TrapKind;

macro_rules! unary {
    ($($name:ident = $function:expr;)*) => {$(
        pub(super) fn $name(call: &mut Call<'_>) -> Result<u64, TrapKind> {
            let function: fn(f64) -> f64 = $function;
            Ok(float_slot(function(call.float(0))))
        }
    )*};
}

macro_rules! binary {
    ($($name:ident = $function:expr;)*) => {$(
        pub(super) fn $name(call: &mut Call<'_>) -> Result<u64, TrapKind> {
            let function: fn(f64, f64) -> f64 = $function;
            Ok(float_slot(function(call.float(0), call.float(1))))
        }
    )*};
}

unary! {
    floor = libm::floor;
    ceil = libm::ceil;
    round = libm::round;
    trunc = libm::trunc;
    abs = f64::abs;
    sin = libm::sin;
    cos = libm::cos;
    tan = libm::tan;
    asin = libm::asin;
    acos = libm::acos;
    atan = libm::atan;
    sinh = libm::sinh;
    cosh = libm::cosh;
    tanh = libm::tanh;
    exp = libm::exp;
    ln = libm::log;
    log2 = libm::log2;
    log10 = libm::log10;
    cbrt = libm::cbrt;
    exp2 = libm::exp2;
    exp_m1 = libm::expm1;
    ln_1p = libm::log1p;
    asinh = libm::asinh;
    acosh = libm::acosh;
    atanh = libm::atanh;
    gamma = libm::tgamma;
    ln_gamma = libm::lgamma;
    erf = libm::erf;
}

binary! {
    min = lesser;
    max = |a, b| -lesser(-a, -b);
    atan2 = libm::atan2;
    pow = libm::pow;
    hypot = libm::hypot;
    // The sign of a NaN differs between machines.
    copysign = |x, sign| if sign.is_nan() { x.abs() } else { libm::copysign(x, sign) };
}

pub(super) fn fma(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    Ok(float_slot(libm::fma(call.float(0), call.float(1), call.float(2))))
}

/// The lesser of two, -0.0 below 0.0, NaN if either is. The minimum of the standard library leaves the zeros open.
fn lesser(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        f64::NAN
    } else if a < b || (a == b && a.is_sign_negative()) {
        a
    } else {
        b
    }
}

pub(super) fn is_nan(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    Ok(call.float(0).is_nan().into())
}

pub(super) fn is_finite(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    Ok(call.float(0).is_finite().into())
}

pub(super) fn bits(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    Ok(float_slot(call.float(0)))
}

pub(super) fn from_bits(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    Ok(float_slot(f64::from_bits(call.int(0) as u64)))
}

#[cfg(test)]
mod tests {
    use super::lesser;

    #[test]
    fn minimum_tells_zeros_apart_and_passes_nan_on() {
        assert!(lesser(0.0, -0.0).is_sign_negative());
        assert!(lesser(-0.0, 0.0).is_sign_negative());
        assert!(!(-lesser(-0.0, 0.0)).is_sign_negative());
        assert!(lesser(1.0, f64::NAN).is_nan() && lesser(f64::NAN, 1.0).is_nan());
        assert_eq!((lesser(1.0, 2.0), lesser(2.0, f64::NEG_INFINITY)), (1.0, f64::NEG_INFINITY));
    }
}
