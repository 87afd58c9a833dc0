//! The command line where something is wrong: with the call, a file, a text or the terminal; and what it then still does.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::cli::call;

/// A folder of a test's own, gone when the test is through.
struct Folder(PathBuf);

impl Folder {
    fn new(of: &str) -> Self {
        let path = std::env::temp_dir().join(format!("highwater-{of}-{}", std::process::id()));
        fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    /// The path of a file in it, as an argument.
    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().expect("a text").to_owned()
    }

    /// The same, with that in the file.
    fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::write(&path, text).expect("a file");
        path
    }

    /// The names of what is in it.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).expect("the folder");
        let mut names: Vec<String> = entries
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const TEXT: &str = "knob n = 2 from 0 to 10\nknob rate = 100/s from 1/s to 1k/s\nprocess p { repeat n { sleep 1/rate; done } }\n";
/// What stands in the usage and in no sentence.
const USAGE: &str = "FILE may be - for standard input";

/// A call that is refused: arguments, what is said, whether the usage is shown too.
type Refused = (&'static [&'static str], &'static [&'static str], bool);

#[test]
fn a_refused_call_gets_one_sentence_and_the_usage_only_where_its_form_is_wrong() {
    let rows: &[Refused] = &[
        (&[], &["what is to be done?"], true),
        (&["fly", "-"], &["unknown command 'fly'"], true),
        (&["run"], &["'run' needs a FILE"], true),
        (&["run", "-", "b.hw"], &["one FILE, not 2: -, b.hw"], true),
        (&["run", "-", "--fast"], &["--fast"], true),
        (&["run", "-", "--until"], &["--until"], true),
        (
            &["run", "-", "--over", "n=1"],
            &["'run' takes no --over; it takes --until, --seed, --set"],
            true,
        ),
        (
            &["run", "-", "--show", "p99"],
            &["'run' takes no --show"],
            true,
        ),
        (
            &["run", "-", "--points", "5"],
            &["'run' takes no --points"],
            true,
        ),
        (&["run", "-", "--csv"], &["'run' takes no --csv"], true),
        (
            &["sweep", "-", "--over", "n=1", "--trace", "x"],
            &["'sweep' takes no --trace"],
            true,
        ),
        (
            &["sweep", "-", "--over", "n=1", "--digest"],
            &["'sweep' takes no --digest"],
            true,
        ),
        (
            &["check", "-", "--until", "5s"],
            &["'check' takes no --until; it takes --json"],
            true,
        ),
        (
            &["fmt", "-", "--seed", "5"],
            &["'fmt' takes no --seed"],
            true,
        ),
        (
            &["run", "-", "--set", "rate"],
            &["--set takes KNOB=VALUE", "'rate' has no '='"],
            false,
        ),
        (
            &["run", "-", "--set", "m=1"],
            &["no such knob; it has n, rate"],
            false,
        ),
        (
            &["run", "-", "--set", "rate=5ms"],
            &["'5ms' is a duration, and a rate is needed"],
            false,
        ),
        (
            &["run", "-", "--set", "rate=5 per s"],
            &["'5 per s' is not a quantity: write a rate such as 200/s"],
            false,
        ),
        (
            &["run", "-", "--set", "n=1x"],
            &["'1x' is not a quantity, unknown unit 'x'"],
            false,
        ),
        (
            &["run", "-", "--seed", "x"],
            &["--seed: 'x' is not a whole number"],
            false,
        ),
        (
            &["run", "-", "--until", "60"],
            &["--until: '60' is a plain number, and a duration is needed"],
            false,
        ),
        (
            &["run", "-", "--until", "1m1m"],
            &["--until: '1m1m' is not a quantity", "`1h30m`"],
            false,
        ),
        (
            &["run", "-", "--until", "3000000h"],
            &["--until: '3000000h' is too large: 1000000000s is the most"],
            false,
        ),
        (
            &["run", "-", "--until", "-5s"],
            &["--until: '-5s' is negative"],
            false,
        ),
        (
            &["run", "-", "--warmup=-1ms"],
            &["--warmup: '-1ms' is negative"],
            false,
        ),
        (
            &["run", "-", "--warmup", "1h"],
            &["--warmup 1h leaves nothing to measure"],
            false,
        ),
        (&["run", "no/such.hw"], &["cannot read no/such.hw"], false),
        (
            &["run", "-", "--trace", "no/such/place"],
            &["cannot write no/such/place"],
            false,
        ),
        (&["sweep", "-"], &["--over workers=1,2,4,8"], true),
    ];
    for (arguments, said, usage) in rows {
        let outcome = call(arguments, TEXT);
        assert_eq!(outcome.code, 2, "{arguments:?}: {}", outcome.err);
        for part in *said {
            assert!(
                outcome.err.contains(part),
                "{arguments:?} should say {part}: {}",
                outcome.err
            );
        }
        assert_eq!(
            outcome.err.contains(USAGE),
            *usage,
            "{arguments:?}: the usage: {}",
            outcome.err
        );
        assert!(
            *usage || outcome.err.lines().count() == 1,
            "{arguments:?}: {}",
            outcome.err
        );
    }
    let both = call(&["sweep", "-", "--over", "n=1", "--csv", "--json"], TEXT);
    assert_eq!(
        both.json()[0]["message"],
        "--csv and --json: one of them at a time"
    );
}

#[test]
fn a_duration_of_several_parts_is_read_everywhere() {
    let text = "knob d = 1m30s from 1s to 1h30m\nprocess p { sleep d; done }";
    let end = |more: &[&str]| call(&[&["run", "-", "--json"], more].concat(), text).json();
    let report = end(&["--until", "2m30s"]);
    assert_eq!(
        (&report["time_s"], &report["latency_s"]["count"]),
        (&150.0.into(), &1.into())
    );
    assert_eq!(end(&["--until", "1m29s"])["latency_s"]["count"], 0);
    assert_eq!(
        end(&["--set", "d=1h1m1s", "--until", "1h1m"])["latency_s"]["count"],
        0
    );
    assert_eq!(
        end(&["--set", "d=1h1m1s", "--until", "1h1m1s"])["latency_s"]["count"],
        1
    );
}

#[test]
fn a_value_beyond_the_slider_is_taken_with_a_warning() {
    let done = |value: &str| {
        let outcome = call(
            &["run", "-", "--json", "--set", &format!("n={value}")],
            TEXT,
        );
        (outcome.json()["items"]["done"].clone(), outcome.err)
    };
    assert_eq!(done("10"), (10.into(), String::new()));
    let (fifteen, warned) = done("15");
    assert_eq!(fifteen, 15);
    assert_eq!(
        warned,
        "highwater: warning: --set n: 15 is beyond the slider, which goes from 0 to 10\n"
    );
    let swept = call(
        &["sweep", "-", "--csv", "--over", "n=2,20", "--show", "done"],
        TEXT,
    );
    assert_eq!(
        (swept.code, swept.out.as_str()),
        (0, "n,done\n2,2\n20,20\n")
    );
    assert_eq!(swept.err.lines().count(), 1, "{}", swept.err);
}

#[test]
fn a_sweep_has_one_unit_for_times() {
    let text = "knob d = 5ms from 1ms to 1s\nshared took = 0s\nshared size = 0B\nprocess p { sleep d; took = now; size = 2KiB; produce; sleep d; done }";
    let shown = [
        "--show",
        "shared/took",
        "--show",
        "max",
        "--show",
        "shared/size",
        "--show",
        "shared/took per s",
    ];
    let arguments = [
        &["sweep", "-", "--csv", "--over", "d=250ms", "--until", "1s"],
        &shown[..],
    ]
    .concat();
    let table = call(&arguments, text).out;
    assert_eq!(
        table.lines().last(),
        Some("0.25,0.25,0.25,2048,0.25"),
        "{table}"
    );
}

/// What a sent text may hold, at every place where a word of it is shown.
#[test]
fn nothing_of_a_text_is_obeyed_by_a_terminal() {
    let evil = "\u{1b}[2J\u{9b}31m\u{202e}\r";
    let right = format!(
        "scenario \"{evil}\"\nabout \"{evil}\"\nknob n = 1 from 1 to 2 \"{evil}\"\nprocess p {{ print \"{evil}{{n}}\"; try {{ fail \"{evil}\" }} }}\n"
    );
    let wrong =
        format!("scenario \"{evil}\" {evil}\nprocess p {{ fail {evil} \"{evil}\" }}\n{evil}\n");
    let name = format!("no{evil}.hw");
    let calls: &[(&[&str], &str, i32)] = &[
        (&["run", "-"], &right, 0),
        (&["run", "-", "--json"], &right, 0),
        (&["run", "-", "--trace", "/dev/stdout"], &right, 0),
        (&["sweep", "-", "--over", "n=1"], &right, 0),
        (&["sweep", "-", "--over", "n=1", "--json"], &right, 0),
        (&["sweep", "-", "--over", "n=1", "--show", &name], &right, 2),
        (&["run", "-"], &wrong, 2),
        (&["check", "-", "--json"], &wrong, 2),
        (&["run", &name], "", 2),
        (&[&name], "", 2),
        (&["run", "-", "--set", &name], &right, 2),
    ];
    for (arguments, text, code) in calls {
        let outcome = call(arguments, text);
        assert_eq!(outcome.code, *code, "{arguments:?}: {}", outcome.err);
        let shown = outcome.out + &outcome.err;
        let obeyed = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!shown.contains(obeyed), "{arguments:?}: {shown:?}");
    }
}

#[test]
fn a_file_is_rewritten_whole_and_nothing_else_is_left() {
    let folder = Folder::new("fmt");
    let untidy = folder.file("a.hw", "process p {\nsleep 1ms\n}\n");
    assert_eq!(call(&["fmt", &untidy], "").code, 0);
    assert_eq!(
        fs::read_to_string(&untidy).expect("a text"),
        "process p {\n  sleep 1ms\n}\n"
    );
    assert_eq!(folder.names(), ["a.hw"]);
    let folder_itself = folder.path("");
    assert_eq!(call(&["fmt", &folder_itself], "").code, 2);
}

#[test]
fn a_device_without_end_is_no_text() {
    let long = call(&["run", "-"], &" ".repeat((1 << 20) + 1));
    assert!(
        long.err.contains("longer than 1048576 bytes"),
        "{}",
        long.err
    );
    let folder = Folder::new("bytes");
    let path = folder.path("latin1.hw");
    fs::write(&path, b"process p { print \"\xe9\" }").expect("a file");
    assert!(
        call(&["run", &path], "")
            .err
            .contains("no UTF-8 text from byte 19 on")
    );
}

#[test]
fn a_trace_names_who_and_what_with_units() {
    let folder = Folder::new("trace");
    let path = folder.path("trace.txt");
    let text = "knob rate = 100/s from 1/s to 1k/s\nchannel ch capacity 1\nqueue q visibility 1s\nresource r permits 1\ncpu c cores 1
process p { every 10ms { with r { work 2ms on c }; send q } }
process w { forever { select { receive q { ack } receive ch { done } } } }
at 15ms { set rate = 50/s; call ch size 2KiB }";
    let run = call(&["run", "-", "--until", "20ms", "--trace", &path], text);
    assert_eq!(run.code, 0, "{}", run.err);
    let trace = fs::read_to_string(&path).expect("a trace");
    for line in [
        "0.010000000s p#2 line 6: starts",
        "0.010000000s p#2 line 6: acquires r",
        "0.010000000s p#2 line 6: works for 2ms on c",
        "0.012000000s p#2 line 6: releases 1 permit of r",
        "0.012000000s p#2 line 6: sends to q",
        "0.012000000s w#1 line 7: receives 1 item from q",
        "0.012000000s w#1 line 7: item done, 2ms after its birth",
        "0.015000000s at 15ms#1 line 8: sets rate to 50/s",
        "0.015000000s at 15ms#1 line 8: calls ch with 2KiB",
        "0.015000000s at 15ms#1 line 8: sends to ch",
        "0.015000000s at 15ms#1 line 8: has its reply from ch",
        "0.020000000s p#3 line 6: starts",
    ] {
        assert!(
            trace.lines().any(|found| found == line),
            "no '{line}' in\n{trace}"
        );
    }
    // The slot of the first tick is used again; its number is not.
    assert!(!trace.contains("p#4"), "{trace}");
}

#[cfg(unix)]
mod unix {
    use std::ffi::{OsStr, OsString};
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::process::{Command, Stdio};

    use super::*;
    use crate::cli::ended;

    const BINARY: &str = env!("CARGO_BIN_EXE_highwater");

    #[test]
    fn an_argument_that_is_no_text_is_a_file_or_refused() {
        let folder = Folder::new("names");
        let path = folder.0.join(OsStr::from_bytes(b"caf\xe9.hw"));
        fs::write(&path, TEXT).expect("a file");
        assert_eq!(call(&[OsStr::new("run"), path.as_os_str()], "").code, 0);
        let bad: &OsStr = OsStr::from_bytes(b"\xff");
        let rows: &[&[&OsStr]] = &[
            &[bad],
            &[OsStr::new("run"), bad],
            &[
                OsStr::new("run"),
                OsStr::new("-"),
                OsStr::new("--until"),
                bad,
            ],
            &[OsStr::new("run"), OsStr::new("-"), OsStr::new("--set"), bad],
            &[
                OsStr::new("run"),
                OsStr::new("-"),
                OsStr::from_bytes(b"--\xff"),
            ],
            &[
                OsStr::new("sweep"),
                OsStr::new("-"),
                OsStr::new("--over"),
                bad,
            ],
        ];
        for arguments in rows {
            let outcome = call(arguments, TEXT);
            assert_eq!(outcome.code, 2, "{arguments:?}: {}", outcome.err);
            assert!(
                !outcome.err.contains("panicked"),
                "{arguments:?}: {}",
                outcome.err
            );
        }
    }

    #[test]
    fn rewriting_keeps_permissions_and_links() {
        let folder = Folder::new("links");
        let real = folder.file("real.hw", "process p {\nsleep 1ms\n}\n");
        let link = folder.path("link.hw");
        symlink("real.hw", &link).expect("a link");
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("its own file");
        assert_eq!(call(&["fmt", &link], "").code, 0);
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        let mode = fs::metadata(&real).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
        assert!(
            fs::read_to_string(&real)
                .expect("a text")
                .contains("\n  sleep")
        );
        assert_eq!(folder.names(), ["link.hw", "real.hw"]);
    }

    /// As on a full disk: no file may grow, and the signal that says so is not heard.
    #[test]
    fn a_file_that_cannot_be_written_stays_as_it_was() {
        let folder = Folder::new("full");
        let untidy = "process p {\nsleep 1ms\n}\n";
        let path = folder.file("a.hw", untidy);
        let limited = Command::new("sh")
            .args([
                "-c",
                "trap '' XFSZ; ulimit -f 0; exec \"$0\" fmt \"$1\" 2>/dev/null",
                BINARY,
                &path,
            ])
            .status()
            .expect("a shell");
        assert_eq!(limited.code(), Some(2));
        assert_eq!(fs::read_to_string(&path).expect("a text"), untidy);
        assert_eq!(folder.names(), ["a.hw"]);
    }

    #[test]
    fn devices_are_read_no_further_than_a_text_goes() {
        let folder = Folder::new("devices");
        let link = folder.path("zero.hw");
        symlink("/dev/zero", &link).expect("a link");
        for command in ["run", "check", "fmt"] {
            let outcome = call(&[command, &link], "");
            assert_eq!(outcome.code, 2, "{command}: {}", outcome.err);
            assert!(
                outcome.err.contains("longer than 1048576 bytes"),
                "{command}: {}",
                outcome.err
            );
        }
        if std::path::Path::new("/dev/full").exists() {
            let outcome = call(&["run", "-", "--trace", "/dev/full"], TEXT);
            assert_eq!(outcome.code, 2);
            assert!(
                outcome.err.contains("cannot write /dev/full"),
                "{}",
                outcome.err
            );
        }
    }

    /// Plays for ever until it is interrupted, once it has written something.
    fn interrupted(arguments: &[&str]) -> crate::cli::Outcome {
        let folder = Folder::new(&format!("interrupt-{}", arguments.len()));
        let text = folder.file(
            "a.hw",
            "run 200000h\nknob n = 1 from 1 to 9\nprocess p { every 1ms { done } }\n",
        );
        let trace = folder.path("trace");
        let mut all: Vec<OsString> = Vec::new();
        all.extend(["run", &text, "--trace", &trace].map(OsString::from));
        all.extend(arguments.iter().map(OsString::from));
        let mut child = Command::new(BINARY)
            .args(all)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        while fs::metadata(&trace).map_or(0, |file| file.len()) == 0 {
            let early = child.try_wait().expect("a child");
            assert_eq!(early, None, "it ended before it wrote anything");
            std::thread::yield_now();
        }
        let pid = child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status();
        assert!(sent.expect("a signal").success());
        ended(child)
    }

    #[test]
    fn what_is_known_is_printed_at_an_interrupt() {
        let printed = interrupted(&[]);
        assert_eq!(printed.code, 130, "{}", printed.err);
        assert!(printed.out.contains("\nitems: "), "{}", printed.out);
        assert!(
            printed.err.starts_with("highwater: interrupted at "),
            "{}",
            printed.err
        );
        assert!(printed.err.contains(" of 200000h"), "{}", printed.err);
        assert_eq!(
            printed.err.lines().count(),
            1,
            "no progress on a pipe: {}",
            printed.err
        );
        let report: Value = interrupted(&["--json"]).json();
        assert_eq!(report["ended"], "interrupted");
        let (time, done) = (&report["time_s"], &report["items"]["done"]);
        let per_s = done.as_f64().expect("a number") / time.as_f64().expect("a number");
        assert!((per_s - 1000.0).abs() < 10.0, "{done} in {time} s");
    }
}
