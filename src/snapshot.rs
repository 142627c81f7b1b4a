//! Agents as bytes, and back. One that is alone is what the engine makes of it; one that has to do with others is a group, whose
//! format `docs/snapshot.md` has byte by byte.

use std::io::{self, Read};
use std::sync::Arc;

use mob_vm::{Restoring, SnapshotBytes, SnapshotError};

use crate::agent::Agent;
use crate::group::{Group, Kept};
use crate::program::Program;

/// The first bytes of a group's snapshot.
const MAGIC: [u8; 4] = *b"MOBG";
/// The version of its format that this build writes. It reads this one and no other.
const VERSION: u16 = 1;
/// Magic, version, hash, and the description's length.
const HEADER_BYTES: usize = 42;
/// Bytes that are read at a time.
const PIECE_BYTES: usize = 64 << 10;

/// Why nothing came of what was read.
enum Fault {
    Read(io::Error),
    Snapshot(SnapshotError),
}

impl Agent {
    /// The agent that a snapshot holds, with those that it began. The snapshot may come from anybody: it is checked against
    /// the program, and against the limits of the engine that loaded it.
    ///
    /// # Errors
    /// If the bytes are no snapshot, are of another program, or exceed a limit.
    pub fn restore(program: &Program, snapshot: &[u8]) -> Result<Self, SnapshotError> {
        if !snapshot.starts_with(&MAGIC) {
            let inner = mob_vm::Agent::restore(snapshot, Arc::clone(&program.inner), program.limits)?;
            return Ok(Self::alone(inner, Arc::clone(&program.functions)));
        }
        let (magic, mut rest) = snapshot.split_at(MAGIC.len());
        read(program, magic, &mut rest).map_err(|fault| match fault {
            Fault::Snapshot(error) => error,
            Fault::Read(error) => malformed(error.to_string()),
        })
    }

    /// The agent as bytes, which mean the same on every machine, with all that it began, the messages that wait for them, and
    /// who waits for what. It goes on unchanged; equal states give equal bytes.
    ///
    /// Time that passes between the last run and the snapshot is not time that anybody has waited.
    ///
    /// # Errors
    /// If they are larger than the limit on snapshots allows.
    pub fn snapshot(&mut self) -> Result<Vec<u8>, SnapshotError> {
        let Some(kept) = self.group.kept(&self.inner, self.clock.seen_ms()) else {
            return self.inner.snapshot();
        };
        let (mut bytes, agents) = self.frozen(kept)?;
        bytes.reserve_exact(agents.iter().map(SnapshotBytes::total).sum());
        agents.iter().flat_map(SnapshotBytes::pieces).for_each(|piece| bytes.extend_from_slice(&piece));
        Ok(bytes)
    }

    /// Writes the bytes that [`snapshot`](Self::snapshot) gives, a piece at a time: a large agent takes little more
    /// memory than it has.
    ///
    /// # Errors
    /// What the writer says; or an error of the kind `Other` around a [`SnapshotError`] if the agent is too large.
    pub fn write_snapshot(&mut self, to: &mut impl io::Write) -> io::Result<()> {
        let (head, agents) = match self.group.kept(&self.inner, self.clock.seen_ms()) {
            None => (Vec::new(), vec![self.inner.snapshot_bytes().map_err(io::Error::other)?]),
            Some(kept) => self.frozen(kept).map_err(io::Error::other)?,
        };
        to.write_all(&head)?;
        agents.iter().flat_map(SnapshotBytes::pieces).try_for_each(|piece| to.write_all(&piece))
    }

    /// [`restore`](Self::restore) of bytes that are read a piece at a time, to their end, and not kept.
    ///
    /// # Errors
    /// What the reader says; or an error of the kind `InvalidData` around a [`SnapshotError`].
    pub fn read_snapshot(program: &Program, from: &mut impl Read) -> io::Result<Self> {
        let mut magic = Vec::new();
        let agent = from.by_ref().take(MAGIC.len() as u64).read_to_end(&mut magic).map_err(Fault::Read);
        let agent = agent.and_then(|_| read(program, &magic, from));
        agent.map_err(|fault| match fault {
            Fault::Read(error) => error,
            Fault::Snapshot(error) => io::Error::new(io::ErrorKind::InvalidData, error),
        })
    }

    /// What a group's snapshot begins with, and those of its agents.
    fn frozen(&mut self, mut kept: Kept) -> Result<(Vec<u8>, Vec<SnapshotBytes<'_>>), SnapshotError> {
        let limit_bytes = self.inner.limits().snapshot_bytes;
        let agents = self.group.agents_mut(&mut self.inner).map(mob_vm::Agent::snapshot_bytes);
        let agents = agents.collect::<Result<Vec<_>, _>>()?;
        for (kept, agent) in kept.agents.iter_mut().zip(&agents) {
            kept.bytes = agent.total() as u64;
        }
        let head = head(&kept);
        let bytes = agents.iter().fold(head.len(), |bytes, agent| bytes.saturating_add(agent.total()));
        if bytes > limit_bytes || u32::try_from(head.len()).is_err() {
            return Err(SnapshotError::TooLong { bytes, limit_bytes });
        }
        Ok((head, agents))
    }
}

/// Header and description of a group's snapshot.
fn head(kept: &Kept) -> Vec<u8> {
    let mut body = Vec::new();
    // Writing to a Vec can't fail, and every length is known before it is written.
    let written = rmp_serde::encode::write(&mut body, kept);
    debug_assert!(written.is_ok());
    let mut head = Vec::with_capacity(HEADER_BYTES + body.len());
    head.extend_from_slice(&MAGIC);
    head.extend_from_slice(&VERSION.to_le_bytes());
    head.extend_from_slice(blake3::hash(&body).as_bytes());
    head.extend_from_slice(&(body.len() as u32).to_le_bytes());
    head.extend_from_slice(&body);
    head
}

/// Reads a snapshot of either kind whose first bytes were read.
fn read(program: &Program, magic: &[u8], from: &mut impl Read) -> Result<Agent, Fault> {
    let mut piece = vec![0; PIECE_BYTES];
    if magic != MAGIC {
        let first = restore(program, &mut magic.chain(from), &mut piece)?;
        return Ok(Agent::alone(first, Arc::clone(&program.functions)));
    }
    let mut left = program.limits.snapshot_bytes as u64;
    let kept = read_kept(from, &mut left)?;
    let mut agents = Vec::new();
    for agent in &kept.agents {
        left = left.checked_sub(agent.bytes).ok_or_else(|| too_long(program, &kept))?;
        agents.push(restore(program, &mut from.by_ref().take(agent.bytes), &mut piece)?);
    }
    if io::copy(&mut from.by_ref().take(1), &mut io::sink())? > 0 {
        return Err(malformed("bytes follow its last agent").into());
    }
    let mut agents = agents.into_iter();
    let mut first = agents.next().ok_or_else(|| malformed("it has no agents"))?;
    let group = Group::restore(kept, &mut first, agents.collect(), 0).map_err(malformed)?;
    let mut agent = Agent::alone(first, Arc::clone(&program.functions));
    agent.group = group;
    Ok(agent)
}

/// Reads what stands before the agents, and takes its length from the bytes that may come.
fn read_kept(from: &mut impl Read, left: &mut u64) -> Result<Kept, Fault> {
    let mut header = Vec::new();
    from.by_ref().take((HEADER_BYTES - MAGIC.len()) as u64).read_to_end(&mut header)?;
    let cut_off = |bytes: usize| SnapshotError::CutOff { bytes: MAGIC.len() + bytes };
    let fields = header.split_first_chunk::<2>().and_then(|(version, rest)| {
        let (hash, len) = rest.split_first_chunk::<32>()?;
        Some((version, hash, len.first_chunk::<4>()?))
    });
    let (version, hash, len) = fields.ok_or_else(|| cut_off(header.len()))?;
    match u16::from_le_bytes(*version) {
        VERSION => {}
        version if version > VERSION => return Err(SnapshotError::NewerVersion { version }.into()),
        version => return Err(SnapshotError::UnknownVersion { version }.into()),
    }
    let len = u64::from(u32::from_le_bytes(*len));
    *left = left
        .checked_sub(len + HEADER_BYTES as u64)
        .ok_or_else(|| malformed("its description is too long"))?;
    let mut body = Vec::new();
    from.by_ref().take(len).read_to_end(&mut body)?;
    if body.len() as u64 != len {
        return Err(cut_off(header.len() + body.len()).into());
    }
    if blake3::hash(&body).as_bytes() != hash {
        return Err(SnapshotError::WrongHash.into());
    }
    let kept: Kept =
        rmp_serde::from_slice(&body).map_err(|error| malformed(format!("its description: {error}")))?;
    if head(&kept)[HEADER_BYTES..] != body[..] {
        return Err(malformed("its description is not in the canonical encoding").into());
    }
    kept.check().map_err(malformed)?;
    Ok(kept)
}

/// Restores one agent from all that there is to read, by pieces.
fn restore(program: &Program, from: &mut impl Read, piece: &mut [u8]) -> Result<mob_vm::Agent, Fault> {
    let mut restoring = Restoring::new(Arc::clone(&program.inner), program.limits);
    loop {
        match from.read(piece) {
            Ok(0) => return Ok(restoring.finish()?),
            Ok(len) => restoring.feed(&piece[..len])?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn too_long(program: &Program, kept: &Kept) -> SnapshotError {
    let bytes = kept.agents.iter().fold(0_u64, |bytes, agent| bytes.saturating_add(agent.bytes));
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    SnapshotError::TooLong { bytes, limit_bytes: program.limits.snapshot_bytes }
}

fn malformed(reason: impl Into<String>) -> SnapshotError {
    SnapshotError::Malformed { reason: reason.into() }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

impl From<SnapshotError> for Fault {
    fn from(error: SnapshotError) -> Self {
        Self::Snapshot(error)
    }
}
