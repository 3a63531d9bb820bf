use std::net::IpAddr;

use super::commented_out_variables::commented;
use crate::lint::finding::{Finding, Label, Severity};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::rules::words;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Finds nodes without `ip` among nodes that have one.
    ///
    /// ## Why is this bad?
    /// Without `ip` kubespray takes the address of the interface with the default route; `ansible_host` is not asked.
    /// Where machines have two networks, that is mostly the other one: the API server and etcd of this node then listen
    /// where the rest does not look (kubernetes-sigs/kubespray#5513, kubernetes-sigs/kubespray#9383).
    ///
    /// It is a warning where the others' `ip` differs from their `ansible_host`, which shows that there are two
    /// networks, and otherwise only worth knowing.
    ///
    /// ## Example
    /// ```ini
    /// [kube_node]
    /// node1 ansible_host=203.0.113.11 ip=10.3.0.1
    /// node2 ansible_host=203.0.113.12
    /// ```
    ///
    /// Use instead:
    /// ```ini
    /// [kube_node]
    /// node1 ansible_host=203.0.113.11 ip=10.3.0.1
    /// node2 ansible_host=203.0.113.12 ip=10.3.0.2
    /// ```
    "INV007" "ip-on-some-hosts" Warning Never
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() {
        return;
    }
    // One that is commented out is a finding of its own.
    let commented: Vec<&str> =
        commented(view).into_iter().filter(|line| line.names.contains(&"ip")).flat_map(|line| line.hosts).collect();
    let (with, without): (Vec<_>, Vec<_>) =
        view.each_node().iter().partition(|(_, scope)| scope.is_set("ip") || scope.is_set("ip6"));
    let without: Vec<&str> =
        without.into_iter().map(|(host, _)| *host).filter(|host| !commented.contains(host)).collect();
    let (Some((example, scope)), Some(first)) = (with.first(), without.first()) else { return };
    let Some(place) = view.host_place(first) else { return };
    let are_two_networks = with.iter().any(|(_, scope)| {
        let address = |name: &str| scope.find(&[name])?.value.ok()?.to_plain_text().trim().parse::<IpAddr>().ok();
        address("ip").zip(address("ansible_host")).is_some_and(|(ip, host)| ip != host)
    });
    let have = if without.len() == 1 { "has" } else { "have" };
    let mut finding = Finding::new(
        &RULE,
        format!(
            "{} {have} no `ip` as {} {}, so kubespray takes the address of the default route there",
            words::list(&without),
            words::list(&with.iter().map(|(host, _)| *host).collect::<Vec<_>>()),
            if with.len() == 1 { "has" } else { "have" },
        ),
        Label::new(place, "without `ip`"),
    );
    for host in &without[1..] {
        if let Some(place) =
            view.host_place(host).filter(|place| finding.related.iter().all(|label| label.place != *place))
        {
            finding = finding.related(Label::new(place, "without `ip`"));
        }
    }
    if let Some(ip) = scope.get("ip").or_else(|| scope.get("ip6")) {
        finding = finding.related(Label::new(ip.place(), format!("that of {example}")));
    }
    if !are_two_networks {
        finding.severity = Severity::Info;
    }
    report.find(finding.help("give every node the address by which the others reach it, or none"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn a_forgotten_ip_is_a_warning_where_there_are_two_networks() {
        let two = Fixture::kubespray().inventory(
            "[kube_control_plane]\nn1 ansible_host=203.0.113.1 ip=10.3.0.1\n[kube_node]\nn2 ansible_host=203.0.113.2\nn3 ansible_host=203.0.113.3 ip=10.3.0.3\n",
        );
        insta::assert_snapshot!(two.check(&RULE), @"
        inventory.ini:4:1: warning[INV007] n2 has no `ip` as n1 and n3 have, so kubespray takes the address of the default route there
          `n2` without `ip`
          inventory.ini:2:32: `10.3.0.1` that of n1
          help: give every node the address by which the others reach it, or none
        ");
        let one = Fixture::kubespray().inventory(
            "[kube_control_plane]\nn1 ansible_host=10.3.0.1 ip=10.3.0.1\n[kube_node]\nn2 ansible_host=10.3.0.2\n",
        );
        insta::assert_snapshot!(one.check(&RULE), @"
        inventory.ini:4:1: info[INV007] n2 has no `ip` as n1 has, so kubespray takes the address of the default route there
          `n2` without `ip`
          inventory.ini:2:29: `10.3.0.1` that of n1
          help: give every node the address by which the others reach it, or none
        ");
    }

    #[test]
    fn all_or_none_is_fine_wherever_it_is_written() {
        for fine in [
            "[kube_control_plane]\nn1 ansible_host=203.0.113.1\n[kube_node]\nn2 ansible_host=203.0.113.2\n",
            "[kube_control_plane]\nn1\n[kube_node]\nn2 ip=10.3.0.2\n[all:vars]\nip={{ ansible_host }}\n",
            "[kube_control_plane]\nn1 ip=10.3.0.1\n[kube_node]\nn1\n[bastion]\nbastion ansible_host=203.0.113.1\n",
        ] {
            assert_eq!(Fixture::kubespray().inventory(fine).check(&RULE), "", "{fine}");
        }
    }
}
