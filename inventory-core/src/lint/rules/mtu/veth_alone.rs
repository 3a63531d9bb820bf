use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Fix, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::layer::Cni;

declare_rule! {
    /// ## What it does
    /// Finds a `calico_veth_mtu` without a `calico_mtu`.
    ///
    /// ## Why is this bad?
    /// It does nothing. kubespray's templates ask for `calico_veth_mtu` only where `calico_mtu` is set, since v2.18; its own
    /// page on Calico tells people to set the first alone. Pods get what Calico finds by itself, which is right on plain
    /// networks, and too large where the nodes' NIC promises more than the path carries.
    ///
    /// ## Example
    /// ```yaml
    /// calico_veth_mtu: 1400
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// calico_mtu: 1400
    /// ```
    "MTU002" "calico-veth-mtu-alone" Warning Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    // From v2.14 to v2.17 there was a branch for it; commit 31c7b6747 of v2.18 removed that.
    if !view.is_kubespray() || !view.release.is_since(18) || view.cni() != Some(Cni::Calico) {
        return;
    }
    let Some((mtu, told)) = view.text(view.nodes(), &["calico_veth_mtu"]) else { return };
    if view.nodes().is_set("calico_mtu") {
        return;
    }
    let message =
        format!("`calico_veth_mtu` does nothing without `calico_mtu`: pods get what Calico finds, and not {mtu}");
    let mut finding = Finding::new(&RULE, message, Label::new(told.place(), "goes nowhere"));
    finding.fix = edits::rename(&told.assignment, "calico_mtu").map(|edit| Fix {
        title: "call it `calico_mtu`".to_owned(),
        applicability: Applicability::Unsafe,
        edits: vec![edit],
    });
    report.find(finding.help(format!("write `calico_mtu: {mtu}`")));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str, release: &str) -> String {
        Fixture::kubespray().file("group_vars/k8s_cluster/k8s-net-calico.yml", text).releases(&[release]).check(&RULE)
    }

    #[test]
    fn alone_it_does_nothing() {
        insta::assert_snapshot!(with("calico_veth_mtu: 1400\n", "v2.31.0"), @r#"
        group_vars/k8s_cluster/k8s-net-calico.yml:1:18: warning[MTU002] `calico_veth_mtu` does nothing without `calico_mtu`: pods get what Calico finds, and not 1400
          `1400` goes nowhere
          help: write `calico_mtu: 1400`
          Unsafe fix: call it `calico_mtu`
            group_vars/k8s_cluster/k8s-net-calico.yml:1:1: "calico_veth_mtu" -> "calico_mtu"
        "#);
    }

    #[test]
    fn beside_calico_mtu_in_older_releases_and_with_other_cnis_it_passes() {
        assert_eq!(with("calico_veth_mtu: 1400\ncalico_mtu: 1400\n", "v2.31.0"), "");
        assert_eq!(with("calico_veth_mtu: 1400\ncalico_mtu: \"{{ mtu }}\"\n", "v2.31.0"), "");
        assert_eq!(with("calico_veth_mtu: 1400\n", "v2.17.0"), "");
        assert_eq!(with("kube_network_plugin: cilium\ncalico_veth_mtu: 1400\n", "v2.31.0"), "");
        assert_eq!(with("calico_veth_mtu:\n", "v2.31.0"), "");
    }
}
