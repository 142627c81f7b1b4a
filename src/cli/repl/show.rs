//! How values, types and messages look.

use std::io::{self, IsTerminal, Write};

use mvm::compiler::diagnostic::Style;
use mvm::{Evaluated, Shown};

use crate::cli::terminal;

/// How many characters of a value are shown.
const VALUE_CHARS: usize = 20_000;

const DIM: &str = "\x1b[2m";
const RED: &str = "\x1b[1;31m";
const RESET: &str = "\x1b[0m";

/// How diagnostics are rendered.
pub(super) fn style() -> Style {
    if terminal::is_coloured() { Style::Coloured } else { Style::Plain }
}

/// Whether standard output gets colour.
pub(super) fn is_output_coloured() -> bool {
    let is_refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !is_refused && io::stdout().is_terminal()
}

/// Writes what came of an input: its variables, then its value.
pub(super) fn evaluated(evaluated: &Evaluated) {
    let mut text = String::new();
    for variable in &evaluated.variables {
        text.push_str(&declared(&variable.name, variable.mutable, &variable.value));
    }
    if let Some(value) = &evaluated.value {
        let (dim, reset) = if is_output_coloured() { (DIM, RESET) } else { ("", "") };
        text.push_str(&format!("{} {dim}: {}{reset}\n", cut(&value.text), value.ty));
    }
    output(&text);
}

/// A variable with its type and value.
pub(super) fn declared(name: &str, mutable: bool, value: &Shown) -> String {
    let (dim, reset) = if is_output_coloured() { (DIM, RESET) } else { ("", "") };
    let keyword = if mutable { "var" } else { "let" };
    format!("{dim}{keyword} {name}: {} ={reset} {}\n", value.ty, cut(&value.text))
}

/// Writes to standard output. If that is closed there is nobody to tell.
pub(super) fn output(text: &str) {
    io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()).unwrap_or_default();
}

/// A message about what is wrong.
pub(super) fn wrong(kind: &str, text: &str) -> String {
    let (paint, reset) = if terminal::is_coloured() { (RED, RESET) } else { ("", "") };
    match text {
        "" => format!("{paint}{kind}{reset}\n"),
        text => format!("{paint}{kind}:{reset} {}\n", text.trim_start()),
    }
}

/// A text, not too long for a screen or some.
fn cut(text: &str) -> String {
    match text.char_indices().nth(VALUE_CHARS) {
        Some((at, _)) => {
            let left = text.get(at..).map_or(0, |rest| rest.chars().count());
            format!("{}… ({left} more characters)", text.get(..at).unwrap_or_default())
        }
        None => text.to_owned(),
    }
}
