//! Letters between two nodes over the loopback interface: `cargo bench --bench post`, or behind `--` some of `trips`, `flood`, `bulk`,
//! `agents` and `hops`.
//!
//! The first three are measured with the post, which authenticates, encrypts, numbers and acknowledges; over one stream of bare
//! QUIC, which authenticates and encrypts; and over TCP, which does neither. Both ends are in this process, each with a runtime
//! of its own. The last two are programs on two nodes, each of which is a process: messages between their agents, beside bare QUIC
//! between the same processes, and a server that moves while it is called.

mod agents;
mod apart;
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
    if let Some((apart::THERE, args)) = chosen.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        return apart::there(args);
    }
    let is_chosen = |name: &str| chosen.is_empty() || chosen.iter().any(|word| word == name);
    if ["trips", "flood", "bulk"].into_iter().any(is_chosen) {
        in_one_process(&is_chosen)?;
    }
    if ["agents", "hops"].into_iter().any(is_chosen) {
        in_two_processes(&is_chosen)?;
    }
    Ok(())
}

/// The post, bare QUIC and TCP.
fn in_one_process(is_chosen: &impl Fn(&str) -> bool) -> Result<()> {
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
    Ok(())
}

/// Agents, and bare QUIC.
fn in_two_processes(is_chosen: &impl Fn(&str) -> bool) -> Result<()> {
    let apart = apart::Apart::new()?;
    if is_chosen("agents") {
        println!("bare QUIC between two processes");
        let mut trips = apart.trips()?;
        trips.sort_unstable();
        let (p50, p99) = (trips[trips.len() / 2], trips[trips.len() * 99 / 100]);
        println!("  {SHORT} bytes there and back   p50 {:.0} µs, p99 {:.0} µs", micros(p50), micros(p99));
        let time = apart.one_way(FLOOD, SHORT)?;
        println!(
            "  {SHORT} bytes one way          {:.0} thousand/s",
            FLOOD as f64 / time.as_secs_f64() / 1e3
        );
        let time = apart.one_way(BULK, LONG)?;
        println!(
            "  {} KiB one way            {:.0} MB/s",
            LONG >> 10,
            (BULK * LONG) as f64 / time.as_secs_f64() / 1e6
        );
        println!("between agents on two nodes, each a process");
        apart.run(agents::LETTERS)?;
    }
    if is_chosen("hops") {
        println!(
            "a server of a MiB that moves a hundred times between two nodes while it is called 10,000 times a second"
        );
        apart.run(agents::HOPS)?;
    }
    apart.end()
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
