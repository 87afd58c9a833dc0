//! The arrows of `ARCHITECTURE.md` and the habits of the house, held by reading the source. A message says where, what, and what to use
//! instead.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of the project: its path from the root, with `/`, and its text.
struct File {
    path: String,
    text: String,
}

fn collect(folder: &Path, extension: &str, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && !path.ends_with("node_modules") && !path.ends_with("vendor") {
            collect(&path, extension, files);
        } else if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
}

fn files(under: &str, extension: &str) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    collect(&root.join(under), extension, &mut paths);
    let read = |path: PathBuf| File {
        text: fs::read_to_string(&path).expect("a text"),
        path: path
            .strip_prefix(root)
            .expect("below the root")
            .to_string_lossy()
            .replace('\\', "/"),
    };
    paths.into_iter().map(read).collect()
}

/// Words that may not stand in files whose path begins so, unless it begins with one of the exceptions; and what to do instead.
struct Ban {
    under: &'static [&'static str],
    but: &'static [&'static str],
    words: &'static [&'static str],
    instead: &'static str,
}

const BANS: &[Ban] = &[
    Ban {
        under: &["src/lang", "src/random", "src/measure"],
        but: &[],
        words: &[
            "crate::engine",
            "crate::model",
            "crate::simulation",
            "crate::wasm",
        ],
        instead: "arrows only point down: hand in what it needs, or move what both need further down",
    },
    Ban {
        under: &["src/random", "src/measure"],
        but: &[],
        words: &["crate::lang"],
        instead: "streams and measures know no text: the engine hands them numbers",
    },
    Ban {
        under: &["src/lang"],
        but: &[],
        words: &["crate::measure"],
        instead: "the text knows nothing of what is measured: `simulation` puts the two together",
    },
    Ban {
        under: &["src/model"],
        but: &[],
        words: &[
            "crate::lang",
            "crate::engine",
            "crate::simulation",
            "crate::wasm",
        ],
        instead: "a model knows only `measure` and `random`: it returns its effects and the engine carries them out",
    },
    Ban {
        under: &["src/engine", "src/model"],
        // What a claim says, and the rows of the charts.
        but: &["src/engine/figures.rs", "src/engine/sampling.rs"],
        words: &[
            "measure::reading",
            "measure::*",
            "CountReading",
            "GaugeReading",
            "LatencyReading",
            "RateReading",
            "SeriesReading",
            "ShareReading",
            "TimeReading",
        ],
        instead: "what is measured begins anew at the end of a warm-up, so nothing that acts may read it: a model owns its level, \
                  and a figure is read in `engine::figures`",
    },
    Ban {
        under: &["src/model/channel.rs", "src/model/permits.rs"],
        but: &[],
        words: &["super::channel", "super::permits"],
        instead: "models are blind to each other: the engine goes from one to the other",
    },
    Ban {
        under: &["src/engine"],
        but: &[],
        words: &["crate::simulation", "crate::wasm"],
        instead: "the engine does not know its door: `simulation` reads what it needs",
    },
    Ban {
        under: &["src"],
        but: &["src/wasm"],
        words: &["wasm_bindgen", "js_sys", "web_sys", "serde_wasm_bindgen"],
        instead: "only src/wasm.rs knows JavaScript: convert there",
    },
    Ban {
        under: &["src"],
        but: &["src/bin"],
        words: &["HashMap", "HashSet"],
        instead: "`model::keys`, a Vec indexed by number, or a sorted one: the order of a hash map is not the same everywhere",
    },
    Ban {
        under: &["src"],
        but: &["src/bin", "src/wasm"],
        words: &["SystemTime", "std::time", "Instant::now"],
        instead: "virtual time, `Machine::now`: a run must not depend on the clock on the wall",
    },
    Ban {
        under: &["src"],
        but: &[],
        words: &["unsafe ", "static mut", "thread_local!", "std::env::var"],
        instead: "plain data that is handed in",
    },
    Ban {
        under: &[
            "src/engine",
            "src/model",
            "src/random",
            "src/measure",
            "src/simulation",
            "src/lang",
        ],
        but: &[],
        words: &[
            ".ln()",
            ".log(",
            ".log2()",
            ".log10()",
            ".exp()",
            ".exp2()",
            ".powf(",
            ".sin()",
            ".cos()",
            ".tan()",
            ".cbrt()",
            ".ln_1p()",
            ".exp_m1()",
            "f64::ln",
            "f64::exp",
            "f64::powf",
            "f64::sin",
            "f64::cos",
        ],
        instead: "the `libm` crate: the platform's functions differ in the last place from one machine to the next",
    },
    Ban {
        under: &["src", "tests/it", "www"],
        but: &["tests/it/tidy.rs"],
        words: &["TODO", "FIXME", "XXX", "dbg!", "todo!", "unimplemented!"],
        instead: "do it, or open an issue",
    },
    Ban {
        under: &["src"],
        but: &["src/bin"],
        words: &["println!", "eprintln!", "print!("],
        instead: "return it: only the command line writes",
    },
    Ban {
        under: &["www/scene"],
        but: &[],
        words: &["fetch(", "new Worker", "localStorage"],
        instead: "the scene draws what it is given: `engine.js` and `session.js` fetch",
    },
];

/// Lines of a file of Rust that are code: neither comments nor the tests below `#[cfg(test)]` at its end.
fn code(file: &File) -> impl Iterator<Item = (usize, &str)> {
    let is_rust = file.path.ends_with(".rs");
    let lines = file.text.lines().enumerate();
    lines
        .take_while(move |(_, line)| {
            !(is_rust && line.starts_with("#[cfg(") && line.contains("test"))
        })
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(number, line)| (number + 1, line))
}

fn begins_with_one_of(path: &str, starts: &[&str]) -> bool {
    starts.iter().any(|start| path.starts_with(start))
}

#[test]
fn arrows_point_down_and_banned_words_stay_out() {
    let mut wrong = String::new();
    let all: Vec<File> = [("src", "rs"), ("tests/it", "rs"), ("www", "js")]
        .iter()
        .flat_map(|(under, extension)| files(under, extension))
        .collect();
    for ban in BANS {
        let under = |file: &&File| {
            begins_with_one_of(&file.path, ban.under) && !begins_with_one_of(&file.path, ban.but)
        };
        for file in all.iter().filter(under) {
            for (number, line) in code(file) {
                for word in ban.words.iter().filter(|word| line.contains(**word)) {
                    wrong.push_str(&format!(
                        "\n{}:{number}: {word}: {}",
                        file.path, ban.instead
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn measures_answer_only_what_reports() {
    // What a measure says by itself, whoever has it can read: answers are methods of the traits in `measure::reading`.
    let mut wrong = String::new();
    for name in ["counter", "gauge", "histogram"] {
        let path = format!("src/measure/{name}.rs");
        let file = files("src/measure", "rs")
            .into_iter()
            .find(|file| file.path == path);
        for (number, line) in code(&file.expect("a file")) {
            // How many bytes it takes is no answer of its measuring.
            let tells =
                line.contains("-> ") && !line.contains("-> Self") && !line.contains("fn footprint");
            if line.trim_start().starts_with("pub fn") && tells {
                wrong.push_str(&format!("\n{path}:{number}: {}", line.trim()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "move these to a trait of `measure::reading`:{wrong}"
    );
}

#[test]
fn the_page_and_the_engine_go_by_the_same_rules() {
    let says = format!(
        "export const SEMANTICS = {};",
        highwater::simulation::SEMANTICS
    );
    let state = files("www", "js")
        .into_iter()
        .find(|file| file.path == "www/state.js");
    let text = state.expect("www/state.js").text;
    assert!(
        text.contains(&says),
        "www/state.js says otherwise than `{says}`"
    );
}

/// Endings of files that a comment may cite.
const CITED: &[&str] = &[
    "md", "rs", "js", "mjs", "json", "sh", "toml", "hw", "html", "css",
];

/// What a text cites: the words that look like files of the project, `www/docs/language.md#order`.
fn citations(line: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "./_-#".contains(c);
    let words = line.split(|c: char| !is_part(c));
    // A full stop may follow.
    let words = words.map(|word| word.trim_matches(['.', '-', '#', '/']));
    let is_file = |word: &&str| {
        let path = word.split('#').next().unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or_default();
        (name.rsplit_once('.'))
            .is_some_and(|(stem, ending)| !stem.is_empty() && CITED.contains(&ending))
    };
    words.filter(is_file).collect()
}

/// All files of the project by their paths, but for what was built or installed.
fn all_paths() -> Vec<String> {
    let listed = [".ci", "benches", "src", "tests", "www"]
        .iter()
        .flat_map(|under| CITED.iter().flat_map(|ending| files_named(under, ending)));
    let at_root = fs::read_dir(env!("CARGO_MANIFEST_DIR")).expect("the root");
    let names = at_root.map(|entry| entry.expect("an entry").file_name());
    listed
        .chain(names.map(|name| name.to_string_lossy().into_owned()))
        .collect()
}

fn files_named(under: &str, ending: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    collect(&root.join(under), ending, &mut paths);
    let below = |path: PathBuf| {
        path.strip_prefix(root)
            .expect("below the root")
            .to_string_lossy()
            .replace('\\', "/")
    };
    paths.into_iter().map(below).collect()
}

/// What is made when the project is built.
const MADE: &[&str] = &["wasm/highwater.js"];

/// Comments of a file, and the reasons of its `allow`s, with their lines.
fn comments(file: &File) -> impl Iterator<Item = (&str, usize)> {
    let is_comment = |line: &str| {
        let line = line.trim_start();
        ["//", "*", "# "]
            .iter()
            .any(|start| line.starts_with(start))
            || line.contains("reason = ")
    };
    let lines = file.text.lines().zip(1..);
    lines.filter(move |(line, _)| is_comment(line))
}

/// Whether a page of the project has a heading of that anchor.
fn has_heading(page: &str, anchor: &str) -> bool {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = fs::read_to_string(page).unwrap_or_default();
    crate::docs::anchors(&text)
        .iter()
        .any(|known| known == anchor)
}

#[test]
fn what_a_comment_cites_is_there() {
    let all = all_paths();
    let is_there = |path: &str| {
        let path = path.trim_start_matches("../").trim_start_matches("./");
        let below = format!("/{path}");
        all.iter()
            .any(|known| known == path || known.ends_with(&below))
    };
    let holds = |cited: &str| match cited.split_once('#') {
        Some((page, anchor)) => has_heading(page, anchor),
        None => MADE.contains(&cited) || is_there(cited),
    };
    let places = [
        ("src", "rs"),
        ("tests/it", "rs"),
        ("benches", "rs"),
        (".ci", "sh"),
        ("www", "js"),
    ];
    let mut wrong = String::new();
    for file in places
        .iter()
        .flat_map(|(under, ending)| files(under, ending))
    {
        for (line, number) in comments(&file) {
            for cited in citations(line).into_iter().filter(|cited| !holds(cited)) {
                let path = &file.path;
                wrong.push_str(&format!("\n{path}:{number}: {cited} is not in the repository: cite what is, or say it in words"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The longest line of source, in characters.
const LINE_MAX: usize = 140;

#[test]
fn files_say_what_they_are_and_lines_fit() {
    let mut wrong = String::new();
    for file in files("src", "rs") {
        if !file.text.starts_with("//!") {
            wrong.push_str(&format!(
                "\n{}:1: begin with `//!`: one sentence that says what is in here",
                file.path
            ));
        }
        for (number, line) in file.text.lines().enumerate() {
            if line.chars().count() > LINE_MAX {
                let (path, number) = (&file.path, number + 1);
                wrong.push_str(&format!(
                    "\n{path}:{number}: longer than {LINE_MAX}: break it (a text with `\\`)"
                ));
            }
        }
    }
    for file in files("tests/it", "rs") {
        if !file.text.starts_with("//!") {
            wrong.push_str(&format!(
                "\n{}:1: begin with `//!`: one sentence that says what is in here",
                file.path
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The longest function, in lines from its head to its closing brace.
const FUNCTION_LINES_MAX: usize = 70;
/// Tables in the shape of a function: one arm for each of something, which no cut would make clearer.
const TABLES: &[(&str, &str)] = &[
    ("src/engine/machine.rs", "step"),
    ("src/lang/lower/statements.rs", "statement"),
];

#[test]
fn functions_fit_on_a_screen() {
    let mut wrong = String::new();
    for file in files("src", "rs") {
        let lines: Vec<&str> = file.text.lines().collect();
        for (start, line) in lines.iter().enumerate() {
            let head = line.trim_start();
            let Some(name) = function_name(head) else {
                continue;
            };
            let indent = line.len() - head.len();
            // rustfmt closes a function at the indentation of its head.
            let closing = format!("{}}}", " ".repeat(indent));
            let Some(length) = lines[start..].iter().position(|line| *line == closing) else {
                continue;
            };
            let is_table = TABLES.contains(&(file.path.as_str(), name));
            if length + 1 > FUNCTION_LINES_MAX && !is_table {
                let (path, number, length) = (&file.path, start + 1, length + 1);
                wrong.push_str(&format!("\n{path}:{number}: {name} has {length} lines: cut it where a part has a name of its own"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The name in the head of a function that has a body.
fn function_name(head: &str) -> Option<&str> {
    let words = head
        .trim_start_matches("pub ")
        .trim_start_matches("pub(super) ")
        .trim_start_matches("pub(crate) ")
        .trim_start_matches("const ")
        .strip_prefix("fn ")?;
    let end = words.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    (!head.ends_with('}') && !head.ends_with(';')).then_some(&words[..end])
}

/// A module of the page, and from where it may be imported: what it stands on must not know it.
const PAGE_ARROWS: &[(&str, &[&str], &str)] = &[
    (
        "www/scene/",
        &[
            "main.js",
            "laboratory.js",
            "session.js",
            "engine.js",
            "worker.js",
            "driver.js",
        ],
        "the scene is handed its readings; who owns the run imports the scene",
    ),
    (
        "www/worker.js",
        &["main.js", "laboratory.js", "dom.js", "editor.js", "scene"],
        "a worker has no page",
    ),
    (
        "www/frame.js",
        &["dom.js", "main.js", "laboratory.js", "scene"],
        "reading a frame is pure: no page in it",
    ),
    (
        "www/format.js",
        &["dom.js", "main.js", "laboratory.js"],
        "formatting is pure: no page in it",
    ),
    (
        "www/address.js",
        &["dom.js", "main.js", "laboratory.js"],
        "reading a link is pure: no page in it",
    ),
    (
        "www/series.js",
        &["dom.js", "main.js", "laboratory.js"],
        "reading the series is pure: no page in it",
    ),
];

#[test]
fn the_pages_modules_import_downwards() {
    let mut wrong = String::new();
    for file in files("www", "js") {
        for (number, line) in code(&file) {
            let Some((_, imported)) = line.split_once(" from \"") else {
                continue;
            };
            let imported = imported.trim_end_matches([';', '"']);
            if !imported.starts_with('.') && imported.contains("://") {
                wrong.push_str(&format!(
                    "\n{}:{number}: {imported}: nothing third-party at run time: vendor it",
                    file.path
                ));
            }
            for (under, forbidden, why) in PAGE_ARROWS {
                let hit = |name: &&&str| {
                    imported.ends_with(&format!("/{name}"))
                        || imported.contains(&format!("/{name}/"))
                };
                if file.path.starts_with(under) && forbidden.iter().any(|name| hit(&name)) {
                    wrong.push_str(&format!(
                        "\n{}:{number}: imports {imported}: {why}",
                        file.path
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
