//! The command line: `highwater run|check|fmt FILE`.
fn main() {}
