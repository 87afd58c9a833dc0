//! The rules of `LANGUAGE.md`, sections 3, 5 and 8, for what is built: each a small text and what it prints.

mod blocks;
mod channels;
mod claims;
mod held;
mod keyed;
mod knobs;
mod leases;
mod limits;
mod logs;
mod replay;
mod resources;
mod transfers;
