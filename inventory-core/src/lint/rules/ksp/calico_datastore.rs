use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;
use crate::network::layer::Cni;

declare_rule! {
    /// ## What it does
    /// Checks that Calico keeps its state in the Kubernetes API (`calico_datastore: kdd`) where its own API server or Typha
    /// runs.
    ///
    /// ## Why is this bad?
    /// Neither works on etcd, and kubespray stops. The datastore was etcd up to v2.14, so that clusters of that age have
    /// `calico_datastore: etcd` in their files for good.
    ///
    /// ## Example
    /// ```yaml
    /// calico_datastore: etcd
    /// typha_enabled: true
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// calico_datastore: etcd
    /// typha_enabled: false
    /// ```
    "KSP015" "calico-needs-kdd" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() || !view.release.is_since(19) || view.cni() != Some(Cni::Calico) {
        return;
    }
    let Some(datastore) = view.effective_text("calico_datastore", view.release.calico_datastore()) else { return };
    if datastore.value == "kdd" {
        return;
    }
    for (name, what) in [("calico_apiserver_enabled", "Calico's API server"), ("typha_enabled", "Typha")] {
        let enabled = view.effective_truth(name, false).filter(|enabled| enabled.value);
        let Some(place) = enabled.and_then(|enabled| enabled.place()) else { continue };
        let message = format!("{what} needs `calico_datastore: kdd`, and it is {}", datastore.value);
        let finding = Finding::new(&RULE, message, Label::new(place, "enabled"));
        report.find(datastore.explain(finding, view).help(format!(
            "write `{name}: false`: the datastore of a cluster that runs does not change by a variable"
        )));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn with(text: &str) -> String {
        Fixture::kubespray().file("group_vars/k8s_cluster/k8s-net-calico.yml", text).check(&RULE)
    }

    #[test]
    fn etcd_carries_neither_typha_nor_the_api_server() {
        insta::assert_snapshot!(with("calico_datastore: etcd\ntypha_enabled: true\n"), @"
        group_vars/k8s_cluster/k8s-net-calico.yml:2:16: error[KSP015] Typha needs `calico_datastore: kdd`, and it is etcd
          `true` enabled
          group_vars/k8s_cluster/k8s-net-calico.yml:1:19: `etcd` calico_datastore is etcd
          help: write `typha_enabled: false`: the datastore of a cluster that runs does not change by a variable
        ");
        assert_eq!(with("calico_datastore: etcd\ntypha_enabled: false\n"), "");
        assert_eq!(with("typha_enabled: true\ncalico_apiserver_enabled: true\n"), "");
        assert_eq!(with("kube_network_plugin: cilium\ncalico_datastore: etcd\ntypha_enabled: true\n"), "");
    }
}
