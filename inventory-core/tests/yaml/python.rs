//! The Python that Ansible runs in.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The workspace's root.
pub(crate) fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The Python of the newest Ansible we test with; as everywhere, `INV_ANSIBLE_NEW` names the directory of its programs
/// where they are elsewhere. A missing one must not look like a passing test.
fn interpreter() -> PathBuf {
    let given = std::env::var_os("INV_ANSIBLE_NEW").map(PathBuf::from);
    let programs = given.unwrap_or_else(|| workspace().join("target/ansible/2.19/bin"));
    let python = programs.join("python");
    assert!(python.exists(), "there is no {}: run `make setup`", python.display());
    python
}

/// Runs a script over the lines of `input`, JSON both ways: one process for all of them.
pub(crate) fn run(script: &str, input: &[serde_json::Value]) -> Vec<serde_json::Value> {
    let mut child = Command::new(interpreter())
        .args(["-c", script])
        .env("PYTHONIOENCODING", "utf-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let lines: Vec<u8> = input.iter().flat_map(|line| format!("{line}\n").into_bytes()).collect();
    let writer = std::thread::spawn(move || stdin.write_all(&lines));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "the Python script failed");
    let answers: Vec<serde_json::Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), input.len(), "one answer for each line");
    answers
}

/// What every script begins with: `typed`, a value as JSON that says its type and its order, and `load`, which is
/// what Ansible's loader does with libyaml, minus Ansible's own tags.
pub(crate) const PRELUDE: &str = r#"
import base64, datetime, json, sys, yaml
def typed(value):
    if value is None: return ["null"]
    if isinstance(value, bool): return ["bool", value]
    if isinstance(value, int):
        return ["int", str(value)] if -2**127 <= value < 2**127 else ["huge"]
    if isinstance(value, float): return ["float", json.dumps(value)]
    if isinstance(value, str): return ["text", value]
    if isinstance(value, bytes): return ["binary", list(value)]
    if isinstance(value, (datetime.date, datetime.datetime)): return ["time", value.isoformat()]
    if isinstance(value, list): return ["list"] + [typed(item) for item in value]
    if isinstance(value, dict): return ["map"] + [[typed(key), typed(item)] for key, item in value.items()]
    return ["other", type(value).__name__]
class Loader(yaml.CSafeLoader): pass
Loader.add_constructor("!vault", lambda loader, node: ["!vault", loader.construct_scalar(node)])
def load(text, loader=Loader):
    try:
        return typed(yaml.load(text, Loader=loader))
    except Exception as error:
        return ["refused", " ".join(str(error).split())]
"#;

/// A tree as `typed` gives it, or `refused`.
pub(crate) fn typed(node: &inventory_core::yaml::Node, source: &inventory_core::yaml::Source) -> serde_json::Value {
    use inventory_core::yaml::Resolved;
    use serde_json::json;
    let list = |name: &str, items: Vec<serde_json::Value>| {
        serde_json::Value::Array(std::iter::once(json!(name)).chain(items).collect())
    };
    if node.local_tag() == Some("!vault") {
        return json!(["list", ["text", "!vault"], ["text", node.raw()]]);
    }
    match node.resolve() {
        Resolved::Null => json!(["null"]),
        Resolved::Bool(value) => json!(["bool", value]),
        Resolved::Int(value) => json!(["int", value.to_string()]),
        Resolved::HugeInt => json!(["huge"]),
        Resolved::Float(value) => json!(["float", inventory_core::yaml::python_float(value)]),
        Resolved::Text(text) => json!(["text", text]),
        Resolved::Binary(bytes) => json!(["binary", bytes]),
        Resolved::Timestamp(iso) => json!(["time", iso]),
        Resolved::List(items) => list("list", items.iter().map(|item| typed(item, source)).collect()),
        Resolved::Map => match node.entries(source) {
            Ok(entries) => {
                let pair = |(key, value)| json!([typed_key(key, source), typed(value, source)]);
                list("map", entries.into_iter().map(pair).collect())
            }
            Err(error) => json!(["refused", error.to_string()]),
        },
        Resolved::Refused(reason) => json!(["refused", reason]),
    }
}

fn typed_key(node: &inventory_core::yaml::Node, source: &inventory_core::yaml::Source) -> serde_json::Value {
    match node.raw() {
        Some("=") => serde_json::json!(["text", "="]),
        _ => typed(node, source),
    }
}

/// Whether anything inside a typed tree was refused; for Python that is the whole file.
pub(crate) fn is_refused(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Array(items) => {
            items.first().is_some_and(|name| name == "refused") || items.iter().any(is_refused)
        }
        _ => false,
    }
}
