//! What pre-commit and prek make of `.pre-commit-hooks.yaml`: the real ones, on real repositories.

use std::path::{Path, PathBuf};

use crate::lab::{Ended, Lab};

/// Files that a hook must hand over, and files that it must not.
const HANDED_OVER: [&str; 18] = [
    "inventory.ini",
    "hosts",
    "hosts.yaml",
    "inventory/mycluster/hosts.yml",
    "inventory/mycluster/inventory.ini",
    "inventory/prod/hosts",
    "inventories/lab/prod",
    "clusters/prod/prod.kubevirt.yml",
    "lab.static.yaml",
    "clusters/lab/inv-libvirt",
    "group_vars/all.yml",
    "group_vars/all",
    "inventory/mycluster/group_vars/k8s_cluster/k8s-cluster.yml",
    "inventory/mycluster/group_vars/k8s_cluster/k8s-net-calico.yml",
    "host_vars/node1.example.org",
    "host_vars/node1/addresses.yaml",
    "inv-lint.toml",
    "clusters/.inv-lint.toml",
];
const PASSED_OVER: [&str; 14] = [
    "src/inventory/models.py",
    "src/inventory/views/list.ts",
    "charts/inventory/values.yaml",
    "deploy/inventory/templates/deployment.yaml",
    "helm/app/templates/hosts.yaml",
    "values.yaml",
    "docker-compose.yml",
    ".github/workflows/ci.yml",
    "playbooks/site.yml",
    "roles/etcd/defaults/main.yml",
    "README.md",
    "inventory/README.md",
    "inventory/mycluster/artifacts/admin.conf.yml",
    "inventory.py",
];

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A program of the tools that `make setup` gets.
fn tool(name: &str) -> PathBuf {
    let path = top().join("target/ansible/tools/bin").join(name);
    assert!(path.exists(), "{} is not there; run `make setup`", path.display());
    path
}

#[test]
fn both_hooks_take_inventories_and_leave_other_files_alone() {
    // pre-commit's own reading of the file, and Python's regular expressions.
    let script = "import json, re, sys\n\
        from pre_commit.clientlib import load_manifest\n\
        for hook in load_manifest(sys.argv[1]):\n\
        \x20   taken = [p for p in sys.argv[2:] if re.search(hook['files'], p) and not re.search(hook['exclude'], p)]\n\
        \x20   print(json.dumps([hook['id'], hook['require_serial'], hook['types'], taken]))\n";
    let manifest = top().join(".pre-commit-hooks.yaml");
    let mut words = vec!["-c", script, manifest.to_str().unwrap()];
    words.extend(HANDED_OVER.iter().chain(&PASSED_OVER));
    let Ended { code, stdout, stderr } = Lab::empty().run(&tool("python"), &words, &[]);
    assert_eq!(code, Some(0), "{stderr}");
    let hooks: Vec<serde_json::Value> = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: Vec<&str> = hooks.iter().map(|hook| hook[0].as_str().unwrap()).collect();
    assert_eq!(ids, ["inv-lint", "inv-lint-system"]);
    for hook in hooks {
        assert_eq!((&hook[1], &hook[2]), (&true.into(), &serde_json::json!(["text"])));
        assert_eq!(hook[3], serde_json::json!(HANDED_OVER));
    }
}

/// Runs a hook of this repository on everything in a lab.
fn try_hook(runner: &str, hook: &str, lab: &Lab) -> Ended {
    lab.commit();
    let home = tempfile::tempdir().unwrap();
    let home = home.path().to_str().unwrap();
    let linter = Path::new(env!("CARGO_BIN_EXE_inv-lint")).parent().unwrap();
    let path = std::env::join_paths(
        std::iter::once(linter.to_owned()).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let path = path.unwrap();
    // What the hook that builds itself needs: one build for both runners, and not the slow one that users get.
    let build = top().join("target/hook");
    let environment = [
        ("CARGO_TARGET_DIR", build.to_str().unwrap()),
        ("CARGO_PROFILE_RELEASE_LTO", "off"),
        ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
        ("PRE_COMMIT_HOME", home),
        ("PREK_HOME", home),
        ("PATH", path.to_str().unwrap()),
        // Whoever runs these tests from a hook has git look at another repository.
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("NO_COLOR", "1"),
    ];
    lab.run(&tool(runner), &["try-repo", top().to_str().unwrap(), hook, "--all-files", "--verbose"], &environment)
}

#[test]
fn a_good_inventory_passes_both_runners_and_a_bad_one_does_not() {
    both_runners_tell_good_from_bad("inv-lint-system");
}

#[test]
#[ignore = "builds the linter, as `cargo install` does: `make e2e`"]
fn the_hook_that_builds_itself_does_the_same() {
    both_runners_tell_good_from_bad("inv-lint");
}

fn both_runners_tell_good_from_bad(hook: &str) {
    for runner in ["pre-commit", "prek"] {
        let good = Lab::good().with("src/inventory/models.py", "calico_mtu = \"1400\"\n");
        let ended = try_hook(runner, hook, &good);
        assert_eq!(ended.code, Some(0), "{runner}: {ended:?}");
        assert!(ended.stdout.contains("Passed"), "{runner}: {ended:?}");
        let ended = try_hook(runner, hook, &Lab::bad());
        assert_eq!(ended.code, Some(1), "{runner}: {ended:?}");
        assert!(ended.stdout.contains("MTU003"), "{runner}: {ended:?}");
        // Every file of the inventory was named, and it was checked once.
        assert_eq!(ended.stdout.matches("error[MTU003]").count(), 1, "{runner}: {ended:?}");
    }
}

#[test]
fn a_repository_without_inventories_is_in_order() {
    for runner in ["pre-commit", "prek"] {
        let lab = Lab::empty().with("group_vars/README.md", "x\n").with("tox.ini", "[tox]\nenvlist = py311\n");
        let ended = try_hook(runner, "inv-lint-system", &lab);
        assert_eq!(ended.code, Some(0), "{runner}: {ended:?}");
    }
}
