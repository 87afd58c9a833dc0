//! What only a native test can see: the folder.

use std::collections::BTreeSet;
use std::fs;

use super::{FAMILIES, files, vector::Vector};

#[test]
fn every_file_is_embedded() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors");
    let names = fs::read_dir(folder)
        .expect("the folder of vectors")
        .map(|entry| entry.expect("an entry of it").path());
    let there: BTreeSet<String> = names
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    let listed: BTreeSet<String> = files::FILES
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    assert_eq!(
        there, listed,
        "tests/vectors against tests/it/vectors/files.rs"
    );
}

#[test]
fn every_recording_has_a_family() {
    let systems = files::FILES
        .iter()
        .map(|(name, json)| Vector::parse(name, json).map(|vector| (name, vector.system)));
    for (name, system) in systems.map(|parsed| parsed.expect("a recording that can be read")) {
        assert!(
            FAMILIES.iter().any(|family| family.system == system),
            "{name}: no family holds `{system}`"
        );
    }
}
