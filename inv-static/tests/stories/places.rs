//! Machines of several places: who reaches whom, who is reached through whom, and what holds while one is silent.
//!
//! What a hypervisor tells beyond a list of machines comes from a snapshot here, as `record` writes it.

use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::lab::{FILE, Lab, List, Run};

/// A machine of a place, in a network, with a jump if there is one.
struct Guest(&'static str, &'static str, &'static str, &'static str, Option<&'static str>);

impl Guest {
    fn json(&self) -> Value {
        let Self(name, place, network, ip, jump) = self;
        let address = json!({"ip": ip, "from": "lease", "in_guest": true});
        json!({
            "name": name, "named_by": "outside", "id": format!("{name}-{place}"), "state": "running", "place": place,
            "interfaces": [{"network": network, "addresses": [address]}],
            "reach": jump.map_or(json!({}), |jump| json!({"jump": jump})),
            "tags": {}, "origin": format!("domain {name} on {place}"),
        })
    }
}

/// A network of a place, and how it is forwarded.
fn network(name: &str, place: &str, cidr: &str, forward: Option<&str>) -> Value {
    json!([
        {"name": name, "place": place, "cidr": cidr, "provider": "libvirt", "forward": forward},
        {"found": format!("libvirt network {name} on {place}")},
    ])
}

/// A look at guests on hv1 and hv2.
fn seen(guests: &[Guest], networks: &[Value]) -> Value {
    json!({"machines": guests.iter().map(Guest::json).collect::<Vec<_>>(), "environment": {"nodes": networks}})
}

/// The same look, and a place that said nothing.
fn silent(mut seen: Value, place: &str, jump: Option<&str>) -> Value {
    let machines = seen["machines"].as_array_mut().unwrap();
    machines.retain(|machine| machine["place"] != place);
    let mut silence = json!({"place": place, "why": "no answer in 15s"});
    if let Some(jump) = jump {
        silence["jump"] = json!(jump);
    }
    seen["unreadable"] = json!([silence]);
    seen
}

const GROUPS: &str = "groups: {kube_control_plane: {names: [m1]}, kube_node: {except: {names: [m1]}}}\n";

fn lab(text: &str, discovery: &Value) -> Lab {
    let lab = Lab::new(text);
    look(&lab, discovery);
    lab
}

fn look(lab: &Lab, discovery: &Value) {
    let snapshot = json!({
        "format": 1, "source": "static", "taken": "2026-01-01T00:00:00Z", "raw": null, "discovery": discovery,
    });
    lab.write("look.json", &snapshot.to_string());
}

fn run(lab: &Lab, arguments: &[&str]) -> Run {
    lab.run(&[&[FILE, "--replay", "look.json"], arguments].concat())
}

fn list(lab: &Lab) -> List {
    List::parse(&run(lab, &["--list"]).text())
}

fn refusal(lab: &Lab) -> String {
    run(lab, &["--list"]).failure(1)
}

/// m1 and w1 on one hypervisor, w2 on the other; each in a network called `default`.
fn two(first: Option<&str>, second: Option<&str>) -> Value {
    seen(
        &[
            Guest("m1", "hv1", "default", "192.168.122.10", None),
            Guest("w1", "hv1", "default", "192.168.122.11", None),
            Guest("w2", "hv2", "default", "192.168.123.11", None),
        ],
        &[network("default", "hv1", "192.168.122.0/24", first), network("default", "hv2", "192.168.123.0/24", second)],
    )
}

#[test]
fn members_behind_the_nats_of_two_hypervisors_are_no_cluster() {
    let refused = refusal(&lab(GROUPS, &two(Some("nat"), Some("nat"))));
    assert_snapshot!(refused, @"m1 is in the network default of hv1 (NAT) and w2 in the network default of hv2 (NAT): nobody outside either network reaches its machines, so they cannot be one cluster; attach them to a network that they share, bridged or routed both ways, and take their addresses there (`ip: [{network: NAME}]` under `hosts`), or play one place alone (`places` under `machines`); if a tunnel or routes of yours connect them, write `allow: [separate-nat]` under `network`");
    assert!(refusal(&lab(GROUPS, &two(Some("isolated"), Some("nat")))).contains("hv1 (isolated)"));
}

#[test]
fn a_member_behind_nat_is_not_reached_from_the_network_outside_either() {
    let refused = refusal(&lab(GROUPS, &two(Some("bridged"), Some("nat"))));
    assert_snapshot!(refused, @"w2 is in the network default of hv2 (NAT) and m1 in the network default of hv1 (bridged): nobody outside the first network reaches its machines, so they cannot be one cluster; attach them to a network that they share, bridged or routed both ways, and take their addresses there (`ip: [{network: NAME}]` under `hosts`), or play one place alone (`places` under `machines`); if a tunnel or routes of yours connect them, write `allow: [separate-nat]` under `network`");
}

#[test]
fn separate_nat_is_accepted_where_the_file_says_so() {
    let lab = lab(&format!("{GROUPS}network: {{allow: [separate-nat]}}\n"), &two(Some("nat"), Some("nat")));
    assert_eq!(list(&lab).hosts("kube_node"), "w1 w2");
    lab.edit("[separate-nat]", "separate-nat");
    assert_eq!(list(&lab).hosts("kube_node"), "w1 w2");
    lab.edit("separate-nat", "[separate-net]");
    assert_snapshot!(run(&lab, &["--list"]).failure(1), @"lab.static.yml:4:19: unknown value `separate-net`; did you mean `separate-nat`?");
}

#[test]
fn what_is_not_known_is_never_refused() {
    for (first, second) in [(None, Some("nat")), (None, None), (Some("routed"), Some("bridged"))] {
        assert_eq!(list(&lab(GROUPS, &two(first, second))).hosts("kube_node"), "w1 w2", "{first:?} {second:?}");
    }
    // On one hypervisor they reach each other.
    let mut one = two(Some("nat"), Some("nat"));
    one["machines"].as_array_mut().unwrap().pop();
    assert_eq!(list(&lab(GROUPS, &one)).hosts("kube_node"), "w1");
    // The playbooks of the hard way may build the tunnel first.
    let hard_way = "layout: hard-way\ngroups: {controllers: {names: [m1]}}\n";
    assert_eq!(list(&lab(hard_way, &two(Some("nat"), Some("nat")))).hosts("workers"), "w1 w2");
    let none = "layout: none\n";
    assert_eq!(list(&lab(none, &two(Some("nat"), Some("nat")))).hosts("lab"), "m1 w1 w2");
}

#[test]
fn the_address_between_nodes_decides_and_what_the_file_says_of_a_network_wins() {
    let mut two_cards = two(Some("nat"), Some("nat"));
    for (machine, ip) in
        two_cards["machines"].as_array_mut().unwrap().iter_mut().zip(["10.9.0.1", "10.9.0.2", "10.9.0.3"])
    {
        let address = json!({"ip": ip, "from": "agent", "in_guest": true});
        machine["interfaces"].as_array_mut().unwrap().push(json!({"network": "br0", "addresses": [address]}));
    }
    let lab = lab(&format!("{GROUPS}hosts: {{ip: [{{network: br0}}]}}\n"), &two_cards);
    let list_ = list(&lab);
    assert_eq!(
        (list_.each("ansible_host"), list_.each("ip")),
        ("192.168.122.10 192.168.122.11 192.168.123.11".to_owned(), "10.9.0.1 10.9.0.2 10.9.0.3".to_owned(),)
    );
    let routed = "network: {nodes: [{name: default, cidr: 192.168.122.0/23, forward: routed}]}\n";
    assert_eq!(
        list(&self::lab(&format!("{GROUPS}{routed}"), &two(Some("nat"), Some("nat")))).hosts("kube_node"),
        "w1 w2"
    );
}

/// m1 on hv1, w1 on hv2, both 192.168.122.10 and both behind their hypervisor's SSH.
fn jumping() -> Value {
    seen(
        &[
            Guest("m1", "hv1", "default", "192.168.122.10", Some("root@hv1.lan")),
            Guest("w1", "hv2", "default", "192.168.122.10", Some("hv2.lan:2222")),
        ],
        &[],
    )
}

#[test]
fn one_address_behind_two_hypervisors_is_two_addresses_and_each_has_its_own_jump() {
    // kubespray's `ip` would be the same, which no CNI survives.
    let text = "layout: hard-way\ngroups: {controllers: {names: [m1]}}\n";
    let two_jumps = lab(text, &jumping());
    let hosts = list(&two_jumps);
    assert_eq!(hosts.var("m1", "ansible_ssh_common_args"), "-o ProxyJump=root@hv1.lan");
    assert_eq!(hosts.var("w1", "ansible_ssh_common_args"), "-o ProxyJump=hv2.lan:2222");
    assert_snapshot!(run(&two_jumps, &["export", "--format", "ssh-config"]).text(), @r#"
Host m1
  HostName 192.168.122.10
  ProxyJump root@hv1.lan

Host w1
  HostName 192.168.122.10
  ProxyJump hv2.lan:2222
"#);
    let refused = refusal(&lab("groups: {kube_control_plane: {names: [m1]}}\n", &jumping()));
    assert!(refused.contains("`ip` 192.168.122.10"), "{refused}");
    let mut same = jumping();
    same["machines"][1]["reach"]["jump"] = json!("root@hv1.lan");
    assert!(refusal(&lab(text, &same)).contains("192.168.122.10, behind root@hv1.lan"));
}

#[test]
fn a_pinned_member_of_a_silent_hypervisor_keeps_its_jump() {
    let text = "layout: hard-way\npartial: true\ngroups: {controllers: {names: [m1]}}\n";
    let lab = lab(text, &jumping());
    run(&lab, &["pin"]).text();
    look(&lab, &silent(jumping(), "hv2", Some("hv2.lan:2222")));
    let hosts = list(&lab);
    assert_eq!(hosts.each("inv_state"), "running unknown");
    assert_eq!(hosts.var("w1", "ansible_host"), "192.168.122.10");
    assert_eq!(hosts.var("w1", "ansible_ssh_common_args"), "-o ProxyJump=hv2.lan:2222", "not some machine here");
    assert_eq!(hosts.group_var("lab", "inv_missing_places"), &json!(["hv2"]));
}

#[test]
fn every_command_says_which_place_was_silent() {
    let text = format!("partial: true\n{GROUPS}");
    let lab = lab(&text, &two(None, None));
    run(&lab, &["pin"]).text();
    look(&lab, &silent(two(None, None), "hv2", None));
    assert_snapshot!(run(&lab, &["explain", "w2"]).text(), @r#"
w2
  machine   w2 (members), unknown
  id        w2-hv2
  name      from `members`, where it is pinned
  address   192.168.123.11
            192.168.123.11 (static) chosen, the first in the source's order
  ip        192.168.123.11: the address is the guest's own
  groups    kube_node: `groups` says so
            inv_place_hv2: its place is hv2
"#);
    assert_snapshot!(run(&lab, &["diff"]).failure(2), @"no difference is seen, but not everything: w2: not found, and a place cannot be read; hv2: no answer in 15s; ask again when it answers");
    assert!(run(&lab, &["plan"]).stdout().contains("hv2"), "{}", run(&lab, &["plan"]).stdout());
    assert_snapshot!(run(&lab, &["wait", "--for", "address", "--timeout", "1s"]).text(), @"3 hosts are ready (address) after 0s");
    let pins = lab.read(FILE);
    assert_snapshot!(run(&lab, &["pin", "--existing"]).text(), @"lab.static.yml: the 3 members are as pinned");
    assert_eq!(lab.read(FILE), pins, "a member that nobody sees keeps its id and its address");
    lab.edit("partial: true\n", "");
    assert_snapshot!(refusal(&lab), @"the place hv2 says nothing: no answer in 15s; try again when it answers, or accept the gap with `partial: true` (needs `members`)");
}

#[test]
fn a_member_that_nobody_sees_never_loses_its_role_because_its_tags_are_unknown() {
    let mut tagged = two(None, None);
    tagged["machines"][0]["tags"] = json!({"role": "master"});
    tagged["machines"][2]["tags"] = json!({"role": "master", "ansible_groups": "gpu"});
    for groups in [
        "",
        "groups: {kube_control_plane: {tags: {role: master}}}\n",
        "groups: {kube_control_plane: {names: [m1, w2]}, etcd: {names: [m1, w2]}, kube_node: {except: {tags: {role: master}}}}\n",
        "groups: {kube_control_plane: {names: [m1, w2]}, etcd: {names: [m1]}, kube_node: all, from_tag: {key: ansible_groups, allow: [gpu]}}\n",
    ] {
        let lab = lab(&format!("partial: true\n{groups}"), &tagged);
        run(&lab, &["pin"]).text();
        assert_eq!(list(&lab).hosts("kube_control_plane"), "m1 w2");
        look(&lab, &silent(tagged.clone(), "hv2", None));
        let refused = refusal(&lab);
        assert!(refused.contains("the tags of w2 are not known while nobody sees it"), "{groups}: {refused}");
    }
}

#[test]
fn tags_choose_machines_and_groups() {
    let mut tagged = two(None, None);
    tagged["machines"][0]["tags"] = json!({"env": "prod", "ansible_groups": "kube_control_plane, etcd"});
    tagged["machines"][1]["tags"] =
        json!({"env": "prod", "ansible_groups": "kube_node", "title": "it's \"1\" & {{ 2 }}"});
    let text = "\
machines: {tags: {env: prod}}
groups:
  from_tag: {key: ansible_groups, allow: [kube_control_plane, etcd, kube_node]}
";
    let lab = lab(text, &tagged);
    let hosts = list(&lab);
    assert_eq!((hosts.hosts("etcd"), hosts.hosts("kube_node")), ("m1".into(), "w1".into()));
    assert_eq!(hosts.var("w1", "inv_tags")["title"], json!({"__ansible_unsafe": "it's \"1\" & {{ 2 }}"}));
    lab.edit(", kube_node]", "]");
    assert_snapshot!(refusal(&lab), @r#"the tag ansible_groups of w1 names the group "kube_node", which `from_tag.allow` does not have; add it to `allow`, or change the tag"#);
}

#[test]
fn rules_choose_addresses_by_network_and_by_who_told_them() {
    let mut cards = two(None, None);
    for (machine, ip) in cards["machines"].as_array_mut().unwrap().iter_mut().zip(["10.9.0.1", "10.9.0.2", "10.9.0.3"])
    {
        let address = json!({"ip": ip, "from": "agent", "in_guest": true});
        machine["interfaces"].as_array_mut().unwrap().push(json!({"network": "storage", "addresses": [address]}));
    }
    for rule in ["{network: storage}", "{from: agent}", "{from: ssh}, {network: storage, from: agent}"] {
        let lab = lab(&format!("{GROUPS}hosts: {{address: [{rule}]}}\n"), &cards);
        assert_eq!(list(&lab).each("ansible_host"), "10.9.0.1 10.9.0.2 10.9.0.3", "{rule}");
    }
    let lab = lab(&format!("{GROUPS}hosts: {{address: [{{from: arp}}]}}\n"), &cards);
    assert_snapshot!(refusal(&lab), @"m1 (domain m1 on hv1) has no usable address: 192.168.122.10 (no rule of `hosts.address` takes it), 10.9.0.1 (no rule of `hosts.address` takes it); wait for it with `wait --for address`, change the rules in `hosts.address`, leave it out with `except`, or write `without_address: skip` under `machines`");
}

#[test]
fn the_plan_says_of_each_hypervisors_network_where_it_is_and_whether_anybody_reaches_it() {
    let text = format!("kubespray_version: v2.31.0\n{GROUPS}network: {{allow: separate-nat}}\n");
    // Every hypervisor comes with the same one.
    let mut both = two(Some("nat"), Some("nat"));
    both["environment"]["nodes"][1][0]["cidr"] = json!("192.168.122.0/24");
    both["machines"][2]["interfaces"][0]["addresses"][0]["ip"] = json!("192.168.122.12");
    let lab = lab(&text, &both);
    assert_snapshot!(run(&lab, &["plan"]).text(), @r#"
lab: 3 nodes, kubespray v2.31.0

ranges      network         addresses  later  room for
  services  10.233.0.0/18      16,384  fixed  16,384 services       default of kubespray
  pods      10.233.64.0/18     16,384  fixed  128 nodes × 110 pods  default of kubespray

settings
  CNI              calico v3.31.5, fixed: default of kubespray
  encapsulation    vxlan, fixed
  a node's share   /24, fixed: default of kubespray
  Calico's blocks  /26, fixed
  pods on a node   110 at most, changeable: default of the kubelet
  nodes            3 today, 6 at most, changeable: twice today's
  runtime          containerd, fixed
  domain           cluster.local, fixed
  DNS              10.233.0.3: in the service network
  without a reason: default of kubespray v2.31.0

MTU     machines' NIC  path  pods' NIC  pods use  fits
  site           1500  1500
  lab            1500  1500       1450      1450  1450
  1500 (site) − 50 (vxlan, lab) = 1450
  nothing is written: its pods get 1450 without

kept apart from
  lab         node network 192.168.122.0/24 (libvirt network default on hv1, NAT), 192.168.122.0/24
              (libvirt network default on hv2, NAT), nodes 192.168.122.10-192.168.122.12
  by default  node-local DNS 169.254.25.10 (kubespray's node-local DNS)

nothing collides
"#);
}

#[test]
fn explain_says_through_whom_a_host_is_reached() {
    let lab = lab("layout: none\n", &jumping());
    assert!(run(&lab, &["explain", "m1"]).text().contains("192.168.122.10, through root@hv1.lan"));
    lab.rewrite("layout: none\nhosts: {jump: gw.lan}\n");
    assert!(run(&lab, &["explain", "m1"]).text().contains("192.168.122.10, through root@hv1.lan"), "its own counts");
}
