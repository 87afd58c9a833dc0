//! Random programs over everything that can be declared: they say anything, and only what every run must keep is asked of them.

use std::fmt::Write;

use proptest::prelude::*;

/// Channels of every kind.
const CHANNELS: [&str; 26] = [
    "capacity 2",
    "capacity 0",
    "unbounded",
    "capacity 3 overflow reject",
    "capacity 2 overflow drop_newest",
    "capacity 2 overflow drop_oldest",
    "capacity 40B",
    "high_water 3 low_water 1",
    "capacity 1 barging no_handoff",
    "capacity 2 frees done",
    "capacity room delay 3ms",
    "capacity 2 overflow drop_oldest delay 1ms",
    "unbounded in heap",
    "capacity 2 frees done in heap",
    "capacity 40B delay 1ms in heap",
    "capacity 64B pages 8B",
    "capacity 48B pages 16B overflow drop_oldest frees done",
    "capacity room * 8B pages 8B barging no_handoff delay 1ms",
    "capacity 1 frees done",
    "capacity 1 frees done delay 1ms",
    "capacity 0 delay 1ms in heap",
    "capacity 3 barging no_handoff in heap",
    "capacity room no_handoff delay rest",
    "capacity 8B * room overflow drop_oldest no_handoff",
    "unbounded barging delay rest",
    "capacity room no_handoff frees done",
];
/// Leased queues of every kind; the dead letters of one go to another, to a channel or to a topic.
const QUEUES: [&str; 6] = [
    "visibility 3ms max_receives 3 dead_letter q1",
    "visibility 1ms * patience fifo max_receives room + 1 dead_letter c2",
    "visibility 2ms delay 1ms max_receives 2 dead_letter dead",
    "visibility 4ms fifo delay 1ms in heap",
    "visibility 1h",
    "visibility rest fifo delay rest",
];
/// Groups of every kind, on the topic that has their number's remainder.
const GROUPS: [&str; 4] = [
    "assignor range max_poll_interval 9ms session_timeout 5ms",
    "assignor cooperative commit auto 2ms session_timeout rest + 1ms",
    "assignor sticky max_poll_interval rest + 3ms from latest",
    "assignor roundrobin commit auto rest + 1ms max_poll_interval 4ms session_timeout 3ms",
];
/// Everything else. What is `acquire`d belongs to nobody, so it has pools of its own.
const DECLARATIONS: &str = "knob patience = 2 from 0 to 5
topic dead partitions 2
topic t0 partitions width + 1
topic t1 partitions 3 retention 6ms in heap
knob room = 3 from 0 to 9
knob width = 2 from 0 to 6
resource scoped permits width
resource narrow permits 1 limit_waiting 1
resource loose permits 2
resource row permits 1 per key
resource seats permits width limit_waiting 1 per key
resource grab permits 1 when_full refuse per key
resource strewn permits 1 per key
shared table = room per key
cpu cores cores width
cpu turns cores 2 slice 1ms
knob rest = 2ms from 0ms to 9ms
memory heap limit 200B * room restart 3ms
memory stack limit 60B restart 0s
shared n = 0
task t in heap holds 9B { sleep 2ms; done }
task u in stack holds 10B * width { receive c0 within 1ms { } else { }; work rest on turns; crash ticking for 1ms; send c20 within 1ms else { } }
process ticking in stack holds 5B { every rest + 1ms { work 1ms on cores; offer c18 { } else { discard } } }
at 3ms { crash ticking for 0s; crash ticking for 2ms; set rest = 5ms }
";

/// A block's statements at a depth, one a line.
fn block(depth: u32) -> BoxedStrategy<String> {
    prop::collection::vec(statement(depth), 1..5)
        .prop_map(|lines| lines.join("\n"))
        .boxed()
}

fn duration() -> BoxedStrategy<&'static str> {
    prop::sample::select(vec![
        "0ms",
        "1ms",
        "2ms",
        "exp(2ms)",
        "uniform(0ms, 3ms)",
        "5ms",
    ])
    .boxed()
}

fn group() -> BoxedStrategy<String> {
    (0..GROUPS.len())
        .prop_map(|number| format!("g{number}"))
        .boxed()
}

fn queue() -> BoxedStrategy<String> {
    (0..QUEUES.len())
        .prop_map(|number| format!("q{number}"))
        .boxed()
}

/// What is done with leases. The pause lets some run out.
fn leased() -> BoxedStrategy<&'static str> {
    prop::sample::select(vec![
        "ack",
        "nack",
        "nack after 2ms",
        "extend 2ms",
        "extend 0ms",
        "extend exp(3ms); sleep exp(2ms); ack",
        "sleep 3ms; ack",
        "sleep 3ms; nack after exp(1ms)",
        "fail 50%",
        "spawn late with item",
        "done",
        "send q1",
        "for each { if random() < 50% { ack } else { nack } }",
        "for each { if random() < 50% { nack after 1ms } }",
        "for each { extend 1ms; sleep exp(1ms); ack }",
    ])
    .boxed()
}

fn channel() -> BoxedStrategy<String> {
    (0..CHANNELS.len())
        .prop_map(|number| format!("c{number}"))
        .boxed()
}

/// What is done with records that were polled; `G` stands for the group.
fn polled() -> BoxedStrategy<&'static str> {
    prop::sample::select(vec![
        "commit",
        "try { commit } else { }",
        "sleep exp(3ms); try { commit } else { }",
        "for each { sleep exp(1ms) }; try { commit } else { }",
        "pause G",
        "resume G",
        "send c1 within 1ms else { }; commit",
        "for each { offer c3 { } else { } }; commit",
        "spawn t with item",
        "send q1; commit",
        "fail 20%",
        "sleep 9ms",
        "done",
    ])
    .boxed()
}

/// Statements that hold no others.
fn simple() -> BoxedStrategy<String> {
    let fixed = prop::sample::select(vec![
        "done",
        "discard",
        "produce size 7B key n",
        "produce size 50B",
        "n = n + 1",
        "fail 30%",
        "spawn t",
        "spawn t with item",
        "acquire loose within 2ms else { }",
        "release loose",
        "await n % 3 == 0",
        "await pending < 2",
        "if n > 40 { stop }",
        "set room = n % 5",
        "set width = n % 4",
        "set patience = n % 6",
        "crash p0",
        "crash p0 for 4ms",
        "restart p0",
        "crash ticking",
        "crash p1 for 0ms",
        "crash p2",
        "crash p2 for 3ms",
        "restart p2",
        "produce size 3B key n % 4; send t0",
        "produce size 9B; send t1",
        "pause g0",
        "resume g0",
        "resume g2",
        "await lag(g0) < 4",
        "restart p1",
        "crash ticking for 1ms",
        "spawn u",
        "spawn u with item",
        "set rest = 1ms * (n % 7)",
        "await all",
        "await used(stack) < 30B",
        "await len(c19) + len(c3) < 3",
        "await full(c7)",
        "release scoped",
        "table[n % 3] = n",
        "table[key] = table[n % 4] + 1",
        "table[size / 4B] = room",
        "await table[1] % 2 == 0",
        "await len(table) > 1 or free(row[n % 3]) > 0",
        "await len(seats[1]) + len(strewn) < 2",
        "acquire strewn[n % 3] within 2ms else { }",
        "acquire strewn[key] 2 within exp(1ms) else { }",
        "release strewn[n % 3]",
        "with row[zipf(3, 1)] { call c1 key n % 3 within 1ms { } else { fail } }",
        "if table[n % 5] == room { table[n % 5] = n } else { fail 20% }",
        "print \"{table[key]} {len(table)} {free(seats[n % 2])} {len(row)}\"",
        "retry 2 { with scoped { call c18 within 1ms { } else { fail } } } else { }",
        "for each { if n % 2 == 0 { send c20 within 1ms else { } } else { receive c18 within 1ms { } else { } } }",
        "await used(heap) < 90B",
        "await free(cores) > 0",
        "print \"{n} {age} {key}\"",
    ]);
    prop_oneof![
        4 => duration().prop_map(|time| format!("sleep {time}")),
        2 => duration().prop_map(|time| format!("work {time} on cores")),
        2 => duration().prop_map(|time| format!("work {time} on turns")),
        4 => channel().prop_map(|channel| format!("send {channel}")),
        4 => channel().prop_map(|channel| format!("receive {channel}")),
        2 => (channel(), duration()).prop_map(|(channel, time)| format!("send {channel} within {time} else {{ discard }}")),
        2 => (channel(), duration()).prop_map(|(channel, time)| format!("receive {channel} up to 3 within {time} else {{ }}")),
        2 => channel().prop_map(|channel| format!("offer {channel} {{ }} else {{ discard }}")),
        2 => (channel(), duration()).prop_map(|(channel, time)| format!("call {channel} size 9B within {time} {{ }} else {{ }}")),
        1 => channel().prop_map(|channel| format!("close {channel}")),
        3 => (queue(), 0..3_u32).prop_map(|(queue, key)| format!("produce size 5B key {key}; send {queue}")),
        1 => queue().prop_map(|queue| format!("receive {queue}")),
        4 => (queue(), duration(), leased(), leased()).prop_map(|(queue, time, first, then)| {
            format!("receive {queue} up to 3 within {time} {{\n{first}\n{then}\n}} else {{ }}")
        }),
        3 => (group(), 1..9_u32, duration(), polled(), polled()).prop_map(|(group, most, time, first, then)| {
            let body = format!("{first}\n{then}").replace('G', &group);
            format!("poll {group} up to {most} within {time} {{\n{body}\n}} else {{ }}")
        }),
        1 => (queue(), channel(), leased()).prop_map(|(queue, channel, then)| {
            format!("receive {queue} within 2ms {{\noffer {channel} {{ ack }} else {{ nack after 1ms }}\n{then}\n}} else {{ }}")
        }),
        6 => fixed.prop_map(str::to_owned),
    ]
    .boxed()
}

fn statement(depth: u32) -> BoxedStrategy<String> {
    if depth == 0 {
        return simple();
    }
    let inner = move || block(depth - 1);
    prop_oneof![
        6 => simple(),
        1 => (1..4_u32, inner()).prop_map(|(times, body)| format!("repeat {times} {{\n{body}\n}}")),
        1 => inner().prop_map(|body| format!("with scoped {{\n{body}\n}}")),
        1 => inner().prop_map(|body| format!("with row[n % 3] {{\n{body}\n}}")),
        1 => (duration(), inner()).prop_map(|(time, body)| format!("with seats[zipf(2, 1)] within {time} {{\n{body}\n}} else {{ }}")),
        1 => inner().prop_map(|body| format!("with grab[n % 2] {{\n{body}\n}} else {{ }}")),
        1 => (duration(), inner()).prop_map(|(time, body)| format!("with narrow within {time} {{\n{body}\n}} else {{ discard }}")),
        1 => (duration(), inner(), inner()).prop_map(|(time, body, other)| format!("within {time} {{\n{body}\n}} else {{\n{other}\n}}")),
        1 => (inner(), inner()).prop_map(|(body, other)| format!("try {{\n{body}\n}} else {{\n{other}\n}}")),
        1 => (duration(), inner()).prop_map(|(time, body)| format!("retry 2 backoff {time} times 2 up to 4ms jitter {{\n{body}\n}} else {{ }}")),
        1 => inner().prop_map(|body| format!("for each {{\n{body}\n}}")),
        1 => inner().prop_map(|body| format!("spawn {{\n{body}\n}}")),
        1 => (channel(), channel(), inner()).prop_map(|(a, b, body)| {
            format!("select {{\nreceive {a} {{\n{body}\n}}\nsend {b} {{ }}\nafter 2ms {{ }}\n}}")
        }),
        1 => (channel(), channel(), duration(), inner()).prop_map(|(a, b, time, body)| {
            format!("select {{\nsend {a} {{ }}\nsend {b} {{\n{body}\n}}\nreceive {b} {{ }}\nafter {time} {{\nn = n + 1\n}}\n}}")
        }),
        1 => (queue(), queue(), duration(), inner()).prop_map(|(a, b, time, body)| {
            format!("select {{\nreceive {a} {{\n{body}\n}}\nreceive {b} {{ ack }}\nafter {time} {{ }}\n}}")
        }),
        1 => (queue(), channel(), leased(), inner()).prop_map(|(a, b, first, body)| {
            format!("select {{\nreceive {a} {{\n{first}\n}}\nsend {b} {{ }}\nreceive {a} {{\n{body}\n}}\nreceive {b} {{ done }}\n}}")
        }),
        1 => (queue(), queue(), leased()).prop_map(|(a, b, first)| {
            format!("select {{\nreceive {a} {{\n{first}\n}}\nreceive {b} {{ nack }}\nelse {{ }}\n}}")
        }),
        1 => inner().prop_map(|body| format!("spawn {{\n{body}\n}} with item")),
        1 => (inner(), inner()).prop_map(|(body, other)| format!("if random() < 50% {{\n{body}\n}} else {{\n{other}\n}}")),
        1 => (duration(), inner()).prop_map(|(time, body)| format!("with scoped {{\nwithin {time} {{\nfor each {{\n{body}\n}}\n}} else {{ }}\n}}")),
        1 => (channel(), channel()).prop_map(|(a, b)| format!("select {{\nreceive {a} {{ }}\nreceive {b} {{ done }}\nelse {{ }}\n}}")),
    ]
    .boxed()
}

/// How many things of each kind a program has: all kinds, or one or two that everything is about.
type Rules = (Vec<&'static str>, Vec<&'static str>, Vec<&'static str>);

fn every_rule() -> impl Strategy<Value = Rules> {
    Just((CHANNELS.to_vec(), QUEUES.to_vec(), GROUPS.to_vec()))
}

fn few_rules() -> impl Strategy<Value = Rules> {
    let few = |all: &[&'static str], most| {
        prop::collection::vec(prop::sample::select(all.to_vec()), 1..=most)
    };
    // A queue that is alone has no other for its dead letters.
    let alone = "visibility 3ms max_receives 3 dead_letter dead";
    let queues = few(&QUEUES, 1).prop_map(move |rules| {
        vec![if rules[0].contains(" q1") {
            alone
        } else {
            rules[0]
        }]
    });
    (few(&CHANNELS, 2), queues, few(&GROUPS, 1))
}

type Bodies = Vec<(u32, String)>;

fn bodies(depth: u32) -> impl Strategy<Value = Bodies> {
    prop::collection::vec((1..5_u32, block(depth)), 1..4)
}

/// Processes that loop, with a pause so that time passes.
pub(crate) fn looping() -> BoxedStrategy<String> {
    (bodies(2), every_rule())
        .prop_map(|(bodies, rules)| loops(&bodies, &rules))
        .boxed()
}

/// The same with few things, which many are after.
pub(crate) fn crowded() -> BoxedStrategy<String> {
    (bodies(1), few_rules())
        .prop_map(|(bodies, rules)| loops(&bodies, &rules))
        .boxed()
}

fn loops(bodies: &Bodies, rules: &Rules) -> String {
    program(bodies, rules, |count, body| {
        // Some die with their memory, some scale, some follow a knob.
        let crew = match count {
            2 => "x 2 in heap holds 20B",
            3 => "x 1 to 5 growing 2 per 3ms while n % 2 == 0 in heap",
            4 => "x width",
            _ => "x 1",
        };
        format!("{crew} {{\nforever {{\nsleep 1ms\n{body}\n}}\n}}")
    })
}

/// Processes that all come to an end: a deadline sees to that.
pub(crate) fn ending() -> BoxedStrategy<String> {
    (bodies(2), every_rule())
        .prop_map(|(bodies, rules)| {
            program(&bodies, &rules, |count, body| {
                format!(
                    "x {count} in heap holds 20B {{\ntry {{\nwithin 50ms {{\n{body}\n}} else {{ }}\n}} else {{ }}\n}}"
                )
            })
        })
        .boxed()
}

/// Conditions that an `await` and an `expect` may both name.
const CONDITIONS: [&str; 18] = [
    "len(c0) < 2",
    "len(c0) > 0 and full(c0)",
    "bytes(c0) % 2 == 1",
    "len(q0) > 1",
    "bytes(q0) > 9B",
    "table[1] > table[2]",
    "table[n % 3] == n",
    "len(table) % 2 == 1",
    "free(row[1]) > 0 and free(row[0]) == 0",
    "len(seats[1]) > 0",
    "len(strewn) > 0 or free(narrow) == 0",
    "free(scoped) > room",
    "used(heap) > 40B",
    "lag(g0) % 3 == 1",
    "len(t0) % 2 == 1 or bytes(t1) > 20B",
    "free(cores) == 0 or len(turns) > 0",
    "room + width > 6",
    "n % 5 == 3",
];

/// Processes that await one condition each, among others that change what it is about.
pub(crate) fn watching() -> BoxedStrategy<String> {
    let conditions = prop::collection::vec(prop::sample::select(CONDITIONS.to_vec()), 1..4);
    (crowded(), conditions)
        .prop_map(|(mut text, conditions)| {
            for (number, condition) in conditions.iter().enumerate() {
                let _ = writeln!(
                    text,
                    "process watch{number} {{ forever {{ await {condition}; sleep 1ms }} }}\nexpect {condition}"
                );
            }
            text
        })
        .boxed()
}

fn program(
    bodies: &Bodies,
    (channels, queues, groups): &Rules,
    process: impl Fn(u32, &str) -> String,
) -> String {
    let mut text = DECLARATIONS.to_owned();
    text.push_str("task late { extend 2ms; sleep exp(2ms); ack }\n");
    for (number, (count, body)) in bodies.iter().enumerate() {
        let _ = writeln!(text, "process p{number} {}", process(*count, body));
    }
    for (number, rules) in channels.iter().enumerate() {
        let _ = writeln!(text, "channel C{number} {rules}");
    }
    for (number, rules) in queues.iter().enumerate() {
        let _ = writeln!(text, "queue Q{number} {rules}");
    }
    for (number, rules) in groups.iter().enumerate() {
        let _ = writeln!(text, "group G{number} on t{} {rules}", number % 2);
    }
    // Where there are fewer things than the statements know, several of their names are one.
    for (small, count, all) in [
        ('c', channels.len(), CHANNELS.len()),
        ('q', queues.len(), QUEUES.len()),
        ('g', groups.len(), GROUPS.len()),
    ] {
        let large = small.to_ascii_uppercase();
        for number in (0..all).rev() {
            text = text.replace(
                &format!("{small}{number}"),
                &format!("{large}{}", number % count),
            );
        }
        text = text.replace(large, &small.to_string());
    }
    text
}
