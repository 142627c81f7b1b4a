//! `mvm id`.

use std::io::{self, Write};
use std::path::PathBuf;

use mvm::net::home::Home;
use mvm::net::identity::Identity;

use super::failure::Failure;

/// Prints this user's public key, which is made at first use
#[derive(Debug, clap::Args)]
pub(super) struct Id {
    /// Print the key of the node whose data is in this folder instead
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Id {
    pub(super) fn execute(&self, home: &Home) -> Result<(), Failure> {
        let identity = match &self.data {
            Some(folder) => Identity::load_or_create(&folder.join("identity")),
            None => home.user(),
        };
        let key = identity.map_err(Failure::usage)?.public();
        Ok(writeln!(io::stdout(), "{key}")?)
    }
}
