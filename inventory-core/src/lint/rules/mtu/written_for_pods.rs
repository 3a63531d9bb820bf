use crate::lint::finding::{Applicability, Edit, Finding, Fix, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::mtu::Problem;

declare_rule! {
    /// ## What it does
    /// Checks that `cilium_mtu` is not what fits for pods, by what is declared or was found: Cilium takes the nodes' MTU there
    /// and deducts its headers from it.
    ///
    /// ## Why is this bad?
    /// The headers are taken off twice. Nothing breaks, and every packet is smaller than it need be.
    ///
    /// ## Example
    /// ```yaml
    /// # underlay = { mtu = 1500 }, and VXLAN takes 50.
    /// cilium_mtu: 1450
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// cilium_mtu: 1500
    /// ```
    "MTU013" "nodes-mtu-is-pods" Warning Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.network().is_chain_certain {
        return;
    }
    for finding in view.network().own_level() {
        let Problem::WrittenForPods { cni, written, usable, nodes } = &finding.problem else { continue };
        let told = view.current().mtu.as_ref().and_then(|mtu| view.place_of(&mtu.origin));
        let (Some(place), Some(variable)) = (told, view.release.mtu_variable(*cni)) else { continue };
        let message = format!(
            "`{variable}` is {written}, which is what fits for pods: {cni} deducts its headers from it once more, and \
             leaves them {usable}"
        );
        let mut told = Finding::new(&RULE, message, Label::new(place.clone(), "the nodes' MTU is wanted"))
            .help(format!("write `{variable}: {nodes}`"));
        if place.text() == written.to_string() {
            told = told.fix(Fix {
                title: format!("write `{variable}: {nodes}`"),
                applicability: Applicability::Unsafe,
                edits: vec![Edit::Replace { place, text: nodes.to_string() }],
            });
        }
        report.find(told);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn what_fits_for_pods_is_not_for_nodes() {
        let cluster =
            Fixture::kubespray().file("group_vars/all.yml", "kube_network_plugin: cilium\ncilium_mtu: 1450\n");
        assert_eq!(cluster.check(&RULE), "");
        insta::assert_snapshot!(cluster.declared("underlay: {mtu: 1500}\n").check(&RULE), @r#"
        group_vars/all.yml:2:13: warning[MTU013] `cilium_mtu` is 1450, which is what fits for pods: cilium deducts its headers from it once more, and leaves them 1400
          `1450` the nodes' MTU is wanted
          help: write `cilium_mtu: 1500`
          Unsafe fix: write `cilium_mtu: 1500`
            group_vars/all.yml:2:13: "1450" -> "1500"
        "#);
    }

    #[test]
    fn another_value_may_be_meant() {
        let cluster =
            Fixture::kubespray().file("group_vars/all.yml", "kube_network_plugin: cilium\ncilium_mtu: 1400\n");
        assert_eq!(cluster.declared("underlay: {mtu: 1500}\n").check(&RULE), "");
        let calico = Fixture::kubespray().file("group_vars/all.yml", "calico_mtu: 1450\n");
        assert_eq!(calico.declared("underlay: {mtu: 1500}\n").check(&RULE), "");
    }
}
