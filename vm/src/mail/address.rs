//! Names of agents and of their inboxes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What an agent is called, wherever it goes: bytes that mean something to whoever drives it, and nothing to the machine.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AgentName(#[serde(with = "serde_bytes")] pub [u8; AgentName::LEN]);

impl AgentName {
    /// How many bytes a name has.
    pub const LEN: usize = 42;

    /// The name of an agent that was not given one.
    pub const NOBODY: Self = Self([0; Self::LEN]);
}

impl fmt::Debug for AgentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AgentName(")?;
        self.0.iter().rev().take(5).try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(")")
    }
}

/// Where messages can be sent: one inbox of one agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Address {
    /// Whose inbox it is.
    pub agent: AgentName,
    /// Which of that agent's inboxes: below 2^48, and not to be guessed by who knows others.
    pub inbox: u64,
}

impl Address {
    /// How many words an address has in the heap, besides its header.
    pub(crate) const WORDS: usize = 6;

    /// Above the number of any inbox: that has six bytes in an address.
    pub(crate) const INBOX_END: u64 = 1 << 48;

    /// The words that an address consists of: the bytes of the name, and six with the inbox's number, the lowest first.
    pub(crate) fn to_words(self) -> [u64; Self::WORDS] {
        let mut bytes = [0; 8 * Self::WORDS];
        bytes[..AgentName::LEN].copy_from_slice(&self.agent.0);
        bytes[AgentName::LEN..].copy_from_slice(&self.inbox.to_le_bytes()[..6]);
        let mut words = [0; Self::WORDS];
        for (word, bytes) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        words
    }

    /// The address of these words, whatever they are.
    ///
    /// # Panics
    /// If there are not just as many words as an address has.
    pub(crate) fn from_slots(words: &[u64]) -> Self {
        assert_eq!(words.len(), Self::WORDS, "an address has six words");
        let mut bytes = [0; 8 * Self::WORDS];
        for (bytes, word) in bytes.as_chunks_mut::<8>().0.iter_mut().zip(words) {
            *bytes = word.to_le_bytes();
        }
        let mut name = [0; AgentName::LEN];
        name.copy_from_slice(&bytes[..AgentName::LEN]);
        let mut inbox = [0; 8];
        inbox[..6].copy_from_slice(&bytes[AgentName::LEN..]);
        Self { agent: AgentName(name), inbox: u64::from_le_bytes(inbox) }
    }
}

/// As the language shows an address: the last ten bytes of the agent's name in base 32, as people see agents named. Who reads
/// that can't write to the agent's inbox.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
        let tail = &self.agent.0[AgentName::LEN - 10..];
        f.write_str("Addr(")?;
        for five in tail.as_chunks::<5>().0 {
            let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            for digit in (0..8).rev() {
                let digit = DIGITS[(bits >> (5 * digit)) as usize & 31];
                write!(f, "{}", char::from(digit))?;
            }
        }
        f.write_str(")")
    }
}
