//! `mvm logs ID [-f]`.

use mvm::net::home::Home;
use mvm::net::protocol::AgentPrefix;

use super::failure::Failure;
use super::follow::{follow, raise_on_node};
use super::network::with_client;

/// Shows what an agent has printed so far
#[derive(Debug, clap::Args)]
pub(super) struct Logs {
    /// The agent's id, or as much of its beginning as tells it apart
    id: AgentPrefix,
    /// Go on until the agent ends, and end as it does
    #[arg(short, long)]
    follow: bool,
}

impl Logs {
    pub(super) fn execute(&self, home: &Home) -> Result<(), Failure> {
        with_client(home, async |client| {
            let mut following = client.logs(&self.id, self.follow).await?;
            let ended = follow(&mut following, raise_on_node).await;
            if self.follow { ended } else { ended.or_else(shown) }
        })
    }
}

/// How the agent ended is not how showing its output went.
fn shown(failure: Failure) -> Result<(), Failure> {
    match failure {
        Failure::Found => Ok(()),
        Failure::Trap(_) | Failure::Limit(_) => {
            super::terminal::report(&failure);
            Ok(())
        }
        failure => Err(failure),
    }
}
