//! Public keys and their one text form: `mob1` and 56 lower-case base32 characters, checksum included.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Serialize};

/// What the text form begins with.
const PREFIX: &str = "mob1";
/// Bytes of checksum after the key: 32 + 3 bytes are 56 base32 characters with no bit left over.
const CHECKSUM_LEN: usize = 3;
/// Bytes behind the 56 characters.
const ENCODED_LEN: usize = PublicKey::LEN + CHECKSUM_LEN;

/// The public half of an Ed25519 key: what a node or a user is known by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PublicKey(#[serde(with = "serde_bytes")] [u8; PublicKey::LEN]);

impl PublicKey {
    /// Bytes in a key.
    pub const LEN: usize = 32;
    /// Characters in the text form.
    pub const TEXT_LEN: usize = 60;

    /// Takes 32 bytes for a key. Whether they are a point of the curve shows at the first signature.
    pub const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// The key's bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// The first characters of the text form, for people: enough to tell a handful of keys apart.
    pub fn short(&self) -> String {
        let mut text = self.to_string();
        text.truncate(PREFIX.len() + 8);
        text
    }

    fn checksum(&self) -> [u8; CHECKSUM_LEN] {
        let hash = blake3::derive_key("mob public key text checksum v1", &self.0);
        [hash[0], hash[1], hash[2]]
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0; ENCODED_LEN];
        bytes[..Self::LEN].copy_from_slice(&self.0);
        bytes[Self::LEN..].copy_from_slice(&self.checksum());
        f.write_str(PREFIX)?;
        f.write_str(&BASE32_NOPAD.encode(&bytes).to_ascii_lowercase())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())
    }
}

impl FromStr for PublicKey {
    type Err = ParseKeyError;

    fn from_str(text: &str) -> Result<Self, ParseKeyError> {
        let body = text.strip_prefix(PREFIX).ok_or(ParseKeyError::Prefix)?;
        if text.len() != Self::TEXT_LEN {
            return Err(ParseKeyError::Length { found: text.len() });
        }
        if body.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(ParseKeyError::Alphabet);
        }
        let decoded =
            BASE32_NOPAD.decode(body.to_ascii_uppercase().as_bytes()).map_err(|_| ParseKeyError::Alphabet)?;
        let bytes: [u8; ENCODED_LEN] = decoded.try_into().map_err(|_| ParseKeyError::Alphabet)?;
        let mut key = [0; Self::LEN];
        key.copy_from_slice(&bytes[..Self::LEN]);
        let key = Self(key);
        if key.checksum() == bytes[Self::LEN..] { Ok(key) } else { Err(ParseKeyError::Checksum) }
    }
}

/// Why a text is not a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseKeyError {
    /// It does not begin as keys do.
    #[error("a key begins with `mob1`")]
    Prefix,
    /// It is too short or too long.
    #[error("a key has 60 characters, this has {found}")]
    Length {
        /// Bytes in the text given.
        found: usize,
    },
    /// It has a character that no key has.
    #[error("a key is written in the characters a-z and 2-7 alone")]
    Alphabet,
    /// The checksum does not fit: a typing error.
    #[error("the key's checksum does not fit: was it typed wrong?")]
    Checksum,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_form_is_pinned() {
        let text = PublicKey::from_bytes([7; 32]).to_string();
        assert_eq!(text, "mob1a4dqobyha4dqobyha4dqobyha4dqobyha4dqobyha4dqobyha4dsojhr");
    }

    #[test]
    fn refuses_what_is_not_a_key() {
        let good = PublicKey::from_bytes([7; 32]).to_string();
        let parse = |text: &str| text.parse::<PublicKey>().unwrap_err();
        assert_eq!(parse("ed25519:00"), ParseKeyError::Prefix);
        assert_eq!(parse("mob1"), ParseKeyError::Length { found: 4 });
        assert_eq!(parse(&format!("{good}a")), ParseKeyError::Length { found: 61 });
        assert_eq!(parse(&good.replace('d', "1")), ParseKeyError::Alphabet);
        assert_eq!(parse(&good.replace('d', "D")), ParseKeyError::Alphabet);
        assert_eq!(parse(&good.replacen('d', "e", 1)), ParseKeyError::Checksum);
    }

    proptest! {
        #[test]
        fn text_round_trips(bytes: [u8; 32]) {
            let key = PublicKey::from_bytes(bytes);
            prop_assert_eq!(key.to_string().parse::<PublicKey>().unwrap(), key);
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,80}") {
            let _ = text.parse::<PublicKey>();
        }
    }
}
