//! A cluster file and a snapshot, split at a NUL: an inventory that Ansible can take, or an error with a remedy.
#![no_main]

use std::path::Path;

use inventory_core::cluster::Loaded;
use inventory_core::inventory::assemble::assemble;
use inventory_core::inventory::render::ansible_json::List;
use inventory_core::snapshot::Snapshot;
use inventory_core::yaml::Source;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (file, snapshot) = text.split_once('\0').unwrap_or((text, ""));
    let source = Source::new("fuzz.static.yml", file);
    let loaded = Loaded::<serde_json::Value>::parse(source, Path::new("/x/fuzz.static.yml"), "static", &|_| None);
    let (Ok(loaded), Ok(snapshot)) = (loaded, Snapshot::parse(&Source::new("snapshot.json", snapshot))) else { return };
    match assemble(&loaded.cluster, &snapshot.discovery) {
        Err(error) => assert!(!error.to_string().is_empty() && !error.remedy().is_empty()),
        Ok(assembly) => {
            let Ok(document) = serde_json::to_value(List(&assembly.inventory)) else { return };
            let groups = document.as_object().expect("a document");
            assert!(groups["_meta"]["hostvars"].is_object());
            for (name, group) in groups.iter().filter(|(name, _)| *name != "_meta") {
                assert!(group["hosts"].is_array(), "{name}: {group}");
            }
        }
    }
});
