//! Programs on several nodes of this process, joined by real QUIC on the loopback interface.

use std::time::Duration;

use mvm::Engine;
use mvm::net::client::{Followed, Following, Program};
use mvm::net::cluster::{Cluster, ClusterConfig};
use mvm::net::protocol::{Channel, Outcome};

/// Nothing takes this long unless it hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

pub(crate) const NODES: [&str; 3] = ["a", "b", "c"];

pub(crate) fn compile(source: &str) -> Vec<u8> {
    Engine::new().allow_standard().compile("main.mob", source).unwrap().encode()
}

pub(crate) async fn next(following: &mut Following) -> Followed {
    tokio::time::timeout(PATIENCE, following.next()).await.unwrap().unwrap()
}

/// Runs a program that is sent to node a, and gives what it printed once it has ended well.
pub(crate) async fn printed(source: &str) -> String {
    let cluster = Cluster::start(&NODES, &ClusterConfig::default()).unwrap();
    let client = cluster.client().unwrap();
    let module = compile(source);
    let mut following = client.send("a", Program { module: &module, name: "test", args: &[] }).await.unwrap();
    let mut text = String::new();
    let outcome = loop {
        match next(&mut following).await {
            // How an agent failed that nobody waits for is said to the errors.
            Followed::Output(record) if record.channel == Channel::Err => {}
            Followed::Output(record) => text.push_str(&String::from_utf8_lossy(&record.text)),
            Followed::Dropped(count) => panic!("{count} lines are missing"),
            Followed::Ended(outcome) => break outcome,
        }
    };
    assert_eq!(outcome, Some(Outcome::Returned { text: "()".to_owned() }), "{text}");
    client.close().await;
    cluster.shut_down().await;
    text
}
