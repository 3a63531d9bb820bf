use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that docker's bridge (`--bip` in `docker_options`, else 172.17.0.0/16) shares no address with anything that a
    /// node must reach, and that a `--bip` is an address in its network. Only where docker is the container runtime.
    ///
    /// ## Why is this bad?
    /// Every node answers for the bridge's addresses itself. kubernetes-sigs/kubespray#3504 has pods and services both in
    /// 172.17.0.1/24; a bip of 192.168.0.1/16 covers most home networks. Where docker does not run, 172.17.0.0/16 is a network
    /// as any other (openshift/installer#3882).
    ///
    /// ## Example
    /// ```yaml
    /// container_manager: docker
    /// docker_options: --bip=192.168.0.1/16
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// container_manager: docker
    /// docker_options: --bip=172.31.255.1/24
    /// ```
    "NET020" "docker-bridge-overlap" Error Never
}

fn check(view: &View<'_>, report: &mut Report) {
    present(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn cluster(text: &str) -> Fixture {
        Fixture::kubespray().file("group_vars/all/docker.yml", text)
    }

    #[test]
    fn a_bridge_over_the_pods_or_the_nodes_is_found() {
        insta::assert_snapshot!(cluster("container_manager: docker\nkube_pods_subnet: 172.17.0.0/17\n").check(&RULE), @"");
        insta::assert_snapshot!(cluster("container_manager: docker\ndocker_options: \"--bip=192.0.0.1/16\"\n").check(&RULE), @"");
    }

    #[test]
    fn a_bridge_is_an_address() {
        insta::assert_snapshot!(cluster("container_manager: docker\ndocker_options: --bip 172.31.255.0/24\n").check(&RULE), @"");
    }

    #[test]
    fn where_docker_does_not_run_it_takes_nothing() {
        assert_eq!(cluster("kube_pods_subnet: 172.17.0.0/17\n").check(&RULE), "");
        assert_eq!(cluster("container_manager: \"{{ runtime }}\"\nkube_pods_subnet: 172.17.0.0/17\n").check(&RULE), "");
        let unknown = "container_manager: docker\nkube_pods_subnet: 172.17.0.0/17\ndocker_options: \"{{ opts }}\"\n";
        assert_eq!(cluster(unknown).check(&RULE), "");
        assert_eq!(cluster("container_manager: docker\n").check(&RULE), "");
    }
}
