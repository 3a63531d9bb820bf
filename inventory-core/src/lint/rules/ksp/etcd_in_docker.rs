use crate::lint::edits;
use crate::lint::finding::{Applicability, Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that etcd does not run in Docker (`etcd_deployment_type: docker`) where the container manager is another one.
    ///
    /// ## Why is this bad?
    /// kubespray stops: there is no Docker on the hosts. It happens on upgrades, since both were Docker up to v2.17, where
    /// the sample wrote only the first down; since v2.18 the container manager that nobody writes is containerd.
    ///
    /// ## Example
    /// ```yaml
    /// etcd_deployment_type: docker
    /// ```
    ///
    /// Use instead, on a cluster whose nodes have Docker:
    /// ```yaml
    /// etcd_deployment_type: docker
    /// container_manager: docker
    /// ```
    "KSP021" "etcd-in-docker-without-docker" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() || !view.release.is_since(18) {
        return;
    }
    let etcd = view.effective_text_of_etcd("etcd_deployment_type", "host").filter(|etcd| etcd.value == "docker");
    let manager = view.effective_text("container_manager", view.release.container_manager());
    let (Some(etcd), Some(manager)) = (etcd, manager.filter(|manager| manager.value != "docker")) else { return };
    let (Some(told), Some(place)) = (&etcd.told, etcd.place()) else { return };
    let message = format!("etcd is to run in Docker, and the container manager is {}", manager.value);
    let mut finding = Finding::new(&RULE, message, Label::new(place, "in Docker"));
    // Where etcd of a cluster that runs is, moves with care.
    finding.fix = edits::write(told, "host", Applicability::Shown);
    report.find(manager.explain(finding, view).help(
        "write `etcd_deployment_type: host` for a new cluster, or `container_manager: docker` where the nodes have Docker",
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    #[test]
    fn an_old_tree_says_which_container_manager_it_has() {
        let dashes = "[kube-master]\nn1\n[etcd]\nn1\n[kube-node]\nn1\n[k8s-cluster:children]\nkube-master\nkube-node\n";
        let old = Fixture::kubespray().inventory(dashes).file("group_vars/etcd.yml", "etcd_deployment_type: docker\n");
        assert!(old.check(&RULE).contains("KSP021"));
        let old = old.file("group_vars/k8s-cluster/k8s-cluster.yml", "container_manager: docker\n");
        assert_eq!(old.check(&RULE), "");
    }

    #[test]
    fn docker_runs_etcd_only_where_docker_is() {
        let old = Fixture::kubespray().file("group_vars/etcd.yml", "etcd_deployment_type: docker\n");
        insta::assert_snapshot!(old.check(&RULE), @r#"
        group_vars/etcd.yml:1:23: error[KSP021] etcd is to run in Docker, and the container manager is containerd
          `docker` in Docker
          note: container_manager is containerd, the default of kubespray v2.31.0, and written nowhere
          help: write `etcd_deployment_type: host` for a new cluster, or `container_manager: docker` where the nodes have Docker
          Shown fix: write `etcd_deployment_type: host`
            group_vars/etcd.yml:1:23: "docker" -> "host"
        "#);
        let newer =
            Fixture::kubespray().file("group_vars/etcd.yml", "etcd_deployment_type: docker\n").releases(&["v2.40.0"]);
        assert!(newer.check(&RULE).contains("the default of kubespray v2.31.0"));
        assert_eq!(old.file("group_vars/all.yml", "container_manager: docker\n").check(&RULE), "");
        let apart = "[kube_control_plane]\nn1\n[kube_node]\nn2\n[etcd]\nn1\n";
        let apart = Fixture::kubespray().inventory(apart).file("group_vars/etcd.yml", "etcd_deployment_type: docker\n");
        assert!(apart.check(&RULE).contains("KSP021"));
        let before = Fixture::kubespray().file("group_vars/all.yml", "etcd_deployment_type: docker\n");
        assert_eq!(before.releases(&["v2.17.0"]).check(&RULE), "");
        let host = Fixture::kubespray().file("group_vars/all.yml", "etcd_deployment_type: host\n");
        assert_eq!(host.check(&RULE), "");
    }
}
