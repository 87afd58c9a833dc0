//! Scripts: one call at a time on a standard or a FIFO queue.

use serde_json::{Map, Value, json};

use super::super::run::{Trace, indented, reports};
use super::super::vector::{Vector, knows, text as text_of};
use highwater::measure::report::Report;

/// What a receive asks for if the script does not say: as many as there can be.
const MOST: i64 = 10;
/// The counts are looked at this long after a call.
const LOOK_NS: u64 = 10_000_000;

/// One call.
struct Call<'a> {
    name: &'a str,
    at_s: f64,
    fields: &'a Value,
    /// Indices of the bodies that it names.
    bodies: Vec<usize>,
}

struct Script<'a> {
    vector: &'a Vector,
    calls: Vec<Call<'a>>,
    /// All bodies, in order of sending, and when each is born.
    bodies: Vec<(&'a str, u64)>,
}

/// The scenario.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    let script = Script::read(vector)?;
    let mut lines = vec![format!("scenario \"{}\"", vector.system)];
    lines.extend(script.declarations()?);
    for (number, call) in script.calls.iter().enumerate() {
        if let Some(statements) = script.statements(number, call)? {
            lines.push(format!(
                "process call{number} {{\nsleep {}s\n{statements}\n}}",
                call.at_s
            ));
        }
    }
    Ok(indented(&lines.join("\n")))
}

/// The steps, as recorded.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let script = Script::read(vector)?;
    let looks: Vec<u64> = script
        .calls
        .iter()
        .map(|call| nanoseconds(call.at_s) + LOOK_NS)
        .collect();
    let reports = reports(&text(vector)?, &looks)?;
    let steps = script.calls.iter().zip(reports).enumerate();
    let steps = steps.map(|(number, (call, report))| script.step(number, call, &report, trace));
    Ok(json!({ "steps": steps.collect::<Value>() }))
}

fn nanoseconds(s: f64) -> u64 {
    (s * 1e9).round() as u64
}

impl<'a> Script<'a> {
    fn read(vector: &'a Vector) -> Result<Self, String> {
        vector.knows(&[
            "fifo",
            "visibility_timeout_s",
            "max_receive_count",
            "delay_s",
            "ops",
        ])?;
        let calls = vector.parameters["ops"].as_array().ok_or("no calls")?;
        let mut script = Script {
            vector,
            calls: Vec::new(),
            bodies: Vec::new(),
        };
        for fields in calls {
            let call = script.call(fields)?;
            script.calls.push(call);
        }
        Ok(script)
    }

    fn call(&mut self, fields: &'a Value) -> Result<Call<'a>, String> {
        knows(fields, &["t", "op", "bodies", "body", "max", "timeout"])?;
        let name = text_of(fields, "op")?;
        let at_s = fields["t"].as_f64().ok_or("a call without a time")?;
        let list = fields["bodies"].as_array().map_or(&[][..], Vec::as_slice);
        let named = list.iter().chain(fields.get("body"));
        let mut bodies = Vec::new();
        for body in named.filter_map(Value::as_str) {
            if name == "send" {
                let born = nanoseconds(at_s) + bodies.len() as u64;
                self.bodies.push((body, born));
            }
            let known = self.bodies.iter().rposition(|&(known, _)| known == body);
            bodies.push(known.ok_or_else(|| format!("{body} was never sent"))?);
        }
        Ok(Call {
            name,
            at_s,
            fields,
            bodies,
        })
    }

    fn declarations(&self) -> Result<Vec<String>, String> {
        let mut queue = format!(
            "queue q visibility {}s",
            self.vector.whole("visibility_timeout_s")?
        );
        let mut lines = Vec::new();
        if let Some(most) = self.vector.optional_of(&["max_receive_count"])? {
            lines.push("queue dlq visibility 30s".to_owned());
            queue += &format!(" max_receives {most} dead_letter dlq");
        }
        if let Some(delay) = self.vector.optional_of(&["delay_s"])? {
            queue += &format!(" delay {delay}s");
        }
        if self.vector.flag("fifo", false) {
            queue += " fifo";
        }
        lines.push(queue);
        // Who got each body last, by the number of the call.
        let holders = (0..self.bodies.len()).map(|body| format!("shared holder{body} = -1"));
        lines.extend(holders);
        Ok(lines)
    }

    /// What a call does; nothing if it is done by those who got its bodies.
    fn statements(&self, number: usize, call: &Call<'_>) -> Result<Option<String>, String> {
        let most = call.fields["max"].as_i64().unwrap_or(MOST);
        Ok(match call.name {
            "send" => Some(self.sends(call)),
            "receive" => Some(format!(
                "receive q up to {most} within 0s {{\nfor each {{\n{}\n}}\n}} else {{ }}\n{}",
                self.got(number, true),
                self.later(number, call)?
            )),
            "dlq_receive" => Some(format!(
                "receive dlq up to {most} within 0s {{\nfor each {{\n{}\nack\n}}\n}} else {{ }}",
                self.got(number, false)
            )),
            "delete" | "change_visibility" => None,
            other => return Err(format!("no call '{other}'")),
        })
    }

    fn sends(&self, call: &Call<'_>) -> String {
        let sends = call.bodies.iter().map(|&body| {
            let key = if self.vector.flag("fifo", false) {
                self.bodies[body].0.get(..1).unwrap_or_default()
            } else {
                self.bodies[body].0
            };
            format!("produce key \"{key}\"\nsend q\nsleep 1ns")
        });
        sends.collect::<Vec<_>>().join("\n")
    }

    fn got(&self, number: usize, keeps: bool) -> String {
        let bodies = self.bodies.iter().enumerate().map(|(body, (_, born))| {
            let keep = if keeps {
                format!("holder{body} = {number}")
            } else {
                String::new()
            };
            format!(
                "if (now - age) / 1ns == {born} {{\n\
                 print \"got|call={number}|body={body}|attempt={{attempt}}\"\n{keep}\n}}"
            )
        });
        bodies.collect::<Vec<_>>().join("\n")
    }

    /// What who made that receive does for later calls, with what it still has.
    fn later(&self, number: usize, receive: &Call<'_>) -> Result<String, String> {
        let mut now_ns = nanoseconds(receive.at_s);
        let mut lines = Vec::new();
        for (later, call) in self.calls.iter().enumerate().skip(number) {
            let does = match (call.name, call.fields["timeout"].as_i64()) {
                ("delete", _) => "ack".to_owned(),
                ("change_visibility", Some(0)) => "nack".to_owned(),
                ("change_visibility", Some(time)) => format!("extend {time}s"),
                ("change_visibility", None) => return Err("a change to nothing".to_owned()),
                _ => continue,
            };
            let at_ns = nanoseconds(call.at_s);
            lines.push(format!("sleep {}ns\nfor each {{", at_ns - now_ns));
            now_ns = at_ns;
            for &body in &call.bodies {
                let born = self.bodies[body].1;
                lines.push(format!(
                    "if holder{body} == {number} and (now - age) / 1ns == {born} {{\n\
                     print \"did|call={later}|body={body}\"\n{does}\n}}"
                ));
            }
            lines.push("}".to_owned());
        }
        Ok(lines.join("\n"))
    }

    fn step(&self, number: usize, call: &Call<'_>, report: &Report, trace: &Trace) -> Value {
        let mut step: Map<String, Value> = Map::new();
        step.insert("t".to_owned(), call.fields["t"].clone());
        step.insert("op".to_owned(), call.name.into());
        if let Some(q) = report.queues.get("q") {
            let counts =
                json!({ "visible": q.visible, "in_flight": q.in_flight, "delayed": q.delayed });
            step.insert("counts_after".to_owned(), counts);
        }
        if let Some(dlq) = report.queues.get("dlq") {
            step.insert("dlq_visible".to_owned(), dlq.visible.into());
        }
        let of_call = |tag: &'static str| {
            let lines = trace.tagged(tag);
            lines.filter(move |line| line.number("call") == number as f64)
        };
        let name = |body: f64| Value::from(self.bodies[body as usize].0);
        let asked = call.bodies.iter().map(|&body| name(body as f64));
        let did = |body: &Value| of_call("did").any(|line| name(line.number("body")) == *body);
        let got = of_call("got").map(|line| (name(line.number("body")), line.field("attempt")));
        let (key, value): (&str, Value) = match call.name {
            "send" => ("bodies", asked.collect()),
            "receive" => (
                "got",
                got.map(|(body, attempt)| json!([body, attempt])).collect(),
            ),
            "dlq_receive" => ("got", got.map(|(body, _)| body).collect()),
            "change_visibility" => ("ok", asked.clone().all(|body| did(&body)).into()),
            _ => {
                let (deleted, errors): (Vec<Value>, Vec<Value>) = asked.partition(did);
                step.insert("errors".to_owned(), errors.into());
                ("deleted", deleted.into())
            }
        };
        step.insert(key.to_owned(), value);
        step.into()
    }
}
