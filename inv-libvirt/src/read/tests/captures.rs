//! Recordings of real hypervisors, see `tests/recordings`.

use std::path::PathBuf;

use super::*;

fn recording(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/recordings").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// dnsmasq's own list of leases, `/var/lib/libvirt/dnsmasq/virbr150.status`.
fn leases(path: &str) -> Vec<Lease> {
    let list: Vec<serde_json::Value> = serde_json::from_str(&recording(path)).unwrap();
    let text = |one: &serde_json::Value, key: &str| one.get(key).and_then(|text| text.as_str()).map(str::to_owned);
    let lease = |one: &serde_json::Value| Lease {
        mac: text(one, "mac-address"),
        ip: text(one, "ip-address").unwrap().parse().unwrap(),
        expires: one["expiry-time"].as_i64().unwrap(),
        hostname: text(one, "hostname"),
    };
    list.iter().map(lease).collect()
}

/// A QEMU hypervisor with six guests: one paused, one shut off, one without an agent's channel.
pub(in crate::read) fn lab() -> Answers {
    let states = [("head10", 1), ("work11", 1), ("work12", 1), ("work13", 1), ("work14", 3), ("work15", 5)];
    let domain = |(name, state): (&str, u8)| Domain { state, ..running(recording(&format!("lab/{name}.xml"))) };
    let network = |name: &str, is_active, leases| Network {
        is_active,
        xml: recording(&format!("lab/net-{name}.xml")),
        leases: Some(leases),
    };
    told(Told {
        domains: states.into_iter().map(domain).collect(),
        networks: vec![
            network("default", false, Vec::new()),
            network("kube", true, leases("lab/leases-kube.json")),
            network("storage", true, Vec::new()),
        ],
        ..Told::default()
    })
}

/// What vagrant-libvirt makes: a network to manage guests through, and a private one.
pub(in crate::read) fn vagrant() -> Answers {
    let domain = |name: &str| running(recording(&format!("vagrant/vproj_{name}.xml")));
    let network = |name: &str, leases| Network {
        is_active: true,
        xml: recording(&format!("vagrant/net-{name}.xml")),
        leases: Some(leases),
    };
    let leases = vec![
        lease("52:54:00:22:02:15", "192.168.121.192", 1),
        lease("52:54:00:66:e6:59", "192.168.121.168", 1),
        lease("52:54:00:fd:f1:4d", "192.168.121.169", 2),
    ];
    told(Told {
        domains: ["master", "minion1", "minion2"].map(domain).into(),
        networks: vec![network("vagrant-libvirt", leases), network("vagrant-priv", Vec::new())],
        ..Told::default()
    })
}

/// libvirt's test driver on a file with seven guests, written down by virsh.
pub(in crate::read) fn test_driver() -> Answers {
    serde_json::from_str(&recording("test-driver.json")).unwrap()
}

#[test]
fn the_lab_is_read() {
    let discovery = read_all(&lab(), &LibvirtOptions::default());
    insta::assert_snapshot!(all_shown(&discovery), @"");
    assert_eq!(discovery.machines[0].id.as_deref(), Some("6b756265-0000-4000-8000-000000000010"));
}

#[test]
fn what_vagrant_made_is_read() {
    insta::assert_snapshot!(all_shown(&read_all(&vagrant(), &LibvirtOptions::default())), @"");
}

#[test]
fn the_test_driver_is_read() {
    insta::assert_snapshot!(all_shown(&read_all(&test_driver(), &LibvirtOptions::default())), @"");
}

#[test]
fn what_a_guest_is_does_not_depend_on_whether_it_runs() {
    let live = lab();
    let mut inactive = lab();
    let Said::Told(told) = &mut inactive.hypervisors[0].said else { unreachable!() };
    told.domains[0].xml = recording("lab/head10.inactive.xml");
    let options = LibvirtOptions::default();
    assert_eq!(read_all(&live, &options).machines[0], read_all(&inactive, &options).machines[0]);
}
