use crate::lint::finding::{Finding, Label, Severity};
use crate::lint::model::Told;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::address::Family;
use crate::network::layer::Cni;

declare_rule! {
    /// ## What it does
    /// Checks that an MTU that is written for the CNI which runs is one: not below 68 nor above 65535, not below 576
    /// (a warning), and not below 1280 where pods have IPv6.
    ///
    /// ## Why is this bad?
    /// IPv4 needs links of 68 bytes, and hosts that take packets of 576 (RFC 791); IPv6 needs 1280 (RFC 8200), and Linux
    /// keeps no IPv6 address on an interface below that. `cilium_mtu` is the nodes' MTU: Cilium deducts its tunnel, so that
    /// pods have 50 bytes less by VXLAN. `0` means "find it" and is in order.
    ///
    /// ## Example
    /// ```yaml
    /// ipv6_stack: true
    /// calico_mtu: 1200
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// ipv6_stack: true
    /// calico_mtu: 1280
    /// ```
    "MTU005" "mtu-out-of-bounds" Error Never
}

/// What a link of IPv6 carries at least.
const OF_IPV6: i128 = 1280;

fn check(view: &View<'_>, report: &mut Report) {
    let Some(cni) = view.cni().filter(|_| view.is_kubespray()) else { return };
    let veth = (cni == Cni::Calico && view.release.is_since(18)).then_some("calico_veth_mtu");
    for name in view.release.mtu_variable(cni).into_iter().chain(veth) {
        let Some((text, told)) = view.text(view.nodes(), &[name]) else { continue };
        match text.parse::<i128>() {
            Ok(0) => {}
            Ok(mtu) => bounds(view, cni, (name, mtu), &told, report),
            Err(_) => {
                let message = format!("`{name}` is `{text}`, and an MTU is a number of bytes");
                report.find(Finding::new(&RULE, message, Label::new(told.place(), "no number")));
            }
        }
    }
}

fn bounds(view: &View<'_>, cni: Cni, (name, mtu): (&str, i128), told: &Told<'_>, report: &mut Report) {
    let mut find = |message: String, severity, help: String| {
        let mut finding = Finding::new(&RULE, message, Label::new(told.place(), "out of bounds"));
        finding.severity = severity;
        report.find(finding.help(help));
    };
    let delete = || "delete the line, and the CNI finds its own".to_owned();
    if !(68..=65535).contains(&mtu) {
        find(format!("`{name}` is {mtu}, and an MTU is from 68 to 65535"), Severity::Error, delete());
        return;
    }
    // Cilium deducts from what it is given.
    let tunnel = if cni == Cni::Cilium { overhead(view) } else { 0 };
    let families = view.current().families.as_ref();
    let has_ipv6 = families.is_some_and(|families| families.value.contains(&Family::Ipv6));
    let pods = mtu - tunnel;
    if has_ipv6 && pods < OF_IPV6 {
        let sum = if tunnel == 0 { String::new() } else { format!(" ({mtu} − {tunnel} of Cilium's tunnel)") };
        find(
            format!("pods get an MTU of {pods}{sum} by `{name}`, and IPv6 needs {OF_IPV6}"),
            Severity::Error,
            format!("write {} or more", OF_IPV6 + tunnel),
        );
    } else if mtu < 576 {
        find(format!("`{name}` is {mtu}, and hosts may count on packets of 576"), Severity::Warning, delete());
    }
}

/// What Cilium's tunnel costs over IPv4, in bytes: told, or the release's.
fn overhead(view: &View<'_>) -> i128 {
    let told = view.current().encapsulation.as_ref().map(|tunnels| tunnels.value.clone());
    let tunnels = told.unwrap_or_else(|| view.release.encapsulation(Cni::Cilium)).with(Cni::Cilium).0;
    let costs = tunnels.iter().map(|tunnel| i128::from(tunnel.encapsulation.overhead(Family::Ipv4)));
    costs.max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str) -> String {
        Fixture::kubespray().file("group_vars/k8s_cluster.yml", text).check(&RULE)
    }

    #[test]
    fn an_mtu_is_a_number_with_bounds() {
        insta::assert_snapshot!(with("calico_mtu: 15000000\ncalico_veth_mtu: 500\n"), @"
        group_vars/k8s_cluster.yml:1:13: error[MTU005] `calico_mtu` is 15000000, and an MTU is from 68 to 65535
          `15000000` out of bounds
          help: delete the line, and the CNI finds its own
        group_vars/k8s_cluster.yml:2:18: warning[MTU005] `calico_veth_mtu` is 500, and hosts may count on packets of 576
          `500` out of bounds
          help: delete the line, and the CNI finds its own
        ");
        insta::assert_snapshot!(with("kube_network_plugin: kube-ovn\nkube_ovn_mtu: jumbo\n"), @"
        group_vars/k8s_cluster.yml:2:15: error[MTU005] `kube_ovn_mtu` is `jumbo`, and an MTU is a number of bytes
          `jumbo` no number
        ");
    }

    #[test]
    fn ipv6_needs_1280_and_ciliums_value_is_the_nodes() {
        insta::assert_snapshot!(with("ipv6_stack: true\ncalico_mtu: 1279\n"), @"
        group_vars/k8s_cluster.yml:2:13: error[MTU005] pods get an MTU of 1279 by `calico_mtu`, and IPv6 needs 1280
          `1279` out of bounds
          help: write 1280 or more
        ");
        insta::assert_snapshot!(with("ipv6_stack: true\nkube_network_plugin: cilium\ncilium_mtu: \"1300\"\n"), @r#"
        group_vars/k8s_cluster.yml:3:13: error[MTU005] pods get an MTU of 1250 (1300 − 50 of Cilium's tunnel) by `cilium_mtu`, and IPv6 needs 1280
          `"1300"` out of bounds
          help: write 1330 or more
        "#);
        assert_eq!(with("ipv6_stack: true\nkube_network_plugin: cilium\ncilium_mtu: \"1330\"\n"), "");
        assert_eq!(
            with("ipv6_stack: true\nkube_network_plugin: cilium\ncilium_mtu: 1280\ncilium_tunnel_mode: disabled\n"),
            ""
        );
    }

    #[test]
    fn usual_values_none_and_other_cnis_pass() {
        for text in [
            "calico_mtu: 1200\n",
            "calico_mtu: 8950\n",
            "calico_mtu: 0\n",
            "calico_mtu: \"{{ mtu }}\"\n",
            "kube_network_plugin: cilium\ncilium_mtu: \"\"\ncalico_mtu: 1\n",
            "kube_network_plugin: cilium\ncilium_mtu: \"0\"\n",
        ] {
            assert_eq!(with(text), "", "{text}");
        }
    }
}
