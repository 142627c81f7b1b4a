//! What moving costs: `cargo bench --bench moving`.
//!
//! Snapshot and restore of a large heap beside `memcpy` of as many bytes; and a warm hop between two nodes of this
//! process beside a bare QUIC round trip of 1 KiB over the same loopback interface.

mod heap;
mod hop;
mod quic;

use std::error::Error;
use std::time::Duration;

fn main() -> Result<(), Box<dyn Error>> {
    let heap = heap::measure()?;
    println!("{} MiB of snapshot, least of {} runs", heap.bytes >> 20, heap::RUNS);
    for (name, time) in [("memcpy", heap.memcpy), ("snapshot", heap.snapshot), ("restore", heap.restore)] {
        let ratio = time.as_secs_f64() / heap.memcpy.as_secs_f64();
        println!("  {name:<10}{:>9.2} ms{ratio:>8.1} x memcpy", time.as_secs_f64() * 1e3);
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
