use std::net::IpAddr;

use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::rules::words;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Finds clusters whose nodes share a private network by their `ip`, and talk to each other by public addresses
    /// given as `access_ip`.
    ///
    /// ## Why is this bad?
    /// `access_ip` is not where Ansible connects to: that is `ansible_host`. It is where the *other nodes* connect to,
    /// so that etcd and the API server are reached over the public network, or not at all where a firewall or a NAT
    /// without hairpins stands there. Many have mixed the three up (kubernetes-sigs/kubespray#6054,
    /// kubernetes-sigs/kubespray#5513).
    ///
    /// Where nodes are in several networks and can only meet in public, that is what `access_ip` is for: this rule then
    /// says nothing.
    ///
    /// ## Example
    /// ```ini
    /// node1 ansible_host=203.0.113.11 ip=10.3.0.1 access_ip=203.0.113.11
    /// node2 ansible_host=203.0.113.12 ip=10.3.0.2 access_ip=203.0.113.12
    /// ```
    ///
    /// Use instead:
    /// ```ini
    /// node1 ansible_host=203.0.113.11 ip=10.3.0.1
    /// node2 ansible_host=203.0.113.12 ip=10.3.0.2
    /// ```
    "INV017" "indirect-access" Info Never
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() {
        return;
    }
    let (mut indirect, mut network) = (Vec::new(), None);
    for (host, scope) in view.each_node() {
        // Where one node's addresses are not known, nothing is known of how all of them meet.
        let Some((IpAddr::V4(ip), _)) = view.address(scope, &["ip"]) else { return };
        let [a, b, c, _] = ip.octets();
        let is_same = *network.get_or_insert([a, b, c]) == [a, b, c];
        if !ip.is_private() || !is_same {
            return;
        }
        let Some((access, told)) = view.address(scope, &["access_ip"]) else { continue };
        let is_public = matches!(access, IpAddr::V4(access) if !access.is_private() && access != ip);
        if is_public && view.address(scope, &["ansible_host"]).is_some_and(|(address, _)| address == access) {
            indirect.push((*host, told.place()));
        }
    }
    let (Some([a, b, c]), true) = (network, view.each_node().len() > 1) else { return };
    let mut places = indirect.iter().map(|(_, place)| place.clone());
    let Some(first) = places.next() else { return };
    let names: Vec<&str> = indirect.iter().map(|(host, _)| *host).collect();
    let label = "where the other nodes connect to";
    let finding = Finding::new(
        &RULE,
        format!(
            "the other nodes reach {} by the public `access_ip`, although every node has an `ip` in {a}.{b}.{c}.0/24",
            words::list(&names)
        ),
        Label::new(first, label),
    );
    let finding = places.fold(finding, |finding, place| finding.related(Label::new(place, label)));
    report.find(finding.help("leave `access_ip` out where nodes reach each other by `ip`"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(nodes: &str) -> String {
        let inventory = format!("[all]\n{nodes}[kube_control_plane]\nn1\n[kube_node]\nn2\n");
        Fixture::kubespray().inventory(&inventory).check(&RULE)
    }

    #[test]
    fn a_way_round_over_public_addresses_is_told() {
        insta::assert_snapshot!(with("n1 ansible_host=203.0.113.1 ip=10.3.0.1 access_ip=203.0.113.1\nn2 ansible_host=203.0.113.2 ip=10.3.0.2 access_ip=203.0.113.2\n"), @"
        inventory.ini:2:51: info[INV017] the other nodes reach n1 and n2 by the public `access_ip`, although every node has an `ip` in 10.3.0.0/24
          `203.0.113.1` where the other nodes connect to
          inventory.ini:3:51: `203.0.113.2` where the other nodes connect to
          help: leave `access_ip` out where nodes reach each other by `ip`
        ");
    }

    #[test]
    fn networks_that_only_meet_in_public_are_what_it_is_for() {
        for fine in [
            "n1 ansible_host=203.0.113.1 ip=10.3.0.1 access_ip=203.0.113.1\nn2 ansible_host=203.0.113.2 ip=192.168.7.2 access_ip=203.0.113.2\n",
            "n1 ansible_host=10.3.0.1 ip=10.3.0.1 access_ip=10.3.0.1\nn2 ansible_host=10.3.0.2 ip=10.3.0.2 access_ip=10.3.0.2\n",
            "n1 ansible_host=203.0.113.1 ip=10.3.0.1\nn2 ansible_host=203.0.113.2 ip=10.3.0.2\n",
            "n1 ansible_host=203.0.113.1 ip=10.3.0.1 access_ip=203.0.113.1\nn2 ansible_host=203.0.113.2\n",
        ] {
            assert_eq!(with(fine), "", "{fine}");
        }
    }
}
