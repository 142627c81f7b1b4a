//! Types as they are written.

use super::Path;
use crate::source::Span;

/// A type, and where it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeExpr {
    /// Which type.
    pub kind: TypeKind,
    /// Where.
    pub span: Span,
}

/// The ways to write a type.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// `Int`, `List[T]`, `stats.Reading`, `T`
    Named {
        /// The name, perhaps with its module's before it.
        path: Path,
        /// What stands in brackets; empty without them.
        args: Vec<TypeExpr>,
    },
    /// `(A, B)`; without elements, `()`. Never of one element.
    Tuple(Vec<TypeExpr>),
    /// `fn(A, B) -> C`; a missing result is `()`.
    Function {
        /// The parameters' types.
        params: Vec<TypeExpr>,
        /// The result's type.
        result: Option<Box<TypeExpr>>,
    },
    /// Could not be parsed.
    Error,
}
