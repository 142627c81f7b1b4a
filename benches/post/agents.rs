//! The same between agents: programs on two nodes of one process, which measure themselves.

use mvm::Engine;
use mvm::net::client::{Followed, Program};
use mvm::net::cluster::{Cluster, ClusterConfig};
use mvm::net::protocol::Outcome;

use super::{Result, runtime};

/// Calls one at a time, and messages one way.
pub(crate) const LETTERS: &str = r#"
use clock
use list

enum Request { Echo(Str, Addr[Str]), Take(Str), Count(Addr[Int]) }

fn serve(requests: Inbox[Request]) {
  if let Err(error) = go("b") { panic("{error}") }
  var count = 0
  for request in requests {
    match request {
      Echo(text, reply) -> reply.send(text)
      Take(_) -> { count += 1 }
      Count(reply) -> reply.send(count)
    }
  }
}

fn flood(to: Addr[Request], messages: Int, bytes: Int) -> Int {
  let text = "x".repeat(bytes)
  let start = clock.elapsed_us()
  for _ in 0..messages { to.send(Take(text)) }
  let _ = to.call(|reply| Count(reply), within: 60_000)
  clock.elapsed_us() - start
}

fn main() {
  let server = spawn(serve)
  let text = "x".repeat(16)
  let trips: List[Int] = []
  for n in 0..11_000 {
    let start = clock.elapsed_us()
    let _ = server.call(|reply| Echo(text, reply), within: 10_000)
    if n >= 1000 { trips.push(clock.elapsed_us() - start) }
  }
  let sorted = list.sort(trips)
  print("  16 bytes there and back   p50 {sorted[5000]} µs, p99 {sorted[9900]} µs")
  let us = flood(server, 300_000, 16)
  print("  16 bytes one way          {300_000_000 / us} thousand/s")
  let us = flood(server, 4000, 65_536)
  print("  64 KiB one way            {4000 * 65_536 / us} MB/s")
}
"#;

/// A server of a MiB that moves a hundred times, and two clients who call it all the time.
pub(crate) const HOPS: &str = r#"
use clock
use list

enum Request { Add(Addr[(Int, Int)]) }

struct Seen { calls: Int, failed: Int, us: Int, pauses: List[Int] }

fn serve(requests: Inbox[Request]) {
  let state = list.filled(131_072, 1)
  var total = 0
  var hops = 0
  var next = clock.elapsed_us() + 100_000
  for request in requests {
    match request {
      Add(reply) -> {
        total += state[total % 131_072]
        reply.send((total, hops))
      }
    }
    if hops < 100 && clock.elapsed_us() >= next {
      if let Err(error) = go(if hops % 2 == 0 { "b" } else { "a" }) { panic("{error}") }
      hops += 1
      next = clock.elapsed_us() + 50_000
    }
  }
}

fn ask(server: Addr[Request], done: Addr[Seen]) {
  let pauses: List[Int] = []
  var calls = 0
  var failed = 0
  var hops = 0
  let begun = clock.elapsed_us()
  while hops < 100 {
    let start = clock.elapsed_us()
    calls += 1
    match server.call(|reply| Add(reply), within: 30_000) {
      Ok((_, made)) -> {
        if made > hops { pauses.push(clock.elapsed_us() - start) }
        hops = made
      }
      Err(_) -> { failed += 1 }
    }
  }
  done.send(Seen(calls, failed, clock.elapsed_us() - begun, pauses))
}

fn main() {
  let server = spawn(serve)
  let done: Inbox[Seen] = inbox()
  let to = done.addr()
  for node in ["a", "b"] {
    let _ = spawn(|_: Inbox[()]| {
      if let Err(error) = go(node) { print("{error}") }
      ask(server, to)
    })
  }
  let one = done.receive()
  let two = done.receive()
  let calls = one.calls + two.calls
  let total = match server.call(|reply| Add(reply), within: 10_000) {
    Ok((total, _)) -> total - 1
    Err(_) -> 0
  }
  let pauses = list.sort(one.pauses.concat(two.pauses))
  let last = pauses.len() - 1
  let failed = one.failed + two.failed
  print("  {calls * 1000 / (one.us / 1000)} calls/s; {failed} failed, {calls} made, {total} served")
  print("  calls held up by a hop    p50 {pauses[last / 2]} µs, p99 {pauses[last * 99 / 100]} µs")
}
"#;

/// Runs a program on node a of two, and prints what it prints.
pub(crate) fn run(source: &str) -> Result<()> {
    let module = Engine::new().allow_standard().compile("bench.mob", source)?.encode();
    runtime()?.block_on(async {
        let cluster = Cluster::start(&["a", "b"], &ClusterConfig::default())?;
        let client = cluster.client()?;
        let mut following = client.send("a", Program { module: &module, name: "bench", args: &[] }).await?;
        let outcome = loop {
            match following.next().await? {
                Followed::Output(record) => print!("{}", String::from_utf8_lossy(&record.text)),
                Followed::Dropped(_) => {}
                Followed::Ended(outcome) => break outcome,
            }
        };
        client.close().await;
        cluster.shut_down().await;
        match outcome {
            Some(Outcome::Returned { .. }) => Ok(()),
            other => Err(format!("the program ended so: {other:?}").into()),
        }
    })
}
