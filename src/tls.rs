//! The cryptography behind TLS, chosen once for the whole process.

use std::sync::Once;

/// Chooses the cryptography behind TLS for the whole process; HTTP clients cannot be made before. Calling it again changes nothing.
pub fn install_crypto_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Fails when the process has a provider already, which serves as well.
        let _installed = rustls::crypto::ring::default_provider().install_default();
    });
}
