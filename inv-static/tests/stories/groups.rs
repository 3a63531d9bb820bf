//! `groups` and layouts: who is in which group, and why nobody is elected by counting.

use std::fmt::Write as _;

use insta::assert_snapshot;
use serde_json::json;

use crate::lab::{Lab, List};

/// Six machines without any role in their names.
const MACHINES: &str = "\
source:
  machines:
    - {name: n1, address: 10.0.0.1, place: hv1, tags: {disk: ssd}}
    - {name: n2, address: 10.0.0.2, place: hv1}
    - {name: n3, address: 10.0.0.3, place: hv1, tags: {disk: ssd}}
    - {name: n4, address: 10.0.0.4, place: hv2}
    - {name: n5, address: 10.0.0.5, place: hv2}
    - {name: n10, address: 10.0.0.10, place: hv2}
";

/// The group `g` of a selector.
fn g(selector: &str) -> String {
    lab(&format!("groups: {{g: {selector}}}\n")).list().hosts("g")
}

fn lab(rest: &str) -> Lab {
    Lab::new(&format!("layout: none\n{MACHINES}{rest}"))
}

fn refused(groups: &str) -> String {
    lab(&format!("groups:\n  g: {groups}\n")).refusal()
}

#[test]
fn a_selector_is_all_none_or_a_map_of_filters() {
    assert_eq!(g("all"), "n1 n2 n3 n4 n5 n10");
    assert_eq!(g("none"), "");
    assert_eq!(g("{}"), "", "a map without a filter selects nobody");
    assert_eq!(g("{names: [n1, \"n?0\"]}"), "n1 n10");
    assert_eq!(g("{tags: {disk: ssd}}"), "n1 n3");
    assert_eq!(g("{tags: {disk: {not: ssd}}, places: [hv1]}"), "n2", "all filters must hold");
    assert_eq!(g("{places: [hv2]}"), "n4 n5 n10");
    assert_eq!(g("{namespaces: [x]}"), "");
}

#[test]
fn numbers_are_a_number_a_range_or_a_list_of_them() {
    assert_eq!(g("{numbers: 1-3}"), "n1 n2 n3");
    assert_eq!(g("{numbers: [1, 3]}"), "n1 n3");
    assert_eq!(g("{numbers: [1-2, 10]}"), "n1 n2 n10");
    assert_eq!(g("{numbers: 4}"), "n4");
    assert_snapshot!(refused("{numbers: 3-1}"), @"lab.static.yml:13:16: the range 3-1 runs backwards");
    assert_snapshot!(refused("{numbers: first}"), @r#"lab.static.yml:13:16: expected a number, a range such as 1-3, or a list of them, found text "first""#);
    assert_snapshot!(refused("{numbers: {from: 1}}"), @"lab.static.yml:13:16: expected a number, a range such as 1-3, or a list of them, found a map");
}

#[test]
fn first_and_last_count_among_those_who_pass_the_filters() {
    assert_eq!(g("{first: 2}"), "n1 n2");
    assert_eq!(g("{last: 2}"), "n5 n10");
    assert_eq!(g("{first: 1, last: 1}"), "n1 n10", "their union");
    assert_eq!(g("{places: [hv2], first: 2}"), "n4 n5");
    assert_eq!(g("{except: {first: 1}, first: 2}"), "n2 n3");
    assert_eq!(g("{first: 4, last: 4}"), "n1 n2 n3 n4 n5 n10");
    assert_snapshot!(refused("{first: 7}"), @"the group g wants the first 7, and only 6 are there to choose from; ask for fewer, or add machines");
    assert_snapshot!(refused("{places: [hv2], last: 4}"), @"the group g wants the last 4, and only 3 are there to choose from; ask for fewer, or add machines");
}

#[test]
fn except_is_a_selector_of_filters() {
    assert_eq!(g("{except: {numbers: [1, 2]}}"), "n3 n4 n5 n10");
    assert_eq!(g("{except: {except: {numbers: 1}}}"), "n1");
    assert_eq!(g("{except: none}"), "n1 n2 n3 n4 n5 n10");
    assert_eq!(g("{except: all}"), "");
    assert_snapshot!(refused("{except: {vars: {a: 1}}}"), @"lab.static.yml:13:6: `except` takes filters only, no children, vars, host_vars or hosts");
    assert_snapshot!(refused("alll"), @r#"lab.static.yml:13:6: expected `all`, `none`, or a map of filters such as {first: 3}, {names: ["cp*"]}, {numbers: 1-3}, found text "alll""#);
    assert_snapshot!(refused("[n1, n2]"), @r#"lab.static.yml:13:6: expected `all`, `none`, or a map of filters such as {first: 3}, {names: ["cp*"]}, {numbers: 1-3}, found a list"#);
    assert_snapshot!(refused("{nubmers: 1}"), @"lab.static.yml:13:7: unknown key `nubmers`; did you mean `numbers`?");
}

#[test]
fn a_group_has_children_variables_and_variables_of_its_hosts() {
    let list = lab(
        "groups:\n  db: {numbers: 1-2, vars: {port: 5432, hello: \"{{ inventory_hostname }}\"}, host_vars: {ord: \"{number}\", here: true}}\n\
         \x20 web: {numbers: 4, host_vars: {ord: \"w{number}\"}}\n  both: {children: [db, web], vars: {a: 1}}\n",
    )
    .list();
    assert_eq!((list.hosts("both"), list.children("both")), (String::new(), "db web".to_owned()));
    assert_eq!(list.group_var("db", "port"), &json!(5432));
    assert_eq!(list.group_var("db", "hello"), "{{ inventory_hostname }}");
    assert_eq!(list.each("ord"), "1 2 null w4 null null");
    assert_eq!(list.each("here"), "true true null null null null", "constants there are the host's too");
    assert_snapshot!(refused("{children: [nobody]}"), @"the group g has a child nobody that is no group; write the child under `groups`, if need be as `{}`, or remove it from `children`");
    assert_snapshot!(refused("{children: [g]}"), @"the group g contains itself, through its children; remove one of the `children` on the way round");
}

#[test]
fn a_group_may_have_hosts_that_no_source_knows() {
    let list =
        lab("groups:\n  control: {hosts: {localhost: {ansible_connection: local}}}\n  bastion: {hosts: {bastion: }}\n")
            .list();
    assert_eq!(list.hosts("control"), "localhost");
    assert_eq!(list.vars("localhost"), &json!({"ansible_connection": "local"}));
    assert_eq!(list.hosts("bastion"), "bastion");
    assert_eq!(list.hosts("lab"), "n1 n2 n3 n4 n5 n10", "they are no members");
    assert_snapshot!(refused("{hosts: {n1: {}}}"), @"`groups.g.hosts` has n1, which is a member already; delete it there; variables of members go under `host_vars`");
    assert_snapshot!(lab("groups:\n  g: {hosts: {h: }}\n  h: all\n").refusal(), @"the host h (`hosts` of a group under `groups`) has the name of a group, which `groups` in the cluster file has; Ansible would give the host's variables to the whole group; give it another name with `names` or `name` under `hosts`, leave h out with `except`, or rename the group");
    assert_snapshot!(refused("{hosts: {\"a b\": }}"), @r#"lab.static.yml:13:15: "a b" cannot be a host name: only letters, digits, `.`, `_` and `-` may stand in it, and `.` or `-` not first"#);
}

#[test]
fn groups_go_out_as_they_are_written() {
    assert_eq!(
        lab("groups: {etcd-data: all, _x: none, A1: none}\n").list().groups(),
        "lab etcd-data _x A1 inv_place_hv1 inv_place_hv2"
    );
    for name in ["1st", "a.b", "\"a b\"", "all", "ungrouped"] {
        let refusal = lab(&format!("groups:\n  {name}: all\n")).refusal();
        assert!(refusal.starts_with("lab.static.yml:13:3: "), "{refusal}");
    }
    assert_snapshot!(lab("groups:\n  all: all\n").refusal(), @r#"lab.static.yml:13:3: "all" cannot be a group of ours: Ansible makes it by itself"#);
    assert_snapshot!(lab("groups:\n  lab: all\n").refusal(), @"the cluster's name makes lab the group of all members, and `groups` in the cluster file has a group lab as well; give the cluster another name with `cluster:` (`init` has --cluster), or rename the group");
    assert_snapshot!(lab("groups:\n  n1: none\n").refusal(), @"the host n1 (source.machines) has the name of a group, which `groups` in the cluster file has; Ansible would give the host's variables to the whole group; give it another name with `names` or `name` under `hosts`, leave n1 out with `except`, or rename the group");
}

#[test]
fn groups_from_a_tag_are_only_those_that_are_allowed() {
    let tagged = |groups: &str| {
        Lab::new(&format!(
            "layout: none\nsource:\n  machines:\n    - {{name: n1, address: 10.0.0.1, tags: {{ansible_groups: \"{groups}\"}}}}\n    - {{name: n2, address: 10.0.0.2}}\n\
             groups:\n  web: {{names: [n2]}}\n  from_tag: {{key: ansible_groups, allow: [kube_node, etcd]}}\n"
        ))
    };
    let list = tagged("kube_node, etcd").list();
    assert_eq!(
        (list.hosts("kube_node"), list.hosts("etcd"), list.hosts("web")),
        ("n1".into(), "n1".into(), "n2".into())
    );
    assert_eq!(tagged("etcd").list().hosts("kube_node"), "");
    assert_snapshot!(tagged("etcd,kube_control_plane").refusal(), @r#"the tag ansible_groups of n1 names the group "kube_control_plane", which `from_tag.allow` does not have; add it to `allow`, or change the tag"#);
    let lab = tagged("etcd kube_node");
    lab.edit("key: ansible_groups,", "key: ansible_groups, split: \" \",");
    assert_eq!(lab.list().hosts("kube_node"), "n1");
}

#[test]
fn several_places_have_a_group_each() {
    let list = lab("").list();
    assert_eq!((list.hosts("inv_place_hv1"), list.hosts("inv_place_hv2")), ("n1 n2 n3".into(), "n4 n5 n10".into()));
    assert_eq!(lab("machines: {places: [hv1]}\n").list().groups(), "lab", "one place needs no group");
    assert_eq!(lab("groups: {inv_place_hv1: none}\n").list().hosts("inv_place_hv1"), "", "what is written stays");
    let alike = lab("");
    alike.edit("place: hv2", "place: \"hv 1\"");
    alike.edit("place: hv1", "place: hv-1");
    assert_snapshot!(alike.refusal(), @r#"the places "hv 1" and "hv-1" would both be the group inv_place_hv_1; give one of them another name, in letters and digits"#);
}

/// A kubespray cluster of the six.
fn kubespray(rest: &str) -> Lab {
    Lab::new(&format!("{MACHINES}{rest}"))
}

#[test]
fn roles_are_never_guessed_from_counts() {
    let lab = kubespray("");
    let refusal = lab.refusal();
    assert_snapshot!(refusal, @"nothing says which machines are the control plane: neither `groups`, nor a tag `role`, nor a word in their names (master, control-plane, controlplane, cp, head, controller, kube_control_plane); write them into the file, for example `groups: {kube_control_plane: {names: [n1, n2, n4]}, etcd: {names: [n1, n2, n4]}, kube_node: {names: [n3, n5, n10]}}`");
    // What it suggests works as it stands.
    let suggestion = refusal.split('`').rfind(|part| part.starts_with("groups: {")).unwrap();
    lab.rewrite(&format!("{MACHINES}{suggestion}\n"));
    let list = lab.list();
    assert_eq!(list.hosts("kube_control_plane"), "n1 n2 n4", "spread over places");
    assert_eq!(list.hosts("etcd"), "n1 n2 n4");
    assert_eq!(list.hosts("kube_node"), "n3 n5 n10");
}

#[test]
fn the_hard_way_suggests_its_own_groups() {
    let lab = Lab::new(&format!("layout: hard-way\n{MACHINES}"));
    let refusal = lab.refusal();
    let suggestion = refusal.split('`').rfind(|part| part.starts_with("groups: {")).unwrap();
    assert_snapshot!(suggestion, @"groups: {controllers: {names: [n1, n2, n4]}, etcd: {names: [n1, n2, n4]}, workers: {names: [n3, n5, n10]}}");
    lab.rewrite(&format!("layout: hard-way\n{MACHINES}{suggestion}\n"));
    assert_eq!(lab.list().groups(), "lab controllers etcd workers inv_place_hv1 inv_place_hv2");
}

#[test]
fn roles_come_from_groups_first() {
    let list = kubespray("groups: {kube_control_plane: {first: 3}}\n").list();
    assert_eq!(list.hosts("etcd"), "n1 n2 n3", "where nothing else is said");
    assert_eq!(list.hosts("kube_node"), "n4 n5 n10");
    assert_eq!(list.children("k8s_cluster"), "kube_control_plane kube_node");
    let list =
        kubespray("groups: {kube_control_plane: {first: 1}, etcd: {last: 3}, kube_node: all, calico_rr: none}\n")
            .list();
    assert_eq!((list.hosts("etcd"), list.hosts("kube_node")), ("n4 n5 n10".into(), "n1 n2 n3 n4 n5 n10".into()));
    assert_eq!(list.children("k8s_cluster"), "kube_control_plane kube_node calico_rr");
    assert_eq!(list.each("etcd_member_name"), "null null null etcd1 etcd2 etcd3");
    let list = kubespray("groups: {kube_control_plane: all}\n").list();
    assert_eq!(list.hosts("kube_node"), "n1 n2 n3 n4 n5 n10", "all when there is no other");
}

/// A kubespray cluster of machines with these names.
fn called(names: &[&str], rest: &str) -> Lab {
    let mut machines = String::new();
    for (name, n) in names.iter().zip(1..) {
        writeln!(machines, "    - {{name: {name}, address: 10.0.0.{n}}}").unwrap();
    }
    Lab::new(&format!("source:\n  machines:\n{machines}{rest}"))
}

#[test]
fn roles_come_from_words_in_the_names() {
    for word in ["master", "control-plane", "cp", "head", "controller"] {
        let names = [format!("k8s-{word}-1"), format!("{word}2"), "mastery-1".to_owned(), "work-1".to_owned()];
        let list = called(&names.each_ref().map(String::as_str), "").list();
        assert_eq!(list.hosts("kube_node"), "mastery-1 work-1", "{word}");
    }
    let list = called(&["master-1", "etcd-1", "etcd-2", "etcd-3", "node-1"], "").list();
    assert_eq!((list.hosts("etcd"), list.hosts("kube_node")), ("etcd-1 etcd-2 etcd-3".into(), "node-1".into()));
}

#[test]
fn a_role_tag_wins_over_a_word_in_the_name() {
    let list = Lab::new(
        "source:\n  machines:\n    - {name: master-1, address: 10.0.0.1, tags: {role: worker}}\n    - {name: n2, address: 10.0.0.2, tags: {role: \"master,etcd\"}}\n",
    )
    .list();
    assert_eq!((list.hosts("kube_control_plane"), list.hosts("kube_node")), ("n2".into(), "master-1".into()));
}

#[test]
fn up_to_v2_15_group_names_have_dashes() {
    let dashed = |version: &str| called(&["cp1", "w1"], &format!("kubespray_version: {version}\n")).list();
    let list = dashed("v2.15.1");
    assert_eq!(list.groups(), "lab kube-master etcd kube-node k8s-cluster");
    assert_eq!(list.children("k8s-cluster"), "kube-master kube-node");
    assert_eq!(dashed("v2.16.0").groups(), "lab kube_control_plane etcd kube_node k8s_cluster");
    assert_snapshot!(called(&["cp1"], "kubespray_version: 2.3\n").refusal(), @r#"lab.static.yml:6:20: 2.3 is no whole version of kubespray; write `kubespray_version: v2.3.0`, or which v2.3 it is"#);
    assert_snapshot!(called(&["cp1"], "kubespray_version: latest\n").refusal(), @r#"lab.static.yml:6:20: "latest" is no version of kubespray; write one like `kubespray_version: v2.31.0`"#);
}

#[test]
fn the_hard_way_has_its_own_groups() {
    let list = called(&["controller-0", "worker-0", "lb-0", "etcd-0"], "layout: hard-way\n").list();
    assert_eq!(list.groups(), "lab controllers etcd workers load_balancers");
    assert_eq!((list.hosts("workers"), list.hosts("load_balancers")), ("worker-0".into(), "lb-0".into()));
    assert_eq!(list.each("ip"), "null null null null");
    let list = called(
        &["a", "b"],
        "layout: hard-way\ngroups: {apis: {first: 1}}\nnetwork: {roles: {control_plane: apis, workers: nodes}}\n",
    )
    .list();
    assert_eq!(list.groups(), "lab apis etcd nodes");
    assert_eq!(list.hosts("nodes"), "b");
    assert_snapshot!(called(&["a"], "layout: hardway\n").refusal(), @"lab.static.yml:6:9: unknown value `hardway`; did you mean `hard-way`?");
}

#[test]
fn a_name_that_kubespray_refuses_comes_with_one_that_works() {
    for (name, instead) in [("Node_1", "node-1"), ("a_.B-", "a.b")] {
        let lab = called(&[&format!("\"{name}\"")], "groups: {kube_control_plane: all}\n");
        let refusal = lab.refusal();
        let suggestion = refusal.split('`').find(|part| part.starts_with("names: {")).unwrap().to_owned();
        lab.edit("groups:", &format!("hosts:\n  {suggestion}\ngroups:"));
        assert_eq!(lab.list().hosts("etcd"), instead);
    }
    assert_snapshot!(called(&["Node_1"], "groups: {kube_control_plane: all}\n").refusal(), @"kubespray refuses the host name Node_1: it wants lower-case letters, digits, `-` and `.`; write `names: {Node_1: node-1}` under `hosts`, or a `name` that gives such names");
    assert_eq!(called(&["Node_1"], "layout: none\n").list().hosts("lab"), "Node_1", "others may like it");
}

#[test]
fn two_hosts_with_one_address_are_refused() {
    let two = |first: &str, second: &str| {
        Lab::new(&format!(
            "source:\n  machines:\n    - {{name: a, {first}}}\n    - {{name: b, {second}}}\ngroups: {{kube_control_plane: all}}\n"
        ))
    };
    assert_snapshot!(two("address: 10.0.0.1", "address: 10.0.0.1").refusal(), @"a and b both have the address 10.0.0.1; one of them is wrong, or a guest lies; `explain` shows where the addresses come from");
    assert_snapshot!(two("address: 10.0.0.1, ip: 10.1.0.1", "address: 10.0.0.2, ip: 10.1.0.1").refusal(), @"a and b both have `ip` 10.1.0.1; one of them is wrong, or a guest lies; `explain` shows where the addresses come from");
    let list =
        two("address: 127.0.0.1, port: 2222, ip: 10.0.0.1", "address: 127.0.0.1, port: 2200, ip: 10.0.0.2").list();
    assert_eq!(list.each("ansible_port"), "2222 2200", "two ports are two machines");
}

#[test]
fn without_a_file_there_are_no_roles_whatever_the_names() {
    let list = List::parse(&Lab::empty().run(&["--addresses", "10.0.0.1-10.0.0.2", "--prefix", "master"]).text());
    assert_eq!((list.groups(), list.hosts("inv_static")), ("inv_static".into(), "master1 master2".into()));
    assert!(list.var("master1", "ip").is_null());
}

#[test]
fn an_unknown_key_names_the_nearest_or_the_fields_other_word() {
    let refused = |text: &str| kubespray(text).refusal();
    assert_snapshot!(refused("cni: cilium\n"), @"lab.static.yml:11:1: unknown key `cni`; the keys here are `plugin`, `cluster`, `layout`, `kubespray_version`, `source`, `machines`, `members`, `hosts`, `groups`, `network`, `site`, `partial`");
    assert_snapshot!(refused("hots: {}\n"), @"lab.static.yml:11:1: unknown key `hots`; did you mean `hosts`?");
    assert_snapshot!(refused("machines: {labels: {a: b}}\n"), @"lab.static.yml:11:12: unknown key `labels`; here that is `tags`");
    assert_snapshot!(refused("hosts: {user: root}\n"), @"lab.static.yml:11:9: unknown key `user`; the keys here are `name`, `names`, `address`, `ip`, `ip6`, `access_ip`, `access_ip6`, `jump`, `bastion`, `host_keys`, `vars`");
    assert_snapshot!(refused("cluster: \"my cluster\"\n"), @r#"lab.static.yml:11:10: "my cluster" cannot name a cluster; use letters, digits, `.`, `_` and `-`"#);
    assert_snapshot!(Lab::new("source: {machines: [{name: a, ip_address: 10.0.0.1}]}\n").refusal(), @"lab.static.yml:3:31: unknown key `ip_address`; did you mean `address`?");
}

#[test]
fn a_role_that_fits_nobody_is_an_error_unless_it_says_none() {
    let refused = |groups: &str| Lab::new(&format!("{MACHINES}groups: {{{groups}}}\n")).refusal();
    assert_snapshot!(refused("kube_control_plane: {numbers: 8}"), @"the group kube_control_plane has no host: what `groups` in the cluster file says of it fits nobody; correct its selector; `explain` lists the members and their names");
    assert_snapshot!(refused("kube_control_plane: none"), @"the group kube_control_plane has no host: what `groups` in the cluster file says of it fits nobody; correct its selector; `explain` lists the members and their names");
    assert_snapshot!(refused("kube_control_plane: {names: [n6]}"), @"`groups.kube_control_plane.names` has n6, and no machine is called so; wait for it, correct the name, or remove it; machines are named here, not hosts");
    let list = Lab::new(&format!("{MACHINES}groups: {{kube_control_plane: {{first: 1}}, etcd: none}}\n")).list();
    assert_eq!(list.hosts("etcd"), "", "kubeadm may run it");
}

#[test]
fn a_role_with_a_misspelt_or_an_old_name_is_an_error() {
    let refused = |groups: &str| Lab::new(&format!("{MACHINES}groups: {{{groups}}}\n")).refusal();
    assert_snapshot!(refused("kube_control_plane: {first: 3}, ectd: {first: 3}"), @"`groups` has ectd, and the playbooks want etcd, which is not written; rename ectd to etcd, or write etcd as well if both are meant");
    assert_snapshot!(refused("kube-master: {first: 3}"), @"`groups` has kube-master, and the playbooks want kube_control_plane, which is not written; rename kube-master to kube_control_plane, or write kube_control_plane as well if both are meant");
    assert_snapshot!(refused("kube_control_plane: {first: 3}, kube_nodes: all"), @"`groups` has kube_nodes, and the playbooks want kube_node, which is not written; rename kube_nodes to kube_node, or write kube_node as well if both are meant");
}

#[test]
fn new_names_under_an_old_version_are_told_with_the_version_first() {
    let refused = |version: &str| {
        let groups = "groups: {kube_control_plane: {first: 3}, etcd: {first: 3}, kube_node: all}";
        Lab::new(&format!("kubespray_version: {version}\n{MACHINES}{groups}\n")).refusal()
    };
    assert_snapshot!(refused("v2.15.0"), @"`kubespray_version` is v2.15.0, whose groups have dashes: `groups` has kube_control_plane, and the playbooks want kube-master, which is not written; correct the version, or rename kube_control_plane to kube-master");
    assert_snapshot!(refused("v2.6.0"), @"`kubespray_version` is v2.6.0, which is older than v2.7.0, the oldest that is known here, and its groups have dashes: `groups` has kube_control_plane, and the playbooks want kube-master, which is not written; correct the version, or rename kube_control_plane to kube-master");
}
