//! `mvm peer add`, `list` and `remove`.

use std::io::{self, Write};

use clap::Subcommand;
use mvm::net::home::{Home, Peer, PeerName};

use super::failure::Failure;

/// Manages the peer book: names for the keys and addresses of nodes and users
#[derive(Debug, clap::Args)]
pub(super) struct PeerBook {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Adds a peer, or changes the one of that name
    Add {
        /// What to call it
        name: String,
        /// Where it listens, as HOST:PORT
        addr: String,
        /// Its public key, as `mvm id` or a node's `ready` line gives it
        key: String,
    },
    /// Prints the peers, each as NAME ADDR KEY
    List,
    /// Strikes a peer from the book
    Remove {
        /// What it is called
        name: PeerName,
    },
}

impl PeerBook {
    pub(super) fn execute(&self, home: &Home) -> Result<(), Failure> {
        match &self.action {
            Action::Add { name, addr, key } => {
                let peer = Peer::parse(name, addr, key).map_err(Failure::usage)?;
                home.add_peer(peer).map_err(Failure::usage)
            }
            Action::List => {
                let mut out = io::stdout().lock();
                for peer in home.peers().map_err(Failure::usage)? {
                    writeln!(out, "{peer}")?;
                }
                Ok(())
            }
            Action::Remove { name } => match home.remove_peer(name).map_err(Failure::usage)? {
                true => Ok(()),
                false => Err(Failure::usage(format!("there is no peer called {name}"))),
            },
        }
    }
}
