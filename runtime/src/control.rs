//! What agents ask of others that is no message.

use mob_vm::{HostCall, Value};

use crate::letter::Signal;
use crate::office::Office;
use crate::owner::Right;
use crate::reason::{Reason, cut};
use crate::resident::Resident;

/// The host functions that have to do with other agents. They are answered here, and by no host.
pub const AGENT_FUNCTIONS: [&str; 10] = [
    "agent.monitor",
    "agent.unmonitor",
    "agent.link",
    "agent.unlink",
    "agent.trap_exits",
    "agent.exit",
    "agent.kill",
    "agent.publish",
    "agent.unpublish",
    "agent.published",
];

/// The tags of the prelude's `Option`.
const NONE: u32 = 0;
const SOME: u32 = 1;

/// Does what an agent asks, and gives the answer.
pub(crate) fn answer(office: &Office, asking: &Resident, call: &HostCall) -> Value {
    let (me, owner) = (asking.name(), asking.credential().owner);
    match (call.name.as_str(), call.args.as_slice()) {
        ("agent.monitor", [Value::Addr(target), Value::Addr(into)]) => {
            let number = office.new_watch();
            let reason = Reason::Lost("this agent watches too many".to_owned());
            if asking.with_signals(|signals| signals.begin_to_watch(number, target.agent, *into)) {
                office.signal(me, target.agent, Signal::Monitor { watcher: me, into: *into, number });
            } else {
                office.signal(me, into.agent, Signal::Down { inbox: into.inbox, number, reason });
            }
            Value::Int(number)
        }
        ("agent.unmonitor", [Value::Int(number)]) => {
            let watched = asking.with_signals(|signals| signals.end_to_watch(*number));
            if let Some((target, _)) = watched {
                office.signal(me, target, Signal::Unmonitor { watcher: me, number: *number });
            }
            Value::Unit
        }
        ("agent.link", [Value::Addr(other)]) => {
            if other.agent != me && asking.with_signals(|signals| signals.add_link(other.agent)) {
                let (pass, back) = (owner.pass(Right::End, other.agent), owner.pass(Right::End, me));
                office.signal(me, other.agent, Signal::Link { from: me, pass, back });
            }
            Value::Unit
        }
        ("agent.unlink", [Value::Addr(other)]) => {
            asking.with_signals(|signals| signals.remove_link(other.agent));
            let pass = owner.pass(Right::End, other.agent);
            office.signal(me, other.agent, Signal::Unlink { from: me, pass });
            Value::Unit
        }
        ("agent.trap_exits", [Value::Addr(into)]) => {
            if into.agent == me {
                asking.with_signals(|signals| signals.set_exits_into(into.inbox));
            }
            Value::Unit
        }
        ("agent.exit", [Value::Addr(target), Value::Str(reason)]) => {
            let (reason, pass) = (Reason::Exited(cut(reason)), owner.pass(Right::End, target.agent));
            office.signal(me, target.agent, Signal::Exit { reason, pass });
            Value::Unit
        }
        ("agent.kill", [Value::Addr(target), Value::Str(reason)]) => {
            let (reason, pass) = (cut(reason), owner.pass(Right::End, target.agent));
            office.signal(me, target.agent, Signal::Kill { reason, pass });
            Value::Unit
        }
        ("agent.publish", [Value::Str(name), Value::Addr(address)]) => {
            Value::Bool(office.published().add(name, *address))
        }
        ("agent.unpublish", [Value::Str(name)]) => Value::Bool(office.published().remove(name, me)),
        ("agent.published", [Value::Str(name)]) => match office.published().find(name) {
            Some(address) => Value::Variant(SOME, vec![Value::Addr(address)]),
            None => Value::Variant(NONE, Vec::new()),
        },
        // No such declaration: the answer is refused, and that says so.
        _ => Value::Fields(Vec::new()),
    }
}
