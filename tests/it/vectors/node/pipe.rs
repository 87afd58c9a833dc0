//! A Readable that flows into a Writable: `pipe()`, `pipeline()`, `for await`, and 'data' handlers that ignore what `write()` says.
//!
//! What follows from Node's rules and stands in the text:
//! - A source that pushes at once does so within the read that asks it, before that read takes its chunk: so the buffer passes its mark
//!   by a chunk. A source that needs time pushes later; if the stream flows and its buffer is empty, the chunk goes straight on, as a
//!   channel hands over to a receiver that waits.
//! - While the stream does not flow it reads ahead up to the mark.
//! - A Transform's callback, and with it its Writable, waits until its Readable is below the mark.
//! - 'end' comes when the source is known to have no more and the buffer is empty; then the sink is ended, and its drain is not told.

use serde_json::{Value, json};

use super::super::run::{Line, Trace, indented};
use super::super::vector::{Vector, text as text_of};
use super::{chunk, mark, readable, writable};

/// The scenario.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&[
        "mode",
        "hwm",
        "read_hwm",
        "mid_hwm",
        "objectMode",
        "chunks",
        "count",
        "sink_delay_ms",
        "source_delay_ms",
    ])?;
    let source = Source {
        mark: mark(vector, "read_hwm")?,
        chunk: chunk(vector)?,
        count: vector.whole("count")?,
        delay_ms: vector.optional_of(&["source_delay_ms"])?,
    };
    let mark = mark(vector, "hwm")?;
    let reader = match text_of(&vector.parameters, "mode")? {
        "pipe" | "pipeline" => pipe(&source, mark, true),
        "on_data_ignore" => pipe(&source, mark, false),
        "pipeline_transform" => through_transform(&source, mark, vector.whole("mid_hwm")?),
        "for_await" => for_await(&source, mark)?,
        mode => return Err(format!("mode `{mode}`")),
    };
    let text = format!(
        "scenario \"{}\"
        {}
        channel stream high_water {mark}B frees done
        shared made = 0
        shared asked = 0
        shared refused = 0
        shared most = 0B
        shared ahead = 0
        shared eof = 0
        {}
        {}
        {reader}",
        vector.system,
        readable("readable", source.mark),
        writable::sink(vector)?,
        source.process(),
    );
    Ok(indented(&text))
}

/// Where the chunks come from.
struct Source {
    mark: i64,
    chunk: i64,
    count: i64,
    delay_ms: Option<i64>,
}

impl Source {
    fn pushes_at_once(&self) -> bool {
        self.delay_ms.is_none()
    }

    /// What a push does once the source has its chunk, or knows that there is none.
    fn push(&self) -> String {
        format!(
            "if made < {} {{
            produce size {}B key made
            made = made + 1
            ahead = max(ahead, made - called_back)
            send readable
            most = max(most, bytes(readable))
            if full(readable) {{ refused = refused + 1 }}
            }} else {{
            eof = 1
            close readable
            }}",
            self.count, self.chunk
        )
    }

    /// A source that needs time is asked whenever the buffer is below its mark.
    fn process(&self) -> String {
        let Some(delay_ms) = self.delay_ms else {
            return String::new();
        };
        format!(
            "process source {{
            while not eof {{
            await not full(readable)
            asked = asked + 1
            sleep {delay_ms}ms
            {}
            }}
            }}",
            self.push()
        )
    }

    /// Asks a source that pushes at once, on a condition that ends with `if`, `while` or `and`.
    fn ask(&self, condition: &str) -> String {
        if !self.pushes_at_once() {
            return String::new();
        }
        format!(
            "{condition} not eof {{
            asked = asked + 1
            {}
            }}",
            self.push()
        )
    }

    /// A read asks when what it leaves is below the mark.
    fn ask_within_read(&self) -> String {
        self.ask(&format!(
            "if bytes(readable) < {}B and",
            self.mark + self.chunk
        ))
    }

    /// While the stream does not flow it asks until the mark is reached.
    fn read_ahead(&self) -> String {
        self.ask("while not full(readable) and")
    }

    fn asks(&self) -> [String; 3] {
        [self.ask("if"), self.ask_within_read(), self.read_ahead()]
    }
}

const WROTE: &str = "print \"write|i={i}|ret={answer}|length={bytes(stream) / 1B}\"";
const DRAIN: &str = "print \"drain|length={bytes(stream) / 1B}\"";
const PAUSE: &str = "print \"pause|length={bytes(stream) / 1B}\"";
const RESUME: &str = "print \"resume|length={bytes(stream) / 1B}\"";

/// `end()`: all of it has been sunk.
const FINISH: &str = "await bytes(stream) == 0B
    print \"finish|made={made}|asked={asked}|refused={refused}|most={most / 1B}|ahead={ahead}\"";

/// What differs between flows from one buffer into another.
#[derive(Default)]
struct Flow {
    name: &'static str,
    from: &'static str,
    to: &'static str,
    /// The mark of where it flows to.
    mark: i64,
    /// Before the first read, within each, and while it does not flow: what asks the source.
    asks: [String; 3],
    /// What `write()` waits for before it answers.
    runs: &'static str,
    /// It waits for the drain when the answer is no. Else it is a handler of 'data' that writes on.
    heeds: bool,
    /// What is logged of a write, drain, pause, resume.
    logs: [&'static str; 4],
    /// Whether it has ended, if that is known while it does not flow.
    ended: &'static str,
    /// What it does when all has been written.
    end: &'static str,
}

impl Flow {
    fn process(&self) -> String {
        let Flow { from, to, .. } = self;
        let [first, within, ahead] = &self.asks;
        let [wrote, drain, pause, resume] = self.logs;
        let pauses = if self.heeds {
            format!("if not answer {{\n{pause}\nflowing = 0\n}}")
        } else {
            String::new()
        };
        format!(
            "process {} {{
            let flowing = 1
            let over = 0
            {first}
            while not over {{
            flowing = 1
            {resume}
            while flowing and not over {{
            {within}
            receive {from} {{
            let i = key
            send {to}
            {}
            let answer = bytes({to}) < {}B
            {wrote}
            {pauses}
            }} else {{ over = 1 }}
            }}
            {ahead}
            {}
            if not over {{
            await not full({to})
            {drain}
            }}
            }}
            {}
            if flowing {{ {pause} }}
            }}",
            self.name, self.runs, self.mark, self.ended, self.end
        )
    }
}

/// `pipe()` and `pipeline()`; or, if the answers are not heeded, a handler of 'data'.
fn pipe(source: &Source, mark: i64, heeds: bool) -> String {
    Flow {
        name: "pipe",
        from: "readable",
        to: "stream",
        mark,
        asks: source.asks(),
        heeds,
        logs: [WROTE, DRAIN, PAUSE, RESUME],
        ended: "if eof and len(readable) == 0 { over = 1 }",
        end: FINISH,
        ..Flow::default()
    }
    .process()
}

/// Through a Transform that answers at once: a write runs it (`sleep 0ms`). The chunk it is given counts in its Writable until its
/// callback, which waits until its Readable is below the mark.
fn through_transform(source: &Source, mark: i64, middle: i64) -> String {
    let into = Flow {
        name: "into",
        from: "readable",
        to: "written",
        mark: middle,
        asks: source.asks(),
        runs: "sleep 0ms",
        heeds: true,
        ended: "if eof and len(readable) == 0 { over = 1 }",
        end: "ended = 1",
        ..Flow::default()
    };
    let out = Flow {
        name: "out",
        from: "transformed",
        to: "stream",
        mark,
        heeds: true,
        logs: [WROTE, DRAIN, "", ""],
        end: FINISH,
        ..Flow::default()
    };
    format!(
        "channel written high_water {middle}B
        {}
        shared ended = 0
        {}
        process transform {{
        let next = 0
        forever {{
        await len(written) > 0 or ended
        if len(written) == 0 {{ break }}
        produce size {}B key next
        send transformed
        next = next + 1
        await not full(transformed)
        receive written
        done
        }}
        close transformed
        }}
        {}",
        readable("transformed", middle),
        into.process(),
        source.chunk,
        out.process()
    )
}

/// `for await (const chunk of readable)`: a read takes all that is buffered as one chunk, and the drain is awaited.
fn for_await(source: &Source, mark: i64) -> Result<String, String> {
    if !source.pushes_at_once() {
        return Err("`for await` on a source that needs time was not recorded".to_owned());
    }
    Ok(format!(
        "process loop {{
        let i = 0
        {ask}
        while len(readable) > 0 {{
        let all = bytes(readable)
        receive readable up to {}
        done
        produce size all key i
        send stream
        let answer = bytes(stream) < {mark}B
        {WROTE}
        i = i + 1
        if not answer {{
        {}
        await not full(stream)
        {DRAIN}
        }}
        {ask}
        }}
        {FINISH}
        }}",
        source.count,
        source.read_ahead(),
        ask = source.ask("if"),
    ))
}

/// The counts, and the events of short runs.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let finish = trace.only("finish")?;
    let writes: Vec<&Line> = trace.tagged("write").collect();
    let lengths = writes.iter().map(|line| line.number("length"));
    let pipes = vector.parameters["mode"] == "pipe";
    let shown = |line: &&Line| match line.tag.as_str() {
        "write" | "drain" => true,
        "pause" | "resume" => pipes,
        _ => false,
    };
    Ok(json!({
        "readable_hwm": mark(vector, "read_hwm")?,
        "writable_hwm": mark(vector, "hwm")?,
        "false_writes": writes.iter().filter(|line| line.number("ret") == 0.0).count(),
        "drain_events": trace.tagged("drain").count(),
        "peak_writableLength": lengths.fold(f64::NAN, f64::max),
        "peak_readableLength": finish.field("most"),
        "source_max_ahead_of_sink_chunks": finish.field("ahead"),
        "read_calls": finish.field("asked"),
        "push_returned_false": finish.field("refused"),
        "finish_time_ms": finish.ms(),
        "total_writes": writes.len(),
        "pause_events": trace.tagged("pause").count(),
        "resume_events": trace.tagged("resume").count(),
        "mid_hwm": vec![vector.parameters["mid_hwm"].clone(); 2],
        "timeline": trace.0.iter().filter(shown).map(event).collect::<Vec<_>>(),
    }))
}

/// A line as the recorder wrote it.
fn event(line: &Line) -> Value {
    let fields = ["i", "ret", "length"].map(|key| line.field(key).clone());
    [json!(line.ms()), json!(line.tag)]
        .into_iter()
        .chain(fields.into_iter().filter(|field| !field.is_null()))
        .collect()
}
