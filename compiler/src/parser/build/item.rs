//! Items and names.

use std::sync::Arc;

use super::{Builder, Place};
use crate::ast::{Doc, Ident, Item, ItemKind, Path, PlainText};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

impl Builder<'_> {
    pub(in crate::parser) fn item(
        &mut self,
        doc_comment: Option<(Span, Arc<str>)>,
        public: Option<(Span, crate::lexer::Token)>,
        kind: ItemKind,
        (start, end): Place,
    ) -> Item {
        let public = public.map(|(span, _)| span);
        let what = match kind {
            ItemKind::Use(_) => Some("`use`"),
            ItemKind::Test(_) => Some("a test"),
            _ => None,
        };
        if let (Some(span), Some(what)) = (public, what) {
            self.report(
                Diagnostic::error(Code::MisplacedPub, format!("{what} can't be `pub`"))
                    .primary(span, "")
                    .help("leave `pub` out"),
            );
        }
        let public = public.filter(|_| what.is_none());
        Item { doc: doc_comment.map(doc), public, kind, span: self.span(start, end) }
    }

    pub(in crate::parser) fn named(&self, name: &str, (start, end): Place) -> Ident {
        Ident { name: name.into(), span: self.span(start, end) }
    }

    /// The name of a type, a constructor or a type parameter where it is declared.
    pub(in crate::parser) fn type_name(&mut self, name: Ident) -> Ident {
        if !name.as_str().starts_with(|c: char| c.is_ascii_uppercase()) {
            self.report(
                Diagnostic::error(
                    Code::BadName,
                    "the name of a type or constructor begins with an upper-case letter",
                )
                .primary(name.span, "")
                .help(format!("call it `{}`", pascal_case(name.as_str()))),
            );
        }
        name
    }

    /// The name of a function where it is declared.
    pub(in crate::parser) fn function_name(&mut self, name: Ident) -> Ident {
        if name.as_str().starts_with(|c: char| c.is_ascii_uppercase()) {
            self.report(
                Diagnostic::error(Code::BadName, "the name of a function begins with a lower-case letter")
                    .primary(name.span, "")
                    .help(format!("call it `{}`", snake_case(name.as_str()))),
            );
        }
        name
    }
}

/// `read_all` as `ReadAll`.
fn pascal_case(name: &str) -> String {
    let words = name.split('_').filter(|word| !word.is_empty());
    let capitalised = words.map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    });
    capitalised.collect()
}

/// `ReadAll` as `read_all`.
pub(crate) fn snake_case(name: &str) -> String {
    let mut result = String::with_capacity(name.len() + 4);
    let mut after_lower = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && after_lower {
            result.push('_');
        }
        after_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        result.push(c.to_ascii_lowercase());
    }
    result
}

pub(in crate::parser) fn doc((span, text): (Span, Arc<str>)) -> Doc {
    Doc { text, span }
}

pub(in crate::parser) fn ident((span, name): (Span, Arc<str>)) -> Ident {
    Ident { name, span }
}

pub(in crate::parser) fn underscore<T>((span, _): (Span, T)) -> Ident {
    Ident { name: "_".into(), span }
}

pub(in crate::parser) fn plain_text((span, value): (Span, Arc<str>)) -> PlainText {
    PlainText { value, span }
}

pub(in crate::parser) fn path(name: Ident) -> Path {
    Path { span: name.span, segments: vec![name] }
}

pub(in crate::parser) fn longer_path(mut path: Path, name: Ident) -> Path {
    path.span = path.span.to(name.span);
    path.segments.push(name);
    path
}

pub(in crate::parser) fn joined_path(first: Ident, mut rest: Path) -> Path {
    rest.span = first.span.to(rest.span);
    rest.segments.insert(0, first);
    rest
}

/// The elements that are no errors.
pub(in crate::parser) fn present<T>(elements: Vec<Option<Box<T>>>) -> Vec<T> {
    elements.into_iter().flatten().map(|element| *element).collect()
}

/// A length as it is kept in the tree.
pub(in crate::parser) fn count<T>(elements: &[T]) -> u32 {
    u32::try_from(elements.len()).unwrap_or(u32::MAX)
}
