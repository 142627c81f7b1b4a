//! Why a type is expected somewhere, and what is said when another one is found.

use std::sync::Arc;

use super::types::T;
use crate::source::Span;

/// What an expression is expected to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Expect<'w> {
    /// Anything.
    Any,
    /// Anything, since its value is not used.
    Drop,
    /// A value of this type, for this reason.
    Type(T, &'w Why),
}

impl Expect<'_> {
    /// The type that is expected, if it is a certain one.
    pub(super) fn hint(self) -> Option<T> {
        match self {
            Self::Type(t, _) => Some(t),
            Self::Any | Self::Drop => None,
        }
    }
}

/// Why a type is expected.
#[derive(Debug, Clone)]
pub(super) enum Why {
    /// The type that is written for a `let` or `var`.
    Annotation(Span),
    /// What the function or closure around gives, as declared here, if it is.
    Result(Option<Span>),
    /// A parameter, by its name if it has one, declared here.
    Param(Option<Arc<str>>, Option<Span>),
    /// The receiver of a method, whose first parameter is declared here.
    Receiver(Option<Span>),
    /// The condition of `if` or `while`, a guard, or what is asserted.
    Condition,
    /// Another branch, the first that has a type.
    Branch(Span),
    /// The first element of the list.
    Element(Span),
    /// The first key of the map.
    Key(Span),
    /// The first value of the map.
    Value(Span),
    /// A key of this map.
    KeyOf(Span),
    /// The other operand of this operator.
    Operand(&'static str, Span),
    /// What this operator works on.
    Operator(&'static str),
    /// What `||` works on, where it begins a line and was perhaps meant as a closure.
    OrBeginsLine,
    /// An index into a list.
    Index,
    /// The end of a range.
    Range,
    /// What is assigned to.
    Assigned(Span),
    /// A panic's message.
    Message,
    /// What is matched.
    Scrutinee(Span),
}

impl Why {
    /// The message; `expected` and `found` are shown types.
    pub(super) fn message(&self, expected: &str, found: &str) -> String {
        match self {
            Self::Condition => format!("a condition must be a `Bool`, and this is `{found}`"),
            Self::Branch(_) => format!("the branches have different types: `{expected}` and `{found}`"),
            Self::Element(_) => {
                format!("the elements of a list have one type, here `{expected}` and `{found}`")
            }
            Self::Key(_) => format!("the keys of a map have one type, here `{expected}` and `{found}`"),
            Self::Value(_) => format!("the values of a map have one type, here `{expected}` and `{found}`"),
            Self::KeyOf(_) => format!("the keys of this map are `{expected}`, and this is `{found}`"),
            Self::Operand(op, _) => {
                format!("the operands of `{op}` have different types: `{expected}` and `{found}`")
            }
            Self::Operator(op) => format!("`{op}` works on `{expected}`, and this is `{found}`"),
            Self::OrBeginsLine => format!("`||` works on `Bool`, and this is `{found}`"),
            Self::Index => format!("the index of a list must be an `Int`, and this is `{found}`"),
            Self::Range => format!("the ends of a range must be `Int`, and this is `{found}`"),
            Self::Message => format!("the message of a panic must be a `Str`, and this is `{found}`"),
            Self::Scrutinee(_) => {
                format!("this pattern matches `{found}`, but the value is `{expected}`")
            }
            _ => format!("expected `{expected}`, found `{found}`"),
        }
    }

    /// What is said at the place where the wrong type was found.
    pub(super) fn label(&self, expected: &str, found: &str) -> String {
        match self {
            Self::Param(Some(name), _) => format!("`{name}` must be `{expected}`"),
            Self::Param(None, _) => format!("this must be `{expected}`"),
            Self::Receiver(_) => format!("the function works on `{expected}`"),
            Self::Result(_) => format!("the result must be `{expected}`"),
            Self::Branch(_) | Self::Element(_) | Self::Key(_) | Self::Value(_) | Self::Operand(..) => {
                format!("this is `{found}`")
            }
            _ => String::new(),
        }
    }

    /// Another place that explains it.
    pub(super) fn origin(&self, expected: &str) -> Option<(Span, String)> {
        match self {
            Self::Annotation(span) => Some((*span, "this type is written".to_owned())),
            Self::Result(Some(span)) if expected == "()" => {
                Some((*span, "this function gives `()`".to_owned()))
            }
            Self::Result(Some(span)) => Some((*span, "the result's type is declared here".to_owned())),
            Self::Param(_, Some(span)) | Self::Receiver(Some(span)) => {
                Some((*span, "declared here".to_owned()))
            }
            Self::Branch(span)
            | Self::Element(span)
            | Self::Key(span)
            | Self::Value(span)
            | Self::Operand(_, span) => Some((*span, format!("this is `{expected}`"))),
            Self::KeyOf(span) => Some((*span, format!("the keys of this map are `{expected}`"))),
            Self::Assigned(span) => Some((*span, format!("this holds `{expected}`"))),
            Self::Scrutinee(span) => Some((*span, format!("this is `{expected}`"))),
            _ => None,
        }
    }
}
