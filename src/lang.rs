//! Text to [`Scenario`]: lexer, syntax tree, parser, checker of names and units, lowering to instructions, diagnostics. Knows no engine.

pub mod scenario;

pub use scenario::Scenario;
