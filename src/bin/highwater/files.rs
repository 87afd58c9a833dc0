//! Texts from files and back: never more is read than a text may have, and a file is rewritten whole or not at all.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use highwater::lang::{self, Diagnostic, Scenario};

use super::call::Refusal;

/// A text and the name that messages give it.
pub(crate) struct Source {
    pub(crate) file: String,
    pub(crate) text: String,
}

impl Source {
    /// The scenario that it describes.
    pub(crate) fn compile(&self) -> Result<Scenario, Refusal> {
        lang::compile(&self.text).map_err(|diagnostics| self.refuse(diagnostics))
    }

    /// What is wrong with it.
    pub(crate) fn refuse(&self, diagnostics: Vec<Diagnostic>) -> Refusal {
        Refusal::Text {
            file: self.file.clone(),
            source: self.text.clone(),
            diagnostics,
        }
    }
}

/// The name of a file as a message can show it.
pub(crate) fn shown(file: &OsStr) -> String {
    file.to_string_lossy().into_owned()
}

fn refuse(doing: &str, file: &OsStr, why: impl std::fmt::Display) -> Refusal {
    Refusal::Call(format!("cannot {doing} {}: {why}", shown(file)))
}

/// A failure to write a file.
pub(crate) fn unwritable(file: &OsStr, error: &io::Error) -> Refusal {
    refuse("write", file, error)
}

/// Reads a text; `-` is standard input.
pub(crate) fn read(file: &OsStr) -> Result<Source, Refusal> {
    let bytes = if file == "-" {
        bounded(io::stdin().lock())
    } else {
        File::open(file).and_then(bounded)
    };
    let bytes = bytes.map_err(|error| refuse("read", file, error))?;
    if bytes.len() > lang::TEXT_BYTES_MAX {
        let most = lang::TEXT_BYTES_MAX;
        let why = format!("it is longer than {most} bytes, the most that a text may have");
        return Err(refuse("read", file, why));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        refuse(
            "read",
            file,
            format!("it is no UTF-8 text from byte {at} on"),
        )
    })?;
    Ok(Source {
        file: shown(file),
        text,
    })
}

/// As much as a text may have, and one byte more where there is more: a device may have no end.
fn bounded(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(lang::TEXT_BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Rewrites a file: beside it first, then in its place, so that a full disk or an end in between leaves the old text. A link stays a
/// link, to the file that is rewritten; permissions stay.
pub(crate) fn rewrite(file: &OsStr, text: &str) -> Result<(), Refusal> {
    let refuse = |error: io::Error| unwritable(file, &error);
    let real = fs::canonicalize(file).map_err(refuse)?;
    let attributes = fs::metadata(&real).map_err(refuse)?;
    if !attributes.is_file() {
        let why = "it is no file that can be replaced; `fmt -` reads standard input";
        return Err(self::refuse("rewrite", file, why));
    }
    let folder = real.parent().unwrap_or(Path::new("."));
    let mut beside = tempfile::NamedTempFile::new_in(folder).map_err(refuse)?;
    beside.write_all(text.as_bytes()).map_err(refuse)?;
    beside
        .as_file()
        .set_permissions(attributes.permissions())
        .map_err(refuse)?;
    beside.as_file().sync_all().map_err(refuse)?;
    beside
        .persist(&real)
        .map_err(|failed| unwritable(file, &failed.error))?;
    Ok(())
}
