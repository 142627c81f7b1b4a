//! Host functions: what programs on a node can ask of the world around them. Plain data in, plain data out; no
//! function here waits.

use mob_host::{Stopwatch, load_average, random_bits, unix_ms};
use mob_vm::{HostCall, Value};

use crate::protocol::Channel;

/// What a node offers to the programs on it, beside moving.
pub trait HostFunctions: Send + Sync + 'static {
    /// Whether programs that need this capability (`fs` of `fs.read_text`) may come here.
    fn offers(&self, capability: &str) -> bool;

    /// Answers a call. Must not block: what takes time is [`HostAnswer::After`].
    fn call(&self, call: &HostCall, context: &HostContext<'_>) -> HostAnswer;
}

/// What a host function is told beside its arguments.
pub struct HostContext<'a> {
    /// What the node calls itself.
    pub node: &'a str,
    /// The names of the other nodes that it knows, sorted; looked up only if asked for.
    pub peers: &'a dyn Fn() -> Vec<String>,
}

/// What comes of a host call.
#[derive(Debug, Clone, PartialEq)]
pub enum HostAnswer {
    /// The result.
    Value(Value),
    /// Output, which goes to the agent's home; the result is `()`.
    Output(Channel, String),
    /// The result, but so many milliseconds from now. The agent can be moved meanwhile and waits on there.
    After(u64, Value),
    /// The call fails in a way that its signature can't express; the agent traps with this message.
    Fail(String),
}

/// The tag of `Option.None`.
const NONE: u32 = 0;

/// `console`, `clock`, `random` and `node`: what is harmless for a stranger's program to have.
#[derive(Debug)]
pub struct StandardHost {
    started: Stopwatch,
}

impl StandardHost {
    /// Host functions whose monotonic clock starts at 0.
    pub fn new() -> Self {
        Self { started: Stopwatch::start() }
    }
}

impl Default for StandardHost {
    fn default() -> Self {
        Self::new()
    }
}

impl HostFunctions for StandardHost {
    fn offers(&self, capability: &str) -> bool {
        matches!(capability, "agent" | "console" | "clock" | "random" | "node")
    }

    fn call(&self, call: &HostCall, context: &HostContext<'_>) -> HostAnswer {
        let value = match (call.name.as_str(), call.args.as_slice()) {
            ("console.print", [Value::Str(text)]) => {
                return HostAnswer::Output(Channel::Out, format!("{text}\n"));
            }
            ("console.write", [Value::Str(text)]) => return HostAnswer::Output(Channel::Out, text.clone()),
            ("console.error", [Value::Str(text)]) => {
                return HostAnswer::Output(Channel::Err, format!("{text}\n"));
            }
            // A node has no keyboard: whoever reads from it is at the end.
            ("console.read_line", []) => Value::Variant(NONE, Vec::new()),
            ("clock.now_ms", []) => Value::Int(unix_ms()),
            ("clock.elapsed_us", []) => Value::Int(self.started.elapsed_us()),
            ("clock.sleep", [Value::Int(ms)]) => return HostAnswer::After((*ms).max(0) as u64, Value::Unit),
            ("random.bits", []) => match random_bits() {
                Ok(bits) => Value::Int(bits),
                Err(error) => return HostAnswer::Fail(format!("no random numbers: {error}")),
            },
            ("node.name", []) => Value::Str(context.node.to_owned()),
            ("node.load", []) => Value::Float(load_average()),
            ("node.peers", []) => Value::List((context.peers)().into_iter().map(Value::Str).collect()),
            (name, _) => {
                return HostAnswer::Fail(format!("this node has no host function {name} of that signature"));
            }
        };
        HostAnswer::Value(value)
    }
}
