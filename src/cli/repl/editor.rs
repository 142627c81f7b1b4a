//! The REPL at a terminal: lines are edited, coloured, completed and remembered by rustyline.

use std::borrow::Cow;
use std::fs;
use std::path::PathBuf;

use mvm::compiler::parser::is_incomplete;
use mvm::compiler::session::Session;
use mvm::net::home::Home;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hinter, HistoryHinter};
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Context, Editor, Helper};

use super::complete;
use super::highlight::highlight;
use super::show;
use super::user::{Next, Repl};
use crate::cli::failure::Failure;
use crate::cli::terminal;

/// How many inputs are remembered.
const HISTORY_MAX: usize = 10_000;
/// What a file that is pasted into a terminal may hold of one input, before it is taken as it is.
const INPUT_BYTES_MAX: usize = 1 << 20;

type Line<'s> = Editor<Assistant<'s>, DefaultHistory>;

/// Reads and evaluates until the user leaves.
pub(super) fn run(repl: &mut Repl<'_>, home: Option<&Home>) -> Result<(), Failure> {
    let mut editor = editor(repl.session.names().clone())?;
    let history = home.map(|home| home.path().join("history"));
    remembered(&mut editor, history.as_ref());
    show::output(&format!("Mob {}. :help lists commands, Ctrl-D leaves.\n", env!("CARGO_PKG_VERSION")));
    loop {
        match editor.readline(&prompt(repl)) {
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => {
                // What can't be remembered can still be evaluated.
                editor.add_history_entry(text.as_str()).unwrap_or_default();
                if repl.line(&text) == Next::Leave {
                    break;
                }
                if let Some(assistant) = editor.helper_mut() {
                    assistant.session = repl.session.names().clone();
                }
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(Failure::usage(format!("cannot read from the terminal: {error}"))),
        }
    }
    remember(&mut editor, history.as_ref());
    Ok(())
}

fn prompt(repl: &Repl<'_>) -> String {
    format!("{}> ", repl.session.names().next_name())
}

fn editor(session: Session<'_>) -> Result<Line<'_>, Failure> {
    let config = Config::builder()
        .max_history_size(HISTORY_MAX)
        .and_then(|config| config.history_ignore_dups(true))
        .map_err(Failure::usage)?
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        .bracketed_paste(true)
        .build();
    let mut editor = Editor::with_config(config).map_err(Failure::usage)?;
    let is_coloured = show::is_output_coloured();
    editor.set_helper(Some(Assistant { session, hinter: HistoryHinter::new(), is_coloured }));
    Ok(editor)
}

/// Takes in what was typed in earlier sessions. There may be nothing yet.
fn remembered(editor: &mut Line<'_>, history: Option<&PathBuf>) {
    if let Some(path) = history.filter(|path| path.exists())
        && let Err(error) = editor.load_history(path)
    {
        terminal::note(&format!("the history in {} can't be read: {error}", path.display()));
    }
}

fn remember(editor: &mut Line<'_>, history: Option<&PathBuf>) {
    let Some(path) = history else { return };
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    if let Err(error) = made.map_err(ReadlineError::from).and_then(|()| editor.save_history(path)) {
        terminal::note(&format!("the history can't be written to {}: {error}", path.display()));
    }
}

/// What rustyline asks while a line is typed.
struct Assistant<'s> {
    session: Session<'s>,
    hinter: HistoryHinter,
    is_coloured: bool,
}

impl Helper for Assistant<'_> {}

impl Validator for Assistant<'_> {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let text = context.input();
        let is_command = text.trim_start().starts_with(':');
        let is_whole = is_command || text.len() > INPUT_BYTES_MAX || !is_incomplete(&format!("{text}\n"));
        Ok(if is_whole { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Completer for Assistant<'_> {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        cursor: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let found = complete::candidates(&self.session, line, cursor);
        Ok((found.start, found.texts))
    }
}

impl Hinter for Assistant<'_> {
    type Hint = String;

    fn hint(&self, line: &str, cursor: usize, context: &Context<'_>) -> Option<String> {
        if line.is_empty() { None } else { self.hinter.hint(line, cursor, context) }
    }
}

impl Highlighter for Assistant<'_> {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        if self.is_coloured { Cow::Owned(highlight(line)) } else { Cow::Borrowed(line) }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        if self.is_coloured { Cow::Owned(format!("\x1b[2m{hint}\x1b[0m")) } else { Cow::Borrowed(hint) }
    }

    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _: bool) -> Cow<'b, str> {
        if self.is_coloured {
            Cow::Owned(format!("\x1b[1;34m{prompt}\x1b[0m"))
        } else {
            Cow::Borrowed(prompt)
        }
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        self.is_coloured
    }
}
