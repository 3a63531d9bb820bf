use std::collections::HashSet;

use crate::lint::finding::{Finding, Label, Place};
use crate::lint::model::{Assignment, Told};
use crate::lint::report::Report;
use crate::lint::rule::declare_rule;
use crate::lint::rules::words;
use crate::lint::view::{Part, View};

declare_rule! {
    /// ## What it does
    /// Finds variables of the whole cluster, such as `kube_pods_subnet`, that are different for different nodes.
    ///
    /// ## Why is this bad?
    /// A cluster has one pod network. kubespray renders each machine's files with that machine's variables, so the API
    /// server is told one network and a node's kubelet and CNI another. A line in `host_vars`, or in the variables of
    /// one group, is all it takes: it is stronger than `group_vars/k8s_cluster`.
    ///
    /// ## Example
    /// ```yaml
    /// # host_vars/node2.yml
    /// kube_pods_subnet: 10.234.64.0/18
    /// ```
    ///
    /// Use instead:
    /// ```yaml
    /// # group_vars/k8s_cluster/k8s-cluster.yml
    /// kube_pods_subnet: 10.234.64.0/18
    /// ```
    "INV016" "per-node-cluster-variable" Error Never
}

/// What a cluster has one of, and what it is where nobody says so.
const VARIABLES: [(&str, Option<&str>); 11] = [
    ("kube_pods_subnet", Some("10.233.64.0/18")),
    ("kube_service_addresses", Some("10.233.0.0/18")),
    ("kube_pods_subnet_ipv6", None),
    ("kube_service_addresses_ipv6", None),
    ("kube_network_node_prefix", Some("24")),
    ("kube_network_plugin", Some("calico")),
    ("kube_proxy_mode", None),
    ("cluster_name", Some("cluster.local")),
    ("dns_domain", None),
    ("nodelocaldns_ip", None),
    ("kube_apiserver_port", Some("6443")),
];

fn check(view: &View<'_>, report: &mut Report) {
    if !view.is_kubespray() {
        return;
    }
    // What the API server is told is the cluster's.
    let first = view.hosts_of(Part::ControlPlane).first().copied();
    let Some((first, of_first)) = view.each_node().iter().find(|(host, _)| Some(*host) == first) else { return };
    let members: HashSet<&str> = view.members().iter().copied().collect();
    for (variable, default) in VARIABLES {
        let at_first = of_first.get(variable).map(Assignment::place);
        let mut others: Vec<(Told<'_>, Place, Vec<&str>)> = Vec::new();
        for (host, scope) in view.each_node().iter().filter(|(host, _)| members.contains(host)) {
            let place = scope.get(variable).map(Assignment::place);
            let Some(place) = place.filter(|place| Some(place) != at_first.as_ref()) else { continue };
            match others.iter_mut().find(|(_, other, _)| *other == place) {
                Some((_, _, hosts)) => hosts.push(host),
                None => {
                    if let Some((_, told)) = view.text(scope, &[variable]) {
                        others.push((told, place, vec![host]));
                    }
                }
            }
        }
        if others.is_empty() {
            continue;
        }
        let said = view.text(of_first, &[variable]);
        let is_unknown = at_first.is_some() && said.is_none();
        let expected = said.as_ref().map(|(text, _)| text.as_str()).or(default);
        let Some(expected) = expected.filter(|_| !is_unknown) else { continue };
        for (told, place, hosts) in others {
            let text = told.value.as_ref().map(|value| value.to_plain_text().trim().to_owned()).unwrap_or_default();
            if text == expected {
                continue;
            }
            let mut finding = Finding::new(
                &RULE,
                format!(
                    "`{variable}` is {text} for {} and {expected} for {first}, and a cluster has one",
                    words::list(&hosts)
                ),
                Label::new(place, format!("{} only", told.assignment.whose)),
            );
            finding = match &at_first {
                Some(place) => finding.related(Label::new(place.clone(), format!("what {first} has"))),
                None => finding.note(format!("nothing is written for {first}, so it has kubespray's default")),
            };
            report.find(finding.help(format!("write it once, in `group_vars/{}`", view.group_of(Part::Cluster))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Fixture;

    fn cluster() -> Fixture {
        Fixture::kubespray().inventory("[kube_control_plane]\nn1\n[etcd]\ne1\n[kube_node]\nn[2:4]\n")
    }

    #[test]
    fn a_network_of_one_nodes_own_is_found() {
        let own = cluster()
            .file("group_vars/k8s_cluster/k8s-cluster.yml", "kube_pods_subnet: 10.1.0.0/16\n")
            .file("host_vars/n2.yml", "kube_pods_subnet: 10.2.0.0/16\n");
        insta::assert_snapshot!(own.check(&RULE), @"
        host_vars/n2.yml:1:19: error[INV016] `kube_pods_subnet` is 10.2.0.0/16 for n2 and 10.1.0.0/16 for n1, and a cluster has one
          `10.2.0.0/16` host n2 only
          group_vars/k8s_cluster/k8s-cluster.yml:1:19: `10.1.0.0/16` what n1 has
          help: write it once, in `group_vars/k8s_cluster`
        ");
        let nodes = cluster().file("group_vars/kube_node.yml", "kube_network_plugin: cilium\n");
        insta::assert_snapshot!(nodes.check(&RULE), @"
        group_vars/kube_node.yml:1:22: error[INV016] `kube_network_plugin` is cilium for n2, n3 and n4 and calico for n1, and a cluster has one
          `cilium` group kube_node only
          note: nothing is written for n1, so it has kubespray's default
          help: write it once, in `group_vars/k8s_cluster`
        ");
    }

    #[test]
    fn the_same_value_twice_the_default_written_out_and_other_variables_are_fine() {
        for (path, text) in [
            ("host_vars/n2.yml", "kube_pods_subnet: 10.1.0.0/16\nkube_network_plugin: calico\ncalico_mtu: 1400\n"),
            ("host_vars/e1.yml", "kube_pods_subnet: 10.9.0.0/16\n"),
            ("host_vars/n3.yml", "kube_pods_subnet: \"{{ other }}\"\n"),
        ] {
            let fixture = cluster().file("group_vars/all/all.yml", "kube_pods_subnet: 10.1.0.0/16\n").file(path, text);
            assert_eq!(fixture.check(&RULE), "", "{path}");
        }
    }
}
