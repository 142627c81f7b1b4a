//! What the targets share: hashes that fit, a host, and a run with tight limits.

use std::sync::Arc;

use mob_vm::{Agent, Limits, Program, Sent, Step, Value};

/// Limits that a run reaches soon.
pub const LIMITS: Limits =
    Limits { heap_bytes: 1 << 18, stack_bytes: 1 << 14, snapshot_bytes: 1 << 20, mail_bytes: 1 << 14, inboxes: 16, value_bytes: 1 << 14 };

/// Puts a header with the right hash before a body, so that the fuzzer gets past it.
pub fn with_header(magic: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&magic[..], &1_u16.to_le_bytes(), blake3::hash(body).as_bytes(), body].concat()
}

/// Runs for a while, answers the host with whatever fits, and moves the agent now and then.
pub fn run(mut agent: Agent, program: &Arc<Program>) {
    agent.collect_always(true);
    for step in 0..40 {
        match agent.run(500) {
            Step::HostCall(_) | Step::Depart(_) => {
                let answers = [Value::Unit, Value::Int(3), Value::Str("nöde".into()), Value::Bool(true)];
                if !answers.iter().any(|answer| agent.resume(answer).is_ok()) {
                    agent.fail("no answer".into());
                }
            }
            Step::OutOfFuel => {}
            Step::Send(_) => {
                let message = agent.outgoing().map(|message| agent.mailbox().deliver(0, message, true).is_ok());
                agent.sent(if message == Some(true) { Sent::Taken } else { Sent::NoInbox });
            }
            Step::Receive { within_ms: Some(_) } => agent.time_out(),
            Step::Receive { within_ms: None } | Step::Spawn | Step::Done | Step::Trap(_) => break,
        }
        if step % 8 == 3 {
            let Ok(bytes) = agent.snapshot() else { break };
            agent = Agent::restore(&bytes, program.clone(), LIMITS).expect("what was written can be read");
            agent.collect_always(true);
        }
    }
    let _ = (agent.result(), agent.result_text(), agent.stack_trace());
}
