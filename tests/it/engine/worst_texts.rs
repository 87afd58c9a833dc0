//! Texts that ask for much: what a budget, and the limit of an instant, must hold. The tests count the work of them, and `make bench` shows
//! how long their slices take.

/// What comes of a text that is left to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is stopped, and the message says this.
    Stops(&'static str),
    /// All that it asks for is done, within the limits.
    Ends,
    /// Time passes in it.
    Goes,
}

/// What it is, the text, what comes of it.
pub(crate) type Worst = (&'static str, String, Fate);

fn many(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

/// A sum of so many terms that is no deeper than it must be.
fn sum(terms: usize, term: &str) -> String {
    if terms <= 1 {
        return term.to_owned();
    }
    let half = terms / 2;
    format!("({} + {})", sum(half, term), sum(terms - half, term))
}

const INSTANT: Fate = Fate::Stops("at one instant");

/// All of them.
pub(crate) fn worst_texts() -> Vec<Worst> {
    let texts: [(&'static str, String, Fate); 24] = [
        (
            "a print with a thousand holes",
            format!("shared n = 0.1\nprocess p {{ forever {{ print \"{}\" }} }}", "{n}".repeat(1000)),
            INSTANT,
        ),
        (
            "a print of much text",
            format!("process p {{ forever {{ print \"{}\" }} }}", "much ".repeat(100_000)),
            INSTANT,
        ),
        (
            "a long expression",
            format!("shared n = 1\nprocess p {{ forever {{ n = {} }} }}", sum(2000, "n")),
            INSTANT,
        ),
        (
            "a long expression of draws",
            format!("shared n = 1\nprocess p {{ forever {{ n = {} }} }}", sum(1000, "zipf(1M, 0.9)")),
            INSTANT,
        ),
        (
            "a knob that a thousand channels rest on",
            format!(
                "knob k = 1 from 1 to 9\n{}process p {{ forever {{ set k = 1; set k = 2 }} }}",
                many(1000, |number| format!("channel c{number} capacity k\n"))
            ),
            INSTANT,
        ),
        (
            "a knob that nothing rests on, beside much",
            format!(
                "knob k = 1 from 1 to 9\nknob j = 1 from 1 to 9\n{}process q x 10000 {{ every 1h / j {{ }} }}
                 process p {{ forever {{ set k = 1; set k = 2 }} }}",
                many(5000, |number| format!("channel c{number} capacity j\n"))
            ),
            INSTANT,
        ),
        (
            "a fork bomb that polls",
            "topic t partitions 1\ngroup g on t\ntask c { spawn c; spawn c; poll g within 1ms }\nprocess p { spawn c }".to_owned(),
            Fate::Stops("members of 'g'"),
        ),
        (
            "members that come and go",
            "topic t partitions 9\ngroup g on t\nprocess p { every 1us { poll g within 1ms } }".to_owned(),
            Fate::Goes,
        ),
        (
            "many members share out many partitions",
            "topic t partitions 60000\ngroup g on t assignor sticky\nprocess p x 9000 { forever { poll g within 1ms } }".to_owned(),
            Fate::Goes,
        ),
        (
            "sixteen thousand in turn",
            "shared next = 0\nprocess p x 16000 as i { await next == i; next = next + 1; done }".to_owned(),
            Fate::Ends,
        ),
        (
            "twelve thousand entries in turn",
            "shared state = 0 per key\nprocess p x 12000 as i { await state[i] == 1; state[i + 1] = 1; done }
             process q { state[0] = 1 }".to_owned(),
            Fate::Ends,
        ),
        (
            "conditions of which nothing is known",
            "shared n = 0\nprocess p x 20000 as i { await (n * n) % 7 == 9 + i }\nprocess q { forever { n = n + 1 } }".to_owned(),
            INSTANT,
        ),
        (
            "a knob that many conditions name",
            "knob k = 1 from 0 to 9\nshared n = 0\nprocess p x 20000 as i { await n > k + i }\nprocess q { forever { set k = 1; set k = 2 } }".to_owned(),
            INSTANT,
        ),
        (
            "a select of many arms",
            format!(
                "{}process p {{ forever {{ select {{ {} else {{ }} }} }} }}",
                many(256, |number| format!("channel c{number} capacity 1\n")),
                many(256, |number| format!("receive c{number} {{ }} "))
            ),
            INSTANT,
        ),
        (
            "batches of a million",
            "channel c unbounded\nprocess p { repeat 1M { send c }; sleep 1ms; forever { receive c up to 1M; sleep 1us; for each { send c } } }".to_owned(),
            Fate::Goes,
        ),
        (
            "a commit of a million records",
            "topic t partitions 3\ngroup g on t\nprocess p { repeat 1M { send t }; sleep 1ms }
             process q { forever { repeat 20 { poll g up to 100k within 1us }; commit; sleep 1ms } }".to_owned(),
            Fate::Goes,
        ),
        (
            "a crowd that crashes and begins again",
            "process p x 50000 { sleep 1h }\nprocess q { forever { crash p; restart p } }".to_owned(),
            INSTANT,
        ),
        (
            "many partitions that forget",
            "topic t partitions 60000 retention 1ms\nprocess p { every 1us { produce key zipf(60000, 0.1); send t } }".to_owned(),
            Fate::Goes,
        ),
        (
            "many groups of one topic",
            format!(
                "topic t partitions 1\n{}process p {{ forever {{ repeat 100 {{ send t }}; sleep 1us }} }}",
                many(500, |number| format!("group g{number} on t\n"))
            ),
            Fate::Goes,
        ),
        (
            "many memories",
            format!(
                "{}process p in m0 {{ forever {{ sleep 0s }} }}",
                many(5000, |number| format!("memory m{number} limit 1GB\n"))
            ),
            INSTANT,
        ),
        (
            "spawns with many values",
            format!(
                "process p {{ {}forever {{ spawn {{ }}; sleep 0s }} }}",
                many(900, |number| format!("let v{number} = {number}\n"))
            ),
            INSTANT,
        ),
        (
            "a nanosecond, and then a long time",
            format!(
                "run 1ns\n{}process p {{ sleep 1000h; sleep 1000h }}",
                many(300, |number| format!("channel c{number} capacity 1\nresource r{number} permits 1\ncpu u{number} cores 1\n"))
            ),
            Fate::Ends,
        ),
        (
            "much between two waits of no time",
            "process p x 1000 { forever { repeat 1000 { }; sleep 0s } }".to_owned(),
            INSTANT,
        ),
        (
            "a line of senders that fails at once",
            "channel c capacity 0\nprocess p x 100000 { try { send c } else { }; sleep 1h }\nprocess q { sleep 1ms; close c }".to_owned(),
            Fate::Ends,
        ),
    ];
    texts.into()
}
