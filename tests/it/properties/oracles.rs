//! Random programs that know what must come of them: each counts what it does in shared variables, and its `expect` says what these must be at the
//! end of every instant. Small, and each about one promise of the language, so that what fails is short.

use proptest::prelude::*;
use proptest::sample::select;

/// A name for a kind of program, and what makes one.
pub(crate) type Kind = (&'static str, fn() -> BoxedStrategy<String>);

/// All kinds.
pub(crate) const KINDS: &[Kind] = &[
    ("forwards", forwards),
    ("offers", offers),
    ("wires", wires),
    ("rings", rings),
    ("deaths", deaths),
    ("turns", turns),
    ("givers", givers),
];

fn pause() -> BoxedStrategy<&'static str> {
    select(vec!["0ms", "1ms", "exp(1ms)", "uniform(0ms, 4ms)", "5ms"]).boxed()
}

/// Rooms of a channel of which the first in line is let in first.
fn room() -> BoxedStrategy<&'static str> {
    select(vec![
        "capacity 0",
        "capacity 1",
        "capacity 2 no_handoff",
        "capacity 3 delay 1ms",
        "unbounded",
        "capacity 2 frees done",
    ])
    .boxed()
}

/// One way to give a copy of what is in hand on to `out`: `YES` and `NO` stand for what follows.
fn giving() -> BoxedStrategy<&'static str> {
    select(vec![
        "send out; YES",
        "offer out { YES } else { NO }",
        "send out within 1ms { YES } else { NO }",
        "select { send out { YES } after 2ms { NO } }",
        "select { send out { YES } else { NO } }",
        "select { send out { YES } receive never { } after exp(2ms) { NO } }",
        "try { within exp(1ms) { send out; YES } else { fail } } else { NO }",
    ])
    .boxed()
}

/// Messages or records are passed on to a channel. A copy is an item of its own and is made once it is taken; the original stays leased, or in
/// the log, until it is deleted or committed.
fn forwards() -> BoxedStrategy<String> {
    let from = prop_oneof![Just(false), Just(true)];
    (from, giving(), room(), 1..4_u32, 1..4_u32, (pause(), pause(), pause()))
        .prop_map(|(topic, giving, room, workers, most, (send, work, sink))| {
            // Counted before the statement that does it, so that the two are one step.
            let (source, worker) = if topic {
                let giving = giving.replace("YES", "copies = copies + 1").replace("NO", "sleep 1ms");
                let body = format!(
                    "poll readers up to {most} {{ let b = 0; for each {{ {giving}; sleep {work}; b = b + 1 }}; through = through + b; commit }}"
                );
                ("topic jobs partitions 2\ngroup readers on jobs", body)
            } else {
                let yes = "copies = copies + 1; through = through + 1; ack";
                let no = "again = again + 1; sleep 1ms; nack";
                let giving = giving.replace("YES", yes).replace("NO", no);
                ("queue jobs visibility 1h", format!("receive jobs up to {most} {{ for each {{ {giving}; sleep {work} }} }}"))
            };
            let redelivered = if topic { "" } else { "expect redelivered(jobs) <= again\n" };
            format!(
                "{source}
channel out {room}
channel never capacity 0
shared made = 0
shared copies = 0
shared through = 0
shared again = 0
shared sunk = 0
process source {{ repeat 30 {{ sleep {send}; made = made + 1; produce key made; send jobs }} }}
process worker x {workers} {{ forever {{ {worker} }} }}
process sink {{ forever {{ receive out; sunk = sunk + 1; done; sleep {sink} }} }}
expect done == through + sunk
expect produced >= made and produced <= made + copies + {workers}
{redelivered}"
            )
        })
        .boxed()
}

/// A `select` offers one item until somebody takes it, however often it goes on by another arm; after `after` and `else` it is in hand until
/// the next. What was given away or discarded is counted as given.
fn offers() -> BoxedStrategy<String> {
    let other = select(vec![
        "receive tick { ticks = ticks + 1; done }",
        "receive tick { ticks = ticks + 1; done } after 2ms { given = given + 1; discard }",
        "receive tick { ticks = ticks + 1; done } after 2ms { }",
        "receive tick { sleep 1ms; ticks = ticks + 1; done }",
        "after 1ms { given = given + 1; discard }",
        "receive tick { ticks = ticks + 1; done } else { given = given + 1; discard; sleep 1ms }",
        "send more { given = given + 1 } receive tick { ticks = ticks + 1; done }",
    ]);
    (other, room(), room(), 1..4_u32, pause(), pause())
        .prop_map(|(other, door, tick, count, take, every)| {
            format!(
                "channel door {door}
channel tick {tick}
channel more capacity 1
shared made = 0
shared given = 0
shared ticks = 0
shared taken = 0
process clock {{ repeat 30 {{ sleep {every}; made = made + 1; produce; send tick }} }}
process offering x {count} {{ forever {{ sleep 1ms; select {{ send door {{ given = given + 1 }} {other} }} }} }}
process taker {{ repeat 10 {{ sleep {take}; receive door; taken = taken + 1; done; sleep 3ms }} }}
expect done == ticks + taken
expect produced <= made + given + {count}
"
            )
        })
        .boxed()
}

/// A channel is first in, first out, whatever its knobs do meanwhile.
fn wires() -> BoxedStrategy<String> {
    let rules = select(vec![
        "capacity room delay wait",
        "capacity room * 3B delay wait",
        "capacity room delay wait no_handoff",
        "unbounded delay wait",
        "unbounded delay wait no_handoff",
        "capacity room overflow drop_oldest delay wait",
        "capacity room overflow drop_newest delay wait frees done",
        "capacity room * 8B pages 8B delay wait",
        "high_water room delay wait",
        "capacity room frees done",
        "capacity room overflow drop_oldest no_handoff",
    ]);
    let sends = select(vec![
        "send wire",
        "send wire within 2ms else { discard }",
        "offer wire { } else { discard }",
    ]);
    let hands = select(vec![
        "set wait = 0ms",
        "set wait = 1ms * floor(uniform(0, 6))",
        "set room = floor(uniform(0, 5))",
        "set room = 1; set wait = 0ms",
        "crash source for 1ms",
        "crash sink for 1ms",
    ]);
    let hands = prop::collection::vec((pause(), hands), 1..4);
    (rules, sends, 1..4_u32, hands, pause(), pause())
        .prop_map(|(rules, sends, sources, hands, send, take)| {
            let hands: Vec<String> = hands.iter().map(|(pause, does)| format!("sleep {pause}; {does}")).collect();
            let hands = hands.join("\n");
            format!(
                "knob wait = 4ms from 0ms to 9ms
knob room = 3 from 0 to 6
channel wire {rules}
shared n = 0
shared last = 0
shared bad = 0
process source x {sources} {{ repeat 30 {{ sleep {send}; n = n + 1; produce key n size 1B * (1 + n % 5); {sends} }} }}
process sink {{ forever {{ receive wire; if key <= last {{ bad = bad + 1 }}; last = key; done; sleep {take} }} }}
process hand {{ repeat 20 {{ sleep 1ms\n{hands} }} }}
expect bad == 0
"
            )
        })
        .boxed()
}

/// `drop_oldest` drops the oldest: of a burst at one instant the newest are kept, in order, and the last for certain.
fn rings() -> BoxedStrategy<String> {
    let rest = select(vec![
        "no_handoff",
        "delay 2ms",
        "no_handoff delay 1ms",
        "barging no_handoff",
        "",
    ]);
    (1..5_u32, 1..9_u32, rest, 0..4_u32, any::<bool>())
        .prop_map(|(capacity, burst, rest, readers, bytes)| {
            // Without a buffer between them, a waiting reader has an item at once.
            let direct = if rest.is_empty() { readers } else { 0 };
            let room = if bytes {
                format!("{capacity}B")
            } else {
                capacity.to_string()
            };
            format!(
                "channel ring capacity {room} overflow drop_oldest {rest}
shared burst = 0
shared seen = 0
shared bad = 0
process source {{
  repeat 9 {{
    sleep 20ms
    if {readers} > 0 and seen != burst {{ bad = bad + 1 }}
    burst = burst + 1
    repeat {burst} as i {{ produce key 100 * burst + i; send ring }}
  }}
}}
process reader x {readers} {{
  forever {{
    receive ring
    if key % 100 >= {direct} and key % 100 < {burst} - {capacity} {{ bad = bad + 1 }}
    if key % 100 == {burst} - 1 {{ seen = burst }}
    done
  }}
}}
expect bad == 0
"
            )
        })
        .boxed()
}

/// A crash takes what its process has: nothing of the dead comes in after it. No two of the times here are the same.
fn deaths() -> BoxedStrategy<String> {
    let room = select(vec![
        "capacity 1 frees done",
        "capacity 2 frees done",
        "capacity 6B",
        "capacity 6B frees done",
        "capacity 0",
        "capacity 1",
    ]);
    let hold = select(vec![
        "",
        "receive door { held = held + 1; sleep 3ms; done }",
        "with lock { sleep 1ms }",
    ]);
    (room, hold, 2..6_u32, 1..4_u32, 1..9_u32)
        .prop_map(|(room, hold, dying, others, take)| {
            format!(
                "channel door {room}
resource lock permits 1
shared sent = 0
shared got = 0
shared held = 0
process dying x {dying} as i {{ forever {{ sleep 1ms; produce key 1 size 1B * (5 - i % 5); send door; sent = sent + 1; {hold} }} }}
process living x {others} {{ forever {{ sleep 2ms; produce key 2 size 3B; send door }} }}
process taker {{ forever {{ receive door; if key == 1 {{ got = got + 1 }}; sleep {take}ms; done }} }}
process hand {{ repeat 25 {{ sleep 7.1003ms; crash dying for 1.37ms }} }}
expect got <= sent
"
            )
        })
        .boxed()
}

/// Who waits for its turn has it, and a program that comes to an end is not stopped.
fn turns() -> BoxedStrategy<String> {
    let condition = select(vec![
        "next == i + 1",
        "seat[i] == 1",
        "free(lock[i]) == 1 and next == i + 1",
    ]);
    (1..40_u32, condition)
        .prop_map(|(count, condition)| of_turns(count, condition))
        .boxed()
}

pub(crate) fn of_turns(count: u32, condition: &str) -> String {
    format!(
        "shared next = 0
shared seat = 0 per key
resource lock permits 1 per key
at 1ms {{ next = 1; seat[0] = 1 }}
process turn x {count} as i {{ await {condition}; seat[i + 1] = 1; next = next + 1 }}
expect now < 1ms or next == {count} + 1
"
    )
}

/// What one gives, another that waits for it has: a claim that is true only if nobody is forgotten. The one who waits crashes now and then, by itself.
fn givers() -> BoxedStrategy<String> {
    let ways = select(vec![
        ("queue q visibility 1h", "send q", "receive q; ack"),
        ("queue q visibility 1h fifo", "send q", "receive q; ack"),
        (
            "queue q visibility 1h",
            "send q",
            "receive q up to 3 { for each { ack } }",
        ),
        (
            "queue q visibility 1h\nchannel other capacity 0",
            "send q",
            "select { receive q { ack } receive other { } }",
        ),
        (
            "queue q visibility 1h delay 1ms",
            "send q",
            "receive q within 50ms { ack } else { }",
        ),
        ("channel q unbounded", "send q", "receive q; done"),
        (
            "channel q unbounded no_handoff",
            "send q",
            "receive q; done",
        ),
        (
            "channel q capacity 2 barging no_handoff",
            "send q",
            "receive q; done",
        ),
        ("channel q capacity 0", "send q", "receive q; done"),
        (
            "channel q capacity 1 delay 1ms",
            "send q",
            "receive q; done",
        ),
        (
            "topic q partitions 2\ngroup g on q session_timeout 2ms",
            "send q",
            "poll g { commit } else { }",
        ),
        (
            "topic q partitions 2\ngroup g on q session_timeout 2ms assignor cooperative",
            "send q",
            "poll g { commit } else { }",
        ),
        ("resource q permits 0", "release q", "acquire q"),
    ]);
    (ways, 1..4_u32, 1..4_u32, pause(), pause(), any::<bool>())
        .prop_map(
            |((store, give, take), givers, takers, pause, back, itself)| {
                let crash = if itself {
                    "if random() < 5% { crash taker for 2ms }"
                } else {
                    ""
                };
                format!(
                    "{store}
process giver x {givers} {{ repeat 30 {{ sleep {pause}; {give} }} }}
process taker x {takers} {{ forever {{ {take}; {crash}; sleep {back} }} }}
process hand {{ repeat 9 {{ sleep 7ms; crash taker for 1ms }} }}
"
                )
            },
        )
        .boxed()
}
