//! `hosts`: names, addresses and variables.

use insta::assert_snapshot;
use serde_json::json;

use crate::lab::{Lab, List};

/// No roles; the machines as they are given.
fn lab(machines: &str, rest: &str) -> Lab {
    Lab::new(&format!("layout: none\nsource:\n  machines:\n{machines}{rest}"))
}

/// Two machines with a name that says a lot.
fn named(hosts: &str) -> Lab {
    lab(
        "    - {name: vm-07.rack-2.lan, address: 10.0.0.7, place: hv1, tags: {unit: a-1, Site: north}}\n\
         \x20   - {name: vm-11.rack-2.lan, address: 10.0.0.11, place: hv2, tags: {unit: b-2, Site: south}}\n",
        &format!("machines: {{names: [\"vm-*.lan\"]}}\nhosts: {hosts}\n"),
    )
}

fn hosts(template: &str) -> String {
    named(&format!("{{name: \"{template}\"}}")).list().hosts("lab")
}

#[test]
fn a_host_is_called_like_its_machine_or_as_the_template_says() {
    assert_eq!(named("{}").list().hosts("lab"), "vm-07.rack-2.lan vm-11.rack-2.lan");
    assert_eq!(hosts("{name}"), "vm-07.rack-2.lan vm-11.rack-2.lan");
    assert_eq!(hosts("{cluster}-{number}"), "lab-7 lab-11");
    assert_eq!(hosts("n{number:03}"), "n007 n011");
    assert_eq!(hosts("n{index}"), "n1 n2");
    assert_eq!(hosts("n{index:02}"), "n01 n02");
    assert_eq!(hosts("{place}-{number}"), "hv1-7 hv2-11");
    assert_eq!(hosts("{tag:unit}.{tag:Site}"), "a-1.north b-2.south");
    assert_eq!(hosts("x{*}"), "x07.rack-2 x11.rack-2");
}

#[test]
fn a_placeholder_that_has_nothing_is_an_error_and_no_fallback() {
    let unnumbered = lab(
        "    - {name: rack-2.lan, address: 10.0.0.2}\n    - {name: db.n1, address: 10.0.0.1}\n",
        "hosts: {name: \"n{number}\"}\n",
    );
    assert_snapshot!(unnumbered.refusal(), @r#"`hosts.name`: "db.n1" has nothing for {number}: the first label of its name does not end in digits; use another placeholder, or leave the machine out with `except`"#);
    assert_snapshot!(named("{name: \"{namespace}-{number}\"}").refusal(), @r#"`hosts.name`: "vm-07.rack-2.lan" has nothing for {namespace}; use another placeholder, or leave the machine out with `except`"#);
    assert_snapshot!(named("{name: \"{tag:owner}\"}").refusal(), @r#"`hosts.name`: "vm-07.rack-2.lan" has nothing for {tag:owner}; use another placeholder, or leave the machine out with `except`"#);
    assert_snapshot!(named("{name: \"{nmae}\"}").refusal(), @"lab.static.yml:9:15: unknown placeholder {nmae}; there are {name} {cluster} {number} {number:02} {index} {namespace} {place} {tag:KEY} {*}, in variables also {address} {ip}");
    assert_snapshot!(named("{name: \"{address}\"}").refusal(), @"lab.static.yml:9:15: {address} is not known yet when a host gets its name; it can stand in variables");
    let star = lab("    - {name: x1, address: 10.0.0.1}\n", "machines: {names: [x1]}\nhosts: {name: \"n{*}\"}\n");
    assert_snapshot!(star.refusal(), @r#"`hosts.name`: "x1" has nothing for {*}: none of the globs in `machines.names` has a `*` that matched; use another placeholder, or leave the machine out with `except`"#);
}

#[test]
fn names_that_no_template_gives_are_written_down() {
    let lab = named("{name: \"n{number}\", names: {vm-11.rack-2.lan: jump}}");
    assert_eq!(lab.list().hosts("lab"), "n7 jump");
    assert_snapshot!(named("{names: {vm-12.rack-2.lan: jump}}").refusal(), @"`hosts.names` has vm-12.rack-2.lan, and no machine is called so; wait for it, correct the name, or remove it; machines are named here, not hosts");
    assert_snapshot!(named("{names: {vm-11.rack-2.lan: \"-oProxyCommand=x\"}}").refusal(), @r#"lab.static.yml:9:35: "-oProxyCommand=x" cannot be a host name: only letters, digits, `.`, `_` and `-` may stand in it, and `.` or `-` not first"#);
}

#[test]
fn two_machines_are_never_one_host() {
    assert_snapshot!(named("{name: \"node\"}").refusal(), @r#"two machines would both be the host node: vm-07.rack-2.lan (source.machines) and vm-11.rack-2.lan (source.machines); tell them apart with `hosts.name`, for example "{namespace}-{name}" or "{place}-{name}", or select one of them with `tags` or `places` under `machines`"#);
    assert_snapshot!(named("{name: all}").refusal(), @r#"vm-07.rack-2.lan (source.machines): "all" cannot be a host name: Ansible uses it for itself; rename the machine, leave it out with `except` under `machines`, or give the host a name with `hosts.names`"#);
}

const INTERFACES: &str = "    - name: x1
      interfaces:
        - {name: cilium_host, addresses: [10.42.0.5]}
        - {name: eth0, network: mgmt, addresses: [192.168.1.5, \"fd00:1::5\"]}
        - {name: eth1, network: data, addresses: [172.16.0.5]}
        - {name: docker0, addresses: [172.17.0.1]}
";

fn address(rules: &str) -> String {
    lab(INTERFACES, &format!("hosts: {{address: {rules}}}\n")).list().each("ansible_host")
}

#[test]
fn the_first_rule_that_matches_gives_the_address() {
    assert_eq!(lab(INTERFACES, "").list().each("ansible_host"), "192.168.1.5", "the source's own order");
    assert_eq!(address("[{network: data}]"), "172.16.0.5");
    assert_eq!(address("[{interface: \"eth*\"}]"), "192.168.1.5");
    assert_eq!(address("[{interface: eth1}]"), "172.16.0.5");
    assert_eq!(address("[{cidr: 172.16.0.0/12}]"), "172.16.0.5", "172.17.0.1 is docker's");
    assert_eq!(address("[{family: ipv6}]"), "fd00:1::5");
    assert_eq!(address("[{from: lease}, {network: nowhere}, {from: static, cidr: 172.16.0.0/16}]"), "172.16.0.5");
    assert_eq!(address("[{network: mgmt, family: ipv6}]"), "fd00:1::5", "all of a rule must hold");
}

#[test]
fn an_interface_of_a_cni_is_never_chosen_even_by_a_rule() {
    let lab = lab(INTERFACES, "hosts: {address: [{interface: \"cilium*\"}]}\n");
    assert_snapshot!(lab.refusal(), @"x1 (source.machines) has no usable address: 10.42.0.5 (never: a CNI made this interface inside the guest), 192.168.1.5 (no rule of `hosts.address` takes it), fd00:1::5 (no rule of `hosts.address` takes it), 172.16.0.5 (no rule of `hosts.address` takes it), 172.17.0.1 (never: a CNI made this interface inside the guest); wait for it with `wait --for address`, change the rules in `hosts.address`, leave it out with `except`, or write `without_address: skip` under `machines`");
}

#[test]
fn a_rule_is_checked_where_it_is_written() {
    let refused = |rules: &str| lab(INTERFACES, &format!("hosts:\n  address: {rules}\n")).refusal();
    assert_snapshot!(refused("[{cidr: 10.0.0.1/8}]"), @r#"lab.static.yml:13:20: "10.0.0.1/8" is an address inside 10.0.0.0/8; write the network"#);
    assert_snapshot!(refused("[{cidr: 010.0.0.0/8}]"), @r#"lab.static.yml:13:20: "010.0.0.0/8": some programs read 010 as octal, so it is refused; write the octet without its zero"#);
    assert_snapshot!(refused("[{family: ipv5}]"), @"lab.static.yml:13:22: unknown value `ipv5`; did you mean `ipv4`?");
    assert_snapshot!(refused("[{iface: eth0}]"), @"lab.static.yml:13:14: unknown key `iface`; the keys here are `network`, `interface`, `cidr`, `family`, `from`");
    assert_snapshot!(refused("{network: data}"), @"lab.static.yml:13:12: expected a list, found a map");
}

/// A kubespray cluster of one.
fn kubespray(machine: &str, hosts: &str) -> List {
    Lab::new(&format!("source:\n  machines:\n{machine}hosts: {hosts}\ngroups: {{kube_control_plane: all}}\n")).list()
}

#[test]
fn ip_is_an_address_on_the_guests_own_interface() {
    let ips = |list: &List| ["ip", "ip6", "access_ip", "access_ip6"].map(|name| list.each(name));
    assert_eq!(ips(&kubespray(INTERFACES, "{}")), ["192.168.1.5", "null", "null", "null"]);
    assert_eq!(
        ips(&kubespray(INTERFACES, "{ip: [{network: data}], ip6: [{family: ipv6}]}")),
        ["172.16.0.5", "fd00:1::5", "null", "null"]
    );
    assert_eq!(
        ips(&kubespray(INTERFACES, "{access_ip: [{network: data}], access_ip6: [{network: mgmt}]}")),
        ["192.168.1.5", "null", "172.16.0.5", "fd00:1::5"]
    );
    assert_eq!(ips(&kubespray(INTERFACES, "{address: [{family: ipv6}]}")), ["null", "fd00:1::5", "null", "null"]);
    let told = "    - {name: x1, address: 192.0.2.1, ip: 10.0.0.1, access_ip: 192.0.2.2}\n";
    let list = kubespray(told, "{}");
    assert_eq!(ips(&list), ["10.0.0.1", "null", "192.0.2.2", "null"]);
    assert_eq!(list.each("ansible_host"), "192.0.2.1");
    for forwarded in ["address: 192.0.2.1, port: 2222", "address: 127.0.0.1, port: 2222", "address: vm.example.org"] {
        let list = kubespray(&format!("    - {{name: x1, {forwarded}}}\n"), "{}");
        assert_eq!(ips(&list), ["null"; 4], "{forwarded}");
    }
}

#[test]
fn explain_says_why_there_is_no_ip() {
    let lab = Lab::new("source: {machines: [{name: cp1, address: vm.example.org}]}\n");
    let explained = lab.on_file(&["explain"]).text();
    assert_snapshot!(explained.lines().find(|line| line.contains("  ip ")).unwrap(), @"  ip        left out: the address is not known to be on the guest's own interface");
}

#[test]
fn only_kubespray_has_ip() {
    assert_eq!(lab(INTERFACES, "").list().each("ip"), "null");
}

#[test]
fn port_user_and_jump_of_a_machine_are_its_own() {
    let list = lab(
        "    - {name: x1, address: 10.0.0.1, port: 2222, user: root, jump: \"me@hv1.lan:22\"}\n    - {name: x2, address: 10.0.0.2}\n",
        "",
    )
    .list();
    assert_eq!(list.var("x1", "ansible_port"), &json!(2222));
    assert_eq!(list.var("x1", "ansible_user"), "root");
    assert_eq!(list.var("x1", "ansible_ssh_common_args"), "-o ProxyJump=me@hv1.lan:22");
    assert_eq!(list.each("ansible_port"), "2222 null");
}

#[test]
fn a_jump_for_all_is_the_top_groups_and_joins_the_users_own_arguments() {
    let lab = lab(
        "    - {name: x1, address: 10.0.0.1}\n",
        "hosts:\n  jump: root@hv1\n  vars: {ansible_ssh_common_args: -o ConnectTimeout=5}\n",
    );
    let list = lab.list();
    assert_eq!(list.group_var("lab", "ansible_ssh_common_args"), "-o ConnectTimeout=5 -o ProxyJump=root@hv1");
    lab.edit("root@hv1", "\"hv1 -o x\"");
    assert_snapshot!(lab.refusal(), @r#"lab.static.yml:8:9: "hv1 -o x" is no machine to jump through; it is written [user@]host[:port], an IPv6 address in brackets"#);
}

#[test]
fn a_bastion_is_a_host_of_that_name_in_a_group_of_that_name() {
    let lab = lab("    - {name: x1, address: 10.0.0.1}\n", "hosts: {jump: \"root@192.0.2.1:2222\", bastion: true}\n");
    let list = lab.list();
    assert_eq!(list.hosts("bastion"), "bastion");
    assert_eq!(
        list.vars("bastion"),
        &json!({"ansible_host": "192.0.2.1", "ansible_user": "root", "ansible_port": 2222})
    );
    assert_eq!(list.hosts("lab"), "x1");
    lab.edit("jump: \"root@192.0.2.1:2222\", ", "");
    assert_snapshot!(lab.refusal(), @"lab.static.yml: `hosts.bastion` is true, and no `hosts.jump` says which machine that is; add `jump: user@host` under `hosts`");
}

#[test]
fn host_keys_are_learned_per_machine_into_a_file_of_the_clusters_own() {
    let lab = lab("    - {name: x1, id: f4db, address: 10.0.0.1}\n", "hosts: {host_keys: accept-new, jump: hv1}\n");
    let list = lab.list();
    assert_eq!(
        list.var("x1", "ansible_ssh_common_args"),
        "-o ProxyJump=hv1 -o HostKeyAlias=f4db -o 'UserKnownHostsFile=\"{{ inventory_dir }}/.inv/known_hosts\"' -o StrictHostKeyChecking=accept-new"
    );
    assert!(lab.path(".inv").is_dir(), "SSH does not make it");
    lab.edit("accept-new", "none");
    assert_snapshot!(lab.refusal(), @"lab.static.yml:7:20: unknown value `none`; it is one of `accept-new`");
}

#[test]
fn a_variable_without_a_placeholder_is_the_top_groups_and_one_with_it_the_hosts() {
    let list = named(
        "{vars: {dns: 10.0.0.2, list: [1, two, {a: true}], n: \"{number}\", padded: \"{number:02}\", text: \"node {number}\", deep: {port: \"{number}\", fixed: 1}, index: \"{index}\", at: \"{address}\", cluster_name: \"{cluster}\"}}",
    )
    .list();
    assert_eq!(
        list.0["lab"]["vars"],
        json!({"dns": "10.0.0.2", "list": [1, "two", {"a": true}], "inv_cluster": "lab"})
    );
    let vars = list.vars("vm-07.rack-2.lan");
    assert_eq!(vars["n"], json!(7), "one placeholder of digits is a number");
    assert_eq!(vars["padded"], json!("07"), "unless it was padded on purpose");
    assert_eq!(vars["text"], json!("node 7"));
    assert_eq!(vars["deep"], json!({"port": 7, "fixed": 1}));
    assert_eq!((&vars["index"], &vars["at"], &vars["cluster_name"]), (&json!(1), &json!("10.0.0.7"), &json!("lab")));
}

#[test]
fn the_form_decides_where_a_variable_goes_and_never_todays_values() {
    // One machine, so that `{place}` is a constant today.
    let list = lab("    - {name: x1, address: 10.0.0.1, place: hv1}\n", "hosts: {vars: {rack: \"{place}\"}}\n").list();
    assert_eq!(list.var("x1", "rack"), "hv1");
    assert!(list.group_var("lab", "rack").is_null());
}

#[test]
fn ansibles_own_braces_are_never_looked_at() {
    let list = named("{vars: {first: \"{{ groups['lab'][0] }}\", loop: \"{% for h in x %}{{ h }}{% endfor %}\", json: '{\"a\": {\"b\": 1}}', both: \"{{ hostvars }}-{number}\"}}").list();
    assert_eq!(list.group_var("lab", "first"), "{{ groups['lab'][0] }}");
    assert_eq!(list.group_var("lab", "json"), "{\"a\": {\"b\": 1}}");
    assert_eq!(list.var("vm-07.rack-2.lan", "both"), "{{ hostvars }}-7");
}

#[test]
fn what_a_stranger_decides_is_marked_and_never_evaluated() {
    let tagged = "    - {name: x1, address: 10.0.0.1, tags: {owner: \"{{ lookup('pipe', 'id') }}\", nice: plain}}\n";
    let list = lab(tagged, "hosts: {vars: {owner: \"{tag:owner}\", nice: \"{tag:nice}\"}}\n").list();
    assert_eq!(list.var("x1", "owner"), &json!({"__ansible_unsafe": "{{ lookup('pipe', 'id') }}"}));
    assert_eq!(
        list.var("x1", "inv_tags"),
        &json!({"owner": {"__ansible_unsafe": "{{ lookup('pipe', 'id') }}"}, "nice": "plain"})
    );
    assert_eq!(list.var("x1", "nice"), "plain", "a harmless text needs no mark");
    assert_snapshot!(lab(tagged, "hosts:\n  vars: {x: \"{{ y }}-{tag:owner}\"}\n").refusal(), @"lab.static.yml:8:13: {tag:owner} is filled in from outside and may not stand in a text that Ansible evaluates; give it a variable of its own and use that in the template");
    assert_snapshot!(lab(tagged, "hosts:\n  vars: {ansible_user: \"{tag:owner}\"}\n").refusal(), @"lab.static.yml:8:24: {tag:owner} is filled in from outside and may not stand in an `ansible_*` variable");
    assert_snapshot!(lab(tagged, "hosts:\n  vars: {x: \"{tag:}\"}\n").refusal(), @"lab.static.yml:8:13: unknown placeholder {tag:}; there are {name} {cluster} {number} {number:02} {index} {namespace} {place} {tag:KEY} {*}, in variables also {address} {ip}");
    assert_snapshot!(lab(tagged, "hosts:\n  vars: {no-name: 1}\n").refusal(), @r#"lab.static.yml:8:10: "no-name" cannot be a variable: it begins with a letter or `_` and goes on with letters, digits and `_`"#);
}

#[test]
fn a_host_has_what_the_page_says_and_nothing_else() {
    let lab = Lab::new(
        "source:\n  machines:\n    - {name: cp1, id: f4db, address: 10.0.0.1, place: hv1, tags: {a: b}}\n    - {name: w1, address: 10.0.0.2, place: hv2}\n",
    );
    insta::assert_json_snapshot!(lab.list().0, @r#"
{
  "lab": {
    "hosts": [
      "cp1",
      "w1"
    ],
    "vars": {
      "inv_cluster": "lab"
    }
  },
  "kube_control_plane": {
    "hosts": [
      "cp1"
    ]
  },
  "etcd": {
    "hosts": [
      "cp1"
    ]
  },
  "kube_node": {
    "hosts": [
      "w1"
    ]
  },
  "k8s_cluster": {
    "hosts": [],
    "children": [
      "kube_control_plane",
      "kube_node"
    ]
  },
  "inv_place_hv1": {
    "hosts": [
      "cp1"
    ]
  },
  "inv_place_hv2": {
    "hosts": [
      "w1"
    ]
  },
  "_meta": {
    "hostvars": {
      "cp1": {
        "ansible_host": "10.0.0.1",
        "ip": "10.0.0.1",
        "etcd_member_name": "etcd1",
        "inv_name": "cp1",
        "inv_id": "f4db",
        "inv_state": "running",
        "inv_place": "hv1",
        "inv_tags": {
          "a": "b"
        }
      },
      "w1": {
        "ansible_host": "10.0.0.2",
        "ip": "10.0.0.2",
        "inv_name": "w1",
        "inv_state": "running",
        "inv_place": "hv2"
      }
    }
  }
}
"#);
}
