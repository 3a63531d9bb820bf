//! `init`: a cluster file that runs, from a list of machines.

use insta::assert_snapshot;

use crate::lab::{Lab, List};

const HOSTS: &str = "hosts.static.yml";

/// What the new file's inventory is.
fn list(lab: &Lab) -> List {
    List::parse(&lab.run(&[HOSTS]).text())
}

/// The name of the lab's directory is random, and a cluster is called after it.
fn init(lab: &Lab, arguments: &[&str]) -> String {
    lab.run(&[&["init", "--cluster", "lab"], arguments].concat()).text()
}

#[test]
fn one_line_is_the_successor_of_kubesprays_inventory_builder() {
    let lab = Lab::empty();
    assert_snapshot!(init(&lab, &["--machines", "10.10.1.3-10.10.1.7", "--yes"]), @r#"
./hosts.static.yml: the cluster lab of 5 hosts
  node1  10.10.1.3  kube_control_plane, etcd
  node2  10.10.1.4  kube_control_plane, etcd
  node3  10.10.1.5  kube_control_plane, etcd
  node4  10.10.1.6  kube_node
  node5  10.10.1.7  kube_node

Next:
  eval "$(./hosts.static.yml env)"   # Ansible fails when this inventory fails
  ./hosts.static.yml graph           # look at it
  ansible all -m ping                # reach it
"#);
    assert_snapshot!(lab.read(HOSTS), @r#"
#!/usr/bin/env inv-static
# lab: Ansible runs this file as its inventory; you run it too: ./FILE graph, explain, diff, doctor.
# Before Ansible: eval "$(./FILE env)"
plugin: kube_inventory.vms.static
cluster: lab

source:
  machines:
    - name: node[1:5]
      address: 10.10.1.3-10.10.1.7

# Another number of machines is an error, not another cluster.
machines:
  expect: 5

hosts:
  vars:
    ansible_become: true

# Decided once, by `init`; from now on this file says who is what.
groups:
  kube_control_plane: {names: [node1, node2, node3]}
  etcd: {names: [node1, node2, node3]}
  kube_node: {except: {names: [node1, node2, node3]}}

# Who is who, in the order kubespray sees. `pin --add` appends; to remove the first control plane, move its
# line down first.
members:
  - {machine: node1, host: node1, etcd_member_name: etcd1, address: 10.10.1.3}
  - {machine: node2, host: node2, etcd_member_name: etcd2, address: 10.10.1.4}
  - {machine: node3, host: node3, etcd_member_name: etcd3, address: 10.10.1.5}
  - {machine: node4, host: node4, address: 10.10.1.6}
  - {machine: node5, host: node5, address: 10.10.1.7}
"#);
    assert_eq!(lab.mode(HOSTS), 0o755);
    assert_eq!(lab.names(), [".envrc", HOSTS]);
    assert_snapshot!(lab.read(".envrc"), @r#"
# Ansible fails when this inventory fails, wherever it is run. For direnv, or: . ./.envrc
eval "$(./hosts.static.yml env)"
"#);
    let list = list(&lab);
    assert_eq!(list.hosts("kube_control_plane"), "node1 node2 node3");
    assert_eq!(list.hosts("etcd"), "node1 node2 node3");
    assert_eq!(list.hosts("kube_node"), "node4 node5");
    assert_eq!(list.each("ip"), "10.10.1.3 10.10.1.4 10.10.1.5 10.10.1.6 10.10.1.7");
    assert_eq!(list.group_var("lab", "ansible_become"), &serde_json::json!(true));
}

#[test]
fn the_summary_says_what_the_list_will_say() {
    let lab = Lab::empty();
    let summary = init(&lab, &["--machines", "10.0.0.1-10.0.0.4 gw,10.0.0.9,192.0.2.9", "--yes"]);
    let list = list(&lab);
    for host in ["gw", "node1", "node2", "node3", "node4"] {
        let line = summary.lines().find(|line| line.trim_start().starts_with(&format!("{host}  "))).unwrap();
        let words: Vec<&str> = line.split("  ").map(str::trim).filter(|word| !word.is_empty()).collect();
        let [_, address, groups] = words[..] else { panic!("{line}") };
        assert_eq!(list.var(host, "ansible_host"), address);
        for group in groups.split(", ") {
            assert!(list.hosts(group).split(' ').any(|member| member == host), "{host} in {group}");
        }
    }
}

#[test]
fn the_count_policy_is_applied_once_and_written_down() {
    let groups = |machines: &str| {
        let lab = Lab::empty();
        init(&lab, &["--machines", machines, "--yes"]);
        let list = list(&lab);
        [list.hosts("kube_control_plane"), list.hosts("etcd"), list.hosts("kube_node")]
    };
    assert_eq!(groups("10.0.0.1"), ["node1", "node1", "node1"]);
    assert_eq!(groups("10.0.0.1-10.0.0.2"), ["node1", "node1", "node2"]);
    assert_eq!(groups("10.0.0.1-10.0.0.3"), ["node1 node2 node3"; 3]);
    assert_eq!(groups("10.0.0.1-10.0.0.4"), ["node1 node2 node3", "node1 node2 node3", "node4"]);
}

#[test]
fn from_then_on_another_number_of_machines_is_an_error() {
    let lab = Lab::empty();
    init(&lab, &["--machines", "10.0.0.1-10.0.0.3", "--yes"]);
    let text = lab.read(HOSTS);
    lab.write(HOSTS, &text.replace("node[1:3]", "node[1:4]").replace("10.0.0.1-10.0.0.3", "10.0.0.1-10.0.0.4"));
    assert_snapshot!(lab.run(&[HOSTS]).failure(1), @"node4 (source.machines, running) belongs to the cluster and is not listed in `members`; `pin --add` appends it; if it does not belong, add node4 to `except` under `machines`");
    assert_snapshot!(lab.run(&[HOSTS, "pin", "--add"]).text(), @r"
hosts.static.yml: 4 members pinned
node4 is new, in kube_node
`expect` under `machines` is still 3: make it 4
");
    lab.write(HOSTS, &lab.read(HOSTS).replace("expect: 3", "expect: 4"));
    assert_eq!(list(&lab).hosts("lab"), "node1 node2 node3 node4");
}

#[test]
fn roles_that_names_say_are_written_down_too() {
    let lab = Lab::empty();
    init(&lab, &["--machines", "master1,10.0.0.1 w1,10.0.0.2 w2,10.0.0.3", "--yes"]);
    assert_eq!(list(&lab).hosts("kube_control_plane"), "master1");
    assert!(lab.read(HOSTS).contains(
        "\n  kube_control_plane: {names: [master1]}\n  etcd: {names: [master1]}\n  kube_node: {except: {names: [master1]}}\n"
    ));
}

#[test]
fn init_never_overwrites() {
    let lab = Lab::empty().with(HOSTS, "mine").with(".envrc", "mine");
    assert_snapshot!(lab.run(&["init", "--machines", "10.0.0.1", "--yes"]).failure(1), @"./hosts.static.yml exists already; `init` never overwrites: use another directory, or another name with `--as`");
    init(&lab, &["--machines", "10.0.0.1", "--yes", "--as", "other.yml"]);
    assert_eq!((lab.read(HOSTS), lab.read(".envrc")), ("mine".into(), "mine".into()));
    assert_eq!(lab.names(), [".envrc", HOSTS, "other.yml"]);
}

#[test]
fn init_asks_and_without_a_terminal_wants_a_yes() {
    let lab = Lab::empty();
    assert_snapshot!(lab.run(&["init", "--cluster", "lab", "--machines", "10.0.0.1"]).failure(2), @"`init` asks before it writes, and nobody is there to answer; add `--yes`");
    assert_snapshot!(lab.run_with_input(&["init", "--cluster", "lab", "--machines", "10.0.0.1"], Some("y\n")).failure(2), @"`init` asks before it writes, and nobody is there to answer; add `--yes`");
    assert!(lab.names().is_empty());
}

#[test]
fn init_writes_into_a_directory_of_its_own() {
    let lab = Lab::empty();
    let text = lab.run(&["init", "clusters/ci-kube", "--machines", "10.0.0.1", "-y"]).text();
    assert_snapshot!(text, @r#"
clusters/ci-kube/hosts.static.yml: the cluster ci-kube of one host
  node1  10.0.0.1  kube_control_plane, etcd, kube_node

Next:
  eval "$(clusters/ci-kube/hosts.static.yml env)"   # Ansible fails when this inventory fails
  clusters/ci-kube/hosts.static.yml graph           # look at it
  ansible all -m ping                               # reach it
"#);
    let list = List::parse(&lab.run(&["clusters/ci-kube/hosts.static.yml"]).text());
    assert_eq!(list.hosts("ci_kube"), "node1", "called after its directory");
}

#[test]
fn init_as_the_binarys_name_is_refused_where_it_would_start_itself() {
    let lab = Lab::empty();
    let here = lab.path("");
    let searched = Lab::empty().env("PATH", &format!("/usr/bin:{}", here.display()));
    let directory = here.to_str().unwrap();
    let refusal =
        searched.run(&["init", directory, "--machines", "10.0.0.1", "--yes", "--as", "inv-static"]).failure(2);
    assert_snapshot!(refusal.replace(directory, "/DIR/"), @"/DIR/ is on PATH, so a file called inv-static there would start itself for ever; write it into another directory, or give it another name");
    init(&lab, &["--machines", "10.0.0.1", "--yes", "--as", "inv-static"]);
    assert_eq!(List::parse(&lab.run(&["inv-static"]).text()).hosts("lab"), "node1");
    for name in ["", "a/b", ".hidden", "-x"] {
        lab.run(&["init", "--machines", "10.0.0.1", "--yes", &format!("--as={name}")]).failure(2);
    }
}

#[test]
fn the_version_comes_from_a_kubespray_checkout() {
    let lab = Lab::empty()
        .with("kubespray/galaxy.yml", "---\nnamespace: kubernetes_sigs\nname: kubespray\nversion: 2.15.1\n")
        .with("other/galaxy.yml", "name: x\n");
    init(&lab, &["--machines", "10.0.0.1-10.0.0.3", "--yes", "--kubespray", "kubespray"]);
    assert!(lab.read(HOSTS).contains("\nkubespray_version: \"v2.15.1\"\n"));
    assert_eq!(list(&lab).groups(), "lab kube-master etcd kube-node k8s-cluster");
    let refused = |checkout: &str| {
        lab.run(&["init", "new", "--machines", "10.0.0.1", "--yes", "--kubespray", checkout]).failure(1)
    };
    assert_snapshot!(refused("other"), @r#"the version of kubespray in other cannot be told: galaxy.yml has no version; leave `--kubespray` out and write `kubespray_version: "v2.31.0"` into the file"#);
    assert_snapshot!(refused("nowhere"), @r#"the version of kubespray in nowhere cannot be told: galaxy.yml cannot be read: No such file or directory (os error 2); leave `--kubespray` out and write `kubespray_version: "v2.31.0"` into the file"#);
}

#[test]
fn what_was_selected_on_the_command_line_is_written_down() {
    let lab = Lab::empty()
        .with("all.ini", "[x]\nk1 ansible_host=10.0.0.1\nk2 ansible_host=10.0.0.2\nother ansible_host=10.0.0.9\n");
    init(&lab, &["--files", "all.ini", "--names", "k*", "--yes"]);
    assert_eq!(list(&lab).hosts("lab"), "k1 k2");
    lab.write("all.ini", "[x]\nk1 ansible_host=10.0.0.1\nk2 ansible_host=10.0.0.2\nrouter ansible_host=10.0.0.9\n");
    assert_eq!(list(&lab).hosts("lab"), "k1 k2", "what was never selected is no stranger");
}

#[test]
fn several_machines_without_quotes_are_no_directory() {
    assert_snapshot!(Lab::empty().run(&["init", "--machines", "10.0.0.1", "10.0.0.2", "--yes"]).failure(2), @r#"10.0.0.2 stands where `init` takes a directory, and is an address; write several machines as one argument, in quotes: --machines "10.10.1.3 10.10.1.4""#);
    assert_snapshot!(Lab::empty().run(&["init", "--cluster", "lab", "--yes"]).failure(1), @"there is nothing to read machines from; write `machines`, `addresses` or `files` under `source`, or use --machines, --addresses or --files");
}
