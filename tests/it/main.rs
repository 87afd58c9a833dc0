//! The native tests, one binary.

#[test]
fn the_crate_has_a_version() {
    assert!(!env!("CARGO_PKG_VERSION").is_empty());
}
