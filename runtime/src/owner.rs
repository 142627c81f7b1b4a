//! Whose an agent is, and how that is shown to others.
//!
//! An address lets its holder send messages, and watch. To end an agent, to link with it or to speak for it takes more: a pass,
//! which only who knows its owner's secret can make, and which is good for one thing to do to one agent. So a node that has
//! never had an agent of an owner can't reach those by forging letters, though it may know their names.

use mob_vm::AgentName;
use serde::{Deserialize, Serialize};

/// A secret that all agents of one owner have in common. It is known to the owner and to the nodes where those agents were.
///
/// In a process where all agents are one owner's, the default will do.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Owner(#[serde(with = "serde_bytes")] [u8; 32]);

/// What a pass is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Right {
    /// To end the agent, or to link with it.
    End = 1,
    /// To tell it where an agent is that it is linked with.
    Locate = 2,
    /// To refuse a message that it has sent.
    Refuse = 3,
    /// To tell its home of it.
    Report = 4,
}

/// What keyed hashes that are no passes begin with.
const NAME: u8 = 0;

/// Shows that its holder has a right over one agent.
#[derive(Debug, Clone, Copy, Default, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pass(#[serde(with = "serde_bytes")] [u8; Pass::LEN]);

/// Whose an agent is, and what its name is made from. It goes where the agent goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// Its owner.
    pub owner: Owner,
    /// Tells it from other agents of that owner.
    #[serde(with = "serde_bytes")]
    pub nonce: [u8; 16],
}

impl Owner {
    /// The owner with this secret.
    #[must_use]
    pub const fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// A pass for an agent, if it is this owner's.
    #[must_use]
    pub fn pass(&self, right: Right, agent: AgentName) -> Pass {
        let mut pass = [0; Pass::LEN];
        pass.copy_from_slice(&self.hash(right as u8, &[&agent.0])[..Pass::LEN]);
        Pass(pass)
    }

    fn hash(&self, purpose: u8, parts: &[&[u8]]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(&[purpose]);
        for part in parts {
            hasher.update(part);
        }
        *hasher.finalize().as_bytes()
    }
}

impl PartialEq for Owner {
    fn eq(&self, other: &Self) -> bool {
        are_equal(&self.0, &other.0)
    }
}

impl Eq for Owner {}

impl std::fmt::Debug for Owner {
    /// Not the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Owner")
    }
}

impl Credential {
    /// What the name of an agent with this credential has in it, at a home: only who has the credential can show that the name
    /// is its own.
    #[must_use]
    pub fn name_at(&self, home: &[u8]) -> [u8; 32] {
        self.owner.hash(NAME, &[&self.nonce, home])
    }
}

impl Pass {
    /// How many bytes it has.
    pub const LEN: usize = 16;

    /// The pass with these bytes, which is good for nothing unless its owner has made it.
    #[must_use]
    pub const fn of_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }
}

impl PartialEq for Pass {
    fn eq(&self, other: &Self) -> bool {
        are_equal(&self.0, &other.0)
    }
}

/// Whether these are equal, in a time that doesn't tell where they differ.
fn are_equal(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_is_good_for_one_right_of_one_owner_over_one_agent() {
        let (owner, other) = (Owner::new([1; 32]), Owner::new([2; 32]));
        let (one, two) = (AgentName([1; AgentName::LEN]), AgentName([2; AgentName::LEN]));
        let pass = owner.pass(Right::End, one);
        assert_eq!(pass, owner.pass(Right::End, one));
        for wrong in
            [other.pass(Right::End, one), owner.pass(Right::Refuse, one), owner.pass(Right::End, two)]
        {
            assert_ne!(pass, wrong);
        }
    }

    #[test]
    fn a_name_depends_on_all_that_it_is_made_from() {
        let credential = Credential { owner: Owner::new([1; 32]), nonce: [1; 16] };
        let name = credential.name_at(b"home");
        assert_eq!(name, credential.name_at(b"home"));
        assert_ne!(name, credential.name_at(b"elsewhere"));
        assert_ne!(name, Credential { nonce: [2; 16], ..credential }.name_at(b"home"));
        assert_ne!(name, Credential { owner: Owner::new([2; 32]), ..credential }.name_at(b"home"));
    }

    #[test]
    fn the_secret_is_not_shown() {
        assert_eq!(format!("{:?}", Owner::new([7; 32])), "Owner");
    }
}
