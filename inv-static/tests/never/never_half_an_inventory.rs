//! Whatever fails, Ansible gets nothing: no host, no play, exit 1, and one paragraph that says what to do.

use std::path::Path;

use ansible_referee::{Ansible, Outcome, Session};
use serde_json::{Value, json};

use crate::bench::{Bench, HEAD, refusal, session, strict_session};

/// The parts of kubespray's own ansible.cfg that have a say in inventories and facts.
const KUBESPRAYS_CONFIG: &str = "[defaults]
force_valid_group_names = ignore
host_key_checking=False
gathering = smart
fact_caching = jsonfile
fact_caching_connection = SHARED
fact_caching_timeout = 86400
inventory_ignore_extensions = ~, .orig, .bak, .ini, .cfg, .retry, .pyc, .pyo, .creds, .gpg
[inventory]
ignore_patterns = artifacts, credentials
";

/// Leaves a fact where Ansible keeps facts, and a mark where it plays at all.
const CLUSTER_YML: &str = "- hosts: all
  gather_facts: false
  tasks:
    - set_fact: {learned: here, cacheable: true}
";

/// A session inside a checkout like kubespray's, with its configuration and what `env` printed.
fn in_kubespray(ansible: Ansible, env: &[(String, String)]) -> Session {
    let session = session(ansible);
    let home = session.home().to_owned();
    std::fs::write(
        home.join("ansible.cfg"),
        KUBESPRAYS_CONFIG.replace("SHARED", home.join("shared").to_str().unwrap()),
    )
    .unwrap();
    std::fs::write(home.join("cluster.yml"), CLUSTER_YML).unwrap();
    env.iter().fold(session, |session, (name, value)| session.env(name, value))
}

fn play(session: &Session) -> Outcome {
    session.playbook(["cluster.yml"])
}

const GOOD: &str = "source: {addresses: [10.0.0.1, 10.0.0.2]}\ngroups: {kube_control_plane: {first: 1}}\n";

#[test]
fn a_failing_inventory_fails_the_play_in_a_kubespray_checkout() {
    for ansible in Ansible::ALL {
        let bench = Bench::new(GOOD);
        let env = bench.env();
        let session = in_kubespray(ansible, &env);
        let played = play(&session);
        assert!(played.status.success() && !played.stderr.contains("[ERROR]"), "{played:#?}");

        // A machine is gone: what is left would be a cluster too.
        let bench = bench.with("ci.static.yml", format!("{HEAD}{GOOD}machines: {{expect: 3}}\n"));
        bench.refused();
        let played = play(&session);
        assert!(!played.status.success() && !played.stdout.contains("TASK"), "{played:#?}");
        assert!(played.stderr.contains("expect"), "our paragraph is shown: {played:#?}");

        // The same without `env`: that this exits 0 is why there is an `env`.
        let inventory = ("ANSIBLE_INVENTORY".to_owned(), bench.file().display().to_string());
        let played = play(&in_kubespray(ansible, &[inventory]));
        assert!(played.status.success() && !played.stdout.contains("TASK"), "{played:#?}");
    }
}

#[test]
fn facts_are_kept_with_the_cluster_and_not_with_every_other_one() {
    for ansible in Ansible::ALL {
        let bench = Bench::new(GOOD);
        let session = in_kubespray(ansible, &bench.env());
        assert!(play(&session).status.success());
        // 2.19 writes a prefix before the host's name.
        let kept = std::fs::read_dir(bench.path(".inv/facts")).unwrap().map(|entry| entry.unwrap().path());
        let kept: Vec<_> = kept.filter(|path| path.to_str().unwrap().ends_with("ci-node-1")).collect();
        assert!(std::fs::read_to_string(&kept[0]).unwrap().contains("learned"), "{ansible:?}");
        assert!(!session.home().join("shared").exists(), "{ansible:?} wrote into the cache that clusters share");
    }
}

/// A bench with one machine called `name`, found by somebody else, and these settings besides.
fn discovered(name: &str, settings: &Value) -> Bench {
    let machines = json!([
        {"name": name, "named_by": "outside", "origin": "vmi lab/db", "reach": {"address": "10.0.0.1"}},
        {"name": "x1", "named_by": "outside", "origin": "vmi lab/x1", "reach": {"address": "10.0.0.2"}},
    ]);
    let snapshot = json!({"format": 1, "source": "kubevirt", "taken": "", "raw": null,
                          "discovery": {"machines": machines}});
    let mut all = json!({"layout": "none", "source": {"files": "s.json"}});
    all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
    Bench::of(&all).with("s.json", snapshot.to_string())
}

#[test]
fn a_discovered_host_that_is_called_like_a_group_is_refused_with_both_places() {
    let kubespray = json!({"layout": "kubespray", "groups": {"kube_control_plane": {"first": 1}}});
    for (name, settings, group) in [
        ("db", json!({"groups": {"db": "all"}}), "`groups` in the cluster file"),
        ("db", json!({"groups": {"db": {"names": ["db"]}}}), "`groups` in the cluster file"),
        ("db", json!({"groups": {"from_tag": {"key": "x", "allow": ["db"]}}}), "`groups.from_tag.allow`"),
        ("ci", json!({}), "the cluster's own name"),
        ("etcd", kubespray, "the cluster's `layout`"),
        ("db", json!({"hosts": {"name": "inv_{name}"}, "groups": {"inv_db": "none"}}), "`groups` in the cluster file"),
    ] {
        let why = discovered(name, &settings).refused();
        let both = why.contains("(vmi lab/db)") && why.contains(group);
        assert!(both && why.contains("`hosts`"), "{name}: {why}");
    }
    for name in ["all", "ungrouped", "localhost", "_meta", "127.0.0.1"] {
        let why = discovered(name, &json!({})).refused();
        assert!(why.contains("vmi lab/db") && why.contains("`hosts.names`"), "{name}: {why}");
    }
}

#[test]
fn kubesprays_bastion_works() {
    let jump = json!({"jump": "ops@192.0.2.7:2222", "bastion": true});
    let from_jump = json!({"hosts": jump});
    let written = json!({"groups": {"bastion": {"hosts": {"bastion": {"ansible_host": "192.0.2.7"}}}}});
    let named = json!({"hosts": {"names": {"db": "bastion"}}, "groups": {"bastion": {"names": ["db"]}}});
    for ansible in Ansible::ALL {
        for settings in [&from_jump, &written, &named] {
            let bench = discovered("db", settings);
            let session = strict_session(ansible);
            let listed = session.inventory(["-i".as_ref(), bench.file().as_os_str(), "--list".as_ref()]);
            assert!(listed.status.success(), "{listed:#?}");
            let list = listed.json();
            assert_eq!(list["bastion"]["hosts"], json!(["bastion"]));
            let vars = &list["_meta"]["hostvars"];
            assert!(vars["bastion"]["ansible_host"].as_str().unwrap().starts_with('1'));
            assert_eq!(vars["x1"]["ansible_host"], "10.0.0.2", "nobody else got the bastion's variables");
        }
    }
    let why = discovered("bastion", &from_jump).refused();
    assert!(why.contains("vmi lab/db") && why.contains("`hosts.bastion`"), "{why}");
    let why = discovered("bastion", &json!({"groups": {"bastion": "none"}})).refused();
    assert!(why.contains("vmi lab/db") && why.contains("`groups`"), "{why}");
}

#[test]
fn a_group_is_never_replaced_by_a_place_a_role_or_the_cluster() {
    let at = |places: [&str; 2], settings: Value| {
        let machines = json!([{"name": "a1", "address": "10.0.0.1", "place": places[0]},
                              {"name": "a2", "address": "10.0.0.2", "place": places[1]}]);
        let mut all = json!({"layout": "none", "source": {"machines": machines}});
        all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        Bench::of(&all)
    };
    let why = at(["lab-1", "lab_1"], json!({})).refused();
    assert!(why.contains("lab-1") && why.contains("lab_1"), "{why}");
    let list = at(["hv1", "hv2"], json!({"groups": {"inv_place_hv1": {"vars": {"mine": 1}}}})).json();
    assert_eq!(list["inv_place_hv1"], json!({"hosts": [], "vars": {"mine": 1}}), "the user's own stays");
    assert_eq!(list["inv_place_hv2"]["hosts"], json!(["a2"]));

    let roles = json!({"layout": "kubespray", "cluster": "etcd", "groups": {"kube_control_plane": {"first": 1}}});
    assert!(at(["hv1", "hv1"], roles).refused().contains("etcd"));
    let children = json!({"cluster": "web", "groups": {"web": {"first": 1}}});
    assert!(at(["hv1", "hv1"], children).refused().contains("`groups`"));
}

/// What stops Ansible in the middle of a document is refused before the first byte.
#[test]
fn a_variable_at_which_ansible_would_stop_is_refused_where_it_is_written() {
    for (settings, at) in [
        ("groups: {g: {vars: {__ansible_vault: x}}}", "ci.static.yml:4:"),
        ("groups: {g: {vars: {__ansible_unsafe: 5}}}", "ci.static.yml:4:"),
        ("groups: {g: {hosts: {h: {__ansible_unsafe: 5}}}}", "ci.static.yml:4:"),
        ("groups: {__ansible_vault: all}", "ci.static.yml:4:"),
        ("hosts: {names: {x: __ansible_vault}}", "ci.static.yml:4:"),
        ("groups: {g: {vars: {ansible_group_priority: zz}}}", "the group g"),
        ("groups: {g: {vars: {a-b: 1}}}", "ci.static.yml:4:"),
        ("groups: {g: {vars: {\"a b\": 1}}}", "ci.static.yml:4:"),
    ] {
        let why = Bench::new(&format!("source: {{addresses: [10.0.0.1]}}\n{settings}\nlayout: none\n")).refused();
        assert!(why.contains(at), "{settings}: {why}");
    }
    let own = Bench::new("layout: none\nsource: {files: own.yml}\n")
        .with("own.yml", "all: {hosts: {h1: {__ansible_vault: x}}, vars: {b: 1}}\n");
    assert!(own.refused().contains("__ansible_vault"));
}

#[test]
fn every_failure_is_one_paragraph_with_a_remedy() {
    let source = "source: {addresses: [10.0.0.1, 10.0.0.2]}\n";
    for settings in [
        "source: {files: nowhere.yml}\n",
        "source: {files: '*.nothing'}\n",
        "source: {files: {a: nowhere.yml, b: nowhere2.yml}}\n",
        "source: {}\n",
        "source: {addresses: [10.0.0.300]}\n",
        "source: {addresses: [10.0.0.1, 10.0.0.1]}\n",
        "source: {addresses: [10.0.0.0-10.255.255.255]}\n",
        "source: {machines: [{name: 'n[1:99999999]', address: 10.0.0.1}]}\n",
        "source: {machines: [{name: \"a\\nb\", address: 10.0.0.1}]}\n",
        "source: {machines: [{name: n1}]}\nlayout: none\n",
        "source: {addresses: [10.0.0.1]}\nmachines: {names: [\"x\\ninv-static: all is well\"]}\n",
        &format!("{source}machines: {{expect: 3}}\n"),
        &format!("{source}machines: {{states: [stopped]}}\n"),
        &format!("{source}hosts: {{name: same}}\nlayout: none\n"),
        &format!("{source}hosts: {{name: 'Node_{{number}}'}}\ngroups: {{kube_control_plane: all}}\n"),
        &format!("{source}hosts: {{names: {{nobody: x}}}}\n"),
        &format!("{source}hosts: {{vars: {{a: '{{tag:none}}'}}}}\nlayout: none\n"),
        &format!("{source}groups: {{g: {{first: 3}}}}\nlayout: none\n"),
        &format!("{source}groups: {{g: {{children: [h]}}}}\nlayout: none\n"),
        &format!("{source}groups: {{g: {{children: [h]}}, h: {{children: [g]}}}}\nlayout: none\n"),
        &format!("{source}members: [{{machine: gone}}]\nlayout: none\n"),
        source,
    ] {
        let why = Bench::new(settings).refused();
        assert!(why.contains("; "), "no remedy: {why}");
        assert!(why.len() < 2_000, "{why}");
    }
    // A flag that is wrong is a wrong question: exit 2, still without a byte of inventory.
    let output = Bench::new(source).run(["--no-such-flag"]);
    assert!(output.status.code() == Some(2) && output.stdout.is_empty());
}

#[test]
fn a_place_that_cannot_be_read_is_never_a_smaller_cluster() {
    let bench = Bench::new("layout: none\nsource: {files: {a: a.ini, b: gone.ini}}\n").with("a.ini", "n1\n");
    assert!(bench.refused().contains("gone.ini"));
    let broken = Bench::new("layout: none\nsource: {files: [a.ini, b.yml]}\n")
        .with("a.ini", "n1\n")
        .with("b.yml", "all: {hosts: {n2: ");
    assert!(broken.refused().contains("b.yml:1:"));
}

/// Stdout that cannot be written is a failure too, not half a document and exit 0.
#[test]
fn a_full_disk_is_a_failure() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    let bench = Bench::new(GOOD);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_inv-static"));
    let output = command.arg(bench.file()).arg("--list").stdout(full).output().unwrap();
    assert!(refusal(&output).contains("stdout cannot be written"));
}
