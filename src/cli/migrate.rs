//! `mvm migrate ID NODE`.

use std::time::Duration;

use mvm::net::home::Home;
use mvm::net::protocol::AgentPrefix;

use super::failure::Failure;
use super::network::with_client;
use super::{size, terminal};

/// Moves a running agent to another node
///
/// The agent need not know: it goes on there with its next instruction. If the move fails, it goes on where it was.
#[derive(Debug, clap::Args)]
pub(super) struct Migrate {
    /// The agent's id, or as much of its beginning as tells it apart
    id: AgentPrefix,
    /// Where it is to go, by name
    node: String,
}

impl Migrate {
    pub(super) fn execute(&self, home: &Home) -> Result<(), Failure> {
        let migrated = with_client(home, async |client| Ok(client.migrate(&self.id, &self.node).await?))?;
        let (bytes, time) = (size::show(migrated.bytes), Duration::from_micros(migrated.micros));
        terminal::note(&format!("{bytes} in {time:.1?}"));
        Ok(())
    }
}
