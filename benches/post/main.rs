//! Letters between two nodes of this process over the loopback interface: `cargo bench --bench post`, or behind `--` some of
//! `trips`, `flood`, `bulk`, `agents` and `hops`.
//!
//! Each is measured with the post, which authenticates, encrypts, numbers and acknowledges; over one stream of bare QUIC,
//! which authenticates and encrypts; and over TCP, which does neither. Each end has a runtime of its own, as processes have.
//! The last two are programs on two nodes: messages between their agents, and a server that moves while it is called.

mod agents;
mod house;
mod quic;
mod tcp;

use std::error::Error;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

/// Bytes of a short letter.
pub(crate) const SHORT: usize = 32;
/// Bytes of a long one.
pub(crate) const LONG: usize = 64 << 10;
/// Round trips that are measured, and those before.
pub(crate) const TRIPS: usize = 20_000;
pub(crate) const COLD: usize = 2_000;
/// Short letters one way, and long ones.
pub(crate) const FLOOD: usize = 1_000_000;
pub(crate) const BULK: usize = 16_384;

/// How often each is measured; they take turns, and the best counts.
const RUNS: usize = 3;

type Boxed = Box<dyn Error + Send + Sync>;
type Result<T> = std::result::Result<T, Boxed>;

/// What carries letters from one end to the other.
pub(crate) trait Carrier {
    /// How long each of many requests took until its reply was there.
    fn trips(&mut self) -> Result<Vec<Duration>>;
    /// How long it took until so many letters of so many bytes had arrived.
    fn one_way(&mut self, letters: usize, bytes: usize) -> Result<Duration>;
}

fn main() -> Result<()> {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let is_chosen = |name: &str| chosen.is_empty() || chosen.iter().any(|word| word == name);
    let mut carriers: [(&str, Box<dyn Carrier>); 3] = [
        ("post", Box::new(house::Houses::new()?)),
        ("bare QUIC", Box::new(quic::Stream::new()?)),
        ("TCP", Box::new(tcp::Stream::new()?)),
    ];
    if is_chosen("trips") {
        println!("{SHORT} bytes there and back, one at a time");
        let mut best = [(Duration::MAX, Duration::MAX); 3];
        for _ in 0..RUNS {
            for ((_, carrier), best) in carriers.iter_mut().zip(&mut best) {
                let mut trips = carrier.trips()?;
                trips.sort_unstable();
                *best = (*best).min((trips[trips.len() / 2], trips[trips.len() * 99 / 100]));
            }
        }
        for ((name, _), (p50, p99)) in carriers.iter().zip(best) {
            println!("  {name:<10}p50{:>7.1} µs   p99{:>7.1} µs", micros(p50), micros(p99));
        }
    }
    if is_chosen("flood") {
        println!("letters of {SHORT} bytes, one way");
        for ((name, _), time) in best_of(&mut carriers, FLOOD, SHORT)? {
            println!("  {name:<10}{:>9.0} thousand/s", FLOOD as f64 / time.as_secs_f64() / 1e3);
        }
    }
    if is_chosen("bulk") {
        println!("letters of {} KiB, one way", LONG >> 10);
        for ((name, _), time) in best_of(&mut carriers, BULK, LONG)? {
            println!("  {name:<10}{:>9.0} MB/s", (BULK * LONG) as f64 / time.as_secs_f64() / 1e6);
        }
    }
    drop(carriers);
    if is_chosen("agents") {
        println!("between agents on two nodes");
        agents::run(agents::LETTERS)?;
    }
    if is_chosen("hops") {
        println!("a server of a MiB that moves a hundred times between two nodes while it is called");
        agents::run(agents::HOPS)?;
    }
    Ok(())
}

type Named = (&'static str, Box<dyn Carrier>);

fn best_of(carriers: &mut [Named; 3], letters: usize, bytes: usize) -> Result<Vec<(&Named, Duration)>> {
    let mut best = [Duration::MAX; 3];
    for _ in 0..RUNS {
        for ((_, carrier), best) in carriers.iter_mut().zip(&mut best) {
            *best = (*best).min(carrier.one_way(letters, bytes)?);
        }
    }
    Ok(carriers.iter().zip(best).collect())
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// A runtime as a process would have.
pub(crate) fn runtime() -> Result<Runtime> {
    Ok(Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}
