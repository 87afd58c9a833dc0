//! Highwater: a small language for systems of bounded channels, worker pools and logs, and the engine that plays them.

#[cfg(target_arch = "wasm32")]
pub mod wasm;
