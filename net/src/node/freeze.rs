//! Between an agent and its snapshot.

use std::sync::Arc;

use mob_vm::{Agent, Limits, Program};

/// The agent's snapshot.
pub(super) fn freeze(_agent: &mut Agent) -> Result<Vec<u8>, String> {
    Err("agents can't be snapshotted yet".to_owned())
}

/// The agent of a snapshot.
pub(super) fn thaw(_snapshot: &[u8], _program: Arc<Program>, _limits: Limits) -> Result<Agent, String> {
    Err("agents can't be restored yet".to_owned())
}
