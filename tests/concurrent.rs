//! Agents on several threads: that nobody holds up others, nothing is lost, and every end is told of, whatever the order in which
//! agents have their turns.
#![allow(clippy::unwrap_used)]

use std::panic::AssertUnwindSafe;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use mvm::{Agent, Captured, Engine, Limits, Outcome, Program, Trap, TrapKind};
use tokio::runtime::{Builder, Runtime};

/// More than any of these programs needs.
const FUEL: u64 = 20_000_000_000;

/// How long something is waited for that has to come. It is there so that what hangs fails; nothing depends on how long
/// anything takes.
const PATIENCE: Duration = Duration::from_secs(300);

static THREADS: LazyLock<Runtime> = LazyLock::new(|| threads(4));

fn threads(count: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(count).enable_time().build().unwrap()
}

fn engine() -> (Engine, Captured) {
    let mut engine = Engine::new();
    engine.allow_standard();
    let captured = engine.capture();
    // Where it is said how agents ended that nobody waited for.
    engine.register("console.error", |_: String| ());
    (engine, captured)
}

fn run_on(threads: &Runtime, program: &Program, fuel: u64) -> (Agent, Result<Outcome, Trap>) {
    let agent = Agent::start(program, &[]).unwrap();
    threads.block_on(async {
        let run = agent.run_on_all_threads(fuel);
        tokio::time::timeout(PATIENCE, run).await.expect("the program hangs")
    })
}

/// Runs a program to its end, and gives what it printed.
fn printed((engine, captured): &(Engine, Captured), source: &str) -> String {
    let program = engine.compile("test.mob", source).unwrap();
    let (_, ended) = run_on(&THREADS, &program, FUEL);
    let printed = captured.take();
    assert_eq!(ended, Ok(Outcome::Done), "{printed}");
    printed
}

fn trap(source: &str) -> Trap {
    let (engine, _captured) = engine();
    let program = engine.compile("test.mob", source).unwrap();
    run_on(&THREADS, &program, FUEL).1.unwrap_err()
}

#[test]
fn what_agents_print_before_they_send_is_there_though_that_ends_the_program() {
    let source = r#"
fn main() {
  let news: Inbox[()] = inbox()
  let to = news.addr()
  for n in 0..100 {
    let _ = spawn(|_: Inbox[()]| {
      print("{n}")
      // Whoever hears of it ends the program.
      let _ = spawn(|_: Inbox[()]| to.send(()))
    })
  }
  for _ in 0..100 { news.receive() }
}
"#;
    let host = engine();
    for _ in 0..20 {
        let text = printed(&host, source);
        let mut numbers: Vec<u32> = text.lines().map(|line| line.parse().unwrap()).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..100).collect::<Vec<_>>());
    }
}

#[test]
fn that_nobody_is_left_is_told_when_it_is_so_and_only_then() {
    let (engine, _captured) = engine();
    // The last message wakes an agent whose answer is the only one to come, again and again.
    let relay = |last: &str| {
        let source = format!(
            "fn main() -> Int {{
               let home: Inbox[Int] = inbox()
               let back = home.addr()
               let far = spawn(|numbers: Inbox[Int]| {{ back.send(numbers.receive() + 1) }})
               let middle = spawn(|numbers: Inbox[Int]| {{ far.send(numbers.receive() + 1) }})
               let near = spawn(|numbers: Inbox[Int]| {{ for n in numbers {{ {last} }} }})
               near.send(1)
               home.receive()
             }}"
        );
        engine.compile("test.mob", &source).unwrap()
    };
    let (ends, hangs) = (relay("middle.send(n + 1)"), relay("if n > 1 { middle.send(n) }"));
    for _ in 0..2000 {
        let (agent, ended) = run_on(&THREADS, &ends, FUEL);
        assert_eq!(ended, Ok(Outcome::Done));
        assert_eq!(agent.result::<i64>(), Some(4));
        let (_, ended) = run_on(&THREADS, &hangs, FUEL);
        let TrapKind::Host(text) = ended.unwrap_err().kind else { panic!("another trap") };
        assert!(text.contains("no agent is left that could send one"), "{text}");
    }
}

#[test]
fn an_endless_loop_delays_nobody() {
    let source = "
        fn main() {
          for _ in 0..16 {
            spawn(|_: Inbox[()]| { while true {} })
          }
          let ticker = spawn(|ticks: Inbox[Addr[Int]]| {
            var n = 0
            for reply in ticks {
              n += 1
              reply.send(n)
            }
          })
          for n in 1..=200 {
            assert(ticker.call(|reply| reply, within: 100_000) == Ok(n))
          }
          print(\"200 ticks\")
        }";
    assert_eq!(printed(&engine(), source), "200 ticks\n");
}

#[test]
fn a_function_that_blocks_holds_no_thread() {
    let (mut engine, captured) = engine();
    let (go, gone) = channel::<()>();
    let (go, gone): (Mutex<_>, Mutex<Receiver<()>>) = (Mutex::new(go), Mutex::new(gone));
    engine.register_blocking("t.wait", move || gone.lock().unwrap().recv_timeout(PATIENCE).is_ok());
    engine.register("t.go", move || go.lock().unwrap().send(()).unwrap());
    engine.allow("t");
    // More agents wait in the function than there are threads, and all wait for what the first one does in the end.
    let source = "
        extern \"t.wait\" fn wait() -> Bool
        extern \"t.go\" fn go_on()
        fn main() -> Int {
          let waited: Inbox[Bool] = inbox()
          let to = waited.addr()
          for _ in 0..6 {
            spawn(|_: Inbox[()]| to.send(wait()))
          }
          let counter = spawn(|numbers: Inbox[(Int, Addr[Int])]| {
            for (n, reply) in numbers { reply.send(n + 1) }
          })
          var n = 0
          while n < 1000 {
            n = counter.call(|reply| (n, reply), within: 100_000).or(-1)
          }
          for _ in 0..6 { go_on() }
          for _ in 0..6 { assert(waited.receive()) }
          n
        }";
    let program = engine.compile("test.mob", source).unwrap();
    let (agent, ended) = run_on(&threads(2), &program, FUEL);
    assert_eq!((ended, agent.result::<i64>()), (Ok(Outcome::Done), Some(1000)), "{}", captured.take());
}

#[test]
fn a_panic_in_a_function_goes_on_where_the_run_was_begun() {
    for blocks in [false, true] {
        let (mut engine, _captured) = engine();
        let panic = || -> i64 { panic!("on purpose") };
        if blocks {
            engine.register_blocking("t.panic", panic);
        } else {
            engine.register("t.panic", panic);
        }
        engine.allow("t");
        let source = "
            extern \"t.panic\" fn hopeless() -> Int
            fn main() {
              let never: Inbox[Int] = inbox()
              let back = never.addr()
              for _ in 0..10 { spawn(|_: Inbox[()]| back.send(hopeless())) }
              print(never.receive())
            }";
        let program = engine.compile("test.mob", source).unwrap();
        let run = AssertUnwindSafe(|| run_on(&THREADS, &program, FUEL));
        let panic = std::panic::catch_unwind(run).unwrap_err();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
    }
}

#[test]
fn fuel_is_for_all_together() {
    let (engine, _captured) = engine();
    let source = "
        fn main() {
          for _ in 0..8 { spawn(|_: Inbox[()]| { while true {} }) }
          let never: Inbox[()] = inbox()
          never.receive()
        }";
    let program = engine.compile("test.mob", source).unwrap();
    let (_, ended) = run_on(&THREADS, &program, 5_000_000);
    assert_eq!(ended, Ok(Outcome::OutOfFuel));
}

#[test]
fn a_slow_receiver_holds_its_senders_back_and_loses_nothing() {
    let (mut engine, captured) = engine();
    engine.limits(Limits { mail_bytes: 8 << 10, ..Limits::default() });
    let source = "
        use list
        const SENDERS: Int = 40
        const EACH: Int = 500
        fn main() {
          let home: Inbox[(Int, Int, List[Int])] = inbox()
          let to = home.addr()
          for sender in 0..SENDERS {
            spawn(|_: Inbox[()]| {
              for n in 0..EACH { to.send((sender, n, [n, n, n, n, n, n, n, n])) }
            })
          }
          let next = list.filled(SENDERS, 0)
          for _ in 0..SENDERS * EACH {
            let (sender, n, data) = home.receive()
            assert(next[sender] == n && data[7] == n)
            next[sender] += 1
          }
          assert(next.all(|n| n == EACH) && home.try_receive() == None)
          print(\"all\")
        }";
    assert_eq!(printed(&(engine, captured), source), "all\n");
}

#[test]
fn who_is_killed_in_a_flood_has_received_in_order_and_holds_up_nobody() {
    let source = "
        const MESSAGES: Int = 20_000
        fn main() {
          let home: Inbox[Int] = inbox()
          let to = home.addr()
          for _ in 0..20 {
            let sink = spawn(|numbers: Inbox[Int]| {
              var wanted = 0
              for n in numbers {
                assert(n == wanted)
                wanted += 1
              }
            })
            let end = sink.monitor()
            spawn(|_: Inbox[()]| {
              for n in 0..MESSAGES {
                if n == MESSAGES / 2 { to.send(n) }
                sink.send(n)
              }
              to.send(MESSAGES)
            })
            home.receive()
            sink.kill(\"enough\")
            assert(end.receive().reason == Exited(\"enough\"))
            assert(home.receive() == MESSAGES)
          }
          print(\"all\")
        }";
    assert_eq!(printed(&engine(), source), "all\n");
}

#[test]
fn ten_thousand_agents_begin_and_end() {
    let source = "
        fn main() {
          let home: Inbox[Int] = inbox()
          let to = home.addr()
          for n in 0..10_000 { spawn(|_: Inbox[()]| to.send(n)) }
          var sum = 0
          for _ in 0..10_000 { sum += home.receive() }
          print(sum)
        }";
    assert_eq!(printed(&engine(), source), "49995000\n");
}

#[test]
fn a_child_that_dies_at_once_for_ever_ends_its_supervisor() {
    let source = "
        use supervisor
        use supervisor.{Intensity, Strategy}
        fn main() {
          let hopeless = supervisor.child(\"hopeless\", || spawn(|_: Inbox[()]| { panic(\"no\") }).agent())
          let boss = supervisor.start_within(OneForOne, Intensity(5, 100_000), [hopeless])
          match boss.agent().monitor().receive().reason {
            Failed(text) -> print(text.contains(\"ended once too often\"))
            other -> print(other)
          }
        }";
    for _ in 0..20 {
        assert_eq!(printed(&engine(), source), "true\n");
    }
}

#[test]
fn a_cycle_of_links_ends_as_a_whole() {
    let source = "
        const AGENTS: Int = 200
        fn main() {
          let downs: Inbox[Down] = inbox()
          let linked: Inbox[()] = inbox()
          let done = linked.addr()
          let all: List[Addr[Addr[()]]] = []
          for _ in 0..AGENTS {
            let agent = spawn(|others: Inbox[Addr[()]]| {
              link(others.receive())
              done.send(())
              others.receive()
              1 / others.len()
            })
            monitor_into(agent, downs.addr())
            all.push(agent)
          }
          for n in 0..AGENTS { all[n].send(all[(n + 1) % AGENTS].agent()) }
          for _ in 0..AGENTS { linked.receive() }
          all[7].send(all[0].agent())
          var ended = 0
          for _ in 0..AGENTS {
            match downs.receive().reason {
              Failed(_) | Exited(_) -> { ended += 1 }
              other -> print(other)
            }
          }
          print(ended)
        }";
    assert_eq!(printed(&engine(), source), "200\n");
}

#[test]
fn a_message_that_is_too_large_ends_its_sender_alone() {
    let source = "
        fn main() {
          let texts: Inbox[Str] = inbox()
          let to = texts.addr()
          let sender = spawn(|_: Inbox[()]| to.send(\"x\".repeat(100_000_000)))
          match sender.monitor().receive().reason {
            Failed(text) -> print(text)
            other -> print(other)
          }
          print(texts.len())
        }";
    let printed = printed(&engine(), source);
    assert!(printed.contains("16777216 bytes") && printed.ends_with("\n0\n"), "{printed}");
}

#[test]
fn an_agent_that_never_receives_holds_up_only_who_sends_to_it() {
    let source = "
        fn main() {
          let deaf = spawn(|_: Inbox[Str]| {
            let never: Inbox[()] = inbox()
            never.receive()
          })
          let text = \"x\".repeat(1_000_000)
          let sender = spawn(|_: Inbox[()]| { while true { deaf.send(text) } })
          let over = sender.monitor()
          let echo = spawn(|ns: Inbox[(Int, Addr[Int])]| { for (n, reply) in ns { reply.send(n) } })
          while deaf.try_send(text) != Err(NoRoom) {}
          for n in 0..100 { assert(echo.call(|reply| (n, reply), within: 100_000) == Ok(n)) }
          assert(over.try_receive() == None)
          deaf.kill(\"it is deaf\")
          // Nobody is there any more to whom it could send: all goes nowhere, without end.
          sender.kill(\"it goes on for ever\")
          print(over.receive().reason)
        }";
    assert_eq!(printed(&engine(), source), "Exited(\"it goes on for ever\")\n");
}

#[test]
fn whoever_waits_for_room_that_nobody_can_make_is_told() {
    let error = trap(
        "fn main() {
           let deaf = spawn(|_: Inbox[Str]| {
             let never: Inbox[()] = inbox()
             never.receive()
           })
           let text = \"x\".repeat(1_000_000)
           while true { deaf.send(text) }
         }",
    );
    assert!(error.to_string().contains("no agent is left"), "{error}");
}

#[test]
fn what_is_sent_to_an_agent_that_is_gone_is_dropped_or_told() {
    let source = "
        fn main() {
          for _ in 0..500 {
            let gone = spawn(|ns: Inbox[Addr[Int]]| ns.try_receive())
            let over = gone.monitor()
            let first = gone.call(|reply| reply, within: 100_000)
            assert(first.is_err())
            over.receive()
            let nobody: Inbox[Int] = inbox()
            gone.send(nobody.addr())
            assert(gone.try_send(nobody.addr()) == Err(NoSuchAgent))
            assert(gone.call(|reply| reply, within: 100_000) == Err(Ended(Gone)))
            nobody.close()
          }
          print(\"gone\")
        }";
    assert_eq!(printed(&engine(), source), "gone\n");
}
