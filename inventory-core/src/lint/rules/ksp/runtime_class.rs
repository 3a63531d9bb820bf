use crate::lint::finding::{Finding, Label};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that Kata Containers (`kata_containers_enabled`) do not go with Docker, and that gVisor (`gvisor_enabled`)
    /// goes with containerd.
    ///
    /// ## Why is this bad?
    /// The container manager must be able to run them, and kubespray stops where it is not
    /// (kubernetes-sigs/kubespray#7650 for gVisor).
    ///
    /// ## Example
    /// ```yaml
    /// container_manager: crio
    /// gvisor_enabled: true
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// container_manager: containerd
    /// gvisor_enabled: true
    /// ```
    "KSP009" "runtime-without-its-manager" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() || !view.release.is_since(22) {
        return;
    }
    let default = view.release.container_manager();
    let Some(manager) = view.effective_text("container_manager", default) else { return };
    let runtimes = [
        ("kata_containers_enabled", "Kata Containers", manager.value != "docker", "containerd or crio"),
        ("gvisor_enabled", "gVisor", manager.value == "containerd", "containerd"),
    ];
    for (name, product, is_fit, fit) in runtimes {
        let enabled = view.effective_truth(name, false).filter(|enabled| enabled.value && !is_fit);
        let Some(place) = enabled.and_then(|enabled| enabled.place()) else { continue };
        let message = format!("{product} do not run under {}", manager.value).replace("gVisor do ", "gVisor does ");
        let finding = Finding::new(&RULE, message, Label::new(place, "enabled"));
        report.find(manager.explain(finding, view).help(format!("use {fit} as the `container_manager`")));
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
    fn each_runtime_has_its_managers() {
        insta::assert_snapshot!(with("container_manager: docker\nkata_containers_enabled: true\ngvisor_enabled: true\n"), @"
        group_vars/all.yml:2:26: error[KSP009] Kata Containers do not run under docker
          `true` enabled
          group_vars/all.yml:1:20: `docker` container_manager is docker
          help: use containerd or crio as the `container_manager`
        group_vars/all.yml:3:17: error[KSP009] gVisor does not run under docker
          `true` enabled
          group_vars/all.yml:1:20: `docker` container_manager is docker
          help: use containerd as the `container_manager`
        ");
        assert_eq!(with("kata_containers_enabled: true\ngvisor_enabled: true\n"), "");
        assert_eq!(with("container_manager: crio\nkata_containers_enabled: true\n"), "");
        assert_eq!(with("container_manager: \"{{ m }}\"\ngvisor_enabled: true\n"), "");
    }
}
