//! Standard error as people see it: colour where it is wanted, and messages in one shape.

use std::io::{self, IsTerminal, Write};

use super::failure::Failure;

const RED: &str = "\x1b[1;31m";
const DIM: &str = "\x1b[2m";
const BOLD: &str = "\x1b[1m";
const RESET: &str = "\x1b[0m";

/// Whether standard error gets colour: it is a terminal, and `NO_COLOR` is not set to anything.
pub(crate) fn is_coloured() -> bool {
    !is_colour_refused() && io::stderr().is_terminal()
}

/// Whether standard output gets colour, by the same rule.
pub(crate) fn is_stdout_coloured() -> bool {
    !is_colour_refused() && io::stdout().is_terminal()
}

fn is_colour_refused() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// Says how a command failed. Nothing is said about what has been said already, or to nobody.
pub(crate) fn report(failure: &Failure) {
    let (paint, reset) = if is_coloured() { (RED, RESET) } else { ("", "") };
    let text = match failure {
        Failure::Found | Failure::Incomplete | Failure::Closed | Failure::Interrupted => return,
        Failure::Diagnostics(rendered) => rendered.clone(),
        Failure::Usage(text) | Failure::Limit(text) | Failure::Network(text) => {
            format!("{paint}error:{reset} {text}\n")
        }
        Failure::Trap(text) => format!("{paint}trap:{reset} {text}\n"),
    };
    say(&text);
}

/// Writes to standard error as it is. If that is closed there is nobody to tell.
pub(crate) fn say(text: &str) {
    io::stderr().write_all(text.as_bytes()).unwrap_or_default();
}

/// Writes one line about what is going on, less prominent than the program's own output.
pub(crate) fn note(text: &str) {
    let (paint, reset) = if is_coloured() { (DIM, RESET) } else { ("", "") };
    say(&format!("{paint}{text}{reset}\n"));
}

/// Makes panics say that they are bugs of `mvm`, not of the program that it runs.
pub(crate) fn install_panic_message() {
    std::panic::set_hook(Box::new(|panic| {
        let (paint, reset) = if is_coloured() { (BOLD, RESET) } else { ("", "") };
        let backtrace = std::backtrace::Backtrace::capture();
        let trace = match backtrace.status() {
            std::backtrace::BacktraceStatus::Captured => format!("{backtrace}\n"),
            _ => String::new(),
        };
        say(&format!(
            "{paint}a bug in mvm:{reset} {panic}\n{trace}\
             The program is not at fault. Please report this with the command and the program that led to it.\n"
        ));
    }));
}
