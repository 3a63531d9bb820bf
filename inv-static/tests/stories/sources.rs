//! Every input of `source: static`.

use insta::assert_snapshot;
use serde_json::json;

use crate::lab::{Lab, List};

/// A cluster without a layout from this source.
fn lab(source: &str) -> Lab {
    Lab::new(&format!("layout: none\nsource:\n{source}"))
}

#[test]
fn a_name_may_be_a_range_with_addresses_of_its_length() {
    let list = lab("  machines: [{name: \"controller[0:2].lan\", address: 10.0.0.20-10.0.0.22}]\n").list();
    assert_eq!(list.hosts("lab"), "controller0.lan controller1.lan controller2.lan");
    assert_eq!(list.each("ansible_host"), "10.0.0.20 10.0.0.21 10.0.0.22");
    let list =
        lab("  machines: [{name: \"n[08:10]\", address: \"n[08:10].example.org\", ip: 10.0.0.8-10.0.0.10}]\n").list();
    assert_eq!(list.each("ansible_host"), "n08.example.org n09.example.org n10.example.org");
    let list = lab("  machines: [{name: \"n[a:c]\", address: \"fd00::f-fd00::11\"}]\n").list();
    assert_eq!(list.each("ansible_host"), "fd00::f fd00::10 fd00::11");
}

#[test]
fn ranges_of_other_lengths_are_refused() {
    let refused = |machine: &str| lab(&format!("  machines: [{{{machine}}}]\n")).refusal();
    assert_snapshot!(refused("name: \"n[1:3]\", address: 10.0.0.1-10.0.0.2"), @"n[1:3] needs 3 addresses in `address`, and 10.0.0.1-10.0.0.2 makes 2; write as many addresses as names, for example 10.0.0.20-10.0.0.22 for [0:2]");
    assert_snapshot!(refused("name: \"n[1:3]\", address: 10.0.0.1"), @"n[1:3] needs 3 addresses in `address`, and 10.0.0.1 makes 1; write as many addresses as names, for example 10.0.0.20-10.0.0.22 for [0:2]");
    assert_snapshot!(refused("name: n1, address: 10.0.0.1-10.0.0.2"), @"n1 needs one address in `address`, and 10.0.0.1-10.0.0.2 makes 2; write as many addresses as names, for example 10.0.0.20-10.0.0.22 for [0:2]");
    assert_snapshot!(refused("name: \"n[1:2]\", address: 10.0.0.1-10.0.0.2, ip: 10.1.0.1"), @"n[1:2] needs 2 addresses in `ip`, and 10.1.0.1 makes 1; write as many addresses as names, for example 10.0.0.20-10.0.0.22 for [0:2]");
    assert_snapshot!(refused("name: \"n[3:1]\", address: 10.0.0.1"), @r#"the name "n[3:1]" has a range that cannot be read: the range ends before it begins; ranges are written node[1:3].lan, node[01:10] or node[a:c]"#);
    assert_snapshot!(refused("name: n1, address: 10.0.0.300"), @r#""10.0.0.300" is no address and no range of addresses; write 10.10.1.3, 10.10.1.3-10.10.1.7 or fd00::3-fd00::7"#);
    assert_snapshot!(refused("name: n1, address: \"{{ x }}\""), @r#""{{ x }}" is neither an address nor a host name, and no range of either; write 10.10.1.3, 10.10.1.3-10.10.1.7 or fd00::3-fd00::7"#);
    assert_snapshot!(refused("name: n1, address: 10.0.0.1, ip: n1.lan"), @r#"n1 has the `ip` "n1.lan", which is no IP address; write an IP address; only `address` may be a name"#);
    assert_snapshot!(refused("name: n1, address: 10.0.0.1, port: 65536"), @"lab.static.yml:5:50: expected a whole number from 0 to 65535, found the number 65536");
    assert_snapshot!(refused("name: n1, interfaces: [{mac: 52:54:00:00:00:01}]"), @r#"lab.static.yml:5:44: expected text, found `52:54:00:00:00:01`, which YAML reads as the number 41135040001; write it in quotes: "52:54:00:00:00:01""#);
    assert_snapshot!(refused("name: n1, interfaces: [{addresses: [10.0.0.1/24]}]"), @r#"lab.static.yml:5:51: "10.0.0.1/24" is no IP address; one is written 10.0.0.1 or fd00::1"#);
    assert_snapshot!(refused("address: 10.0.0.1"), @"lab.static.yml:5:14: the key `name` is missing");
}

#[test]
fn one_machine_twice_is_an_error() {
    assert_snapshot!(lab("  machines: [{name: n1, address: 10.0.0.1}, {name: \"n[1:2]\", address: 10.0.0.2-10.0.0.3}]\n").refusal(), @"n1 stands twice in source.machines; rename one of them, or give each file a place: `files: {PLACE: PATH}`");
    assert_snapshot!(lab("  addresses: [10.0.0.1-10.0.0.3, 10.0.0.2]\n").refusal(), @"10.0.0.2 is listed twice; remove one of the two");
}

#[test]
fn a_machines_own_variables_win() {
    let list = Lab::new(
        "layout: none\nsource: {machines: [{name: n1, address: 10.0.0.1, vars: {port: 1, deep: [a, {b: \"{{ c }}\"}]}}]}\nhosts: {vars: {port: \"{number}\"}}\n",
    )
    .list();
    assert_eq!(list.var("n1", "port"), &json!(1));
    assert_eq!(list.var("n1", "deep"), &json!(["a", {"b": "{{ c }}"}]));
}

#[test]
fn addresses_become_machines_numbered_from_1() {
    let list = lab("  addresses: [10.0.0.5, 10.0.0.9-10.0.0.11, \"fd00::1\"]\n").list();
    assert_eq!(list.hosts("lab"), "lab-node-1 lab-node-2 lab-node-3 lab-node-4 lab-node-5");
    assert_eq!(list.each("ansible_host"), "10.0.0.5 10.0.0.9 10.0.0.10 10.0.0.11 fd00::1");
    assert_eq!(lab("  addresses: [10.0.0.5]\n  prefix: vm\n").list().hosts("lab"), "vm1");
    assert_eq!(lab("  addresses: [10.0.0.5]\n  prefix: \"{cluster}.\"\n").list().hosts("lab"), "lab.1");
    assert_snapshot!(lab("  addresses: [10.0.0.9-10.0.0.5]\n").refusal(), @r#""10.0.0.9-10.0.0.5" ends before it begins; write the lower address first"#);
    assert_snapshot!(lab("  addresses: [10.0.0.0-10.9.0.0]\n").refusal(), @"the range 10.0.0.0-10.9.0.0 has more than 65536 addresses; split it, if there really are that many machines");
    assert_snapshot!(lab("  addresses: [10.0.0.0/24]\n").refusal(), @r#""10.0.0.0/24" is a network, where an address or a range of addresses is wanted; write 10.10.1.3, 10.10.1.3-10.10.1.7 or fd00::3-fd00::7"#);
    assert_snapshot!(lab("  addresses: 10.0.0.1\n").refusal(), @r#"lab.static.yml:5:14: expected a list, found text "10.0.0.1""#);
}

#[test]
fn every_option_is_a_variable_of_the_environment_too() {
    let hosts = |lab: Lab| lab.list().hosts("lab");
    let file = || lab("  addresses: [10.0.0.1]\n");
    assert_eq!(hosts(file().env("INV_PREFIX", "vm")), "vm1");
    assert_eq!(hosts(file().env("INV_ADDRESSES", "10.0.0.7-10.0.0.8,10.0.0.1")), "lab-node-1 lab-node-2 lab-node-3");
    assert_eq!(hosts(file().env("INV_MACHINES", "db,10.0.0.7")), "db lab-node-1");
    let with_file = file().with("a.ini", "x1 ansible_host=10.0.0.2\n").with("b.ini", "x2 ansible_host=10.0.0.3\n");
    assert_eq!(hosts(with_file.env("INV_FILES", "a.ini,b.ini")), "lab-node-1 x1 x2");
}

#[test]
fn machines_on_the_command_line_are_what_the_old_builder_took() {
    let list = |words: &str| List::parse(&Lab::empty().run(&["--machines", words]).text());
    let nodes = list("10.10.1.3 10.10.1.4-10.10.1.5 lb,10.0.0.9 db,10.0.0.8,192.0.2.8");
    assert_eq!(nodes.hosts("inv_static"), "db lb node1 node2 node3");
    assert_eq!(nodes.each("ansible_host"), "192.0.2.8 10.0.0.9 10.10.1.3 10.10.1.4 10.10.1.5");
    let refused = |word: &str| Lab::empty().run(&["--machines", word]).failure(2);
    assert_snapshot!(refused("node1"), @r#"invalid value 'node1' for '--machines <MACHINE>': "node1" is no address and no range of addresses; a machine is ADDRESS, FIRST-LAST, NAME,IP or NAME,IP,ACCESS_IP; `inv-static --help` lists what there is"#);
    assert_snapshot!(refused("10.10.1.7-10.10.1.3"), @r#"invalid value '10.10.1.7-10.10.1.3' for '--machines <MACHINE>': "10.10.1.7-10.10.1.3" ends before it begins; write the lower address first; a machine is ADDRESS, FIRST-LAST, NAME,IP or NAME,IP,ACCESS_IP; `inv-static --help` lists what there is"#);
    assert_snapshot!(refused("node1,ten"), @r#"invalid value 'node1,ten' for '--machines <MACHINE>': "ten" is no IP address; `inv-static --help` lists what there is"#);
    assert_snapshot!(refused("no de,10.0.0.1"), @r#"invalid value 'no' for '--machines <MACHINE>': "no" is no address and no range of addresses; a machine is ADDRESS, FIRST-LAST, NAME,IP or NAME,IP,ACCESS_IP; `inv-static --help` lists what there is"#);
    assert_snapshot!(refused("a,10.0.0.1,10.0.0.2,x"), @"invalid value 'a,10.0.0.1,10.0.0.2,x' for '--machines <MACHINE>': it has too many commas; a machine is ADDRESS, FIRST-LAST, NAME,IP or NAME,IP,ACCESS_IP; `inv-static --help` lists what there is");
}

#[test]
fn a_source_that_names_nothing_says_so() {
    assert_snapshot!(lab("  {}\n").refusal(), @"there is nothing to read machines from; write `machines`, `addresses` or `files` under `source`, or use --machines, --addresses or --files");
    assert_snapshot!(Lab::empty().run(&[]).failure(1), @"there is nothing to read machines from; write `machines`, `addresses` or `files` under `source`, or use --machines, --addresses or --files");
}

const INI: &str = "\
[all:vars]
ntp=10.0.0.2
greeting=\"hello {{ inventory_hostname }}\"
[masters]
b1 ansible_host=10.0.0.1 rack=3
a2 ansible_host=\"{{ lookup('env', 'A2') }}\" ansible_password=hunter2
[workers]
w[1:2] ansible_user=root
[masters:vars]
taint=[\"x\", 1]
[cluster:children]
masters
workers
";

#[test]
fn an_inventory_keeps_its_hosts_groups_variables_and_order() {
    let lab = lab("  files: hosts.ini\n").with("hosts.ini", INI);
    insta::assert_json_snapshot!(lab.list().0, @r#"
{
  "lab": {
    "hosts": [
      "a2",
      "b1",
      "w1",
      "w2"
    ],
    "vars": {
      "inv_cluster": "lab"
    }
  },
  "masters": {
    "hosts": [
      "b1",
      "a2"
    ],
    "vars": {
      "taint": [
        "x",
        1
      ]
    }
  },
  "workers": {
    "hosts": [
      "w1",
      "w2"
    ]
  },
  "cluster": {
    "hosts": [],
    "children": [
      "masters",
      "workers"
    ]
  },
  "all": {
    "hosts": [],
    "vars": {
      "ntp": "10.0.0.2",
      "greeting": "hello {{ inventory_hostname }}"
    }
  },
  "_meta": {
    "hostvars": {
      "a2": {
        "inv_name": "a2",
        "inv_state": "running",
        "ansible_host": "{{ lookup('env', 'A2') }}",
        "ansible_password": "hunter2"
      },
      "b1": {
        "inv_name": "b1",
        "inv_state": "running",
        "ansible_host": "10.0.0.1",
        "rack": 3
      },
      "w1": {
        "inv_name": "w1",
        "inv_state": "running",
        "ansible_user": "root"
      },
      "w2": {
        "inv_name": "w2",
        "inv_state": "running",
        "ansible_user": "root"
      }
    }
  }
}
"#);
}

#[test]
fn the_same_inventory_in_three_formats_is_the_same() {
    let yaml = "\
all:
  vars: {ntp: 10.0.0.2, greeting: \"hello {{ inventory_hostname }}\"}
  children:
    masters:
      hosts:
        b1: {ansible_host: 10.0.0.1, rack: 3}
        a2: {ansible_host: \"{{ lookup('env', 'A2') }}\", ansible_password: hunter2}
      vars: {taint: [x, 1]}
    workers:
      hosts:
        w[1:2]: {ansible_user: root}
    cluster:
      children: {masters: , workers: }
";
    let json = json!({
        "all": {"vars": {"ntp": "10.0.0.2", "greeting": "hello {{ inventory_hostname }}"}},
        "masters": {"hosts": ["b1", "a2"], "vars": {"taint": ["x", 1]}},
        "workers": {"hosts": ["w1", "w2"]},
        "cluster": {"children": ["masters", "workers"]},
        "_meta": {"hostvars": {
            "b1": {"ansible_host": "10.0.0.1", "rack": 3},
            "a2": {"ansible_host": "{{ lookup('env', 'A2') }}", "ansible_password": "hunter2"},
            "w1": {"ansible_user": "root"}, "w2": {"ansible_user": "root"}}},
    });
    let of = |name: &str, text: &str| lab(&format!("  files: {name}\n")).with(name, text).list();
    let ini = of("hosts.ini", INI);
    assert_eq!(of("hosts.yaml", yaml), ini);
    assert_eq!(of("hosts.json", &json.to_string()), ini);
}

#[test]
fn groups_of_the_cluster_file_add_to_the_inventorys_and_replace_those_of_the_same_name() {
    let lab = Lab::new("layout: none\nsource: {files: [hosts.ini]}\ngroups:\n  workers: {names: [w2, b1], vars: {a: 1}}\n  extra: {first: 1}\n")
        .with("hosts.ini", INI);
    let list = lab.list();
    assert_eq!(list.hosts("workers"), "b1 w2", "in the members' order");
    assert_eq!((list.hosts("extra"), list.hosts("masters")), ("a2".into(), "b1 a2".into()));
    assert_eq!(list.group_var("workers", "a"), &json!(1));
}

#[test]
fn several_inventories_merge_as_ansible_merges_them() {
    let lab = lab("  files: [one.ini, \"more/*.yml\"]\n")
        .with("one.ini", "n1 a=1 b=1\n[web]\nn1\n[web:vars]\nport=80\n[all:vars]\nzone=a\n")
        .with("more/1.yml", "web: {hosts: {n2: {a: 2}, n1: {b: 2}}, vars: {port: 8080}}\n")
        .with("more/2.yml", "all: {vars: {zone: b}}\ndb: {hosts: {n2: }}\n");
    let list = lab.list();
    assert_eq!(list.hosts("web"), "n1 n2");
    assert_eq!((list.each("a"), list.each("b")), ("1 2".into(), "2 null".into()));
    assert_eq!(list.group_var("web", "port"), &json!(8080));
    assert_eq!(list.group_var("all", "zone"), "b");
    assert_eq!(list.hosts("db"), "n2");
}

#[test]
fn paths_are_relative_to_the_cluster_file_and_a_glob_must_match() {
    let text = "#!/usr/bin/env inv-static\nplugin: kube_inventory.vms.static\nlayout: none\nsource: {files: inv.ini}\n";
    let lab = Lab::empty().with("sub/lab.yml", text).with("sub/inv.ini", "n1 ansible_host=10.0.0.1\n");
    lab.make_executable("sub/lab.yml");
    assert_eq!(List::parse(&lab.run(&["sub/lab.yml"]).text()).hosts("lab"), "n1");
    assert_snapshot!(self::lab("  files: [\"*.ini\"]\n").refusal(), @"no file matches *.ini; paths are relative to the cluster file");
    assert_snapshot!(self::lab("  files: nowhere.ini\n").refusal(), @"nowhere.ini cannot be read: No such file or directory (os error 2); check the path");
    assert_snapshot!(self::lab("  files: broken.ini\n").with("broken.ini", "[web\n").refusal(), @"broken.ini:1:1: `[web` names no hosts: its brackets do not form one range; write `name[1:3]`, or an address with a port as `[2001:db8::1]:22`");
    assert_snapshot!(self::lab("  files: .\n").refusal(), @". is a directory, not a file; name a file");
}

#[test]
fn an_inventory_that_would_run_commands_is_refused() {
    assert_snapshot!(lab("  files: h.ini\n").with("h.ini", "n1 ansible_host=-oProxyCommand=id\n").refusal(), @r#"h.ini:1:17: the `ansible_host` of n1: "-oProxyCommand=id" is neither an IP address nor a host name; write an IP address or a name there"#);
    assert_snapshot!(lab("  files: h.ini\n").with("h.ini", "all_hosts\nn1;id ansible_host=10.0.0.1\n").refusal(), @r#"h.ini:2:1: "n1;id" cannot be a host name: only letters, digits, `.`, `_` and `-` may stand in it, and `.` or `-` not first; rename it there"#);
}

#[test]
fn machines_txt_gives_machines_with_their_pod_subnets() {
    let lab = Lab::new("layout: hard-way\nsource: {files: machines.txt}\ngroups: {controllers: {names: [server]}}\n").with(
        "machines.txt",
        "10.0.0.1 server.kubernetes.local server\n10.0.0.2 node-0.kubernetes.local node-0 10.200.0.0/24\n10.0.0.3 node-1.kubernetes.local node-1 10.200.1.0/24\n",
    );
    let list = lab.list();
    assert_eq!(list.hosts("workers"), "node-0 node-1");
    assert_eq!(
        (list.each("ansible_host"), list.each("pod_cidr")),
        ("10.0.0.2 10.0.0.3 10.0.0.1".into(), "10.200.0.0/24 10.200.1.0/24 null".into())
    );
    lab.write("machines.txt", "10.0.0.1 a.b a 10.200.0.0/33\n");
    assert_snapshot!(lab.refusal(), @r#"machines.txt:1:16: "10.200.0.0/33" is no IPv4 network; a line of machines.txt is: IPV4_ADDRESS FQDN HOSTNAME [POD_SUBNET]"#);
}

/// Cut down from a recorded answer of a cluster; the label `owner` is what a tenant could write.
const VMI: &str = include_str!("fixtures/vmi.json");

#[test]
fn the_output_of_kubectl_get_vmi_gives_machines_whose_words_are_a_strangers() {
    let lab = Lab::new("layout: none\nsource: {files: vmi.json}\nhosts: {vars: {owner: \"{namespace}\"}}\n")
        .with("vmi.json", VMI);
    let list = lab.list();
    insta::assert_json_snapshot!(list.vars("ci-kube-2"), @r#"
{
  "ansible_host": "10.233.67.76",
  "inv_name": "ci-kube-2",
  "inv_id": "008506df-ffd4-4e71-8e35-5e247be22f7f",
  "inv_state": "running",
  "inv_namespace": "kubevirt",
  "inv_tags": {
    "cluster": "ci-kube",
    "kubevirt.io/domain": "ci-kube-2",
    "kubevirt.io/nodeName": "kube-test-10",
    "owner": {
      "__ansible_unsafe": "{{ lookup('pipe', 'touch pwned') }}"
    },
    "special": "ci-kube-2"
  },
  "owner": "kubevirt"
}
"#);
    assert_eq!(list.groups(), "lab");
    lab.edit(
        "layout: none",
        "layout: none\nmachines: {order: created, namespaces: [kubevirt], tags: {cluster: ci-kube}}",
    );
    assert_eq!(lab.list().hosts("lab"), "ci-kube-1 ci-kube-2 ci-kube-3");
    lab.edit("namespaces: [kubevirt]", "namespaces: [kubevirtt]");
    assert_snapshot!(lab.refusal(), @"no machine is selected (ci-kube-1: its namespace is kubevirt); there are ci-kube-1, ci-kube-2, ci-kube-3; look at `names`, `tags`, `places` and `namespaces` under `machines`; write `expect: 0` if nobody is fine");
}

#[test]
fn a_discovered_machine_may_not_be_called_like_the_controller() {
    for name in ["localhost", "all", "-oProxyCommand=x", "{{ x }}"] {
        let lab = lab("  files: vmi.json\n")
            .with("vmi.json", &VMI.replace("\"name\": \"ci-kube-2\"", &format!("\"name\": \"{name}\"")));
        let refusal = lab.refusal();
        assert!(refusal.contains(&format!("{name:?}")), "{refusal}");
    }
    assert_snapshot!(lab("  files: vmi.json\n").with("vmi.json", "{\"kind\": \"VirtualMachineInstanceList\", \"items\": [{}]").refusal(), @"vmi.json:1:52: the file ends in the middle of a value; write it again with `kubectl get vmi -o json`");
}

#[test]
fn a_map_of_files_names_their_places() {
    let lab = lab("  files: {hv1: a.ini, hv2: b.ini}\nhosts: {name: \"{place}-{name}\"}\n")
        .with("a.ini", "n1 ansible_host=10.0.0.1\n")
        .with("b.ini", "n1 ansible_host=10.0.0.2\n");
    let list = lab.list();
    assert_eq!(list.hosts("lab"), "hv1-n1 hv2-n1");
    assert_eq!((list.hosts("inv_place_hv1"), list.each("inv_place")), ("hv1-n1".into(), "hv1 hv2".into()));
    lab.edit("hosts: {name: \"{place}-{name}\"}\n", "");
    assert_snapshot!(lab.refusal(), @r#"two machines would both be the host n1: n1 (a.ini:1:1) and n1 (b.ini:1:1); tell them apart with `hosts.name`, for example "{namespace}-{name}" or "{place}-{name}", or select one of them with `tags` or `places` under `machines`"#);
    lab.edit("{hv1: a.ini, hv2: b.ini}", "[a.ini, b.ini]");
    assert_eq!(lab.list().each("ansible_host"), "10.0.0.2", "two inventories of one place are one, the later wins");
}
