//! `mvm check FILE…`.

use std::io::{self, Write};
use std::path::PathBuf;

use mvm::compiler::diagnostic::{Diagnostic, Diagnostics, Edit, Suggestion};
use mvm::compiler::source::{SourceMap, Span};
use serde::Serialize;

use super::failure::Failure;
use super::input::{Source, style};
use super::terminal;

/// Finds all errors and warnings in programs, and runs nothing
///
/// Exits with 1 if there are errors.
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// Source files; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write each diagnostic as a line of JSON to standard output
    #[arg(long)]
    json: bool,
}

/// A diagnostic as `--json` gives it.
#[derive(Debug, Serialize)]
struct Record<'a> {
    severity: &'static str,
    code: &'static str,
    message: &'a str,
    #[serde(flatten)]
    place: Option<Place<'a>>,
    labels: Vec<LabelRecord<'a>>,
    notes: &'a [String],
    help: &'a [String],
    suggestions: Vec<SuggestionRecord<'a>>,
}

#[derive(Debug, Serialize)]
struct LabelRecord<'a> {
    text: &'a str,
    primary: bool,
    #[serde(flatten)]
    place: Option<Place<'a>>,
}

/// A change of the source that would mend it: all of its edits together.
#[derive(Debug, Serialize)]
struct SuggestionRecord<'a> {
    message: &'a str,
    edits: Vec<EditRecord<'a>>,
}

/// What is to stand in a place.
#[derive(Debug, Serialize)]
struct EditRecord<'a> {
    #[serde(flatten)]
    place: Option<Place<'a>>,
    text: &'a str,
}

/// `start` and `end` are offsets in bytes. Lines and columns count from 1, columns in characters. Ends are exclusive.
#[derive(Debug, Serialize)]
struct Place<'a> {
    file: &'a str,
    start: u32,
    end: u32,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

impl Check {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        let mut errors = 0;
        let mut warnings = 0;
        for file in &self.files {
            let (diagnostics, sources) = Source::read(file)?.check();
            errors += diagnostics.error_count();
            warnings += diagnostics.warning_count();
            self.show(&diagnostics, &sources)?;
        }
        if errors + warnings > 0 {
            terminal::note(&format!("{}, {}", count(errors, "error"), count(warnings, "warning")));
        }
        if errors == 0 { Ok(()) } else { Err(Failure::Found) }
    }

    fn show(&self, diagnostics: &Diagnostics, sources: &SourceMap) -> Result<(), Failure> {
        if !self.json {
            terminal::say(&diagnostics.render(sources, style()));
            return Ok(());
        }
        let mut out = io::stdout().lock();
        for diagnostic in diagnostics.iter() {
            serde_json::to_writer(&mut out, &Record::new(diagnostic, sources)).map_err(io::Error::from)?;
            writeln!(out)?;
        }
        Ok(())
    }
}

impl<'a> Record<'a> {
    fn new(diagnostic: &'a Diagnostic, sources: &'a SourceMap) -> Self {
        let labels = diagnostic.labels().iter().map(|label| LabelRecord {
            text: &label.text,
            primary: label.primary,
            place: Place::new(label.span, sources),
        });
        Self {
            severity: diagnostic.severity().as_str(),
            code: diagnostic.code().as_str(),
            message: diagnostic.message(),
            place: diagnostic.span().and_then(|span| Place::new(span, sources)),
            labels: labels.collect(),
            notes: diagnostic.notes(),
            help: diagnostic.helps(),
            suggestions: diagnostic.suggestions().iter().map(|s| SuggestionRecord::new(s, sources)).collect(),
        }
    }
}

impl<'a> SuggestionRecord<'a> {
    fn new(suggestion: &'a Suggestion, sources: &'a SourceMap) -> Self {
        let edit =
            |edit: &'a Edit| EditRecord { place: Place::new(edit.span, sources), text: edit.text.as_str() };
        Self { message: &suggestion.message, edits: suggestion.edits.iter().map(edit).collect() }
    }
}

impl<'a> Place<'a> {
    fn new(span: Span, sources: &'a SourceMap) -> Option<Self> {
        let file = sources.get(span.file)?;
        let (begin, end) = (file.line_column(span.start), file.line_column(span.end));
        Some(Self {
            file: file.name(),
            start: span.start,
            end: span.end,
            line: begin.line,
            column: begin.column,
            end_line: end.line,
            end_column: end.column,
        })
    }
}

/// `1 error`, `2 errors`.
pub(super) fn count(number: usize, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {what}{s}")
}
