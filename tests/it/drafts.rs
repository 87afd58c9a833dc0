//! First drafts of the presets that later issues name: the language must be able to say them. What it cannot say is in
//! `tests/drafts/GAPS.md`.

use std::{fs, path::Path};

use highwater::lang::compile;

#[test]
fn every_draft_compiles() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/drafts");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .expect("the folder of drafts is there")
        .map(|entry| entry.expect("a folder can be listed").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "hw"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no drafts in {}", folder.display());

    let mut problems = String::new();
    for path in &files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let source = fs::read_to_string(path).expect("a draft is text");
        for diagnostic in compile(&source).err().unwrap_or_default() {
            problems.push_str(&diagnostic.render(&name, &source));
        }
    }
    assert!(
        problems.is_empty(),
        "some of {} drafts do not compile:\n{problems}",
        files.len()
    );
}
