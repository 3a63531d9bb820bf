//! Every YAML file of real inventories, as `PyYAML` reads it.

use std::path::{Path, PathBuf};

use inventory_core::yaml::{Source, parse_one};
use serde_json::json;

use crate::python;

fn yaml_files(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            yaml_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml") {
            files.push(path);
        }
    }
}

#[test]
fn every_file_of_the_corpus_is_what_pyyaml_says() {
    let corpus =
        std::env::var_os("INV_CORPUS").map_or_else(|| python::workspace().join("../shared/corpus"), PathBuf::from);
    if !corpus.is_dir() {
        println!("skipped: there is no corpus at {}; INV_CORPUS names another", corpus.display());
        return;
    }
    let mut files = Vec::new();
    yaml_files(&corpus, &mut files);
    let texts: Vec<String> = files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect();
    let input: Vec<_> = texts.iter().map(|text| json!(text)).collect();
    let script = format!("{}\nfor line in sys.stdin: print(json.dumps(load(json.loads(line))))", python::PRELUDE);
    for ((file, text), theirs) in files.iter().zip(texts).zip(python::run(&script, &input)) {
        let source = Source::new(file, text);
        let ours = match parse_one(&source) {
            Ok(document) => document.root.map_or(json!(["null"]), |root| python::typed(&root, &source)),
            Err(error) => json!(["refused", error.to_string()]),
        };
        let both_refuse = python::is_refused(&ours) && python::is_refused(&theirs);
        assert!(ours == theirs || both_refuse, "{}:\nours   {ours}\ntheirs {theirs}", file.display());
    }
    println!("{} files", files.len());
}
