//! The native tests, one binary, by topic.

mod digests;
mod docs;
mod drafts;
mod engine;
mod examples;
mod lang;
mod support;
mod theory;
mod vectors;
