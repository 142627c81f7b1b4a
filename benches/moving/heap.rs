//! Snapshot and restore of agents with large heaps.

use std::error::Error;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use mvm::Engine;
use mvm::net::protocol::{FrameError, pack_lz4, unpack_lz4};
use mvm::vm::{Agent, Frozen, Limits, Program, SnapshotError, Step};

use super::clock;

/// How often each is measured; they take turns.
pub(crate) const RUNS: usize = 5;

/// Bytes that are sent at a time.
const CHUNK_BYTES: usize = 256 << 10;

/// Heaps to move: what is in them, and a program that ends where it asks to go, with all of it alive.
pub(crate) const HEAPS: [(&str, &str); 2] = [
    (
        "a tree of 8,388,607 nodes",
        r#"
        enum Tree { Leaf, Node(Tree, Int, Tree) }

        fn grow(depth: Int) -> Tree {
          if depth == 0 { Leaf } else { Node(grow(depth - 1), depth, grow(depth - 1)) }
        }

        fn depth(tree: Tree) -> Int {
          match tree {
            Leaf -> 0
            Node(left, _, _) -> 1 + depth(left)
          }
        }

        fn main() -> Result[Int, MoveError] {
          let tree = grow(23)
          go("away")?
          Ok(depth(tree))
        }
        "#,
    ),
    (
        "2,000,000 records with texts and lists",
        r#"
        struct Reading { host: Str, load: Float, samples: List[Int] }

        fn main() -> Result[Int, MoveError] {
          let readings: List[Reading] = []
          for i in 0..2_000_000 {
            readings.push(Reading("host {i}", i.to_float() / 3.0, [i, i + 1, i + 2]))
          }
          go("away")?
          Ok(readings.len())
        }
        "#,
    ),
];

/// What was measured of one heap.
pub(crate) struct Measured {
    /// The snapshot's length, which is what `memcpy` copies.
    pub(crate) bytes: usize,
    /// How much shorter LZ4 makes it.
    pub(crate) packed_bytes: usize,
    /// The least CPU time of each, named; the first is `memcpy`.
    pub(crate) times: [(&'static str, Duration); 6],
}

/// What is measured, in this order.
const NAMES: [&str; 6] =
    ["memcpy", "snapshot, streamed", "snapshot, as a Vec", "restore", "pack as LZ4", "unpack it"];

pub(crate) fn measure(source: &str) -> Result<Measured, Box<dyn Error>> {
    let gib = 1 << 30;
    let limits = Limits { heap_bytes: gib, snapshot_bytes: gib, ..Limits::default() };
    let mut engine = Engine::new();
    let program = Arc::clone(engine.allow_standard().compile("heap.mob", source)?.inner());
    let mut best = [Duration::MAX; 6];
    let (mut len, mut packed_bytes) = (0, 0);
    for _ in 0..RUNS {
        // New ones each time: a snapshot leaves a heap in better order than a program does.
        let agent = departing(&program, limits)?;
        let (streamed, stream_time) = timed(|| stream(agent));
        let (streamed, _) = streamed?;
        let mut agent = departing(&program, limits)?;
        let (bytes, snapshot_time) = timed(|| agent.snapshot());
        let bytes = bytes?;
        drop(agent);
        let (_, memcpy_time) = timed(|| bytes.clone());
        let (restored, restore_time) = timed(|| Agent::restore(&bytes, Arc::clone(&program), limits));
        restored?;
        let (packed, pack_time) = timed(|| pack(&bytes));
        let (unpacked, unpack_time) = timed(|| unpack(&packed, bytes.len()));
        unpacked?;
        if streamed != bytes.len() {
            return Err("the pieces are not as long as the whole".into());
        }
        (len, packed_bytes) = (bytes.len(), packed.iter().map(Vec::len).sum());
        let times = [memcpy_time, stream_time, snapshot_time, restore_time, pack_time, unpack_time];
        best.iter_mut().zip(times).for_each(|(best, time)| *best = time.min(*best));
    }
    let mut times = NAMES.map(|name| (name, Duration::MAX));
    times.iter_mut().zip(best).for_each(|((_, time), best)| *time = best);
    Ok(Measured { bytes: len, packed_bytes, times })
}

/// Takes the snapshot as a node sends it: frozen, and read chunk by chunk into one buffer. How long it is.
fn stream(agent: Agent) -> Result<(usize, Frozen), SnapshotError> {
    let frozen = agent.freeze().map_err(|refused| refused.1)?;
    let (mut chunk, mut at) = (vec![0; CHUNK_BYTES], 0);
    loop {
        match frozen.bytes().read(at, black_box(&mut chunk)) {
            0 => return Ok((at, frozen)),
            read => at += read,
        }
    }
}

/// Each chunk, as it is sent to a node that wants it so.
fn pack(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut packed = Vec::new();
    let pack = |chunk| {
        pack_lz4(chunk, &mut packed);
        packed.clone()
    };
    bytes.chunks(CHUNK_BYTES).map(pack).collect()
}

fn unpack(packed: &[Vec<u8>], len: usize) -> Result<(), FrameError> {
    let (mut chunk, mut left) = (vec![0; CHUNK_BYTES], len);
    for packed in packed {
        chunk.truncate(left);
        left -= chunk.len();
        unpack_lz4(packed, black_box(&mut chunk))?;
    }
    Ok(())
}

/// An agent of the program, run until it asks to go.
pub(crate) fn departing(program: &Arc<Program>, limits: Limits) -> Result<Agent, Box<dyn Error>> {
    let mut agent = Agent::new(Arc::clone(program), limits);
    agent.start(program.main().ok_or("no main")?, &[])?;
    match agent.run(u64::MAX >> 2) {
        Step::Depart(_) => Ok(agent),
        step => Err(format!("the program was to depart, and: {step:?}").into()),
    }
}

/// What the work gives, and how much CPU time it took.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = clock::now();
    let result = black_box(work());
    (result, clock::now().saturating_sub(start))
}
