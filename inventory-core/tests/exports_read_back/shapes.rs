//! What the exports look like, and what they refuse.

use std::path::Path;

use clap::ValueEnum as _;
use indexmap::IndexMap;
use inventory_core::cluster::Layout;
use inventory_core::inventory::render::{Format, RenderError, Surroundings, graph, machines_txt, render};
use inventory_core::network::address::Network;
use inventory_core::safe::HostName;
use serde_json::{Value, json};

use crate::inventories::{inventory, roles, small};

fn exported(format: Format) -> Result<String, RenderError> {
    let roles = roles(Layout::Kubespray);
    let directory = Some(Path::new("/srv/ci kube"));
    render(
        format,
        &small(),
        Surroundings { directory, roles: &roles, domain: "kubernetes.local", shares: &IndexMap::new() },
    )
}

#[test]
fn the_formats_are_called_as_on_the_command_line() {
    let names: Vec<String> = Format::value_variants()
        .iter()
        .map(|format| format.to_possible_value().unwrap().get_name().to_owned())
        .collect();
    assert_eq!(names, ["yaml", "ini", "ssh-config", "hosts", "machines.txt"]);
}

#[test]
fn yaml_looks_like_this() {
    insta::assert_snapshot!(exported(Format::Yaml).unwrap());
}

#[test]
fn ini_looks_like_this() {
    let written = json!({
        "top": "ci_kube",
        "hosts": {
            "node-1": {"ansible_host": "10.0.0.1", "ansible_port": 2222, "note": "it's", "ansible_password": "x"},
            "node-2": {"ansible_host": "fd00::2", "version": "1.30", "labels": {"a b": ["c", null, true]}},
        },
        "groups": {
            "ci_kube": {"hosts": ["node-1", "node-2"], "vars": {
                "ansible_user": "ubuntu",
                "ansible_ssh_common_args": "-o ProxyJump=root@hv1",
                "bin_dir": "{{ base }}/bin",
                "motd": "one\ntwo",
            }},
            "k8s_cluster": {"children": ["kube_node", "kube_control_plane"]},
            "kube_control_plane": {"hosts": ["node-1"]},
            "kube_node": {"hosts": ["node-2"]},
            "calico_rr": {},
        },
        "vars": {"dns": ["10.0.0.53"]},
    });
    let roles = roles(Layout::Kubespray);
    let surroundings =
        Surroundings { directory: None, roles: &roles, domain: "kubernetes.local", shares: &IndexMap::new() };
    insta::assert_snapshot!(render(Format::Ini, &inventory(&written), surroundings).unwrap());
}

#[test]
fn ssh_config_looks_like_this() {
    insta::assert_snapshot!(exported(Format::SshConfig).unwrap());
}

#[test]
fn hosts_look_like_this() {
    insta::assert_snapshot!(exported(Format::Hosts).unwrap());
}

#[test]
fn the_graph_looks_like_this() {
    insta::assert_snapshot!(graph::render(&small()));
}

#[test]
fn no_format_holds_a_secret() {
    let passwords = json!({"hosts": {"node-1": {
        "ansible_host": "10.0.0.1", "ansible_password": "hunter2", "pod_cidr": "10.200.0.0/24",
        "users": [{"api_token": "hunter2"}], "inv_tags": {"db_passwd": {"__ansible_unsafe": "hunter2{"}},
    }}});
    let inventory = inventory(&passwords);
    let roles = roles(Layout::HardWay);
    let surroundings =
        Surroundings { directory: None, roles: &roles, domain: "kubernetes.local", shares: &IndexMap::new() };
    for format in Format::value_variants() {
        let text = render(*format, &inventory, surroundings).unwrap();
        assert!(text.contains("10.0.0.1") && !text.contains("hunter2"), "{format:?}:\n{text}");
    }
    assert!(!graph::render(&inventory).contains("hunter2"));
}

#[test]
fn a_group_with_two_parents_is_drawn_once() {
    let diamonds = json!({"hosts": {"n1": {}}, "groups": {
        "top": {"hosts": [], "children": ["a", "b"]}, "a": {"children": ["c"]}, "b": {"children": ["c"]},
        "c": {"hosts": ["n1"]},
    }});
    insta::assert_snapshot!(graph::render(&inventory(&diamonds)), @r"
    @top:
      |--@a:
      |  |--@c:
      |  |  |--n1
      |--@b:
      |  |--@c: (see above)
    ");
}

fn hard_way(hosts: &Value) -> Result<String, RenderError> {
    hard_way_with(hosts, &IndexMap::new())
}

fn hard_way_with(hosts: &Value, shares: &IndexMap<HostName, Network>) -> Result<String, RenderError> {
    let names: Vec<&String> = hosts.as_object().unwrap().keys().collect();
    let workers: Vec<_> = names.iter().filter(|name| name.starts_with("node")).collect();
    let written = json!({"hosts": hosts, "groups": {
        "controllers": {"hosts": [names[0]]}, "workers": {"hosts": workers},
    }});
    machines_txt::render(&inventory(&written), &roles(Layout::HardWay), "kubernetes.local", shares)
}

#[test]
fn machines_txt_has_single_blanks_and_a_pod_network_for_workers_only() {
    let text = hard_way(&json!({
        "server": {"ansible_host": "10.0.0.10", "pod_cidr": "10.200.9.0/24"},
        "node-0": {"ansible_host": "127.0.0.1", "ip": "10.0.0.20", "pod_cidr": "10.200.0.0/24"},
        "node-1.lan": {"ansible_host": "10.0.0.21", "pod_cidr": "10.200.1.0/24"},
    }));
    assert_eq!(
        text.unwrap(),
        "10.0.0.10 server.kubernetes.local server\n\
         10.0.0.20 node-0.kubernetes.local node-0 10.200.0.0/24\n\
         10.0.0.21 node-1.lan node-1 10.200.1.0/24\n"
    );
}

#[test]
fn machines_txt_has_the_shares_that_a_plan_gives() {
    let shares = IndexMap::from([(HostName::written("node-0").unwrap(), "10.200.7.0/24".parse().unwrap())]);
    let text = hard_way_with(
        &json!({
            "server": {"ansible_host": "10.0.0.10"},
            "node-0": {"ansible_host": "10.0.0.20", "pod_cidr": "{{ of_somebody }}"},
            "node-1": {"ansible_host": "10.0.0.21", "pod_cidr": "10.200.1.0/24"},
        }),
        &shares,
    );
    let text = text.unwrap();
    let pods: Vec<_> = text.lines().map(|line| line.split(' ').nth(3)).collect();
    assert_eq!(pods, [None, Some("10.200.7.0/24"), Some("10.200.1.0/24")]);
}

#[test]
fn machines_txt_refuses_a_worker_without_a_pod_network() {
    let error = hard_way(&json!({"server": {"ansible_host": "10.0.0.10"}, "node-0": {"ansible_host": "10.0.0.20"}}));
    let error = error.unwrap_err();
    assert_eq!(error.to_string(), "machines.txt cannot hold the worker `node-0`: it has no `pod_cidr`");
    assert_eq!(error.remedy(), "write under `groups.workers`: `host_vars: {pod_cidr: \"10.200.{number}.0/24\"}`");
    for pods in ["10.200.0.0", "fd00::/64", "{{ pods }}", "10.200.0.0/24 x"] {
        let hosts =
            json!({"server": {"ansible_host": "10.0.0.10"}, "node-0": {"ansible_host": "10.0.0.20", "pod_cidr": pods}});
        assert!(matches!(hard_way(&hosts), Err(RenderError::PodSubnet { .. })), "{pods}");
    }
}

#[test]
fn machines_txt_refuses_a_name_that_grep_finds_twice() {
    let node = |last: u8| json!({"ansible_host": format!("10.0.0.{last}"), "pod_cidr": format!("10.200.{last}.0/24")});
    let error = hard_way(&json!({"server": node(9), "node-1": node(1), "node-10": node(10)})).unwrap_err();
    assert_eq!(
        error.to_string(),
        "machines.txt cannot hold both `node-1` and `node-10`: `grep node-1 machines.txt` finds the lines of both"
    );
    assert!(hard_way(&json!({"server": node(9), "node-01": node(1), "node-10": node(10)})).is_ok());
}

#[test]
fn machines_txt_wants_ipv4() {
    for address in ["fd00::1", "vm1.lan", "{{ x }}", "127.0.0.1"] {
        let refused = hard_way(&json!({"server": {"ansible_host": address}}));
        assert!(matches!(refused, Err(RenderError::NoIpv4 { .. })), "{address}");
    }
    let domain = machines_txt::render(&small(), &roles(Layout::HardWay), "a b", &IndexMap::new());
    assert!(matches!(domain, Err(RenderError::Domain(_))));
}
