//! Text to [`Scenario`]: lexer, syntax tree, parser, checker of names and units, lowering to instructions, diagnostics. Knows no engine.
//!
//! | stage | from | to |
//! | --- | --- | --- |
//! | `lexer` | characters | tokens, with quantities already in canonical numbers |
//! | `parser` | tokens | `ast`, with names still names |
//! | `names` | `ast` | which name stands for what |
//! | `check` | an expression | nodes of the arena, with its unit |
//! | `measures` | a word in `expect` | what it measures of a run, or of one thing |
//! | `items` | a block | whether its activity has an item from its start |
//! | `lower` | `ast` | [`Scenario`]: declarations by index, bodies as flat instructions |
//! | [`outline`] | [`Scenario`] | what a diagram needs: who sends where |
//! | `format` | tokens | the same text, tidily indented |
//!
//! Every stage reports to one list of problems and goes on; what it could not understand it marks as broken, and nothing is reported
//! twice. Nothing here panics, whatever the text; the limits are 1 MiB of text, blocks and parentheses nested 64 deep, 65,535
//! declarations and as many instructions.
//!
//! Absent: time, randomness, state. Whether a statement is built is the engine's to say; the whole language is checked and lowered.

mod ast;
mod check;
mod decimal;
mod diagnostics;
mod foreign;
mod format;
mod items;
mod lexer;
mod lower;
mod measures;
mod names;
pub mod outline;
mod parser;
pub mod scenario;
pub mod units;
mod words;

pub use diagnostics::Diagnostic;
pub use format::format;
pub use scenario::Scenario;

use diagnostics::Problems;
use scenario::Span;

/// The version of the language that this build speaks: `highwater 1`.
pub const VERSION: u32 = 1;
/// Longer texts are refused.
pub const TEXT_BYTES_MAX: usize = 1 << 20;

/// Reads a text.
///
/// # Errors
/// What is wrong with it, in the order of the text: the first twenty errors at most.
///
/// ```
/// let scenario = highwater::lang::compile("channel ch capacity 3\nprocess p { forever { produce; send ch } }").expect("it is right");
/// assert_eq!(scenario.channels[0].name, "ch");
///
/// let errors = highwater::lang::compile("process p { send ch }").expect_err("there is no channel");
/// assert_eq!(errors[0].message, "unknown channel 'ch'");
/// ```
pub fn compile(source: &str) -> Result<Scenario, Vec<Diagnostic>> {
    let mut problems = readable(source)?;
    let tree = parser::parse(source, &mut problems);
    let scenario = lower::lower(&tree, &mut problems);
    if problems.is_empty() {
        Ok(scenario)
    } else {
        Err(problems.finish())
    }
}

/// Refuses texts that are too long to look at.
fn readable(source: &str) -> Result<Problems, Vec<Diagnostic>> {
    if source.len() <= TEXT_BYTES_MAX {
        return Ok(Problems::default());
    }
    let span = Span {
        line: 1,
        column: 1,
        end_line: 1,
        end_column: 1,
    };
    let message = format!(
        "a text has at most {TEXT_BYTES_MAX} bytes, and this one has {}",
        source.len()
    );
    Err(vec![Diagnostic {
        span,
        message,
        help: None,
    }])
}
