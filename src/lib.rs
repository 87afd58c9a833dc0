//! Highwater: a small language for systems of bounded channels, worker pools and logs, and the engine that plays them.

pub mod engine;
pub mod lang;
pub mod measure;
pub mod model;
pub mod random;
pub mod simulation;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
