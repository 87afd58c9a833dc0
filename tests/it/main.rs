//! The native tests, one binary, by topic.

mod cli;
mod cli_edges;
mod deliveries;
mod digests;
mod docs;
mod engine;
mod examples;
mod groups;
mod keyed;
mod lang;
mod measures;
mod presets;
mod properties;
mod standstill;
mod support;
mod theory;
mod tidy;
mod vectors;
