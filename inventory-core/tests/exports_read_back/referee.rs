//! Asks real Ansible what it makes of an export.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use ansible_referee::{Ansible, Session};
use inventory_core::inventory::Inventory;
use inventory_core::inventory::render::{ansible_json, ini, yaml};
use serde_json::Value;

/// A session in which an inventory that is not understood is an error.
pub(crate) fn session(ansible: Ansible) -> Session {
    ansible.session().env("ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED", "1")
}

/// Writes the YAML export.
pub(crate) fn yaml_file(directory: &Path, inventory: &Inventory) -> PathBuf {
    write(directory, "hosts.yml", &yaml::render(inventory).expect("YAML can say everything"))
}

/// Writes the INI export.
pub(crate) fn ini_file(directory: &Path, inventory: &Inventory) -> PathBuf {
    write(directory, "hosts.ini", &ini::render(inventory).unwrap_or_else(|error| panic!("{error}")))
}

/// Writes an inventory script that prints what a binary of ours would.
pub(crate) fn script(directory: &Path, inventory: &Inventory) -> PathBuf {
    let document = serde_json::to_string(&ansible_json::List(inventory)).expect("an inventory is JSON");
    write(directory, "document", &document);
    let script = write(directory, "script", "#!/bin/sh\nexec cat \"$(dirname \"$0\")/document\"\n");
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).expect("the file is ours");
    script
}

fn write(directory: &Path, name: &str, text: &str) -> PathBuf {
    let path = directory.join(name);
    std::fs::write(&path, text).expect("the directory is ours");
    path
}

/// Fails unless Ansible, both of them, makes the same of the export as of the JSON: groups, hosts, their order,
/// variables, types.
pub(crate) fn assert_same(inventory: &Inventory, export: impl Fn(&Path, &Inventory) -> PathBuf) {
    for ansible in Ansible::ALL {
        let session = session(ansible);
        let files = [script(session.home(), inventory), export(session.home(), inventory)];
        let [json, ours] = session.questions().inventories(&files).try_into().expect("two answers");
        let json = json.unwrap_or_else(|error| panic!("{ansible:?} does not read the JSON: {error}"));
        let ours = ours.unwrap_or_else(|error| {
            let why = session.inventory(["--list".as_ref(), "-i".as_ref(), files[1].as_os_str()]).stderr;
            panic!("{ansible:?} does not read {}: {error}\n{why}", files[1].display())
        });
        let mut differences = Vec::new();
        compare("", &json, &ours, &mut differences);
        let shown = differences.iter().take(20).map(String::as_str).collect::<Vec<_>>().join("\n");
        assert!(differences.is_empty(), "{ansible:?}: {} differences\n{shown}", differences.len());
        assert!(json.to_string().len() > 20, "{ansible:?} read nothing: {json}");
    }
}

/// The places at which two answers differ.
fn compare(path: &str, json: &Value, ours: &Value, differences: &mut Vec<String>) {
    match (json, ours) {
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (index, (left, right)) in left.iter().zip(right).enumerate() {
                let step = left[0].as_str().map_or_else(|| index.to_string(), str::to_owned);
                compare(&format!("{path}.{step}"), left, right, differences);
            }
        }
        (Value::Object(left), Value::Object(right)) if left.keys().eq(right.keys()) => {
            for (key, left) in left {
                compare(path, left, &right[key], differences);
            }
        }
        _ if json == ours => {}
        _ => differences.push(format!("{path}\n  JSON: {json}\n  ours: {ours}")),
    }
}
