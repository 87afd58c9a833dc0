//! What the converters of pools share: jobs have a number and print `start|task=N`, then `end|task=N` or `failed|task=N`.

use super::run::{Line, Trace};

/// When each job printed this tag, in units of so many milliseconds, by the job's number.
pub(super) fn times(trace: &Trace, tag: &str, unit_ms: f64) -> Vec<f64> {
    let mut lines: Vec<&Line> = trace.tagged(tag).collect();
    lines.sort_by(|a, b| a.number("task").total_cmp(&b.number("task")));
    lines.iter().map(|line| line.ms() / unit_ms).collect()
}

/// How many jobs ran at once at most.
pub(super) fn most_running(trace: &Trace) -> Option<i32> {
    let running = trace.0.iter().scan(0, |running, line| {
        *running += match line.tag.as_str() {
            "start" => 1,
            "end" | "failed" => -1,
            _ => 0,
        };
        Some(*running)
    });
    running.max()
}

/// The latest of some times; not a number, which equals nothing, if there is none.
pub(super) fn latest(times: &[f64]) -> f64 {
    times.iter().copied().fold(f64::NAN, f64::max)
}

/// The numbers of the jobs that printed this tag, in increasing order.
pub(super) fn numbers<'a>(lines: impl Iterator<Item = &'a Line>, tag: &str) -> Vec<i64> {
    let tagged = lines.filter(|line| line.tag == tag);
    let mut numbers: Vec<i64> = tagged
        .filter_map(|line| line.field("task").as_i64())
        .collect();
    numbers.sort_unstable();
    numbers
}
