//! Patterns.

use super::{Builder, Place};
use crate::ast::{FieldPattern, Ident, ListRest, Path, Pattern, PatternKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// What may stand among the patterns of a constructor or a list.
pub(in crate::parser) enum PatternElement {
    /// A pattern, with its label if it has one.
    Pattern(Box<FieldPattern>),
    /// `..`, or `..name`
    Rest(Option<Ident>, Span),
}

impl PatternElement {
    fn span(&self) -> Span {
        match self {
            Self::Pattern(field) => field.pattern.span,
            Self::Rest(_, span) => *span,
        }
    }
}

impl Builder<'_> {
    pub(in crate::parser) fn tuple_pattern(
        &self,
        mut elements: Vec<Pattern>,
        (start, end): Place,
    ) -> Pattern {
        let span = self.span(start, end);
        match elements.pop() {
            Some(only) if elements.is_empty() => Pattern { span, ..only },
            last => {
                elements.extend(last);
                Pattern { kind: PatternKind::Tuple(elements), span }
            }
        }
    }

    pub(in crate::parser) fn constructor_pattern(
        &mut self,
        path: Path,
        elements: Vec<PatternElement>,
    ) -> PatternKind {
        let mut fields = Vec::with_capacity(elements.len());
        let mut rest = None;
        for element in elements {
            match (element, rest) {
                (PatternElement::Rest(_, span), None) => rest = Some(span),
                (PatternElement::Pattern(field), None) => fields.push(*field),
                (after, Some(_)) => {
                    self.report(
                        Diagnostic::error(Code::BadPattern, "`..` stands last among the fields")
                            .primary(after.span(), "this stands after it"),
                    );
                }
            }
        }
        PatternKind::Constructor { path, fields: Some(fields), rest }
    }

    pub(in crate::parser) fn list_pattern(&mut self, elements: Vec<PatternElement>) -> PatternKind {
        let (mut before, mut rest, mut after) = (Vec::new(), None, Vec::new());
        for element in elements {
            match element {
                PatternElement::Pattern(field) if rest.is_none() => before.push(field.pattern),
                PatternElement::Pattern(field) => after.push(field.pattern),
                PatternElement::Rest(name, span) if rest.is_none() => {
                    rest = Some(Box::new(ListRest { name, span }));
                }
                PatternElement::Rest(_, span) => self.report(
                    Diagnostic::error(Code::BadPattern, "`..` can stand only once in a list pattern")
                        .primary(span, ""),
                ),
            }
        }
        PatternKind::List { before, rest, after }
    }
}

/// `a | b`, flat, or the one pattern alone.
pub(in crate::parser) fn alternatives(mut patterns: Vec<Pattern>) -> Pattern {
    match (patterns.len(), patterns.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            patterns.extend(last);
            let span = match patterns.as_slice() {
                [first, .., last] => first.span.to(last.span),
                _ => Span::default(),
            };
            Pattern { kind: PatternKind::Or(patterns), span }
        }
    }
}
