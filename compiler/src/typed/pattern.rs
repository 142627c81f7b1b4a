//! Patterns after checking.

use std::sync::Arc;

use super::ty::LocalId;
use super::types::Ty;
use crate::source::Span;

/// A pattern with the type of what it is matched against.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// What it asks.
    pub kind: PatternKind,
    /// The type of the value that it is matched against.
    pub ty: Ty,
    /// Where it stands.
    pub span: Span,
}

/// What a pattern asks of a value, and what it binds.
#[derive(Debug, Clone)]
pub enum PatternKind {
    /// `_`.
    Wildcard,
    /// `name`, or `name @ p`.
    Bind(LocalId, Option<Box<Pattern>>),
    /// A literal.
    Int(i64),
    /// A literal.
    Float(f64),
    /// A literal.
    Bool(bool),
    /// A literal.
    Str(Arc<str>),
    /// A literal.
    Bytes(Arc<[u8]>),
    /// `()`.
    Unit,
    /// A tuple's elements or a struct's fields: those that are asked about, by index.
    Fields(Vec<(u32, Pattern)>),
    /// A variant by its tag, and those of its fields that are asked about.
    Variant(u32, Vec<(u32, Pattern)>),
    /// `[a, b, ..rest, z]`: elements from the front, what binds the rest if there is a `..`, elements from the back.
    List {
        /// The first elements.
        front: Vec<Pattern>,
        /// `None`: no `..`, the length is exact. `Some(None)`: `..`. `Some(Some(l))`: `..name`, a new list.
        rest: Option<Option<LocalId>>,
        /// The last elements, after `..`.
        back: Vec<Pattern>,
    },
    /// `a | b`: the first that matches; all bind the same locals.
    Or(Vec<Pattern>),
}
