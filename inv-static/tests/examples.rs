//! Every example through real Ansible, the oldest and the newest we promise.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ansible_referee::{Ansible, Outcome, Session};
use serde_json::{Value, json};
use tempfile::TempDir;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace").join("examples")
}

/// A session of Ansible that finds `inv-static` and fails when it cannot read any one source.
fn session(ansible: Ansible) -> Session {
    let ours = Path::new(env!("CARGO_BIN_EXE_inv-static")).parent().unwrap();
    let path = std::env::join_paths([ours, &ansible.bin(), Path::new("/usr/bin"), Path::new("/bin")]).unwrap();
    ansible.session().env("PATH", path).env("ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED", "1")
}

/// Asserts that a run went well. Ansible shows what an inventory says on stderr as an error, and goes on.
fn done(outcome: Outcome) -> Outcome {
    assert!(outcome.status.success() && !outcome.stderr.contains("[ERROR]"), "{outcome:#?}");
    outcome
}

/// One example as one release of Ansible sees it.
struct Seen {
    ansible: Ansible,
    /// The document of `ansible-inventory --list`.
    list: Value,
    /// The hosts of a play on each group, as `ansible-playbook --list-hosts` counts them.
    plays: BTreeMap<String, BTreeSet<String>>,
}

impl Seen {
    /// Looks at these files of an example, in this order.
    fn look(ansible: Ansible, directory: &Path, files: &[&str]) -> Self {
        let session = session(ansible);
        let sources = files.iter().flat_map(|file| ["-i".into(), directory.join(file).into_os_string()]);

        let list = done(session.inventory(sources.clone().chain(["--list".into()]))).json();

        let mut playbook = String::new();
        for group in list.as_object().unwrap().keys().filter(|group| *group != "_meta") {
            writeln!(playbook, "- hosts: {group}").unwrap();
        }
        let path = session.home().join("every-group.yml");
        std::fs::write(&path, playbook).unwrap();
        let listed = done(session.playbook(sources.chain(["--list-hosts".into(), path.into_os_string()])));
        Self { ansible, list, plays: plays(&listed.stdout) }
    }

    /// Asserts that a group itself lists these hosts, in the order in which kubespray meets them.
    fn has(&self, group: &str, hosts: &[&str]) {
        let listed = self.list[group]["hosts"].as_array().into_iter().flatten();
        let listed: Vec<&str> = listed.map(|host| host.as_str().unwrap()).collect();
        let mut hosts = hosts.to_vec();
        if self.ansible == Ansible::Old {
            // Its `ansible-inventory` sorts what it prints, so that the order can only be seen in the new one.
            hosts.sort_unstable();
        }
        assert_eq!(listed, hosts, "{group}, to {:?}", self.ansible);
    }

    /// The groups directly below a group.
    fn children(&self, group: &str) -> BTreeSet<&str> {
        self.list[group]["children"].as_array().unwrap().iter().map(|child| child.as_str().unwrap()).collect()
    }

    /// The hosts that a play on a group reaches.
    fn played(&self, group: &str) -> BTreeSet<&str> {
        self.plays[group].iter().map(String::as_str).collect()
    }

    fn variable(&self, host: &str, name: &str) -> &Value {
        &self.list["_meta"]["hostvars"][host][name]
    }

    /// Asserts that each of these hosts has `name`, with the value that `of` gives it.
    fn each<'a>(&self, hosts: impl IntoIterator<Item = &'a str>, name: &str, of: impl Fn(&str) -> Value) {
        for host in hosts {
            assert_eq!(self.variable(host, name), &of(host), "{name} of {host}");
        }
    }
}

/// Reads the output of `ansible-playbook --list-hosts`: per play its pattern in brackets, then its hosts, indented.
fn plays(output: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut plays: Vec<(String, BTreeSet<String>)> = Vec::new();
    for line in output.lines() {
        if let Some(pattern) = line.strip_prefix("    pattern: ['") {
            plays.push((pattern.trim_end_matches("']").to_owned(), BTreeSet::new()));
        } else if let Some(host) = line.strip_prefix("      ") {
            let (_, hosts) = plays.last_mut().expect("a pattern precedes its hosts");
            hosts.insert(host.to_owned());
        }
    }
    plays.into_iter().collect()
}

/// Looks at files of an example through every release.
fn through_ansible(example: &str, files: &[&str], check: impl Fn(&Seen)) {
    for ansible in Ansible::ALL {
        check(&Seen::look(ansible, &examples().join(example), files));
    }
}

/// `prefix` followed by each number, as host names.
fn numbered(prefix: &str, numbers: impl IntoIterator<Item = u8>) -> Vec<String> {
    numbers.into_iter().map(|number| format!("{prefix}{number}")).collect()
}

/// The digits that end a name's first label.
fn number(host: &str) -> u8 {
    let label = host.split('.').next().unwrap();
    label[label.trim_end_matches(|c: char| c.is_ascii_digit()).len()..].parse().unwrap()
}

fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    names.into_iter().collect()
}

/// What both spellings of ci-kube owe the seed, under their names for kubespray's groups.
fn is_ci_kube(seen: &Seen, control_plane: &str, node: &str, cluster: &str) {
    let nodes = numbered("ci-kube-k8s-node-", 1..=5);
    let nodes: Vec<&str> = nodes.iter().map(String::as_str).collect();

    seen.has("ci_kube", &nodes);
    seen.has(control_plane, &nodes[..3]);
    seen.has("etcd", &nodes);
    seen.has(node, &nodes);
    assert_eq!(seen.children(cluster), set([control_plane, node]));
    assert_eq!(seen.played(cluster), set(nodes.iter().copied()));
    assert_eq!(seen.played("all"), set(nodes.iter().copied()));
    seen.has("database", &nodes[..3]);
    seen.has("prometheus", &nodes[3..]);
    seen.has("etcd-data", &nodes);

    let addresses = ["10.233.67.80", "10.233.67.76", "10.233.67.82", "10.233.67.81", "10.233.67.79"];
    for (host, address) in nodes.iter().zip(addresses) {
        assert_eq!(seen.variable(host, "ansible_host"), address);
        assert_eq!(seen.variable(host, "ip"), address);
    }
    seen.each(nodes.iter().copied(), "ansible_user", |_| json!("root"));
    seen.each(nodes.iter().copied(), "database_node_ord", |host| json!(number(host)));
    seen.each(nodes[3..].iter().copied(), "prometheus_node_ord", |host| json!(number(host)));
    seen.each(nodes[..3].iter().copied(), "prometheus_node_ord", |_| Value::Null);

    seen.each(nodes.iter().copied(), "kube_service_addresses", |_| json!("10.239.0.0/18"));
    seen.each(nodes.iter().copied(), "kube_pods_subnet", |_| json!("10.239.64.0/18"));
    seen.each(nodes.iter().copied(), "calico_mtu", |_| json!(1400));
}

#[test]
fn ci_kube_has_todays_groups() {
    through_ansible("ci-kube", &["ci-kube.static.yml"], |seen| {
        is_ci_kube(seen, "kube_control_plane", "kube_node", "k8s_cluster");
    });
}

#[test]
fn ci_kube_legacy_has_the_groups_of_kubespray_2_7() {
    through_ansible("ci-kube-legacy", &["ci-kube-legacy.static.yml"], |seen| {
        is_ci_kube(seen, "kube-master", "kube-node", "k8s-cluster");
        for name in ["kube_control_plane", "kube_node", "k8s_cluster"] {
            assert!(seen.list.get(name).is_none(), "{name} came with v2.16");
        }
        seen.each(["ci-kube-k8s-node-1"], "dnsmasq_dns_server", |_| json!("10.239.0.2"));
        seen.each(["ci-kube-k8s-node-1"], "skydns_server", |_| json!("10.239.0.3"));
    });
}

#[test]
fn kube_on_air_numbers_its_nodes_and_keeps_the_users_template() {
    through_ansible("kube-on-air", &["kube-on-air.static.yml"], |seen| {
        let nodes = ["head10", "work11", "work12", "work13"];
        seen.has("cluster", &nodes);
        seen.has("head", &nodes[..1]);
        seen.has("work", &nodes[1..]);
        seen.has("host", &["localhost"]);
        assert_eq!(seen.played("all"), set(nodes.into_iter().chain(["localhost"])));

        seen.each(nodes, "ansible_host", |host| json!(host));
        seen.each(nodes, "cluster_node_ip", |host| json!(format!("172.31.255.{}", number(host))));
        seen.each(nodes, "cluster_node_prefixlen", |_| json!(24));
        seen.each(nodes, "head", |_| json!("{{ groups['head'] | first }}"));
        seen.each(["localhost"], "ansible_connection", |_| json!("local"));
    });
}

#[test]
fn kube_on_airs_template_names_the_first_head_in_a_play() {
    let play = "- hosts: host
  gather_facts: false
  tasks:
    - ansible.builtin.assert:
        that:
          - hostvars['work12'].head == 'head10'
          - ansible_connection == 'local'
";
    for ansible in Ansible::ALL {
        let session = session(ansible);
        let playbook = session.home().join("head.yml");
        std::fs::write(&playbook, play).unwrap();
        let source = examples().join("kube-on-air/kube-on-air.static.yml");
        done(session.playbook([Path::new("-i"), &source, &playbook]));
    }
}

#[test]
fn ha_lab_has_its_own_groups_and_the_hard_ways_addresses() {
    through_ansible("ha-lab", &["ha-lab.static.yml"], |seen| {
        let groups: [(&str, &[&str], &[&str]); 6] = [
            ("core_servers", &["core1.lan"], &["10.240.0.2"]),
            ("etcd_servers", &["etcd0.lan", "etcd1.lan", "etcd2.lan"], &["10.240.0.10", "10.240.0.11", "10.240.0.12"]),
            (
                "controller_servers",
                &["controller0.lan", "controller1.lan", "controller2.lan"],
                &["10.240.0.20", "10.240.0.21", "10.240.0.22"],
            ),
            (
                "worker_servers",
                &["worker0.lan", "worker1.lan", "worker2.lan"],
                &["10.240.0.30", "10.240.0.31", "10.240.0.32"],
            ),
            ("docker_registry_servers", &["dreg0.lan"], &["10.240.0.40"]),
            ("lb_servers", &["k8slb0.lan"], &["10.240.0.50"]),
        ];
        for (group, hosts, addresses) in groups {
            seen.has(group, hosts);
            assert_eq!(seen.played(group), set(hosts.iter().copied()));
            for (host, address) in hosts.iter().zip(addresses) {
                assert_eq!(seen.variable(host, "ansible_host"), address);
                assert_eq!(seen.variable(host, "vagrant_ip"), address);
                assert_eq!(seen.variable(host, "ip"), &Value::Null, "ip is kubespray's");
            }
        }
        assert_eq!(seen.played("ha_lab").len(), 12);
        for layouts in ["controllers", "workers", "etcd", "load_balancers"] {
            assert!(seen.list.get(layouts).is_none(), "network.roles gives {layouts} another name");
        }
        let constants = [
            ("k8s_controller_cluster_cidr", "10.200.0.0/16"),
            ("k8s_controller_service_account_ip_range", "10.32.0.0/24"),
            ("k8s_worker_cluster_dns", "10.32.0.10"),
            ("k8s_worker_master", "https://10.240.0.50:443"),
            ("ansible_user", "vagrant"),
        ];
        for (name, value) in constants {
            assert_eq!(seen.variable("worker2.lan", name), value);
        }
    });
}

#[test]
fn from_scratch_has_etcd_on_all_three() {
    through_ansible("from-scratch", &["from-scratch.static.yml"], |seen| {
        let machines = ["master", "minion1", "minion2"];
        seen.has("etcd", &machines);
        seen.has("controllers", &["master"]);
        seen.has("workers", &["minion1", "minion2"]);
        assert_eq!(seen.played("all"), set(machines));
        for (host, address) in machines.iter().zip(["192.168.1.165", "192.168.1.166", "192.168.1.167"]) {
            assert_eq!(seen.variable(host, "ansible_host"), address);
        }
    });
}

#[test]
fn lab_cluster_has_sixteen_machines_in_the_labs_groups_and_kubesprays() {
    through_ansible("lab-cluster", &["lab-cluster.static.yml"], |seen| {
        let machines = numbered("sparrow", [0, 1, 2, 5, 6, 7, 8, 9, 11, 12, 14, 15, 16, 17, 18, 19]);
        let machines: Vec<&str> = machines.iter().map(String::as_str).collect();
        let masters = ["sparrow0", "sparrow5", "sparrow15"];
        let workers: Vec<&str> = machines.iter().copied().filter(|machine| !masters.contains(machine)).collect();

        seen.has("lab_cluster", &machines);
        for group in ["masters", "kube_control_plane", "etcd"] {
            seen.has(group, &masters);
        }
        for group in ["workers", "kube_node"] {
            seen.has(group, &workers);
        }
        assert_eq!(seen.children("kube_masters"), set(["masters"]));
        assert_eq!(seen.children("kube_workers"), set(["workers"]));
        assert_eq!(seen.played("kube_masters"), set(masters));
        assert_eq!(seen.played("kube_workers"), set(workers.iter().copied()));
        for group in ["kubespray", "k8s_cluster", "all"] {
            assert_eq!(seen.played(group), set(machines.iter().copied()));
        }
        assert!(seen.children("k8s_cluster").is_superset(&set(["kube_control_plane", "kube_node"])));
        seen.has("calico_rr", &[]);

        seen.each(machines.iter().copied(), "ansible_host", |host| json!(format!("192.168.1.{}", 20 + number(host))));
        seen.each(machines.iter().copied(), "ansible_become", |_| json!(true));
        seen.each(machines.iter().copied(), "kube_network_plugin", |_| json!("cilium"));
        let pool = &seen.variable("sparrow0", "metallb_config")["address_pools"]["primary"]["ip_range"];
        assert_eq!(pool, &json!(["192.168.1.40-192.168.1.79"]));
    });
}

#[test]
fn constructed_builds_groups_from_tags() {
    through_ansible("lab-cluster", &["lab-cluster.static.yml", "constructed.yml"], |seen| {
        let one = numbered("sparrow", [0, 1, 2, 5, 6, 7, 8, 9]);
        let two = numbered("sparrow", [11, 12, 14, 15, 16, 17, 18, 19]);
        assert_eq!(seen.played("tag_server_albatross1"), set(one.iter().map(String::as_str)));
        assert_eq!(seen.played("tag_server_albatross2"), set(two.iter().map(String::as_str)));
        assert_eq!(seen.variable("sparrow19", "inv_tags"), &json!({"server": "albatross2"}));
    });
}

/// A copied example must start, and make Ansible strict, without an edit.
#[test]
fn every_example_is_executable_and_has_its_envrc() {
    use std::os::unix::fs::PermissionsExt as _;

    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(examples()).unwrap() {
        let directory = entry.unwrap().path();
        let Some(name) = directory.file_name().filter(|_| directory.is_dir()) else { continue };
        let name = name.to_str().unwrap().to_owned();
        let file = directory.join(format!("{name}.static.yml"));
        // The other sources look after their own.
        if ["libvirt", "vagrant"].iter().any(|source| directory.join(format!("{name}.{source}.yml")).exists()) {
            continue;
        }
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111, "{} is not executable", file.display());
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("#!/usr/bin/env inv-static\n"), "{}", file.display());
        let envrc = std::fs::read_to_string(directory.join(".envrc")).unwrap();
        assert!(envrc.ends_with(&format!("\neval \"$(./{name}.static.yml env)\"\n")), "{envrc}");
        found.insert(name);
    }
    let tested = ["ci-kube", "ci-kube-legacy", "from-scratch", "ha-lab", "kube-on-air", "lab-cluster"];
    assert_eq!(found, tested.map(str::to_owned).into());
}

/// A copy of an example's cluster file, and of nothing else of it but these files.
fn copy(example: &str, beside: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let file = format!("{example}.static.yml");
    std::fs::copy(examples().join(example).join(&file), directory.path().join(&file)).unwrap();
    for (name, text) in beside {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    directory
}

/// Runs a command of `inv-static` on a copy, and returns its exit code and what it printed.
fn ours(directory: &Path, example: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_inv-static"));
    let output = command.current_dir(directory).arg(format!("{example}.static.yml")).args(arguments).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

/// Writes the variables of an example into an empty directory, and looks at them through both Ansibles.
fn written(example: &str, check: impl Fn(&Seen)) {
    let directory = copy(example, &[]);
    let (code, text) = ours(directory.path(), example, &["vars", "--write"]);
    assert_eq!(code, Some(0), "{text}");
    let again = ours(directory.path(), example, &["vars", "--write"]);
    assert!(again.0 == Some(0) && again.1.ends_with("nothing to write: the variables are as planned\n"), "{again:?}");
    assert_eq!(ours(directory.path(), example, &["vars", "--check"]), (Some(0), String::new()));
    for ansible in Ansible::ALL {
        check(&Seen::look(ansible, directory.path(), &[&format!("{example}.static.yml")]));
    }
}

#[test]
fn what_vars_writes_is_on_the_hosts_of_every_example() {
    let always = |value: Value| move |_: &str| value.clone();
    written("ci-kube", |seen| {
        seen.each(seen.played("k8s_cluster"), "kube_pods_subnet", always(json!("10.239.64.0/18")));
        seen.each(seen.played("k8s_cluster"), "kube_service_addresses", always(json!("10.239.0.0/18")));
        seen.each(seen.played("k8s_cluster"), "calico_mtu", always(json!(1400)));
        seen.each(seen.played("k8s_cluster"), "calico_vxlan_port", always(json!(4790)));
    });
    written("ci-kube-legacy", |seen| {
        seen.each(seen.played("k8s-cluster"), "kube_pods_subnet", always(json!("10.239.64.0/18")));
        seen.each(seen.played("k8s-cluster"), "calico_mtu", always(json!(1400)));
    });
    written("lab-cluster", |seen| {
        seen.each(seen.played("k8s_cluster"), "kube_network_plugin", always(json!("cilium")));
        let pools = &seen.variable("sparrow0", "metallb_config")["address_pools"];
        let ranges: Vec<&Value> = pools.as_object().unwrap().values().map(|pool| &pool["ip_range"]).collect();
        assert_eq!(ranges, [&json!(["192.168.1.40-192.168.1.79"])]);
    });
    written("ha-lab", |seen| {
        let all = || seen.played("ha_lab").into_iter();
        seen.each(all(), "k8s_controller_cluster_cidr", always(json!("10.200.0.0/16")));
        seen.each(all(), "k8s_worker_cluster_dns", always(json!("10.32.0.10")));
        seen.each(["worker1.lan"], "pod_cidr", always(json!("10.200.1.0/24")));
        let others =
            json!([{"cidr": "10.200.0.0/24", "via": "10.240.0.30"}, {"cidr": "10.200.2.0/24", "via": "10.240.0.32"}]);
        seen.each(["worker1.lan"], "pod_routes", always(others));
    });
    written("from-scratch", |seen| {
        seen.each(["minion2"], "pod_cidr", always(json!("10.1.1.0/24")));
        seen.each(seen.played("from_scratch"), "api_address", always(json!("192.168.1.165")));
    });
}

#[test]
fn whoever_overrides_a_variable_keeps_it_and_is_told() {
    let directory = copy("ci-kube", &[("group_vars/prometheus.yml", "calico_mtu: 1300\n")]);
    let (code, _) = ours(directory.path(), "ci-kube", &["vars", "--write"]);
    assert_eq!(code, Some(0));
    let (code, text) = ours(directory.path(), "ci-kube", &["vars", "--check"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("group_vars/prometheus.yml:1:1") && text.contains("1300"), "{text}");
    for ansible in Ansible::ALL {
        let seen = Seen::look(ansible, directory.path(), &["ci-kube.static.yml"]);
        seen.each(["ci-kube-k8s-node-4", "ci-kube-k8s-node-5"], "calico_mtu", |_| json!(1300));
        seen.each(["ci-kube-k8s-node-1", "ci-kube-k8s-node-3"], "calico_mtu", |_| json!(1400));
    }
}

#[test]
fn the_variables_of_every_example_are_as_planned() {
    for example in ["ci-kube", "ci-kube-legacy", "ha-lab", "from-scratch", "lab-cluster"] {
        assert_eq!(
            ours(&examples().join(example), example, &["vars", "--check"]),
            (Some(0), String::new()),
            "{example}"
        );
    }
}

/// The pictures that the README and the docs show. `make pictures` draws them again.
#[test]
fn the_pictures_in_the_docs_are_those_of_the_examples() {
    let root = examples().parent().unwrap().to_owned();
    for example in ["ci-kube", "ha-lab", "lab-cluster"] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_inv-static"));
        let file = format!("examples/{example}/{example}.static.yml");
        let output = command.current_dir(&root).args([&file, "plan", "--format", "svg"]).output().unwrap();
        let drawn = String::from_utf8(output.stdout).unwrap();
        assert!(drawn.starts_with("<svg"), "{}", String::from_utf8_lossy(&output.stderr));
        let path = root.join(format!("docs/plan/{example}.svg"));
        if std::env::var_os("UPDATE_PICTURES").is_some() {
            std::fs::write(&path, &drawn).unwrap();
        }
        assert!(std::fs::read_to_string(&path).unwrap() == drawn, "{example}: run `make pictures`, and look at them");
    }
}
