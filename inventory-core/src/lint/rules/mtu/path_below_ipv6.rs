use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::mtu::Problem;

declare_rule! {
    /// ## What it does
    /// Checks that what is left for IPv6, all encapsulations taken off, is at least 1280 bytes, where the network below is
    /// declared or was found.
    ///
    /// ## Why is this bad?
    /// No IPv6 link may be smaller (RFC 8200), and Linux keeps no IPv6 on one that is. Three levels of WireGuard over IPv6 are
    /// enough, or one VXLAN through a VPN of 1280.
    ///
    /// ## Example
    /// ```yaml
    /// # underlay = { mtu = 1300 }
    /// ipv6_stack: true
    /// ```
    ///
    /// Use instead: one encapsulation less, or a network that carries more.
    "MTU010" "path-below-ipv6" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.network().is_chain_certain {
        return;
    }
    for finding in view.network().own_level() {
        let Problem::Ipv6Below1280 { size, sum } = &finding.problem else { continue };
        let written = view.current().mtu.as_ref().and_then(|mtu| view.place_of(&mtu.origin));
        let Some(place) = written.or_else(|| view.whole()) else { continue };
        let message = format!("{size} bytes are left for IPv6, which needs 1280");
        report.find(
            Finding::new(&RULE, message, Label::new(place, "too small for IPv6"))
                .note(sum.to_string())
                .help("take an encapsulation away, or IPv6"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn a_vpn_of_1300_bytes_is_too_small_for_ipv6_in_vxlan() {
        let dual = Fixture::kubespray().file("group_vars/all.yml", "ipv6_stack: true\n");
        insta::assert_snapshot!(dual.declared("underlay: {mtu: 1300}\n").check(&RULE), @"
        inventory.ini: error[MTU010] 1230 bytes are left for IPv6, which needs 1280
          `` too small for IPv6
          note: 1300 (site) − 70 (vxlan, cluster) = 1230
          help: take an encapsulation away, or IPv6
        ");
        assert_eq!(Fixture::kubespray().declared("underlay: {mtu: 1300}\n").check(&RULE), "");
    }

    #[test]
    fn an_ordinary_network_is_large_enough() {
        let dual = Fixture::kubespray().file("group_vars/all.yml", "ipv6_stack: true\n");
        assert_eq!(dual.check(&RULE), "");
        assert_eq!(dual.declared("underlay: {mtu: 1500}\n").check(&RULE), "");
    }
}
