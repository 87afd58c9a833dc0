//! The language: the examples are right, every broken text gets its errors at their places, and no text at all does any harm.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use highwater::lang::scenario::{Expr, Instruction, Scenario, Unit};
use highwater::lang::{self, Diagnostic, outline, units};
use proptest::prelude::*;

/// The texts of a folder of the project, by file name.
fn texts(folder: &str) -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries =
        std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "hw"));
    files.sort();
    let name = |path: &PathBuf| {
        path.file_name()
            .map_or(String::new(), |name| name.to_string_lossy().into_owned())
    };
    files
        .iter()
        .map(|path| (name(path), std::fs::read_to_string(path).expect("a text")))
        .collect()
}

#[test]
fn every_example_is_right() {
    let examples = examples();
    assert!(examples.len() >= 17);
    for (name, source) in examples {
        right(&name, &source);
    }
}

fn examples() -> Vec<(String, String)> {
    texts("www/examples")
}

fn rendered(name: &str, source: &str, problems: &[Diagnostic]) -> String {
    problems
        .iter()
        .map(|problem| problem.render(name, source))
        .collect()
}

/// Compiles, or shows the errors.
fn right(name: &str, source: &str) -> Scenario {
    lang::compile(source).unwrap_or_else(|problems| panic!("{}", rendered(name, source, &problems)))
}

/// Checks the errors of a text, as a terminal shows them.
#[track_caller]
fn check(source: &str, expected: &str) {
    let shown = lang::compile(source).map_or_else(
        |problems| rendered("a.hw", source, &problems),
        |_| String::new(),
    );
    assert_eq!(shown, expected);
}

/// The errors that a broken text announces: `//~ part` names a part of the message of an error on its line, another `//~ part` behind
/// it a part of the help of the same error. `//~2` begins the next error of the line.
fn announced(source: &str) -> Vec<(u32, Vec<String>)> {
    let mut all: Vec<(u32, Vec<String>)> = Vec::new();
    for (line, number) in source.lines().zip(1..) {
        let marks = line.split("//~").skip(1).map(str::trim);
        for (mark, index) in marks.zip(0..) {
            let (next, part) = mark
                .strip_prefix("2 ")
                .map_or((index == 0, mark), |part| (true, part));
            match all.last_mut() {
                Some((_, parts)) if !next => parts.push(part.to_owned()),
                _ => all.push((number, vec![part.to_owned()])),
            }
        }
    }
    all
}

/// Whether the errors are those that the text announces, in their order.
fn as_announced(source: &str, problems: &[Diagnostic]) -> bool {
    let announced = announced(source);
    announced.len() == problems.len()
        && announced
            .iter()
            .zip(problems)
            .all(|((line, parts), problem)| {
                let said = format!(
                    "{}\n{}",
                    problem.message,
                    problem.help.as_deref().unwrap_or_default()
                );
                *line == problem.span.line && parts.iter().all(|part| said.contains(part.as_str()))
            })
}

#[test]
fn every_broken_text_gets_its_errors() {
    let texts = texts("tests/it/broken");
    assert!(texts.len() >= 60, "{} broken texts", texts.len());
    let mut wrong = String::new();
    for (name, source) in &texts {
        let problems = lang::compile(source).err().unwrap_or_default();
        if !as_announced(source, &problems) {
            wrong.push_str(&format!(
                "{name} announces {:#?}\nand gets\n{}\n",
                announced(source),
                rendered(name, source, &problems)
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn errors_are_shown_with_their_place() {
    check(
        "channel ch capacity 3\nprocess p {\n\tproduce; send chn\n}\n",
        "a.hw:3:16: error: unknown channel 'chn': did you mean 'ch'?\n  \tproduce; send chn\n  \t              ^^^\n",
    );
    check(
        "process p { sleep 10ms + 1KiB }",
        "a.hw:1:19: error: a size cannot be added to a duration\n  process p { sleep 10ms + 1KiB }\n                    ^^^^^^^^^^^\n  help: a size divided by a bandwidth is a duration: `1KiB / (10MB/s)`\n",
    );
    check(
        "process p {",
        "a.hw:1:11: error: the block of `process` is not closed before the end of the text\n  process p {\n            ^\n  help: a `}` is missing\n",
    );
}

#[test]
fn too_many_errors_are_cut() {
    let source = "process p {\n".to_owned() + &"  sleep 5\n".repeat(500) + "}\n";
    let problems = lang::compile(&source).expect_err("five hundred errors");
    assert_eq!(problems.len(), 20);
    assert_eq!(problems[0].span.line, 2);
}

/// Everything but places and the texts of claims.
fn meaning(scenario: &Scenario) -> String {
    let mut scenario = scenario.clone();
    scenario.spans.clear();
    scenario.expression_spans.clear();
    scenario
        .expects
        .iter_mut()
        .for_each(|expect| expect.text.clear());
    let shown = format!("{scenario:?}");
    // What is left of the places stands in fields called `span`.
    shown
        .split("span: Span {")
        .map(|part| part.split_once('}').map_or(part, |(_, rest)| rest))
        .collect()
}

#[test]
fn formatting_keeps_the_meaning_and_is_done_once() {
    for (name, source) in examples() {
        let once = lang::format(&source).expect("an example can be read");
        assert_eq!(lang::format(&once).as_ref(), Ok(&once), "{name}");
        assert_eq!(once, source, "{name} is tidy as it stands");
        assert_eq!(
            meaning(&right(&name, &once)),
            meaning(&right(&name, &source)),
            "{name}"
        );
    }
}

const DURATION: Unit = Unit { time: 1, bytes: 0 };
const RATE: Unit = Unit { time: -1, bytes: 0 };

#[test]
fn a_knob_knows_the_time_that_its_rate_was_written_for() {
    let source = "\
        knob a = 50/m from 1/m to 9/s\n\
        knob b = 2MB/h from 1MB/h to 9MB/h\n\
        knob c = 50/s from 1/m to 90/s\n\
        knob d = 5ms/m from 0 to 1\n\
        knob e = 2 * 30/m from 1/m to 90/m\n";
    let knobs = right("knobs", source).knobs;
    let per: Vec<f64> = knobs.iter().map(|knob| knob.per_s).collect();
    assert_eq!(per, [60.0, 3600.0, 1.0, 1.0, 1.0]);
}

#[test]
fn knobs_of_the_examples() {
    let shown = |file: &str| -> Vec<String> {
        let source = examples()
            .into_iter()
            .find(|(name, _)| name == file)
            .map_or(String::new(), |(_, source)| source);
        let knobs = right(file, &source).knobs;
        knobs
            .iter()
            .map(|knob| {
                let show = |value: f64| units::format(value, knob.unit);
                let kind = match (knob.whole, knob.percent, knob.log) {
                    (true, ..) => " whole",
                    (_, true, _) => " percent",
                    (_, _, true) => " log",
                    _ => "",
                };
                format!(
                    "{} {} {}..{}{kind} ({})",
                    knob.name,
                    show(knob.value),
                    show(knob.from),
                    show(knob.to),
                    knob.label
                )
            })
            .collect()
    };
    assert_eq!(
        shown("bounded-queue.hw"),
        [
            "rate 100/s 1/s..1000/s log (Producer, items per second)",
            "service 16ms 1ms..200ms log (Consumer, time per item)",
            "room 20 0..500 whole (Buffer capacity)"
        ]
    );
    assert_eq!(
        shown("mm1.hw"),
        ["load 0.8 0.01..1.2 percent (Utilisation)"]
    );
    assert_eq!(
        shown("tcp-window.hw"),
        [
            "window 64KiB 4KiB..4MiB log (Receive window)",
            "one_way 20ms 1ms..200ms log (One-way delay)",
            "reading 100MB/s 100KB/s..1GB/s log (What the application reads)"
        ]
    );
    assert_eq!(
        shown("sqs-lambda.hw"),
        [
            "peak 50000/m 50/m..100000/m log (Messages per minute at the peak)",
            "concurrency 800 5..1000 whole (Maximum concurrency)",
            "rate 50/m 50/m..100000/m log (Messages per minute now)"
        ]
    );
}

/// Works an expression out that has no state and no chance in it.
fn value(scenario: &Scenario, node: highwater::lang::scenario::ExprId) -> f64 {
    use highwater::lang::scenario::{Binary, Unary};
    match &scenario.expressions[node.index()] {
        Expr::Number(value) => *value,
        Expr::Knob(id) => scenario.knobs[id.index()].value,
        Expr::Unary(Unary::Negate, a) => -value(scenario, *a),
        Expr::Scaled(a, power) if *power > 0 => {
            value(scenario, *a) * 1e9f64.powi(i32::from(*power))
        }
        Expr::Scaled(a, power) => value(scenario, *a) / 1e9f64.powi(-i32::from(*power)),
        Expr::Binary(operator, a, b) => {
            let (a, b) = (value(scenario, *a), value(scenario, *b));
            match operator {
                Binary::Add => a + b,
                Binary::Multiply => a * b,
                Binary::Divide => a / b,
                Binary::Modulo => a % b,
                other => panic!("{other:?}"),
            }
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn quantities_with_units_are_worked_out() {
    let knobs = "
        knob rate = 62.5/s from 1/s to 1k/s
        knob row = 1KiB from 1B to 1MB
        knob wire = 10MB/s from 1MB/s to 1GB/s
        knob time = 10s from 1s to 20s
        knob n = 4 from 1 to 10\n";
    let cases = [
        ("1/rate", 16_000_000.0, DURATION),
        ("1/(62.5/s)", 16_000_000.0, DURATION),
        ("rate * time", 625.0, Unit::default()),
        ("time * rate", 625.0, Unit::default()),
        ("rate * 10s", 625.0, Unit::default()),
        ("row / wire", 102_400.0, DURATION),
        ("1KiB / (10MB/s)", 102_400.0, DURATION),
        ("wire * time", 100_000_000.0, Unit { time: 0, bytes: 1 }),
        ("row / time", 102.4, Unit { time: -1, bytes: 1 }),
        ("n / time", 0.4, RATE),
        ("time / 4s", 2.5, Unit::default()),
        ("time * n + 5ms", 40_005_000_000.0, DURATION),
        (
            "time / rate",
            160_000_000.0 * 1e9,
            Unit { time: 2, bytes: 0 },
        ),
        ("time * time / time", 10e9, DURATION),
        ("25s % time", 5e9, DURATION),
        ("7 %3", 1.0, Unit::default()),
        ("-time", -10e9, DURATION),
        ("80% * n", 3.2, Unit::default()),
        ("1.5s", 1_500_000_000.0, DURATION),
        ("2 +\n 3 * 4", 14.0, Unit::default()),
        ("(2 +\n 3) * 4", 20.0, Unit::default()),
        ("not (2 > 1) or 3 == 3", 1.0, Unit::default()),
        (
            "min(3, 2, 4) + max(1, 2) + floor(2.5) + ceil(2.5)",
            9.0,
            Unit::default(),
        ),
    ];
    for (text, expected, unit) in cases {
        let source = format!("{knobs}shared x = {text}\n");
        let scenario = right(text, &source);
        assert_eq!(
            value(&scenario, scenario.shared[0].value),
            expected,
            "{text}"
        );
        assert_eq!(scenario.shared[0].unit, unit, "{text}");
    }
}

/// The instructions of a text's only process, and of what it starts, one a line.
fn code(body: &str) -> Vec<String> {
    let source = format!(
        "channel c capacity 1\nqueue q visibility 1s\nresource r permits 1\nshared n = 0\nprocess p {{ {body} }}\ntask t {{ receive q; ack }}\n"
    );
    let scenario = right(body, &source);
    let end = scenario.processes[1].body.index();
    let end = scenario.bodies[end].entry as usize;
    scenario.code[..end].iter().map(shown).collect()
}

/// An instruction by its name and where it goes on.
fn shown(instruction: &Instruction) -> String {
    let name = format!("{instruction:?}");
    let name = name.split([' ', '(']).next().unwrap_or_default().to_owned();
    let to = |target: Option<u32>| target.map_or(String::new(), |target| format!(" else {target}"));
    match *instruction {
        Instruction::Jump(target) => format!("{name} {target}"),
        Instruction::Branch { otherwise, .. } | Instruction::Try { otherwise } => {
            name + &to(Some(otherwise))
        }
        Instruction::Repeat { end, .. } | Instruction::ForEach { end } => {
            format!("{name} end {end}")
        }
        Instruction::RepeatNext { body, .. } | Instruction::ForEachNext { body } => {
            format!("{name} {body}")
        }
        Instruction::Leave { scopes } => format!("{name} {scopes}"),
        Instruction::Send { otherwise, .. }
        | Instruction::Offer { otherwise, .. }
        | Instruction::Receive { otherwise, .. }
        | Instruction::With { otherwise, .. }
        | Instruction::Within { otherwise, .. }
        | Instruction::Retry { otherwise, .. }
        | Instruction::Acquire { otherwise, .. }
        | Instruction::Call { otherwise, .. } => name + &to(otherwise),
        Instruction::Every { body, .. } | Instruction::Spawn { body, .. } => {
            format!("{name} body {}", body.0)
        }
        _ => name,
    }
}

#[test]
fn blocks_become_jumps() {
    let cases: &[(&str, &[&str])] = &[
        ("send c", &["Send", "End"]),
        (
            "send c within 1s { done } else { discard }",
            &["Send else 3", "Done", "Jump 4", "Discard", "End"],
        ),
        (
            "offer c { } else { discard }",
            &["Offer else 2", "Jump 3", "Discard", "End"],
        ),
        ("receive c { done }", &["Receive", "Done", "End"]),
        (
            "call c within 1s else { stop }",
            &["Call else 2", "Jump 3", "Stop", "End"],
        ),
        (
            "with r { done } else { discard }",
            &["With else 4", "Done", "Leave 1", "Jump 5", "Discard", "End"],
        ),
        ("with r { done }", &["With", "Done", "Leave 1", "End"]),
        (
            "within 1s { done }\nelse { stop }",
            &["Within else 4", "Done", "Leave 1", "Jump 5", "Stop", "End"],
        ),
        (
            "retry 3 { fail 5% } else { }",
            &["Retry else 4", "Fail", "Leave 1", "Jump 4", "End"],
        ),
        ("try { fail }", &["Try else 3", "Fail", "Leave 1", "End"]),
        (
            "acquire r else { stop }",
            &["Acquire else 2", "Jump 3", "Stop", "End"],
        ),
        ("if n == 1 { stop }", &["Branch else 2", "Stop", "End"]),
        (
            "if n == 1 { stop } else if n == 2 { done } else { discard }",
            &[
                "Branch else 3",
                "Stop",
                "Jump 7",
                "Branch else 6",
                "Done",
                "Jump 7",
                "Discard",
                "End",
            ],
        ),
        (
            "while n < 3 { n = n + 1 }",
            &["Branch else 3", "SetShared", "Jump 0", "End"],
        ),
        (
            "forever { if n > 2 { break }; sleep 1s }",
            &["Branch else 2", "Jump 4", "Sleep", "Jump 0", "End"],
        ),
        (
            "repeat 3 { with r { break } }",
            &[
                "Repeat end 6",
                "With",
                "Leave 1",
                "Jump 6",
                "Leave 1",
                "RepeatNext 1",
                "End",
            ],
        ),
        (
            "for each { if n == 1 { break } done }"
                .replace("} done", "}; done")
                .leak(),
            &[
                "ForEach end 6",
                "Branch else 4",
                "Leave 1",
                "Jump 6",
                "Done",
                "ForEachNext 1",
                "End",
            ],
        ),
        (
            "spawn { done }; every 1s { send c }",
            &[
                "Spawn body 1",
                "Every body 2",
                "End",
                "Done",
                "End",
                "Send",
                "End",
            ],
        ),
        (
            "spawn { spawn { done } }; spawn t",
            &[
                "Spawn body 1",
                "Spawn body 3",
                "End",
                "Spawn body 2",
                "End",
                "Done",
                "End",
            ],
        ),
    ];
    for (body, expected) in cases {
        assert_eq!(code(body), *expected, "{body}");
    }
}

#[test]
fn a_select_knows_where_its_arms_go_on() {
    let scenario = right(
        "select",
        "channel a capacity 1\nchannel b capacity 1\nprocess p { sleep 1s }\nprocess q { select { receive a { done } send b { } after 1s { stop } else { discard } } }\n",
    );
    let select = &scenario.selects[0];
    let base = scenario.bodies[1].entry;
    let targets: Vec<u32> = select.arms.iter().map(|arm| arm.target - base).collect();
    assert_eq!(targets, [1, 3]);
    assert_eq!(select.after.map(|(_, target)| target - base), Some(4));
    assert_eq!(select.otherwise.map(|target| target - base), Some(6));
    assert_eq!(scenario.code[base as usize + 6], Instruction::Discard);
}

#[test]
fn variables_get_places() {
    let source = "process p { let a = 1; repeat 2 as i { let b = i; spawn { let c = b; print \"{a}{c}\" } }; let d = 2; every 1s { d = 3 } }";
    let scenario = right("places", source);
    let places: Vec<(u16, u16)> = scenario
        .bodies
        .iter()
        .map(|body| (body.locals, body.copies))
        .collect();
    assert_eq!(places, [(4, 0), (5, 4), (2, 2)]);
}

#[test]
fn an_item_from_the_start() {
    let cases = [
        ("send c", true),
        ("sleep 1s; done", true),
        ("work 1ms on k; send c", true),
        ("receive c; done", false),
        ("produce; send c", false),
        ("sleep 1s", false),
        ("if n > 1 { send c } else { discard }", true),
        ("if n > 1 { send c }", false),
        ("if n > 1 { discard }; send c", true),
        ("if n > 1 { stop }; send c", false),
        (
            "within 500ms { work 1ms on k; done } else { fail \"unhealthy\" }",
            true,
        ),
        ("within 500ms { done } else { sleep 1s }", false),
        ("with r { sleep 1s; done } else { fail \"timeout\" }", true),
        ("with r { sleep 1s }; done", true),
        ("retry 3 { call c within 1s } else { }", false),
        ("retry 3 { fail 5%; send c }", true),
        ("try { fail } else { send c }", false),
        ("fail 5%; send c", true),
        ("fail", true),
        ("forever { send c }", true),
        ("repeat 3 { send c }", true),
        ("repeat n { send c }", false),
        ("repeat n { sleep 1s }; send c", true),
        ("spawn t with item", true),
        ("spawn t; send c", true),
        ("select { send c { } }", false),
        ("call c; done", true),
    ];
    for (body, expected) in cases {
        let source = format!(
            "channel c capacity 1\nresource r permits 1\ncpu k cores 1\nshared n = 0\ntask t {{ done }}\nprocess p {{ every 1s {{ {body} }} }}\n"
        );
        let scenario = right(body, &source);
        assert_eq!(scenario.bodies[2].starts_with_item, expected, "{body}");
    }
}

#[test]
fn an_await_knows_what_it_looks_at() {
    let source = "channel c capacity 1\nresource r permits 1\nknob k = 1 from 0 to 5\nshared n = 0\nprocess p { await full(c) and len(c) > n or pending < k and free(r) > 0 }";
    let watches = right("await", source).watches;
    assert_eq!(
        format!("{:?}", watches[0]),
        "[Thing(Channel(ChannelId(0))), Shared(SharedId(0)), Pending, Thing(Resource(ResourceId(0)))]"
    );
}

#[test]
fn texts_are_filled_in() {
    use highwater::lang::scenario::Piece;
    let scenario = right(
        "print",
        "process p { print \"a {{b}} {now}: {1 + 1}}\"; fail \"not {now}\" }",
    );
    let pieces: Vec<String> = scenario.texts[0]
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) => text.clone(),
            Piece::Value { unit, .. } => format!("<{}>", unit.time),
        })
        .collect();
    assert_eq!(pieces, ["a {b} ", "<1>", ": ", "<0>", "}"]);
    assert_eq!(scenario.texts[1], [Piece::Literal("not {now}".into())]);
}

/// Everything that later issues run is read today.
#[test]
fn the_whole_language_is_read() {
    let source = include_str!("whole.hw");
    let scenario = right("whole.hw", source);
    assert_eq!(scenario.run_ns, Some(60_000_000_000));
    assert_eq!(scenario.speed_ns_per_s, Some(5_000_000.0));
    assert_eq!(scenario.seed, Some(7));
    let tidy = lang::format(source).expect("it can be read");
    assert_eq!(meaning(&right("whole.hw", &tidy)), meaning(&scenario));
    for (node, index) in scenario.expressions.iter().zip(0..) {
        if let Expr::Binary(_, a, b) = node {
            assert!(a.0 < index && b.0 < index, "a part comes after its whole");
        }
    }
    assert_eq!(scenario.code.len(), scenario.spans.len());
    assert_eq!(scenario.expressions.len(), scenario.expression_spans.len());
    assert!(!outline::outline(&scenario).edges.is_empty());
}

/// Whatever the text: an answer, soon, and the right one about itself.
fn harmless(source: &str) {
    let start = Instant::now();
    match lang::compile(source) {
        Ok(scenario) => {
            let outline = outline::outline(&scenario);
            assert!(outline.nodes.len() <= source.len());
            let counters = outline::counters(&scenario, &outline.edges);
            assert_eq!(counters.len(), outline.edges.len());
            let tidy = lang::format(source).expect("what compiles can be formatted");
            assert_eq!(lang::format(&tidy).as_ref(), Ok(&tidy));
            assert_eq!(meaning(&right("tidy", &tidy)), meaning(&scenario));
        }
        Err(problems) => {
            assert!(!problems.is_empty() && problems.len() <= 20);
            let lines = source.split('\n').count() as u32;
            for problem in &problems {
                assert!(
                    problem.span.line >= 1 && problem.span.line <= lines,
                    "{problem:?}"
                );
                assert!(!problem.render("a.hw", source).is_empty());
            }
        }
    }
    // No measure of speed: what is quadratic takes minutes here, the rest less than a second on a busy machine.
    let taken = start.elapsed();
    assert!(taken < Duration::from_secs(60), "{taken:?}");
}

#[test]
fn hostile_texts_do_no_harm() {
    let deep = |open: &str, close: &str, n: usize| {
        format!("process p {{ {} {} }}", open.repeat(n), close.repeat(n))
    };
    let many = |part: &str| part.repeat((1 << 20) / part.len());
    let numbered = |make: &dyn Fn(usize) -> String, n: usize| (0..n).map(make).collect::<String>();
    let texts = [
        deep("forever {", "}", 10_000),
        deep("if (", ")", 10_000),
        format!(
            "process p {{ sleep {}1s{} }}",
            "(".repeat(50_000),
            ")".repeat(50_000)
        ),
        format!("process p {{ sleep {}1s }}", "-".repeat(50_000)),
        format!("process p {{ let x = 1{} }}", " + 1".repeat(50_000)),
        format!("process p {{ while {}1 {{ }} }}", "not ".repeat(50_000)),
        format!("process p {{ {} }}", "let a = 1; ".repeat(50_000)),
        format!(
            "process p {{ {} }}",
            numbered(&|i| format!("let a{i} = a; "), 40_000)
        ),
        format!("process p {{ {} }}", "spawn { } ;".repeat(60_000)),
        format!(
            "process p {{ {} }}",
            "spawn { let b = 1; every 1s { } };".repeat(20_000)
        ),
        format!("process p {{ print \"{}\" }}", "{".repeat(100_000)),
        format!("process p {{ print \"{}\" }}", "{now}".repeat(100_000)),
        format!(
            "process p {{ if 1 {{ }} {} }}",
            "else if 1 { }".repeat(50_000)
        ),
        numbered(
            &|i| {
                format!(
                    "channel abcdefghijklmnopqrstuvwxyz{i} capacity 1\nprocess p{i} {{ send bcdefghijklmnopqrstuvwxyz{i} }}\n"
                )
            },
            10_000,
        ),
        numbered(&|i| format!("shared s{i} = 1\n"), 70_000),
        format!(
            "{}process p {{ {} }}",
            numbered(&|i| format!("channel c{i} unbounded\n"), 18_000),
            numbered(&|i| format!("select {{ send c{i} }}; "), 18_000)
        ),
        many("process p { "),
        many("{"),
        many("}"),
        many("("),
        many("a "),
        many("\""),
        many("\"\n"),
        many("send a\n"),
        many("\n"),
        format!("process p {{ {} }}", "ack; nack; commit; ".repeat(20_000)),
        format!("process p {{ try {{ }} {} }}", "\n".repeat(1_000_000)),
        format!("process p {{ {} }}", "try { }\n\n\n\n".repeat(20_000)),
        format!("process p {{ sleep ({}", "\n".repeat(1_000_000)),
        many("1"),
        many("channel a capacity 1\n"),
        many("choice("),
        many("é\u{1F980}"),
        format!("process p {{ sleep {} }}", many("é")),
        "x".repeat((1 << 20) + 1),
        "\u{feff}process p { sleep 1s }\r\n".into(),
        "process p { sleep 1s }\0".into(),
        String::new(),
    ];
    for text in &texts {
        harmless(text);
    }
}

/// A browser gives a worker about a megabyte of stack; the deepest text that is accepted takes a fraction of it.
#[test]
fn the_deepest_texts_need_little_stack() {
    let nested = |open: &str, inner: &str, close: &str| {
        let times = 62 / open.matches(['{', '(']).count().max(1);
        format!("{}{inner}{}", open.repeat(times), close.repeat(times))
    };
    let texts = [
        format!(
            "resource r permits 1\nprocess p {{ {} }}",
            nested("with r within 1s {", "stop", "} else { stop }")
        ),
        format!(
            "process p {{ {} }}",
            nested("retry 3 backoff 1s {", "stop", "} else { stop }")
        ),
        format!("process p {{ {} }}", nested("every 1s {", "stop", "}")),
        format!(
            "process p {{ {} }}",
            nested("select { after 1s {", "stop", "} }")
        ),
        format!(
            "process p {{ sleep {} }}",
            nested("max(1s, 2s + ", "1s", ")")
        ),
        format!("process p {{ while {} {{ }} }}", nested("not ", "1", "")),
        format!("process p {{ sleep 1s{} }}", " + 1s".repeat(250)),
    ];
    let small = std::thread::Builder::new().stack_size(256 * 1024);
    let run = small.spawn(move || texts.iter().for_each(|text| drop(right("deep", text))));
    run.expect("a thread").join().expect("enough stack");
}

/// The words and signs of a text, with the space before each.
fn pieces(source: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut class = ' ';
    for c in source.chars() {
        let next = if c.is_alphanumeric() || c == '_' {
            'w'
        } else {
            c
        };
        match pieces.last_mut() {
            Some(last) if next == class && next == 'w' => last.push(c),
            _ => pieces.push(c.to_string()),
        }
        class = next;
    }
    pieces
}

/// One edit: what to do, where, and with which other place.
fn edit(pieces: &mut Vec<String>, (what, at, other): (u8, usize, usize)) {
    let length = pieces.len().max(1);
    let (at, other) = (at % length, other % length);
    if pieces.is_empty() {
        return;
    }
    match what % 5 {
        0 => {
            pieces.remove(at);
        }
        1 => pieces.insert(at, pieces[other].clone()),
        2 => pieces.swap(at, other),
        3 => pieces[at] = pieces[other].clone(),
        _ => {
            let mut letters: Vec<char> = pieces[at].chars().collect();
            letters.remove(other % letters.len());
            pieces[at] = letters.into_iter().collect();
            if pieces[at].is_empty() {
                pieces.remove(at);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn edited_examples_do_no_harm(which in 0usize..1000, edits in prop::collection::vec((0u8..5, 0usize..1_000_000, 0usize..1_000_000), 1..12)) {
        let mut texts = examples();
        texts.push(("whole.hw".into(), include_str!("whole.hw").into()));
        let mut pieces = pieces(&texts[which % texts.len()].1);
        for next in edits {
            edit(&mut pieces, next);
        }
        harmless(&pieces.concat());
    }

    #[test]
    fn word_soup_does_no_harm(words in prop::collection::vec(0usize..100_000, 0..120)) {
        let known = pieces(include_str!("whole.hw"));
        let distinct: BTreeSet<&String> = known.iter().collect();
        let distinct: Vec<&String> = distinct.into_iter().collect();
        let soup: Vec<&str> = words.iter().map(|word| distinct[word % distinct.len()].as_str()).collect();
        harmless(&soup.join(" "));
        harmless(&format!("process p {{ {} }}", soup.join(" ")));
    }

    #[test]
    fn any_characters_do_no_harm(text in "\\PC{0,200}") {
        harmless(&text);
        harmless(&format!("process p {{ print \"{text}\" }}"));
    }

    #[test]
    fn what_is_shown_can_be_read(value in 0.0f64..1e15, kind in 0usize..5) {
        let unit = [Unit::default(), DURATION, RATE, Unit { time: 0, bytes: 1 }, Unit { time: -1, bytes: 1 }][kind];
        let shown = units::format(value, unit);
        let read = units::parse(&shown, unit).expect("what is shown can be read");
        let rounding = if unit == DURATION { 0.5 } else { value * 1e-14 };
        prop_assert!((read - value).abs() <= rounding + value * 1e-14, "{shown}");
    }
}
