//! The native tests, one binary.

mod docs;
mod drafts;
mod lang;
mod vectors;
