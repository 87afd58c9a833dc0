//! The native tests, one binary, by topic.

mod drafts;
mod engine;
mod examples;
mod lang;
mod support;
mod theory;
mod vectors;
