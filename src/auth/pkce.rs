//! Proof of possession for the browser flow (RFC 7636), and the state that ties a callback to a login.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::secret::Secret;

/// Suffix that the provider's page may add to a state.
///
/// Source: `login/src/callback_params.rs` in openai/codex, release 0.147.0, verified 2026-08-06.
const KNOWN_SUFFIX: &str = ".onboarding_entrypoint=life_sciences";

/// 64 random bytes, in 86 characters.
pub(super) fn verifier() -> Secret<String> {
    Secret::new(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 64]>()))
}

/// What the provider is told of a verifier beforehand: S256.
pub(super) fn challenge(verifier: &Secret<String>) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose().as_bytes()))
}

/// 256 random bits that only the provider's page learns.
#[derive(Debug)]
pub(super) struct State(Secret<String>);

impl State {
    pub(super) fn new() -> Self {
        Self(Secret::new(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())))
    }

    pub(super) fn expose(&self) -> &str {
        self.0.expose()
    }

    /// Whether a callback has it; takes the same time for every wrong one.
    pub(super) fn matches(&self, given: &str) -> bool {
        let given = given.strip_suffix(KNOWN_SUFFIX).unwrap_or(given);
        given.as_bytes().ct_eq(self.0.expose().as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenge_of_the_rfc() {
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
        assert_eq!(challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert_eq!((super::verifier().expose().len(), State::new().expose().len()), (86, 43));
    }

    #[test]
    fn a_state_matches_itself_and_with_the_known_suffix() {
        let state = State::new();
        assert!(state.matches(state.expose()));
        assert!(state.matches(&format!("{}{KNOWN_SUFFIX}", state.expose())));
        for wrong in ["", "x", &format!("{}x", state.expose()), &state.expose()[1..], KNOWN_SUFFIX] {
            assert!(!state.matches(wrong), "{wrong}");
        }
    }
}
