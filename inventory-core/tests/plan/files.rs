//! Bad input: each a sentence with the key, the numbers, and the smallest change that would work.

use crate::situation::{Situation, told};

const LAN: [&str; 3] = ["192.168.1.10", "192.168.1.11", "192.168.1.12"];

fn unreadable(text: &str) -> String {
    Situation::read(text).err().expect("it cannot be read")
}

fn refused(network: &str) -> String {
    Situation::new(network, &LAN).refusal()
}

#[test]
fn a_version_that_is_no_whole_one_is_shown_as_it_is_to_be_written() {
    insta::assert_snapshot!(unreadable("kubespray_version: 2.30\n"), @r#"ci-kube.static.yml:2:20: 2.30 is no whole version of kubespray; write `kubespray_version: v2.30.0`, or which v2.30 it is;"#);
    insta::assert_snapshot!(unreadable("network:\n  cni_version: 3.29\n"), @r#"ci-kube.static.yml:3:16: expected text, found the number 3.29; write it in quotes: "3.29""#);
    insta::assert_snapshot!(unreadable("network:\n  hosting:\n    - {name: a, cni: calico, cni_version: 3.29}\n"), @r#"ci-kube.static.yml:4:43: expected text, found the number 3.29; write it in quotes: "3.29""#);
    insta::assert_snapshot!(unreadable("kubespray_version: v2.30\n"), @r#"ci-kube.static.yml:2:20: v2.30 is no whole version of kubespray; write `kubespray_version: v2.30.0`, or which v2.30 it is;"#);
}

#[test]
fn unknown_words_name_the_nearest() {
    insta::assert_snapshot!(unreadable("network:\n  cni: calicoo\n"), @r#"ci-kube.static.yml:3:8: "calicoo" is no CNI that is known here: it is one of calico, cilium, flannel, kube-router, kube-ovn, weave, none. Did you mean calico?;"#);
    insta::assert_snapshot!(unreadable("network:\n  encapsulation: vlan\n"), @"ci-kube.static.yml:3:18: unknown value `vlan`; did you mean `vxlan`?;");
    insta::assert_snapshot!(unreadable("network:\n  plugin: calico\n"), @"ci-kube.static.yml:3:3: unknown key `plugin`; here that is `cni`");
}

#[test]
fn impossible_numbers_are_refused_where_they_stand() {
    insta::assert_snapshot!(unreadable("network:\n  mtu: 60\n"), @"ci-kube.static.yml:3:8: 60 is no MTU: an IPv4 link carries 68 bytes at least, and a packet has 65535 at most;");
    insta::assert_snapshot!(unreadable("network:\n  mtu: '1400'\n"), @r#"ci-kube.static.yml:3:8: "1400" is text; write the number without quotes, or auto;"#);
    insta::assert_snapshot!(unreadable("network:\n  pods: 10.233.0.5/18\n"), @r#"ci-kube.static.yml:3:9: "10.233.0.5/18" is an address inside 10.233.0.0/18; write the network;"#);
    insta::assert_snapshot!(unreadable("network:\n  pods: {size: /200}\n"), @r#"ci-kube.static.yml:3:16: "/200" is no prefix length; one is written /18;"#);
}

#[test]
fn encapsulations_that_contradict_each_other_are_refused_per_cni() {
    insta::assert_snapshot!(refused("encapsulation: [vxlan, ipip]\n"), @"ci-kube.static.yml:4:18: `encapsulation`: vxlan and ipip contradict each other: calico has one of the two; keep vxlan alone");
    insta::assert_snapshot!(refused("encapsulation: [none, vxlan]\n"), @"ci-kube.static.yml:4:18: `encapsulation`: `none` and an encapsulation contradict each other; keep one of the two");
    insta::assert_snapshot!(refused("encapsulation: [vxlan, vxlan]\n"), @"ci-kube.static.yml:4:18: `encapsulation`: vxlan is there twice; write it once");
    insta::assert_snapshot!(refused("encapsulation: []\n"), @"ci-kube.static.yml:4:18: `encapsulation`: the list is empty; write `none`, or one of vxlan, ipip, none, wireguard");
    insta::assert_snapshot!(refused("cni: cilium\nencapsulation: [vxlan, geneve]\n"), @"ci-kube.static.yml:5:18: `encapsulation`: vxlan and geneve contradict each other: cilium has one of the two; keep vxlan alone");
    insta::assert_snapshot!(refused("cni: flannel\nencapsulation: [vxlan, wireguard]\n"), @"ci-kube.static.yml:5:18: `encapsulation`: vxlan and wireguard contradict each other: flannel has one of the two; keep vxlan alone");
}

#[test]
fn an_encapsulation_that_a_cni_has_not_names_those_it_has() {
    for (cni, form) in [
        ("calico", "geneve"),
        ("cilium", "ipip"),
        ("flannel", "ipip"),
        ("kube-router", "vxlan"),
        ("kube-ovn", "wireguard"),
        ("weave", "geneve"),
        ("none", "vxlan"),
    ] {
        assert!(refused(&format!("cni: {cni}\nencapsulation: {form}\n")).contains(&format!("{cni} has no {form}")));
    }
    insta::assert_snapshot!(refused("cni: cilium\nencapsulation: ipip\n"), @"ci-kube.static.yml:5:18: `encapsulation`: cilium has no ipip; it has vxlan, geneve, none, wireguard; or choose another `cni`");
}

#[test]
fn encryption_that_a_cni_has_not_is_refused() {
    insta::assert_snapshot!(refused("encryption: ipsec\n"), @"ci-kube.static.yml:4:15: `encryption`: calico has no ipsec that kubespray sets up; calico has wireguard, cilium has wireguard and ipsec; or leave `encryption` out");
    insta::assert_snapshot!(refused("cni: flannel\nencryption: wireguard\n"), @"ci-kube.static.yml:5:15: `encryption`: flannel has no wireguard beside its backend that kubespray sets up; write `encapsulation: wireguard`, which encrypts");
    insta::assert_snapshot!(refused("cni: kube-router\nencryption: wireguard\n"), @"ci-kube.static.yml:5:15: `encryption`: kube-router has no wireguard that kubespray sets up; calico has wireguard, cilium has wireguard and ipsec; or leave `encryption` out");
}

#[test]
fn encryption_and_encapsulation_that_contradict_each_other_are_refused() {
    insta::assert_snapshot!(refused("encryption: none\nencapsulation: [vxlan, wireguard]\n"), @"ci-kube.static.yml:4:15: `encryption` is none and `encapsulation` has wireguard (ci-kube.static.yml:5:18), which contradict each other; keep one of the two");
}

#[test]
fn ipip_cannot_carry_ipv6() {
    insta::assert_snapshot!(refused("families: ipv6\nencapsulation: ipip\n"), @"ci-kube.static.yml:5:18: `encapsulation` is ipip, which carries IPv4, and the cluster's `families` is [ipv6]; write `encapsulation: vxlan`");
}

#[test]
fn a_cni_that_kubespray_has_given_up_says_since_when() {
    insta::assert_snapshot!(told(&Situation::new("cni: weave\n", &LAN).plan()), @"Error cni: `cni` is weave (written in ci-kube.static.yml:4:8), which kubespray has no more since v2.29.0; this is v2.31.0; choose another, or a `kubespray_version` up to v2.28");
}
