//! What is said on a lane, byte by byte: letters one way, replies the other.
//!
//! Everything is a kind, a route, a length, and so many bytes. A route is a number that the sender of letters gives to an
//! agent for as long as nothing goes wrong with it; it is never used again on that lane.

use crate::identity::PublicKey;
use crate::protocol::{AgentId, Epoch};

use super::place::Place;

/// Kind, route and length.
pub(super) const HEADER_LEN: usize = 9;
/// Most bytes behind a header: a longer letter comes in parts.
pub(super) const BODY_LEN_MAX: usize = 64 << 10;

/// Bytes of an agent's name.
const AGENT_LEN: usize = PublicKey::LEN + AgentId::RANDOM_LEN;
const OPEN_LEN: usize = 8 + AGENT_LEN;
const MOVED_LEN_MIN: usize = 8 + 8 + PublicKey::LEN;

/// The lanes of a line, each a stream: what is long must not hold up what is short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Lane {
    /// For letters of [`Lane::EXPRESS_LEN_MAX`] bytes at most.
    Express,
    /// For all.
    Bulk,
}

impl Lane {
    pub(crate) const ALL: [Self; 2] = [Self::Express, Self::Bulk];
    /// The longest letter on the express lane: none has a second part.
    pub(crate) const EXPRESS_LEN_MAX: usize = BODY_LEN_MAX;

    pub(crate) fn index(self) -> usize {
        self as usize
    }
}

/// What a peer sends that the protocol does not allow. Its connection is closed with this as the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// No such kind.
    #[error("post of unknown kind {kind}")]
    Kind {
        /// The kind given.
        kind: u8,
    },
    /// A length that nothing has.
    #[error("{len} bytes of post at once; there may be 65536")]
    Length {
        /// The length given.
        len: u32,
    },
    /// A body that is not one of its kind.
    #[error("malformed post of kind {kind}")]
    Body {
        /// The kind given.
        kind: u8,
    },
    /// A route that was never opened, or is opened out of order.
    #[error("post for route {route} out of turn")]
    Route {
        /// The route given.
        route: u32,
    },
    /// More routes than a lane has.
    #[error("more than {max} routes of post at once")]
    Routes {
        /// How many there may be.
        max: usize,
    },
    /// A letter that is longer than was said.
    #[error("a letter of more than {max} bytes")]
    Letter {
        /// What was said.
        max: u32,
    },
    /// More letters at once of which only a part is here.
    #[error("more than {max} letters in parts at once")]
    Parts {
        /// How many there may be.
        max: usize,
    },
    /// Letters acknowledged that were not sent.
    #[error("letters up to {next} are acknowledged and were not sent")]
    NotSent {
        /// The number given.
        next: u64,
    },
}

/// What stands behind one header.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Raw<'a> {
    kind: u8,
    route: u32,
    body: &'a [u8],
}

/// Puts together what comes in pieces of any length.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    /// The beginning of something whose end has not come.
    carry: Vec<u8>,
}

impl Decoder {
    /// Takes the next piece, and gives on all that is complete.
    pub(crate) fn feed(
        &mut self,
        mut piece: &[u8],
        mut take: impl FnMut(Raw<'_>) -> Result<(), Breach>,
    ) -> Result<(), Breach> {
        while !piece.is_empty() {
            if self.carry.is_empty()
                && let Some((header, rest)) = piece.split_first_chunk()
                && let header = Header::read(header)?
                && let Some((body, rest)) = rest.split_at_checked(header.len)
            {
                take(header.with(body))?;
                piece = rest;
            } else {
                self.carry_on(&mut piece, &mut take)?;
            }
        }
        Ok(())
    }

    /// Adds of the piece what is missing of the header, or else of the body.
    fn carry_on(
        &mut self,
        piece: &mut &[u8],
        take: &mut impl FnMut(Raw<'_>) -> Result<(), Breach>,
    ) -> Result<(), Breach> {
        let header = self.carry.first_chunk().map(Header::read).transpose()?;
        let wanted = HEADER_LEN + header.map_or(0, |header| header.len);
        let (taken, rest) = piece.split_at(piece.len().min(wanted - self.carry.len()));
        self.carry.reserve(wanted - self.carry.len());
        self.carry.extend_from_slice(taken);
        *piece = rest;
        if let Some((header, body)) = self.carry.split_first_chunk()
            && let header = Header::read(header)?
            && header.len == body.len()
        {
            take(header.with(body))?;
            self.carry.clear();
        }
        Ok(())
    }
}

/// A header, read and checked.
#[derive(Clone, Copy)]
struct Header {
    kind: u8,
    route: u32,
    len: usize,
}

impl Header {
    fn read(bytes: &[u8; HEADER_LEN]) -> Result<Self, Breach> {
        let &[kind, a, b, c, d, e, f, g, h] = bytes;
        let (route, len) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
        match len as usize {
            len if len <= BODY_LEN_MAX => Ok(Self { kind, route, len }),
            _ => Err(Breach::Length { len }),
        }
    }

    fn with(self, body: &[u8]) -> Raw<'_> {
        Raw { kind: self.kind, route: self.route, body }
    }
}

/// The bytes before a body of this length.
pub(super) fn header(kind: u8, route: u32, len: usize) -> [u8; HEADER_LEN] {
    let mut bytes = [0; HEADER_LEN];
    bytes[0] = kind;
    bytes[1..5].copy_from_slice(&route.to_le_bytes());
    bytes[5..].copy_from_slice(&(len as u32).to_le_bytes());
    bytes
}

/// What the sender of letters says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packet<'a> {
    /// This route leads to that agent, and the next letter on it has this number.
    Open { route: u32, base: u64, agent: AgentId },
    /// The next letter of a route, or the last part of it.
    Letter { route: u32, bytes: &'a [u8] },
    /// A part of the next letter, but not the last.
    Part { route: u32, bytes: &'a [u8] },
    /// Nothing more comes on this route.
    Close { route: u32 },
    /// Are you there?
    Ping,
    /// A letter that has no number, for the agent of a route: it is taken ahead of all others, or not at all.
    Urgent { route: u32, bytes: &'a [u8] },
}

impl<'a> Packet<'a> {
    pub(super) const LETTER: u8 = 2;
    pub(super) const PART: u8 = 3;
    pub(super) const URGENT: u8 = 6;

    pub(crate) fn read(raw: Raw<'a>) -> Result<Self, Breach> {
        let Raw { kind, route, body } = raw;
        let malformed = Breach::Body { kind };
        match kind {
            1 => {
                let body: &[u8; OPEN_LEN] = body.try_into().map_err(|_| malformed)?;
                let (base, agent) = body.split_first_chunk().ok_or(malformed)?;
                let (home, random) = agent.split_first_chunk().ok_or(malformed)?;
                let random = random.try_into().map_err(|_| malformed)?;
                let agent = AgentId { home: PublicKey::from_bytes(*home), random };
                Ok(Self::Open { route, base: u64::from_le_bytes(*base), agent })
            }
            Self::LETTER => Ok(Self::Letter { route, bytes: body }),
            Self::PART => Ok(Self::Part { route, bytes: body }),
            4 if body.is_empty() => Ok(Self::Close { route }),
            5 if body.is_empty() && route == 0 => Ok(Self::Ping),
            4 | 5 => Err(malformed),
            Self::URGENT => Ok(Self::Urgent { route, bytes: body }),
            _ => Err(Breach::Kind { kind }),
        }
    }

    pub(crate) fn write(&self, buffer: &mut Vec<u8>) {
        match self {
            Self::Open { route, base, agent } => {
                buffer.extend(header(1, *route, OPEN_LEN));
                buffer.extend(base.to_le_bytes());
                buffer.extend(agent.home.as_bytes());
                buffer.extend(agent.random);
            }
            Self::Letter { route, bytes } => {
                buffer.extend(header(Self::LETTER, *route, bytes.len()));
                buffer.extend_from_slice(bytes);
            }
            Self::Part { route, bytes } => {
                buffer.extend(header(Self::PART, *route, bytes.len()));
                buffer.extend_from_slice(bytes);
            }
            Self::Close { route } => buffer.extend(header(4, *route, 0)),
            Self::Ping => buffer.extend(header(5, 0, 0)),
            Self::Urgent { route, bytes } => {
                buffer.extend(header(Self::URGENT, *route, bytes.len()));
                buffer.extend_from_slice(bytes);
            }
        }
    }
}

/// What the receiver of letters says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    /// All letters of this route before `next` are taken, and this is how it stands.
    Route { route: u32, next: u64, word: Word },
    /// Yes.
    Pong,
}

/// How a route stands. After all but the first, what comes on it is dropped until it is opened anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Word {
    /// Go on.
    Taken,
    /// The agent takes no more; there will be word when it does.
    Full,
    /// The agent is about to move; there will be word of what comes of it.
    Held,
    /// After `Full` or `Held`: begin again at `next`.
    Room,
    /// Letters before `next` are taken, and then one is missing.
    Gap,
    /// The agent is there.
    Moved(Place),
    /// The agent is not here.
    Unknown,
    /// The agent ended or never was, says its home.
    Gone,
}

impl Reply {
    pub(crate) fn read(raw: Raw<'_>) -> Result<Self, Breach> {
        let Raw { kind, route, body } = raw;
        let malformed = Breach::Body { kind };
        if kind == 9 {
            return if body.is_empty() && route == 0 { Ok(Self::Pong) } else { Err(malformed) };
        }
        let (next, rest) = body.split_first_chunk().ok_or(malformed)?;
        let next = u64::from_le_bytes(*next);
        let word = match kind {
            1 => Word::Taken,
            2 => Word::Full,
            3 => Word::Held,
            4 => Word::Room,
            5 => Word::Gap,
            6 => {
                return Ok(Self::Route {
                    route,
                    next,
                    word: Word::Moved(read_place(rest).ok_or(malformed)?),
                });
            }
            7 => Word::Unknown,
            8 => Word::Gone,
            _ => return Err(Breach::Kind { kind }),
        };
        if rest.is_empty() { Ok(Self::Route { route, next, word }) } else { Err(malformed) }
    }

    pub(crate) fn write(&self, buffer: &mut Vec<u8>) {
        let Self::Route { route, next, word } = self else {
            buffer.extend(header(9, 0, 0));
            return;
        };
        let kind = match word {
            Word::Taken => 1,
            Word::Full => 2,
            Word::Held => 3,
            Word::Room => 4,
            Word::Gap => 5,
            Word::Moved(place) => {
                // An address that is too long is of no use, and not sent.
                let addr = if place.addr.len() <= Place::ADDR_LEN_MAX { place.addr.as_bytes() } else { &[] };
                buffer.extend(header(6, *route, MOVED_LEN_MIN + addr.len()));
                buffer.extend(next.to_le_bytes());
                buffer.extend(place.epoch.0.to_le_bytes());
                buffer.extend(place.node.as_bytes());
                buffer.extend(addr);
                return;
            }
            Word::Unknown => 7,
            Word::Gone => 8,
        };
        buffer.extend(header(kind, *route, 8));
        buffer.extend(next.to_le_bytes());
    }
}

fn read_place(body: &[u8]) -> Option<Place> {
    let (epoch, rest) = body.split_first_chunk()?;
    let (node, addr) = rest.split_first_chunk()?;
    let addr = std::str::from_utf8(addr).ok().filter(|addr| addr.len() <= Place::ADDR_LEN_MAX)?;
    let (node, epoch) = (PublicKey::from_bytes(*node), Epoch(u64::from_le_bytes(*epoch)));
    Some(Place { node, addr: addr.to_owned(), epoch })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fmt::Write;

    use proptest::prelude::*;

    use super::*;

    fn packets() -> [Packet<'static>; 6] {
        let agent = AgentId { home: PublicKey::from_bytes([0xaa; 32]), random: [0xbb; 10] };
        [
            Packet::Open { route: 1, base: 2, agent },
            Packet::Letter { route: 1, bytes: b"end" },
            Packet::Part { route: 1, bytes: b"begin" },
            Packet::Close { route: 1 },
            Packet::Ping,
            Packet::Urgent { route: 1, bytes: b"kill" },
        ]
    }

    fn replies() -> [Reply; 9] {
        let node = PublicKey::from_bytes([0xcc; 32]);
        let place = Place { node, addr: "h:1".to_owned(), epoch: Epoch(7) };
        let of = |word| Reply::Route { route: 1, next: 3, word };
        [
            of(Word::Taken),
            of(Word::Full),
            of(Word::Held),
            of(Word::Room),
            of(Word::Gap),
            of(Word::Moved(place)),
            of(Word::Unknown),
            of(Word::Gone),
            Reply::Pong,
        ]
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn each_is_pinned_and_comes_back() {
        let mut listing = String::new();
        for packet in packets() {
            let mut bytes = Vec::new();
            packet.write(&mut bytes);
            let mut seen = 0;
            let see = |raw: Raw<'_>| {
                seen += 1;
                assert_eq!(Packet::read(raw), Ok(packet));
                Ok(())
            };
            Decoder::default().feed(&bytes, see).unwrap();
            assert_eq!(seen, 1);
            writeln!(listing, "{packet:?}\n  {}", hex(&bytes)).unwrap();
        }
        for reply in replies() {
            let mut bytes = Vec::new();
            reply.write(&mut bytes);
            let mut seen = Vec::new();
            let see = |raw: Raw<'_>| Reply::read(raw).map(|reply| seen.push(reply));
            Decoder::default().feed(&bytes, see).unwrap();
            assert_eq!(seen, std::slice::from_ref(&reply));
            writeln!(listing, "{reply:?}\n  {}", hex(&bytes)).unwrap();
        }
        insta::assert_snapshot!(listing);
    }

    #[test]
    fn a_length_is_refused_before_anything_is_kept() {
        let mut decoder = Decoder::default();
        let forged = header(Packet::LETTER, 1, BODY_LEN_MAX + 1);
        let len = BODY_LEN_MAX as u32 + 1;
        assert_eq!(decoder.feed(&forged, |_| Ok(())), Err(Breach::Length { len }));
        let mut decoder = Decoder::default();
        decoder.feed(&forged[..5], |_| Ok(())).unwrap();
        assert_eq!(decoder.feed(&forged[5..], |_| Ok(())), Err(Breach::Length { len }));
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..300), kind in 0..12_u8, len in 0..80_u32) {
            let both = |raw: Raw<'_>| {
                let _ = (Packet::read(raw), Reply::read(raw));
                Ok(())
            };
            let _ = Decoder::default().feed(&bytes, both);
            let headed = [&header(kind, 1, len as usize), &bytes[..]].concat();
            let _ = Decoder::default().feed(&headed, both);
        }

        #[test]
        fn pieces_make_no_difference(cuts in prop::collection::vec(1..20_usize, 1..60), letter in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = Vec::new();
            packets().iter().for_each(|packet| packet.write(&mut bytes));
            Packet::Letter { route: 9, bytes: &letter }.write(&mut bytes);
            let (mut whole, mut pieces) = (Vec::new(), Vec::new());
            Decoder::default().feed(&bytes, |raw| { whole.push(format!("{raw:?}")); Ok(()) }).unwrap();
            let (mut decoder, mut rest) = (Decoder::default(), &bytes[..]);
            for cut in cuts.iter().cycle() {
                let (piece, more) = rest.split_at(rest.len().min(*cut));
                decoder.feed(piece, |raw| { pieces.push(format!("{raw:?}")); Ok(()) }).unwrap();
                rest = more;
                if rest.is_empty() { break; }
            }
            prop_assert_eq!(whole, pieces);
        }
    }
}
