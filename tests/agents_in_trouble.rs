//! Agents on several nodes that flood each other, never receive, send what is too long, end at once for ever, or hang together in a
//! circle: what comes of it is told, and nobody else notices.
#![cfg(feature = "net")]
#![allow(clippy::unwrap_used)]

mod support;

use support::cluster::printed;

/// How the programs here begin an agent elsewhere.
const BEGIN: &str = r#"
fn begin[M](node: Str, f: fn(Inbox[M])) -> Addr[M] {
  match spawn_at(node, f) {
    Ok(agent) -> agent
    Err(error) -> panic("{error}")
  }
}
"#;

async fn said(main: &str) -> String {
    printed(&format!("{main}{BEGIN}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_what_is_too_long_is_told() {
    let source = r#"
fn main() {
  let there = begin("b", |words: Inbox[Str]| { words.receive() })
  for len in [16_777_180, 20_000_000, 100_000_000] {
    let sender = spawn(|start: Inbox[()]| {
      start.receive()
      there.send("x".repeat(len))
    })
    let ends = monitor(sender)
    sender.send(())
    match ends.receive().reason {
      Failed(why) -> print(why)
      other -> print("not told: {other}")
    }
  }
  let ends = monitor(there)
  there.send("short")
  print(ends.receive().reason)
}
"#;
    let text = said(source).await;
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert!(lines[0].starts_with("a letter of 16777"), "{text}");
    assert!(lines[0].contains("is longer than the 16777216 that there may be"), "{text}");
    assert!(lines[1].contains("message") && lines[2].contains("message"), "{text}");
    assert_eq!(lines[3], "Finished");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_from_elsewhere_holds_nobody_else_up() {
    let source = r#"
fn main() {
  let deaf = begin("b", |_: Inbox[Str]| {
    let never: Inbox[()] = inbox()
    never.receive()
  })
  let echo = begin("b", |requests: Inbox[(Int, Addr[Int])]| {
    for (n, reply) in requests { reply.send(n) }
  })
  // Each has more to send than mailbox and outbox take.
  let flooders = [1, 2, 3].map(|_| spawn(|_: Inbox[()]| {
    let text = "x".repeat(65_536)
    for _ in 0..1500 { deaf.send(text) }
  }))
  let ends = flooders.map(|flooder| monitor(flooder))
  var answered = 0
  for n in 0..500 {
    if echo.call(|reply| (n, reply), within: 300_000) == Ok(n) { answered += 1 }
  }
  print("{answered} answered")
  kill(deaf, "it never receives")
  for each in ends { print(each.receive().reason) }
}
"#;
    assert_eq!(said(source).await, "500 answered\nFinished\nFinished\nFinished\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_gives_up_a_child_elsewhere_that_ends_at_once_for_ever() {
    let source = r#"
use supervisor
use supervisor.{Intensity}

fn main() {
  let hopeless = supervisor.child("hopeless", || begin("b", |_: Inbox[()]| { panic("no") }).agent())
  let boss = supervisor.start_within(OneForOne, Intensity(5, 60_000), [hopeless])
  match boss.agent().monitor().receive().reason {
    Failed(why) -> print(why.contains("ended once too often"))
    other -> print(other)
  }
}
"#;
    assert_eq!(said(source).await, "true\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_circle_of_links_across_nodes_ends_once() {
    let source = r#"
enum Order { Link(Addr[Order]), Ping(Addr[()]) }

fn main() {
  let linked: Inbox[()] = inbox()
  let to = linked.addr()
  let members = ["a", "b", "c"].map(|node| begin(node, |orders: Inbox[Order]| {
    for order in orders {
      match order {
        Link(next) -> {
          link(next)
          // It comes after the link.
          next.send(Ping(to))
        }
        Ping(reply) -> reply.send(())
      }
    }
  }))
  let ends = members.map(|member| monitor(member))
  for n in 0..3 { members[n].send(Link(members[(n + 1) % 3])) }
  for _ in 0..3 { linked.receive() }
  exit(members[0], "enough")
  for each in ends { print(each.receive().reason) }
  // That was all: nobody is told twice.
  let late = ends.map(|each| each.receive_within(100))
  print(late)
}
"#;
    let linked = "Exited(\"a linked agent ended: enough\")\n";
    let expected = format!("Exited(\"enough\")\n{linked}{linked}[None, None, None]\n");
    assert_eq!(said(source).await, expected);
}
