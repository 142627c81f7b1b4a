//! What a snapshot tells without being restored.

use serde::{Deserialize, Serialize};

use super::SnapshotError;
use super::envelope::{Envelope, SNAPSHOT_VERSION};
use super::frames;
use crate::bytecode::{Module, ModuleHash};
use crate::trace::{TraceLine, trace};
use crate::trap::Trap;

/// What a snapshot tells without being restored: for `mvm inspect`, and for a node that decides whether to take it.
#[derive(Debug, Clone, PartialEq)]
pub struct SnapshotInfo {
    /// The format's version.
    pub version: u16,
    /// The BLAKE3 hash of all that follows the header.
    pub hash: [u8; 32],
    /// The modules of its program.
    pub modules: Vec<ModuleHash>,
    /// Where the agent stands.
    pub status: SnapshotStatus,
    /// Fuel used since the agent's start.
    pub fuel_used: u64,
    /// How many bytes the snapshot has.
    pub total_bytes: usize,
    /// How many of them are heap.
    pub heap_bytes: usize,
    /// How many of them are registers.
    pub register_bytes: usize,
    /// How many values the agent keeps between calls.
    pub kept: usize,
    /// How many calls are active.
    pub frames: usize,
    /// The function and the pc of each frame, the innermost first.
    places: Vec<u64>,
}

/// Where the agent of a snapshot stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SnapshotStatus {
    /// It has not been started.
    New,
    /// It can run.
    Ready,
    /// It waits for the host's answer.
    Waiting,
    /// It has ended.
    Done,
    /// It trapped.
    Trapped(Trap),
}

impl SnapshotInfo {
    /// Reads the description. The words are hashed, but not checked: only a restore does that.
    ///
    /// # Errors
    /// [`SnapshotError`] if the bytes are no snapshot, damaged, or of another version.
    pub fn read(bytes: &[u8]) -> Result<Self, SnapshotError> {
        let Envelope { head, frames: words } = Envelope::open(bytes)?;
        let frames = words.len();
        Ok(Self {
            version: SNAPSHOT_VERSION,
            hash: head.hash,
            total_bytes: bytes.len(),
            heap_bytes: head.description.heap as usize * 8,
            register_bytes: head.description.registers as usize * 8,
            kept: head.description.more.kept as usize,
            modules: head.description.modules,
            status: head.description.status,
            fuel_used: head.description.fuel_used,
            frames,
            places: words.iter().rev().map(|frame| u64::from_le_bytes(*frame)).collect(),
        })
    }

    /// The active calls, the innermost first, in the lines of the snapshot's module. What the module lacks shows as `?`.
    pub fn stack_trace(&self, module: &Module) -> Vec<TraceLine> {
        match &self.status {
            SnapshotStatus::New | SnapshotStatus::Done => return Vec::new(),
            SnapshotStatus::Trapped(trap) => return trap.trace.clone(),
            SnapshotStatus::Ready | SnapshotStatus::Waiting => {}
        }
        let place = |(index, word): (usize, &u64)| {
            let (function, pc) = frames::unpack(*word);
            // A caller stands behind its call; the line is the call's.
            (function, if index == 0 { pc } else { pc.saturating_sub(1) })
        };
        trace(module, self.places.iter().enumerate().map(place))
    }
}
