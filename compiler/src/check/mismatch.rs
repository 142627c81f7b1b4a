//! What is said when a type is not the one that is expected.

use super::body::Body;
use super::types::{Kind, T};
use super::unify::Clash;
use super::why::Why;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

impl Body<'_, '_> {
    /// Reports that `found` stands where `expected` is needed.
    pub(super) fn report_mismatch(&mut self, expected: T, found: T, span: Span, why: &Why, clash: Clash) {
        let (e, f) = (self.show(expected), self.show(found));
        let code = if matches!(why, Why::Branch(_)) { Code::BranchTypes } else { Code::WrongType };
        let diagnostic = match clash {
            Clash::Different => Diagnostic::error(code, why.message(&e, &f)).primary(span, why.label(&e, &f)),
            Clash::Infinite => Diagnostic::error(Code::InfiniteType, "this type would contain itself")
                .primary(span, format!("`{f}` would have to be the same as `{e}`")),
            Clash::TooLarge => Diagnostic::error(Code::TypeTooLarge, "a type here is larger than the limit")
                .primary(span, ""),
        };
        let diagnostic = match why.origin(&e) {
            Some((origin, text)) if origin != span => diagnostic.secondary(origin, text),
            _ => diagnostic,
        };
        let diagnostic = match self.advice(expected, found, why) {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        };
        self.cx.report(diagnostic);
    }

    fn advice(&self, expected: T, found: T, why: &Why) -> Option<String> {
        if let Why::OrBeginsLine = why {
            return Some(
                "a line that begins with `||` goes on with the one before: put a closure in parentheses"
                    .into(),
            );
        }
        let (option, result) = (self.cx.option, self.cx.result);
        match (self.kind(expected), self.kind(found)) {
            (Kind::Float, Kind::Int) => Some(
                "there are no implicit conversions: write a literal as `1.0`, or call `.to_float()`".into(),
            ),
            (Kind::Int, Kind::Float) => Some("call `.truncate()` or `.round()` to make it an `Int`".into()),
            (Kind::Str, _) if !matches!(why, Why::Branch(_) | Why::Receiver(_)) => {
                Some("a value as text is `\"{value}\"`".into())
            }
            (Kind::Unit, _) if matches!(why, Why::Result(Some(_))) => None,
            (_, Kind::Enum(id, args)) if Some(*id) == option && self.is_first(args, expected) => Some(
                "it may be missing: take it out with `match` or `if let Some(x) = …`, or `.or(default)`"
                    .into(),
            ),
            (_, Kind::Enum(id, args)) if Some(*id) == result && self.is_first(args, expected) => {
                Some("it may have failed: hand the error on with `?`, or look at it with `match`".into())
            }
            (Kind::Enum(id, args), _) if Some(*id) == option && self.is_first(args, found) => {
                Some("wrap the value: `Some(…)`".into())
            }
            (Kind::Enum(id, args), _) if Some(*id) == result && self.is_first(args, found) => {
                Some("wrap the value: `Ok(…)`".into())
            }
            (Kind::Fn(params, result), _)
                if params.is_empty() && self.shallow(*result) == self.shallow(found) =>
            {
                Some("put `||` before it to make it a closure".into())
            }
            (_, Kind::Fn(params, result))
                if params.is_empty() && self.shallow(*result) == self.shallow(expected) =>
            {
                Some("call it: `…()`".into())
            }
            _ => None,
        }
    }

    fn is_first(&self, args: &[T], t: T) -> bool {
        args.first().is_some_and(|first| self.shallow(*first) == self.shallow(t))
    }
}
