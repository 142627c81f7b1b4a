//! `mvm kill ID`.

use mvm::net::home::Home;
use mvm::net::protocol::AgentPrefix;

use super::failure::Failure;
use super::network::with_client;

/// Ends a running agent
#[derive(Debug, clap::Args)]
pub(super) struct Kill {
    /// The agent's id, or as much of its beginning as tells it apart
    id: AgentPrefix,
}

impl Kill {
    pub(super) fn execute(&self, home: &Home) -> Result<(), Failure> {
        with_client(home, async |client| Ok(client.kill(&self.id).await.map(|_| ())?))
    }
}
