//! The command line, taken apart by a description of no more commands than the one that it names.
//!
//! To describe all commands with all of their flags takes longer than to compile and run a small program. So those commands
//! come first whose names are among the arguments, and the flags of one when it is the one. Whatever can't be taken apart
//! like this, help and mistakes included, is left to the description of everything, which says the same about each command.

use std::ffi::OsString;

use clap::{Args, Command, FromArgMatches, Parser};

use super::{
    Cli, Global, build, check, completions, disasm, doc, explain, fmt, id, inspect, kill, logs, lsp, man,
    migrate, node, peer, ps, repl, run, send, test,
};

/// Adds a command's flags and arguments to its description.
type Describe = fn(Command) -> Command;

const COMMANDS: [(&str, Describe); 21] = [
    ("run", run::Run::augment_args),
    ("check", check::Check::augment_args),
    ("explain", explain::Explain::augment_args),
    ("build", build::Build::augment_args),
    ("inspect", inspect::Inspect::augment_args),
    ("disasm", disasm::Disasm::augment_args),
    ("doc", doc::Doc::augment_args),
    ("fmt", fmt::Fmt::augment_args),
    ("test", test::Test::augment_args),
    ("repl", repl::ReplCommand::augment_args),
    ("node", node::NodeCommand::augment_args),
    ("id", id::Id::augment_args),
    ("peer", peer::PeerBook::augment_args),
    ("send", send::Send::augment_args),
    ("ps", ps::Ps::augment_args),
    ("logs", logs::Logs::augment_args),
    ("migrate", migrate::Migrate::augment_args),
    ("kill", kill::Kill::augment_args),
    ("lsp", lsp::Lsp::augment_args),
    ("completions", completions::Completions::augment_args),
    ("man", man::Man::augment_args),
];

/// The process's arguments. Ends the process if it is asked for help, or they are wrong.
pub(super) fn parse() -> Cli {
    parse_one(std::env::args_os()).unwrap_or_else(Cli::parse)
}

/// What these arguments say, if they are right.
fn parse_one(arguments: impl IntoIterator<Item = OsString>) -> Option<Cli> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let is_named = |name: &str| arguments.iter().any(|argument| argument == name);
    let named = COMMANDS.into_iter().filter(|(name, _)| is_named(name));
    let commands: Vec<Command> = named.map(|(name, describe)| Command::new(name).defer(describe)).collect();
    if commands.is_empty() {
        return None;
    }
    let one = Global::augment_args(Command::new("mvm"))
        .version(env!("CARGO_PKG_VERSION"))
        .propagate_version(true)
        .subcommand_required(true)
        .subcommands(commands);
    let matches = one.try_get_matches_from(arguments).ok()?;
    Cli::from_arg_matches(&matches).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use clap::CommandFactory;

    use super::*;

    #[test]
    fn all_commands_are_named() {
        let whole = Cli::command();
        let names: Vec<&str> = whole.get_subcommands().map(Command::get_name).collect();
        assert_eq!(COMMANDS.map(|(name, _)| name).as_slice(), names);
    }

    #[test]
    fn one_command_is_taken_apart_as_all_are() {
        for line in [
            "run a.mob",
            "run --stats --heap 2M a.mob --help -v",
            "--home h run --allow fs=. - --home x",
            "run a.mob --version",
            "run a.mob -- --version",
            "ps --home h",
            "peer list",
            "--version",
            "run --version",
            "run",
            "run --fuel x a.mob",
            "help run",
            "rnu a.mob",
            "",
        ] {
            let arguments = || ["mvm"].into_iter().chain(line.split_whitespace()).map(OsString::from);
            let whole = Cli::try_parse_from(arguments()).ok();
            assert_eq!(format!("{:?}", parse_one(arguments())), format!("{whole:?}"), "{line}");
        }
    }
}
