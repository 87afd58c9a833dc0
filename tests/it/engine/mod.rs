//! The rules of `www/docs/language.md`: each a small text and what it prints.

mod blocks;
mod channels;
mod claims;
mod keyed;
mod knobs;
mod leases;
mod limits;
mod logs;
mod offers;
mod replay;
mod resources;
mod transfers;
mod work;
mod worst_texts;
