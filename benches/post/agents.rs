//! The same between agents: programs on two nodes, which measure themselves.

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

/// A server of a MiB that moves a hundred times, and two clients, one on each node, that together call it 10,000 times a second.
pub(crate) const HOPS: &str = r#"
use clock
use list

enum Request { Add(Int, Addr[(Int, Int)]), Total(Addr[Int]) }

struct Seen { calls: Int, wrong: Int, us: Int, trips: List[Int], pauses: List[Int] }

fn serve(requests: Inbox[Request]) {
  let state = list.filled(131_072, 1)
  var total = 0
  var hops = 0
  var next = clock.elapsed_us() + 500_000
  for request in requests {
    match request {
      Add(n, reply) -> {
        total += state[total % 131_072]
        reply.send((n, hops))
      }
      Total(reply) -> reply.send(total)
    }
    if hops < 100 && clock.elapsed_us() >= next {
      if let Err(error) = go(if hops % 2 == 0 { "b" } else { "a" }) { panic("{error}") }
      hops += 1
      next = clock.elapsed_us() + 100_000
    }
  }
}

fn ask(server: Addr[Request], done: Addr[Seen]) {
  let seen = Seen(0, 0, 0, [], [])
  let nothing: Inbox[()] = inbox()
  var hops = 0
  let begun = clock.elapsed_us()
  while hops < 100 {
    let start = clock.elapsed_us()
    if seen.calls >= (start - begun) / 200 {
      let _ = nothing.receive_within(1)
    } else {
      seen.calls += 1
      let n = seen.calls
      match server.call(|reply| Add(n, reply), within: 30_000) {
        Ok((m, made)) if m == n -> {
          let us = clock.elapsed_us() - start
          seen.trips.push(us)
          if made > hops { seen.pauses.push(us) }
          hops = made
        }
        _ -> { seen.wrong += 1 }
      }
    }
  }
  seen.us = clock.elapsed_us() - begun
  done.send(seen)
}

fn shown(times: List[Int]) -> Str {
  let sorted = list.sort(times)
  let last = sorted.len() - 1
  "p50 {sorted[last / 2]} µs, p99 {sorted[last * 99 / 100]} µs, longest {sorted[last]} µs"
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
  let total = match server.call(|reply| Total(reply), within: 10_000) {
    Ok(total) -> total
    Err(error) -> panic("{error}")
  }
  print("  {calls * 1000 / (one.us / 1000)} calls/s: {calls} made, {total} served, {one.wrong + two.wrong} without the right answer")
  print("  calls                     {shown(one.trips.concat(two.trips))}")
  print("  calls held up by a hop    {shown(one.pauses.concat(two.pauses))}")
}
"#;
