//! One peer: a name for a key and an address, and its line in a file.

use std::fmt;
use std::str::FromStr;

use crate::identity::{ParseKeyError, PublicKey};

/// A label for a peer: 1 to 63 letters, digits, `-`, `_` and `.`, beginning with a letter or digit.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PeerName(String);

impl PeerName {
    /// Longest name, in bytes.
    pub const LEN_MAX: usize = 63;

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PeerName {
    type Err = PeerNameError;

    fn from_str(text: &str) -> Result<Self, PeerNameError> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        let begins_well = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        if begins_well && text.len() <= Self::LEN_MAX && text.bytes().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PeerNameError { name: text.chars().take(80).collect() })
        }
    }
}

impl fmt::Display for PeerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PeerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// A text that can't name a peer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{name:?} cannot name a node: use 1 to 63 letters, digits, `-`, `_` and `.`, beginning with a letter or digit"
)]
pub struct PeerNameError {
    /// What was given, cut at 80 characters.
    pub name: String,
}

/// Someone that a node or user knows. Displays as its line in the peer book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// What it is called here.
    pub name: PeerName,
    /// `HOST:PORT`, looked up when a connection is made.
    pub addr: String,
    /// What it must prove.
    pub key: PublicKey,
}

impl Peer {
    /// Puts a peer together from what someone typed.
    ///
    /// # Errors
    /// If one of the three is not what it should be.
    pub fn parse(name: &str, addr: &str, key: &str) -> Result<Self, PeerLineError> {
        let name = name.parse()?;
        let port = addr.rsplit_once(':').filter(|(host, _)| !host.is_empty());
        if addr.len() > 300
            || addr.contains(char::is_whitespace)
            || port.is_none_or(|(_, p)| p.parse::<u16>().is_err())
        {
            return Err(PeerLineError::Addr { addr: addr.chars().take(80).collect() });
        }
        Ok(Self { name, addr: addr.to_owned(), key: key.parse()? })
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.name, self.addr, self.key)
    }
}

impl FromStr for Peer {
    type Err = PeerLineError;

    fn from_str(line: &str) -> Result<Self, PeerLineError> {
        let mut fields = line.split_whitespace();
        let (Some(name), Some(addr), Some(key), None) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return Err(PeerLineError::Fields);
        };
        Self::parse(name, addr, key)
    }
}

/// Why a text does not describe a peer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeerLineError {
    /// Not three fields.
    #[error("a peer is `NAME ADDR KEY`, three fields with spaces between")]
    Fields,
    /// The name can't be one.
    #[error(transparent)]
    Name(#[from] PeerNameError),
    /// The address has no host or port.
    #[error("{addr:?} is not an address: write HOST:PORT")]
    Addr {
        /// What was given, cut at 80 characters.
        addr: String,
    },
    /// The key can't be one.
    #[error(transparent)]
    Key(#[from] ParseKeyError),
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_line_round_trips() {
        let key = PublicKey::from_bytes([1; 32]);
        for addr in ["127.0.0.1:4000", "[::1]:4000", "host.example:1"] {
            let peer = Peer::parse("b-2", addr, &key.to_string()).unwrap();
            assert_eq!(peer.to_string().parse::<Peer>().unwrap(), peer);
        }
    }

    #[test]
    fn says_which_field_is_wrong() {
        let key = PublicKey::from_bytes([1; 32]).to_string();
        let error = |line: &str| line.parse::<Peer>().unwrap_err();
        assert_eq!(error("b 127.0.0.1:1"), PeerLineError::Fields);
        assert_eq!(error(&format!("b 127.0.0.1:1 {key} more")), PeerLineError::Fields);
        assert!(matches!(error(&format!("../b 127.0.0.1:1 {key}")), PeerLineError::Name(_)));
        for addr in ["host", ":1", "host:", "host:65536", "host:x"] {
            assert!(matches!(error(&format!("b {addr} {key}")), PeerLineError::Addr { .. }), "{addr}");
        }
        assert_eq!(error("b host:1 mob2"), PeerLineError::Key(ParseKeyError::Prefix));
    }
}
