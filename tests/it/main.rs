//! The native tests, one binary, by topic.

mod drafts;
mod engine;
mod lang;
mod support;
mod vectors;
