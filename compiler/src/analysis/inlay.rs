//! Types that are not written, to be shown beside names.

use super::Analysis;
use crate::check::LocalKind;
use crate::source::{FileId, Span};

/// A type to be shown just past a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inlay {
    /// The offset just past the name.
    pub offset: u32,
    /// `: Int`
    pub text: String,
}

impl Analysis {
    /// The types of `let`, `var` and closures' parameters that begin in a range of a file and have no type written,
    /// by place. What is not known is left out.
    #[must_use]
    pub fn inlays(&self, range: Span) -> Vec<Inlay> {
        let locals = self.facts.locals().filter(|local| {
            let is_in = local.span.file == range.file && range.start <= local.span.start;
            is_in
                && local.span.start < range.end
                && local.kind != LocalKind::Pattern
                && !self.is_annotated(local.span)
                && !self.facts.is_unknown(local.ty)
        });
        let mut inlays: Vec<_> = locals
            .map(|local| Inlay { offset: local.span.end, text: format!(": {}", self.facts.show(local.ty)) })
            .collect();
        inlays.sort_by_key(|inlay| inlay.offset);
        inlays.dedup();
        inlays
    }

    /// Whether a colon follows, as it does where a type is written.
    fn is_annotated(&self, name: Span) -> bool {
        let text = self.text_of(name.file);
        let after = text.get(name.end as usize..).unwrap_or_default();
        after.trim_start().starts_with(':')
    }

    fn text_of(&self, file: FileId) -> &str {
        self.facts.map.get(file).map_or("", |file| file.text())
    }
}
