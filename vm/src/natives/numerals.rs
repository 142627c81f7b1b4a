//! Numbers as text and back.

use super::call::{Call, float_slot};
use crate::data::write_float;
use crate::trap::TrapKind;

/// The longest text that is tried as a number; none that the language writes is as long.
const NUMERAL_BYTES_MAX: usize = 2_000;
const DIGITS_MAX: i64 = 100;

pub(super) fn from_int(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    call.new_int_text(call.int(0))
}

pub(super) fn to_base(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let (value, base) = (call.int(0), call.int(1));
    let Some(base) = u32::try_from(base).ok().filter(|base| (2..=36).contains(base)) else {
        return Err(TrapKind::BadArgument(format!("{base} is no base from 2 to 36")));
    };
    let mut digits = Vec::new();
    let mut rest = value.unsigned_abs();
    loop {
        digits.push(char::from_digit((rest % u64::from(base)) as u32, base).unwrap_or('0'));
        rest /= u64::from(base);
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        digits.push('-');
    }
    let text: String = digits.iter().rev().collect();
    call.new_text(&text)
}

pub(super) fn from_float(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    let mut text = String::new();
    write_float(&mut text, call.float(0));
    call.new_text(&text)
}

pub(super) fn fixed(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    with_digits(call, |value, digits| format!("{value:.digits$}"))
}

pub(super) fn scientific(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    with_digits(call, |value, digits| format!("{value:.digits$e}"))
}

/// A Float with a number of digits that is bounded.
fn with_digits(call: &mut Call<'_>, show: impl FnOnce(f64, usize) -> String) -> Result<u64, TrapKind> {
    let (value, digits) = (call.float(0), call.int(1));
    if !(0..=DIGITS_MAX).contains(&digits) {
        return Err(TrapKind::BadArgument(format!("{digits} is no count of digits from 0 to {DIGITS_MAX}")));
    }
    // A NaN has a sign on some machines.
    let text = if value.is_nan() { "NaN".to_owned() } else { show(value, digits as usize) };
    call.new_text(&text)
}

pub(super) fn is_int(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    Ok(parse_int(&call.text(0)).is_some().into())
}

pub(super) fn to_int(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    match parse_int(&call.text(0)) {
        Some(value) => Ok(value as u64),
        None => Err(not_a_number(call, "Int")),
    }
}

pub(super) fn is_float(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    Ok(parse_float(&call.text(0)).is_some().into())
}

pub(super) fn to_float(call: &mut Call<'_>) -> Result<u64, TrapKind> {
    match parse_float(&call.text(0)) {
        Some(value) => Ok(float_slot(value)),
        None => Err(not_a_number(call, "Float")),
    }
}

fn not_a_number(call: &Call<'_>, wanted: &str) -> TrapKind {
    let shown: String = call.text(0).chars().take(40).collect();
    TrapKind::BadArgument(format!("{shown:?} is no {wanted}"))
}

/// An Int as the language writes it, with or without a minus sign: `42`, `-1_000`, `0xff`, `0b1010`.
fn parse_int(text: &str) -> Option<i64> {
    let (negative, digits) = sign(text)?;
    let (base, digits) = match digits.get(..2) {
        Some("0x") => (16, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        _ => (10, digits),
    };
    let digits = without_separators(digits, base)?;
    let magnitude = i128::from_str_radix(&digits, base).ok()?;
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// A Float as the language writes and shows it, or an Int in decimal: `1.5`, `-2e-3`, `3`, `inf`, `NaN`.
fn parse_float(text: &str) -> Option<f64> {
    let (negative, digits) = sign(text)?;
    let value = match digits {
        "inf" => f64::INFINITY,
        "NaN" if !negative => f64::NAN,
        _ => {
            let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
                Some((mantissa, exponent)) => (mantissa, Some(exponent)),
                None => (digits, None),
            };
            let (whole, fraction) = match mantissa.split_once('.') {
                Some((whole, fraction)) => (whole, Some(fraction)),
                None => (mantissa, None),
            };
            let mut plain = without_separators(whole, 10)?;
            if let Some(fraction) = fraction {
                plain = plain + "." + &without_separators(fraction, 10)?;
            }
            if let Some(exponent) = exponent {
                let unsigned = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
                without_separators(unsigned, 10)?;
                plain = plain + "e" + exponent;
            }
            plain.parse().ok()?
        }
    };
    Some(if negative { -value } else { value })
}

fn sign(text: &str) -> Option<(bool, &str)> {
    if text.len() > NUMERAL_BYTES_MAX {
        return None;
    }
    Some(text.strip_prefix('-').map_or((false, text), |rest| (true, rest)))
}

/// Digits of a base without the `_` between them; nothing but digits, at least one, and no `_` at either end.
fn without_separators(digits: &str, base: u32) -> Option<String> {
    let inner = !digits.is_empty() && !digits.starts_with('_') && !digits.ends_with('_');
    let valid = inner && digits.chars().all(|c| c == '_' || c.is_digit(base));
    valid.then(|| digits.chars().filter(|c| *c != '_').collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn ints_are_read_as_the_language_writes_them() {
        for (text, value) in [
            ("0", 0),
            ("-42", -42),
            ("1_000_000", 1_000_000),
            ("0xff", 255),
            ("-0b101", -5),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(parse_int(text), Some(value), "{text}");
        }
        for text in [
            "",
            "-",
            "+1",
            " 1",
            "1 ",
            "_1",
            "1_",
            "0x",
            "0b2",
            "1.0",
            "9223372036854775808",
            "٣",
            "--1",
            "0x-1",
        ] {
            assert_eq!(parse_int(text), None, "{text}");
        }
        assert_eq!(parse_int(&"1".repeat(NUMERAL_BYTES_MAX + 1)), None);
    }

    #[test]
    fn floats_are_read_as_the_language_shows_them() {
        for (text, value) in [
            ("1.5", 1.5),
            ("-2e-3", -0.002),
            ("3", 3.0),
            ("1e21", 1e21),
            ("1_0.5", 10.5),
            ("-inf", f64::NEG_INFINITY),
        ] {
            assert_eq!(parse_float(text), Some(value), "{text}");
        }
        assert!(parse_float("NaN").unwrap().is_nan());
        for text in ["", ".5", "1.", "e3", "1e", "1e+-3", "0x10", "infinity", "nan", "+1.0", "1.5.2", "1e3e3"]
        {
            assert_eq!(parse_float(text), None, "{text}");
        }
    }
}
