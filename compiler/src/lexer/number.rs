//! Numbers: how far one reaches, and what it is worth.

/// What a number turned out to be.
#[derive(Debug, PartialEq)]
pub(super) enum Number {
    /// A whole number, without its sign.
    Int(u64),
    /// A finite floating-point number.
    Float(f64),
}

/// Why a number is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NumberError {
    /// Letters or digits that don't belong there, with what they are.
    Suffix(String),
    /// `0x` or `0b` without digits after it.
    NoDigits,
    /// `0o17`
    Octal,
    /// `1_`, `0x_f`
    Underscore,
    /// An integer beyond 64 bits.
    IntOverflow,
    /// A float beyond the range of a double.
    FloatOverflow,
}

impl NumberError {
    /// What to print, and what to do about it.
    pub(super) fn describe(&self) -> (String, Option<&'static str>) {
        match self {
            Self::Suffix(suffix) => (
                format!("`{suffix}` can't stand right after a number"),
                Some("numbers have no suffixes; a name can't begin with a digit"),
            ),
            Self::NoDigits => ("digits are missing after the prefix".into(), None),
            Self::Octal => (
                "there are no octal numbers".into(),
                Some("write it in hexadecimal, as `0x…`, or in decimal"),
            ),
            Self::Underscore => ("`_` stands only between the digits of a number".into(), None),
            Self::IntOverflow => (
                "this number is too large for `Int`".into(),
                Some("an `Int` is at most 9_223_372_036_854_775_807"),
            ),
            Self::FloatOverflow => {
                ("this number is too large for `Float`".into(), Some("a `Float` is at most about 1.797e308"))
            }
        }
    }
}

/// The length in bytes of the number at the head of `text`, letters that follow it directly included. After a
/// dot (`pair.0.1`) a number is digits alone.
pub(super) fn length(text: &str, after_dot: bool) -> usize {
    let bytes = text.as_bytes();
    let mut at = word(bytes, 0);
    if after_dot || has_radix(bytes) {
        return at;
    }
    if bytes.get(at) == Some(&b'.') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
        at = word(bytes, at + 1);
    }
    let exponent = matches!(bytes.get(at.wrapping_sub(1)), Some(b'e' | b'E'));
    let sign = matches!(bytes.get(at), Some(b'+' | b'-'));
    if exponent && sign && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
        at = word(bytes, at + 1);
    }
    at
}

/// The end of the letters, digits and underscores from `at` on.
fn word(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count()
}

fn has_radix(bytes: &[u8]) -> bool {
    matches!(bytes, [b'0', b'x' | b'X' | b'b' | b'B' | b'o' | b'O', ..])
}

/// What the number `text` is worth.
pub(super) fn parse(text: &str) -> Result<Number, NumberError> {
    match text.as_bytes() {
        bytes if has_stray_underscore(bytes) => Err(NumberError::Underscore),
        [b'0', b'x', ..] => integer(&text[2..], 16),
        [b'0', b'b', ..] => integer(&text[2..], 2),
        [b'0', b'o', ..] => Err(NumberError::Octal),
        _ if text.contains('.') || has_exponent(text) => float(text),
        _ => integer(text, 10),
    }
}

/// Whether an underscore follows a dot, an exponent or a prefix, or precedes a dot, or stands last.
fn has_stray_underscore(text: &[u8]) -> bool {
    let is_hexadecimal = text.starts_with(b"0x");
    let ends_digits = |byte: u8| match byte {
        b'.' | b'x' | b'+' | b'-' => true,
        b'b' | b'e' | b'E' => !is_hexadecimal,
        _ => false,
    };
    let stray = |pair: &[u8]| match *pair {
        [before, b'_'] => ends_digits(before),
        [b'_', after] => ends_digits(after),
        _ => false,
    };
    text.ends_with(b"_") || text.windows(2).any(stray)
}

/// Whether a number without a dot has an exponent: an `e` right after its digits.
fn has_exponent(text: &str) -> bool {
    text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_').starts_with(['e', 'E'])
}

fn integer(digits: &str, radix: u32) -> Result<Number, NumberError> {
    let mut value: u64 = 0;
    let mut any = false;
    for (at, c) in digits.char_indices().filter(|(_, c)| *c != '_') {
        let Some(digit) = c.to_digit(radix) else {
            return Err(NumberError::Suffix(digits[at..].into()));
        };
        any = true;
        let shifted = value.checked_mul(radix.into());
        value = shifted.and_then(|v| v.checked_add(digit.into())).ok_or(NumberError::IntOverflow)?;
    }
    if any { Ok(Number::Int(value)) } else { Err(NumberError::NoDigits) }
}

fn float(text: &str) -> Result<Number, NumberError> {
    let plain: String = text.chars().filter(|c| *c != '_').collect();
    match plain.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Number::Float(value)),
        Ok(_) => Err(NumberError::FloatOverflow),
        Err(_) => {
            let number = |c: char| c.is_ascii_digit() || c == '.';
            Err(NumberError::Suffix(plain.trim_start_matches(number).into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Result<Number, NumberError>, &str) {
        let end = length(text, false);
        (parse(&text[..end]), &text[end..])
    }

    #[test]
    fn integers() {
        assert_eq!(read("1_000_000)"), (Ok(Number::Int(1_000_000)), ")"));
        assert_eq!(read("0xff"), (Ok(Number::Int(255)), ""));
        assert_eq!(read("0b1010"), (Ok(Number::Int(10)), ""));
        assert_eq!(read("0xe+1"), (Ok(Number::Int(14)), "+1"));
        assert_eq!(read("0..n"), (Ok(Number::Int(0)), "..n"));
        assert_eq!(read("1.abs()"), (Ok(Number::Int(1)), ".abs()"));
        assert_eq!(read("18446744073709551616"), (Err(NumberError::IntOverflow), ""));
        assert_eq!(read("0x"), (Err(NumberError::NoDigits), ""));
        assert_eq!(read("0o17"), (Err(NumberError::Octal), ""));
        assert_eq!(read("1_"), (Err(NumberError::Underscore), ""));
        assert_eq!(read("0x_f"), (Err(NumberError::Underscore), ""));
        assert_eq!(read("0xb_e_1"), (Ok(Number::Int(0xbe1)), ""));
        assert_eq!(read("12px"), (Err(NumberError::Suffix("px".into())), ""));
        assert_eq!(read("12else"), (Err(NumberError::Suffix("else".into())), ""));
    }

    #[test]
    fn floats() {
        assert_eq!(read("1.5"), (Ok(Number::Float(1.5)), ""));
        assert_eq!(read("2e-3,"), (Ok(Number::Float(0.002)), ","));
        assert_eq!(read("1_0.2_5e2"), (Ok(Number::Float(1025.0)), ""));
        assert_eq!(read("1_.5"), (Err(NumberError::Underscore), ""));
        assert_eq!(read("1._5").1, "._5");
        assert_eq!(read("1e_5"), (Err(NumberError::Underscore), ""));
        assert_eq!(read("1e999"), (Err(NumberError::FloatOverflow), ""));
        assert_eq!(read("1.5f32"), (Err(NumberError::Suffix("f32".into())), ""));
    }

    #[test]
    fn after_a_dot_only_digits() {
        assert_eq!(length("0.1", true), 1);
    }
}
