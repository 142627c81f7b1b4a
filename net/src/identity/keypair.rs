//! A key pair: what proves an identity, and what is derived from its secret.

use std::path::Path;
use std::sync::Arc;

use mob_runtime::Owner;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;

use super::file::{self, IdentityError};
use super::key::PublicKey;
use super::tls::key_spki;

/// A node's or a user's key pair. Cloning shares it.
#[derive(Clone)]
pub struct Identity {
    public: PublicKey,
    pkcs8: Arc<[u8]>,
}

impl Identity {
    /// A fresh key pair that is kept nowhere.
    ///
    /// # Errors
    /// If the system gives no randomness.
    pub fn generate() -> Result<Self, IdentityError> {
        let document =
            Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| IdentityError::Randomness)?;
        Self::from_pkcs8(document.as_ref()).ok_or(IdentityError::Randomness)
    }

    /// The key pair in the file at `path`, made there (readable by its owner alone) if there is none.
    ///
    /// # Errors
    /// If the file can't be read or written, or holds something else.
    pub fn load_or_create(path: &Path) -> Result<Self, IdentityError> {
        let bytes = file::load_or_create(path, || Ok(Self::generate()?.pkcs8.to_vec()))?;
        Self::from_pkcs8(&bytes).ok_or_else(|| IdentityError::NotAKey { path: path.to_owned() })
    }

    /// What this identity is known by.
    pub fn public(&self) -> PublicKey {
        self.public
    }

    /// What all agents that the holder of this key sends have in common.
    pub fn owner(&self) -> Owner {
        Owner::new(self.derive("mob owner of agents 1"))
    }

    /// 32 bytes that only the owner of the key can know, different for each `purpose`.
    pub(crate) fn derive(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(purpose, &self.pkcs8)
    }

    /// The key as TLS wants it: a raw public key in place of a certificate chain.
    pub(crate) fn certified(&self) -> Result<Arc<CertifiedKey>, rustls::Error> {
        let secret = PrivatePkcs8KeyDer::from(&self.pkcs8[..]);
        let signer = rustls::crypto::ring::sign::any_eddsa_type(&secret)?;
        let spki = CertificateDer::from(key_spki(&self.public));
        Ok(Arc::new(CertifiedKey::new(vec![spki], signer)))
    }

    fn from_pkcs8(pkcs8: &[u8]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8).ok()?;
        let public = pair.public_key().as_ref().try_into().ok()?;
        Some(Self { public: PublicKey::from_bytes(public), pkcs8: pkcs8.into() })
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Identity({})", self.public)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_file_is_made_once_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/identity");
        let first = Identity::load_or_create(&path).unwrap();
        let again = Identity::load_or_create(&path).unwrap();
        assert_eq!(first.public(), again.public());
        assert_eq!(first.derive("x"), again.derive("x"));
        assert_ne!(first.derive("x"), first.derive("y"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_file_that_holds_no_key_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("identity");
        for junk in [&b""[..], b"hello", &[0x30; 85], &[0; 100_000]] {
            std::fs::write(&path, junk).unwrap();
            assert!(matches!(Identity::load_or_create(&path), Err(IdentityError::NotAKey { .. })));
        }
    }

    #[test]
    fn two_at_once_agree_on_one_key() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("identity");
        let keys: Vec<_> = std::thread::scope(|scope| {
            let handles: Vec<_> =
                (0..8).map(|_| scope.spawn(|| Identity::load_or_create(&path).unwrap().public())).collect();
            handles.into_iter().map(|h| h.join().unwrap()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
    }
}
