//! `mvm fmt PATH…`.

mod diff;
mod files;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use mvm::compiler::format::{FormatError, format};

use super::check::count;
use super::discover;
use super::failure::Failure;
use super::input::{Source, style};
use super::terminal;

/// Formats programs in the one style that Mob has
///
/// Files are changed in place, folders are searched for files that end in .mob. A file that can't be formatted stays as
/// it is, and the others are formatted all the same.
#[derive(Debug, clap::Args)]
pub(super) struct Fmt {
    /// Source files, or folders to search for them; - formats standard input to standard output
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Change nothing, show what would change, and exit with 1 if anything would
    #[arg(long)]
    check: bool,
}

/// What became of the files.
#[derive(Debug, Default)]
struct Tally {
    changed: usize,
    unchanged: usize,
    failed: usize,
}

impl Fmt {
    pub(super) fn execute(&self) -> Result<(), Failure> {
        if self.paths.iter().any(|path| path.as_os_str() == "-") {
            return self.filter();
        }
        let mut tally = Tally::default();
        for path in &self.paths {
            match discover::sources(path) {
                Ok(files) => files.iter().try_for_each(|file| self.format_file(file, &mut tally))?,
                Err(failure) => tally.fail(&failure),
            }
        }
        self.conclude(&tally)
    }

    /// Formats standard input to standard output.
    fn filter(&self) -> Result<(), Failure> {
        let [path] = self.paths.as_slice() else {
            return Err(Failure::usage("`-` stands for standard input, and can't be given with other paths"));
        };
        let source = Source::read(path)?;
        let formatted = formatted(&source)?;
        if !self.check {
            io::stdout().write_all(formatted.as_bytes())?;
            return Ok(());
        }
        if formatted == source.text() {
            return Ok(());
        }
        show_difference(&source, &formatted)?;
        Err(Failure::Found)
    }

    /// Formats one file. Only a failure to say so ends the command.
    fn format_file(&self, file: &Path, tally: &mut Tally) -> Result<(), Failure> {
        let result = Source::read(file).and_then(|source| Ok((formatted(&source)?, source)));
        match result {
            Err(failure) => tally.fail(&failure),
            Ok((formatted, source)) if formatted == source.text() => tally.unchanged += 1,
            Ok((formatted, source)) if self.check => {
                tally.changed += 1;
                show_difference(&source, &formatted)?;
            }
            Ok((formatted, _)) => match files::replace(file, &formatted) {
                Ok(()) => tally.changed += 1,
                Err(failure) => tally.fail(&failure),
            },
        }
        Ok(())
    }

    fn conclude(&self, tally: &Tally) -> Result<(), Failure> {
        let Tally { changed, unchanged, failed } = *tally;
        let done = if self.check { "would change" } else { "changed" };
        if changed > 0 || (failed > 0 && unchanged > 0) {
            terminal::note(&format!("{} {done}, {unchanged} did not have to", count(changed, "file")));
        }
        match (failed, changed) {
            (0, 0) => Ok(()),
            (0, _) if !self.check => Ok(()),
            (0, _) => Err(Failure::Found),
            _ => Err(Failure::usage(format!("{} could not be formatted", count(failed, "file")))),
        }
    }
}

impl Tally {
    fn fail(&mut self, failure: &Failure) {
        terminal::report(failure);
        self.failed += 1;
    }
}

fn formatted(source: &Source) -> Result<String, Failure> {
    format(&source.name(), source.text()).map_err(|error| match error {
        FormatError::Syntax { diagnostics, sources } => {
            Failure::Diagnostics(diagnostics.render(&sources, style()))
        }
        FormatError::Unfaithful => Failure::usage(format!("{}: {error}", source.name())),
    })
}

fn show_difference(source: &Source, formatted: &str) -> Result<(), Failure> {
    let text = diff::show(&source.name(), source.text(), formatted, terminal::is_stdout_coloured());
    io::stdout().write_all(text.as_bytes())?;
    Ok(())
}
