//! The presets keep the contract of `www/presets/README.md`: each folder is whole, and each of its cases ends as it says.
//!
//! One test for one aspect, over all folders that `www/presets/index.json` lists. A test looks at everything before it fails, and then
//! says of each thing that is wrong which preset, which case, which goal or figure, what was wanted and what was found.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use highwater::lang::scenario::{KnobId, Scenario, Unit};
use highwater::lang::{self, units};
use highwater::simulation::{Simulation, Status};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The first paragraph is shown above the run: longer ones push it off the screen.
const FIRST_PARAGRAPH_CHARS_MAX: usize = 600;
/// How the snippets of a language end.
const LANGUAGES: &[(&str, &str)] = &[
    ("Python", "py"),
    ("JavaScript", "mjs"),
    ("Go", "go"),
    ("Lua", "lua"),
    ("Java", "java"),
];
/// The sections that every text has after its story.
const SECTIONS: &[&str] = &[
    "\n## What is exact and what is simplified\n",
    "\n## Sources\n",
];

/// A group of `index.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    group: String,
    presets: Vec<Listed>,
}

/// A preset as it stands in the menu.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    name: String,
    edition: u32,
    title: String,
    /// Whether it carries a guided tour, which the page then fetches.
    #[serde(default)]
    tour: bool,
}

/// `preset.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    code: Vec<Snippet>,
    cases: Vec<Case>,
    curve: Option<Curve>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Snippet {
    language: String,
    file: String,
}

/// A button of the page, and a test.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    say: String,
    /// Values as on the command line, by the knob's name.
    knobs: Map<String, Value>,
    missed: Vec<String>,
    /// Lowest and highest value, by a JSON pointer into the report.
    figures: Map<String, Value>,
}

/// What the page's panel of curves opens with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Curve {
    knob: String,
    /// As on the command line.
    values: Vec<String>,
    /// How long each run lasts; as long as the text says if missing.
    run: Option<String>,
    /// Whether the height is logarithmic, which is a matter of looks.
    #[serde(default, rename = "log")]
    _log: bool,
    show: Vec<Shown>,
}

/// A line of a curve.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    /// Into the report, without the slash of a pointer at its beginning.
    path: String,
    /// Whether it is what that number grows by in a second.
    #[serde(default)]
    per_s: bool,
    label: Option<String>,
}

/// `tour.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tour {
    title: String,
    stops: Vec<Stop>,
}

/// A question of a tour.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stop {
    name: String,
    question: String,
    #[serde(default)]
    why: Option<String>,
    answers: Vec<Answer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    name: String,
    answer: String,
    means: String,
    #[serde(default)]
    see: Vec<Sight>,
    /// The stop that it leads to; none if it settles the matter.
    #[serde(default)]
    next: Option<String>,
}

/// A preset that shows what an answer means.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sight {
    preset: String,
    knobs: Map<String, Value>,
    look: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("www/presets")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn groups() -> Vec<Group> {
    let text = read(&folder().join("index.json"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("www/presets/index.json: {error}"))
}

fn listed() -> Vec<Listed> {
    let groups = groups().into_iter();
    groups.flat_map(|group| group.presets).collect()
}

/// Where a preset lies: its name and its folder.
struct Preset {
    name: String,
    folder: PathBuf,
}

impl Preset {
    fn text(&self, file: &str) -> String {
        read(&self.folder.join(file))
    }

    fn record(&self) -> Record {
        let text = self.text("preset.json");
        serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{}/preset.json: {error}", self.name))
    }

    fn tour(&self) -> Option<Tour> {
        let text = std::fs::read_to_string(self.folder.join("tour.json")).ok()?;
        let tour = serde_json::from_str(&text);
        Some(tour.unwrap_or_else(|error| panic!("{}/tour.json: {error}", self.name)))
    }

    fn scenario(&self) -> Scenario {
        let (text, file) = (self.text("scenario.hw"), self.file("scenario.hw"));
        lang::compile(&text).unwrap_or_else(|problems| {
            let shown: String = problems
                .iter()
                .map(|one| one.render(&file, &text))
                .collect();
            panic!("a preset does not compile:\n{shown}")
        })
    }

    fn file(&self, file: &str) -> String {
        format!("{}/{file}", self.name)
    }
}

/// Those of the list that have a folder.
fn presets() -> Vec<Preset> {
    let all = listed().into_iter().map(|listed| Preset {
        folder: folder().join(&listed.name),
        name: listed.name,
    });
    all.filter(|preset| preset.folder.is_dir()).collect()
}

/// What is wrong, gathered.
#[derive(Default)]
struct Wrong(String);

impl Wrong {
    fn unless(&mut self, fine: bool, what: impl FnOnce() -> String) {
        if !fine {
            self.0.push('\n');
            self.0.push_str(&what());
        }
    }

    #[track_caller]
    fn assert_none(self) {
        assert!(self.0.is_empty(), "{}", self.0);
    }
}

/// Whether a name can stand in a link as it is.
fn is_plain(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !name.is_empty() && name.chars().all(plain)
}

#[test]
fn the_list_names_each_preset_once() {
    let mut wrong = Wrong::default();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/examples/index.json");
    let examples: Vec<Value> =
        serde_json::from_str(&read(&examples)).expect("the list of examples");
    let mut taken: BTreeSet<String> = examples
        .iter()
        .filter_map(|example| Some(example["name"].as_str()?.to_owned()))
        .collect();
    for group in groups() {
        wrong.unless(!group.group.is_empty(), || "a group has no name".to_owned());
        for Listed {
            name,
            edition,
            title,
            ..
        } in group.presets
        {
            wrong.unless(is_plain(&name), || {
                format!("{name}: a name has small letters, digits and hyphens only")
            });
            wrong.unless(!title.is_empty(), || format!("{name}: it has no title"));
            wrong.unless(edition >= 1, || format!("{name}: editions count from 1"));
            for old in 1..edition {
                let file = format!("{name}/scenario@{old}.hw");
                wrong.unless(folder().join(&file).is_file(), || {
                    format!("{file} is missing: links hold that edition")
                });
            }
            wrong.unless(taken.insert(name.clone()), || {
                format!("{name}: another preset or example has this name")
            });
        }
    }
    wrong.assert_none();
}

#[test]
fn every_listed_preset_is_whole() {
    let mut wrong = Wrong::default();
    for listed in listed() {
        for file in ["scenario.hw", "text.md", "preset.json"] {
            let file = format!("{}/{file}", listed.name);
            wrong.unless(folder().join(&file).is_file(), || {
                format!("{file} is missing, and www/presets/index.json lists it")
            });
        }
    }
    wrong.assert_none();
}

#[test]
fn every_folder_is_listed() {
    let mut wrong = Wrong::default();
    let names: BTreeSet<String> = listed().into_iter().map(|listed| listed.name).collect();
    for entry in std::fs::read_dir(folder()).expect("the presets") {
        let entry = entry.expect("an entry");
        let name = entry.file_name().to_string_lossy().into_owned();
        wrong.unless(!entry.path().is_dir() || names.contains(&name), || {
            format!("{name}: www/presets/index.json does not list it")
        });
    }
    wrong.assert_none();
}

#[test]
fn scenarios_are_tidy_and_complete() {
    let mut wrong = Wrong::default();
    for preset in presets() {
        let (name, text, scenario) = (&preset.name, preset.text("scenario.hw"), preset.scenario());
        let tidy = lang::format(&text).unwrap_or_default();
        wrong.unless(tidy == text, || {
            format!("{name}: `highwater fmt` would rewrite scenario.hw")
        });
        let there = [
            ("title", !scenario.title.is_empty()),
            ("`about`", !scenario.about.is_empty()),
            ("`run`", scenario.run_ns.is_some()),
            ("`speed`", scenario.speed_ns_per_s.is_some()),
            ("knob", !scenario.knobs.is_empty()),
            ("goal (`expect`)", !scenario.expects.is_empty()),
        ];
        for (what, there) in there {
            wrong.unless(there, || format!("{name}: scenario.hw has no {what}"));
        }
        for knob in &scenario.knobs {
            wrong.unless(knob.label != knob.name, || {
                format!("{name}: the knob '{}' has no label", knob.name)
            });
        }
    }
    wrong.assert_none();
}

#[test]
fn texts_begin_with_what_to_look_for() {
    let mut wrong = Wrong::default();
    for preset in presets() {
        let (name, text) = (&preset.name, preset.text("text.md"));
        let first = text.split("\n\n").next().unwrap_or_default().trim();
        let length = first.chars().count();
        wrong.unless((1..=FIRST_PARAGRAPH_CHARS_MAX).contains(&length), || {
            format!("{name}: the first paragraph of text.md has {length} characters: 1 to {FIRST_PARAGRAPH_CHARS_MAX}")
        });
        wrong.unless(!first.starts_with('#'), || {
            format!("{name}: text.md begins with a heading: the page has the title already")
        });
        for section in SECTIONS {
            wrong.unless(text.contains(section), || {
                format!("{name}: text.md has no '{}'", section.trim())
            });
        }
    }
    wrong.assert_none();
}

#[test]
fn snippets_are_there() {
    let mut wrong = Wrong::default();
    for preset in presets() {
        let (name, record) = (&preset.name, preset.record());
        wrong.unless(!record.code.is_empty(), || {
            format!("{name}: it has no code")
        });
        for Snippet { language, file } in &record.code {
            let known = LANGUAGES.iter().find(|known| known.0 == language);
            wrong.unless(known.is_some_and(|known| *file == format!("code.{}", known.1)), || {
                format!("{name}: '{language}' in {file}: the known ones are {LANGUAGES:?}, in code.EXTENSION")
            });
            let path = preset.folder.join(file);
            let text = std::fs::read_to_string(path).unwrap_or_default();
            wrong.unless(!text.trim().is_empty(), || {
                format!("{name}: {file} is missing or empty")
            });
        }
        let told: BTreeSet<&str> = record.code.iter().map(|one| one.file.as_str()).collect();
        for entry in std::fs::read_dir(&preset.folder).expect("the folder") {
            let file = entry.expect("an entry").file_name();
            let file = file.to_string_lossy();
            wrong.unless(!file.starts_with("code.") || told.contains(&*file), || {
                format!("{name}: preset.json does not tell of {file}")
            });
        }
    }
    wrong.assert_none();
}

/// Knobs by name, with values that the page could set.
fn knobs(scenario: &Scenario, moved: &Map<String, Value>) -> Result<Vec<(KnobId, f64)>, String> {
    let one = |(name, value): (&String, &Value)| {
        let text = value
            .as_str()
            .ok_or_else(|| format!("the value of '{name}' is {value}: write it as a string"))?;
        knob(scenario, name, text)
    };
    moved.iter().map(one).collect()
}

fn knob(scenario: &Scenario, name: &str, text: &str) -> Result<(KnobId, f64), String> {
    let index = scenario.knobs.iter().position(|knob| knob.name == name);
    let index = index.ok_or_else(|| format!("there is no knob '{name}'"))?;
    let knob = &scenario.knobs[index];
    let value = units::parse(text, knob.unit).map_err(|message| format!("{name}: {message}"))?;
    if (knob.from..=knob.to).contains(&value) {
        Ok((KnobId(index as u32), value))
    } else {
        Err(format!("{text} is outside the range of '{name}'"))
    }
}

/// The bounds of a figure.
fn bounds(figure: &Value) -> Option<(f64, f64)> {
    let [low, high] = figure.as_array()?.as_slice() else {
        return None;
    };
    let (low, high) = (low.as_f64()?, high.as_f64()?);
    (low <= high).then_some((low, high))
}

#[test]
fn cases_are_well_formed() {
    let mut wrong = Wrong::default();
    for preset in presets() {
        let (name, record, scenario) = (&preset.name, preset.record(), preset.scenario());
        let opens = record
            .cases
            .first()
            .is_some_and(|case| case.knobs.is_empty());
        wrong.unless(opens, || {
            format!("{name}: the first case has no knobs: it is the preset as it opens")
        });
        for (index, case) in record.cases.iter().enumerate() {
            let at = format!("{name}, case {index} ({})", case.say);
            wrong.unless(!case.say.trim().is_empty(), || {
                format!("{at}: it says nothing")
            });
            wrong.unless(index == 0 || !case.knobs.is_empty(), || {
                format!("{at}: it moves no knob, as the first one")
            });
            if let Err(why) = knobs(&scenario, &case.knobs) {
                wrong.unless(false, || format!("{at}: {why}"));
            }
            for (pointer, figure) in &case.figures {
                wrong.unless(bounds(figure).is_some(), || {
                    format!(
                        "{at}: {pointer} has {figure}: two bounds are needed, [lowest, highest]"
                    )
                });
            }
        }
    }
    wrong.assert_none();
}

/// What is wrong with a curve, if anything: its first point is run.
fn curve_faults(scenario: Scenario, curve: &Curve) -> Result<(), String> {
    let mut points = Vec::new();
    for text in &curve.values {
        points.push(knob(&scenario, &curve.knob, text)?);
    }
    let [(id, value), _, ..] = points[..] else {
        return Err("it has fewer than two values".to_owned());
    };
    if !points.windows(2).all(|pair| pair[0].1 < pair[1].1) {
        return Err("its values do not rise".to_owned());
    }
    if curve.show.is_empty() {
        return Err("it shows nothing".to_owned());
    }
    let seed = scenario.seed.unwrap_or(1);
    let mut simulation = Simulation::new(scenario, seed);
    let until = match &curve.run {
        Some(text) => units::parse(text, Unit { time: 1, bytes: 0 })? as u64,
        None => simulation.horizon(),
    };
    simulation.set_knob(id, value);
    if simulation.advance(until, u64::MAX) == Status::Stopped {
        return Err("its first run was stopped".to_owned());
    }
    let report = serde_json::to_value(simulation.report()).expect("a report is JSON");
    for Shown { path, per_s, label } in &curve.show {
        let found = report.pointer(&format!("/{path}"));
        if !found.is_some_and(Value::is_number) {
            return Err(format!("the report has no number at {path}"));
        }
        if *per_s && path.ends_with("_per_s") {
            return Err(format!("{path} is per second as it is"));
        }
        if label.as_ref().is_some_and(|label| label.trim().is_empty()) {
            return Err(format!("the label of {path} is empty"));
        }
    }
    Ok(())
}

#[test]
fn curves_can_be_drawn() {
    let mut wrong = Wrong::default();
    for preset in presets() {
        let Some(curve) = preset.record().curve else {
            continue;
        };
        if let Err(why) = curve_faults(preset.scenario(), &curve) {
            wrong.unless(false, || format!("{}, the curve: {why}", preset.name));
        }
    }
    wrong.assert_none();
}

#[test]
fn the_list_says_which_preset_carries_a_tour() {
    let mut wrong = Wrong::default();
    for Listed { name, tour, .. } in listed() {
        let file = format!("{name}/tour.json");
        wrong.unless(folder().join(&file).is_file() == tour, || {
            format!(
                "{file}: it is there if, and only if, www/presets/index.json has \"tour\": true"
            )
        });
    }
    wrong.assert_none();
}

/// What is wrong with a preset to which a tour leads, if anything.
fn blind(presets: &[Preset], sight: &Sight) -> Option<String> {
    let Some(preset) = presets.iter().find(|one| one.name == sight.preset) else {
        return Some(format!("there is no preset '{}'", sight.preset));
    };
    if sight.look.trim().is_empty() {
        return Some(format!("'{}' has nothing to look for", sight.preset));
    }
    let why = knobs(&preset.scenario(), &sight.knobs).err()?;
    Some(format!("'{}': {why}", sight.preset))
}

/// A way on from each answer, and words, and sights that are there.
fn answers_well(wrong: &mut Wrong, presets: &[Preset], tour: &Tour, index: usize, at: &str) {
    let (stop, later) = (&tour.stops[index], &tour.stops[index + 1..]);
    let names: BTreeSet<&str> = stop.answers.iter().map(|one| one.name.as_str()).collect();
    wrong.unless(
        stop.answers.len() > 1 && names.len() == stop.answers.len(),
        || format!("{at}: it has two answers or more, each with a name of its own"),
    );
    for answer in &stop.answers {
        let at = format!("{at}, answer '{}'", answer.name);
        let said = !answer.answer.trim().is_empty() && !answer.means.trim().is_empty();
        wrong.unless(is_plain(&answer.name) && said, || {
            format!("{at}: it has a plain name, words, and what they mean")
        });
        wrong.unless(!answer.see.is_empty() || answer.next.is_some(), || {
            format!("{at}: a dead end: it shows nothing and leads nowhere")
        });
        let leads = |name: &String| later.iter().any(|stop| stop.name == *name);
        wrong.unless(answer.next.as_ref().is_none_or(leads), || {
            format!("{at}: 'next' names no later stop")
        });
        for problem in answer.see.iter().filter_map(|sight| blind(presets, sight)) {
            wrong.unless(false, || format!("{at}: {problem}"));
        }
    }
}

#[test]
fn tours_lead_somewhere_from_every_stop() {
    let mut wrong = Wrong::default();
    let presets = presets();
    for (preset, tour) in presets.iter().filter_map(|one| Some((one, one.tour()?))) {
        let name = &preset.name;
        wrong.unless(!tour.title.trim().is_empty(), || {
            format!("{name}: the tour has no title")
        });
        wrong.unless(!tour.stops.is_empty(), || {
            format!("{name}: the tour has no stop")
        });
        let mut reached: BTreeSet<&str> = tour
            .stops
            .iter()
            .take(1)
            .map(|stop| stop.name.as_str())
            .collect();
        let mut names = BTreeSet::new();
        for (index, stop) in tour.stops.iter().enumerate() {
            let at = format!("{name}, stop '{}'", stop.name);
            wrong.unless(is_plain(&stop.name) && names.insert(&stop.name), || {
                format!("{at}: it needs a plain name of its own")
            });
            let asks = stop.question.trim().ends_with('?');
            let says = stop.why.as_ref().is_none_or(|why| !why.trim().is_empty());
            wrong.unless(asks && says, || {
                format!("{at}: it has no question, or an empty 'why'")
            });
            wrong.unless(reached.contains(&*stop.name), || {
                format!("{at}: no answer before leads to it")
            });
            reached.extend(
                stop.answers
                    .iter()
                    .filter_map(|answer| answer.next.as_deref()),
            );
            answers_well(&mut wrong, &presets, &tour, index, &at);
        }
    }
    wrong.assert_none();
}

#[test]
fn a_curve_that_cannot_be_drawn_is_told() {
    let text =
        "knob n = 1 from 1 to 9\nshared hits = 0\nprocess p x n { every 1s { hits = hits + 1 } }";
    let faults = |json: &str| {
        let curve: Curve = serde_json::from_str(json).expect("a curve");
        curve_faults(lang::compile(text).expect("a scenario"), &curve).err()
    };
    let fine = r#"{"knob": "n", "values": ["1", "9"], "run": "2s", "show": [{"path": "shared/hits", "per_s": true, "label": "hits"}]}"#;
    assert_eq!(faults(fine), None);
    let rows = [
        ("\"n\"", "\"m\"", "there is no knob 'm'"),
        ("\"9\"", "\"10\"", "10 is outside the range of 'n'"),
        ("\"9\"", "\"1\"", "its values do not rise"),
        (", \"9\"", "", "it has fewer than two values"),
        (
            "shared/hits",
            "shared/hit",
            "the report has no number at shared/hit",
        ),
        (
            "shared/hits",
            "shared",
            "the report has no number at shared",
        ),
        (
            "shared/hits",
            "throughput_per_s",
            "throughput_per_s is per second as it is",
        ),
        (
            "\"label\": \"hits\"",
            "\"label\": \" \"",
            "the label of shared/hits is empty",
        ),
    ];
    for (part, instead, why) in rows {
        assert_eq!(faults(&fine.replace(part, instead)).as_deref(), Some(why));
    }
}

/// Plays a case to the scenario's end and says what is not as it says.
fn play(preset: &Preset, case: &Case) -> Vec<String> {
    let scenario = preset.scenario();
    let (seed, knobs) = (scenario.seed.unwrap_or(1), knobs(&scenario, &case.knobs));
    let mut simulation = Simulation::new(scenario, seed);
    for (knob, value) in knobs.unwrap_or_default() {
        simulation.set_knob(knob, value);
    }
    let status = simulation.advance(simulation.horizon(), u64::MAX);
    let report = simulation.report();
    if status == Status::Stopped {
        return vec![format!("the run was stopped: {:?}", report.error)];
    }
    let goals = report.expectations.iter();
    let missed: Vec<&str> = goals
        .filter(|goal| !goal.met)
        .map(|goal| goal.text.as_str())
        .collect();
    let mut wrong = Vec::new();
    if missed != case.missed {
        wrong.push(format!(
            "missed goals: wanted {:?}, got {missed:?}",
            case.missed
        ));
    }
    let report = serde_json::to_value(&report).expect("a report is JSON");
    wrong.extend(
        case.figures
            .iter()
            .filter_map(|figure| off(&report, figure)),
    );
    wrong
}

/// What is wrong with a figure, if anything.
fn off(report: &Value, (pointer, wanted): (&String, &Value)) -> Option<String> {
    let (low, high) = bounds(wanted)?;
    let found = report.pointer(pointer);
    match found.and_then(Value::as_f64) {
        Some(value) if (low..=high).contains(&value) => None,
        Some(value) => Some(format!("{pointer}: wanted {low} to {high}, got {value}")),
        None => Some(format!(
            "{pointer}: wanted {low} to {high}, got {}",
            found.map_or(
                "nothing: the report has no such place".to_owned(),
                Value::to_string
            )
        )),
    }
}

/// The cases are independent: each core takes the next one, the number of cores being what the machine says. Who writes a preset plays
/// its cases alone with its name in `PRESET`.
#[test]
fn every_case_ends_as_it_says() {
    let mut presets = presets();
    if let Ok(name) = std::env::var("PRESET") {
        presets.retain(|preset| preset.name == name);
        assert!(!presets.is_empty(), "PRESET: there is no preset '{name}'");
    }
    let records: Vec<Record> = presets.iter().map(Preset::record).collect();
    let cases: Vec<(&Preset, &Case)> = presets
        .iter()
        .zip(&records)
        .flat_map(|(preset, record)| record.cases.iter().map(move |case| (preset, case)))
        .collect();
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some((preset, case)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let found = play(preset, case);
            let told = found.iter().map(|what| {
                let knobs = serde_json::to_string(&case.knobs).unwrap_or_default();
                format!("{}, case {knobs} ({}): {what}", preset.name, case.say)
            });
            let mut wrong = wrong.lock().unwrap_or_else(PoisonError::into_inner);
            wrong.extend(told);
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(work);
        }
    });
    let mut wrong = wrong.into_inner().unwrap_or_else(PoisonError::into_inner);
    wrong.sort();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
