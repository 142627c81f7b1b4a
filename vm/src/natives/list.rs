//! The one list of native functions. A function's place in it is part of the module format: add at the end.
//!
//! All are total but for the traps that they name. A result that the heap limit does not admit traps with that limit.
//! Each charges fuel for the bytes that it reads and makes. Positions in text count characters.

use super::{Native, NativeTy};

macro_rules! define_natives {
    ($( $name:literal ($($param:ident),*) -> $result:ident, $semantics:literal; )*) => {
        /// Every native function.
        pub static NATIVES: &[Native] = &[$( Native {
            name: $name,
            params: &[$( NativeTy::$param ),*],
            result: NativeTy::$result,
            semantics: $semantics,
        }, )*];
    };
}

define_natives! {
    "int.to_str" (Int) -> Str, "in decimal";
    "int.to_base" (Int, Int) -> Str, "in a base from 2 to 36, lower case; traps on another base";
    "int.count_ones" (Int) -> Int, "how many of the 64 bits are 1";
    "int.leading_zeros" (Int) -> Int, "how many of the 64 bits stand above the highest 1";
    "int.trailing_zeros" (Int) -> Int, "how many of the 64 bits stand below the lowest 1";

    "float.to_str" (Float) -> Str, "the shortest text that reads back as the same Float";
    "float.fixed" (Float, Int) -> Str, "with so many digits after the point, from 0 to 100; traps on another count";
    "float.floor" (Float) -> Float, "rounded towards -inf";
    "float.ceil" (Float) -> Float, "rounded towards inf";
    "float.round" (Float) -> Float, "rounded to the nearest whole, halves away from 0";
    "float.trunc" (Float) -> Float, "rounded towards 0";
    "float.abs" (Float) -> Float, "without its sign";
    "float.min" (Float, Float) -> Float, "the lesser; -0.0 is below 0.0; NaN if either is";
    "float.max" (Float, Float) -> Float, "the greater; 0.0 is above -0.0; NaN if either is";
    "float.is_nan" (Float) -> Bool, "whether it is NaN";
    "float.is_finite" (Float) -> Bool, "whether it is neither NaN nor infinite";
    "float.bits" (Float) -> Int, "its IEEE-754 bits; every NaN gives the same";
    "float.from_bits" (Int) -> Float, "the Float with these IEEE-754 bits";
    "float.sin" (Float) -> Float, "the sine of radians";
    "float.cos" (Float) -> Float, "the cosine of radians";
    "float.tan" (Float) -> Float, "the tangent of radians";
    "float.asin" (Float) -> Float, "the arc sine, in radians";
    "float.acos" (Float) -> Float, "the arc cosine, in radians";
    "float.atan" (Float) -> Float, "the arc tangent, in radians";
    "float.atan2" (Float, Float) -> Float, "the angle of the point (x, y), given y first";
    "float.sinh" (Float) -> Float, "the hyperbolic sine";
    "float.cosh" (Float) -> Float, "the hyperbolic cosine";
    "float.tanh" (Float) -> Float, "the hyperbolic tangent";
    "float.exp" (Float) -> Float, "e to this power";
    "float.ln" (Float) -> Float, "the natural logarithm";
    "float.log2" (Float) -> Float, "the logarithm to base 2";
    "float.log10" (Float) -> Float, "the logarithm to base 10";
    "float.pow" (Float, Float) -> Float, "the first to the power of the second";
    "float.cbrt" (Float) -> Float, "the cube root";
    "float.hypot" (Float, Float) -> Float, "the square root of the sum of the squares, without overflow on the way";

    "str.len" (Str) -> Int, "how many characters";
    "str.byte_len" (Str) -> Int, "how many bytes of UTF-8";
    "str.slice" (Str, Int, Int) -> Str, "the characters from an index up to but without another; traps unless 0 <= from <= to <= len";
    "str.find" (Str, Str) -> Int, "the index at which the second first begins within the first, or -1";
    "str.contains" (Str, Str) -> Bool, "whether the second is within the first";
    "str.starts_with" (Str, Str) -> Bool, "whether the first begins with the second";
    "str.ends_with" (Str, Str) -> Bool, "whether the first ends with the second";
    "str.trim" (Str) -> Str, "without white space at both ends";
    "str.trim_start" (Str) -> Str, "without white space at its start";
    "str.trim_end" (Str) -> Str, "without white space at its end";
    "str.upper" (Str) -> Str, "in upper case";
    "str.lower" (Str) -> Str, "in lower case";
    "str.reverse" (Str) -> Str, "its characters in reverse order";
    "str.replace" (Str, Str, Str) -> Str, "each occurrence of the second, from the left, replaced by the third";
    "str.repeat" (Str, Int) -> Str, "so many times over; traps on a negative count";
    "str.pad_start" (Str, Int, Str) -> Str, "with the third before it until it has so many characters; as it is if the third is empty";
    "str.pad_end" (Str, Int, Str) -> Str, "with the third after it until it has so many characters; as it is if the third is empty";
    "str.chars" (Str) -> ListStr, "each character as a Str";
    "str.lines" (Str) -> ListStr, "the lines, without their ends: LF or CR LF";
    "str.words" (Str) -> ListStr, "what stands between white space";
    "str.split" (Str, Str) -> ListStr, "what stands between the occurrences of the second; each character if the second is empty";
    "str.join" (ListStr, Str) -> Str, "the elements with the second between them";
    "str.code_at" (Str, Int) -> Int, "the code point at an index; traps if it is out of range";
    "str.from_code" (Int) -> Str, "the character of a code point; traps if there is none";
    "str.is_code" (Int) -> Bool, "whether it is a code point that a character has";
    "str.is_int" (Str) -> Bool, "whether it is an Int as the language writes it, with or without a minus sign, and in range";
    "str.to_int" (Str) -> Int, "the Int that it writes; traps if str.is_int says no";
    "str.is_float" (Str) -> Bool, "whether it is a Float or an Int as the language writes and shows them, with or without a minus sign";
    "str.to_float" (Str) -> Float, "the Float nearest to what it writes; traps if str.is_float says no";
    "str.to_bytes" (Str) -> Bytes, "its UTF-8";

    "bytes.len" (Bytes) -> Int, "how many bytes";
    "bytes.get" (Bytes, Int) -> Int, "the byte at an index; traps if it is out of range";
    "bytes.slice" (Bytes, Int, Int) -> Bytes, "the bytes from an index up to but without another; traps unless 0 <= from <= to <= len";
    "bytes.concat" (Bytes, Bytes) -> Bytes, "the first, then the second";
    "bytes.filled" (Int, Int) -> Bytes, "so many times a byte, given the byte last; traps on a negative count or no byte";
    "bytes.is_utf8" (Bytes) -> Bool, "whether they are UTF-8";
    "bytes.to_str" (Bytes) -> Str, "the text that they are in UTF-8; traps if bytes.is_utf8 says no";
}
