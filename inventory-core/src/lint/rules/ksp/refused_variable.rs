use super::fates::gone;
use crate::kubespray::history::Standing;
use crate::lint::finding::{Finding, Label, Place};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Finds variables that the release refuses: an assertion stops the run where one is set.
    ///
    /// ## Why is this bad?
    /// They meant something in an older release, and people carry their files along. `ipip`, for one, was how Calico's
    /// tunnel was chosen up to v2.18; since then the default is another one, and kubespray stops rather than guess
    /// (kubernetes-sigs/kubespray#8434). Variables of a CNI are refused only where that CNI runs.
    ///
    /// The fix deletes the variable where it is off, and so it is without the line. Another name is unsafe.
    ///
    /// ## Example
    /// ```yaml
    /// ipip_mode: Always   # for kubespray v2.31.0
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// calico_ipip_mode: Always
    /// ```
    "KSP001" "refused-variable" Error Safe
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() {
        return;
    }
    for gone in gone(view, Standing::Refused) {
        let cni = gone.variable().and_then(|variable| variable.cni);
        if cni.is_some_and(|cni| view.cni() != Some(cni)) {
            continue;
        }
        let (name, kubespray) = (gone.assignment.name, view.kubespray());
        let message = format!("{kubespray} stops where `{name}` is set, since v2.{}", gone.change.since);
        let place = Place::new(gone.assignment.source, gone.assignment.key);
        let mut finding = Finding::new(&RULE, message, Label::new(place, "refused")).help(gone.advice());
        finding.fix = gone.removed(view).or_else(|| gone.renamed(view));
        report.find(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn variables_of_older_releases_stop_the_run() {
        let old = "ipip: true\nipip_mode: Always\n";
        let old = Fixture::kubespray().file("group_vars/k8s_cluster/k8s-net-calico.yml", old);
        insta::assert_snapshot!(old.check(&RULE), @r#"
        group_vars/k8s_cluster/k8s-net-calico.yml:1:1: error[KSP001] kubespray v2.31.0 stops where `ipip` is set, since v2.19
          `ipip` refused
          help: write `calico_ipip_mode` instead: Always, CrossSubnet or Never
        group_vars/k8s_cluster/k8s-net-calico.yml:2:1: error[KSP001] kubespray v2.31.0 stops where `ipip_mode` is set, since v2.19
          `ipip_mode` refused
          help: write `calico_ipip_mode` instead
          Unsafe fix: call it `calico_ipip_mode`
            group_vars/k8s_cluster/k8s-net-calico.yml:2:1: "ipip_mode" -> "calico_ipip_mode"
        "#);
        assert_eq!(old.releases(&["v2.18.0"]).check(&RULE), "");
    }

    #[test]
    fn what_was_off_anyway_is_removed_and_what_was_on_is_moved() {
        let with =
            |text: &str| Fixture::kubespray().file("group_vars/all.yml", text).releases(&["v2.28.0"]).check(&RULE);
        insta::assert_snapshot!(with("etcd_kubeadm_enabled: false\n"), @r#"
        group_vars/all.yml:1:1: error[KSP001] kubespray v2.28.0 stops where `etcd_kubeadm_enabled` is set, since v2.28
          `etcd_kubeadm_enabled` refused
          help: remove it: it is off, and so it is without the line
          Safe fix: delete `etcd_kubeadm_enabled`
            group_vars/all.yml:1:1: "etcd_kubeadm_enabled: false\n" -> ""
        "#);
        insta::assert_snapshot!(with("etcd_kubeadm_enabled: true\n"), @"
        group_vars/all.yml:1:1: error[KSP001] kubespray v2.28.0 stops where `etcd_kubeadm_enabled` is set, since v2.28
          `etcd_kubeadm_enabled` refused
          help: write `etcd_deployment_type: kubeadm` instead
        ");
        // Off is a choice of its own where the default is not.
        let ipip = Fixture::kubespray().file("group_vars/all.yml", "ipip: false\n").check(&RULE);
        assert!(ipip.contains("help: write `calico_ipip_mode` instead") && !ipip.contains("fix"), "{ipip}");
    }

    #[test]
    fn a_release_that_is_not_known_yet_is_spoken_of_as_the_newest_known() {
        let found = Fixture::kubespray().file("group_vars/all.yml", "ipip: true\n").releases(&["v2.40.0"]).check(&RULE);
        assert!(found.contains("kubespray v2.31.0 stops where `ipip` is set"), "{found}");
    }

    #[test]
    fn a_name_that_is_taken_is_not_given_twice() {
        let both = Fixture::kubespray().file("group_vars/all.yml", "ipip_mode: Always\ncalico_ipip_mode: Always\n");
        let found = both.check(&RULE);
        assert!(found.contains("KSP001") && !found.contains("fix"), "{found}");
    }

    #[test]
    fn other_cnis_other_hosts_and_releases_that_differ_pass() {
        let flannel = Fixture::kubespray().file("group_vars/all.yml", "kube_network_plugin: flannel\nipip: true\n");
        assert_eq!(flannel.check(&RULE), "");
        let other = "[kube_control_plane]\nn1\n[kube_node]\nn1\n[routers]\nr1\n";
        let other = Fixture::kubespray().inventory(other).file("group_vars/routers.yml", "ipip: true\n");
        assert_eq!(other.check(&RULE), "");
        let range = Fixture::kubespray().file("group_vars/all.yml", "ipip: true\n").releases(&["v2.19.0", "v2.18.0"]);
        assert_eq!(range.check(&RULE), "");
    }

    #[test]
    fn a_file_that_the_new_release_does_not_load_is_reported_for_the_upgrade() {
        let dashes = "[kube-master]\nn1\n[etcd]\nn1\n[kube-node]\nn1\n[k8s-cluster:children]\nkube-master\nkube-node\n";
        let old =
            Fixture::kubespray().inventory(dashes).file("group_vars/k8s-cluster/k8s-net-calico.yml", "ipip: true\n");
        assert!(old.check(&RULE).contains("k8s-net-calico.yml:1:1: error[KSP001]"));
    }
}
