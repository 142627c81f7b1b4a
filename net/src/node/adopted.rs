//! What peers may make a home remember: agents that it has not begun itself, and what these print.
//!
//! A home takes reports of agents that others say are its own, since it may have begun them before it was restarted, and of those
//! that its agents have begun elsewhere. Each node that reports such agents may have as many of them, and as many bytes of what they
//! print, as it leaves free: so none takes the room of others.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::identity::PublicKey;
use crate::protocol::output::LOG_LEN_MAX;

/// Such agents at once.
const AGENTS_MAX: usize = 100_000;
/// Bytes of what they have printed.
const BYTES_MAX: usize = 256 << 20;
/// So many bytes of each are kept in any case.
const LOG_LEN_MIN: usize = 4 << 10;

/// How many such agents there are, and who reports them.
#[derive(Default)]
pub(super) struct Adopted(Mutex<Shares>);

#[derive(Default)]
struct Shares {
    all: Share,
    nodes: HashMap<PublicKey, Share>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Share {
    agents: usize,
    bytes: usize,
}

/// That one agent is adopted, and how long its log is. Dropping it ends that.
pub(super) struct Adoption {
    adopted: Arc<Adopted>,
    node: PublicKey,
    bytes: usize,
}

impl Adopted {
    /// Takes in one more agent that a node reports, if that has room for it.
    pub(super) fn admit(self: &Arc<Self>, node: PublicKey) -> Option<Adoption> {
        let mut shares = self.shares();
        let Shares { all, nodes } = &mut *shares;
        let left = AGENTS_MAX.saturating_sub(all.agents + 1);
        let of_node = nodes.get(&node).map_or(0, |share| share.agents);
        if of_node + 1 > left {
            return None;
        }
        all.agents += 1;
        nodes.entry(node).or_default().agents += 1;
        Some(Adoption { adopted: self.clone(), node, bytes: 0 })
    }

    fn shares(&self) -> MutexGuard<'_, Shares> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Adoption {
    /// How long the agent's log may be.
    pub(super) fn log_len_max(&self) -> usize {
        let shares = self.adopted.shares();
        let of_node = shares.nodes.get(&self.node).map_or(0, |share| share.bytes);
        let left = BYTES_MAX.saturating_sub(shares.all.bytes).saturating_sub(of_node) / 2;
        (self.bytes + left).clamp(LOG_LEN_MIN, LOG_LEN_MAX)
    }

    /// The log is so long.
    pub(super) fn is_long(&mut self, bytes: usize) {
        let mut shares = self.adopted.shares();
        let Shares { all, nodes } = &mut *shares;
        for share in [all, nodes.entry(self.node).or_default()] {
            share.bytes = share.bytes - self.bytes + bytes;
        }
        self.bytes = bytes;
    }
}

impl Drop for Adoption {
    fn drop(&mut self) {
        self.is_long(0);
        let mut shares = self.adopted.shares();
        shares.all.agents -= 1;
        if let Entry::Occupied(mut node) = shares.nodes.entry(self.node) {
            node.get_mut().agents -= 1;
            if node.get().agents == 0 {
                node.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(number: u8) -> PublicKey {
        PublicKey::from_bytes([number; 32])
    }

    #[test]
    fn a_node_that_reports_all_it_can_leaves_as_many_to_others() {
        let adopted = Arc::new(Adopted::default());
        let all = |from| std::iter::from_fn(|| adopted.admit(node(from))).collect::<Vec<_>>();
        let first = all(1);
        assert_eq!(first.len(), AGENTS_MAX / 2);
        let second = all(2);
        assert_eq!(second.len(), AGENTS_MAX / 4);
        drop((first, second));
        assert!(adopted.shares().nodes.is_empty());
        assert_eq!(adopted.shares().all, Share::default());
    }

    #[test]
    fn what_they_print_is_kept_as_far_as_there_is_room() {
        let adopted = Arc::new(Adopted::default());
        let mut of_one: Vec<_> = std::iter::from_fn(|| adopted.admit(node(1))).take(2000).collect();
        assert_eq!(of_one[0].log_len_max(), LOG_LEN_MAX);
        for adoption in &mut of_one {
            adoption.is_long(adoption.log_len_max());
        }
        assert_eq!(of_one[1999].log_len_max(), of_one[1999].bytes.max(LOG_LEN_MIN));
        let of_other = adopted.admit(node(2));
        assert_eq!(of_other.map(|adoption| adoption.log_len_max()), Some(LOG_LEN_MAX));
        let bytes = adopted.shares().all.bytes;
        assert!((BYTES_MAX / 3..BYTES_MAX * 2 / 3).contains(&bytes), "{bytes}");
        drop(of_one);
        assert_eq!(adopted.shares().all, Share::default());
    }
}
