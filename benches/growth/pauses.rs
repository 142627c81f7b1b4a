//! How long collections stop an agent that holds much.
//!
//! An agent makes trees that live, and goes on to make trees that don't. It runs in slices of a millisecond or so; a
//! slice in which its heap got emptier has a collection in it, and took longer by the pause.

use std::time::Duration;

use mvm::vm::{Agent, Limits, Step};

use super::{clock, heap};

/// What was measured for one size of live data, in CPU time: others on the machine stretch time on the wall.
pub(crate) struct Pauses {
    pub(crate) live_bytes: usize,
    pub(crate) collections: usize,
    pub(crate) median: Duration,
    pub(crate) longest: Duration,
    /// Which part of the time was spent in pauses.
    pub(crate) share: f64,
}

/// Fuel of a slice: about a millisecond's.
const SLICE_FUEL: u64 = 100_000;
/// How many collections are measured.
const COLLECTIONS: usize = 9;
/// How deep the largest of three trees is, of 2 ^ depth nodes of three words. The others have 2 and 4 levels less, so that
/// together they take almost 1, 16, 256 and 1024 MiB.
const DEPTHS: [u32; 4] = [15, 19, 23, 25];

/// Measures each of [`DEPTHS`].
pub(crate) fn measure() -> Result<Vec<Pauses>, String> {
    DEPTHS.into_iter().map(pauses).collect()
}

fn pauses(depth: u32) -> Result<Pauses, String> {
    let source = format!(
        r#"
        enum Tree {{
          Leaf
          Node(left: Tree, right: Tree)
        }}

        fn grow(depth: Int) -> Tree {{
          if depth == 0 {{ Leaf }} else {{ Node(grow(depth - 1), grow(depth - 1)) }}
        }}

        fn count(tree: Tree) -> Int {{
          match tree {{
            Leaf -> 0
            Node(left, right) -> 1 + count(left) + count(right)
          }}
        }}

        fn main() -> Result[Int, MoveError] {{
          let long_lived = [grow({depth}), grow({depth} - 2), grow({depth} - 4)]
          go("away")?
          var total = 0
          for _ in 0..1_000_000_000 {{
            total += count(grow(8))
          }}
          for tree in long_lived {{
            total += count(tree)
          }}
          Ok(total)
        }}
        "#
    );
    let limits = Limits { heap_bytes: 4 << 30, ..Limits::default() };
    let mut agent = heap::start(&heap::load(&source)?, limits)?;
    heap::run_until_it_leaves(&mut agent)?;
    agent.compact();
    let live_bytes = agent.heap_bytes();
    arrive(&mut agent)?;
    observe(&mut agent, live_bytes)
}

fn arrive(agent: &mut Agent) -> Result<(), String> {
    let arrived = mvm::IntoValue::into_value(Ok::<(), ()>(()));
    agent.resume(&arrived).map_err(|error| error.to_string())
}

/// Runs the agent until it has been collected often enough. The first collection gives its arena another size, and doesn't
/// count.
fn observe(agent: &mut Agent, live_bytes: usize) -> Result<Pauses, String> {
    let (mut with, mut without) = (Vec::new(), Vec::new());
    while with.len() <= COLLECTIONS {
        let before = agent.heap_bytes();
        let start = clock::now();
        let step = agent.run(SLICE_FUEL);
        let time = clock::now().saturating_sub(start);
        if !matches!(step, Step::OutOfFuel) {
            return Err(format!("the program was to go on, and: {step:?}"));
        }
        if agent.heap_bytes() < before {
            with.push(time);
        } else if !with.is_empty() {
            without.push(time);
        }
    }
    with.remove(0);
    without.sort();
    let slice = without.get(without.len() / 2).copied().unwrap_or_default();
    let mut pauses: Vec<Duration> = with.iter().map(|time| time.saturating_sub(slice)).collect();
    pauses.sort();
    let paused: Duration = pauses.iter().sum();
    let total: Duration = with.iter().chain(&without).sum();
    Ok(Pauses {
        live_bytes,
        collections: pauses.len(),
        median: pauses.get(pauses.len() / 2).copied().unwrap_or_default(),
        longest: pauses.last().copied().unwrap_or_default(),
        share: paused.as_secs_f64() / total.as_secs_f64(),
    })
}
