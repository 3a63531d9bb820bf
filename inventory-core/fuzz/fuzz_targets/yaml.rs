//! Any bytes as YAML: a tree or an error with a place, and every value of the tree can be looked at.
#![no_main]

use inventory_core::yaml::{self, Kind, Node, Source};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(source) = Source::from_bytes("fuzz.yml", bytes.to_vec()) else { return };
    match yaml::parse(&source) {
        Ok(documents) => {
            documents.iter().filter_map(|document| document.root.as_ref()).for_each(|node| look(node, &source))
        }
        Err(error) => assert!(!error.to_string().is_empty() && error.location().line > 0),
    }
    let _ = yaml::from_source::<serde_json::Value>(&source);
});

fn look(node: &Node, source: &Source) {
    let _ = (node.resolve(), node.describe(), node.location(source), node.duplicate_keys(source));
    match &node.kind {
        Kind::Scalar(_) => {}
        Kind::Sequence(items) => items.iter().for_each(|item| look(item, source)),
        Kind::Mapping(_) => {
            for (key, value) in node.entries(source).unwrap_or_default() {
                look(key, source);
                look(value, source);
            }
        }
    }
}
