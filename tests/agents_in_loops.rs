//! Agents that take all the time that they can get: a node goes on doing what others ask of it.
#![cfg(feature = "net")]
#![allow(clippy::unwrap_used)]

mod support;

use std::str::FromStr;

use mvm::net::client::{Followed, Program};
use mvm::net::cluster::{Cluster, ClusterConfig};
use mvm::net::protocol::AgentPrefix;
use support::cluster::{NODES, compile, next};

#[tokio::test(flavor = "multi_thread")]
async fn a_node_full_of_endless_loops_answers() {
    let source = r#"
fn main() {
  for _ in 0..2_000 {
    spawn(|_: Inbox[()]| { while true {} })
  }
  print("they run")
  while true {}
}
"#;
    let cluster = Cluster::start(&NODES, &ClusterConfig::default()).unwrap();
    let client = cluster.client().unwrap();
    let module = compile(source);
    let mut following =
        client.send("a", Program { module: &module, name: "loops", args: &[] }).await.unwrap();
    assert!(matches!(next(&mut following).await, Followed::Output(_)));
    // It takes new connections, too.
    let other = cluster.client().unwrap();
    let listing = other.list(Some("a"), None).await.unwrap();
    assert!(listing.silent.is_empty(), "{:?}", listing.silent);
    assert_eq!(listing.agents.len(), 2_001);
    let main = AgentPrefix::from_str(&following.agent().to_string()).unwrap();
    assert_eq!(other.kill(&main).await.unwrap(), following.agent());
    other.close().await;
    client.close().await;
    cluster.shut_down().await;
}

/// The scheduler grants a turn so many waits that end at once; each call of the host counts as one. Whether none is left when an
/// agent comes to wait for a message, it is woken by the message.
#[tokio::test(flavor = "multi_thread")]
async fn an_agent_is_woken_however_much_it_asked_of_the_host_before() {
    let source = r#"
use clock

const PAIRS: Int = 20

fn serve(requests: Inbox[(Int, Addr[()])]) {
  for (calls, reply) in requests {
    for _ in 0..calls { clock.elapsed_us() }
    reply.send(())
  }
}

fn main() {
  let done: Inbox[()] = inbox()
  let main = done.addr()
  for _ in 0..PAIRS {
    spawn(|_: Inbox[()]| {
      let server = spawn(serve)
      let answers: Inbox[()] = inbox()
      for round in 0..1_000 {
        server.send((120 + round % 16, answers.addr()))
        answers.receive()
      }
      main.send(())
    })
  }
  for _ in 0..PAIRS { done.receive() }
  print("all were answered")
}
"#;
    let cluster = Cluster::start(&NODES, &ClusterConfig::default()).unwrap();
    let client = cluster.client().unwrap();
    let module = compile(source);
    let mut following =
        client.send("a", Program { module: &module, name: "calls", args: &[] }).await.unwrap();
    assert!(matches!(next(&mut following).await, Followed::Output(_)));
    client.close().await;
    cluster.shut_down().await;
}
