//! Random programs over tables and pools per key, with crashes, deadlines, failures and memories that end: whatever happens, an entry has
//! the value that was last written, what is done under a key's lock is not lost, and every key's permits are back when nobody holds
//! them. And what is there for each key does what as many plain ones do. The engine asserts the ledger at every event of a test build.

use std::fmt::Write;

use proptest::prelude::*;
use proptest::strategy::ValueTree;

use crate::properties::{config, outcome};
use crate::support::assert_balanced;
use highwater::measure::report::Report;

/// How many keys there are. They are -1, -0.25, 0.5, 1.25 and 2.
const KEYS: usize = 5;
/// The key of a number `j` below [`KEYS`].
const KEY: &str = "(j * 0.75 - 1)";
/// A number below [`KEYS`].
const ANY: &str = "let j = floor(random() * 5)";

/// Every write to `entry` is also made to a plain variable, one for each key. The other tables have one that counts for all keys.
const DECLARATIONS: &str = "run 200ms
memory heap limit 300B restart 3ms
knob width = 2 from 0 to 3
knob crew = 3 from 0 to 5
shared over = 0
shared twice = 0
shared entry = 0 per key
shared held = 0 per key
shared held_writes = 0
shared version = 0 per key
shared version_writes = 0
shared first = 0 per key
shared first_writes = 0
shared span = 2ms per key
shared span_writes = 0
shared answered = 0 per key
shared effects = 0
resource row permits 1 per key
resource pair permits 2 per key limit_waiting 2
resource once permits 1 per key when_full refuse
resource wide permits width per key
resource kept permits 2 per key
resource number permits 1 when_full refuse per key
channel requests capacity 2
channel ballast unbounded in heap
process feeder { forever { sleep exp(5ms); produce size 60B; send ballast } }
process killer { forever { sleep exp(8ms); crash p0 for 2ms; sleep exp(8ms); crash p1 } }
process server x 2 {
  forever {
    receive requests
    if answered[key] == 0 { answered[key] = 1; effects = effects + 1 }
    sleep exp(1ms)
    done
  }
}
task job in heap holds 5B { if over == 0 { let j = floor(random() * 5); with row[j * 0.75 - 1] { sleep exp(1ms) } } }
";

/// All stop, twice, for who was down at the first time may have begun again; then what `acquire` took is given back.
const END: &str =
    "at 100ms { over = 1; crash feeder; crash killer; crash server; crash p0; crash p1; crash p2 }
at 150ms { crash p0; crash p1; crash p2 }
at 180ms {
  set width = 2
  repeat 5 as j { while free(kept[j * 0.75 - 1]) < 2 { release kept[j * 0.75 - 1] } }
}
";

/// A write of `entry` and of the plain variable that stands for it.
fn write() -> String {
    let mirrors = (0..KEYS).map(|j| format!("if j == {j} {{ last{j} = v }}"));
    let mirrors: Vec<String> = mirrors.collect();
    format!(
        "if 1 {{ {ANY}; let v = floor(random() * 3); entry[{KEY}] = v; {} }}",
        mirrors.join("; ")
    )
}

/// Statements that hold no others.
fn simple() -> BoxedStrategy<String> {
    let fixed = [
        "sleep exp(1ms)",
        "sleep 1ms",
        "sleep uniform(0ms, 3ms)",
        "fail 30%",
        "produce size 40B",
        "crash p0 for 1ms",
        "crash p2",
        "restart p1",
        "restart p2",
        "set width = floor(random() * 4)",
        "set crew = floor(random() * 6)",
        "receive requests within 1ms { done } else { }",
        "if pending < 3 { spawn job }",
        "spawn job with item",
        // Read, wait, write, under the key's lock: an increment is lost if two are in there at once.
        "with row[KEY] { let seen = held[KEY]; sleep exp(1ms); held[KEY] = seen + 1; held_writes = held_writes + 1 }",
        "with row[KEY] within 1ms { let seen = held[KEY]; sleep 1ms; held[KEY] = seen + 1; held_writes = held_writes + 1 } else { }",
        "let seen = version[KEY]; sleep exp(1ms); if version[KEY] == seen { version[KEY] = seen + 1; version_writes = version_writes + 1 }",
        "if first[KEY] == 0 { first[KEY] = 1; first_writes = first_writes + 1 }",
        "span[KEY] = span[KEY] + 1ms; span_writes = span_writes + 1; sleep span[KEY] / 4",
        "acquire kept[KEY] within 1ms else { }",
        "acquire kept[KEY] 2 within 2ms else { }",
        "if free(kept[KEY]) < 2 { release kept[KEY] }",
        "acquire kept[KEY]; sleep exp(1ms); if free(kept[KEY]) < 2 { release kept[KEY] }",
        "within 2ms { await free(row[KEY]) > 0 } else { }",
        "within 2ms { await entry[KEY] > 0 and len(pair[KEY]) < 2 } else { }",
        "within 1ms { await len(entry) > 3 or len(row) > 1 } else { }",
        "retry 2 backoff 1ms { call requests key j within 1ms { } else { fail } } else { }",
    ];
    let fixed =
        fixed.map(|statement| format!("if 1 {{ {ANY}; {} }}", statement.replace("KEY", KEY)));
    prop_oneof![
        1 => Just(write()),
        5 => prop::sample::select(fixed.to_vec()),
    ]
    .boxed()
}

fn block(depth: u32) -> BoxedStrategy<String> {
    prop::collection::vec(statement(depth), 1..4)
        .prop_map(|lines| lines.join("\n"))
        .boxed()
}

fn statement(depth: u32) -> BoxedStrategy<String> {
    if depth == 0 {
        return simple();
    }
    let inner = move || block(depth - 1);
    let with = |head: &'static str| {
        move |body: String| {
            format!(
                "if 1 {{\n{ANY}\n{} {{\n{body}\n}} else {{ }}\n}}",
                head.replace("KEY", KEY)
            )
        }
    };
    prop_oneof![
        5 => simple(),
        1 => inner().prop_map(with("with row[KEY]")),
        1 => inner().prop_map(with("with row[KEY] within 1ms")),
        1 => inner().prop_map(with("with pair[KEY]")),
        1 => inner().prop_map(with("with pair[KEY] within exp(2ms)")),
        1 => inner().prop_map(with("with once[KEY]")),
        1 => inner().prop_map(with("with wide[KEY]")),
        1 => inner().prop_map(with("with row[0.75 * zipf(5, 1) - 1.75]")),
        1 => inner().prop_map(with("within 2ms")),
        1 => inner().prop_map(with("try")),
        1 => inner().prop_map(with("retry 2 backoff 1ms jitter")),
        1 => inner().prop_map(|body| format!("spawn {{\n{body}\n}}")),
        1 => inner().prop_map(|body| format!("repeat 2 {{\n{body}\n}}")),
    ]
    .boxed()
}

/// Three processes, two of them in the memory, two that grow and shrink.
fn programs() -> impl Strategy<Value = String> {
    [block(2), block(2), block(2)].prop_map(|bodies| {
        let mut text = DECLARATIONS.to_owned();
        for j in 0..KEYS {
            let _ = writeln!(text, "shared last{j} = 0");
        }
        let crews = [
            "x 3 as i in heap holds 20B",
            "x 1 to 4 growing 2 per 3ms while width > 1 as i in heap holds 9B",
            "x crew as i",
        ];
        for (p, (crew, body)) in crews.iter().zip(bodies).enumerate() {
            // No two of a process have one number. The failure at the end begins the body again.
            let _ = writeln!(
                text,
                "process p{p} {crew} {{
                if over {{ stop }}
                with number[{p} + i / 10] {{
                repeat 3 {{\nsleep exp(2ms)\n{body}\n}}
                }} else {{ twice = twice + 1 }}
                sleep 1ms
                fail
                }}"
            );
        }
        text.push_str(END);
        let _ = writeln!(text, "at 190ms {{\n{}\n}}", looks());
        text
    })
}

/// What is printed at the end: of each key its entry, the last write to it and what is free; then each table's sum and its counter.
fn looks() -> String {
    let each = (0..KEYS).map(|j| {
        let key = KEY.replace('j', &j.to_string());
        let pools = ["row", "pair", "once", "wide", "kept"];
        let free = pools.map(|pool| format!("{{free({pool}[{key}])}}"));
        format!(
            "print \"key {{entry[{key}]}} {{last{j}}} {}\"",
            free.join(" ")
        )
    });
    let sums = ["held", "version", "first"].map(|table| {
        let parts = (0..KEYS).map(|j| format!("{table}[{}]", KEY.replace('j', &j.to_string())));
        format!(
            "print \"sum {{{}}} {{{table}_writes}}\"",
            parts.collect::<Vec<_>>().join(" + ")
        )
    });
    let spans = (0..KEYS).map(|j| format!("span[{}] / 1ms - 2", KEY.replace('j', &j.to_string())));
    let written = (0..KEYS).map(|j| format!("(last{j} != 0)"));
    let lines = [
        format!(
            "print \"sum {{{}}} {{span_writes}}\"",
            spans.collect::<Vec<_>>().join(" + ")
        ),
        format!(
            "print \"sum {{len(entry)}} {{{}}}\"",
            written.collect::<Vec<_>>().join(" + ")
        ),
        "print \"sum {len(answered)} {effects}\"".to_owned(),
        "print \"sum {len(first)} {first_writes}\"".to_owned(),
        "print \"sum 0 {twice}\"".to_owned(),
    ];
    each.chain(sums).chain(lines).collect::<Vec<_>>().join("\n")
}

/// What does not hold at the end.
fn wrong(report: &Report) -> Vec<String> {
    let mut wrong = Vec::new();
    let lines = report.printed.iter();
    let lines: Vec<&str> = lines
        .filter(|line| line.by == "at 190ms")
        .map(|line| line.text.as_str())
        .collect();
    if lines.len() != KEYS + 8 {
        wrong.push(format!("{} lines at the end", lines.len()));
    }
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        let free = ["1", "2", "1", "2", "2"];
        if words[1] != words[2] || words[0] == "key" && words[3..] != free {
            wrong.push(line.to_owned());
        }
    }
    for (name, pool) in &report.resources.0 {
        if (pool.in_use, pool.waiting, pool.keys) != (0, 0, Some(0)) {
            wrong.push(format!("{name}: {pool:?}"));
        }
    }
    wrong
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..config() })]

    #[test]
    fn entries_and_permits_survive_everything(text in programs(), piece in 1..500_u64) {
        let (digest, report) = outcome(&text, None);
        prop_assert_eq!(&report.error, &None, "{}", text);
        assert_balanced(&report, &text);
        let wrong = wrong(&report);
        prop_assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), text);
        let (again, in_pieces) = outcome(&text, Some(piece));
        prop_assert_eq!(&digest, &again, "in pieces of {} events:\n{}", piece, text);
        prop_assert_eq!(report, in_pieces);
    }
}

#[test]
fn the_programs_do_what_could_go_wrong() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let texts = (0..100).map(|_| programs().new_tree(&mut runner).expect("a text").current());
    let reports: Vec<Report> = texts.map(|text| outcome(&text, None).1).collect();
    let sum = |of: fn(&Report) -> u64| reports.iter().map(of).sum::<u64>();
    let ooms = sum(|report| report.memories.get("heap").map_or(0, |heap| heap.ooms));
    let killed = sum(|report| report.processes.0.iter().map(|(_, p)| p.killed).sum());
    let failed = sum(|report| report.processes.0.iter().map(|(_, p)| p.failures).sum());
    let waited = sum(|report| report.resources.0.iter().map(|(_, r)| r.max_waiting).sum());
    let written = sum(|report| report.tables.0.iter().map(|(_, table)| table.writes).sum());
    assert!(
        ooms > 200 && killed > 2000 && failed > 200 && waited > 200 && written > 4000,
        "too few to show anything: {ooms} memories ended, {killed} killed, {failed} failed, {waited} waited, {written} written"
    );
}

/// What is declared per key in one text, and so many times in the other; each with the rest of its declaration.
const PER_KEY: [(&str, &str, &str); 6] = [
    ("resource", "pool", "permits 1"),
    ("resource", "few", "permits 2 limit_waiting 1"),
    ("resource", "grab", "permits 1 when_full refuse"),
    ("resource", "wide", "permits width limit_waiting 2 * width"),
    ("shared", "entry", "= 3"),
    ("shared", "span", "= 1ms"),
];
/// How many of each.
const PLAIN: usize = 3;

/// Statements that hold no others; `R` stands for a resource, `J` and `K` for keys.
fn simple_of_either() -> BoxedStrategy<String> {
    let fixed = prop::sample::select(vec![
        "acquire R[J] within 1ms else { }",
        "acquire R[J] 2 within exp(2ms) else { }",
        "acquire R[J] 0",
        "release R[J]",
        "release R[J] 2",
        "with R[J] within 1ms { sleep exp(1ms); release R[J]; sleep exp(1ms) } else { }",
        "within 2ms { await free(R[J]) > 0 } else { n = n + 1 }",
        "within 3ms { await len(R[J]) > 0 or entry[K] > 4 } else { }",
        "within 3ms { await free(R[J]) + entry[J] > 4 } else { }",
        "entry[J] = entry[K] + 1",
        "entry[J] = 3",
        "entry[J] = n % 5",
        "if entry[J] == 3 { entry[J] = n } else { fail 30% }",
        "span[J] = 1ms * (entry[K] % 4)",
        "sleep span[J]",
        "sleep exp(1ms)",
        "n = n + 1",
        "set width = n % 4",
        "set width = 1",
        "crash p0 for 1ms",
        "crash p1",
        "restart p1",
        "produce size 40B",
        "print \"{entry[J]} {span[K]} {free(R[J])} {len(R[K])}\"",
    ]);
    filled(fixed.prop_map(str::to_owned).boxed())
}

/// Draws the resource and the keys. A knob that moves serves the keys in any order, so that only one is used of the pool it moves.
fn filled(statement: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let resource = prop::sample::select(vec!["pool", "few", "grab", "wide"]);
    (statement, resource, 0..PLAIN, 0..PLAIN)
        .prop_map(|(statement, resource, j, k)| {
            let of = statement.replace("R[", &format!("{resource}["));
            let of = if resource == "wide" {
                of.replace("wide[J]", "wide[0]")
                    .replace("wide[K]", "wide[0]")
            } else {
                of
            };
            of.replace("[J]", &format!("[{j}]"))
                .replace("[K]", &format!("[{k}]"))
        })
        .boxed()
}

fn block_of_either(depth: u32) -> BoxedStrategy<String> {
    let statement = if depth == 0 {
        simple_of_either()
    } else {
        let inner = move || block_of_either(depth - 1);
        prop_oneof![
            5 => simple_of_either(),
            1 => filled(inner().prop_map(|body| format!("with R[J] {{\n{body}\n}} else {{ }}")).boxed()),
            1 => filled(inner().prop_map(|body| format!("with R[J] within 2ms {{\n{body}\n}} else {{ }}")).boxed()),
            1 => inner().prop_map(|body| format!("within 3ms {{\n{body}\n}} else {{ }}")),
            1 => inner().prop_map(|body| format!("retry 1 {{\n{body}\n}} else {{ }}")),
            1 => inner().prop_map(|body| format!("spawn {{\n{body}\n}}")),
        ]
        .boxed()
    };
    prop::collection::vec(statement, 1..4)
        .prop_map(|lines| lines.join("\n"))
        .boxed()
}

/// One program in two texts: with what is there for each key, and with as many plain ones.
fn pairs() -> impl Strategy<Value = (String, String)> {
    [block_of_either(2), block_of_either(2), block_of_either(2)].prop_map(|bodies| {
        let mut text = "run 80ms
memory heap limit 150B restart 2ms
knob width = 2 from 0 to 5
shared n = 0
"
        .to_owned();
        for (p, body) in bodies.iter().enumerate() {
            let crew = ["x 3 in heap holds 9B", "x 2", "x 3"][p];
            let _ = writeln!(
                text,
                "process p{p} {crew} {{\nforever {{\nsleep exp(2ms)\n{body}\n}}\n}}"
            );
        }
        let (mut keyed, mut plain) = (String::new(), text.clone());
        for (kind, name, rest) in PER_KEY {
            let _ = writeln!(keyed, "{kind} {name} {rest} per key");
            for k in 0..PLAIN {
                plain = plain.replace(&format!("{name}[{k}]"), &format!("{name}{k}"));
                let _ = writeln!(plain, "{kind} {name}{k} {rest}");
            }
        }
        (keyed + &text, plain)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..config() })]

    #[test]
    fn what_is_per_key_does_what_as_many_plain_ones_do((keyed, plain) in pairs()) {
        let (keyed_report, plain_report) = (outcome(&keyed, None).1, outcome(&plain, None).1);
        prop_assert_eq!(&keyed_report.error, &plain_report.error, "{}", keyed);
        prop_assert_eq!(&keyed_report.printed, &plain_report.printed, "{}", keyed);
        prop_assert_eq!(keyed_report.items, plain_report.items, "{}", keyed);
        prop_assert_eq!(&keyed_report.processes, &plain_report.processes, "{}", keyed);
        for (name, pool) in &keyed_report.resources.0 {
            let alone = plain_report.resources.0.iter().filter(|(plain, _)| plain.starts_with(name.as_str()));
            let sum = alone.fold((0, 0, 0), |sum, (_, pool)| (sum.0 + pool.in_use, sum.1 + pool.waiting, sum.2 + pool.refused));
            prop_assert_eq!((pool.in_use, pool.waiting, pool.refused), sum, "{}\n{}", name, keyed);
        }
    }
}
