//! Agents on nodes, over real QUIC on the loopback interface.
#![allow(clippy::unwrap_used)]

mod common;

use common::{PATIENCE, cluster, counts, follow, hauls, panics, returned, says, spins, strings, travels};
use std::sync::Arc;

use mob_net::client::{Client, Program};
use mob_net::event::Event;
use mob_net::home::{Peer, PeerBook};
use mob_net::identity::Identity;
use mob_net::node::{Node, NodeConfig};
use mob_net::protocol::{AgentPrefix, AgentState, Outcome, Packing};

#[tokio::test(flavor = "multi_thread")]
async fn output_and_result_come_back() {
    let (cluster, _) = cluster(&["a"], |_| {});
    let client = cluster.client().unwrap();
    let module = says("hello");
    let program = Program { module: &module, name: "says", args: &[] };
    let mut following = client.send("a", program).await.unwrap();
    assert_eq!(follow(&mut following).await, ("hello\n".to_owned(), returned("()")));

    let prefix: AgentPrefix = following.agent().to_string().parse().unwrap();
    let mut logs = client.logs(&prefix, true).await.unwrap();
    assert_eq!(follow(&mut logs).await, ("hello\n".to_owned(), returned("()")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trap_is_reported_with_its_trace() {
    let (cluster, _) = cluster(&["a"], |_| {});
    let client = cluster.client().unwrap();
    let module = panics();
    let program = Program { module: &module, name: "panics", args: &[] };
    let (_, outcome) = follow(&mut client.send("a", program).await.unwrap()).await;
    let Some(Outcome::Trapped { text }) = outcome else { panic!("{outcome:?}") };
    assert!(text.starts_with("panic: on purpose\n") && text.contains("in main"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_travels_and_says_where_it_is() {
    let (cluster, events) = cluster(&["a", "b", "c"], |_| {});
    let client = cluster.client().unwrap();
    let module = travels();
    let args = strings(&["b", "c", "nowhere", "c", "a", "b"]);
    let program = Program { module: &module, name: "travels", args: &args };
    let (text, outcome) = follow(&mut client.send("a", program).await.unwrap()).await;
    assert_eq!(text, "b\nc\nErr(Unknown(\"no node called nowhere is known here\"))\nc\na\nb\n");
    assert_eq!(outcome, returned("()"));

    cluster.shut_down().await;
    let events = events.lock().unwrap();
    let hops = events.iter().filter_map(|event| match event {
        Event::Hop(hop) => Some(hop),
        _ => None,
    });
    let mut hops = hops.collect::<Vec<_>>();
    hops.sort_by_key(|hop| hop.epoch);
    let hops: Vec<_> =
        hops.iter().map(|hop| (hop.from.as_str(), hop.to.as_str(), hop.code_bytes > 0)).collect();
    assert_eq!(hops, [("a", "b", true), ("b", "c", true), ("c", "a", false), ("a", "b", false)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn moved_from_outside_it_counts_on() {
    let (cluster, _) = cluster(&["a", "b"], |_| {});
    let client = cluster.client().unwrap();
    // More than it ever comes to.
    let module = counts(i32::MAX as u32, 100_000);
    let program = Program { module: &module, name: "counts", args: &[] };
    let mut following = client.send("a", program).await.unwrap();
    let prefix: AgentPrefix = following.agent().to_string()[..8].parse().unwrap();
    let moving = async {
        for to in ["b", "a", "b"] {
            counts_on(&client, &prefix).await;
            client.migrate(&prefix, to).await.unwrap();
        }
        counts_on(&client, &prefix).await;
        client.kill(&prefix).await.unwrap();
    };
    let (_, (text, outcome)) = tokio::join!(moving, follow(&mut following));
    let expected: String = (0..text.lines().count()).map(|n| format!("{n}\n")).collect();
    assert!(!text.is_empty() && text == expected, "{text}");
    assert!(matches!(outcome, Some(Outcome::Killed { .. })), "{outcome:?}");
    let info = client.find(&prefix).await.unwrap();
    assert_eq!((info.usage.hops, info.state, info.node), (3, AgentState::Ended, cluster.nodes()[1].key()));
}

/// Waits until an agent has done something.
async fn counts_on(client: &Client, prefix: &AgentPrefix) {
    let begun = client.find(prefix).await.unwrap().usage.fuel;
    let goes_on = async { while client.find(prefix).await.unwrap().usage.fuel == begun {} };
    tokio::time::timeout(PATIENCE, goes_on).await.expect("the agent stands still");
}

#[tokio::test(flavor = "multi_thread")]
async fn fast_output_is_not_lost_on_a_follower() {
    let (cluster, _) = cluster(&["a"], |_| {});
    let client = cluster.client().unwrap();
    let module = counts(400_000, 0);
    let program = Program { module: &module, name: "counts", args: &[] };
    let (text, outcome) = follow(&mut client.send("a", program).await.unwrap()).await;
    assert_eq!(outcome, returned("400000"));
    assert_eq!(text.lines().count(), 400_000);
    assert_eq!(text.lines().last(), Some("399999"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_agent_is_listed_and_killed() {
    let (cluster, _) = cluster(&["a", "b"], |_| {});
    let client = cluster.client().unwrap();
    let module = spins();
    let program = Program { module: &module, name: "spins", args: &[] };
    let agent = client.send_detached("b", program).await.unwrap();
    let listing = client.list(None, None).await.unwrap();
    let [(info, node)] = &listing.agents[..] else { panic!("{listing:?}") };
    assert_eq!((info.agent, info.name.as_str(), node.as_str(), info.here), (agent, "spins", "b", true));

    let prefix: AgentPrefix = agent.to_string().parse().unwrap();
    client.migrate(&prefix, "a").await.unwrap();
    client.kill(&prefix).await.unwrap();
    let (_, outcome) = follow(&mut client.logs(&prefix, true).await.unwrap()).await;
    assert!(matches!(outcome, Some(Outcome::Killed { .. })), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_heap_travels_in_chunks_packed_or_not() {
    for packing in [Packing::Plain, Packing::Lz4] {
        let (cluster, _) = cluster(&["a", "b"], |config| config.packing = packing);
        let client = cluster.client().unwrap();
        let module = hauls(2_000_000);
        let args = strings(&["b"]);
        let program = Program { module: &module, name: "hauls", args: &args };
        let (text, _) = follow(&mut client.send("a", program).await.unwrap()).await;
        assert_eq!(text, "Ok(())\n2000000\n");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_over_the_limit_stays_where_it_is() {
    let (cluster, _) = cluster(&["a", "b"], |config| config.limits.agent.snapshot_bytes = 100_000);
    let client = cluster.client().unwrap();
    let module = hauls(1_000_000);
    let args = strings(&["b"]);
    let program = Program { module: &module, name: "hauls", args: &args };
    let (text, _) = follow(&mut client.send("a", program).await.unwrap()).await;
    assert!(text.starts_with("Err(TooLarge(") && text.ends_with("\n1000000\n"), "{text}");
}

/// A node whose identity and address stay the same when it is started again.
async fn node(name: &str, identity: &Identity, book: &Arc<PeerBook>) -> Node {
    let node = loop {
        let mut config = NodeConfig::new(name.parse().unwrap(), identity.clone(), book.clone());
        if let Some(known) = book.by_name(name) {
            config.listen = known.addr.parse().unwrap();
        }
        match Node::start(config) {
            Ok(node) => break node,
            // The last tasks of the one before still hold its socket.
            Err(_) => tokio::task::yield_now().await,
        }
    };
    let addr = node.addr().to_string();
    book.add(Peer { name: name.parse().unwrap(), addr, key: node.key() });
    node
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_was_shut_down_says_so_and_can_come_back() {
    let book = Arc::new(PeerBook::in_memory());
    let [of_a, of_b, user] = [0; 3].map(|_| Identity::generate().unwrap());
    book.trust(user.public());
    let _a = node("a", &of_a, &book).await;
    let b = node("b", &of_b, &book).await;
    let client = Client::new(user, book.clone()).unwrap();

    let module = spins();
    let mut following =
        client.send("a", Program { module: &module, name: "spins", args: &[] }).await.unwrap();
    let prefix: AgentPrefix = following.agent().to_string().parse().unwrap();
    client.migrate(&prefix, "b").await.unwrap();
    b.shut_down().await;
    drop(b);
    let (_, outcome) = follow(&mut following).await;
    assert_eq!(outcome, Some(Outcome::Lost { text: "node b was shut down".to_owned() }));

    let _b = node("b", &of_b, &book).await;
    let module = travels();
    let args = strings(&["b", "a"]);
    let program = Program { module: &module, name: "travels", args: &args };
    let (text, _) = follow(&mut client.send("a", program).await.unwrap()).await;
    assert_eq!(text, "b\na\n");
}
