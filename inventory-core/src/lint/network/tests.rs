use crate::lint::config::allow_line;
use crate::lint::rules;
use crate::lint::testing::Fixture;

fn rule(code: &str) -> &'static crate::lint::rule::Rule {
    rules::all().find(|rule| rule.code == code).unwrap()
}

#[test]
fn an_overlap_says_what_would_allow_it() {
    let cluster = Fixture::kubespray().file("group_vars/all.yml", "kube_pods_subnet: 10.42.0.0/16\n");
    let cluster = cluster.declared("avoid: [{name: office VPN, cidr: 10.42.0.0/23}]\n");
    let findings = cluster.findings(rule("NET024"));
    let names: Vec<_> = findings[0].ranges.iter().map(|range| range.name.as_str()).collect();
    assert_eq!(names, ["kube_pods_subnet", "office VPN"]);
    let line = allow_line(&findings[0]).unwrap();
    assert!(line.contains("between = [\"10.42.0.0/16\", \"10.42.0.0/23\"]"), "{line}");
}

#[test]
fn no_rule_applies_an_edit_that_it_does_not_announce() {
    use crate::lint::finding::Applicability;
    use crate::lint::rule::Fixes;

    let text = "kube_service_addresses: 10.233.0.0/18\nkube_pods_subnet: 10.233.0.5/16\nmetallb_enabled: true\n\
                kube_vip_enabled: true\nkube_vip_address: 10.233.0.50\ncalico_pool_cidr: 192.0.2.0/24\n\
                nodelocaldns_ip: 10.233.0.9\nskydns_server: 10.233.0.1\ncontainer_manager: docker\n\
                docker_options: --bip=10.233.9.0/24\nkubelet_max_pods: 500\ncalico_mtu: 1500\n\
                metallb_config: {address_pools: {a: {ip_range: [192.0.2.9-192.0.2.12, 192.0.2.10/32]}}}\n";
    let declared = "nodes: [{cidr: 192.0.2.0/24, dhcp: 192.0.2.0/25, provider: virtualbox}]\nunderlay: {mtu: 1400}\n\
                    avoid: [{name: VPN, cidr: 10.233.0.0/24}]\n";
    let cluster = Fixture::kubespray().file("group_vars/all.yml", text).declared(declared);
    let mut seen = 0;
    for rule in rules::all().filter(|rule| ["NET", "NST", "MTU"].contains(&rule.family())) {
        for finding in cluster.findings(rule) {
            let Some(fix) = &finding.fix else { continue };
            seen += 1;
            match fix.applicability {
                Applicability::Shown => {}
                Applicability::Safe => assert_eq!(rule.fixes, Fixes::Safe, "{}", rule.code),
                Applicability::Unsafe => assert_eq!(rule.fixes, Fixes::Unsafe, "{}", rule.code),
            }
        }
    }
    assert!(seen > 5, "{seen}");
}

#[test]
fn what_a_cluster_file_declares_is_pointed_at() {
    let file = "#!/usr/bin/env inv-static\nplugin: kube_inventory.vms.static\ncluster: demo\nsource:\n  machines: []\nnetwork:\n  \
                avoid:\n    - {name: office VPN, cidr: 10.233.64.0/20}\n";
    let cluster = Fixture::kubespray().yaml_inventory(file).declared_by_file();
    insta::assert_snapshot!(cluster.check(rule("NET024")), @"
    hosts.yml:8:32: error[NET024] pods 10.233.64.0/18 and office VPN 10.233.64.0/20 overlap: all 4096 addresses of the latter are in the former
      `10.233.64.0/20` office VPN 10.233.64.0/20
      note: `kube_pods_subnet` is 10.233.64.0/18, the default of kubespray v2.31.0, and written nowhere
      help: 10.233.128.0/18 is free: write `kube_pods_subnet: 10.233.128.0/18`, as long as the cluster is not built; one that runs must be built again
    ");
}

#[test]
fn ten_thousand_nodes_in_the_pods_are_one_finding() {
    use std::fmt::Write as _;

    let mut nodes = "[kube_control_plane]\n".to_owned();
    for n in 0..10_000 {
        let _ = writeln!(nodes, "n{n} ip=10.233.{}.{}", 64 + n / 250, n % 250);
    }
    let cluster = Fixture::kubespray().inventory(&(nodes + "\n[kube_node]\nn1\n"));
    let findings = cluster.findings(rule("NET002"));
    assert_eq!(findings.len(), 1);
    assert!(findings[0].message.ends_with("and so are 9999 more"), "{}", findings[0].message);
    assert!(findings[0].related.len() <= 4);
}

#[test]
fn a_release_that_nobody_told_is_not_named() {
    let text = "kube_pods_subnet: 10.233.32.0/19\ncalico_ipip_mode: Always\n";
    let told = Fixture::kubespray().file("group_vars/all.yml", text).releases(&["v2.31.0"]);
    let untold = Fixture::kubespray().file("group_vars/all.yml", text).releases(&["v2.31.0", "v2.30.0"]);
    let mut seen = 0;
    for rule in rules::all() {
        let found = untold.check(rule);
        assert!(!found.contains("v2.31.0"), "{found}");
        assert_eq!(found, told.check(rule).replace("kubespray v2.31.0", "kubespray"));
        seen += usize::from(found.contains("the default of kubespray, and written nowhere"));
    }
    assert!(seen > 1, "{seen}");
}

#[test]
fn what_is_allowed_for_one_node_or_network_is_not_for_another() {
    use crate::lint::config::Config;
    use crate::yaml::Source;

    let allows = |code: &str, between: &str, findings: &[crate::lint::finding::Finding]| {
        let text = format!("[[allow]]\nrule = \"{code}\"\nbetween = [{between}]\nreason = \"x\"\n");
        let config = Config::parse(Source::new("inv-lint.toml", text)).unwrap();
        findings.iter().map(|finding| config.is_allowed(finding)).collect::<Vec<_>>()
    };
    let nodes = "[kube_control_plane]\nn1 ip=10.233.64.1\nn2 ip=10.233.64.2\n\n[kube_node]\nn1\n";
    let inside = Fixture::kubespray().inventory(nodes).findings(rule("NET002"));
    assert_eq!(allows("NET002", "\"10.233.64.1\", \"kube_pods_subnet\"", &inside), [false]);
    assert_eq!(allows("NET002", "\"kube_pods_subnet\", \"10.233.64.0/30\"", &inside), [true]);
    assert_eq!(allows("NET002", "\"10.233.64.0/30\"", &inside), [true]);
    assert!(allow_line(&inside[0]).unwrap().contains("between = [\"10.233.64.0/18\"]"));
    let around = "avoid: [{name: x, cidr: 10.233.64.0/24}, {name: y, cidr: 10.233.65.0/24}]\n";
    let hidden = Fixture::kubespray().declared(around).findings(rule("NET024"));
    assert_eq!(allows("NET024", "\"x\", \"kube_pods_subnet\"", &hidden), [true, false]);
}
