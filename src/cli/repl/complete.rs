//! What could be written at the cursor: commands, files after those that take one, and names of the session.

use std::fs;
use std::path::Path;

use mvm::compiler::analysis::{Completion, CompletionKind};
use mvm::compiler::session::Session;

use super::command::COMMANDS;

/// Commands whose argument is a file.
const WITH_FILE: [&str; 3] = [":load ", ":save ", ":restore "];

/// What could stand from an offset to the cursor.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Candidates {
    pub(super) start: usize,
    pub(super) texts: Vec<String>,
}

/// What could stand before the cursor, what is most likely first.
pub(super) fn candidates(session: &Session<'_>, line: &str, cursor: usize) -> Candidates {
    let before = line.get(..cursor).unwrap_or(line);
    if let Some(typed) = WITH_FILE.iter().find_map(|command| before.strip_prefix(command)) {
        return files(typed, cursor);
    }
    match before.strip_prefix(':') {
        Some(command) if !command.contains(char::is_whitespace) => {
            let known = COMMANDS.iter().map(|known| known.name);
            let texts = known.filter(|name| name.starts_with(command)).map(|name| format!(":{name} "));
            Candidates { start: 0, texts: texts.collect() }
        }
        Some(command) => {
            let skipped = 1 + command.find(char::is_whitespace).unwrap_or(command.len());
            names(session, line, skipped, cursor)
        }
        None => names(session, line, 0, cursor),
    }
}

/// Names for the input that begins at an offset of the line.
fn names(session: &Session<'_>, line: &str, skipped: usize, cursor: usize) -> Candidates {
    let none = Candidates { start: cursor, texts: Vec::new() };
    let (Some(text), Ok(offset)) = (line.get(skipped..), u32::try_from(cursor - skipped)) else {
        return none;
    };
    let found = session.complete(text, offset);
    let start = skipped + found.start as usize;
    let Some(typed) = line.get(start..cursor) else { return none };
    let is_called = line.get(cursor..).is_some_and(|rest| rest.starts_with('('));
    let fitting = found.items.iter().filter(|item| item.name.starts_with(typed) && item.import.is_none());
    Candidates { start, texts: fitting.map(|item| written(item, is_called)).collect() }
}

/// A name as it is put into the line: a function with its bracket, a label with its colon.
fn written(item: &Completion, is_called: bool) -> String {
    let end = match item.arguments {
        _ if item.kind == CompletionKind::Label => ": ",
        Some(0) if !is_called => "()",
        Some(_) if !is_called => "(",
        _ => "",
    };
    format!("{}{end}", item.name)
}

/// Files and folders whose path begins with what was typed.
fn files(typed: &str, cursor: usize) -> Candidates {
    let (folder, begun) = typed.rsplit_once('/').unwrap_or(("", typed));
    let looked_at = match folder {
        "" if typed.starts_with('/') => Path::new("/"),
        "" => Path::new("."),
        folder => Path::new(folder),
    };
    let entries = fs::read_dir(looked_at).into_iter().flatten().flatten();
    let mut texts: Vec<String> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let is_wanted = name.starts_with(begun) && (!name.starts_with('.') || begun.starts_with('.'));
            is_wanted.then(|| if is_folder { format!("{name}/") } else { name })
        })
        .collect();
    texts.sort_unstable();
    Candidates { start: cursor - begun.len(), texts }
}
