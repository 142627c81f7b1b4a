//! The agents of one place, by their names.

use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use mob_vm::AgentName;

use crate::resident::Resident;

/// In so many tables the agents are, so that those who look one up seldom wait for each other.
const SHARDS: usize = 64;

/// Tables of agents.
pub(crate) struct Directory {
    shards: [Mutex<HashTable<Known>>; SHARDS],
    hasher: RandomState,
}

/// An agent, and the hash of its name: so a table that grows need not look at agents, and of those that are not
/// meant a look-up sees the hash alone.
struct Known {
    hash: u64,
    resident: Arc<Resident>,
}

impl Known {
    fn is(&self, hash: u64, name: AgentName) -> bool {
        self.hash == hash && self.resident.name() == name
    }
}

impl Directory {
    /// Nobody.
    pub(crate) fn new() -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::default()), hasher: RandomState::default() }
    }

    /// The agent of this name.
    pub(crate) fn find(&self, name: AgentName) -> Option<Arc<Resident>> {
        let hash = self.hash(name);
        self.shard(hash).find(hash, |known| known.is(hash, name)).map(|known| known.resident.clone())
    }

    /// Adds an agent. If there is one of its name, `replaces` says whether it takes the place of that one, which is given back; `Err`
    /// if not.
    pub(crate) fn add(
        &self,
        resident: Arc<Resident>,
        replaces: impl FnOnce(&Resident) -> bool,
    ) -> Result<Option<Arc<Resident>>, ()> {
        let (name, hash) = (resident.name(), self.hash(resident.name()));
        match self.shard(hash).entry(hash, |known| known.is(hash, name), |known| known.hash) {
            Entry::Vacant(place) => {
                place.insert(Known { hash, resident });
                Ok(None)
            }
            Entry::Occupied(mut place) if replaces(&place.get().resident) => {
                Ok(Some(std::mem::replace(&mut place.get_mut().resident, resident)))
            }
            Entry::Occupied(_) => Err(()),
        }
    }

    /// Removes an agent. `false` if it is not here, or another one of its name is.
    pub(crate) fn remove(&self, resident: &Arc<Resident>) -> bool {
        let hash = self.hash(resident.name());
        let mut shard = self.shard(hash);
        let found = shard.find_entry(hash, |known| Arc::ptr_eq(&known.resident, resident));
        let removed = found.ok().map(|place| place.remove().0);
        drop(shard);
        removed.is_some()
    }

    /// All of them.
    pub(crate) fn all(&self) -> Vec<Arc<Resident>> {
        let shards = self.shards.iter().map(lock);
        shards
            .flat_map(|shard| shard.iter().map(|known| known.resident.clone()).collect::<Vec<_>>())
            .collect()
    }

    fn hash(&self, name: AgentName) -> u64 {
        self.hasher.hash_one(name)
    }

    fn shard(&self, hash: u64) -> MutexGuard<'_, HashTable<Known>> {
        // Neither of the bits that say where in a table an entry is, nor of those that tell entries there apart.
        lock(&self.shards[(hash >> 32) as usize % SHARDS])
    }
}

fn lock(shard: &Mutex<HashTable<Known>>) -> MutexGuard<'_, HashTable<Known>> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}
