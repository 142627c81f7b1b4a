//! What moving costs: `cargo bench --bench moving`, or behind `--` some of `heaps`, `small` and `hops`.
//!
//! Snapshot and restore of large heaps beside `memcpy` of as many bytes, and of a small agent; and a warm hop between
//! two nodes of this process beside a bare QUIC round trip of 1 KiB over the same loopback interface.

#[path = "../compile/clock.rs"]
#[allow(dead_code, unused_imports, reason = "of what the other benchmark asks, only the time is wanted here")]
mod clock;
mod heap;
mod hop;
mod quic;
mod small;

use std::error::Error;
use std::time::Duration;

/// A part of the benchmark, which prints what it measures.
type Part = fn() -> Result<(), Box<dyn Error>>;

fn main() -> Result<(), Box<dyn Error>> {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let is_chosen = |name: &str| chosen.is_empty() || chosen.iter().any(|word| word == name);
    let parts: [(&str, Part); 3] = [("heaps", heaps), ("small", small_agent), ("hops", hops)];
    parts.iter().filter(|(name, _)| is_chosen(name)).try_for_each(|(_, part)| part())
}

fn heaps() -> Result<(), Box<dyn Error>> {
    for (name, source) in heap::HEAPS {
        let heap = heap::measure(source)?;
        println!("{name}, {} MiB of snapshot, least CPU time of {} runs", heap.bytes >> 20, heap::RUNS);
        let memcpy = heap.times[0].1.as_secs_f64();
        for (name, time) in heap.times {
            let time = time.as_secs_f64();
            let speed = heap.bytes as f64 / 1e6 / time;
            println!("  {name:<20}{:>9.1} ms{speed:>8.0} MB/s{:>8.2} x memcpy", time * 1e3, time / memcpy);
        }
        println!("  {:<20}{:>9.2} times shorter", "LZ4", heap.bytes as f64 / heap.packed_bytes as f64);
    }
    Ok(())
}

fn small_agent() -> Result<(), Box<dyn Error>> {
    let small = small::measure()?;
    println!("examples/journey.mob, {} bytes of snapshot, p50", small.bytes);
    for (name, time) in [("snapshot", small.snapshot), ("restore", small.restore)] {
        println!("  {name:<10}{:>9.2} µs", time.as_secs_f64() * 1e6);
    }
    Ok(())
}

fn hops() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let round_trip = runtime.block_on(quic::round_trips())?;
    let hop = runtime.block_on(hop::hops())?;
    println!("between two nodes on loopback, p50");
    println!("  {:<28}{:>8} µs", "QUIC round trip of 1 KiB", round_trip.as_micros());
    println!("  {:<28}{:>8} µs", format!("hop of {} bytes", hop.bytes), hop.time.as_micros());
    println!("  {:<28}{:>8.1} round trips", "", hop.time.as_secs_f64() / round_trip.as_secs_f64());
    Ok(())
}

/// The value in the middle.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
