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
        insta::assert_snapshot!(cluster("container_manager: docker\nkube_pods_subnet: 172.17.0.0/17\n").check(&RULE), @"
        group_vars/all/docker.yml:2:19: error[NET020] docker's bridge 172.17.0.0/16 and pods 172.17.0.0/17 overlap: all 32768 addresses of the latter are in the former
          `172.17.0.0/17` pods 172.17.0.0/17
          note: docker's bridge is 172.17.0.0/16 wherever nothing else is said (docker)
          help: give docker another bridge: `--bip=172.16.0.1/24` in `docker_options`
        ");
        insta::assert_snapshot!(cluster("container_manager: docker\ndocker_options: \"--bip=192.0.0.1/16\"\n").check(&RULE), @r#"
        group_vars/all/docker.yml:2:17: error[NET020] node node1 192.0.2.11 is in docker's bridge 192.0.0.0/16
          `"--bip=192.0.0.1/16"` docker's bridge 192.0.0.0/16
          inventory.ini:2:34: `192.0.2.11` node node1 192.0.2.11
          help: write another bridge: `--bip=172.16.0.1/24` in `docker_options`
        "#);
    }

    #[test]
    fn a_bridge_is_an_address() {
        insta::assert_snapshot!(cluster("container_manager: docker\ndocker_options: --bip 172.31.255.0/24\n").check(&RULE), @"
        group_vars/all/docker.yml:2:17: error[NET020] the `--bip` 172.31.255.0/24 is the network itself, and docker wants an address in it
          `--bip 172.31.255.0/24` docker's bridge 172.31.255.0/24
          help: write `--bip=172.31.255.1/24`
        ");
    }

    #[test]
    fn where_docker_does_not_run_it_takes_nothing() {
        assert_eq!(cluster("kube_pods_subnet: 172.17.0.0/17\n").check(&RULE), "");
        assert_eq!(cluster("container_manager: \"{{ runtime }}\"\nkube_pods_subnet: 172.17.0.0/17\n").check(&RULE), "");
        let unknown = "container_manager: docker\nkube_pods_subnet: 172.17.0.0/17\ndocker_options: \"{{ opts }}\"\n";
        assert_eq!(cluster(unknown).check(&RULE), "");
        assert_eq!(cluster("container_manager: docker\n").check(&RULE), "");
        // Refused by a tool that took docker for granted (openshift/installer#3882).
        let machines = "[kube_control_plane]\nn1 ip=172.17.204.10\n\n[kube_node]\nn1\n";
        let declared = "nodes: [{cidr: 172.17.204.0/24}]\n";
        assert_eq!(Fixture::kubespray().inventory(machines).declared(declared).check(&RULE), "");
    }
}
