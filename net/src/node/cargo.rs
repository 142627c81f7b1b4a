//! What travels when an agent does: luggage, and behind it the snapshot. On its way it is nowhere in one piece: at the
//! source bytes are made when they are sent, and at the target they become the agent as they arrive.

use std::sync::{Arc, Mutex, PoisonError};

use mob_vm::{Agent, Frozen, Limits, Program, Restoring};

use super::luggage::{Luggage, Opening};
use crate::protocol::Manifest;

/// What is to be sent of an agent that stands still.
pub(super) struct Cargo {
    luggage: Vec<u8>,
    manifest: Manifest,
    /// The agent, until it is taken back.
    agent: Mutex<Option<Frozen>>,
}

impl Cargo {
    /// Cargo of packed luggage and an agent.
    pub(super) fn new(luggage: Vec<u8>, agent: Frozen) -> Self {
        let snapshot = agent.bytes();
        let len = (luggage.len() + snapshot.total()) as u64;
        let manifest = Manifest::new(len, &luggage, snapshot.hash());
        Self { luggage, manifest, agent: Mutex::new(Some(agent)) }
    }

    /// What is said of it before it is sent.
    pub(super) fn manifest(&self) -> Manifest {
        self.manifest
    }

    /// Fills `into` with the bytes from `at` on, of which there are as many. `false` if the agent was taken back.
    pub(super) fn read(&self, at: u64, into: &mut [u8]) -> bool {
        let agent = self.agent.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(agent) = &*agent else { return false };
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        let luggage = self.luggage.get(at..).unwrap_or(&[]);
        let (first, rest) = into.split_at_mut(luggage.len().min(into.len()));
        first.copy_from_slice(&luggage[..first.len()]);
        let at = (at + first.len()).saturating_sub(self.luggage.len());
        agent.bytes().read(at, rest) == rest.len()
    }

    /// Takes the agent back. Nothing can be sent then.
    pub(super) fn take_back(&self) -> Option<Agent> {
        self.agent.lock().unwrap_or_else(PoisonError::into_inner).take().map(Frozen::thaw)
    }
}

/// Cargo that arrives, in pieces of any lengths.
pub(super) struct Unloading {
    luggage: Opening,
    agent: Restoring,
}

impl Unloading {
    /// Waits for the luggage and snapshot of an agent of this program.
    pub(super) fn new(program: Arc<Program>, limits: Limits) -> Self {
        Self { luggage: Opening::default(), agent: Restoring::new(program, limits) }
    }

    /// Takes the next piece.
    pub(super) fn feed(&mut self, mut piece: &[u8]) -> Result<(), String> {
        self.luggage.feed(&mut piece).ok_or_else(unreadable)?;
        self.agent.feed(piece).map_err(|error| format!("the snapshot is not valid: {error}"))
    }

    /// Luggage and agent, if all has come and is what was said before.
    pub(super) fn finish(self, manifest: &Manifest) -> Result<(Luggage, Agent), String> {
        let luggage = self.luggage.luggage().ok_or_else(unreadable)?;
        let snapshot = self.agent.hash().unwrap_or_default();
        if Manifest::new(manifest.len, self.luggage.bytes(), snapshot) != *manifest {
            return Err("what came is not what was offered".to_owned());
        }
        let agent = self.agent.finish().map_err(|error| format!("the snapshot is not valid: {error}"))?;
        Ok((luggage, agent))
    }
}

fn unreadable() -> String {
    "the luggage can't be read".to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use mob_vm::bytecode::Module;

    use super::*;
    use crate::hostile::common::says;

    fn luggage() -> Luggage {
        Luggage::example()
    }

    fn cargo() -> (Arc<Program>, Cargo) {
        let program = Program::load(Module::decode(&says("x")).unwrap()).unwrap();
        let mut agent = Agent::new(program.clone(), Limits::default());
        agent.start(program.main().unwrap(), &[]).unwrap();
        (program, Cargo::new(luggage().pack().unwrap(), agent.freeze().unwrap()))
    }

    /// Read in pieces.
    fn all_of(cargo: &Cargo) -> Vec<u8> {
        let mut bytes = vec![0; cargo.manifest().len as usize];
        for (index, piece) in bytes.chunks_mut(7).enumerate() {
            assert!(cargo.read(index as u64 * 7, piece));
        }
        bytes
    }

    fn unload(program: &Arc<Program>, bytes: &[u8], manifest: &Manifest) -> Result<(Luggage, Agent), String> {
        let mut unloading = Unloading::new(program.clone(), Limits::default());
        for piece in bytes.chunks(11) {
            unloading.feed(piece)?;
        }
        unloading.finish(manifest)
    }

    #[test]
    fn what_is_sent_in_pieces_arrives_in_others() {
        let (program, cargo) = cargo();
        let bytes = all_of(&cargo);
        let (arrived, mut agent) = unload(&program, &bytes, &cargo.manifest()).unwrap();
        assert_eq!(arrived, luggage());
        assert_eq!(cargo.take_back().unwrap().snapshot().unwrap(), agent.snapshot().unwrap());
        assert!(!cargo.read(0, &mut [0]), "there is nothing to send of an agent that was taken back");
    }

    #[test]
    fn what_was_not_offered_or_is_damaged_does_not_arrive() {
        let (program, cargo) = cargo();
        let bytes = all_of(&cargo);
        let other = Manifest { root: [0; 32], ..cargo.manifest() };
        assert_eq!(unload(&program, &bytes, &other).unwrap_err(), "what came is not what was offered");
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert!(unload(&program, &damaged, &cargo.manifest()).is_err(), "byte {at}");
            assert!(unload(&program, &bytes[..at], &cargo.manifest()).is_err(), "{at} bytes");
        }
    }
}
