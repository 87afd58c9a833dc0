//! Highwater: a small language for systems of bounded channels, worker pools and logs, and the engine that plays them.

pub mod measure;
pub mod random;
