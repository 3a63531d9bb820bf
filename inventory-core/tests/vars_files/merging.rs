//! Settings get into a person's files, who is told of what does not.

use std::path::PathBuf;

use ansible_referee::Ansible;
use inventory_core::inventory::{Value, Variables};
use inventory_core::vars::merge::{Absent, Merged, Setting};
use inventory_core::vars::tree::Owner;
use serde_json::{Value as Json, json};

use crate::directory::{Directory, group, path, setting};

const CALICO: &str = "group_vars/k8s_cluster/k8s-net-calico.yml";
const CLUSTER: &str = "group_vars/k8s_cluster/k8s-cluster.yml";

fn mtu(value: i128) -> Setting {
    setting(CALICO, "calico_mtu", Value::Int(value))
}

/// A setting of `all`, in a sample's file for it.
fn of_all(keys: &str, value: Value) -> Setting {
    Setting { owner: group("all"), ..setting("group_vars/all/all.yml", keys, value) }
}

fn changes(merged: &Merged) -> Vec<String> {
    merged.changes.iter().map(ToString::to_string).collect()
}

#[test]
fn a_value_is_changed_where_it_stands_with_its_reason_above() {
    let directory = Directory::new(&[(CALICO, "---\n# MTU, see the wiki\ncalico_mtu: 1500  # bytes\nother: 1\n")]);
    let merged = directory.merge(&[mtu(1400)]);
    assert_eq!(
        directory.text(CALICO),
        "---\n# MTU, see the wiki\n# inv: because of calico_mtu\ncalico_mtu: 1400  # bytes\nother: 1\n"
    );
    assert_eq!(changes(&merged), [format!("{CALICO}:3: calico_mtu: 1500 → 1400 (because of calico_mtu)")]);
    directory.merge(&[Setting { reason: "another reason".to_owned(), ..mtu(1300) }]);
    assert_eq!(
        directory.text(CALICO),
        "---\n# MTU, see the wiki\n# inv: another reason\ncalico_mtu: 1300  # bytes\nother: 1\n"
    );
}

#[test]
fn a_change_is_told_where_the_value_stands_and_once_made_where_it_stands_then() {
    let text = "---\nother: 1\ncalico_mtu: 1500\nkubelet_max_pods: 90\n";
    let directory = Directory::new(&[(CALICO, text)]);
    let wanted =
        [mtu(1400), setting(CALICO, "kubelet_max_pods", Value::Int(110)), setting(CALICO, "new", Value::Int(1))];
    let merged = directory.merge(&wanted);
    let places = |change: &inventory_core::vars::merge::Change| (change.was_at, change.line);
    assert_eq!(merged.changes.iter().map(places).collect::<Vec<_>>(), [(Some(3), 4), (Some(4), 6), (None, 8)]);
    assert!(merged.changes[1].to_string().contains(".yml:4: kubelet_max_pods: 90 → 110 ("), "{}", merged.changes[1]);
    assert!(merged.changes[1].made().to_string().contains(".yml:6: kubelet_max_pods: 90 → 110 ("));
}

#[test]
fn a_right_value_is_not_touched_nor_is_its_comment() {
    let text = "# inv: an old reason\n'calico_mtu' :  0x578   \r\n";
    let directory = Directory::new(&[(CALICO, text)]);
    let merged = directory.merge(&[mtu(1400)]);
    assert!(merged.files.is_empty() && merged.changes.is_empty() && merged.left.is_empty());
}

#[test]
fn a_new_file_begins_as_kubesprays_do() {
    let directory = Directory::new(&[]);
    let pool = Value::List(vec![Value::user("10.0.0.1-10.0.0.9"), Value::user("fd00::/120")]);
    let pools = Value::Map(Variables::from_iter([("primary".to_owned(), pool)]));
    let merged = directory.merge(&[mtu(1400), setting(CALICO, "metallb_config.address_pools", pools)]);
    assert_eq!(merged.files.iter().map(|file| &file.old).collect::<Vec<_>>(), [&None]);
    insta::assert_snapshot!(directory.text(CALICO), @"
    ---
    # inv: because of calico_mtu
    calico_mtu: 1400
    metallb_config:
      # inv: because of metallb_config.address_pools
      address_pools:
        primary:
          - 10.0.0.1-10.0.0.9
          - fd00::/120
    ");
}

#[test]
fn a_setting_that_may_be_absent_only_corrects_another_value() {
    let leave = |value| Setting { absent: Absent::Leave, ..mtu(value) };
    let directory = Directory::new(&[(CALICO, "a: 1\n")]);
    assert!(directory.merge(&[leave(1500)]).files.is_empty());
    directory.write(CALICO, "calico_mtu: '1500'\n");
    directory.merge(&[leave(1500)]);
    assert_eq!(directory.text(CALICO), "# inv: because of calico_mtu\ncalico_mtu: 1500\n");
}

#[test]
fn text_that_looks_like_the_number_is_told_in_quotes() {
    let directory = Directory::new(&[(CALICO, "calico_mtu: '1400'\ncilium_mtu: 1400\n")]);
    let merged = directory.merge(&[mtu(1400), setting(CALICO, "cilium_mtu", Value::user("1400"))]);
    let told = changes(&merged).join("\n");
    assert!(told.contains("calico_mtu: \"1400\" → 1400 (") && told.contains("cilium_mtu: 1400 → \"1400\" ("), "{told}");
}

#[test]
fn a_variable_is_corrected_in_whatever_file_has_it() {
    let directory = Directory::new(&[
        ("group_vars/k8s_cluster/00-mine.yml", "calico_mtu: 1\n"),
        (CALICO, "# calico_mtu: 1500\n"),
        ("group_vars/all/all.yml", "kubelet_max_pods: 100\n"),
    ]);
    directory.merge(&[mtu(1400), setting(CLUSTER, "kubelet_max_pods", Value::Int(110))]);
    assert!(directory.text("group_vars/k8s_cluster/00-mine.yml").ends_with("calico_mtu: 1400\n"));
    assert!(directory.text("group_vars/all/all.yml").ends_with("kubelet_max_pods: 110\n"));
    assert_eq!(directory.text(CALICO), "# calico_mtu: 1500\n");
    assert!(!directory.path().join(CLUSTER).exists());
}

#[test]
fn the_value_that_counts_is_corrected_and_the_others_are_reported() {
    let directory = Directory::new(&[
        ("group_vars/all/all.yml", "calico_mtu: 1\n"),
        ("group_vars/k8s_cluster/a.yml", "calico_mtu: 2\ncalico_mtu: 1400\n"),
        ("group_vars/k8s_cluster/b.yml", "calico_mtu: 3\ncalico_mtu: 4\n"),
    ]);
    let merged = directory.merge(&[mtu(1400)]);
    assert_eq!(directory.text("group_vars/k8s_cluster/b.yml"), {
        "calico_mtu: 3\n# inv: because of calico_mtu\ncalico_mtu: 1400\n"
    });
    insta::assert_snapshot!(directory.shown(&merged.shadowed).join("\n"), @"
    group_vars/all/all.yml:1:1: `calico_mtu` is 1 here, which has no effect: group_vars/k8s_cluster/b.yml:2:1 counts; remove one of them
    group_vars/k8s_cluster/a.yml:1:1: `calico_mtu` is 2 here, which has no effect: group_vars/k8s_cluster/b.yml:2:1 counts; remove one of them
    group_vars/k8s_cluster/b.yml:1:1: `calico_mtu` is 3 here, which has no effect: group_vars/k8s_cluster/b.yml:2:1 counts; remove one of them
    ");
}

#[test]
fn a_map_gets_its_key_in_the_file_whose_map_counts() {
    let directory = Directory::new(&[
        ("group_vars/all/a.yml", "loadbalancer_apiserver:\n  address: 1.2.3.4\n"),
        ("group_vars/all/b.yml", "loadbalancer_apiserver: {port: 6443} # b\n"),
    ]);
    let settings = [
        of_all("loadbalancer_apiserver.address", Value::user("1.2.3.5")),
        of_all("loadbalancer_apiserver.port", Value::Int(8443)),
    ];
    let merged = directory.merge(&settings);
    insta::assert_snapshot!(directory.text("group_vars/all/b.yml"), @r"
    # inv: loadbalancer_apiserver.address: because of loadbalancer_apiserver.address
    # inv: loadbalancer_apiserver.port: because of loadbalancer_apiserver.port
    loadbalancer_apiserver: {port: 8443, address: 1.2.3.5} # b
    ");
    insta::assert_snapshot!(directory.shown(&merged.shadowed).join("\n"), @"group_vars/all/a.yml:2:3: `loadbalancer_apiserver.address` is 1.2.3.4 here, which has no effect: a later `loadbalancer_apiserver` without it counts; remove one of them");
}

#[test]
fn what_beats_a_setting_elsewhere_is_reported() {
    let directory = Directory::new(&[
        ("group_vars/kube_node.yml", "calico_mtu: 1\nloadbalancer_apiserver: {port: 1}\n"),
        ("group_vars/etcd.yml", "calico_mtu: 1400\n"),
        ("host_vars/node1.yml", "calico_mtu: '{{ x }}'\n"),
        ("host_vars/node2.example.com/a.yml", "calico_mtu: 2\n"),
    ]);
    let merged = directory.merge(&[mtu(1400), of_all("loadbalancer_apiserver.address", Value::user("1.2.3.4"))]);
    insta::assert_snapshot!(directory.shown(&merged.overrides).join("\n"), @r"
    group_vars/kube_node.yml:1:1: `calico_mtu` is 1 for group `kube_node`, which counts there instead of 1400; remove it if that is not meant
    host_vars/node1.yml:1:1: `calico_mtu` is {{ x }} for host `node1`, which counts there instead of 1400; remove it if that is not meant
    host_vars/node2.example.com/a.yml:1:1: `calico_mtu` is 2 for host `node2.example.com`, which counts there instead of 1400; remove it if that is not meant
    group_vars/kube_node.yml:2:1: `loadbalancer_apiserver.address` is not set for group `kube_node`, which counts there instead of 1.2.3.4; remove it if that is not meant
    ");
}

#[test]
fn what_cannot_be_written_is_left_with_a_remedy() {
    let leave = |text: &str| {
        let directory = Directory::new(&[(CALICO, text)]);
        let merged = directory.merge(&[mtu(1400)]);
        assert!(merged.files.is_empty() && merged.changes.is_empty());
        assert_eq!(directory.text(CALICO), text);
        directory.shown(merged.left)
    };
    let left: Vec<String> = [
        "calico_mtu: '{{ mtu }}'\n",
        "calico_mtu: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  61\n",
        "calico_mtu: !unsafe 1500\n",
        "x: &x 1\ncalico_mtu: *x\n",
        "calico_mtu: &x 1\ny: *x\n",
        "calico_mtu:\n  # why\n  - 1\n",
        "{\"calico_mtu\": 1}\n",
        "calico_mtu: [1\n",
        "a: 1\n---\ncalico_mtu: 1\n",
        "$ANSIBLE_VAULT;1.1;AES256\n61\n",
    ]
    .into_iter()
    .flat_map(leave)
    .collect();
    insta::assert_snapshot!(left.join("\n"), @"
    group_vars/k8s_cluster/k8s-net-calico.yml:1:1: `calico_mtu` is left as it is, because it is a template, `{{ mtu }}`, and only Ansible knows what that comes to; see to it that it is 1400, or write that instead
    group_vars/k8s_cluster/k8s-net-calico.yml:1:1: `calico_mtu` is left as it is, because it is encrypted by ansible-vault; see to it that it is 1400, or write that instead
    group_vars/k8s_cluster/k8s-net-calico.yml:1:1: `calico_mtu` is left as it is, because its value has the tag `!unsafe`; write 1400 there yourself
    group_vars/k8s_cluster/k8s-net-calico.yml:2:1: `calico_mtu` is left as it is, because its value is an alias of another; write 1400 there yourself
    group_vars/k8s_cluster/k8s-net-calico.yml:1:1: `calico_mtu` is left as it is, because its value has an anchor, for others to repeat; write 1400 there yourself
    group_vars/k8s_cluster/k8s-net-calico.yml:1:1: `calico_mtu` is left as it is, because a comment inside its value would be lost; write 1400 there yourself
    group_vars/k8s_cluster/k8s-net-calico.yml:1:2: `calico_mtu` is left as it is, because the file is written in `{}`; write 1400 there yourself
    `calico_mtu` is not written, because its file cannot be read: group_vars/k8s_cluster/k8s-net-calico.yml:1:13: `[` is opened and not closed; close the bracket
    `calico_mtu` is not written, because its file cannot be read: group_vars/k8s_cluster/k8s-net-calico.yml:2:1: a second document starts here, and Ansible reads files of one; remove this `---` or `...`, or move what follows into a file of its own
    `calico_mtu` is not written, because its file cannot be read: group_vars/k8s_cluster/k8s-net-calico.yml is encrypted by ansible-vault as a whole; keep what is no secret in a file of its own
    ");
}

#[test]
fn a_file_that_ansible_reads_is_chosen_over_one_that_it_would_not() {
    let place = |files: &[(&str, &str)], setting: Setting| {
        let directory = Directory::new(files);
        let merged = directory.merge(&[setting]);
        assert!(directory.tree().passed_over().is_empty(), "{:?}", directory.tree().passed_over());
        merged.files[0].path.clone()
    };
    let etcd = || Setting { owner: group("etcd"), ..setting("group_vars/etcd.yml", "a", Value::Int(1)) };
    assert_eq!(place(&[("group_vars/k8s_cluster.yml", "a: 1\n")], mtu(1)), PathBuf::from("group_vars/k8s_cluster.yml"));
    assert_eq!(place(&[("group_vars/k8s_cluster.json", "")], mtu(1)), PathBuf::from("group_vars/k8s_cluster.json"));
    assert_eq!(place(&[("group_vars/k8s_cluster/x", "a: 1\n")], mtu(1)), PathBuf::from(CALICO));
    assert_eq!(place(&[("group_vars/etcd/x.yml", "b: 1\n")], etcd()), PathBuf::from("group_vars/etcd/etcd.yml"));
    assert_eq!(place(&[("group_vars/etcd/.keep", "")], etcd()), PathBuf::from("group_vars/etcd/etcd.yml"));
    assert_eq!(place(&[("group_vars/etcd.yaml", "b: 1\n")], etcd()), PathBuf::from("group_vars/etcd.yaml"));
    assert_eq!(place(&[], etcd()), PathBuf::from("group_vars/etcd.yml"));
}

#[test]
fn a_hosts_variable_is_its_own_whatever_groups_say() {
    let directory = Directory::new(&[("group_vars/all.yml", "pod_cidr: x\n"), ("host_vars/w1.yml", "pod_cidr: y\n")]);
    let cidr = |host: &str| Setting {
        owner: Owner::Host(host.to_owned()),
        ..setting(&format!("host_vars/{host}.yml"), "pod_cidr", Value::user("10.200.0.0/24"))
    };
    let merged = directory.merge(&[cidr("w0"), cidr("w1")]);
    assert_eq!(directory.text("host_vars/w0.yml"), "---\n# inv: because of pod_cidr\npod_cidr: 10.200.0.0/24\n");
    assert_eq!(directory.text("host_vars/w1.yml"), "# inv: because of pod_cidr\npod_cidr: 10.200.0.0/24\n");
    assert!(merged.shadowed.is_empty() && merged.overrides.is_empty());
}

#[test]
fn files_that_may_say_more_are_named() {
    let vault = "$ANSIBLE_VAULT;1.1;AES256\n61\n";
    let directory = Directory::new(&[
        ("group_vars/all/vault.yml", vault),
        ("group_vars/k8s_cluster/broken.yml", "a: [\n"),
        ("host_vars/n1.yml", vault),
    ]);
    let merged = directory.merge(&[mtu(1400), of_all("a", Value::Int(1))]);
    assert_eq!(merged.files.len(), 2);
    insta::assert_snapshot!(directory.shown(&merged.unreadable).join("\n"), @"group_vars/k8s_cluster/broken.yml:1:4: `[` is opened and not closed; close the bracket");
}

#[test]
fn the_host_gets_what_was_merged_except_where_an_override_was_reported() {
    let directory = Directory::new(&[
        ("hosts.ini", "[k8s_cluster]\nplain\nown\nworker\n[k8s_cluster:children]\nkube_node\n[kube_node]\nworker\n"),
        ("group_vars/all/a.yml", "calico_mtu: 1\npods: 10.0.0.0/8\nlb:\n  address: 1.2.3.4\n"),
        ("group_vars/all/b.yml", "lb: {port: 1}\r\nlb: {port: 2} # last\r\n"),
        ("group_vars/k8s_cluster/a.yml", "\u{feff}calico_mtu: 2\ncalico_mtu: '3'\n"),
        ("group_vars/kube_node.yml", "calico_mtu: 4\n"),
        ("host_vars/own", "lb: {}\n"),
    ]);
    let merged = directory.merge(&[
        mtu(1400),
        setting(CLUSTER, "pods", Value::user("10.234.0.0/16")),
        setting(CLUSTER, "dns", Value::user("y")),
        of_all("lb.address", Value::user("10.0.0.10")),
        of_all("lb.port", Value::Int(8443)),
    ]);
    let beaten: Vec<_> = merged.overrides.iter().map(|it| (it.owner.name(), it.path.join("."))).collect();
    let expected = [("kube_node", "calico_mtu"), ("own", "lb.address"), ("own", "lb.port")];
    assert_eq!(beaten, expected.map(|(owner, path)| (owner, path.to_owned())));
    let hosts = directory.path().join("hosts.ini");
    for ansible in Ansible::ALL {
        let answer = ansible.session().inventory(["-i", hosts.to_str().unwrap(), "--list"]).json();
        let of = |host: &str| answer["_meta"]["hostvars"][host].clone();
        let right = json!({
            "calico_mtu": 1400, "pods": "10.234.0.0/16", "dns": "y", "lb": {"address": "10.0.0.10", "port": 8443}
        });
        let but = |key: &str, value: Json| {
            let mut variables = right.clone();
            variables[key] = value;
            variables
        };
        assert_eq!(of("plain"), right, "{ansible:?}");
        assert_eq!(of("own"), but("lb", json!({})), "{ansible:?}");
        assert_eq!(of("worker"), but("calico_mtu", json!(4)), "{ansible:?}");
    }
}

#[test]
fn text_from_outside_never_becomes_a_template() {
    let directory = Directory::new(&[(CALICO, "a: 1\n")]);
    directory.merge(&[setting(CALICO, "b.c", Value::outside("{{ lookup('pipe', 'id') }}"))]);
    assert!(directory.text(CALICO).ends_with("c: !unsafe \"{{ lookup('pipe', 'id') }}\"\n"));
    assert_eq!(path("b.c"), ["b", "c"]);
}
