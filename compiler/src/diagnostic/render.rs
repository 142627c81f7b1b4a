//! Diagnostics as text for people, through `annotate-snippets`.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Label, Severity};
use crate::source::{FileId, SourceFile, SourceMap};

/// How rendered text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Text alone: for files, pipes and `NO_COLOR`.
    #[default]
    Plain,
    /// With ANSI colours, for terminals.
    Coloured,
}

impl Diagnostic {
    /// The diagnostic with the lines of source that it is about, ending in a newline. Labels whose file is not
    /// in `sources` are left out.
    #[must_use]
    pub fn render(&self, sources: &SourceMap, style: Style) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let snippets = self.files().into_iter().filter_map(|id| Some(self.snippet(id, sources.get(id)?)));
        let group: Group<'_> = level.primary_title(&self.message).id(self.code.as_str()).elements(snippets);
        let group = group.elements(self.notes.iter().map(|note| Level::NOTE.message(note)));
        let group = group.elements(self.helps.iter().map(|help| Level::HELP.message(help)));
        let renderer = match style {
            Style::Plain => Renderer::plain(),
            Style::Coloured => Renderer::styled(),
        };
        let mut text = renderer.decor_style(DecorStyle::Ascii).render(&[group]);
        text.push('\n');
        text
    }

    /// The files that labels are in, that of the primary place first.
    fn files(&self) -> Vec<FileId> {
        let mut files: Vec<FileId> = self.span().map(|span| span.file).into_iter().collect();
        for label in &self.labels {
            if !files.contains(&label.span.file) {
                files.push(label.span.file);
            }
        }
        files
    }

    fn snippet<'a>(
        &'a self,
        id: FileId,
        file: &'a SourceFile,
    ) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
        let labels = self.labels.iter().filter(|label| label.span.file == id);
        Snippet::source(file.text())
            .path(file.name())
            .annotations(labels.map(|label| annotation(label, file.text())))
    }
}

fn annotation<'a>(label: &'a Label, text: &str) -> annotate_snippets::Annotation<'a> {
    let kind = if label.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
    let start = floor_boundary(text, label.span.start as usize);
    let end = floor_boundary(text, label.span.end as usize).max(start);
    let text = (!label.text.is_empty()).then_some(label.text.as_str());
    kind.span(start..end).label(text)
}

/// The last character boundary at or before `offset`.
fn floor_boundary(text: &str, offset: usize) -> usize {
    text.floor_char_boundary(offset.min(text.len()))
}
