//! A post office for one agent: what it sends to itself arrives, and it waits for nothing.

use crate::agent::{Agent, Sent, Step};
use crate::mail::{Address, AgentName};

/// Does what an agent's step wants that has to do with messages; `false` if it waits for what will never come.
pub(crate) fn post(agent: &mut Agent, step: &Step) -> bool {
    match step {
        Step::Send(sending) => {
            let message = agent.outgoing();
            let is_own = sending.to.agent == agent.name();
            let delivered = message
                .filter(|_| is_own)
                .map(|message| agent.mailbox().deliver(sending.to.inbox, message, sending.urgent).is_ok());
            agent.sent(if delivered == Some(true) { Sent::Taken } else { Sent::NoInbox });
            true
        }
        Step::Spawn => {
            let function = agent.outgoing();
            assert!(function.is_some_and(|function| {
                Agent::spawned(function, *agent.limits(), AgentName([7; AgentName::LEN])).is_ok()
            }));
            agent.begun(Address { agent: AgentName([7; AgentName::LEN]), inbox: 0 }).is_ok()
        }
        Step::Receive { within_ms: Some(_) } => {
            agent.time_out();
            true
        }
        _ => false,
    }
}
