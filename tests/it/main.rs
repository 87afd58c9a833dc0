//! The native tests, one binary.

mod vectors;
