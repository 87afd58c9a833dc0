//! The browser's side door, and the only file that knows JavaScript: convert in, one call, convert out.

use wasm_bindgen::prelude::*;

/// The version of this crate.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
