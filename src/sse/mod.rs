//! Bytes to server-sent events and back. Knows nothing of what events mean.
