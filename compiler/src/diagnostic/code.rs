//! The list of all diagnostic codes. A code keeps its meaning for ever; one that is no longer given is
//! not given to anything else.

/// Declares the codes: each line is a variant, its code, and its title.
macro_rules! codes {
    ($($(#[$section:meta])* $name:ident = $code:literal, $title:literal;)*) => {
        /// What a diagnostic is about, stable across versions. The text is for programs and for looking it
        /// up; E01 is about characters and literals, E02 about syntax, E03 about names and modules, E04
        /// about types, E05 about patterns and flow, E09 about limits; W01 are warnings.
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

            /// What the code means, as `mvm explain` shows it: Markdown.
            pub(super) fn explanation_text(self) -> &'static str {
                match self { $(Self::$name => include_str!(concat!("explanations/", $code, ".md")),)* }
            }

            /// One line that says what is wrong, the same for each diagnostic of the code.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

impl Code {
    /// The code that is printed so, in upper or lower case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str().eq_ignore_ascii_case(text))
    }
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

    UnknownName = "E0301", "a name that nothing here has";
    UnknownType = "E0302", "a type that nothing here declares";
    MissingModule = "E0303", "a module that can't be had";
    ImportCycle = "E0304", "modules that use each other in a cycle";
    UnknownMember = "E0305", "a module or enum without this name";
    PrivateName = "E0306", "a name that its module keeps to itself";
    DuplicateName = "E0307", "a name that is declared twice";
    AmbiguousName = "E0308", "a name that could mean several things";
    BadExtern = "E0309", "a host function that can't be declared so";
    BadMain = "E0310", "a `main` that a run can't begin with";

    WrongType = "E0401", "a value of another type than is wanted";
    BranchTypes = "E0402", "branches of different types";
    WrongTypeArguments = "E0403", "the wrong type arguments";
    CannotInfer = "E0404", "a type that nothing determines";
    TypeNeeded = "E0405", "a type that must be known at this place";
    NoSuchField = "E0406", "a field that the type doesn't have";
    NoSuchMethod = "E0407", "a function that the type doesn't have";
    NotCallable = "E0408", "a call of what is no function";
    WrongArguments = "E0409", "arguments that don't belong to the parameters";
    BadOperand = "E0410", "an operator on a type that it doesn't work on";
    NotAssignable = "E0413", "an assignment to what can't be changed";
    BadTry = "E0414", "a `?` where it can't stand";
    NotIterable = "E0415", "a `for` over what it can't go through";
    NotIndexable = "E0416", "an index into what has no elements";
    StrayRange = "E0417", "a range outside of a `for`";
    RecursiveAlias = "E0418", "a type alias that stands for itself";
    InfiniteType = "E0419", "a type that would contain itself";
    BadConstant = "E0420", "a constant that can't be computed";
    ConstantCycle = "E0421", "a constant that depends on itself";
    BadKey = "E0422", "a key of a map or set that can't be one";
    InboxSent = "E0423", "a message with an inbox in it";
    FunctionsWithin = "E0490", "a comparison or text of what has functions in it";

    MissingCase = "E0501", "a match that misses a case";
    RefutablePattern = "E0502", "a pattern that doesn't always match";
    OrBindings = "E0503", "alternatives that bind different names";
    DuplicateBinding = "E0504", "a name bound twice in one pattern";
    PatternFields = "E0505", "a pattern with the wrong fields";
    NotAConstructor = "E0506", "a pattern that names no constructor";
    LetElseGoesOn = "E0507", "an `else` of a `let` that goes on";
    OutsideLoop = "E0508", "a `break` or `continue` outside of a loop";

    SourceTooLong = "E0901", "a source file longer than the limit";
    TooDeep = "E0902", "nesting deeper than the limit";
    NotSupported = "E0903", "something of Mob that this compiler doesn't support yet";
    EndlessSpecialisation = "E0904", "a program that needs endlessly many types";
    TooLarge = "E0905", "a function or program larger than a module can hold";
    TypeTooLarge = "E0906", "a type larger than the limit";
    MatchTooComplex = "E0907", "a match with more cases than can be checked";
    TooMany = "E0908", "more of something than the limit";

    UnusedName = "W0101", "a name that is never read";
    UnusedImport = "W0102", "an import that is never used";
    UnusedResult = "W0103", "a `Result` that nobody looks at";
    UnreachableArm = "W0104", "an arm that is never reached";
    Unreachable = "W0105", "code that is never reached";
    Pointless = "W0106", "code that does nothing";
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
