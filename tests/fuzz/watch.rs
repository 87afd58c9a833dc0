//! A watch on the text that is being played: one that takes too long or too much memory is told and ends the process, because nothing can stop
//! the thread that plays it. Only here: a test must not depend on the clock.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// The process at any time, in KiB.
const MEMORY_KIB_MAX: u64 = 1 << 20;
const LOOKS_EVERY: Duration = Duration::from_millis(20);

/// The text under way.
struct Playing {
    text: String,
    kind: &'static str,
    since: Duration,
    /// How long all ways of playing it may take together.
    at_most: Duration,
}

#[derive(Default)]
struct State {
    playing: Option<Playing>,
    /// What was found and is being made smaller: it is told whatever becomes of the smaller ones.
    found: Option<String>,
    texts: u64,
    peak_kib: u64,
}

/// The watch. It looks from a thread of its own.
pub(crate) struct Watch(Arc<Mutex<State>>);

impl Watch {
    pub(crate) fn start() -> Self {
        let state: Arc<Mutex<State>> = Arc::default();
        let looked_at = Arc::clone(&state);
        thread::spawn(move || {
            loop {
                thread::sleep(LOOKS_EVERY);
                look(&mut looked_at.lock().expect("nothing panics with it"));
            }
        });
        Watch(state)
    }

    /// A text is played from now on. It is on disk too, for the case that the process does not outlive it.
    pub(crate) fn begin(&self, kind: &'static str, text: &str, at_most: Duration) {
        keep("now", text);
        let mut state = self.0.lock().expect("nothing panics with it");
        state.playing = Some(Playing {
            text: text.to_owned(),
            kind,
            since: cpu_time(),
            at_most,
        });
        state.texts += 1;
    }

    pub(crate) fn end(&self) {
        self.0.lock().expect("nothing panics with it").playing = None;
    }

    /// What is to be told if a smaller text takes too much; nothing any more with `None`.
    pub(crate) fn found(&self, found: Option<String>) {
        self.0.lock().expect("nothing panics with it").found = found;
    }

    /// How many texts were played, those of shrinking included.
    pub(crate) fn texts(&self) -> u64 {
        self.0.lock().expect("nothing panics with it").texts
    }

    /// The most memory that was seen.
    pub(crate) fn peak_mib(&self) -> u64 {
        self.0.lock().expect("nothing panics with it").peak_kib >> 10
    }
}

fn look(state: &mut State) {
    let kib = resident_kib();
    state.peak_kib = state.peak_kib.max(kib);
    let Some(Playing {
        text,
        kind,
        since,
        at_most,
    }) = &state.playing
    else {
        return;
    };
    let broken = if cpu_time().saturating_sub(*since) > *at_most {
        format!("it is not through after {} s of work", at_most.as_secs())
    } else if kib > MEMORY_KIB_MAX {
        format!("the process has {} MiB", kib >> 10)
    } else {
        return;
    };
    if let Some(found) = &state.found {
        println!(
            "{found}\n== FAILED: this was found, and on the way to a smaller text one took too much: {broken}"
        );
        std::process::exit(1);
    }
    let kept = keep(&format!("{kind}-too-much"), text);
    let shown: String = text.chars().take(2_000).collect();
    println!("{kind}: {broken}\nthe text is in {kept}; it begins so:\n{shown}");
    println!("== FAILED: a text of kind '{kind}' takes too much: {broken}");
    std::process::exit(1);
}

/// How long this process has worked, by its own account, so that nothing depends on what else the machine does; 0 where the system says nothing.
fn cpu_time() -> Duration {
    const TICKS_PER_SECOND: u64 = 100;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name in parentheses, which may hold anything: user and system time are the 12th and 13th.
    let figures = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .skip(11)
        .take(2);
    let ticks: u64 = figures
        .filter_map(|figure| figure.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND)
}

/// What the system says that this process has in memory; 0 where it says nothing.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

/// Keeps a text below `target/fuzz` and says where.
pub(crate) fn keep(name: &str, text: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/fuzz");
    let kept = std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(folder.join(format!("{name}.hw")), text));
    match kept {
        Ok(()) => format!("target/fuzz/{name}.hw"),
        Err(error) => format!("no file: {error}"),
    }
}
