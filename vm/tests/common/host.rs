//! A host for the sample programs: it gives the same answer to the same call.

use mob_vm::{Address, Agent, AgentName, Sending, Sent, Step, Value};

/// Answers the host call that waits, if one does.
pub(crate) fn answer(agent: &mut Agent) {
    let call = match agent.pending() {
        Some(Step::HostCall(call)) => call,
        Some(Step::Send(sending)) => return send(agent, sending),
        Some(Step::Spawn) => {
            // Somebody who never answers.
            let nobody = Address { agent: AgentName([7; AgentName::LEN]), inbox: 0 };
            return agent.begun(nobody).unwrap();
        }
        Some(Step::Receive { .. }) => return agent.time_out(),
        _ => return,
    };
    let answer = match (&call.name[..], &call.args[..]) {
        ("node.name", [Value::Int(number)]) => Value::Str(format!("nöde {number}")),
        _ => Value::Unit,
    };
    // A call that this host doesn't know, with an answer that is no unit, stays pending.
    let _ = agent.resume(&answer);
}

/// What the agent sends to itself arrives; there is nobody else.
fn send(agent: &mut Agent, sending: Sending) {
    let message = agent.outgoing().filter(|_| sending.to.agent == agent.name());
    let delivered =
        message.map(|message| agent.mailbox().deliver(sending.to.inbox, message, sending.urgent).is_ok());
    agent.sent(if delivered == Some(true) { Sent::Taken } else { Sent::NoInbox });
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
