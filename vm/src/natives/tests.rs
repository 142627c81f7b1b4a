//! What native functions give, at their edges too, and what they refuse.

#![allow(clippy::unwrap_used)]

use super::{NATIVES, NativeTy, native_index};
use crate::bytecode::{Type, TypeId};
use crate::testing::{Build, Disturbance, SMALL, outcome, started};
use crate::trap::TrapKind;
use crate::value::Value;

fn type_of(b: &mut Build, ty: NativeTy) -> TypeId {
    match ty {
        NativeTy::Int => b.ty(Type::Int),
        NativeTy::Float => b.ty(Type::Float),
        NativeTy::Bool => b.ty(Type::Bool),
        NativeTy::Str => b.ty(Type::Str),
        NativeTy::Bytes => b.ty(Type::Bytes),
        NativeTy::ListStr => {
            let text = b.ty(Type::Str);
            b.ty(Type::List(text))
        }
        NativeTy::ListInt => {
            let int = b.ty(Type::Int);
            b.ty(Type::List(int))
        }
    }
}

/// Calls a native function from a program, and gives what it gives as the language shows it. A collection at each
/// allocation must not matter.
fn call(name: &str, args: &[Value]) -> Result<String, TrapKind> {
    let native = &NATIVES[native_index(name).unwrap() as usize];
    let mut b = Build::new("native");
    let params: Vec<TypeId> = native.params.iter().map(|ty| type_of(&mut b, *ty)).collect();
    let result = type_of(&mut b, native.result);
    let registers: Vec<String> = (0..params.len()).map(|param| format!("r{param}")).collect();
    let code = format!("call.native r{0} n:{name} ({1})\nreturn r{0}", params.len(), registers.join(" "));
    b.function("main", (&params, &[], result), &[result], &code);
    let run = |how| outcome(started(b.module.clone(), args, SMALL), how).end.map_err(|trap| trap.kind);
    let gives = run(Disturbance::NONE);
    assert_eq!(run(Disturbance { collect_always: true, ..Disturbance::NONE }), gives);
    gives
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Str(text.into())
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&[&str]> for Value {
    fn from(texts: &[&str]) -> Self {
        Self::List(texts.iter().map(|text| Self::from(*text)).collect())
    }
}

macro_rules! gives {
    ($($name:literal ($($arg:expr),*) = $text:expr;)*) => {$(
        assert_eq!(call($name, &[$(Value::from($arg)),*]).as_deref(), Ok($text), $name);
    )*};
}

macro_rules! traps {
    ($($name:literal ($($arg:expr),*) = $trap:expr;)*) => {$(
        assert_eq!(call($name, &[$(Value::from($arg)),*]), Err($trap), $name);
    )*};
}

#[test]
fn text_is_counted_in_characters() {
    gives! {
        "str.len" ("äöü€𝄞") = "5";
        "str.byte_len" ("äöü€𝄞") = "13";
        "str.slice" ("äöü€𝄞", 1, 4) = "öü€";
        "str.slice" ("plain", 0, 5) = "plain";
        "str.slice" ("äb", 2, 2) = "";
        "str.find" ("äöüö", "ö") = "1";
        "str.find" ("abc", "c") = "2";
        "str.find" ("abc", "x") = "-1";
        "str.find" ("", "") = "0";
        "str.find_last" ("äöüö", "ö") = "3";
        "str.find_last" ("abc", "x") = "-1";
        "str.find_last" ("äb", "") = "2";
        "str.find_from" ("äöüö", "ö", 2) = "3";
        "str.find_from" ("abab", "ab", 1) = "2";
        "str.find_from" ("äb", "", 2) = "2";
        "str.find_from" ("äb", "ä", 1) = "-1";
        "str.codes" ("a€𝄞") = "[97, 8364, 119070]";
        "str.codes" ("") = "[]";
        "str.code_at" ("a€", 1) = "8364";
        "str.reverse" ("a€b") = "b€a";
        "str.chars" ("a€𝄞") = r#"["a", "€", "𝄞"]"#;
    }
    traps! {
        "str.slice" ("äb", 1, 3) = TrapKind::RangeOutOfRange { from: 1, to: 3, len: 2 };
        "str.slice" ("äb", 2, 1) = TrapKind::RangeOutOfRange { from: 2, to: 1, len: 2 };
        "str.slice" ("äb", -1, 1) = TrapKind::RangeOutOfRange { from: -1, to: 1, len: 2 };
        "str.find_from" ("äb", "b", 3) = TrapKind::RangeOutOfRange { from: 3, to: 2, len: 2 };
        "str.code_at" ("ä", 1) = TrapKind::IndexOutOfRange { index: 1, len: 1 };
        "str.code_at" ("ä", -1) = TrapKind::IndexOutOfRange { index: -1, len: 1 };
    }
}

#[test]
fn text_is_searched_and_changed() {
    gives! {
        "str.contains" ("stone", "ton") = "true";
        "str.starts_with" ("stone", "tone") = "false";
        "str.ends_with" ("stone", "tone") = "true";
        "str.is_alphabetic" ("straße") = "true";
        "str.is_alphabetic" ("") = "false";
        "str.is_alphabetic" ("a b") = "false";
        "str.is_numeric" ("4²Ⅷ") = "true";
        "str.is_numeric" ("-1") = "false";
        "str.is_blank" (" \t\u{2003}\n") = "true";
        "str.is_blank" ("x") = "false";
        "str.trim" (" \t a b \n") = "a b";
        "str.trim_start" ("  a ") = "a ";
        "str.trim_end" ("  a ") = "  a";
        "str.quote" ("a\"b\n{é\u{7f}") = r#""a\"b\n\{é\u{7f}""#;
        "str.upper" ("straße") = "STRASSE";
        "str.lower" ("ÄB") = "äb";
        "str.replace" ("aXbXc", "X", "--") = "a--b--c";
        "str.replace" ("ab", "", "-") = "-a-b-";
        "str.repeat" ("ab", 3) = "ababab";
        "str.repeat" ("", 1 << 40) = "";
        "str.pad_start" ("7", 3, "0") = "007";
        "str.pad_end" ("ä", 4, "→-") = "ä→-→";
        "str.pad_start" ("long", 2, " ") = "long";
        "str.pad_start" ("a", 9, "") = "a";
        "str.from_code" (8364) = "€";
        "str.is_code" (0xd800) = "false";
        "str.is_code" (0x10_ffff) = "true";
    }
    traps! {
        "str.repeat" ("ab", -1) = TrapKind::NegativeLength { value: -1 };
        "str.from_code" (-1) = TrapKind::BadArgument("-1 is no code point of a character".into());
    }
}

#[test]
fn text_is_cut_and_joined() {
    gives! {
        "str.split" ("a,b,,c", ",") = r#"["a", "b", "", "c"]"#;
        "str.split" ("", ",") = r#"[""]"#;
        "str.split" ("ab", "") = r#"["a", "b"]"#;
        "str.lines" ("a\r\nb\n\nc\n") = r#"["a", "b", "", "c"]"#;
        "str.words" ("  a b\tc ") = r#"["a", "b", "c"]"#;
        "str.words" ("  ") = "[]";
        "str.join" (&["a", "b", "c"][..], ", ") = "a, b, c";
        "str.join" (&[][..], ", ") = "";
    }
}

#[test]
fn what_exceeds_the_heap_is_not_made() {
    let full = || TrapKind::HeapLimit { limit_bytes: SMALL.heap_bytes as u64 };
    let many: Vec<&str> = vec![""; 1000];
    let long = "x".repeat(1000);
    traps! {
        "str.repeat" ("ab", i64::MAX) = full();
        "str.repeat" ("ab", 1 << 20) = full();
        "str.pad_start" ("a", i64::MAX, "€") = full();
        "str.pad_end" ("a", 1 << 20, "€") = full();
        "str.join" (&many[..], &long[..]) = full();
        "str.replace" (&long[..], "x", &long[..]) = full();
        "bytes.filled" (i64::MAX, 0) = full();
        "bytes.filled" (1 << 30, 0) = full();
    }
}

#[test]
fn numbers_become_text_and_text_numbers() {
    gives! {
        "int.to_str" (i64::MIN) = "-9223372036854775808";
        "int.to_base" (255, 16) = "ff";
        "int.to_base" (i64::MIN, 2) = &format!("-1{}", "0".repeat(63))[..];
        "int.to_base" (0, 36) = "0";
        "float.to_str" (1.0) = "1.0";
        "float.to_str" (1e21) = "1e21";
        "float.to_str" (-0.0) = "-0.0";
        "float.to_str" (f64::NAN) = "NaN";
        "float.to_str" (f64::NEG_INFINITY) = "-inf";
        "float.fixed" (2.345, 2) = "2.35";
        "float.fixed" (-1.5, 0) = "-2";
        "float.fixed" (f64::NAN, 2) = "NaN";
        "float.scientific" (1234.5, 2) = "1.23e3";
        "float.scientific" (-0.00099, 0) = "-1e-3";
        "float.scientific" (f64::INFINITY, 2) = "inf";
        "float.scientific" (-f64::NAN, 2) = "NaN";
        "str.to_int" ("-0x10") = "-16";
        "str.is_int" ("9223372036854775808") = "false";
        "str.to_float" ("2.5e3") = "2500.0";
        "str.is_float" ("1.") = "false";
    }
    traps! {
        "int.to_base" (1, 37) = TrapKind::BadArgument("37 is no base from 2 to 36".into());
        "float.scientific" (1.0, -1) = TrapKind::BadArgument("-1 is no count of digits from 0 to 100".into());
        "float.fixed" (1.0, 101) = TrapKind::BadArgument("101 is no count of digits from 0 to 100".into());
        "str.to_int" ("x") = TrapKind::BadArgument("\"x\" is no Int".into());
        "str.to_float" ("") = TrapKind::BadArgument("\"\" is no Float".into());
    }
}

#[test]
fn floats_are_rounded_and_compared() {
    gives! {
        "float.floor" (-1.5) = "-2.0";
        "float.ceil" (-1.5) = "-1.0";
        "float.round" (2.5) = "3.0";
        "float.round" (-2.5) = "-3.0";
        "float.trunc" (-1.9) = "-1.0";
        "float.abs" (-0.0) = "0.0";
        "float.min" (0.0, -0.0) = "-0.0";
        "float.max" (-0.0, 0.0) = "0.0";
        "float.max" (f64::NAN, 1.0) = "NaN";
        "float.is_nan" (f64::NAN) = "true";
        "float.is_finite" (f64::INFINITY) = "false";
        "float.bits" (f64::from_bits(0xfff8_0000_0000_0001)) = "9221120237041090560";
        "float.from_bits" (0x3ff8_0000_0000_0000) = "1.5";
        "float.pow" (2.0, 10.0) = "1024.0";
        "float.hypot" (3.0, 4.0) = "5.0";
        "float.atan2" (1.0, -1.0) = "2.356194490192345";
        "float.sin" (1.0) = "0.8414709848078965";
        "float.ln" (-1.0) = "NaN";
        "float.exp_m1" (1e-20) = "1e-20";
        "float.ln_1p" (-1.0) = "-inf";
        "float.acosh" (0.5) = "NaN";
        "float.atanh" (1.0) = "inf";
        "float.gamma" (5.0) = "24.0";
        "float.erf" (f64::INFINITY) = "1.0";
        "float.copysign" (2.0, -0.0) = "-2.0";
        "float.copysign" (-2.0, -f64::NAN) = "2.0";
        "float.fma" (0.1, 10.0, -1.0) = "5.551115123125783e-17";
    }
}

#[test]
fn bytes_are_taken_apart_and_put_together() {
    let bytes = |bytes: &[u8]| Value::Bytes(bytes.to_vec());
    let ints = |ints: &[i64]| Value::List(ints.iter().map(|int| Value::Int(*int)).collect());
    gives! {
        "str.to_bytes" ("a€") = r#"b"a\xe2\x82\xac""#;
        "bytes.len" (bytes(b"abc")) = "3";
        "bytes.get" (bytes(b"\x00\xff"), 1) = "255";
        "bytes.slice" (bytes(b"abcdefghij"), 2, 9) = r#"b"cdefghi""#;
        "bytes.concat" (bytes(b"abc"), bytes(b"\n\"")) = r#"b"abc\n\"""#;
        "bytes.filled" (3, 7) = r#"b"\x07\x07\x07""#;
        "bytes.is_utf8" (bytes(b"\xff")) = "false";
        "bytes.to_str" (bytes("€".as_bytes())) = "€";
        "bytes.from_list" (ints(&[0, 255])) = r#"b"\x00\xff""#;
        "bytes.to_hex" (bytes(b"\x00\xfe")) = "00fe";
        "bytes.is_hex" ("00fE") = "true";
        "bytes.is_hex" ("0") = "false";
        "bytes.is_hex" ("0é") = "false";
        "bytes.is_hex" ("+1") = "false";
        "bytes.from_hex" ("6d6F") = r#"b"mo""#;
        "bytes.utf8_len" (bytes(b"ab\xff")) = "2";
        "bytes.utf8_len" (bytes("é".as_bytes())) = "2";
        "bytes.find" (bytes(b"abcab"), bytes(b"ab"), 1) = "3";
        "bytes.find" (bytes(b"abcab"), bytes(b"ab"), 4) = "-1";
        "bytes.find" (bytes(b"ab"), bytes(b""), 2) = "2";
        "bytes.find_any" (bytes(b"key = 1"), bytes(b"= "), 0) = "3";
        "bytes.find_any" (bytes(b"\x00\xff"), bytes(b"\xff"), 2) = "2";
        "bytes.find_any" (bytes(b"abc"), bytes(b""), 1) = "3";
        "bytes.find_other" (bytes(b"x12;"), bytes(b"0123456789"), 1) = "3";
        "bytes.find_other" (bytes(b"111"), bytes(b"1"), 0) = "3";
        "bytes.text" (bytes("a€b".as_bytes()), 1, 4) = "€";
        "bytes.to_list" (bytes(b"\x00\xff")) = "[0, 255]";
        "bytes.to_list" (bytes(b"")) = "[]";
    }
    traps! {
        "bytes.get" (bytes(b"a"), 1) = TrapKind::IndexOutOfRange { index: 1, len: 1 };
        "bytes.filled" (3, 256) = TrapKind::BadArgument("256 is no byte".into());
        "bytes.to_str" (bytes(b"\xff")) = TrapKind::BadArgument("the bytes are not UTF-8".into());
        "bytes.from_list" (ints(&[0, -1])) = TrapKind::BadArgument("-1 is no byte".into());
        "bytes.find" (bytes(b"ab"), bytes(b"a"), 3) = TrapKind::RangeOutOfRange { from: 3, to: 2, len: 2 };
        "bytes.find_any" (bytes(b"ab"), bytes(b"a"), -1) = TrapKind::RangeOutOfRange { from: -1, to: 2, len: 2 };
        "bytes.find_other" (bytes(b""), bytes(b"a"), 1) = TrapKind::RangeOutOfRange { from: 1, to: 0, len: 0 };
        "bytes.text" (bytes("€".as_bytes()), 0, 2) = TrapKind::BadArgument("the bytes are not UTF-8".into());
        "bytes.text" (bytes(b"ab"), 1, 3) = TrapKind::RangeOutOfRange { from: 1, to: 3, len: 2 };
        "bytes.from_hex" ("6") = TrapKind::BadArgument("the text is not hexadecimal digits, two a byte".into());
    }
}

#[test]
fn names_are_not_declared_twice() {
    for (index, native) in NATIVES.iter().enumerate() {
        assert_eq!(native_index(native.name), Some(index as u32), "{}", native.name);
    }
}

#[test]
fn no_native_function_has_more_parameters_than_a_call_holds() {
    assert!(NATIVES.iter().all(|native| native.params.len() <= super::call::PARAMS_MAX));
}
