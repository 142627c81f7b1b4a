//! Warm hops of a small agent, there and back between two nodes.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mvm::Engine;
use mvm::net::client::{Followed, Program};
use mvm::net::cluster::{Cluster, ClusterConfig};
use mvm::net::event::{Event, Hop};
use mvm::net::protocol::Outcome;

/// The first hops carry the code and open connections.
const COLD: usize = 20;

const PROGRAM: &str = r#"
    fn main() -> Result[(), MoveError] {
      for _ in 0..500 {
        go("b")?
        go("a")?
      }
      Ok(())
    }
"#;

/// What a warm hop comes to.
pub(crate) struct Measured {
    /// The median, from the program's wish to the node's confirmation.
    pub(crate) time: Duration,
    /// Snapshot and what goes with it.
    pub(crate) bytes: u64,
}

pub(crate) async fn hops() -> Result<Measured, Box<dyn Error>> {
    let hops: Arc<Mutex<Vec<Hop>>> = Arc::default();
    let seen = Arc::clone(&hops);
    let events = Arc::new(move |event: &Event| {
        if let Event::Hop(hop) = event {
            seen.lock().unwrap_or_else(PoisonError::into_inner).push(hop.clone());
        }
    });
    let cluster = Cluster::start(&["a", "b"], &ClusterConfig { events, ..ClusterConfig::default() })?;
    let module = Engine::new().allow_standard().compile("hop.mob", PROGRAM)?.encode();
    let client = cluster.client()?;
    let mut following = client.send("a", Program { module: &module, name: "hop", args: &[] }).await?;
    let outcome = loop {
        if let Followed::Ended(outcome) = following.next().await? {
            break outcome;
        }
    };
    if !matches!(outcome, Some(Outcome::Returned { .. })) {
        return Err(format!("the program that hops ended so: {outcome:?}").into());
    }
    client.close().await;
    cluster.shut_down().await;

    let hops = hops.lock().unwrap_or_else(PoisonError::into_inner);
    let warm = hops.get(COLD..).ok_or("too few hops were made")?;
    let times = warm.iter().map(|hop| Duration::from_micros(hop.micros)).collect();
    Ok(Measured { time: super::median(times), bytes: warm.last().map_or(0, |hop| hop.cargo_bytes) })
}
