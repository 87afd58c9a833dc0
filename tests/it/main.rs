//! The native tests, one binary.
mod lang;
