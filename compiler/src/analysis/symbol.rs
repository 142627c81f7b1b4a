//! What is declared in a program, as people are told of it.

use std::sync::Arc;

use crate::source::Span;

/// Something with a name that is declared in source text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// Its name; a module's is the last part of its path, and a test's is its text.
    pub name: Arc<str>,
    /// What it is.
    pub kind: SymbolKind,
    /// Where its name stands; for a module, the empty span at the beginning of its file.
    pub name_span: Span,
    /// The whole declaration, without documentation.
    pub span: Span,
    /// Its declaration in Mob, without a body: `fn twice(n: Int) -> Int`, `let x: Int`.
    pub signature: String,
    /// Its documentation, as Markdown.
    pub doc: Option<Arc<str>>,
    /// The name of the module that it is declared in.
    pub module: Arc<str>,
    /// What it is a part of, if it is a field or variant.
    pub container: Option<Arc<str>>,
    /// Whether the standard library declares it, so that it can't be changed.
    pub is_stdlib: bool,
}

/// The kinds of [`Symbol`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SymbolKind {
    /// A file.
    Module,
    /// A struct, which is a type and a constructor.
    Struct,
    /// An enum.
    Enum,
    /// A variant of an enum, which is a constructor.
    Variant,
    /// A field of a struct or variant.
    Field,
    /// A type alias.
    Alias,
    /// A constant.
    Constant,
    /// A function.
    Function,
    /// A host function, or one that the machine provides.
    Extern,
    /// A `test` block.
    Test,
    /// A type parameter.
    TypeParameter,
    /// A parameter of a function or closure.
    Parameter,
    /// A name bound by `let` or by a pattern.
    Variable,
    /// A name bound by `var`.
    MutableVariable,
}

impl SymbolKind {
    /// What people call it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::Struct => "struct",
            Self::Enum => "enum",
            Self::Variant => "variant",
            Self::Field => "field",
            Self::Alias => "type alias",
            Self::Constant => "constant",
            Self::Function => "function",
            Self::Extern => "host function",
            Self::Test => "test",
            Self::TypeParameter => "type parameter",
            Self::Parameter => "parameter",
            Self::Variable | Self::MutableVariable => "variable",
        }
    }

    /// Whether its name begins with an upper-case letter.
    #[must_use]
    pub fn is_upper_case(self) -> bool {
        matches!(
            self,
            Self::Struct | Self::Enum | Self::Variant | Self::Alias | Self::Constant | Self::TypeParameter
        )
    }
}
