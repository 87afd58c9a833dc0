//! The documentation is true: every example in it compiles, runs and prints what the page says; every word of the language has one.
//!
//! A fenced block says by its tag what must hold:
//!
//! | tag | must |
//! | --- | --- |
//! | `hw` | compile, run to its horizon (at most [`RUN_NS_MAX`]) without being stopped, and keep its `expect` claims if it got there |
//! | `hw missed` | run, and miss a claim |
//! | `hw stopped` | run, and be stopped, with the message quoted in the text after it |
//! | `hw error` | not compile, with the first message quoted in the text after it |
//! | `printed` | be the log of the block before it, `time name: text` |

use std::fmt::Write;
use std::path::{Path, PathBuf};

use highwater::lang::scenario::Unit;
use highwater::lang::{self, Diagnostic, units};
use highwater::measure::report::Report;
use highwater::simulation::{Simulation, Status};

/// An example is played no longer than this, so that the tests stay short.
const RUN_NS_MAX: u64 = 10_000_000_000;
const EVENTS_MAX: u64 = 8_000_000;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The pages, by their path from the root.
fn pages() -> Vec<(String, String)> {
    let folder = root().join("www/docs");
    let entries =
        std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| format!("www/docs/{}", name.to_string_lossy()))
        .filter(|name| name.ends_with(".md"))
        .collect();
    names.extend(["README.md", "ARCHITECTURE.md", "CHANGELOG.md"].map(str::to_owned));
    names.sort();
    names
        .into_iter()
        .map(|name| {
            let text = read(&root().join(&name));
            (name, text)
        })
        .collect()
}

/// A fenced block.
struct Block {
    page: String,
    /// Of the line after its opening fence.
    line: u32,
    tag: String,
    source: String,
    /// The text after it, up to the next heading or example.
    after: String,
}

fn blocks(page: &str, text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_open = false;
    let mut is_after = false;
    for (line, number) in text.lines().zip(1u32..) {
        if let Some(tag) = line.strip_prefix("```") {
            is_open = !is_open;
            if is_open {
                blocks.push(Block {
                    page: page.to_owned(),
                    line: number + 1,
                    tag: tag.trim().to_owned(),
                    source: String::new(),
                    after: String::new(),
                });
            }
            is_after = !is_open;
        } else if let Some(block) = blocks.last_mut() {
            is_after &= is_open || !line.starts_with('#');
            if is_open {
                block.source.push_str(line);
                block.source.push('\n');
            } else if is_after {
                block.after.push_str(line);
                block.after.push(' ');
            }
        }
    }
    assert!(!is_open, "{page}: a fence is not closed");
    blocks
}

/// The errors, as the terminal shows them but with their lines on the page.
fn rendered(block: &Block, problems: &[Diagnostic]) -> String {
    let mut shown = String::new();
    for problem in problems {
        let line = block.line + problem.span.line - 1;
        let name = format!("{}:{line}, in the example", block.page);
        shown.push_str(&problem.render(&name, &block.source));
    }
    shown
}

/// Plays a text.
fn played(block: &Block) -> Result<(Status, bool, Report), String> {
    let scenario = lang::compile(&block.source).map_err(|problems| rendered(block, &problems))?;
    let seed = scenario.seed.unwrap_or(1);
    let mut simulation = Simulation::new(scenario, seed);
    let until = simulation.horizon().min(RUN_NS_MAX);
    let status = simulation.advance(until, EVENTS_MAX);
    let is_whole = until == simulation.horizon() && status != Status::Budget;
    Ok((status, is_whole, simulation.report()))
}

fn log(report: &Report) -> String {
    let mut log = String::new();
    for line in &report.printed {
        let time = units::format(line.t_s * 1e9, Unit { time: 1, bytes: 0 });
        writeln!(log, "{time} {}: {}", line.by, line.text).expect("a string takes it");
    }
    log
}

/// What is wrong with an example, if anything.
fn complaint(block: &Block, printed: Option<&Block>) -> Option<String> {
    if block.tag == "hw error" {
        let Err(problems) = lang::compile(&block.source) else {
            return Some("it compiles, and is marked as an error".into());
        };
        let message = &problems[0].message;
        let is_quoted = block.after.contains(message.as_str());
        return (!is_quoted).then(|| {
            format!(
                "the text after it does not quote:\n{}",
                rendered(block, &problems)
            )
        });
    }
    let (status, is_whole, report) = match played(block) {
        Err(problems) => return Some(problems),
        Ok(run) => run,
    };
    let stopped = report.error.as_ref().map(|error| error.message.clone());
    let missed = || report.expectations.iter().find(|claim| !claim.met);
    match (block.tag.as_str(), stopped) {
        ("hw stopped", Some(message)) if block.after.contains(&message) => {}
        ("hw stopped", Some(message)) => {
            return Some(format!("the text after it does not quote: {message}"));
        }
        ("hw stopped", None) => return Some("it is not stopped".into()),
        (_, Some(message)) => return Some(format!("it is stopped: {message}")),
        ("hw missed", None) if missed().is_none() => return Some("it misses no claim".into()),
        ("hw missed", None) => {}
        (_, None) => {
            if let (true, Some(claim)) = (is_whole, missed()) {
                return Some(format!("it misses its claim: {}", claim.text));
            }
        }
    }
    if status == Status::Budget {
        return Some(format!(
            "it takes more than {EVENTS_MAX} events: too much for an example"
        ));
    }
    let expected = printed?;
    let log = log(&report);
    (log != expected.source).then(|| format!("it prints\n{log}"))
}

#[test]
fn every_example_of_the_documentation_holds() {
    let mut wrong = String::new();
    let mut count = 0;
    for (page, text) in pages() {
        let blocks = blocks(&page, &text);
        for (index, block) in blocks.iter().enumerate() {
            if block.tag.split(' ').next() != Some("hw") {
                continue;
            }
            let known = ["hw", "hw missed", "hw stopped", "hw error"];
            assert!(
                known.contains(&block.tag.as_str()),
                "{page}:{}: unknown tag {}",
                block.line,
                block.tag
            );
            count += 1;
            let printed = blocks.get(index + 1).filter(|next| next.tag == "printed");
            if let Some(complaint) = complaint(block, printed) {
                writeln!(wrong, "{page}:{}: {complaint}\n", block.line).expect("a string takes it");
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(count >= 60, "only {count} examples were found");
}

/// The reserved words: the list is not public, so its file is read.
fn reserved() -> Vec<String> {
    let source = read(&root().join("src/lang/words.rs"));
    let mut words = Vec::new();
    for list in [
        "DECLARATIONS",
        "STATEMENTS",
        "OPERATORS",
        "OBSERVATIONS",
        "FUNCTIONS",
    ] {
        let (_, rest) = source
            .split_once(&format!("const {list}:"))
            .unwrap_or_else(|| panic!("words.rs has no list {list}"));
        let (_, rest) = rest.split_once("= &[").expect("a list begins");
        let (list_text, _) = rest.split_once("];").expect("a list ends");
        let quoted = list_text.split('"').skip(1).step_by(2);
        // Of a function, its name and then how it is written.
        let step = if list == "FUNCTIONS" { 2 } else { 1 };
        words.extend(quoted.step_by(step).map(str::to_owned));
    }
    words
}

#[test]
fn every_reserved_word_is_in_an_example_of_the_reference() {
    let page = "www/docs/language.md";
    let mut shown = std::collections::BTreeSet::new();
    for block in blocks(page, &read(&root().join(page))) {
        if !block.tag.starts_with("hw") || block.tag == "hw error" {
            continue;
        }
        for line in block.source.lines() {
            let code = line.split("//").next().unwrap_or_default();
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            let words = code.split(|c: char| !is_word(c));
            shown.extend(words.map(str::to_owned));
        }
    }
    let reserved = reserved();
    assert!(reserved.len() > 70, "{reserved:?}");
    let missing: Vec<&String> = reserved
        .iter()
        .filter(|word| !shown.contains(*word))
        .collect();
    assert!(missing.is_empty(), "{page} has no example of {missing:?}");
}

#[test]
fn every_measure_of_a_thing_is_in_an_example_of_the_reference() {
    let source = read(&root().join("src/lang/measures.rs"));
    let (_, table) = source.split_once("const MEASURES:").expect("a table");
    let (table, _) = table.split_once("];").expect("it ends");
    let rows = table.split("\n    (").skip(1);
    // A row of one thing calls the function of its kind.
    let of_a_thing = |row: &&str| row.contains("Measure::") && row.contains("(");
    let words: Vec<&str> = rows
        .filter(of_a_thing)
        .filter_map(|row| row.split('"').nth(1))
        .collect();
    assert!(words.len() > 20, "{words:?}");
    let page = "www/docs/language.md";
    let blocks = blocks(page, &read(&root().join(page)));
    let is_shown = |word: &&str| {
        let written = format!(" {word}(");
        blocks.iter().any(|block| {
            block.tag.starts_with("hw")
                && block.tag != "hw error"
                && block.source.contains(&written)
        })
    };
    let missing: Vec<&&str> = words.iter().filter(|word| !is_shown(word)).collect();
    assert!(missing.is_empty(), "{page} has no example of {missing:?}");
}

/// What a heading is linked by: small letters, and hyphens for spaces.
fn anchor(heading: &str) -> String {
    let small = heading.trim().to_lowercase();
    let kept = small
        .chars()
        .filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The anchors of a page's headings.
pub(crate) fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| anchor(line.trim_start_matches('#')))
        .collect()
}

#[test]
fn links_lead_somewhere() {
    let mut wrong = String::new();
    for (page, text) in pages() {
        let folder = root().join(&page).parent().map(PathBuf::from);
        let folder = folder.expect("a page is in a folder");
        for (line, number) in text.lines().zip(1..) {
            for link in line.split("](").skip(1) {
                let link = link.split(')').next().unwrap_or_default();
                // Pictures are made on the day of a release.
                if link.contains("://") || link.ends_with(".png") {
                    continue;
                }
                let (file, target) = link.split_once('#').unwrap_or((link, ""));
                let path = folder.join(file);
                let is_there = if target.is_empty() {
                    path.exists()
                } else if file.is_empty() {
                    anchors(&text).contains(&target.to_owned())
                } else {
                    path.is_file() && anchors(&read(&path)).contains(&target.to_owned())
                };
                if !is_there {
                    writeln!(wrong, "{page}:{number}: {link}").expect("a string takes it");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "these links lead nowhere:\n{wrong}");
}

/// The names of presets, as the menu has them.
fn presets() -> Vec<String> {
    let index = read(&root().join("www/presets/index.json"));
    let groups: serde_json::Value = serde_json::from_str(&index).expect("JSON");
    let groups = groups.as_array().expect("a list of groups");
    let entries = groups
        .iter()
        .flat_map(|group| group["presets"].as_array().expect("a list of presets"));
    entries
        .map(|entry| entry["name"].as_str().expect("a name").to_owned())
        .collect()
}

#[test]
fn the_page_on_articles_names_recordings_and_presets_that_are_there() {
    let folder = root().join("tests/vectors");
    let entries = std::fs::read_dir(&folder).expect("the recordings");
    let recordings: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name())
        .filter_map(|name| Some(name.to_str()?.strip_suffix(".json")?.to_owned()))
        .collect();
    let presets = presets();
    let mut wrong = String::new();
    let mut count = 0;
    for (line, number) in read(&root().join("www/docs/articles.md")).lines().zip(1..) {
        let cells: Vec<&str> = line.split('|').collect();
        let Some(evidence) = cells.get(3) else {
            continue;
        };
        // What follows one of these words was not recorded for the tests.
        let unnamed = ["Read:", "Tried:", "Recorded:"];
        let ends = unnamed.iter().filter_map(|word| evidence.find(word));
        let named = &evidence[..ends.min().unwrap_or(evidence.len())];
        for name in quoted(named) {
            count += 1;
            let is_it = |recording: &String| match name.strip_suffix('*') {
                Some(beginning) => recording.starts_with(beginning),
                None => recording == name,
            };
            if !recordings.iter().any(is_it) {
                writeln!(wrong, "{number}: no recording {name}").expect("a string takes it");
            }
        }
        for name in quoted(cells.get(4).copied().unwrap_or_default()) {
            count += 1;
            if !presets.iter().any(|preset| preset == name) {
                writeln!(wrong, "{number}: no preset {name}").expect("a string takes it");
            }
        }
    }
    assert!(wrong.is_empty(), "www/docs/articles.md:\n{wrong}");
    assert!(count >= 50, "only {count} names were found");
}

/// The page for those who change the code.
fn architecture() -> String {
    read(&root().join("ARCHITECTURE.md"))
}

/// What stands in backticks on a line.
fn quoted(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

#[test]
fn the_architecture_names_every_figure_of_a_frame() {
    let text = architecture();
    let source = "
        knob k = 1 from 0 to 2
        channel c capacity k
        resource r permits k
        cpu u cores k
        memory m limit 1KiB
        topic t partitions 2
        group g on t
        queue q visibility 1s
        shared s = 0 per key
        process p { with r { send c } }";
    let scenario = lang::compile(source).expect("a right text");
    let layout = Simulation::new(scenario, 1).layout();
    let mut missing = String::new();
    let mut look = |kind: &str, fields: &[&str]| {
        let row = text.lines().find(|line| {
            let first = line.strip_prefix("| ").unwrap_or_default();
            first.starts_with(&format!("`{kind}` |")) || first.starts_with(&format!("{kind} |"))
        });
        let row = row.unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for {kind}"));
        for field in fields.iter().filter(|field| !field.starts_with("share_")) {
            if !quoted(row).contains(field) {
                writeln!(missing, "{kind}: {field}").expect("a string takes it");
            }
        }
    };
    look("header", &layout.header);
    for block in &layout.blocks {
        assert!(block.count > 0, "no {} in the text", block.kind);
        look(block.kind, &block.fields);
    }
    assert!(
        missing.is_empty(),
        "not in the table of ARCHITECTURE.md:\n{missing}"
    );
}

#[test]
fn the_architecture_names_what_is_there() {
    let mut wrong = String::new();
    for (line, number) in architecture().lines().zip(1..) {
        let names = quoted(line);
        let is_path = |name: &str| {
            ["src/", "www/", "tests/", ".ci/"].iter().any(|folder| name.starts_with(folder))
                // A name in capitals stands for any.
                && !name.contains("NAME")
        };
        let paths: Vec<&str> = names.iter().copied().filter(|name| is_path(name)).collect();
        for path in &paths {
            if !root().join(path).exists() {
                writeln!(wrong, "ARCHITECTURE.md:{number}: there is no {path}")
                    .expect("a string takes it");
            }
        }
        let is_constant = |name: &&str| {
            name.contains('_') && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
        };
        for name in names.iter().filter(|name| is_constant(name)) {
            let is_there = paths.iter().filter(|path| root().join(path).is_file());
            if !is_there
                .into_iter()
                .any(|path| read(&root().join(path)).contains(&format!("const {name}:")))
            {
                writeln!(
                    wrong,
                    "ARCHITECTURE.md:{number}: {name} is not where it says"
                )
                .expect("a string takes it");
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// All keys of a JSON value, but for names that the text chose.
fn keys(value: &serde_json::Value, chosen: &[&str], found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(object) => {
            for (key, inner) in object {
                if !chosen.contains(&key.as_str()) {
                    found.push(key.clone());
                }
                keys(inner, chosen, found);
            }
        }
        serde_json::Value::Array(list) => list.iter().for_each(|inner| keys(inner, chosen, found)),
        _ => {}
    }
}

#[test]
fn the_reference_names_every_key_of_a_report() {
    let source = "
        shared s0 = 0
        channel c0 capacity 3
        resource r0 permits 1
        cpu u0 cores 1
        memory m0 limit 1KiB
        topic t0 partitions 2
        group g0 on t0
        queue k0 visibility 1s
        process q0 { poll g0 }
        process p0 { with r0 { send c0 }; print \"one\" }
        expect done == 0";
    let scenario = lang::compile(source).expect("a right text");
    let mut simulation = Simulation::new(scenario, 1);
    simulation.advance(1_000_000_000, EVENTS_MAX);
    let report = serde_json::to_value(simulation.report()).expect("a report is plain data");
    let mut found = Vec::new();
    keys(
        &report,
        &["s0", "c0", "r0", "u0", "m0", "t0", "g0", "k0", "q0", "p0"],
        &mut found,
    );

    let reference = read(&root().join("www/docs/language.md"));
    let (_, section) = reference
        .split_once("## The report")
        .expect("there is such a section");
    let (section, _) = section.split_once("\n## ").expect("and something after it");
    let named: Vec<&str> = section.lines().flat_map(quoted).collect();
    let is_named = |key: &str| {
        named
            .iter()
            .any(|name| *name == key || name.strip_suffix(".NAME") == Some(key))
    };
    let missing: Vec<&String> = found.iter().filter(|key| !is_named(key)).collect();
    assert!(missing.is_empty(), "the reference lacks {missing:?}");
}
