//! What travels with a snapshot: all of an agent that is not in its heap and stack.

use mob_runtime::{Credential, Signals};
use serde::{Deserialize, Serialize};

use super::papers::Console;
use crate::identity::PublicKey;
use crate::protocol::output::Outbox;
use crate::protocol::post::Receipts;

/// Cargo is a length (u32, little-endian), so many bytes of this as MessagePack, and the snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Luggage {
    /// Output that the agent's home has not confirmed.
    pub(super) outbox: Outbox,
    /// Hops made, this one included.
    pub(super) hops: u64,
    /// Milliseconds since the agent was launched.
    pub(super) age_ms: u64,
    /// How it left.
    pub(super) leave: Leave,
    /// Fuel that it may use in all, if its sender set a bound of its own.
    pub(super) fuel_max: u64,
    /// The key of its owner.
    pub(super) owner: PublicKey,
    /// Shows that its name is its own.
    pub(super) credential: Credential,
    /// Where its output is shown.
    pub(super) console: Console,
    /// Who watches it, and whom it watches.
    pub(super) signals: Signals,
    /// What letters it has.
    pub(super) receipts: Receipts,
}

/// In what state an agent was when it left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Leave {
    /// It asked to, and is to be told that it has arrived.
    Asked,
    /// It was moved while it computed.
    Running,
    /// It was moved while it waited for a host call that is answered with `()` after so many milliseconds more.
    Sleeping {
        /// Milliseconds.
        left_ms: u64,
    },
    /// It was moved while it waited for a message, for so many milliseconds more.
    Waiting {
        /// Milliseconds.
        left_ms: u64,
    },
}

impl Luggage {
    /// The luggage as it goes before the snapshot. `None` if there is too much of it, which its bounds exclude.
    pub(super) fn pack(&self) -> Option<Vec<u8>> {
        let mut cargo = vec![0; 4];
        rmp_serde::encode::write(&mut cargo, self).ok()?;
        let len = u32::try_from(cargo.len() - 4).ok()?;
        cargo[..4].copy_from_slice(&len.to_le_bytes());
        Some(cargo)
    }
}

/// What an agent may bring beside its snapshot: output that waits to be sent home, mostly.
pub(super) const LUGGAGE_BYTES_MAX: usize = 32 << 20;

/// Luggage that arrives at the beginning of cargo, in pieces.
#[derive(Default)]
pub(super) struct Opening {
    /// Its length, and what has come of it.
    bytes: Vec<u8>,
}

impl Opening {
    /// Takes of a piece what belongs to the luggage. `None` if it can't be luggage.
    pub(super) fn feed(&mut self, piece: &mut &[u8]) -> Option<()> {
        // First its length, then all of it.
        for _ in 0..2 {
            let wanted = self.wanted()?;
            let (taken, rest) = piece.split_at(piece.len().min(wanted - self.bytes.len()));
            self.bytes.extend_from_slice(taken);
            *piece = rest;
        }
        Some(())
    }

    /// How many bytes there are to be, as far as is known; `None` if too many.
    fn wanted(&self) -> Option<usize> {
        let Some(len) = self.bytes.first_chunk::<4>() else { return Some(4) };
        let len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
        (len <= LUGGAGE_BYTES_MAX).then_some(4 + len)
    }

    /// The luggage with its length before it.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The luggage, if all of it has come and it can be read.
    pub(super) fn luggage(&self) -> Option<Luggage> {
        let mut packed = self.bytes.get(4..).filter(|_| self.wanted() == Some(self.bytes.len()))?;
        let luggage: Luggage = rmp_serde::decode::from_read(&mut packed).ok()?;
        let is_valid = luggage.outbox.is_valid() && luggage.signals.is_valid();
        (packed.is_empty() && is_valid).then_some(luggage)
    }
}

#[cfg(test)]
impl Luggage {
    /// Luggage of nobody.
    pub(super) fn example() -> Self {
        let agent = crate::protocol::AgentId::of_name(mob_vm::AgentName::NOBODY);
        Self {
            outbox: Outbox::default(),
            hops: 3,
            age_ms: 4,
            leave: Leave::Asked,
            fuel_max: 6,
            owner: agent.home,
            credential: Credential::default(),
            console: Console { agent, addr: "h:1".to_owned() },
            signals: Signals::default(),
            receipts: Receipts::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;
    use crate::protocol::Channel;

    fn luggage(text: &[u8]) -> Luggage {
        let mut outbox = Outbox::default();
        outbox.push(Channel::Out, text);
        Luggage { outbox, leave: Leave::Sleeping { left_ms: 5 }, ..Luggage::example() }
    }

    /// What of cargo is luggage, and what is behind it.
    fn open(cargo: &[u8], piece: usize) -> Option<(Luggage, Vec<u8>)> {
        let (mut opening, mut behind) = (Opening::default(), Vec::new());
        for mut piece in cargo.chunks(piece) {
            opening.feed(&mut piece)?;
            behind.extend_from_slice(piece);
        }
        Some((opening.luggage()?, behind))
    }

    #[test]
    fn luggage_that_is_too_long_is_refused_at_once() {
        let len = LUGGAGE_BYTES_MAX as u32;
        assert!(Opening::default().feed(&mut &len.to_le_bytes()[..]).is_some());
        assert!(Opening::default().feed(&mut &(len + 1).to_le_bytes()[..]).is_none());
    }

    proptest! {
        #[test]
        fn packs_and_unpacks(text: Vec<u8>, snapshot: Vec<u8>, piece in 1..50_usize) {
            let mut cargo = luggage(&text).pack().unwrap();
            cargo.extend(&snapshot);
            prop_assert_eq!(open(&cargo, piece).unwrap(), (luggage(&text), snapshot));
        }

        #[test]
        fn what_is_cut_or_changed_is_answered(text: Vec<u8>, cut: usize, at: usize, bits: u8) {
            let mut cargo = luggage(&text).pack().unwrap();
            let whole = cargo.len();
            cargo.truncate(cut % whole);
            prop_assert!(open(&cargo, 7).is_none());
            let mut cargo = luggage(&text).pack().unwrap();
            cargo[at % whole] ^= bits;
            let _ = open(&cargo, 7);
        }
    }
}
