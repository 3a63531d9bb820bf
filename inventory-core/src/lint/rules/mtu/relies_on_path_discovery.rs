use crate::lint::finding::{Finding, Label, Severity};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::layer::Cni;
use crate::network::mtu::Problem;

declare_rule! {
    /// ## What it does
    /// Checks that pods send no larger packets than their tunnels take, where what is below is declared or was found.
    ///
    /// ## Why is this bad?
    /// Only an ICMP message tells a sender that its packets are too large, and firewalls love to drop those: connections
    /// then hang as soon as much is sent. Of a CNI that no variable can tell an MTU (kube-router) it is said as an
    /// information.
    ///
    /// ## Example
    /// ```yaml
    /// # underlay = { mtu = 1500 }
    /// calico_mtu: 1500
    /// calico_veth_mtu: 1440
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// calico_mtu: 1440
    /// ```
    "MTU011" "relies-on-path-discovery" Warning Never
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.network().is_chain_certain {
        return;
    }
    // What does not fit at all is another rule's.
    let is_worse = |problem: &Problem| matches!(problem, Problem::ExceedsPath { .. });
    if view.network().own_level().any(|finding| is_worse(&finding.problem)) {
        return;
    }
    for finding in view.network().own_level() {
        let Problem::ReliesOnPathDiscovery { route, usable } = &finding.problem else { continue };
        let current = view.current();
        let written = current.mtu.as_ref().and_then(|mtu| view.place_of(&mtu.origin));
        let Some(place) = written.or_else(|| view.whole()) else { continue };
        let cni = current.cni.as_ref().map_or(Cni::Calico, |cni| cni.value);
        let message = format!("pods send packets of {route} bytes into tunnels of {usable}, and only ICMP tells them");
        let mut told = Finding::new(&RULE, message, Label::new(place, format!("tunnels take {usable}")));
        if let Some(variable) = view.release.mtu_variable(cni).filter(|_| view.is_kubespray()) {
            told = told.help(format!("write `{variable}: {usable}`"));
        } else {
            told.severity = Severity::Info;
            told = told.help(format!("no variable tells {cni} an MTU: let ICMP pass between pods"));
        }
        report.find(told);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn tunnels_smaller_than_pods_are_found() {
        let text = "calico_mtu: 1450\ncalico_veth_mtu: 1400\n";
        let cluster = Fixture::kubespray().file("group_vars/all.yml", text);
        assert_eq!(cluster.check(&RULE), "");
        insta::assert_snapshot!(cluster.declared("underlay: {mtu: 1500}\n").check(&RULE), @"
        group_vars/all.yml:1:13: warning[MTU011] pods send packets of 1450 bytes into tunnels of 1400, and only ICMP tells them
          `1450` tunnels take 1400
          help: write `calico_mtu: 1400`
        ");
    }

    #[test]
    fn a_cni_that_cannot_be_told_is_an_information() {
        let cluster = Fixture::kubespray().file("group_vars/all.yml", "kube_network_plugin: kube-router\n");
        insta::assert_snapshot!(cluster.declared("underlay: {mtu: 1500}\n").check(&RULE), @"
        inventory.ini: info[MTU011] pods send packets of 1500 bytes into tunnels of 1480, and only ICMP tells them
          `` tunnels take 1480
          help: no variable tells kube-router an MTU: let ICMP pass between pods
        ");
    }

    #[test]
    fn one_value_for_both_is_in_order() {
        let cluster = Fixture::kubespray().file("group_vars/all.yml", "calico_mtu: 1450\n");
        assert_eq!(cluster.declared("underlay: {mtu: 1500}\n").check(&RULE), "");
    }
}
