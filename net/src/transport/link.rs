//! One authenticated connection.

use quinn::rustls::pki_types::CertificateDer;

use super::config::HANDSHAKE_TIMEOUT;
use super::error::LinkError;
use super::stream::{Stream, within};
use crate::identity::{PublicKey, spki_key};

/// A connection with the peer that has proved `peer`. Cloning shares it.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    connection: quinn::Connection,
    peer: PublicKey,
}

impl Link {
    /// `None` if the peer did not prove an Ed25519 key, which TLS does not let happen.
    pub(super) fn new(connection: quinn::Connection) -> Option<Self> {
        let certificates = connection.peer_identity()?.downcast::<Vec<CertificateDer<'static>>>().ok()?;
        let peer = spki_key(certificates.first()?)?;
        Some(Self { connection, peer })
    }

    /// The peer's key.
    pub(crate) fn peer(&self) -> PublicKey {
        self.peer
    }

    /// Whether it can still be used, as far as is known.
    pub(crate) fn is_open(&self) -> bool {
        self.connection.close_reason().is_none()
    }

    /// Begins an exchange. The peer sees nothing of it before something is written. A peer that has as many open as it
    /// allows, which for a mere client is none, is not waited for any longer than for a handshake.
    pub(crate) async fn open(&self) -> Result<Stream, LinkError> {
        let opening = async { Ok(self.connection.open_bi().await?) };
        let (send, recv) = within(HANDSHAKE_TIMEOUT, "waiting to be served", opening).await?;
        Ok(Stream::new(send, recv))
    }

    /// The next exchange that the peer begins.
    pub(crate) async fn accept(&self) -> Result<Stream, LinkError> {
        let (send, recv) = self.connection.accept_bi().await?;
        Ok(Stream::new(send, recv))
    }

    /// Ends the connection and all that goes on over it.
    pub(crate) fn close(&self, code: quinn::VarInt, reason: &str) {
        self.connection.close(code, reason.as_bytes());
    }
}
