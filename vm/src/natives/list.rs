//! The one list of native functions. A function's place in it is part of the module format: add at the end.
//!
//! All are total but for the traps that they name. A result that the heap limit does not admit traps with that limit.
//! Each charges fuel for the bytes that it reads and makes. Positions in text count characters.

use super::{Native, NativeTy, bytes, float, int, numerals, pieces, text};

macro_rules! define_natives {
    ($( $name:literal ($($param:ident),*) -> $result:ident, $run:expr, $semantics:literal; )*) => {
        /// Every native function.
        pub static NATIVES: &[Native] = &[$( Native {
            name: $name,
            params: &[$( NativeTy::$param ),*],
            result: NativeTy::$result,
            semantics: $semantics,
            run: $run,
        }, )*];
    };
}

define_natives! {
    "int.to_str" (Int) -> Str, numerals::from_int, "in decimal";
    "int.to_base" (Int, Int) -> Str, numerals::to_base, "in a base from 2 to 36, lower case; traps on another base";
    "int.count_ones" (Int) -> Int, int::count_ones, "how many of the 64 bits are 1";
    "int.leading_zeros" (Int) -> Int, int::leading_zeros, "how many of the 64 bits stand above the highest 1";
    "int.trailing_zeros" (Int) -> Int, int::trailing_zeros, "how many of the 64 bits stand below the lowest 1";

    "float.to_str" (Float) -> Str, numerals::from_float, "the shortest text that reads back as the same Float";
    "float.fixed" (Float, Int) -> Str, numerals::fixed, "with so many digits after the point, from 0 to 100; traps on another count";
    "float.floor" (Float) -> Float, float::floor, "rounded towards -inf";
    "float.ceil" (Float) -> Float, float::ceil, "rounded towards inf";
    "float.round" (Float) -> Float, float::round, "rounded to the nearest whole, halves away from 0";
    "float.trunc" (Float) -> Float, float::trunc, "rounded towards 0";
    "float.abs" (Float) -> Float, float::abs, "without its sign";
    "float.min" (Float, Float) -> Float, float::min, "the lesser; -0.0 is below 0.0; NaN if either is";
    "float.max" (Float, Float) -> Float, float::max, "the greater; 0.0 is above -0.0; NaN if either is";
    "float.is_nan" (Float) -> Bool, float::is_nan, "whether it is NaN";
    "float.is_finite" (Float) -> Bool, float::is_finite, "whether it is neither NaN nor infinite";
    "float.bits" (Float) -> Int, float::bits, "its IEEE-754 bits; every NaN gives the same";
    "float.from_bits" (Int) -> Float, float::from_bits, "the Float with these IEEE-754 bits";
    "float.sin" (Float) -> Float, float::sin, "the sine of radians";
    "float.cos" (Float) -> Float, float::cos, "the cosine of radians";
    "float.tan" (Float) -> Float, float::tan, "the tangent of radians";
    "float.asin" (Float) -> Float, float::asin, "the arc sine, in radians";
    "float.acos" (Float) -> Float, float::acos, "the arc cosine, in radians";
    "float.atan" (Float) -> Float, float::atan, "the arc tangent, in radians";
    "float.atan2" (Float, Float) -> Float, float::atan2, "the angle of the point (x, y), given y first";
    "float.sinh" (Float) -> Float, float::sinh, "the hyperbolic sine";
    "float.cosh" (Float) -> Float, float::cosh, "the hyperbolic cosine";
    "float.tanh" (Float) -> Float, float::tanh, "the hyperbolic tangent";
    "float.exp" (Float) -> Float, float::exp, "e to this power";
    "float.ln" (Float) -> Float, float::ln, "the natural logarithm";
    "float.log2" (Float) -> Float, float::log2, "the logarithm to base 2";
    "float.log10" (Float) -> Float, float::log10, "the logarithm to base 10";
    "float.pow" (Float, Float) -> Float, float::pow, "the first to the power of the second";
    "float.cbrt" (Float) -> Float, float::cbrt, "the cube root";
    "float.hypot" (Float, Float) -> Float, float::hypot, "the square root of the sum of the squares, without overflow on the way";

    "str.len" (Str) -> Int, text::len, "how many characters";
    "str.byte_len" (Str) -> Int, text::byte_len, "how many bytes of UTF-8";
    "str.slice" (Str, Int, Int) -> Str, text::slice, "the characters from an index up to but without another; traps unless 0 <= from <= to <= len";
    "str.find" (Str, Str) -> Int, text::find, "the index at which the second first begins within the first, or -1";
    "str.contains" (Str, Str) -> Bool, text::contains, "whether the second is within the first";
    "str.starts_with" (Str, Str) -> Bool, text::starts_with, "whether the first begins with the second";
    "str.ends_with" (Str, Str) -> Bool, text::ends_with, "whether the first ends with the second";
    "str.trim" (Str) -> Str, text::trim, "without white space at both ends";
    "str.trim_start" (Str) -> Str, text::trim_start, "without white space at its start";
    "str.trim_end" (Str) -> Str, text::trim_end, "without white space at its end";
    "str.upper" (Str) -> Str, text::upper, "in upper case";
    "str.lower" (Str) -> Str, text::lower, "in lower case";
    "str.reverse" (Str) -> Str, text::reverse, "its characters in reverse order";
    "str.replace" (Str, Str, Str) -> Str, text::replace, "each occurrence of the second, from the left, replaced by the third";
    "str.repeat" (Str, Int) -> Str, text::repeat, "so many times over; traps on a negative count";
    "str.pad_start" (Str, Int, Str) -> Str, text::pad_start, "with the third before it until it has so many characters; as it is if the third is empty";
    "str.pad_end" (Str, Int, Str) -> Str, text::pad_end, "with the third after it until it has so many characters; as it is if the third is empty";
    "str.chars" (Str) -> ListStr, pieces::chars, "each character as a Str";
    "str.lines" (Str) -> ListStr, pieces::lines, "the lines, without their ends: LF or CR LF";
    "str.words" (Str) -> ListStr, pieces::words, "what stands between white space";
    "str.split" (Str, Str) -> ListStr, pieces::split, "what stands between the occurrences of the second; each character if the second is empty";
    "str.join" (ListStr, Str) -> Str, pieces::join, "the elements with the second between them";
    "str.code_at" (Str, Int) -> Int, text::code_at, "the code point at an index; traps if it is out of range";
    "str.from_code" (Int) -> Str, text::from_code, "the character of a code point; traps if there is none";
    "str.is_code" (Int) -> Bool, text::is_code, "whether it is a code point that a character has";
    "str.is_int" (Str) -> Bool, numerals::is_int, "whether it is an Int as the language writes it, with or without a minus sign, and in range";
    "str.to_int" (Str) -> Int, numerals::to_int, "the Int that it writes; traps if str.is_int says no";
    "str.is_float" (Str) -> Bool, numerals::is_float, "whether it is a Float or an Int as the language writes and shows them, with or without a minus sign";
    "str.to_float" (Str) -> Float, numerals::to_float, "the Float nearest to what it writes; traps if str.is_float says no";
    "str.to_bytes" (Str) -> Bytes, text::to_bytes, "its UTF-8";

    "bytes.len" (Bytes) -> Int, bytes::len, "how many bytes";
    "bytes.get" (Bytes, Int) -> Int, bytes::get, "the byte at an index; traps if it is out of range";
    "bytes.slice" (Bytes, Int, Int) -> Bytes, bytes::slice, "the bytes from an index up to but without another; traps unless 0 <= from <= to <= len";
    "bytes.concat" (Bytes, Bytes) -> Bytes, bytes::concat, "the first, then the second";
    "bytes.filled" (Int, Int) -> Bytes, bytes::filled, "so many times a byte, given the byte last; traps on a negative count or no byte";
    "bytes.is_utf8" (Bytes) -> Bool, bytes::is_utf8, "whether they are UTF-8";
    "bytes.to_str" (Bytes) -> Str, bytes::to_str, "the text that they are in UTF-8; traps if bytes.is_utf8 says no";

    "str.is_alphabetic" (Str) -> Bool, text::is_alphabetic, "whether there are characters, and all are letters";
    "str.is_numeric" (Str) -> Bool, text::is_numeric, "whether there are characters, and all are numerals";
    "str.is_blank" (Str) -> Bool, text::is_blank, "whether all characters are white space";
    "str.find_last" (Str, Str) -> Int, text::find_last, "the index at which the second last begins within the first, or -1";
    "float.scientific" (Float, Int) -> Str, numerals::scientific, "with a power of ten and so many digits after the point, from 0 to 100; traps on another count";
    "str.quote" (Str) -> Str, text::quote, "in quotes and with escapes, as it is shown within other values";
    "bytes.from_list" (ListInt) -> Bytes, bytes::from_list, "these bytes; traps on a number that is no byte";
    "bytes.to_hex" (Bytes) -> Str, bytes::to_hex, "two hexadecimal digits a byte, lower case";
    "bytes.is_hex" (Str) -> Bool, bytes::is_hex, "whether it is an even number of hexadecimal digits and nothing else";
    "bytes.from_hex" (Str) -> Bytes, bytes::from_hex, "the bytes of which these are the hexadecimal digits; traps if bytes.is_hex says no";
    "bytes.utf8_len" (Bytes) -> Int, bytes::utf8_len, "how many bytes from the first on are UTF-8";
    "float.exp2" (Float) -> Float, float::exp2, "2 to this power";
    "float.exp_m1" (Float) -> Float, float::exp_m1, "e to this power, less 1, exact near 0";
    "float.ln_1p" (Float) -> Float, float::ln_1p, "the natural logarithm of 1 more, exact near 0";
    "float.asinh" (Float) -> Float, float::asinh, "the inverse of the hyperbolic sine";
    "float.acosh" (Float) -> Float, float::acosh, "the inverse of the hyperbolic cosine";
    "float.atanh" (Float) -> Float, float::atanh, "the inverse of the hyperbolic tangent";
    "float.gamma" (Float) -> Float, float::gamma, "the gamma function";
    "float.ln_gamma" (Float) -> Float, float::ln_gamma, "the natural logarithm of the gamma function's size";
    "float.erf" (Float) -> Float, float::erf, "the error function";
    "float.copysign" (Float, Float) -> Float, float::copysign, "the first with the sign of the second";
    "float.fma" (Float, Float, Float) -> Float, float::fma, "the first times the second plus the third, rounded once";

    "bytes.find" (Bytes, Bytes, Int) -> Int, bytes::find, "the index from the third on at which the second first begins within the first, or -1; traps unless 0 <= third <= len";
    "bytes.find_any" (Bytes, Bytes, Int) -> Int, bytes::find_any, "the index from the third on of the first byte that the second has, or how many there are; traps unless 0 <= third <= len";
    "bytes.find_other" (Bytes, Bytes, Int) -> Int, bytes::find_other, "the index from the third on of the first byte that the second lacks, or how many there are; traps unless 0 <= third <= len";
    "bytes.text" (Bytes, Int, Int) -> Str, bytes::text, "the text that the bytes from an index up to but without another are in UTF-8; traps if they are not, and unless 0 <= from <= to <= len";
    "bytes.to_list" (Bytes) -> ListInt, bytes::to_list, "each byte as a number";
    "str.codes" (Str) -> ListInt, pieces::codes, "the code point of each character";
    "str.find_from" (Str, Str, Int) -> Int, text::find_from, "the index from the third on at which the second first begins within the first, or -1; traps unless 0 <= third <= len";
}
