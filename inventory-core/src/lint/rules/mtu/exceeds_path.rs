use crate::lint::finding::{Applicability, Edit, Finding, Fix, Label, Severity};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::layer::Cni;
use crate::network::mtu::Problem;

declare_rule! {
    /// ## What it does
    /// Checks that packets of the pods' size fit through what is declared (`underlay`, `hosting`, `machine_mtu`, the MTU of
    /// `nodes`) or was found, every encapsulation taken off. The sum is told.
    ///
    /// ## Why is this bad?
    /// Small packets pass and large ones vanish: ping works, TLS hangs. In cozystack/cozystack#2147 machines had 1400 bytes,
    /// Cilium's VXLAN needs 50 of them, and everything above 1350 was dropped without a word. Nested overlays take their bytes
    /// at every level.
    ///
    /// ## Example
    /// ```yaml
    /// # The machines are pods of a cluster with VXLAN, on a network of 1500.
    /// calico_mtu: 1450
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// calico_mtu: 1400
    /// ```
    "MTU001" "pod-mtu-exceeds-path" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    for finding in view.network().own_level() {
        let Problem::ExceedsPath { usable, safe, sum, setting, .. } = &finding.problem else { continue };
        let current = view.current();
        let written = current.mtu.as_ref().and_then(|mtu| Some((mtu.value, view.place_of(&mtu.origin)?)));
        let place = written.as_ref().map(|(_, place)| place.clone()).or_else(|| view.whole());
        let Some(place) = place else { continue };
        if !view.network().is_chain_certain {
            let why = "the CNI of a level around, its version or its encapsulation is not known";
            view.could_not_check("the MTU", &place, why);
            continue;
        }
        let cni = current.cni.as_ref().map_or(Cni::Calico, |cni| cni.value);
        let variable = view.release.mtu_variable(cni).filter(|_| view.is_kubespray());
        let sends = match (&written, variable) {
            (Some((mtu, _)), Some(variable)) => {
                format!("`{variable}` is {mtu}, with which pods send packets of {usable} bytes")
            }
            _ => format!("pods send packets of {usable} bytes, as {cni} finds by itself"),
        };
        let message = format!("{sends}, and {safe} fit: large ones vanish, small ones pass");
        let mut told =
            Finding::new(&RULE, message, Label::new(place.clone(), format!("{safe} bytes fit"))).note(sum.to_string());
        if let Some(variable) = variable {
            told = told.help(format!("write `{variable}: {}`", setting.value()));
        } else {
            let less = usable.bytes() - safe.bytes();
            told.severity = Severity::Warning;
            told = told.help(format!("no variable tells {cni} an MTU: give the machines' NIC {less} bytes less"));
        }
        if let (Some(variable), Some((mtu, place))) = (variable, &written)
            && place.text() == mtu.to_string()
        {
            told = told.fix(Fix {
                title: format!("write `{variable}: {}`", setting.value()),
                applicability: Applicability::Unsafe,
                edits: vec![Edit::Replace { place: place.clone(), text: setting.value().to_string() }],
            });
        }
        report.find(told);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const HOSTING: &str =
        "hosting: [{name: kube-test, cni: calico, cni_version: v3.30.5, encapsulation: vxlan, pods: 10.244.64.0/18}]\n";

    fn inside(variables: &str) -> Fixture {
        Fixture::kubespray()
            .inventory("[kube_control_plane]\nn1 ip=10.244.67.80\n\n[kube_node]\nn1\n")
            .file("group_vars/all.yml", variables)
    }

    #[test]
    fn a_level_around_takes_its_bytes_too() {
        insta::assert_snapshot!(inside("calico_mtu: 1450\n").declared(HOSTING).check(&RULE), @r#"
        group_vars/all.yml:1:13: error[MTU001] `calico_mtu` is 1450, with which pods send packets of 1450 bytes, and 1400 fit: large ones vanish, small ones pass
          `1450` 1400 bytes fit
          note: 1500 (site) − 50 (vxlan, kube-test) − 50 (vxlan, cluster) = 1400
          help: write `calico_mtu: 1400`
          Unsafe fix: write `calico_mtu: 1400`
            group_vars/all.yml:1:13: "1450" -> "1400"
        "#);
        assert_eq!(inside("calico_mtu: 1400\n").declared(HOSTING).check(&RULE), "");
    }

    #[test]
    fn a_small_underlay_counts_and_cilium_is_given_the_nodes_mtu() {
        let small = "underlay: {mtu: 1450}\n";
        insta::assert_snapshot!(inside("calico_mtu: 1450\n").declared(small).check(&RULE), @r#"
        group_vars/all.yml:1:13: error[MTU001] `calico_mtu` is 1450, with which pods send packets of 1450 bytes, and 1400 fit: large ones vanish, small ones pass
          `1450` 1400 bytes fit
          note: 1450 (site) − 50 (vxlan, cluster) = 1400
          help: write `calico_mtu: 1400`
          Unsafe fix: write `calico_mtu: 1400`
            group_vars/all.yml:1:13: "1450" -> "1400"
        "#);
        insta::assert_snapshot!(inside("kube_network_plugin: cilium\ncilium_mtu: 1500\n").declared(small).check(&RULE), @r#"
        group_vars/all.yml:2:13: error[MTU001] `cilium_mtu` is 1500, with which pods send packets of 1450 bytes, and 1400 fit: large ones vanish, small ones pass
          `1500` 1400 bytes fit
          note: 1450 (site) − 50 (vxlan, cluster) = 1400
          help: write `cilium_mtu: 1450`
          Unsafe fix: write `cilium_mtu: 1450`
            group_vars/all.yml:2:13: "1500" -> "1450"
        "#);
    }

    #[test]
    fn what_nobody_declared_is_not_reckoned_with() {
        assert_eq!(inside("calico_mtu: 9000\n").check(&RULE), "");
        let unknown = "hosting: [{name: infra, pods: 10.244.0.0/16}]\n";
        assert_eq!(inside("calico_mtu: 1450\n").declared(unknown).check(&RULE), "");
        assert_eq!(inside("calico_mtu: \"{{ mtu }}\"\n").declared(HOSTING).check(&RULE), "");
    }

    #[test]
    fn a_cni_that_finds_too_much_by_itself_is_told_what_to_do() {
        let hosting =
            "hosting: [{name: infra, cni: cilium, cni_version: v1.18.6, encapsulation: vxlan, pods: 10.244.0.0/16}]\n";
        insta::assert_snapshot!(inside("").declared(hosting).check(&RULE), @"
        inventory.ini: error[MTU001] pods send packets of 1450 bytes, as calico finds by itself, and 1400 fit: large ones vanish, small ones pass
          `` 1400 bytes fit
          note: 1500 (site) − 50 (vxlan, infra) − 50 (vxlan, cluster) = 1400
          help: write `calico_mtu: 1400`
        ");
    }
}
