//! What is said when a type is not the one that is expected.

use super::body::Body;
use super::types::T;
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
        let diagnostic = if e == f && clash == Clash::Different {
            diagnostic.note("these are two types of one name: one was declared after the other")
        } else {
            self.advise(diagnostic, expected, found, span, why)
        };
        self.cx.report(diagnostic);
    }
}
