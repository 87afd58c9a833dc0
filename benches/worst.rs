//! Milliseconds of what should take few: the longest slice of texts that ask for much, and how long it takes until they are stopped or have
//! ended; then how long it takes to read long texts. `cargo bench --bench worst`.

use std::time::{Duration, Instant};

use highwater::lang;
use highwater::simulation::{Simulation, Status};

#[path = "../tests/it/engine/worst_texts.rs"]
mod worst_texts;
use worst_texts::worst_texts;

/// Events in a slice, as the page's driver has them.
const SLICE: u64 = 2_000;
/// A text in which time passes is left after so long.
const ENOUGH: Duration = Duration::from_secs(3);
const HOUR: u64 = 3_600_000_000_000;

/// How long this thread has run on a processor, where the system says so: others who run meanwhile do not count.
fn now(began: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let ran = told.and_then(|told| told.split(' ').next()?.parse().ok());
    ran.map_or_else(|| began.elapsed(), Duration::from_nanos)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn main() {
    let clock = Instant::now();
    println!("{:>9} {:>9} {:>9}  text", "reading", "slice", "stopped");
    for (what, text, _) in worst_texts() {
        let began = now(clock);
        let compiled = lang::compile(&text);
        let reading = ms(now(clock) - began);
        let Ok(scenario) = compiled else {
            println!("{reading:9.1}  does not compile: {what}");
            continue;
        };
        let mut simulation = Simulation::new(scenario, 1);
        let (began, mut longest, mut status) = (now(clock), Duration::ZERO, Status::Budget);
        while status == Status::Budget && now(clock) - began < ENOUGH {
            let slice = now(clock);
            status = simulation.advance(10_000 * HOUR, SLICE);
            longest = longest.max(now(clock) - slice);
        }
        let (all, longest) = (ms(now(clock) - began), ms(longest));
        let why = simulation.report().error.map_or("", |error| {
            if error.message.contains("at one instant") {
                "at one instant"
            } else {
                "by a limit"
            }
        });
        println!("{reading:9.1} {longest:9.1} {all:9.1}  {what}: {status:?} {why}");
    }
}
