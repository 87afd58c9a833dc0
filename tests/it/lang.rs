//! The language.

use highwater::lang;

fn examples() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/www/examples");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect(folder)
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "hw"));
    files.sort();
    files
        .into_iter()
        .map(|path| {
            (
                path.file_name()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned(),
                std::fs::read_to_string(&path).expect("a text"),
            )
        })
        .collect()
}

#[test]
fn every_example_compiles() {
    for (name, source) in examples() {
        if let Err(problems) = lang::compile(&source) {
            let shown: String = problems
                .iter()
                .map(|problem| problem.render(&name, &source))
                .collect();
            panic!("{shown}");
        }
    }
}
