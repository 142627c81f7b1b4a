//! The standard host functions as a program has them where it runs by itself, without a node: console, clock,
//! random numbers, and a node of its own with nowhere to go.

use std::io::{self, Write};
use std::sync::LazyLock;

use mob_host::Stopwatch;
use mob_vm::Value;

use super::failure::Failure;
use super::function::{ErasedFunction, HostFunction};

/// The capabilities of the standard host functions.
pub(crate) const STANDARD_CAPABILITIES: [&str; 5] = ["agent", "clock", "console", "node", "random"];

/// What `node.name` gives where there is no node.
pub const LOCAL_NODE: &str = "local";

/// The standard host functions by name. Those of `console` write to the process's streams; nobody types, since a program that
/// waits for a line would hold up whoever runs it.
pub(crate) fn standard_functions() -> Vec<(&'static str, ErasedFunction)> {
    vec![
        ("console.print", (|text: String| write_to(io::stdout(), &text, "\n")).erase()),
        ("console.write", (|text: String| write_to(io::stdout(), &text, "")).erase()),
        ("console.error", (|text: String| write_to(io::stderr(), &text, "\n")).erase()),
        ("console.read_line", (|| None::<String>).erase()),
        ("clock.now_ms", mob_host::unix_ms.erase()),
        ("clock.elapsed_us", elapsed_us.erase()),
        ("random.bits", random_bits.erase()),
        ("agent.find", (|node: String, _: String| no_such_node(&node)).erase()),
        ("node.name", (|| LOCAL_NODE).erase()),
        ("node.load", mob_host::load_average.erase()),
        ("node.peers", (|| Vec::<String>::new()).erase()),
    ]
}

/// What `agent.find` gives where there are no other nodes: the prelude's `Err(NoSuchNode(text))`, by tags.
fn no_such_node(node: &str) -> Value {
    let text = format!("there is no node `{node}` for this agent");
    Value::Variant(1, vec![Value::Variant(0, vec![Value::Str(text)])])
}

fn write_to(mut stream: impl Write, text: &str, end: &str) -> Result<(), Failure> {
    stream.write_all(text.as_bytes())?;
    stream.write_all(end.as_bytes())?;
    Ok(stream.flush()?)
}

/// Microseconds since the process first asked.
fn elapsed_us() -> i64 {
    static START: LazyLock<Stopwatch> = LazyLock::new(Stopwatch::start);
    START.elapsed_us()
}

fn random_bits() -> Result<i64, Failure> {
    mob_host::random_bits().map_err(|error| Failure::new(format!("no random numbers: {error}")))
}
