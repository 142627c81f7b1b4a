//! Names of agents and of attempts to move them.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE32_NOPAD;
use mob_runtime::{Credential, Owner};
use mob_vm::AgentName;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

use crate::identity::PublicKey;

/// An agent's name, for good: the key of its home, the node that it was first sent to, and 80 bits that look random, made from
/// its [`Credential`].
///
/// Its text form is the random part in 16 base32 characters: it is unique in practice, and any part of its beginning
/// that is unique among the agents at hand will do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AgentId {
    /// The node that keeps its output and knows where it is.
    pub home: PublicKey,
    /// What tells it from others of that home.
    #[serde(with = "serde_bytes")]
    pub random: [u8; AgentId::RANDOM_LEN],
}

impl AgentId {
    /// Bytes of randomness.
    pub const RANDOM_LEN: usize = 10;
    /// Characters in the text form.
    pub const TEXT_LEN: usize = 16;

    /// As the engine has it: the home's key, and the random part behind it.
    pub fn name(self) -> AgentName {
        let mut name = AgentName::NOBODY;
        let (home, random) = name.0.split_at_mut(AgentName::LEN - Self::RANDOM_LEN);
        home.copy_from_slice(self.home.as_bytes());
        random.copy_from_slice(&self.random);
        name
    }

    /// The agent that the engine has by this name.
    pub fn of_name(name: AgentName) -> Self {
        let (mut home, mut random) = ([0; AgentName::LEN - Self::RANDOM_LEN], [0; Self::RANDOM_LEN]);
        let (first, rest) = name.0.split_at(home.len());
        home.copy_from_slice(first);
        random.copy_from_slice(rest);
        Self { home: PublicKey::from_bytes(home), random }
    }

    /// A fresh name for an agent of an owner; `None` if the system gives no randomness.
    pub fn random(home: PublicKey, owner: Owner) -> Option<(Self, Credential)> {
        let credential = Credential { owner, nonce: random()? };
        Some((Self::of_credential(home, &credential), credential))
    }

    /// The name of the agent with this credential. Nobody else can show that it is his: that would take finding a secret to
    /// 80 bits of a hash.
    pub fn of_credential(home: PublicKey, credential: &Credential) -> Self {
        let mut random = [0; Self::RANDOM_LEN];
        random.copy_from_slice(&credential.name_at(home.as_bytes())[..Self::RANDOM_LEN]);
        Self { home, random }
    }
}

impl fmt::Display for AgentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE32_NOPAD.encode(&self.random).to_ascii_lowercase())
    }
}

impl fmt::Debug for AgentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AgentId({self})")
    }
}

/// The beginning of an agent's text form, as someone typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentPrefix(String);

impl AgentPrefix {
    /// Whether `agent` begins so.
    pub fn matches(&self, agent: &AgentId) -> bool {
        agent.to_string().starts_with(&self.0)
    }

    /// The prefix as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AgentPrefix {
    type Err = ParseAgentIdError;

    fn from_str(text: &str) -> Result<Self, ParseAgentIdError> {
        let plain = text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'));
        if plain && (1..=AgentId::TEXT_LEN).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(ParseAgentIdError)
        }
    }
}

/// A text that no agent's id begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an agent's id is 16 of the characters a-z and 2-7, or the first few of them")]
pub struct ParseAgentIdError;

/// One attempt to move an agent. Never used again, by anyone.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttemptId(#[serde(with = "serde_bytes")] pub [u8; 16]);

impl AttemptId {
    /// A fresh name; `None` if the system gives no randomness.
    pub fn random() -> Option<Self> {
        random().map(Self)
    }
}

impl fmt::Debug for AttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "x{:08x}", u32::from_be_bytes([self.0[0], self.0[1], self.0[2], self.0[3]]))
    }
}

/// How many hops an agent has behind it, and one: what fences off stale copies and news about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub u64);

impl Epoch {
    /// Where an agent begins.
    pub const FIRST: Self = Self(1);

    /// The epoch after a hop.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// A seed for the hash tables of a new agent, which nobody else knows; `None` if the system gives no randomness.
pub(crate) fn random_hash_seed() -> Option<[u64; 2]> {
    let word = |bytes: [u8; 8]| u64::from_le_bytes(bytes);
    Some([word(random()?), word(random()?)])
}

/// A number for a watch, at least 1; `None` if the system gives no randomness.
pub(crate) fn random_watch() -> Option<i64> {
    random().map(|bytes| (u64::from_le_bytes(bytes) >> 2) as i64 + 1)
}

/// A number for this run of a node; `None` if the system gives no randomness.
pub(crate) fn random_life() -> Option<u64> {
    random().map(u64::from_le_bytes)
}

fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_agent_is_found_by_what_its_id_begins_with() {
        let agent = AgentId { home: PublicKey::from_bytes([0; 32]), random: *b"0123456789" };
        assert_eq!(agent.to_string(), "gaytemzugu3doobz");
        for prefix in ["g", "gaytem", "gaytemzugu3doobz"] {
            assert!(prefix.parse::<AgentPrefix>().unwrap().matches(&agent));
        }
        assert!(!"gb".parse::<AgentPrefix>().unwrap().matches(&agent));
        for bad in ["", "GAY", "gaytemzugu3doobzz", "g1", "ü"] {
            assert_eq!(bad.parse::<AgentPrefix>(), Err(ParseAgentIdError), "{bad}");
        }
    }

    #[test]
    fn random_names_differ() {
        assert_ne!(AttemptId::random().unwrap(), AttemptId::random().unwrap());
    }
}
