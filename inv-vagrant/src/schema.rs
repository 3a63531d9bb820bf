//! Keeps the published JSON Schema what the types say.

use std::path::Path;

use inventory_core::cluster;

use crate::options::VagrantOptions;

#[test]
fn the_published_schema_is_what_the_types_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/schema/vagrant.json");
    let schema = cluster::schema::<VagrantOptions>("vagrant");
    let wanted = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &wanted).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(published == wanted, "docs/schema/vagrant.json is out of date: run `make schema`");
}
