//! The native tests, one binary.

mod digests;
mod docs;
mod drafts;
mod lang;
mod vectors;
