//! Text to [`Scenario`]: lexer, syntax tree, parser, checker of names and units, lowering to instructions, diagnostics. Knows no engine.

pub mod diagnostics;
pub mod lexer;
pub mod scenario;
pub mod units;
pub mod words;

pub use scenario::Scenario;
