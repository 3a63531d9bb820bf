use crate::lint::network::present;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Tells where nodes, pods or services are in the ranges from which docker takes further bridges: 172.18.0.0/16 to
    /// 172.31.0.0/16 and 192.168.0.0/16. Only where docker is the container runtime.
    ///
    /// ## Why is this bad?
    /// It matters as soon as somebody makes a docker network on a node. kubernetes-sigs/kubespray#6255 met docker's second
    /// bridge with machines in 172.18.8.0/24.
    ///
    /// ## Example
    /// ```yaml
    /// container_manager: docker
    /// kube_pods_subnet: 172.18.0.0/16
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// container_manager: docker
    /// kube_pods_subnet: 10.233.64.0/18
    /// ```
    "NET021" "docker-pool-overlap" Info Never
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
    fn pods_where_docker_takes_more_bridges_are_told() {
        insta::assert_snapshot!(cluster("container_manager: docker\nkube_pods_subnet: 172.18.0.0/16\n").check(&RULE), @"
        group_vars/all/docker.yml:2:19: info[NET021] pods 172.18.0.0/16 and docker's pool of bridges 172.18.0.0/16 are the same 65536 addresses
          `172.18.0.0/16` pods 172.18.0.0/16
          note: docker's pool of bridges is 172.18.0.0/16 wherever nothing else is said (docker)
          help: it matters only where somebody makes docker networks on the nodes
        ");
    }

    #[test]
    fn a_pool_of_docker_that_somebody_chose_is_not_guessed() {
        let text = "container_manager: docker\nkube_pods_subnet: 172.18.0.0/16\ndocker_options: --default-address-pool=base=10.10.0.0/16,size=24\n";
        assert_eq!(cluster(text).check(&RULE), "");
        assert_eq!(cluster("kube_pods_subnet: 172.18.0.0/16\n").check(&RULE), "");
    }
}
