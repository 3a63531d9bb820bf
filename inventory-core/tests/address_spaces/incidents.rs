//! What broke real clusters, and what another tool refused without cause.

use inventory_core::network::relations::{Facts, breaches};
use inventory_core::network::space::{Owner, Role};

use crate::facts::of;

/// The thread that tells it, what took which addresses, and the rules that find it.
type Incident = (&'static str, Vec<(&'static str, Role, Owner)>, &'static [&'static str]);

#[test]
fn what_broke_real_clusters_is_found_and_what_did_not_is_left_alone() {
    let (own, hosting) = (Owner::Cluster, Owner::Level(1));
    let docker = || ("172.17.0.1/16", Role::Bridge, own.clone());
    let incidents: [Incident; 16] = [
        (
            "kubernetes-sigs/kubespray#3504",
            vec![("172.17.0.1/24", Role::Pods, own.clone()), ("172.17.0.1/24", Role::Services, own.clone()), docker()],
            &["A01", "A05", "A05", "D01", "D01"],
        ),
        (
            "Faisal-Hajari/ai-platform#6",
            vec![("10.0.0.0/8", Role::Pods, own.clone()), ("10.96.0.0/12", Role::Services, own.clone())],
            &["A01"],
        ),
        (
            "coredns/coredns#3704",
            vec![("10.96.0.0/16", Role::Pods, own.clone()), ("10.96.0.0/12", Role::Services, own.clone())],
            &["A01"],
        ),
        (
            "projectcalico/calico#2720",
            vec![("192.168.0.0/16", Role::Pods, own.clone()), ("192.168.50.10", Role::Node, own.clone())],
            &["A02"],
        ),
        (
            "projectcalico/node#193",
            vec![("192.167.0.0/12", Role::Pods, own.clone()), ("192.168.50.10", Role::Node, own.clone())],
            &["A02", "A05", "G03"],
        ),
        (
            "projectcalico/node#193, apart",
            vec![("10.149.0.0/16", Role::Pods, own.clone()), ("10.150.100.1", Role::Node, own.clone())],
            &[],
        ),
        (
            "k3s-io/k3s#588",
            vec![("10.42.0.0/16", Role::Pods, own.clone()), ("10.42.0.0/23", Role::Nodes, own.clone())],
            &["A04"],
        ),
        ("kubernetes/kops#710", vec![docker(), ("172.17.0.0/16", Role::Outside, own.clone())], &["D01"]),
        ("kubernetes-sigs/kubespray#5487", vec![docker(), ("172.17.8.0/24", Role::Nodes, own.clone())], &["D01"]),
        (
            "kubernetes-sigs/kubespray#6255",
            vec![("172.18.0.0/16", Role::BridgePool, own.clone()), ("172.18.8.0/24", Role::Nodes, own.clone())],
            &["D03"],
        ),
        (
            "openshift/installer#3882, where docker does not run",
            vec![("172.17.204.0/24", Role::Nodes, own.clone())],
            &[],
        ),
        (
            "sassoftware/viya4-iac-k8s#192",
            vec![("10.43.0.0/16", Role::Services, own.clone()), ("10.43.166.191", Role::Vip, own.clone())],
            &["C06"],
        ),
        (
            "aws/eks-anywhere#4813",
            vec![("192.168.1.0/16", Role::Pods, own.clone()), ("192.168.1.245", Role::Vip, own.clone())],
            &["A05", "C06"],
        ),
        (
            "harvester/harvester#10352",
            vec![("10.0.2.0/24", Role::GuestNat, own.clone()), ("10.0.2.0/24", Role::Nodes, own.clone())],
            &["E05"],
        ),
        (
            "vagrant-libvirt/vagrant-libvirt#1311",
            vec![
                ("192.168.121.0/24", Role::Management, own.clone()),
                ("192.168.121.0/24", Role::Management, hosting.clone()),
            ],
            &["F12"],
        ),
        (
            "kubernetes-sigs/cluster-api-provider-kubevirt#143",
            vec![
                ("10.244.0.0/16", Role::Pods, own.clone()),
                ("10.96.0.0/12", Role::Services, own.clone()),
                ("10.244.0.0/16", Role::Pods, hosting.clone()),
                ("10.96.0.0/12", Role::Services, hosting),
            ],
            &["F01", "F04"],
        ),
    ];
    for (incident, spaces, rules) in incidents {
        let spaces = spaces.into_iter().map(|(text, role, owner)| of(text, role, owner)).collect();
        let mut facts = Facts { spaces, ..Facts::default() };
        facts.nesting.on_pod_network = Some(true);
        let found: Vec<_> = breaches(&facts).into_iter().map(|breach| breach.rule.id).collect();
        assert_eq!(found, rules, "{incident}");
    }
}
