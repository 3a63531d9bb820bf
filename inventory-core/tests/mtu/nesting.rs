//! What nesting breaks besides size. H01 to H08 are the reference's hosting rules.

use std::num::NonZeroU16;

use Encapsulation as E;

use super::*;

/// What is found besides sizes.
fn nesting(layers: &[Layer]) -> Vec<&'static str> {
    let chain = reckon(9000, layers);
    let found: Vec<_> = chain.findings.iter().filter(|f| f.problem.code().starts_with("nesting")).collect();
    assert!(found.iter().all(|finding| finding.problem.hosting_rule().is_some()), "each has its rule");
    found.into_iter().map(|finding| finding.problem.code()).collect()
}

/// The rules that are broken.
fn broken(layers: &[Layer]) -> Vec<&'static str> {
    reckon(9000, layers).findings.iter().filter_map(|finding| finding.problem.hosting_rule()).collect()
}

fn port(number: u16, layer: Layer) -> Layer {
    Layer { tunnel_port: NonZeroU16::new(number), ..layer }
}

fn none() -> Vec<&'static str> {
    Vec::new()
}

#[test]
fn h01_a_calico_host_drops_vxlan_on_its_own_port() {
    let host = level("host", Cni::Calico, &[E::Vxlan]);
    let guest = level("guest", Cni::Calico, &[E::Vxlan]);
    assert_eq!(nesting(&[host.clone(), guest.clone()]), ["nesting-dropped"]);
    assert_eq!(nesting(&[host.clone(), port(6789, guest.clone())]), none());
    assert_eq!(nesting(&[port(6789, host.clone()), guest.clone()]), none());
    assert_eq!(nesting(&[port(6789, host.clone()), port(6789, guest.clone())]), ["nesting-dropped"]);
    assert_eq!(nesting(&[host.clone(), level("guest", Cni::Flannel, &[E::Vxlan])]), none(), "8472");

    let ipip_host = level("host", Cni::Calico, &[E::IpIp]);
    assert_eq!(nesting(&[ipip_host, guest.clone()]), ["nesting-dropped"], "the port is closed, used or not");

    let old_host = Layer { version: Some(CniVersion::new(3, 1)), ..level("host", Cni::Calico, &[E::IpIp]) };
    assert_eq!(nesting(&[old_host, guest.clone()]), none(), "the rule is of 2019");

    let finding = &reckon(9000, &[host, guest]).findings[0];
    assert_eq!(
        finding.to_string(),
        "guest: host drops its vxlan on UDP port 4789: Calico lets no workload send to its own VXLAN port; give guest \
         another one, or set `allowVXLANPacketsFromWorkloads` in host's FelixConfiguration"
    );
    assert_eq!(finding.problem.severity(), Severity::Error);
}

#[test]
fn h02_a_calico_host_drops_ipip_unless_it_is_allowed() {
    let host = level("host", Cni::Calico, &[E::IpIp]);
    let guest = level("guest", Cni::Calico, &[E::IpIp]);
    assert_eq!(nesting(&[host.clone(), guest.clone()]), ["nesting-dropped"]);
    let host = Layer { allowed: Allowed { ipip: true, ..Allowed::default() }, ..host };
    assert_eq!(nesting(&[host, guest]), none());
}

#[test]
fn h03_a_cilium_host_drops_what_is_neither_tcp_nor_udp() {
    let host = level("host", Cni::Cilium, &[E::Vxlan]);
    let ipsec = Some(Encryption::IpSec { key_bits: 128 });
    for guest in [
        level("guest", Cni::Calico, &[E::IpIp]),
        level("guest", Cni::Antrea, &[E::Gre]),
        Layer { encryption: ipsec, ..level("guest", Cni::Flannel, &[]) },
        Layer { encryption: ipsec, ..level("guest", Cni::Weave, &[E::Vxlan]) },
        Layer { outer: Family::Ipv6, ..level("guest", Cni::KubeRouter, &[E::IpIp]) },
    ] {
        assert_eq!(nesting(&[host.clone(), guest.clone()]), ["nesting-dropped"], "{guest:?}");
        let host = Layer { allowed: Allowed { ipip: true, ..Allowed::default() }, ..host.clone() };
        assert_eq!(nesting(&[host, guest]), none());
    }
    assert_eq!(nesting(&[host, level("guest", Cni::Calico, &[E::Vxlan])]), none(), "4789 in 8472");
}

#[test]
fn h04_one_port_at_two_levels_is_a_warning_where_nothing_drops_it() {
    let allowing =
        Layer { allowed: Allowed { vxlan: true, ..Allowed::default() }, ..level("host", Cni::Calico, &[E::Vxlan]) };
    let guest = level("guest", Cni::Calico, &[E::Vxlan]);
    let chain = reckon(9000, &[allowing, guest.clone()]);
    assert_eq!(codes(&chain), ["nesting-port-shared"]);
    assert_eq!(chain.worst(), Some(Severity::Warning));
    assert_eq!(
        chain.findings[0].to_string(),
        "guest: its vxlan on UDP port 4789 is also host's, with the same VNI; give one of them another port"
    );
    // hypershift#1206, hypershift#1277: SDN in SDN, Geneve in Geneve.
    assert_eq!(nesting(&[level("h", Cni::OpenShift, &[E::Vxlan]), guest]), ["nesting-port-shared"]);
    let geneve = |name| level(name, Cni::OvnKubernetes, &[E::Geneve]);
    assert_eq!(nesting(&[geneve("h"), geneve("g")]), ["nesting-port-shared"]);
    assert_eq!(nesting(&[geneve("h"), port(9880, geneve("g"))]), none());
    assert_eq!(
        nesting(&[level("h", Cni::Cilium, &[E::Vxlan]), level("g", Cni::K3s, &[E::Vxlan])]),
        ["nesting-port-shared"]
    );
}

#[test]
fn every_hosting_rule_is_found_under_its_own_name() {
    let ipip = |name| level(name, Cni::Calico, &[E::IpIp]);
    let vxlan = |name| level(name, Cni::Calico, &[E::Vxlan]);
    let cilium = level("host", Cni::Cilium, &[E::Geneve]);
    assert_eq!(broken(&[vxlan("host"), vxlan("guest")]), ["H01"]);
    assert_eq!(broken(&[vxlan("host"), ipip("guest")]), ["H02"]);
    assert_eq!(broken(&[cilium.clone(), ipip("guest")]), ["H03"]);
    assert_eq!(broken(&[cilium.clone(), level("guest", Cni::Antrea, &[E::Geneve])]), ["H04"]);
    assert_eq!(broken(&[cilium.clone(), level("guest", Cni::Flannel, &[])]), ["H05"]);
    let masquerade = Layer { binding: Some(Binding::Masquerade { ports: vec![22] }), ..vxlan("guest") };
    assert_eq!(broken(&[cilium.clone(), masquerade]), ["H06", "H08"]);
    assert_eq!(broken(&[cilium, Layer { binding: Some(Binding::Bridge), ..vxlan("guest") }]), ["H07"]);
}

#[test]
fn only_the_level_right_outside_sees_a_tunnel() {
    let vxlan = |name| level(name, Cni::Calico, &[E::Vxlan]);
    assert_eq!(nesting(&[vxlan("a"), port(6789, vxlan("b")), vxlan("c")]), none(), "c's is inside b's");
    // A bridge wraps nothing, so that what is in it shows.
    let bare = level("b", Cni::None, &[]);
    assert_eq!(nesting(&[vxlan("a"), bare, vxlan("c")]), ["nesting-bare", "nesting-dropped"]);
}

#[test]
fn h05_pods_without_encapsulation_do_not_get_through_a_pod_network() {
    let host = level("host", Cni::Calico, &[E::Vxlan]);
    for cni in [Cni::None, Cni::Calico, Cni::Flannel, Cni::KubeRouter] {
        let guest = Layer { binding: Some(Binding::Bridge), ..level("guest", cni, &[]) };
        assert_eq!(nesting(&[host.clone(), guest.clone()]), ["nesting-bare", "nesting-bridge"], "{cni}");
        let alone = Layer { binding: None, ..guest };
        assert_eq!(nesting(&[alone]), none(), "{cni} on the site's own network");
    }
    let wireguard = Layer { encryption: Some(Encryption::WireGuard), ..level("guest", Cni::Cilium, &[]) };
    assert_eq!(nesting(&[host, wireguard]), none(), "WireGuard wraps them");
}

#[test]
fn h06_masquerade_gives_every_machine_one_address() {
    let host = level("host", Cni::OpenShift, &[E::Geneve]);
    let guest = |machines| Layer {
        binding: Some(Binding::Masquerade { ports: Vec::new() }),
        machines,
        ..level("guest", Cni::Calico, &[E::Vxlan])
    };
    assert_eq!(nesting(&[host.clone(), guest(Some(3))]), ["nesting-masquerade"]);
    assert_eq!(nesting(&[host.clone(), guest(None)]), ["nesting-masquerade"], "not known: several");
    assert_eq!(nesting(&[host.clone(), guest(Some(1))]), none());
    let text = reckon(9000, &[host, guest(Some(3))]).findings[0].to_string();
    assert!(text.contains("10.0.2.2") && text.contains("bridge binding"), "{text}");
}

#[test]
fn h07_the_bridge_binding_pins_machines_to_their_host() {
    let host = level("host", Cni::OpenShift, &[E::Geneve]);
    let guest = Layer { binding: Some(Binding::Bridge), ..level("guest", Cni::Calico, &[E::Vxlan]) };
    let chain = reckon(9000, &[host, guest]);
    assert_eq!(codes(&chain), ["nesting-bridge"]);
    assert_eq!(chain.worst(), Some(Severity::Info));
}

#[test]
fn h08_masquerade_with_ports_lets_only_those_in() {
    let host = level("host", Cni::Cilium, &[E::Geneve]);
    let guest = |ports: &[u16], tunnel| Layer {
        binding: Some(Binding::Masquerade { ports: ports.to_vec() }),
        ..level("guest", Cni::Calico, &[tunnel])
    };
    let chain = reckon(9000, &[host.clone(), guest(&[22], E::Vxlan)]);
    let text = chain.findings.iter().map(ToString::to_string).find(|text| text.contains("lists"));
    assert_eq!(
        text.as_deref(),
        Some(
            "guest: the masquerade binding forwards only the ports it lists, and 6443, 2379, 2380, 10250, vxlan on UDP \
             port 4789 are not among them; list them, or none"
        )
    );
    let all = [22, 6443, 2379, 2380, 10250, 4789];
    assert_eq!(nesting(&[host.clone(), guest(&all, E::Vxlan)]), ["nesting-masquerade"]);
    let allowing = Layer { allowed: Allowed { ipip: true, ..Allowed::default() }, ..host };
    assert_eq!(
        nesting(&[allowing, guest(&all, E::IpIp)]),
        ["nesting-masquerade", "nesting-not-forwarded"],
        "IPIP has no port to list"
    );
}

#[test]
fn passt_shows_an_mtu_nobody_established() {
    let host = level("host", Cni::Calico, &[E::Vxlan]);
    let guest = Layer { binding: Some(Binding::Passt), ..port(6789, level("guest", Cni::Calico, &[E::Vxlan])) };
    let chain = reckon(1500, &[host.clone(), guest.clone()]);
    assert_eq!(codes(&chain), ["mtu-unknown-binding"]);
    assert!(chain.levels[1].must_write);
    let chain = reckon(1500, &[host, Layer { machine_mtu: Some(mtu(1450)), ..guest }]);
    assert!(codes(&chain).is_empty() && !chain.levels[1].must_write, "what they show settles it");
}
