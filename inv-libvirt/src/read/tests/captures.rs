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
    insta::assert_snapshot!(all_shown(&discovery), @r#"
    "head10" running (domain head10)
      - 52:54:00:96:00:10 in kube
        192.168.150.10 by lease
        192.168.150.10 by static
      - 52:54:00:97:00:10 in storage
      description = "role: kube_control_plane\nowner=\"team-a\" note='it's 50% <done>'"
      networks = "kube,storage"
      title = "Control plane 10 & etcd"
    "work11" running (domain work11)
      - 52:54:00:96:00:11 in kube
        192.168.150.101 by lease
      networks = "kube"
    "work12" running (domain work12)
      - 52:54:00:96:00:12 in kube
        192.168.150.102 by lease
      networks = "kube"
    "work13" running (domain work13)
      - 52:54:00:96:00:13 in kube
        192.168.150.103 by lease
      networks = "kube"
    "work14" paused (domain work14)
      - 52:54:00:96:00:14 in kube
        192.168.150.104 by lease
      networks = "kube"
    "work15" stopped (domain work15)
      - 52:54:00:96:00:15 in kube
      networks = "kube"
    "#);
    assert_eq!(discovery.machines[0].id.as_deref(), Some("6b756265-0000-4000-8000-000000000010"));
}

#[test]
fn what_vagrant_made_is_read() {
    insta::assert_snapshot!(all_shown(&read_all(&vagrant(), &LibvirtOptions::default())), @r#"
    "vproj_master" running (domain vproj_master)
      - 52:54:00:66:e6:59 in vagrant-libvirt
        192.168.121.168 by lease
      - 52:54:00:bb:0b:2e in vagrant-priv
      description = "Source: /srv/lab/vproj/Vagrantfile"
      networks = "vagrant-libvirt,vagrant-priv"
    "vproj_minion1" running (domain vproj_minion1)
      - 52:54:00:fd:f1:4d in vagrant-libvirt
        192.168.121.169 by lease
      - 52:54:00:c4:40:c5 in vagrant-priv
      description = "Source: /srv/lab/vproj/Vagrantfile"
      networks = "vagrant-libvirt,vagrant-priv"
    "vproj_minion2" running (domain vproj_minion2)
      - 52:54:00:22:02:15 in vagrant-libvirt
        192.168.121.192 by lease
      - 52:54:00:3d:c1:2c in vagrant-priv
      description = "Source: /srv/lab/vproj/Vagrantfile"
      networks = "vagrant-libvirt,vagrant-priv"
    "#);
}

#[test]
fn the_test_driver_is_read() {
    insta::assert_snapshot!(all_shown(&read_all(&test_driver(), &LibvirtOptions::default())), @r#"
    "head10" running (domain head10)
      - 52:54:00:00:00:10 in kube
        192.168.150.101 by lease
        192.168.150.10 by static
      - 52:54:00:00:01:10 in v6
        fd00:beef::102 by lease
      - 52:54:00:00:02:10 in br0
        192.168.0.3 by lease
      description = "role=kube_control_plane\nsecond line with \"quotes\" & <angle>"
      networks = "kube,v6"
      title = "Head node ten"
    "weird name ünï \"x\" 'y' <z>" running (domain weird name ünï "x" 'y' <z>)
      - 52:54:00:00:00:16 in user
        192.168.0.1 by lease, never: user-mode networking, where every guest has this address and nobody else reaches it
        10.0.2.15 by static, never: user-mode networking, where every guest has this address and nobody else reaches it
      no address: behind user-mode networking only a <portForward> leads to it
    "work11" running (domain work11)
      - 52:54:00:00:00:11 in kube
        192.168.150.121 by lease
      networks = "kube"
    "work12-paused" paused (domain work12-paused)
      - 52:54:00:00:00:12 in kube
        192.168.150.141 by lease
      networks = "kube"
    "work13-off" stopped (domain work13-off)
      - 52:54:00:00:00:13 in kube
      networks = "kube"
    "work14-transient" running (domain work14-transient)
      no address: it has no network card that libvirt knows of; an <address> in its metadata may say what it has
    "work15-crashed" failed (domain work15-crashed)
    "#);
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
