//! Whom an agent sends to without the help of whoever drives it.

use super::address::{Address, AgentName};
use super::mailbox::Mailbox;
use crate::bytecode::TypeId;
use crate::program::Program;

/// An agent that another one sent to, and will again.
#[derive(Debug)]
pub(crate) struct Connection {
    /// The words of an address of that agent, without an inbox.
    words: [u64; Address::WORDS],
    pub(crate) mailbox: Mailbox,
    /// The instruction that was last sent from, and of what type its message is.
    sender: Option<(u32, TypeId)>,
}

/// The words of an address that hold nothing but the agent's name.
const NAME_WORDS: usize = AgentName::LEN / 8;
/// The bits in the word behind them that belong to the name, too.
const NAME_BITS: usize = AgentName::LEN % 8 * 8;

impl Connection {
    pub(crate) fn new(agent: AgentName, mailbox: Mailbox) -> Self {
        Self { words: Address { agent, inbox: 0 }.to_words(), mailbox, sender: None }
    }

    /// The inbox that an address means, if it is one of this agent.
    pub(crate) fn inbox(&self, address: &[u64]) -> Option<u64> {
        let (name, inbox) = address.split_at_checked(NAME_WORDS)?;
        let (own_name, own_inbox) = self.words.split_at(NAME_WORDS);
        let rest = inbox.first()? ^ own_inbox[0];
        (name == own_name && rest.trailing_zeros() as usize >= NAME_BITS).then_some(rest >> NAME_BITS)
    }

    /// The type of what the instruction at `pc` sends, which is in this register.
    pub(crate) fn type_sent(&mut self, program: &Program, pc: u32, register: u16) -> TypeId {
        match self.sender {
            Some((known, ty)) if known == pc => ty,
            _ => {
                let ty = program.register_type(pc, register);
                self.sender = Some((pc, ty));
                ty
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;
    use crate::data::HashSeed;
    use crate::limits::Limits;
    use crate::mail::Inboxes;
    use crate::testing::everything;

    proptest! {
        #[test]
        fn it_knows_its_agent_alone(name: [u8; 32], tail: [u8; 10], inbox in 0..Address::INBOX_END, at in 0..AgentName::LEN) {
            let mut agent = AgentName::NOBODY;
            agent.0[..32].copy_from_slice(&name);
            agent.0[32..].copy_from_slice(&tail);
            let inboxes = Inboxes::new(agent, HashSeed::default());
            let mailbox = Mailbox::new(inboxes, Program::load(everything()).unwrap(), &Limits::default());
            let connection = Connection::new(agent, mailbox);
            prop_assert_eq!(connection.inbox(&Address { agent, inbox }.to_words()), Some(inbox));
            agent.0[at] ^= 1;
            prop_assert_eq!(connection.inbox(&Address { agent, inbox }.to_words()), None);
        }
    }
}
