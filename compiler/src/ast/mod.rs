//! The syntax tree: plain data, one node for each construct of the language, each with its place.
//!
//! The parser makes it and nothing else does. What the grammar can't say is left to the checker: names
//! are not resolved, and `a.b` may be a field, a module's function or an enum's constructor.
//! Where the text could not be parsed there is an `Error` node, and a diagnostic has been reported.
//!
//! No tree is deeper than [`crate::parser::DEPTH_MAX`], so that walking it by recursion is safe.

mod expr;
mod item;
mod pattern;
mod types;

use std::sync::Arc;

pub use expr::{
    Argument, BinaryOp, Block, ClosureParam, Condition, Expr, ExprKind, IfBranch, LetStmt, MatchArm, Stmt,
    TextPart, UnaryOp,
};
pub use item::{
    ConstItem, Doc, EnumItem, ExternItem, Field, File, Function, Item, ItemKind, Param, StructItem, TestItem,
    TypeAlias, UseItem, UseName, UsePath, Variant, VariantField,
};
pub use pattern::{FieldPattern, ListRest, Pattern, PatternKind};
pub use types::{TypeExpr, TypeKind};

use crate::source::Span;

/// A name as written, and where. `_` is a name only where a parameter may go unused.
#[derive(Debug, Clone, PartialEq)]
pub struct Ident {
    /// The name.
    pub name: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

impl Ident {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.name
    }
}

impl std::fmt::Display for Ident {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

/// One or more names joined by dots, as in `stats.Reading`; never empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// The names, outermost first.
    pub segments: Vec<Ident>,
    /// From the first name to the last.
    pub span: Span,
}

/// A string literal without interpolation: a test's name, a host function's name.
#[derive(Debug, Clone, PartialEq)]
pub struct PlainText {
    /// The text, escapes resolved.
    pub value: Arc<str>,
    /// The literal with its quotes.
    pub span: Span,
}
