//! `mvm send FILE NODE [ARGS…]`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use mvm::compiler::Options;
use mvm::net::client::Program;
use mvm::net::home::Home;

use super::failure::Failure;
use super::follow::{follow, raise_on_node};
use super::input::Input;
use super::network::with_client;
use super::terminal;

/// Sends a program to a node and follows its output
///
/// It ends as the program does, wherever that is by then.
#[derive(Debug, clap::Args)]
pub(super) struct Send {
    /// Source file or built module; - is standard input
    file: PathBuf,
    /// The node, by its name
    node: String,
    /// The program's arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
    /// Print the agent's id, and leave it to itself
    #[arg(long)]
    detach: bool,
}

impl Send {
    pub(super) fn execute(&self, home: &Home) -> Result<(), Failure> {
        let options = Options { tests: false, main_required: true, stdlib: false };
        let module = Input::read(&self.file)?.into_module(&options)?.encode();
        let program = Program { module: &module, name: &label(&self.file), args: &self.args };
        let mut sent = None;
        let ended = with_client(home, async |client| {
            if self.detach {
                let agent = client.send_detached(&self.node, program).await?;
                return Ok(writeln!(io::stdout(), "{agent}")?);
            }
            let mut following = client.send(&self.node, program).await?;
            sent = Some(following.agent());
            follow(&mut following, raise_on_node).await
        });
        if let (Err(Failure::Interrupted), Some(agent)) = (&ended, sent) {
            terminal::note(&format!("the agent goes on; see `mvm logs -f {agent}`, or `mvm kill {agent}`"));
        }
        ended
    }
}

/// What a program is called in lists.
pub(super) fn label(file: &Path) -> String {
    file.file_stem().map_or_else(|| "stdin".to_owned(), |stem| stem.to_string_lossy().into_owned())
}
