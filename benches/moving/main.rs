//! What moving costs: `cargo bench --bench moving`.
//!
//! Snapshot and restore of large heaps beside `memcpy` of as many bytes, and of a small agent; and a warm hop between
//! two nodes of this process beside a bare QUIC round trip of 1 KiB over the same loopback interface.

mod heap;
mod hop;
mod quic;
mod small;

use std::error::Error;
use std::time::Duration;

fn main() -> Result<(), Box<dyn Error>> {
    for (name, source) in heap::HEAPS {
        let heap = heap::measure(source)?;
        println!("{name}, {} MiB of snapshot, least of {} runs", heap.bytes >> 20, heap::RUNS);
        for (name, time) in [("memcpy", heap.memcpy), ("snapshot", heap.snapshot), ("restore", heap.restore)]
        {
            let ratio = time.as_secs_f64() / heap.memcpy.as_secs_f64();
            println!("  {name:<10}{:>9.2} ms{ratio:>8.1} x memcpy", time.as_secs_f64() * 1e3);
        }
    }
    let small = small::measure()?;
    println!("examples/journey.mob, {} bytes of snapshot, p50", small.bytes);
    for (name, time) in [("snapshot", small.snapshot), ("restore", small.restore)] {
        println!("  {name:<10}{:>9.2} µs", time.as_secs_f64() * 1e6);
    }

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
