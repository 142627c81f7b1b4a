//! `mvm check PATH…`.

use std::collections::HashSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use mvm::compiler::diagnostic::{Diagnostic, Diagnostics, Edit, Suggestion};
use mvm::compiler::source::{SourceMap, Span};
use serde::Serialize;

use super::discover;
use super::failure::Failure;
use super::input::{Source, style};
use super::terminal;

/// Finds all errors and warnings in programs, and runs nothing
///
/// Exits with 1 if there are errors. Folders are searched for files that end in .mob. What several files have from one that they
/// all use is shown once.
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// Source files, or folders to search for them; - is standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write each diagnostic as a line of JSON to standard output
    #[arg(long)]
    json: bool,
}

/// What was found in all files.
#[derive(Debug, Default)]
struct Found {
    errors: usize,
    warnings: usize,
    unreadable: usize,
    /// What was found, in whichever program.
    seen: HashSet<Finding>,
}

/// What a diagnostic says, and of which place: code, message, file, and where in it.
type Finding = (&'static str, String, String, u32);

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
        let mut found = Found::default();
        for path in &self.paths {
            match files(path) {
                Ok(files) => files.iter().try_for_each(|file| self.check(file, &mut found))?,
                Err(failure) => found.miss(&failure),
            }
        }
        let Found { errors, warnings, unreadable, .. } = found;
        if errors + warnings > 0 {
            terminal::note(&format!("{}, {}", count(errors, "error"), count(warnings, "warning")));
        }
        match (unreadable, errors) {
            (0, 0) => Ok(()),
            (0, _) => Err(Failure::Found),
            _ => Err(Failure::Incomplete),
        }
    }

    /// Checks one file. Only a failure to say what was found ends the command.
    fn check(&self, file: &Path, found: &mut Found) -> Result<(), Failure> {
        match Source::read(file) {
            Ok(source) => {
                let (mut diagnostics, sources) = source.check();
                // Only what was found in another program that uses the same file is not new. One program may well have two that are
                // the same, for two reasons.
                let findings: Vec<_> = diagnostics.iter().filter_map(|it| finding(it, &sources)).collect();
                diagnostics.retain(|it| !finding(it, &sources).is_some_and(|it| found.seen.contains(&it)));
                found.seen.extend(findings);
                found.errors += diagnostics.error_count();
                found.warnings += diagnostics.warning_count();
                self.show(&diagnostics, &sources)
            }
            Err(failure) => {
                found.miss(&failure);
                Ok(())
            }
        }
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

impl Found {
    /// A file or a folder can't be read.
    fn miss(&mut self, failure: &Failure) {
        terminal::report(failure);
        self.unreadable += 1;
    }
}

fn finding(diagnostic: &Diagnostic, sources: &SourceMap) -> Option<Finding> {
    let span = diagnostic.span()?;
    let file = sources.get(span.file)?.name().trim_start_matches("./").to_owned();
    Some((diagnostic.code().as_str(), diagnostic.message().to_owned(), file, span.start))
}

/// The files that a path stands for: any file may be checked, whatever it is called.
fn files(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if path.is_dir() { discover::sources(path) } else { Ok(vec![path.to_owned()]) }
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
