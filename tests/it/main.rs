//! The native tests, one binary.

mod digests;
mod drafts;
mod lang;
mod vectors;
