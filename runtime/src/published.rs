//! Names under which agents can be found by those that know nothing but the name.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};

use mob_vm::{Address, AgentName};

/// How many names there may be at one place.
const NAMES_MAX: usize = 1 << 16;
/// Bytes of a name.
const NAME_LEN_MAX: usize = 256;

/// The names of one place. Whose agent has ended here is forgotten; one that has left can still be found.
#[derive(Debug, Default)]
pub struct Published(Mutex<BTreeMap<String, Address>>);

impl Published {
    /// Gives an address a name. `false` if another agent has it, the name is longer than 256 bytes, or there are too many.
    pub fn add(&self, name: &str, address: Address) -> bool {
        let mut names = self.names();
        let is_full = names.len() >= NAMES_MAX;
        match names.entry(name.to_owned()) {
            Entry::Occupied(mut place) if place.get().agent == address.agent => {
                place.insert(address);
                true
            }
            Entry::Vacant(place) if !is_full && name.len() <= NAME_LEN_MAX => {
                place.insert(address);
                true
            }
            _ => false,
        }
    }

    /// Takes a name away, if it is that agent's.
    pub fn remove(&self, name: &str, agent: AgentName) -> bool {
        let mut names = self.names();
        let is_theirs = names.get(name).is_some_and(|address| address.agent == agent);
        is_theirs && names.remove(name).is_some()
    }

    /// The address with this name.
    pub fn find(&self, name: &str) -> Option<Address> {
        self.names().get(name).copied()
    }

    /// All names, in alphabetical order, with their addresses.
    pub fn all(&self) -> Vec<(String, Address)> {
        self.names().iter().map(|(name, address)| (name.clone(), *address)).collect()
    }

    /// An agent has ended.
    pub(crate) fn forget(&self, agent: AgentName) {
        let mut names = self.names();
        if !names.is_empty() {
            names.retain(|_, address| address.agent != agent);
        }
    }

    fn names(&self) -> MutexGuard<'_, BTreeMap<String, Address>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
