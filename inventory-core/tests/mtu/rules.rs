//! Further vectors, each from the rule it cites. A level's numbers are: its NIC's MTU, the path between its machines,
//! what its pods use, what would fit.

use Encapsulation as E;

use super::*;

type Numbers = (u16, u16, u16, u16);

fn written(value: i64, layer: Layer) -> Layer {
    Layer { written: Some(WrittenMtu::new(mtu(value))), ..layer }
}

fn release(version: &str, layer: Layer) -> Layer {
    Layer { version: Some(version.parse().unwrap()), ..layer }
}

fn ipv6(layer: Layer) -> Layer {
    Layer { outer: Family::Ipv6, pods: Families::Ipv6, ..layer }
}

fn encrypted(encryption: Encryption, layer: Layer) -> Layer {
    Layer { encryption: Some(encryption), ..layer }
}

const IPSEC: Encryption = Encryption::IpSec { key_bits: 128 };

/// What cites the rule; the underlay; the levels; the numbers of each.
fn table() -> Vec<(&'static str, i64, Vec<Layer>, Vec<Numbers>)> {
    let calico = |tunnels: &[E]| level("a", Cni::Calico, tunnels);
    let cilium = |tunnels: &[E]| level("a", Cni::Cilium, tunnels);
    let flannel = |tunnels: &[E]| level("a", Cni::Flannel, tunnels);
    vec![
        // Calico's encapsulation_resolver.go: every mode but `Never` counts as enabled, so cross-subnet costs as much.
        (
            "calico cross-subnet",
            1500,
            vec![Layer {
                tunnels: Some(vec![Tunnel { encapsulation: E::Vxlan, when: When::CrossSubnet }]),
                ..calico(&[])
            }],
            vec![(1500, 1500, 1450, 1450)],
        ),
        // int_dataplane.go, determinePodMTU: the least of the enabled ones, here VXLAN's, not the sum.
        ("calico ipip and vxlan", 1500, vec![calico(&[E::IpIp, E::Vxlan])], vec![(1500, 1500, 1450, 1450)]),
        // int_dataplane.go: vxlanMTUV6 is the host's less 70.
        ("calico vxlan over IPv6", 1500, vec![ipv6(calico(&[E::Vxlan]))], vec![(1500, 1500, 1430, 1430)]),
        // calicoctl#415: 1480 broke on GCE's 1460; 1440 is right.
        ("calico ipip on GCE", 1460, vec![calico(&[E::IpIp])], vec![(1460, 1460, 1440, 1440)]),
        ("calico ipip on GCE, copied", 1460, vec![written(1480, calico(&[E::IpIp]))], vec![(1460, 1460, 1480, 1440)]),
        // calicoctl#1425: 1446 below IPIP is 1426.
        ("calico ipip on 1446", 1446, vec![calico(&[E::IpIp])], vec![(1446, 1446, 1426, 1426)]),
        // microk8s#4142: OpenStack with Geneve gives 1442, VXLAN leaves 1392.
        ("calico vxlan on 1442", 1442, vec![calico(&[E::Vxlan])], vec![(1442, 1442, 1392, 1392)]),
        // felix before #2511: VXLAN's device has 1410 and the pods 1500.
        ("calico v3.16 vxlan", 1500, vec![release("v3.16.5", calico(&[E::Vxlan]))], vec![(1500, 1500, 1410, 1450)]),
        // felix#2511 is in v3.17.0.
        ("calico v3.17 vxlan", 1500, vec![release("v3.17.0", calico(&[E::Vxlan]))], vec![(1500, 1500, 1450, 1450)]),
        // ipip/ipip.go: 20.
        ("flannel ipip", 1500, vec![flannel(&[E::IpIp])], vec![(1500, 1500, 1480, 1480)]),
        // hostgw.go: the NIC's.
        ("flannel host-gw", 1500, vec![flannel(&[])], vec![(1500, 1500, 1500, 1500)]),
        // wireguard_network.go: 80 whatever the family, which is right on IPv6.
        ("flannel wireguard, IPv6", 1500, vec![ipv6(flannel(&[E::WireGuard]))], vec![(1500, 1500, 1420, 1420)]),
        // vxlan_network.go: the backend's MTU is the outer one, 50 come off it.
        ("flannel, 1400 written", 1500, vec![written(1400, flannel(&[E::Vxlan]))], vec![(1500, 1500, 1350, 1450)]),
        // flannel has a device a family, and both take 50: 20 too few where pods of both families cross.
        (
            "flannel dual stack",
            1500,
            vec![Layer { pods: Families::Dual, ..flannel(&[E::Vxlan]) }],
            vec![(1500, 1500, 1450, 1430)],
        ),
        // k3s brings flannel.
        ("k3s", 1500, vec![level("a", Cni::K3s, &[E::Vxlan])], vec![(1500, 1500, 1450, 1450)]),
        // mtu.go before cilium#45940: 80 for WireGuard.
        (
            "cilium 1.19 vxlan and wireguard",
            1500,
            vec![release("1.19.2", encrypted(Encryption::WireGuard, cilium(&[E::Vxlan])))],
            vec![(1500, 1500, 1370, 1375)],
        ),
        // mtu.go before cilium#30329: 80 for both together, and a packet of 1420 needs 1545.
        (
            "cilium 1.13 vxlan and wireguard",
            1500,
            vec![release("1.13.0", encrypted(Encryption::WireGuard, cilium(&[E::Vxlan])))],
            vec![(1500, 1500, 1420, 1375)],
        ),
        // mtu.go: 77, and what the key exceeds 16 bytes by.
        (
            "cilium ipsec with a key of 256 bits",
            1500,
            vec![encrypted(Encryption::IpSec { key_bits: 256 }, cilium(&[E::Vxlan]))],
            vec![(1500, 1500, 1357, 1357)],
        ),
        // mtu.go: 70 over IPv6.
        ("cilium over IPv6", 1500, vec![ipv6(cilium(&[E::Geneve]))], vec![(1500, 1500, 1430, 1430)]),
        // network_routes_controller.go since v1.6.0: nothing is deducted, the kernel's tunnel is 20 smaller.
        (
            "kube-router 1.6",
            1500,
            vec![release("v1.6.0", level("a", Cni::KubeRouter, &[E::IpIp]))],
            vec![(1500, 1500, 1480, 1480)],
        ),
        // docs/tunnels.md: `fou` is GUE, 12 bytes more.
        ("kube-router fou", 1500, vec![level("a", Cni::KubeRouter, &[E::GueIpIp])], vec![(1500, 1500, 1468, 1468)]),
        // kube-ovn's config.go: 50 for VXLAN, 72 for STT, 100 for the rest, 20 more when the address is IPv6.
        ("kube-ovn vxlan", 1500, vec![level("a", Cni::KubeOvn, &[E::Vxlan])], vec![(1500, 1500, 1450, 1450)]),
        ("kube-ovn stt", 1500, vec![level("a", Cni::KubeOvn, &[E::Stt])], vec![(1500, 1500, 1428, 1428)]),
        (
            "kube-ovn geneve over IPv6",
            1500,
            vec![ipv6(level("a", Cni::KubeOvn, &[E::Geneve]))],
            vec![(1500, 1500, 1380, 1422)],
        ),
        // node_config.go: 50 and 20 more over IPv6; WireGuard in its place takes 60.
        ("antrea over IPv6", 1500, vec![ipv6(level("a", Cni::Antrea, &[E::Geneve]))], vec![(1500, 1500, 1430, 1430)]),
        (
            "antrea wireguard",
            1500,
            vec![encrypted(Encryption::WireGuard, level("a", Cni::Antrea, &[E::Geneve]))],
            vec![(1500, 1500, 1440, 1440)],
        ),
        // weave's bridge.go and fastdp-crypto.md: 1376 always; 1460 holds exactly that with ESP, 34 bytes.
        (
            "weave, encrypted, GCE",
            1460,
            vec![encrypted(IPSEC, level("a", Cni::Weave, &[E::Vxlan]))],
            vec![(1460, 1460, 1376, 1376)],
        ),
        (
            "weave, encrypted, one byte short",
            1459,
            vec![encrypted(IPSEC, level("a", Cni::Weave, &[E::Vxlan]))],
            vec![(1459, 1459, 1376, 1372)],
        ),
        // OpenShift SDN took VXLAN's 50, OVN-Kubernetes takes 100.
        ("openshift sdn", 1500, vec![level("a", Cni::OpenShift, &[E::Vxlan])], vec![(1500, 1500, 1450, 1450)]),
        // ovn-kubernetes' config.go: 1400 on any NIC, and 58 more must fit.
        ("ovn-kubernetes", 1458, vec![level("a", Cni::OvnKubernetes, &[E::Geneve])], vec![(1458, 1458, 1400, 1400)]),
        // The kernel's default of a bridge; cozystack#2147 is about what comes of it.
        ("hard way in a VM", 1450, vec![level("a", Cni::None, &[])], vec![(1450, 1450, 1500, 1450)]),
        // cozystack#2147: OVN's 100 outside, Cilium's VXLAN inside: 1350, and `MTU: 1400` is what Cilium wants to hear.
        (
            "cilium in kube-ovn",
            1500,
            vec![level("h", Cni::KubeOvn, &[E::Geneve]), written(1400, cilium(&[E::Vxlan]))],
            vec![(1500, 1500, 1400, 1442), (1400, 1400, 1350, 1350)],
        ),
        // netpod.go copies the link, and Cilium's link is the NIC's: an inner Calico finds 1450 where 1400 fits.
        (
            "calico in cilium",
            1500,
            vec![level("h", Cni::Cilium, &[E::Vxlan]), calico(&[E::Vxlan])],
            vec![(1500, 1500, 1450, 1450), (1500, 1450, 1450, 1400)],
        ),
        // peers' vector: ipip in vxlan.
        (
            "ipip in vxlan",
            1500,
            vec![level("h", Cni::Calico, &[E::Vxlan]), calico(&[E::IpIp])],
            vec![(1500, 1500, 1450, 1450), (1450, 1450, 1430, 1430)],
        ),
        // netpod.go copies jumbo links too.
        (
            "jumbo, depth 5",
            9000,
            (0..5).map(|_| calico(&[E::Vxlan])).collect(),
            (0..5).map(|i| (9000 - 50 * i, 9000 - 50 * i, 8950 - 50 * i, 8950 - 50 * i)).collect(),
        ),
    ]
}

#[test]
fn every_cited_rule_gives_its_numbers() {
    let table = table();
    assert!(table.len() >= 20);
    for (cited, underlay, layers, expected) in table {
        let chain = reckon(underlay, &layers);
        let numbers: Vec<Numbers> = chain
            .levels
            .iter()
            .map(|l| (l.node_link.bytes(), l.node_path.bytes(), l.pods.usable.bytes(), l.safe.bytes()))
            .collect();
        assert_eq!(numbers, expected, "{cited}");
        let too_large = expected.iter().any(|(_, _, usable, safe)| usable > safe);
        assert_eq!(codes(&chain).contains(&"mtu-exceeds-path"), too_large, "{cited}");
    }
}

#[test]
fn the_sum_says_where_every_byte_went() {
    let chain =
        reckon(1500, &[level("kube-test", Cni::Calico, &[E::Vxlan]), level("ci-kube", Cni::Calico, &[E::Vxlan])]);
    assert_eq!(chain.levels[1].sum.to_string(), "1500 (site) − 50 (vxlan, kube-test) − 50 (vxlan, ci-kube) = 1400");

    // Seed 000: the host's tunnel has 1440 where 1480 would fit, and its guest's limit is 1420.
    let host = release("v3.1.3", level("kube-test", Cni::Calico, &[E::IpIp]));
    let guest = written(1400, release("v3.1.3", level("ci-kube", Cni::Calico, &[E::IpIp])));
    let chain = reckon(1500, &[host, guest]);
    assert_eq!(
        chain.levels[1].sum.to_string(),
        "1500 (site) − 20 (ipip, kube-test) − 40 (left free, kube-test) − 20 (ipip, ci-kube) = 1420"
    );

    let host = written(1300, level("host", Cni::Calico, &[E::Vxlan]));
    let guest = encrypted(Encryption::WireGuard, level("guest", Cni::Cilium, &[E::Vxlan]));
    assert_eq!(
        reckon(1500, &[host, guest]).levels[1].sum.to_string(),
        "1500 (site) − 50 (vxlan, host) − 150 (mtu 1300 written, host) − 50 (vxlan, guest) − 75 (wireguard, guest) = 1175"
    );
}

#[test]
fn a_value_must_be_written_where_the_nic_promises_more_than_the_path_holds() {
    let host = level("host", Cni::Cilium, &[E::Vxlan]);
    let alone = reckon(1500, std::slice::from_ref(&host));
    assert!(!alone.levels[0].must_write, "Cilium's own routes are right");

    for (inner, setting) in [
        (level("guest", Cni::Calico, &[E::Vxlan]), Setting::Pods(mtu(1400))),
        (level("guest", Cni::Cilium, &[E::Vxlan]), Setting::Nodes(mtu(1450))),
        (level("guest", Cni::Flannel, &[E::Vxlan]), Setting::Nodes(mtu(1450))),
        (level("guest", Cni::KubeOvn, &[E::Geneve]), Setting::Pods(mtu(1350))),
        (level("guest", Cni::OvnKubernetes, &[E::Geneve]), Setting::Pods(mtu(1392))),
        (level("guest", Cni::None, &[]), Setting::Pods(mtu(1450))),
    ] {
        let chain = reckon(1500, &[host.clone(), inner.clone()]);
        let guest = &chain.levels[1];
        assert!(guest.must_write, "{}", inner.cni);
        assert_eq!(guest.setting, setting, "{}", inner.cni);

        let value = setting.value();
        let chain = reckon(1500, &[host.clone(), written(value.bytes().into(), inner)]);
        assert!(!codes(&chain).contains(&"mtu-exceeds-path"), "what we say to write fits: {chain:?}");
        assert!(chain.levels[1].must_write, "a value that is needed stays needed once it is there");
    }

    let plain = reckon(1500, &[level("h", Cni::Calico, &[E::Vxlan]), level("g", Cni::Calico, &[E::Vxlan])]);
    assert!(plain.levels.iter().all(|level| !level.must_write), "Calico in Calico finds 1400 by itself");
}

#[test]
fn a_setting_that_flannel_deducts_too_little_from_makes_up_for_it() {
    let layer = ipv6(level("a", Cni::Flannel, &[E::Vxlan]));
    let chain = reckon(1500, std::slice::from_ref(&layer));
    assert_eq!(chain.levels[0].setting, Setting::Nodes(mtu(1480)));
    assert_eq!(codes(&reckon(1500, &[written(1480, layer)])), Vec::<&str>::new());
}

#[test]
fn an_unknown_release_takes_the_smallest_plausible_mtu_and_says_so() {
    let unknown = |layer| Layer { version: None, ..layer };
    let wireguard = encrypted(Encryption::WireGuard, level("host", Cni::Cilium, &[E::Vxlan]));
    let chain = reckon(1500, &[unknown(wireguard)]);
    assert_eq!(chain.levels[0].pods.usable, mtu(1355), "95 for WireGuard, as since v1.20");
    assert_eq!(
        chain.findings[0].to_string(),
        "host: the version of cilium is not known, so the smallest plausible MTU is taken, 1355 (it may be 1370); say which it is"
    );
    assert_eq!(chain.worst(), Some(Severity::Info));

    // Every kube-router lets 1480 through; only what its guests see differs, and they are told to write it down.
    let router = unknown(level("host", Cni::KubeRouter, &[E::IpIp]));
    let chain = reckon(1500, &[router, level("guest", Cni::Calico, &[E::Vxlan])]);
    assert_eq!((chain.levels[1].node_link, chain.levels[1].node_path), (mtu(1500), mtu(1480)));
    assert!(chain.levels[1].must_write);

    let certain = unknown(level("host", Cni::Calico, &[E::Vxlan]));
    assert_eq!(codes(&reckon(1500, &[certain])), Vec::<&str>::new(), "nothing to say where all answers are one");
}

#[test]
fn an_unknown_encapsulation_takes_the_costliest_usual_one_and_says_so() {
    let host = Layer { tunnels: None, ..level("host", Cni::Calico, &[]) };
    let chain = reckon(1500, &[host, level("guest", Cni::Calico, &[E::Vxlan])]);
    assert_eq!(chain.levels[0].safe, mtu(1450));
    assert_eq!((chain.levels[1].node_link, chain.levels[1].node_path), (mtu(1480), mtu(1450)));
    assert!(chain.levels[1].must_write, "with IPIP outside, the guest would find 1430");
    assert_eq!(chain.levels[1].setting, Setting::Pods(mtu(1400)));
    assert_eq!(chain.findings[0].problem.code(), "mtu-guessed");
}

#[test]
fn an_unknown_cni_leaves_what_the_costliest_would_unless_its_mtu_is_given() {
    let other = Layer::new("host", Cni::Other);
    let guest = level("guest", Cni::Calico, &[E::Vxlan]);
    let chain = reckon(1500, &[other.clone(), guest.clone()]);
    assert_eq!(
        chain.levels[1].sum.to_string(),
        "1500 (site) − 100 (encapsulation not known, host) − 50 (vxlan, guest) = 1350"
    );
    assert_eq!(chain.findings[0].problem.code(), "mtu-unknown-cni");
    assert!(chain.levels[1].must_write, "its pods' link may be anything up to the NIC's");

    let chain = reckon(1500, &[written(1450, other), guest]);
    assert_eq!(chain.levels[1].safe, mtu(1400));
    assert!(!codes(&chain).contains(&"mtu-unknown-cni"));
}

#[test]
fn what_the_machines_show_replaces_what_they_should_and_is_reported() {
    let host = level("host", Cni::Calico, &[E::Vxlan]);
    let guest = |shown| Layer { machine_mtu: Some(mtu(shown)), ..level("guest", Cni::Flannel, &[E::Vxlan]) };
    let ignored = reckon(1500, &[host.clone(), guest(1500)]);
    assert_eq!((ignored.levels[1].node_link, ignored.levels[1].node_path), (mtu(1500), mtu(1450)));
    assert_eq!(codes(&ignored), ["mtu-machine-differs", "mtu-exceeds-path"]);
    assert_eq!(ignored.levels[1].setting, Setting::Nodes(mtu(1450)));
    assert!(ignored.findings[1].to_string().ends_with("write 1450 for the nodes, from which the CNI deducts"));
    assert_eq!(
        ignored.findings[0].to_string(),
        "guest: the machines' NIC shows 1500, and by the rules it should be 1450; 1500 is reckoned with"
    );

    let smaller = reckon(1500, &[host.clone(), guest(1420)]);
    assert_eq!(
        smaller.levels[1].sum.to_string(),
        "1500 (site) − 50 (vxlan, host) − 30 (shown by the machines, guest) − 50 (vxlan, guest) = 1370"
    );
    assert_eq!(codes(&reckon(1500, &[host, guest(1450)])), Vec::<&str>::new(), "as computed: nothing to say");
}

#[test]
fn a_value_too_large_is_an_error_that_shows_its_sum() {
    let chain = reckon(
        1500,
        &[
            level("kube-test", Cni::Calico, &[E::Vxlan]),
            Layer { origin: "site.yml:12".to_owned(), ..written(1450, level("ci-kube", Cni::Calico, &[E::Vxlan])) },
        ],
    );
    let [finding] = chain
        .findings
        .iter()
        .filter(|finding| finding.problem.code() == "mtu-exceeds-path")
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    assert_eq!(
        finding.to_string(),
        "ci-kube (site.yml:12): packets of 1450 bytes do not fit, so large ones vanish and small ones pass; at most \
         1400 does: 1500 (site) − 50 (vxlan, kube-test) − 50 (vxlan, ci-kube) = 1400. Write 1400"
    );
    assert!(matches!(&finding.problem, Problem::ExceedsPath { sum, .. }
        if sum.terms[1].why == Why::Encapsulation(E::Vxlan) && sum.terms[1].level == "ci-kube"));
}

#[test]
fn the_pods_mtu_written_where_the_cni_wants_the_nodes_is_noticed() {
    let host = level("host", Cni::Calico, &[E::Vxlan]);
    let guest = |value| written(value, level("guest", Cni::Cilium, &[E::Vxlan]));
    let chain = reckon(1500, &[host.clone(), guest(1400)]);
    assert_eq!(
        chain.findings[0].to_string(),
        "guest: cilium takes the nodes' MTU and deducts from it, so that 1400 leaves its pods 1350; write 1450"
    );
    assert_eq!(codes(&reckon(1500, &[host, guest(1450)])), Vec::<&str>::new());
}

#[test]
fn a_nic_that_felix_does_not_recognise_is_named() {
    let layer = Layer { nic: Some("bond0".to_owned()), ..level("a", Cni::Calico, &[E::Vxlan]) };
    let chain = reckon(9000, std::slice::from_ref(&layer));
    assert_eq!(chain.levels[0].pods.usable, mtu(1410));
    assert!(chain.findings[0].to_string().contains("bond0"));
    let guessed = Layer { tunnels: None, ..layer.clone() };
    assert_eq!(codes(&reckon(9000, &[guessed])), ["mtu-nic-not-found", "mtu-guessed", "mtu-slack"], "once");
    let chain = reckon(9000, &[written(8950, layer)]);
    assert_eq!(codes(&chain), Vec::<&str>::new(), "a written MTU needs no NIC");
}

#[test]
fn sizes_too_small_for_a_family_are_said() {
    let deep: Vec<Layer> = (0..5).map(|_| level("a", Cni::Calico, &[E::Vxlan])).collect();
    assert_eq!(codes(&reckon(1500, &deep)), ["nesting-dropped"; 4], "1250 is fine for IPv4");

    // The site itself is too small for the IPv6 that the nodes speak; said once, not at every level.
    let chain = reckon(1200, &[Layer { outer: Family::Ipv6, ..level("a", Cni::Calico, &[E::Vxlan]) }]);
    assert_eq!(codes(&chain), ["mtu-ipv6-below-1280"]);
    let chain =
        reckon(1300, &[ipv6(level("a", Cni::Calico, &[E::Vxlan])), ipv6(level("b", Cni::Flannel, &[E::WireGuard]))]);
    assert_eq!(codes(&chain), ["mtu-ipv6-below-1280", "mtu-ipv6-below-1280"], "each level's own pods");

    let chain = reckon(600, &[level("a", Cni::Calico, &[E::Vxlan])]);
    assert_eq!(codes(&chain), ["mtu-ipv4-below-576"]);
}

#[test]
fn a_level_without_room_is_an_error_not_a_number() {
    let error = chain(&site(100), &[level("a", Cni::Calico, &[E::Vxlan])]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a: 50 bytes are left for a packet, and IPv4 needs 68: 100 (site) − 50 (vxlan, a) = 50. Take a level or an encapsulation away"
    );
}
