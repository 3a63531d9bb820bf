//! A plan comes or a sentence does, in time, whatever is asked.

use std::time::{Duration, Instant};

use crate::bench::{Bench, refusal};

const BASE: &str = "\
kubespray_version: v2.31.0
source: {addresses: [192.168.1.10-192.168.1.12]}
groups: {kube_control_plane: {first: 1}, etcd: {first: 1}, kube_node: all}
";

#[test]
fn no_number_is_too_large_or_too_small() {
    for wish in [
        "max_nodes: 4294967295, max_pods: 4294967295",
        "max_nodes: 4294967295, max_pods: 4294967295, cni: flannel",
        "node_prefix: 0",
        "node_prefix: 0, cni: flannel, max_nodes: 4294967295",
        "node_prefix: 32, cni: flannel",
        "node_prefix: 128, families: ipv6",
        "node_prefix: 0, families: ipv6, cni: flannel, max_nodes: 4294967295",
        "node_prefix: 255",
        "pods: {size: /0}, services: {size: /0}",
        "pods: {size: /0}, families: ipv6",
        "pods: 0.0.0.0/0",
        "services: 255.255.255.255/32",
        "pods: '::/0', families: ipv6",
        "services: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128', families: ipv6",
        "pool: [10.0.0.1, 10.0.0.3, 10.0.0.5-10.0.0.6], avoid: [{name: x, cidr: 10.233.0.0/16}]",
        "pool: '::/0', families: ipv6, avoid: [{name: x, cidr: 'fd00::/8'}]",
        "avoid: [{name: x, cidr: 0.0.0.0/0}, {name: y, cidr: '::/0'}], families: [ipv4, ipv6]",
        "avoid: [{name: x, cidr: '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'}], families: ipv6",
        "nodes: [{cidr: 0.0.0.0/0}]",
        "load_balancer: {ranges: ['::/0', 0.0.0.0-255.255.255.255], metallb: true}",
        "mtu: 65535",
        "mtu: 99999999999999999999",
        "underlay: {mtu: 68}",
        "machine_mtu: 68",
        "docker_bip: 0.0.0.0/0",
        "api_address: {address: 1.2.3.4, port: 0}",
        "api_address: 0.0.0.0",
        "api_address: '::'",
        "dns_domain: ''",
        "dns_domain: '{{ x }}'",
        "dns_domain: \"a\\nb: c\"",
        "siblings: '['",
        "siblings: ''",
    ] {
        let bench = Bench::new(&format!("{BASE}network: {{{wish}}}\n"));
        for arguments in
            [&["plan"][..], &["plan", "--format", "svg"], &["plan", "--format", "json"], &["vars", "--write"]]
        {
            let output = bench.run(arguments);
            assert!(matches!(output.status.code(), Some(0 | 1)), "{wish}: {output:?}");
            if output.stdout.is_empty() {
                refusal(&output);
            }
        }
    }
}

#[test]
fn what_nobody_can_use_is_refused_where_it_is_written() {
    for (wish, sentence) in [
        ("api_address: 0.0.0.0", "0.0.0.0 is no address at which nodes find the API"),
        ("api_address: {address: 10.0.0.1, port: 0}", "0 is no port"),
        ("dns_domain: '{{ x }}'", "is no domain"),
        ("dns_domain: ''", "is no domain"),
    ] {
        let why = refusal(&Bench::new(&format!("{BASE}network: {{{wish}}}\n")).run(["vars", "--write"]));
        assert!(why.contains("ci.static.yml:6:") && why.contains(sentence), "{why}");
    }
}

#[test]
fn more_levels_than_can_be_counted_are_a_sentence() {
    for levels in [33, 200, 256, 2000] {
        let hosting: Vec<String> = (0..levels)
            .map(|level| format!("    - {{name: l{level}, pods: 10.{}.{}.0/24}}\n", level / 256, level % 256))
            .collect();
        let why = refusal(&Bench::new(&format!("{BASE}network:\n  hosting:\n{}", hosting.concat())).run(["plan"]));
        assert!(why.contains(&format!("`hosting` has {levels} levels, and 32 is the most")), "{why}");
    }
}

/// Not a benchmark, but what is quadratic would not end.
#[test]
fn ten_thousand_of_anything_are_no_trouble() {
    let avoid: Vec<String> =
        (0..10_000).map(|n| format!("    - {{name: n{n}, cidr: 10.{}.{}.0/24}}\n", n / 256, n % 256)).collect();
    let crowded = Bench::new(&format!("{BASE}network:\n  avoid:\n{}", avoid.concat()));
    let large = Bench::new(
        "layout: hard-way\nsource: {addresses: [10.0.0.1-10.0.39.16]}\n\
         groups: {controllers: {first: 3}, etcd: {first: 3}, workers: all}\n\
         network: {cni: calico, pods: 10.128.0.0/9, services: 10.32.0.0/24, api_address: 10.96.0.1}\n",
    );
    for (bench, code) in [(&crowded, 0), (&large, 1)] {
        for arguments in [["plan"].as_slice(), &["vars", "--check"]] {
            let started = Instant::now();
            let output = bench.run(arguments);
            let expected = if arguments == ["plan"] { 0 } else { code };
            assert_eq!(output.status.code(), Some(expected), "{:?}", String::from_utf8_lossy(&output.stderr));
            assert!(started.elapsed() < Duration::from_secs(20), "{arguments:?}: {:?}", started.elapsed());
        }
    }
    assert!(large.run(["vars", "--write"]).status.success());
    assert!(large.run(["vars", "--check"]).status.success());
}

/// Every node has a route to every other: the square of their number.
#[test]
fn more_routes_than_anybody_lays_are_a_sentence() {
    let bench = Bench::new(
        "layout: hard-way\nsource: {addresses: [10.0.0.1-10.0.39.16]}\n\
         groups: {controllers: {first: 3}, etcd: {first: 3}, workers: all}\n\
         network: {pods: 10.128.0.0/9, services: 10.32.0.0/24, api_address: 10.96.0.1}\n",
    );
    let why = refusal(&bench.run(["vars", "--write"]));
    assert!(why.contains("10000 nodes need 100000000 routes, and 1000000 are the most"), "{why}");
}

const SIBLING: &str = "#!/usr/bin/env inv-static\nplugin: kube_inventory.vms.static\nkubespray_version: v2.31.0\n";

/// Its machines are nobody's business: its source is not looked at.
#[test]
fn a_siblings_source_never_runs() {
    let sibling = format!("{SIBLING}source: {{files: [/dev/zero, missing.ini]}}\nnetwork: {{pods: 10.233.64.0/18}}\n");
    let bench = Bench::new(&format!("{BASE}network: {{siblings: '*/*.static.yml'}}\n")).with("s/s.static.yml", sibling);
    let output = bench.run(["plan"]);
    assert!(output.status.success() && String::from_utf8(output.stdout).unwrap().contains("of s"));
}

#[test]
fn a_sibling_that_is_not_known_is_an_error_that_names_it() {
    let vars = "s/group_vars/k8s_cluster/a.yml";
    for (file, text) in [
        ("s/s.static.yml", "hello"),
        (vars, "kube_service_addresses: [1, 2\n"),
        (vars, "kube_service_addresses: \"{{ somewhere }}\"\n"),
        (vars, "kube_pods_subnet: 10.233.64.0/17\n"),
        (vars, "kube_pods_subnet: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6162\n"),
        ("s/.inv/plan.json", "{"),
    ] {
        let bench = Bench::new(&format!("{BASE}network: {{siblings: '*/*.static.yml'}}\n"));
        let bench = bench.with("s/s.static.yml", SIBLING).with(file, text);
        let why = refusal(&bench.run(["vars", "--write"]));
        assert!(why.contains(file), "{why}");
    }
}
