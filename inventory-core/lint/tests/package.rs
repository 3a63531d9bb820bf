//! What it takes to install the linter.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn cargo(words: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO"));
    let output = command.current_dir(env!("CARGO_MANIFEST_DIR")).args(words).args(["--locked", "--offline"]).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_linter_needs_no_client_of_any_source() {
    let tree =
        cargo(&["tree", "--package", "inv-lint", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"]);
    let crates: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(crates.contains(&"inventory-core"), "{tree}");
    for heavy in ["kube", "kube-client", "tokio", "hyper", "reqwest", "rustls", "openssl-sys", "virt", "virt-sys"] {
        assert!(!crates.contains(&heavy), "{heavy} is a dependency of the linter");
    }
}

#[test]
fn cargo_install_at_the_top_installs_the_linter_and_nothing_else() {
    // `cargo install --bins --path .` takes the binaries of the package that stands there.
    let metadata: Value = serde_json::from_str(&cargo(&["metadata", "--no-deps", "--format-version", "1"])).unwrap();
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["manifest_path"] == top.to_str().unwrap()).unwrap();
    let of_kind = |wanted: &str| -> Vec<&str> {
        let targets = package["targets"].as_array().unwrap().iter();
        let targets = targets.filter(|target| target["kind"].as_array().unwrap().iter().any(|kind| kind == wanted));
        targets.map(|target| target["name"].as_str().unwrap()).collect()
    };
    assert_eq!(of_kind("bin"), ["inv-lint"]);
    assert_eq!((of_kind("lib"), of_kind("example")), (Vec::new(), Vec::new()));
    assert_eq!(package["publish"], serde_json::json!([]));
    // A binary that two packages own is built twice into one file.
    let owners = packages.iter().filter(|package| {
        let targets = package["targets"].as_array().unwrap();
        targets.iter().any(|target| target["name"] == "inv-lint" && target["kind"] == serde_json::json!(["bin"]))
    });
    assert_eq!(owners.count(), 1);
}
