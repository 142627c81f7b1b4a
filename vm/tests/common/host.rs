//! A host for the sample programs: it gives the same answer to the same call.

use mob_vm::{Agent, Step, Value};

/// Answers the host call that waits, if one does.
pub(crate) fn answer(agent: &mut Agent) {
    let Some(Step::HostCall(call)) = agent.pending() else { return };
    let answer = match (&call.name[..], &call.args[..]) {
        ("node.name", [Value::Int(number)]) => Value::Str(format!("nöde {number}")),
        _ => Value::Unit,
    };
    // A call that this host doesn't know, with an answer that is no unit, stays pending.
    let _ = agent.resume(&answer);
}

/// Runs to the end, if that is within some millions of fuel, and gives the result as text.
pub(crate) fn finish(agent: &mut Agent) -> Option<String> {
    for _ in 0..1000 {
        match agent.run(100_000) {
            Step::Done => return agent.result_text(),
            Step::Trap(trap) => return Some(trap.to_string()),
            Step::OutOfFuel => {}
            _ => answer(agent),
        }
    }
    None
}
