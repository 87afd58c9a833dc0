//! The native tests, one binary.

mod drafts;
mod lang;
mod vectors;
