//! The `mvm` command: its subcommands, one file each, and how a run of it ends.

mod allow;
mod arguments;
mod build;
mod check;
mod completions;
mod disasm;
mod discover;
mod doc;
mod explain;
mod failure;
mod fmt;
mod follow;
mod home;
mod id;
mod input;
mod inspect;
mod interrupt;
mod keyboard;
mod kill;
mod local;
mod logs;
mod lsp;
mod man;
mod migrate;
mod network;
mod node;
mod nodes;
mod peer;
mod profile;
mod ps;
mod repl;
mod run;
mod send;
mod size;
mod terminal;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;
use mvm::net::home::Home;

/// Mob: programs that move
///
/// Compiles, runs and moves programs written in Mob.
#[derive(Debug, Parser)]
#[command(
    name = "mvm",
    version,
    propagate_version = true,
    disable_help_subcommand = false,
    max_term_width = 100
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What all commands take.
#[derive(Debug, clap::Args)]
struct Global {
    /// Folder of identity, peer book and nodes' data [default: mvm in the platform's config folder]
    #[arg(long, global = true, env = "MVM_HOME", value_name = "DIR", hide_env_values = true)]
    home: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Run),
    Check(check::Check),
    Explain(explain::Explain),
    Build(build::Build),
    Inspect(inspect::Inspect),
    Disasm(disasm::Disasm),
    Doc(doc::Doc),
    Fmt(fmt::Fmt),
    Test(test::Test),
    Repl(repl::ReplCommand),
    Node(node::NodeCommand),
    Id(id::Id),
    Peer(peer::PeerBook),
    Send(send::Send),
    Ps(ps::Ps),
    Logs(logs::Logs),
    Migrate(migrate::Migrate),
    Kill(kill::Kill),
    Lsp(lsp::Lsp),
    Completions(completions::Completions),
    #[command(hide = true)]
    Man(man::Man),
}

/// Runs the command that the process was started with.
pub(crate) fn main() -> ExitCode {
    terminal::install_panic_message();
    let cli = arguments::parse();
    match cli.execute() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal::report(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

impl Cli {
    fn home(&self) -> Result<Home, Failure> {
        home::open(self.global.home.as_ref())
    }

    fn execute(&self) -> Result<(), Failure> {
        match &self.command {
            Command::Run(command) => command.execute(),
            Command::Check(command) => command.execute(),
            Command::Explain(command) => command.execute(),
            Command::Build(command) => command.execute(),
            Command::Inspect(command) => command.execute(),
            Command::Disasm(command) => command.execute(),
            Command::Doc(command) => command.execute(),
            Command::Fmt(command) => command.execute(),
            Command::Test(command) => command.execute(),
            Command::Repl(command) => command.execute(|| self.home()),
            Command::Node(command) => command.execute(&self.home()?),
            Command::Id(command) => command.execute(&self.home()?),
            Command::Peer(command) => command.execute(&self.home()?),
            Command::Send(command) => command.execute(&self.home()?),
            Command::Ps(command) => command.execute(&self.home()?),
            Command::Logs(command) => command.execute(&self.home()?),
            Command::Migrate(command) => command.execute(&self.home()?),
            Command::Kill(command) => command.execute(&self.home()?),
            Command::Lsp(command) => command.execute(&self.home()?),
            Command::Completions(command) => command.execute(),
            Command::Man(command) => command.execute(),
        }
    }
}
