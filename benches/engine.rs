//! Events per second, every measure on: `cargo bench`. The same three texts run in the browser from the page `bench.html`.

use divan::counter::ItemsCount;
use highwater::lang;
use highwater::simulation::Simulation;

fn main() {
    divan::main();
}

const MM1: &str = include_str!("../www/examples/mm1.hw");
const TANDEM: &str = include_str!("../www/examples/tandem.hw");
/// The hold model: what a calendar costs when ten thousand wait.
const HOLD: &str = "process sleeper x 10000 { forever { sleep exp(1s) } }";

/// A wide log: a thousand partitions, a hundred members, ten million records that retention would have to delete before they go. What
/// is read is kept, since it may be asked for its age.
const LOG: &str = "topic events partitions 1000 retention 1000h
group readers on events
process app { every 1us { produce key zipf(1M, 0.9); send events } }
process reader x 100 { forever { poll readers up to 500; sleep 1ms; commit } }";

/// Events in one measured stretch. Long enough that the first touch of memory does not count.
const EVENTS: u64 = 1_000_000;
/// Events before it.
const WARMUP: u64 = 200_000;

fn bench(bencher: divan::Bencher, text: &str) {
    let scenario = lang::compile(text).expect("the text compiles");
    let mut simulation = Simulation::new(scenario, 1);
    let _ = simulation.advance(u64::MAX - 1, WARMUP);
    bencher
        .counter(ItemsCount::new(EVENTS))
        .bench_local(move || simulation.advance(u64::MAX - 1, EVENTS));
}

#[divan::bench(sample_count = 30)]
fn mm1(bencher: divan::Bencher) {
    bench(bencher, MM1);
}

#[divan::bench(sample_count = 30)]
fn tandem(bencher: divan::Bencher) {
    bench(bencher, TANDEM);
}

#[divan::bench(sample_count = 30)]
fn hold(bencher: divan::Bencher) {
    bench(bencher, HOLD);
}

#[divan::bench(sample_count = 10)]
fn wide_log(bencher: divan::Bencher) {
    bench(bencher, LOG);
}
