//! Routes to the pods of other nodes.

use inventory_core::plan::{PlannedHost, routes};

use crate::plans::planned;

fn lines(hosts: &[PlannedHost]) -> Vec<String> {
    let routes = routes(hosts).unwrap();
    let line = |(host, ways): (_, &Vec<_>)| {
        let ways: Vec<_> =
            ways.iter().map(|way: &inventory_core::plan::Route| format!("{} via {}", way.to, way.via)).collect();
        format!("{host}: {}", ways.join(", "))
    };
    routes.iter().map(line).collect()
}

#[test]
fn a_controller_reaches_every_worker_and_a_worker_every_other() {
    // The text's own machines.
    let hosts = [
        planned("server", "ce", &["10.240.0.10"], &[]),
        planned("node-0", "w", &["10.240.0.20"], &["10.200.0.0/24"]),
        planned("node-1", "w", &["10.240.0.21"], &["10.200.1.0/24"]),
    ];
    assert_eq!(
        lines(&hosts),
        [
            "server: 10.200.0.0/24 via 10.240.0.20, 10.200.1.0/24 via 10.240.0.21",
            "node-0: 10.200.1.0/24 via 10.240.0.21",
            "node-1: 10.200.0.0/24 via 10.240.0.20",
        ]
    );
}

#[test]
fn a_route_leads_through_an_address_of_its_own_family() {
    let hosts = [
        planned("cp", "cw", &["10.0.0.1", "fd00::1"], &["10.200.0.0/24", "fd01:0:0:1::/64"]),
        planned("node", "w", &["fd00::2", "10.0.0.2"], &["10.200.1.0/24", "fd01:0:0:2::/64"]),
        planned("etcd", "e", &["10.0.0.3"], &[]),
        planned("lb", "", &["10.0.0.4"], &[]),
    ];
    assert_eq!(
        lines(&hosts),
        [
            "cp: 10.200.1.0/24 via 10.0.0.2, fd01:0:0:2::/64 via fd00::2",
            "node: 10.200.0.0/24 via 10.0.0.1, fd01:0:0:1::/64 via fd00::1",
        ]
    );
}

#[test]
fn a_lone_worker_has_no_routes_and_says_so() {
    assert_eq!(lines(&[planned("node", "w", &["10.0.0.1"], &["10.200.0.0/24"])]), ["node: "]);
}

#[test]
fn a_worker_without_an_address_of_the_family_is_named() {
    let hosts = [
        planned("node-0", "w", &["10.0.0.1", "fd00::1"], &["10.200.0.0/24", "fd01::/64"]),
        planned("node-1", "w", &["10.0.0.2"], &["10.200.1.0/24", "fd01:0:0:1::/64"]),
    ];
    let error = routes(&hosts).unwrap_err();
    insta::assert_snapshot!(format!("{error}\n{}", error.remedy()), @"
    the worker node-1 has the pods fd01:0:0:1::/64 and no IPv6 address, so that no route leads to them
    give it one, or let `hosts.address` choose it, `{family: ipv6}`, or leave ipv6 out of `families`
    ");
}
