//! The list of all diagnostic codes. A code keeps its meaning for ever; one that is no longer given is
//! not given to anything else.

/// Declares the codes: each line is a variant, its code, and its title.
macro_rules! codes {
    ($($(#[$section:meta])* $name:ident = $code:literal, $title:literal;)*) => {
        /// What a diagnostic is about, stable across versions. The text is for programs and for looking it
        /// up; E01 is about characters and literals, E02 about syntax, E03 about names and modules, E04
        /// about types, E05 about patterns and flow, E09 about limits.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = concat!("`", $code, "`: ", $title, ".")] $name,)*
        }

        impl Code {
            /// Every code, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code as printed, for example `E0101`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// One line that says what is wrong, the same for each diagnostic of the code.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

codes! {
    UnknownCharacter = "E0101", "a character that begins nothing in Mob";
    UnterminatedString = "E0102", "a string without its closing quote";
    BadEscape = "E0103", "an escape sequence that doesn't exist";
    BadNumber = "E0104", "a number that is not well-formed or doesn't fit";
    UnterminatedInterpolation = "E0105", "an interpolation without its closing brace";
    UnbalancedBracket = "E0106", "a bracket without its partner";
    BadBytes = "E0107", "a byte string with something that is not one byte";

    UnexpectedToken = "E0201", "something stands where it can't";
    ForeignSyntax = "E0202", "syntax of another language";
    ChainedComparison = "E0203", "comparisons can't be chained";
    BadAssignmentTarget = "E0204", "this can't be assigned to";
    MisplacedDoc = "E0205", "a doc comment that belongs to nothing";
    NotAType = "E0206", "a type was expected";
    BadName = "E0207", "a name that begins with the wrong case";
    BadRecordUpdate = "E0208", "a record update that is not first";
    BadPattern = "E0209", "this can't be a pattern";
    MisplacedPub = "E0210", "`pub` on something that can't be exported";

    FunctionsWithin = "E0490", "a comparison or text of what has functions in it";
    BadIntrinsic = "E0491", "an intrinsic that the machine doesn't have";

    SourceTooLong = "E0901", "a source file longer than the limit";
    TooDeep = "E0902", "nesting deeper than the limit";
    NotSupported = "E0903", "something of Mob that this compiler doesn't support yet";
    EndlessSpecialisation = "E0904", "a program that needs endlessly many types";
    TooLarge = "E0905", "a function or program larger than a module can hold";
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn codes_are_distinct_and_in_order() {
        let codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "{codes:?}");
    }
}
