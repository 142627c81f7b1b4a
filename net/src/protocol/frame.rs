//! Control frames: a length, a version, a kind, and a MessagePack body that is a flat struct.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::handover::message::{
    Abort, Accept, Commit, Offer, Pending, Prepared, Query, Reject, Released, Unknown,
};
use super::requests::*;

/// Declares the kinds of frame, each once: number, name, and the struct that is its body.
macro_rules! frames {
    ($($kind:literal $name:ident $doc:literal,)*) => {
        /// A control message. Its body is a struct of the same name, without recursion: rmp-serde's depth limit does
        /// not see all kinds of nesting, so nothing here nests.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Frame {
            $(#[doc = $doc] $name($name),)*
        }

        $(impl From<$name> for Frame {
            fn from(body: $name) -> Self {
                Self::$name(body)
            }
        })*

        impl Frame {
            /// The number that stands for its kind.
            pub fn kind(&self) -> u8 {
                match self {
                    $(Self::$name(_) => $kind,)*
                }
            }

            fn encode_body(&self, buffer: &mut Vec<u8>) -> Result<(), FrameError> {
                match self {
                    $(Self::$name(body) => write_body(body, buffer),)*
                }
            }

            fn decode_body(kind: u8, body: &[u8]) -> Result<Self, FrameError> {
                match kind {
                    $($kind => read_body(kind, body).map(Self::$name),)*
                    _ => Err(FrameError::Kind { kind }),
                }
            }
        }
    };
}

frames! {
    1 Offer "S to T: will you take this agent?",
    2 Accept "T to S: yes, and this code is missing here.",
    3 Reject "T to S: no, and why.",
    4 Prepared "T to S: it is here, whole and valid.",
    5 Commit "S to T: it is yours.",
    6 Abort "S to T: it stays here.",
    7 Query "T to S: what was decided?",
    8 Pending "S to T: nothing yet.",
    9 Released "T to S: it runs here, forget your copy.",
    10 Unknown "T to S: there is no such agent here.",
    32 Refused "The answer to any request that is not granted.",
    33 Launch "Client to node: start this program.",
    34 Wanted "Node to client: send the code, or don't.",
    35 Launched "Node to client: the agent's id.",
    36 Report "Host to home: output, state and outcome of an agent.",
    37 Reported "Home to host: what has arrived.",
    38 Follow "Client to home: send the output.",
    39 Output "Home to client: some of it.",
    40 Ended "Home to client: that was all.",
    41 List "Client to node: which agents do you know?",
    42 Agents "Node to client: some of them.",
    43 Migrate "Client to host: send this agent there.",
    44 Migrated "Host to client: it is there.",
    45 Kill "Client to host: end this agent.",
    46 Killed "Host to client: it is ended.",
    47 Ping "Are you there?",
    48 Pong "Yes.",
    49 Letters "Letters follow on this stream; and the answer to that.",
    50 Find "Node to node: what can be found under this name?",
    51 Found "The answer to that.",
    52 Drain "Home to node: bring what agents of this console have printed, then say so.",
    53 Drained "Node to home: it is brought, and there others went.",
}

/// Versions of the frame format that this build reads; it writes this one.
const VERSION: u8 = 4;
/// Version and kind.
const HEADER_LEN: usize = 2;

impl Frame {
    /// Bytes of the length that stands before each frame.
    pub const LEN_BYTES: usize = 4;
    /// Most bytes of a frame, header included and length not.
    pub const LEN_MAX: usize = 64 << 10;

    /// Appends the frame, length first, to `buffer`.
    ///
    /// # Errors
    /// If it would be longer than [`Frame::LEN_MAX`].
    pub fn encode(&self, buffer: &mut Vec<u8>) -> Result<(), FrameError> {
        let start = buffer.len();
        buffer.extend([0; Self::LEN_BYTES]);
        buffer.extend([VERSION, self.kind()]);
        self.encode_body(buffer)?;
        let len = buffer.len() - start - Self::LEN_BYTES;
        if len > Self::LEN_MAX {
            buffer.truncate(start);
            return Err(FrameError::Length { len: len as u64 });
        }
        buffer[start..start + Self::LEN_BYTES].copy_from_slice(&(len as u32).to_le_bytes());
        Ok(())
    }

    /// How many bytes the frame has that this length stands before.
    ///
    /// # Errors
    /// If no frame has so many or so few.
    pub fn check_len(len: [u8; Self::LEN_BYTES]) -> Result<usize, FrameError> {
        let len = u32::from_le_bytes(len);
        match len as usize {
            len if (HEADER_LEN..=Self::LEN_MAX).contains(&len) => Ok(len),
            _ => Err(FrameError::Length { len: len.into() }),
        }
    }

    /// The frame that `bytes`, without the length, hold exactly.
    ///
    /// # Errors
    /// If they are of another version, of no known kind, or not a body of their kind.
    pub fn decode(bytes: &[u8]) -> Result<Self, FrameError> {
        let (&[version, kind], body) =
            bytes.split_first_chunk::<HEADER_LEN>().ok_or(FrameError::Length { len: bytes.len() as u64 })?;
        if version != VERSION {
            return Err(FrameError::Version { version });
        }
        Self::decode_body(kind, body)
    }
}

fn write_body(body: &impl Serialize, buffer: &mut Vec<u8>) -> Result<(), FrameError> {
    // Writing to memory fails only for types that MessagePack can't express; no body has one.
    rmp_serde::encode::write(buffer, body).map_err(|_| FrameError::Body { kind: 0 })
}

fn read_body<T: DeserializeOwned>(kind: u8, body: &[u8]) -> Result<T, FrameError> {
    let mut rest = body;
    let value = rmp_serde::decode::from_read(&mut rest).map_err(|_| FrameError::Body { kind })?;
    if rest.is_empty() { Ok(value) } else { Err(FrameError::Body { kind }) }
}

/// What is wrong with bytes that should be a frame or bulk data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Too long, or too short for a header.
    #[error("a frame of {len} bytes; frames have 2 to 65536")]
    Length {
        /// The length given.
        len: u64,
    },
    /// Written by a build that is newer, or not at all.
    #[error("a frame of version {version}; this build reads version {VERSION}")]
    Version {
        /// The version given.
        version: u8,
    },
    /// A kind that this build does not know.
    #[error("a frame of unknown kind {kind}")]
    Kind {
        /// The kind given.
        kind: u8,
    },
    /// A body that is not one of its kind, or is followed by more.
    #[error("a malformed frame of kind {kind}")]
    Body {
        /// The frame's kind.
        kind: u8,
    },
    /// A kind that has no business at this point of an exchange.
    #[error("a frame of kind {kind} out of turn")]
    Unexpected {
        /// The frame's kind.
        kind: u8,
    },
    /// A chunk that is longer than it may be, or not what its packing makes.
    #[error("a chunk of data can't be unpacked")]
    Chunk,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fmt::Write;

    use mob_runtime::{Owner, Pass};
    use mob_vm::bytecode::ModuleHash;
    use proptest::prelude::*;

    use super::*;
    use crate::identity::PublicKey;
    use crate::protocol::handover::message::RejectCause;
    use crate::protocol::{
        AgentId, AgentInfo, AgentState, AttemptId, Channel, Epoch, Manifest, Outcome, Packing, Record, Usage,
    };

    /// One of each kind, with something in each field.
    fn examples() -> Vec<Frame> {
        let (home, random, root) = (PublicKey::from_bytes([0xaa; 32]), [0xbb; 10], [0xcc; 32]);
        let (agent, attempt, hash) =
            (AgentId { home, random }, AttemptId([0xdd; 16]), ModuleHash([0xee; 32]));
        let (name, epoch, code) = ("n".to_owned(), Epoch(7), CodeRef { hash, len: 300 });
        let usage = Usage { fuel: 1, heap_bytes: 2, hops: 3, age_ms: 4 };
        let record = |channel| Record { seq: 5, channel, text: b"text".to_vec() };
        let (reason, owner) = ("r".to_owned(), Owner::new([0x88; 32]));
        let info = AgentInfo {
            agent,
            name: name.clone(),
            owner: home,
            state: AgentState::Leaving { to: "b".to_owned() },
            node: home,
            epoch,
            usage,
            outcome: Some(Outcome::LimitReached { limit: "heap".to_owned(), text: reason.clone() }),
            here: true,
        };
        let report = Report {
            agent,
            owner: home,
            pass: Pass::of_bytes([0x99; Pass::LEN]),
            console: agent,
            name: name.clone(),
            epoch,
            state: AgentState::Running,
            usage,
            output_first: 5,
            output: vec![record(Channel::Err)],
            output_end: 6,
            outcome: None,
        };
        let offer = Offer {
            attempt,
            agent,
            epoch,
            name: name.clone(),
            code: vec![code],
            capabilities: vec!["console".to_owned()],
            cargo: Manifest { len: 70_000, root },
            eager: true,
            home_addr: "h:1".to_owned(),
        };
        vec![
            offer.into(),
            Accept { attempt, missing: vec![hash], packing: Packing::Lz4 }.into(),
            Reject { attempt, cause: RejectCause::TooLarge, reason: reason.clone() }.into(),
            Prepared { attempt, root }.into(),
            Commit { attempt, agent, epoch }.into(),
            Abort { attempt }.into(),
            Query { attempt, root }.into(),
            Pending { attempt }.into(),
            Released { attempt }.into(),
            Unknown { attempt }.into(),
            Refused { code: Refusal::Limit, reason }.into(),
            Launch { code, name, args: vec!["x".to_owned()], owner, follow: true }.into(),
            Wanted { code: true }.into(),
            Launched { agent }.into(),
            report.into(),
            Reported { agent, next: 6 }.into(),
            Follow { agent, from: 5, wait: false }.into(),
            Output { dropped: 2, records: vec![record(Channel::Out)] }.into(),
            Ended { outcome: Some(Outcome::Returned { text: "()".to_owned() }) }.into(),
            List { prefix: "ab".to_owned(), left: true }.into(),
            Agents { agents: vec![info], more: false }.into(),
            Migrate { agent, name: "b".to_owned(), key: home, addr: "h:2".to_owned() }.into(),
            Migrated { bytes: 8, micros: 9 }.into(),
            Kill { agent }.into(),
            Killed {}.into(),
            Ping {}.into(),
            Pong { name: "a".to_owned() }.into(),
            Letters { life: 10, bulk: true, letter_bytes: 11 }.into(),
            Find { name: "n".to_owned() }.into(),
            Found { agent: Some(agent), inbox: 12 }.into(),
            Drain { console: agent }.into(),
            Drained { nodes: vec![Went { node: home, addr: "h:3".to_owned() }] }.into(),
        ]
    }

    #[test]
    fn each_kind_is_pinned_and_comes_back() {
        let mut listing = String::new();
        for frame in examples() {
            let mut bytes = Vec::new();
            frame.encode(&mut bytes).unwrap();
            let (len, body) = bytes.split_first_chunk().unwrap();
            assert_eq!(Frame::check_len(*len), Ok(body.len()));
            assert_eq!(Frame::decode(body), Ok(frame.clone()));
            let debug = format!("{frame:?}");
            let name = debug.split('(').next().unwrap();
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            writeln!(listing, "{name}\n  {hex}").unwrap();
        }
        insta::assert_snapshot!(listing);
    }

    #[test]
    fn a_frame_that_is_too_long_is_not_written() {
        let pong = Frame::from(Pong { name: "x".repeat(Frame::LEN_MAX) });
        let mut buffer = vec![1];
        assert!(matches!(pong.encode(&mut buffer), Err(FrameError::Length { .. })));
        assert_eq!(buffer, [1]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..200), kind in 0..60_u8) {
            let _ = Frame::decode(&bytes);
            let _ = Frame::decode(&[&[VERSION, kind], &bytes[..]].concat());
        }

        #[test]
        fn cut_or_changed_frames_are_answered(which in 0..32_usize, at: usize, bits in 1..=255_u8, cut: usize) {
            let mut bytes = Vec::new();
            examples()[which].encode(&mut bytes).unwrap();
            let body = &mut bytes[Frame::LEN_BYTES..];
            let cut = cut % body.len();
            prop_assert!(Frame::decode(&body[..cut]).is_err());
            let at = at % body.len();
            body[at] ^= bits;
            if let Ok(frame) = Frame::decode(body) {
                // What is read can be written again: nothing out of bounds got in.
                frame.encode(&mut Vec::new()).unwrap();
            }
        }
    }
}
