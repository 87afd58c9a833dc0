//! The native tests, one binary, by topic.

mod digests;
mod docs;
mod drafts;
mod engine;
mod lang;
mod support;
mod vectors;
