//! What travels with a snapshot: all of an agent that is not in its heap and stack.

use serde::{Deserialize, Serialize};

use crate::protocol::output::Outbox;

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

    /// The luggage and the snapshot that cargo consists of; `None` if it doesn't.
    pub(super) fn unpack(cargo: &[u8]) -> Option<(Self, &[u8])> {
        let (len, rest) = cargo.split_first_chunk::<4>()?;
        let len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
        let (mut packed, snapshot) = rest.split_at_checked(len)?;
        let luggage: Self = rmp_serde::decode::from_read(&mut packed).ok()?;
        (packed.is_empty() && luggage.outbox.is_valid()).then_some((luggage, snapshot))
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
        Luggage { outbox, hops: 3, age_ms: 4, leave: Leave::Sleeping { left_ms: 5 }, fuel_max: 6 }
    }

    proptest! {
        #[test]
        fn packs_and_unpacks(text: Vec<u8>, snapshot: Vec<u8>) {
            let mut cargo = luggage(&text).pack().unwrap();
            cargo.extend(&snapshot);
            prop_assert_eq!(Luggage::unpack(&cargo).unwrap(), (luggage(&text), &snapshot[..]));
        }

        #[test]
        fn what_is_cut_or_changed_is_answered(text: Vec<u8>, cut: usize, at: usize, bits: u8) {
            let mut cargo = luggage(&text).pack().unwrap();
            let whole = cargo.len();
            cargo.truncate(cut % whole);
            prop_assert!(Luggage::unpack(&cargo).is_none());
            let mut cargo = luggage(&text).pack().unwrap();
            cargo[at % whole] ^= bits;
            let _ = Luggage::unpack(&cargo);
        }
    }
}
