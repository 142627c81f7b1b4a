//! Patterns: what stands left of `=` in `let`, and in the arms of a `match`.

use std::sync::Arc;

use super::{Ident, Path};
use crate::source::Span;

/// A pattern, and where it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// Which pattern.
    pub kind: PatternKind,
    /// Where.
    pub span: Span,
}

/// The kinds of pattern.
#[derive(Debug, Clone, PartialEq)]
pub enum PatternKind {
    /// `_`
    Wildcard,
    /// `name`, or `name @ pattern`
    Bind {
        /// The name; it begins with a lower-case letter or `_`.
        name: Ident,
        /// What the value must match as well.
        pattern: Option<Box<Pattern>>,
    },
    /// `42`, `-1`
    Int(i64),
    /// `1.5`, `-0.5`
    Float(f64),
    /// `true`, `false`
    Bool(bool),
    /// `"text"`, without interpolation
    Str(Arc<str>),
    /// `b"\x00"`
    Bytes(Arc<[u8]>),
    /// `None`, `Some(x)`, `Reading(host: h, ..)`, `shapes.Circle(r)`. The last name begins with an
    /// upper-case letter; without parentheses it may also be a constant's.
    Constructor {
        /// The constructor's name, perhaps with its module's or enum's before it.
        path: Path,
        /// What stands in parentheses; none without them.
        fields: Option<Vec<FieldPattern>>,
        /// Where a last `..` stands, which says that the other fields may be anything.
        rest: Option<Span>,
    },
    /// `(a, b)`; without elements, `()`. Never of one element.
    Tuple(Vec<Pattern>),
    /// `[a, b]`, `[first, ..rest]`, `[first, .., last]`
    List {
        /// Elements before `..`, or all elements without it.
        before: Vec<Pattern>,
        /// `..` or `..name`, if there is one.
        rest: Option<Box<ListRest>>,
        /// Elements after `..`.
        after: Vec<Pattern>,
    },
    /// `a | b`; at least two.
    Or(Vec<Pattern>),
    /// Could not be parsed.
    Error,
}

/// One pattern among a constructor's.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldPattern {
    /// The field's label, if it is written.
    pub label: Option<Ident>,
    /// What it must match.
    pub pattern: Pattern,
}

/// `..` or `..name` in a list pattern.
#[derive(Debug, Clone, PartialEq)]
pub struct ListRest {
    /// The name for a new list of the elements in between; none for a bare `..`.
    pub name: Option<Ident>,
    /// Where it stands.
    pub span: Span,
}
