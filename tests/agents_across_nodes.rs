//! Agents on several nodes of this process, joined by real QUIC on the loopback interface, that write to each other while they
//! move, end and are lost.
#![cfg(feature = "net")]
#![allow(clippy::unwrap_used)]

mod support;

use mvm::net::client::{Followed, Program};
use mvm::net::cluster::{Cluster, ClusterConfig};

use support::cluster::{NODES, compile, next, printed};

/// A counter that goes to the next node after so many requests, and one that stays where it is told to.
const COUNTER: &str = r#"
enum Request { Add(n: Int, reply: Addr[Int]), Stop }

fn travel(node: Str) {
  if let Err(error) = go(node) {
    print("could not go to {node}: {error}")
  }
}

fn count(requests: Inbox[Request], route: List[Str], stay: Int) {
  var total = 0
  var served = 0
  for request in requests {
    match request {
      Add(n, reply) -> {
        total += n
        served += 1
        reply.send(total)
        if served % stay == 0 {
          travel(route[(served / stay) % route.len()])
        }
      }
      Stop -> { requests.close() }
    }
  }
}
"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_clients_of_a_store_that_moves_get_what_they_put_in() {
    let mut lines: Vec<_> =
        printed(include_str!("../examples/key_value.mob")).await.lines().map(str::to_owned).collect();
    lines.sort();
    assert_eq!(lines, NODES.map(|node| format!("a client on {node}: 100 of 100 answers were right")));
}

// covers: An address stays good wherever
#[tokio::test(flavor = "multi_thread")]
async fn a_server_moves_under_its_clients_feet() {
    let main = r#"
fn ask(server: Addr[Request], times: Int, done: Addr[Int]) {
  var failed = 0
  for _ in 0..times {
    if server.call(|reply| Add(1, reply), within: 300_000).is_err() {
      failed += 1
    }
  }
  done.send(failed)
}

fn main() {
  let server = spawn(|requests| count(requests, ["a", "b", "c"], 40))
  let done: Inbox[Int] = inbox()
  let to = done.addr()
  for node in ["a", "b", "c"] {
    let _ = spawn(|_: Inbox[()]| {
      travel(node)
      ask(server, 200, to)
    })
  }
  var failed = 0
  for _ in 0..3 {
    failed += done.receive()
  }
  print("{failed} calls failed, total {server.call(|reply| Add(0, reply), within: 300_000)}")
}
"#;
    assert_eq!(printed(&format!("{COUNTER}{main}")).await, "0 calls failed, total Ok(600)\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_follows_its_receiver_in_order() {
    let source = r#"
enum Message { Number(Int), Long(Int, Str), Last(Addr[Str]) }

fn receive_all(messages: Inbox[Message]) {
  let route = ["b", "c", "a"]
  var wanted = 0
  var out_of_order = 0
  var hops = 0
  for message in messages {
    match message {
      Number(n) -> {
        if n != wanted { out_of_order += 1 }
        wanted = n + 1
        if n % 500 == 250 {
          if go(route[hops % 3]).is_ok() { hops += 1 }
        }
      }
      Long(n, text) -> {
        if n != wanted || text.len() != 100_000 { out_of_order += 1 }
        wanted = n + 1
      }
      Last(reply) -> {
        reply.send("{wanted} messages, {out_of_order} out of order, {hops} hops")
      }
    }
  }
}

fn main() {
  let to = spawn(receive_all)
  let long = "x".repeat(100_000)
  for n in 0..5000 {
    if n % 100 == 99 { to.send(Long(n, long)) } else { to.send(Number(n)) }
  }
  print(to.call(|reply| Last(reply), within: 300_000))
}
"#;
    assert_eq!(printed(source).await, "Ok(\"5000 messages, 0 out of order, 10 hops\")\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_moves_keeps_its_order() {
    let source = r#"
fn main() {
  let numbers: Inbox[Int] = inbox()
  let to = numbers.addr()
  let _ = spawn(|_: Inbox[()]| {
    let route = ["b", "c", "a"]
    for n in 0..3000 {
      to.send(n)
      if n % 200 == 199 {
        if let Err(error) = go(route[(n / 200) % 3]) { print("{error}") }
      }
    }
  })
  var out_of_order = 0
  for n in 0..3000 {
    if numbers.receive() != n { out_of_order += 1 }
  }
  print("{out_of_order} out of order")
}
"#;
    assert_eq!(printed(source).await, "0 out of order\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn monitors_follow_and_hear_each_end() {
    let source = r#"
fn traveller(orders: Inbox[Str]) {
  if let Err(error) = go("b") { print("{error}") }
  for order in orders {
    match order {
      "panic" -> panic("on purpose")
      "return" -> { orders.close() }
      node -> { if let Err(error) = go(node) { print("{error}") } }
    }
  }
}

fn main() {
  for order in ["panic", "return", "exit"] {
    let agent = spawn(traveller)
    let ends = monitor(agent)
    agent.send("c")
    if order == "exit" { exit(agent, "enough") } else { agent.send(order) }
    match ends.receive().reason {
      Finished -> print("finished")
      Failed(why) -> print("failed: {why.contains("on purpose")}")
      Exited(why) -> print("exited: {why}")
      Gone -> print("gone")
      Lost(why) -> print("lost: {why}")
    }
    match monitor(agent).receive().reason {
      Gone -> print("and gone")
      _ -> print("and something else")
    }
    agent.send("nobody")
  }
}
"#;
    let expected = "failed: true\nand gone\nfinished\nand gone\nexited: enough\nand gone\n";
    assert_eq!(printed(source).await, expected);
}

// covers: When a node dies or
#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_node_is_told_to_who_watches_its_agents() {
    let source = r#"
fn main() {
  let agent = spawn(|orders: Inbox[Addr[()]]| {
    if let Err(error) = go("b") { print("{error}") }
    for reply in orders { reply.send(()) }
  })
  let ends = monitor(agent)
  print(agent.call(|reply| reply, within: 300_000))
  match ends.receive().reason {
    Lost(_) -> print("lost")
    Gone -> print("gone")
    Exited(_) -> print("exited")
    _ -> print("something else")
  }
}
"#;
    let cluster = Cluster::start(&NODES, &ClusterConfig::default()).unwrap();
    let client = cluster.client().unwrap();
    let module = compile(source);
    let mut following = client.send("a", Program { module: &module, name: "test", args: &[] }).await.unwrap();
    let Followed::Output(record) = next(&mut following).await else { panic!("no output") };
    assert_eq!(String::from_utf8_lossy(&record.text), "Ok(())\n");
    cluster.nodes()[1].shut_down().await;
    let Followed::Output(record) = next(&mut following).await else { panic!("no output") };
    let text = String::from_utf8_lossy(&record.text).into_owned();
    // A node that is shut down ends its agents, and may still say so.
    assert!(["lost\n", "gone\n", "exited\n"].contains(&text.as_str()), "{text}");
    client.close().await;
    cluster.shut_down().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_floods_an_agent_that_never_receives_has_to_wait() {
    let source = r#"
fn deaf(_: Inbox[Str], here: Addr[Str]) {
  match go("b") {
    Ok(_) -> here.send("there")
    Err(error) -> here.send("{error}")
  }
  let never: Inbox[()] = inbox()
  never.receive()
}

fn main() {
  let news: Inbox[Str] = inbox()
  let to = news.addr()
  let receiver = spawn(|messages| deaf(messages, to))
  print(news.receive())
  // 128 MiB: more than mailbox and outbox take together.
  let _ = spawn(|_: Inbox[()]| {
    let text = "x".repeat(65_536)
    for _ in 0..2048 { receiver.send(text) }
    to.send("all sent")
  })
  print(news.receive_within(2_000))
  kill(receiver, "it does not listen")
  print(news.receive())
}
"#;
    assert_eq!(printed(source).await, "there\nNone\nall sent\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_is_full_moves_with_all_that_waits() {
    let source = r#"
fn main() {
  let here: Inbox[()] = inbox()
  let arrived = here.addr()
  let news: Inbox[Str] = inbox()
  let to = news.addr()
  let receiver = spawn(|messages: Inbox[(Int, Str)]| {
    let orders: Inbox[Addr[Str]] = inbox()
    for node in ["b", "c", "a", "b"] {
      if let Err(error) = go(node) { print("{error}") }
      arrived.send(())
      // Meanwhile its mailbox fills.
      let _ = orders.receive_within(300)
    }
    for n in 0..1000 {
      let (number, text) = messages.receive()
      if number != n || text.len() != 32_768 { to.send("{number} in place of {n}") }
    }
    to.send("1000 in order")
  })
  let ends = monitor(receiver)
  let text = "x".repeat(32_768)
  here.receive()
  for n in 0..1000 { receiver.send((n, text)) }
  print(news.receive())
  print(ends.receive().reason)
}
"#;
    assert_eq!(printed(source).await, "1000 in order\nFinished\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_agents_print_before_they_send_is_shown_though_that_ends_the_program() {
    let source = r#"
fn main() {
  let news: Inbox[()] = inbox()
  let to = news.addr()
  for node in ["a", "b", "c"] {
    let _ = spawn(|_: Inbox[()]| {
      if let Err(error) = go(node) { print("{error}") }
      // Of this one the first agent's node knows nothing.
      let _ = spawn(|_: Inbox[()]| {
        for next in ["b", "c", "b"] {
          if let Err(error) = go(next) { print("{error}") }
          print("from {node} on {next}")
        }
        print("last")
        to.send(())
      })
    })
  }
  for _ in 0..3 { news.receive() }
}
"#;
    for _ in 0..5 {
        let text = printed(source).await;
        let mut lines: Vec<_> = text.lines().collect();
        lines.sort_unstable();
        let mut expected: Vec<_> = ["a", "b", "c"]
            .iter()
            .flat_map(|from| ["b", "b", "c"].map(|next| format!("from {from} on {next}")))
            .collect();
        expected.extend(["last"; 3].map(str::to_owned));
        assert_eq!(lines, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_across_nodes_ends_both() {
    let source = r#"
fn main() {
  let news: Inbox[Str] = inbox()
  let to = news.addr()
  let one = spawn(|orders: Inbox[Str]| {
    if let Err(error) = go("b") { print("{error}") }
    to.send("b")
    panic(orders.receive())
  })
  let other = spawn(|_: Inbox[()]| {
    link(one)
    for node in ["c", "a", "c"] {
      if let Err(error) = go(node) { print("{error}") }
    }
    to.send("c")
    let never: Inbox[()] = inbox()
    never.receive()
  })
  let ends = monitor(other)
  let places = [news.receive(), news.receive()]
  print(places.contains("b") && places.contains("c"))
  one.send("on purpose")
  match ends.receive().reason {
    // The one that panicked may be gone before the other has come to where it asks for it.
    Exited(why) -> print(why)
    other -> print(other)
  }
}
"#;
    let text = printed(source).await;
    assert!(text.starts_with("true\na linked agent ended: "), "{text}");
    assert!(text.contains("on purpose"), "{text}");
}
