//! Texts at the limits: as many activities, partitions, holes and terms as a text may have. Too large for a test.

use highwater::simulation::Status;
use proptest::prelude::*;
use proptest::sample::select;

use super::checks::{Span, Verdict, at_a_go, begin};
use super::{instants, oracles};

/// Of one run of a text that is large but lets time pass: it comes to its end with nothing under way, or is stopped at a limit that is named.
pub(crate) fn outlasts(text: &str) -> Verdict {
    let span = Span {
        until: 7_200_000_000_000,
        events: 20_000_000,
    };
    let mut simulation = begin(text)?;
    let status = at_a_go(&mut simulation, span)?;
    instants::look_at_end(&mut simulation, status, status == Status::Idle)?;
    let report = simulation.report();
    match report.error {
        Some(error) if !error.message.contains(" at once") => Err(format!(
            "it lets time pass and is stopped: {}",
            error.message
        )),
        Some(_) => Ok(()),
        None => match report.expectations.iter().find(|claim| !claim.met) {
            Some(missed) => Err(format!("{} does not hold", missed.text)),
            None => Ok(()),
        },
    }
}

/// As many sleepers as there may be, or a few less or more, beside what needs a timer.
pub(crate) fn crowds() -> BoxedStrategy<String> {
    let timers = select(vec![
        ("channel q unbounded delay 5ms", "receive q; done"),
        ("channel q capacity 1 delay 5ms", "receive q; done"),
        ("queue q visibility 3ms delay 5ms", "receive q; sleep 9ms"),
        (
            "topic q partitions 1 retention 9ms\ngroup g on q session_timeout 5ms",
            "poll g; sleep 1ms; crash taker for 3ms",
        ),
        ("cpu q cores 1 slice 1ms", "work 5ms on q"),
    ]);
    let counts = vec![999_900_u32, 999_995, 999_996, 999_997, 999_998, 1_000_000];
    (timers, select(counts))
        .prop_map(|((store, take), count)| {
            let give = if store.starts_with("cpu") {
                "work 5ms on q"
            } else {
                "send q"
            };
            format!(
                "{store}
process sleeper x {count} {{ sleep 1h }}
process taker {{ repeat 3 {{ {take} }} }}
process giver {{ repeat 3 {{ sleep 1ms; {give} }} }}
process deadline {{ within 20ms {{ sleep 50ms }} else {{ }} }}
"
            )
        })
        .boxed()
}

/// Thousands that wait for their turns.
pub(crate) fn long_turns() -> BoxedStrategy<String> {
    (
        1_000..20_000_u32,
        select(vec!["next == i + 1", "seat[i] == 1"]),
    )
        .prop_map(|(count, condition)| oracles::of_turns(count, condition))
        .boxed()
}

/// Texts of which each step is as much work as a text can make of it, or each declaration as large.
pub(crate) fn heavy() -> BoxedStrategy<String> {
    let many = || prop_oneof![1..50_usize, 50..1_000_usize, 1_000..5_000_usize];
    let pause = || select(vec!["", "sleep 1ns", "sleep 1us"]);
    prop_oneof![
        (many(), pause()).prop_map(|(holes, pause)| {
            format!("process p {{ forever {{ print \"{}\"\n{pause} }} }}", "{now}".repeat(holes))
        }),
        (many(), pause()).prop_map(|(terms, pause)| {
            let sum = vec!["min(n, 2)"; terms.min(200)].join(" + ");
            format!("shared n = 0\nprocess p x 100 {{ forever {{ n = ({sum}) % 7\n{pause} }} }}")
        }),
        (many(), pause()).prop_map(|(channels, pause)| {
            let declared: String = (0..channels).map(|number| format!("channel c{number} capacity room\n")).collect();
            format!("knob room = 3 from 0 to 9\n{declared}process p {{ forever {{ set room = 2; set room = 4\n{pause} }} }}")
        }),
        (many(), select(vec!["range", "roundrobin", "sticky", "cooperative"]), pause()).prop_map(|(members, assignor, pause)| {
            format!(
                "topic t partitions {members}\ngroup g on t assignor {assignor} session_timeout 1ms\n\
                 process p x {members} {{ forever {{ poll g within 1ms {{ }} else {{ }}\nspawn {{ poll g within 1ms else {{ }} }}\n{pause} }} }}\n\
                 process app {{ every 1ms {{ send t }} }}"
            )
        }),
        (many(), select(vec![1_u32, 1_000, 65_535]), 0..4_usize).prop_map(|(topics, partitions, groups)| {
            let groups = |topic: usize| (0..groups).map(|group| format!("group g{topic}_{group} on t{topic}\n")).collect::<String>();
            let declared = (0..topics).map(|topic| format!("topic t{topic} partitions {partitions}\n{}", groups(topic)));
            format!("{}process p {{ repeat 100 {{ sleep 10ms; send t0 }} }}", declared.collect::<String>())
        }),
        (many(), select(vec!["queue q$ visibility 1h", "resource q$ permits 1 per key", "shared q$ = 0 per key", "memory q$ limit 1MB", "cpu q$ cores 2 slice 1ms"])).prop_map(
            |(count, kind)| {
                let declared: String = (0..count).map(|number| format!("{}\n", kind.replace('$', &number.to_string()))).collect();
                format!("{declared}process p {{ repeat 100 {{ sleep 10ms }} }}")
            }
        ),
        (select(vec!["let k = 1", "sleep 1h", "spawn { sleep 1h }", "acquire r[n]", "t[n] = 1", "produce size 1MB; send c", "every 1ns { n = n + 1 }"]), pause()).prop_map(|(act, pause)| {
            format!(
                "shared n = 0\nshared t = 0 per key\nresource r permits 1 per key\nchannel c unbounded\n\
                 process p x 1000 {{ forever {{ n = n + 1; {act}\n{pause} }} }}"
            )
        }),
        (many(), pause()).prop_map(|(waiters, pause)| {
            format!(
                "shared n = 0\nshared t = 0 per key\nprocess w x {waiters} as i {{ forever {{ await t[i] > n; t[i] = 0 }} }}\n\
                 process p {{ forever {{ t[n % {waiters}] = n + 1\nn = n + 1\n{pause} }} }}"
            )
        }),
    ]
    .boxed()
}
