//! What an agent knows of the letters that it has: enough to take each once, and in order.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::identity::PublicKey;

/// Senders that are remembered. Of the one unused longest it is forgotten what it sent; should it just then send again
/// what was not acknowledged to it, that letter is taken twice.
const SENDERS_MAX: usize = 1024;
/// Of these one node may be so many, in as many lives: it has one at a time, and of an earlier one there may be letters left that
/// came before. So no node can make an agent forget what it has of others.
const LIVES_MAX: usize = 4;

/// Who numbers letters: a node, from its start to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sender {
    /// The node's key, as its connection has proved it.
    pub node: PublicKey,
    /// Chosen at random when the node started: letters of an earlier life have numbers of their own.
    pub life: u64,
}

/// The number of a letter among those that its sender has for one agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// The sender has nothing outstanding before this one: each was taken, or given up for good.
    pub base: u64,
    /// This letter's own; at least `base`.
    pub seq: u64,
}

/// What is to become of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is the next one: take it, and say [`Receipts::took`] in the same breath.
    Next,
    /// It is here already.
    Duplicate,
    /// Letters are missing before it, from this number on.
    Gap {
        /// The number that is wanted.
        wanted: u64,
    },
}

/// The next number of each sender, for one agent. It is a part of the agent and travels with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<Receipt>", try_from = "Vec<Receipt>")]
pub struct Receipts {
    senders: HashMap<Sender, Known>,
    uses: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    next: u64,
    /// The count of uses at the last one.
    used: u64,
}

impl Receipts {
    /// What is to become of a letter with this number.
    pub fn check(&self, sender: Sender, number: Number) -> Verdict {
        let known = self.senders.get(&sender).map_or(0, |known| known.next);
        let wanted = known.max(number.base);
        match number.seq {
            seq if seq < wanted => Verdict::Duplicate,
            seq if seq > wanted => Verdict::Gap { wanted },
            _ => Verdict::Next,
        }
    }

    /// The letter with this number was taken.
    pub fn took(&mut self, sender: Sender, number: Number) {
        self.uses += 1;
        let known = Known { next: number.seq.saturating_add(1), used: self.uses };
        if self.senders.insert(sender, known).is_none() {
            self.forget_some(sender.node);
        }
    }

    /// Forgets a sender if there are too many, after one more of this node has come.
    fn forget_some(&mut self, node: PublicKey) {
        let oldest = |is_meant: &dyn Fn(&Sender) -> bool| {
            let meant = self.senders.iter().filter(|(sender, _)| is_meant(sender));
            meant.min_by_key(|(_, known)| known.used).map(|(sender, _)| *sender)
        };
        let lives = self.senders.keys().filter(|sender| sender.node == node).count();
        let forgotten = match self.senders.len() {
            _ if lives > LIVES_MAX => oldest(&|sender| sender.node == node),
            len if len > SENDERS_MAX => oldest(&|_| true),
            _ => None,
        };
        if let Some(sender) = forgotten {
            self.senders.remove(&sender);
        }
    }
}

/// One sender, as it travels: those unused longest come first.
#[derive(Serialize, Deserialize)]
struct Receipt {
    node: PublicKey,
    life: u64,
    next: u64,
}

impl From<Receipts> for Vec<Receipt> {
    fn from(receipts: Receipts) -> Self {
        let mut senders: Vec<_> = receipts.senders.into_iter().collect();
        senders.sort_unstable_by_key(|(_, known)| known.used);
        let receipt = |(sender, known): (Sender, Known)| Receipt {
            node: sender.node,
            life: sender.life,
            next: known.next,
        };
        senders.into_iter().map(receipt).collect()
    }
}

/// More senders than any agent remembers.
#[derive(Debug, thiserror::Error)]
#[error("an agent has receipts of {SENDERS_MAX} senders at most")]
pub struct TooManySenders;

impl TryFrom<Vec<Receipt>> for Receipts {
    type Error = TooManySenders;

    fn try_from(list: Vec<Receipt>) -> Result<Self, TooManySenders> {
        if list.len() > SENDERS_MAX {
            return Err(TooManySenders);
        }
        let mut receipts = Self::default();
        for Receipt { node, life, next } in list {
            receipts.uses += 1;
            receipts.senders.insert(Sender { node, life }, Known { next, used: receipts.uses });
        }
        Ok(receipts)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn sender(n: u64) -> Sender {
        Sender { node: PublicKey::from_bytes([1; 32]), life: n }
    }

    fn node_of(n: u64) -> Sender {
        let mut node = [0; 32];
        node[..8].copy_from_slice(&n.to_le_bytes());
        Sender { node: PublicKey::from_bytes(node), life: 0 }
    }

    fn number(base: u64, seq: u64) -> Number {
        Number { base, seq }
    }

    #[test]
    fn each_is_taken_once_and_in_order() {
        let mut receipts = Receipts::default();
        assert_eq!(receipts.check(sender(1), number(5, 6)), Verdict::Gap { wanted: 5 });
        assert_eq!(receipts.check(sender(1), number(5, 5)), Verdict::Next);
        receipts.took(sender(1), number(5, 5));
        assert_eq!(receipts.check(sender(1), number(5, 5)), Verdict::Duplicate);
        assert_eq!(receipts.check(sender(1), number(5, 6)), Verdict::Next);
        assert_eq!(receipts.check(sender(2), number(5, 5)), Verdict::Next);
        // What lies before the base was given up, and is not taken if it comes late.
        receipts.took(sender(1), number(9, 9));
        assert_eq!(receipts.check(sender(1), number(5, 6)), Verdict::Duplicate);
    }

    #[test]
    fn numbers_at_the_end_do_no_harm() {
        let mut receipts = Receipts::default();
        receipts.took(sender(1), number(u64::MAX, u64::MAX));
        assert_eq!(receipts.check(sender(1), number(u64::MAX, u64::MAX)), Verdict::Next);
        assert_eq!(receipts.check(sender(1), number(0, 0)), Verdict::Duplicate);
    }

    #[test]
    fn they_travel_in_the_order_of_use_and_are_bounded() {
        let mut receipts = Receipts::default();
        for node in 0..SENDERS_MAX as u64 {
            receipts.took(node_of(node), number(0, 0));
        }
        receipts.took(node_of(0), number(0, 1));
        receipts.took(node_of(9999), number(0, 0));
        let bytes = rmp_serde::to_vec(&receipts).unwrap();
        let back: Receipts = rmp_serde::from_slice(&bytes).unwrap();
        assert_eq!(rmp_serde::to_vec(&back).unwrap(), bytes);
        // Sender 1 was the one unused longest.
        assert_eq!(back.check(node_of(1), number(0, 0)), Verdict::Next);
        assert_eq!(back.check(node_of(0), number(0, 1)), Verdict::Duplicate);
        assert_eq!(back.check(node_of(9999), number(0, 0)), Verdict::Duplicate);
        assert_eq!(back.senders.len(), SENDERS_MAX);
    }

    #[test]
    fn a_node_of_many_lives_drives_out_nobody_else() {
        let mut receipts = Receipts::default();
        receipts.took(node_of(7), number(0, 0));
        for life in 0..2 * SENDERS_MAX as u64 {
            receipts.took(sender(life), number(0, 0));
        }
        assert_eq!(receipts.senders.len(), 1 + LIVES_MAX);
        assert_eq!(receipts.check(node_of(7), number(0, 0)), Verdict::Duplicate);
        let last = 2 * SENDERS_MAX as u64 - 1;
        assert_eq!(receipts.check(sender(last), number(0, 0)), Verdict::Duplicate);
    }

    #[test]
    fn too_many_are_refused() {
        let receipt = |life| Receipt { node: PublicKey::from_bytes([1; 32]), life, next: 1 };
        let list: Vec<_> = (0..=SENDERS_MAX as u64).map(receipt).collect();
        let bytes = rmp_serde::to_vec(&list).unwrap();
        assert!(rmp_serde::from_slice::<Receipts>(&bytes).is_err());
    }
}
