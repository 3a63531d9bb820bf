use crate::lint::network::present_levels;
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::view::View;

declare_rule! {
    /// ## What it does
    /// Checks that the cluster around lets the overlay's packets pass: a hosting Calico drops its guests' VXLAN to its own
    /// port and all of their IP in IP, a hosting Cilium whatever is neither TCP, UDP, SCTP nor ICMP.
    ///
    /// ## Why is this bad?
    /// Nodes become ready and pods start; only between nodes nothing arrives. Two clusters of kubespray's, one inside the
    /// other, are the case: both take VXLAN on port 4789. smartxworks/knest#9 found it, and the guide of
    /// kubernetes-sigs/cluster-api#7444 tells its readers to take port 6789.
    ///
    /// ## Example
    /// ```yaml
    /// # The machines run inside a cluster with Calico.
    /// calico_vxlan_mode: Always
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// calico_vxlan_mode: Always
    /// calico_vxlan_port: 4790
    /// ```
    "NST005" "overlay-dropped" Error Unsafe
}

fn check(view: &View<'_>, report: &mut Report) {
    present_levels(&RULE, view, report);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    const NODES: &str = "[kube_control_plane]\nn1 ip=10.244.67.80\n\n[kube_node]\nn1\nn2 ip=10.244.67.81\n";

    fn inside(calico: &str, variables: &str) -> Fixture {
        let hosting = format!(
            "hosting: [{{name: kube-test, cni: calico, cni_version: v3.30.5, encapsulation: vxlan, pods: 10.244.64.0/18{calico}}}]\n"
        );
        Fixture::kubespray().inventory(NODES).file("group_vars/all.yml", variables).declared(&hosting)
    }

    #[test]
    fn vxlan_in_vxlan_on_one_port_is_found() {
        insta::assert_snapshot!(inside("", "").check(&RULE), @r#"
        inventory.ini: error[NST005] kube-test (site.yml:1:11), in which the machines run, drops the cluster's vxlan on UDP port 4789
          `` the cluster
          note: kube-test is declared in site.yml:1:11
          note: vxlan is what calico uses in kubespray v2.31.0, and written nowhere
          note: or let kube-test pass it: kubectl patch felixconfiguration default --type merge -p '{"spec":{"allowVXLANPacketsFromWorkloads":true}}'
          help: write `calico_vxlan_port: 4790`, a port that nobody around uses
        "#);
        insta::assert_snapshot!(inside("", "calico_vxlan_port: 4789\n").check(&RULE), @r#"
        group_vars/all.yml:1:20: error[NST005] kube-test (site.yml:1:11), in which the machines run, drops the cluster's vxlan on UDP port 4789
          `4789` the overlay's port
          note: kube-test is declared in site.yml:1:11
          note: vxlan is what calico uses in kubespray v2.31.0, and written nowhere
          note: or let kube-test pass it: kubectl patch felixconfiguration default --type merge -p '{"spec":{"allowVXLANPacketsFromWorkloads":true}}'
          help: write `calico_vxlan_port: 4790`, a port that nobody around uses
          Unsafe fix: take port 4790
            group_vars/all.yml:1:20: "4789" -> "4790"
        "#);
    }

    #[test]
    fn ip_in_ip_is_found() {
        let ipip = "calico_ipip_mode: Always\ncalico_vxlan_mode: Never\ncalico_network_backend: bird\n";
        insta::assert_snapshot!(inside("", ipip).check(&RULE), @r#"
        group_vars/all.yml:1:19: error[NST005] kube-test (site.yml:1:11), in which the machines run, drops the cluster's ipip (IP protocol 4)
          `Always` the encapsulation
          note: kube-test is declared in site.yml:1:11
          note: or let kube-test pass it: kubectl patch felixconfiguration default --type merge -p '{"spec":{"allowIPIPPacketsFromWorkloads":true}}'
          help: use VXLAN: `calico_vxlan_mode: Always`, `calico_ipip_mode: Never`, `calico_network_backend: vxlan`
        "#);
    }

    #[test]
    fn another_port_or_a_cluster_that_lets_it_pass_are_in_order() {
        assert_eq!(inside("", "calico_vxlan_port: 6789\n").check(&RULE), "");
        assert_eq!(inside(", allow: [vxlan]", "").check(&RULE), "");
        assert_eq!(Fixture::kubespray().inventory(NODES).check(&RULE), "");
        assert_eq!(inside("", "calico_vxlan_port: \"{{ port }}\"\n").check(&RULE), "");
    }
}
