//! What goes wrong between two peers.

use std::io;

use crate::identity::PublicKey;
use crate::protocol::FrameError;

/// Codes with which connections are closed and streams reset.
pub(crate) mod close {
    use quinn::VarInt;

    /// The node or client ends.
    pub(crate) const SHUTDOWN: VarInt = VarInt::from_u32(0);
    /// The peer's key is not known here; the reason says what to do.
    pub(crate) const STRANGER: VarInt = VarInt::from_u32(1);
    /// The exchange was given up.
    pub(crate) const GIVEN_UP: VarInt = VarInt::from_u32(2);
    /// The peer does not keep to the protocol of letters; the reason says how.
    pub(crate) const BREACH: VarInt = VarInt::from_u32(3);
}

/// TLS alerts, as QUIC carries them.
pub(super) mod alert {
    /// What rustls sends where its verifier says that the key is not the expected one.
    pub(in crate::transport) const BAD_CERTIFICATE: u8 = 42;
    /// The two sides have no version of the protocol in common.
    pub(in crate::transport) const NO_APPLICATION_PROTOCOL: u8 = 120;

    pub(in crate::transport) fn is(code: quinn::TransportErrorCode, alert: u8) -> bool {
        code == quinn::TransportErrorCode::crypto(alert)
    }
}

/// Why an exchange with a peer failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LinkError {
    /// The address can't be looked up.
    #[error("cannot look up {addr}: {why}")]
    Address {
        /// `HOST:PORT` as it is in the peer book.
        addr: String,
        /// What the system says.
        why: String,
    },
    /// Nothing answers there.
    #[error("nothing answers at {addr}; is the node running?")]
    Unreachable {
        /// Where.
        addr: String,
    },
    /// Another key answers at that address.
    #[error("the node at {addr} is not the one with key {expected}: it proves another key")]
    WrongKey {
        /// Where.
        addr: String,
        /// The key that was wanted.
        expected: PublicKey,
    },
    /// It is known which key, but not where its holder is.
    #[error("the address of {key} is not known here; add it with `mvm peer add`")]
    NoAddress {
        /// The key.
        key: PublicKey,
    },
    /// The peer speaks no version of the protocol that this build speaks.
    #[error("the node speaks another version of the protocol; upgrade the older of the two")]
    Version,
    /// The peer turned the connection away.
    #[error("refused: {reason}")]
    Refused {
        /// Why, as the peer says.
        reason: String,
    },
    /// The peer took too long.
    #[error("no answer within {ms} ms while {during}")]
    TimedOut {
        /// What was waited for.
        during: &'static str,
        /// How long, in milliseconds.
        ms: u64,
    },
    /// The connection or stream ended in the middle of the exchange.
    #[error("the connection was lost: {why}")]
    Lost {
        /// How it ended.
        why: String,
    },
    /// The peer wants no more of what is being sent to it; why, it says next.
    #[error("the peer wants no more of it")]
    Stopped,
    /// What the peer sent is not the protocol.
    #[error("the peer does not keep to the protocol: {0}")]
    Protocol(#[from] FrameError),
    /// The local socket can't be used.
    #[error("cannot use the network: {why}")]
    Local {
        /// What the system says.
        why: String,
    },
}

impl LinkError {
    pub(crate) fn lost(why: impl Into<String>) -> Self {
        Self::Lost { why: why.into() }
    }
}

impl From<io::Error> for LinkError {
    fn from(error: io::Error) -> Self {
        Self::Local { why: error.to_string() }
    }
}

impl From<quinn::ConnectionError> for LinkError {
    fn from(error: quinn::ConnectionError) -> Self {
        use quinn::ConnectionError as E;
        match error {
            E::VersionMismatch => Self::Version,
            E::ApplicationClosed(frame) if frame.error_code == close::SHUTDOWN => {
                Self::lost("the peer shut down")
            }
            E::ApplicationClosed(frame) => Self::Refused { reason: printable(&frame.reason) },
            E::ConnectionClosed(frame) if alert::is(frame.error_code, alert::NO_APPLICATION_PROTOCOL) => {
                Self::Version
            }
            E::TransportError(error) if alert::is(error.code, alert::NO_APPLICATION_PROTOCOL) => {
                Self::Version
            }
            E::Reset => Self::lost("the peer was restarted"),
            E::TimedOut => Self::lost("nothing was heard from the peer for too long"),
            other => Self::lost(other.to_string()),
        }
    }
}

impl From<quinn::WriteError> for LinkError {
    fn from(error: quinn::WriteError) -> Self {
        match error {
            quinn::WriteError::ConnectionLost(error) => error.into(),
            other => Self::lost(other.to_string()),
        }
    }
}

impl From<quinn::ReadError> for LinkError {
    fn from(error: quinn::ReadError) -> Self {
        match error {
            quinn::ReadError::ConnectionLost(error) => error.into(),
            other => Self::lost(other.to_string()),
        }
    }
}

impl From<quinn::ReadExactError> for LinkError {
    fn from(error: quinn::ReadExactError) -> Self {
        match error {
            quinn::ReadExactError::ReadError(error) => error.into(),
            other => Self::lost(other.to_string()),
        }
    }
}

/// A reason from a stranger, fit for a terminal.
fn printable(reason: &[u8]) -> String {
    let text: String =
        String::from_utf8_lossy(reason).chars().filter(|c| !c.is_control()).take(500).collect();
    if text.is_empty() { "no reason was given".to_owned() } else { text }
}
