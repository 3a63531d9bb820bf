use crate::inventory::Value;
use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::address::Family;
use crate::network::layer::Cni;

declare_rule! {
    /// ## What it does
    /// Checks that variables which kubespray calculates with are numbers, and not text in quotes:
    /// `kube_network_node_prefix` and its twin of IPv6 where the CNI is not Calico, and `cilium_cluster_id`.
    ///
    /// ## Why is this bad?
    /// The check "Not enough IPs are available for the desired node count" subtracts prefix lengths, and the run ends in
    /// an error of the template, which names no variable.
    ///
    /// ## Example
    /// ```yaml
    /// kube_network_node_prefix: "24"
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// kube_network_node_prefix: 24
    /// ```
    "KSP027" "text-for-a-number" Error Safe
}

fn check(view: &View<'_>, report: &mut Report) {
    let Some(cni) = view.cni().filter(|_| view.is_kubespray()) else { return };
    let release = view.release;
    let families = view.current().families.as_ref().map_or(vec![Family::Ipv4], |families| families.value.clone());
    // The check of the number of nodes began with v2.19, and has its twin since v2.28.
    let names = [
        ("kube_network_node_prefix", cni != Cni::Calico && release.is_since(19) && families.contains(&Family::Ipv4)),
        (
            "kube_network_node_prefix_ipv6",
            cni != Cni::Calico && release.is_since(28) && families.contains(&Family::Ipv6),
        ),
        ("cilium_cluster_id", cni == Cni::Cilium && release.has_cilium_encryption()),
    ];
    for (name, _) in names.into_iter().filter(|(_, counts)| *counts) {
        let Some((Value::Text(text), told)) = view.value(view.nodes(), &[name]) else { continue };
        let Ok(number) = text.content.trim().parse::<u32>() else { continue };
        // What a template gives is a number or not by Ansible's own rules.
        if !told.is_literal() {
            continue;
        }
        let message = format!("`{name}` is the text \"{number}\", and {} calculates with it", view.kubespray());
        let mut finding = Finding::new(&RULE, message, Label::new(told.place(), "text, not a number"));
        finding.fix = edits::write(&told, &number.to_string(), Applicability::Safe);
        report.find(finding.help(format!("write {number} without quotes")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str) -> String {
        Fixture::kubespray().file("group_vars/all.yml", text).check(&RULE)
    }

    #[test]
    fn kubespray_calculates_with_numbers() {
        insta::assert_snapshot!(with("kube_network_plugin: flannel\nkube_network_node_prefix: \"24\"\n"), @r#"
        group_vars/all.yml:2:27: error[KSP027] `kube_network_node_prefix` is the text "24", and kubespray v2.31.0 calculates with it
          `"24"` text, not a number
          help: write 24 without quotes
          Safe fix: write `kube_network_node_prefix: 24`
            group_vars/all.yml:2:27: "\"24\"" -> "24"
        "#);
        assert_eq!(with("kube_network_node_prefix: \"24\"\n"), "");
        assert_eq!(with("kube_network_plugin: flannel\nkube_network_node_prefix: 24\n"), "");
        assert_eq!(with("kube_network_plugin: flannel\nkube_network_node_prefix_ipv6: \"120\"\n"), "");
    }
}
