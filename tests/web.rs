//! What runs in a real browser, through `wasm-pack test`. Natively it is empty.
#![cfg(target_arch = "wasm32")]

/// The digests of runs, with the same body as natively.
#[path = "it/digests.rs"]
mod digests;
/// The recorded vectors, with the same body as natively.
#[path = "it/vectors/mod.rs"]
mod vectors;

use wasm_bindgen_test::*;

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn version_crosses() {
    assert_eq!(highwater::wasm::version(), env!("CARGO_PKG_VERSION"));
}
