//! Names from outside end up in reasons: above variables, in tables, in pictures. Nowhere do they become more than text.

use std::fs;

use ansible_referee::Ansible;
use serde_json::{Value, json};

use crate::bench::{Bench, session};

const SETTINGS: &str = "\
kubespray_version: v2.31.0
source: {files: s.json}
groups: {kube_control_plane: {first: 1}, etcd: {first: 1}, kube_node: all}
";

const HOSTILE: [&str; 10] = [
    "a\nkube_pods_subnet: 0.0.0.0/0",
    "a\u{85}kube_pods_subnet: 0.0.0.0/0",
    "a\u{2028}kube_pods_subnet: 0.0.0.0/0\u{2029}b: 1",
    "{{ lookup('pipe', 'touch pwned') }}{% raw %}#jinja2: a: b",
    "x'\"\\n: # & * ! | > %",
    "\u{202e}abc\u{200f}\ttab\rreturn",
    "\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}1A",
    "-->]]></text><script>alert(1)</script>&amp;",
    "\u{fffe}\u{feff}\u{0}",
    "",
];

/// A cluster in a hosting cluster of that name, found in places of that name.
fn named(name: &str) -> Bench {
    let machine = |number: u8| {
        json!({
            "name": format!("n{number}"), "named_by": "outside", "origin": name, "place": null,
            "reach": {"address": format!("10.233.67.{number}")},
            "interfaces": [{"name": name, "network": name}],
        })
    };
    let machine = |number| {
        let mut machine: Value = machine(number);
        machine.as_object_mut().unwrap().remove("place");
        machine
    };
    let found = json!({"found": name});
    let discovery = json!({
        "machines": [machine(1), machine(2), machine(3)],
        "environment": {
            "hosting": [[
                {"name": name, "cni": "calico", "cni_version": "v3.29.0", "encapsulation": "vxlan",
                 "pods": [["10.233.64.0/18"], found], "services": [["10.233.0.0/18"], found]},
                found,
            ]],
            "silent": [{"place": name, "why": name, "would_tell": name}],
        },
    });
    let snapshot = json!({"format": 1, "source": "static", "taken": "", "raw": null, "discovery": discovery});
    Bench::new(SETTINGS).with("s.json", snapshot.to_string())
}

/// What a terminal obeys, or what hides what is there.
fn is_obeyed(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{200e}' | '\u{200f}')
}

#[test]
fn a_name_from_outside_steers_no_terminal_and_no_browser() {
    for name in HOSTILE {
        let bench = named(name);
        for arguments in [
            &["plan"][..],
            &["plan", "--format", "svg"],
            &["vars", "--check"],
            &["vars", "--diff"],
            &["vars", "--write"],
            &["plan"],
        ] {
            let output = bench.run([&["--replay", "s.json"], arguments].concat());
            let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
            let is_code = arguments.contains(&"svg") && text.contains("<script");
            assert!(!text.contains(is_obeyed) && !is_code, "{name:?} {arguments:?}: {text:?}");
            let forged = text.lines().find(|line| line.starts_with("kube_pods_subnet: 0.0.0.0"));
            assert_eq!(forged, None, "{name:?} {arguments:?}");
        }
    }
}

#[test]
fn a_name_from_outside_is_never_a_value_or_a_template_to_ansible() {
    for name in HOSTILE {
        let bench = named(name);
        let output = bench.run(["--replay", "s.json", "vars", "--write"]);
        assert!(output.status.success(), "{name:?}: {output:?}");
        let place = bench.path("group_vars/k8s_cluster/k8s-cluster.yml");
        let inventory = bench.path("hosts.ini");
        fs::write(&inventory, "[k8s_cluster]\nn1\n").unwrap();
        for ansible in Ansible::ALL {
            let listed = session(ansible).inventory(["-i".as_ref(), inventory.as_os_str(), "--list".as_ref()]);
            assert!(listed.status.success(), "{name:?}: {}", listed.stderr);
            let document: Value = serde_json::from_str(&listed.stdout).unwrap();
            let variables = document["_meta"]["hostvars"]["n1"].clone();
            let wanted = json!({
                "calico_mtu": 1400, "calico_vxlan_port": 4790,
                "kube_pods_subnet": "10.233.192.0/18", "kube_service_addresses": "10.233.128.0/18",
            });
            assert_eq!(variables, wanted, "{name:?}: {}", fs::read_to_string(&place).unwrap());
        }
        assert!(!bench.path("pwned").exists());
    }
}

/// A label may be as long as an API server lets it be; a line of a file that people read may not.
#[test]
fn a_name_of_megabytes_is_no_line_of_a_file() {
    let bench = named(&"x".repeat(1 << 20));
    let output = bench.run(["--replay", "s.json", "vars", "--write"]);
    assert!(output.status.success() && output.stdout.len() < 20_000, "{}", output.stdout.len());
    for file in ["k8s-cluster.yml", "k8s-net-calico.yml"] {
        let text = fs::read_to_string(bench.path(&format!("group_vars/k8s_cluster/{file}"))).unwrap();
        assert!(text.lines().all(|line| line.chars().count() < 1100), "{file}");
    }
}

/// What stands in the variables is shown as well, and may come from anywhere.
#[test]
fn a_value_or_a_files_name_steers_no_terminal() {
    for (name, text) in [
        ("a.yml", "kube_pods_subnet: \"\\e[2J\\r\\u202e\"\n"),
        ("a.yml", "kube_service_addresses: \"{{ '\\e[2J\\x85' }}\"\n"),
        ("a.yml", "calico_mtu: \"\\e[2J\\n\\nerror: nothing\"\n"),
        ("\u{1b}[2J\n\u{9b}.yml", "calico_mtu: 1300\n"),
    ] {
        let bench = Bench::new(crate::files_of_a_person::NESTED);
        let bench = bench.with(&format!("group_vars/k8s_cluster/{name}"), text);
        for arguments in [
            &["plan"][..],
            &["vars", "--check"],
            &["vars", "--write"],
            &["vars", "--write", "--replan", "pods,services"],
        ] {
            let output = bench.run(arguments);
            let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
            assert!(!text.contains(is_obeyed), "{name:?} {arguments:?}: {text:?}");
        }
    }
}
