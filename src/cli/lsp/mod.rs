//! `mvm lsp`: the language server, for editors.
//!
//! [`server`] speaks the protocol over [`transport`] and keeps what is open in [`documents`]; each feature has a file,
//! which turns what `mob_compiler::analysis` says into the protocol's words. One thread reads, one works. Work on a text
//! begins when nothing more is waiting, so that while somebody types, texts in between are never analysed.

mod capabilities;
mod documents;
mod library;
mod position;
mod server;
mod transport;
mod uri;
mod workspace;

mod actions;
mod complete;
mod diagnostics;
mod edits;
mod formatting;
mod hover;
mod inlay;
mod navigation;
mod paths;
mod rename;
mod symbols;
mod tokens;

use std::process;

use mvm::net::home::Home;

use super::failure::Failure;
use library::Library;
use server::Server;

/// Serves editors: the language server, on standard input and output
///
/// Editors start it; see docs/editors.md for how to set up yours.
#[derive(Debug, clap::Args)]
pub(super) struct Lsp {
    /// What many clients pass; standard input and output are used in any case
    #[arg(long, hide = true)]
    stdio: bool,
}

impl Lsp {
    pub(super) fn execute(&self, home: &Home) -> Result<(), Failure> {
        let messages = transport::read_messages();
        let mut server = Server::new(Library::below(home.path()));
        if server.run(&messages)? {
            return Ok(());
        }
        // The protocol wants 1 if the client leaves without having asked to shut down.
        process::exit(1)
    }
}
