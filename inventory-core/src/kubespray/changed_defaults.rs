//! Defaults that became others: what changes on an upgrade without anybody having written a line.

use super::Release;
use crate::network::layer::Cni;

/// A default that became another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangedDefault {
    /// The minor number of the 2.x release that changed it.
    pub since: u16,
    /// What it decides, in words: `Calico's tunnel`.
    pub what: &'static str,
    /// What it was.
    pub from: &'static str,
    /// What it is since.
    pub to: &'static str,
    /// The variables that keep the old way where they are set, with the values that do. Empty: what it was cannot be
    /// written down once for everybody, or nothing keeps it.
    pub pins: &'static [(&'static str, &'static str)],
    /// The variables that decide it: where one of them is written, the change passes by.
    pub decided_by: &'static [&'static str],
    /// The CNI that it is about.
    pub cni: Option<Cni>,
    /// The variables of which one must be set, and not to false, for it to matter. Empty: it always does.
    pub only_with: &'static [&'static str],
    /// Whether a running cluster must not change over by the way: it is about the pods' network, the container runtime, or
    /// where state is kept.
    pub needs_care: bool,
    /// Whether the role compares it with the live cluster and stops where they differ.
    pub stops_live_clusters: bool,
}

/// By release. Sources: the role's defaults of the tags, before and after; `MetalLB`, #10457; what stops a live cluster,
/// calico's `check.yml`, which compares block size, network, IPIP and VXLAN with the pool of IPv4.
pub const CHANGED_DEFAULTS: &[ChangedDefault] = &[
    ChangedDefault {
        since: 15,
        what: "where Calico keeps its state",
        from: "etcd",
        to: "kdd, the Kubernetes API",
        pins: &[("calico_datastore", "etcd")],
        decided_by: &["calico_datastore"],
        cni: Some(Cni::Calico),
        only_with: &[],
        needs_care: true,
        stops_live_clusters: false,
    },
    ChangedDefault {
        since: 18,
        what: "the container runtime",
        from: "docker",
        to: "containerd",
        pins: &[("container_manager", "docker")],
        decided_by: &["container_manager"],
        cni: None,
        only_with: &[],
        needs_care: true,
        stops_live_clusters: false,
    },
    ChangedDefault {
        since: 18,
        what: "how etcd runs",
        from: "docker",
        to: "host",
        pins: &[("etcd_deployment_type", "docker")],
        decided_by: &["etcd_deployment_type"],
        cni: None,
        only_with: &[],
        needs_care: true,
        stops_live_clusters: false,
    },
    ChangedDefault {
        since: 19,
        what: "Calico's tunnel",
        from: "IPIP, always",
        to: "VXLAN, always",
        pins: &[("calico_ipip_mode", "Always"), ("calico_vxlan_mode", "Never"), ("calico_network_backend", "bird")],
        decided_by: &["calico_ipip_mode", "calico_vxlan_mode"],
        cni: Some(Cni::Calico),
        only_with: &[],
        needs_care: true,
        stops_live_clusters: true,
    },
    ChangedDefault {
        since: 19,
        what: "Calico's backend",
        from: "bird",
        to: "vxlan, without BGP",
        pins: &[("calico_network_backend", "bird")],
        decided_by: &["calico_network_backend"],
        cni: Some(Cni::Calico),
        only_with: &[],
        needs_care: true,
        stops_live_clusters: false,
    },
    ChangedDefault {
        since: 20,
        what: "the size of Calico's blocks of IPv4",
        from: "a node's share, /24 where kube_network_node_prefix says no other",
        to: "/26",
        pins: &[("calico_pool_blocksize", "24")],
        decided_by: &["calico_pool_blocksize"],
        cni: Some(Cni::Calico),
        only_with: &[],
        needs_care: true,
        stops_live_clusters: true,
    },
    ChangedDefault {
        since: 20,
        what: "the size of Calico's blocks of IPv6",
        from: "/116",
        to: "/122",
        pins: &[("calico_pool_blocksize_ipv6", "116")],
        decided_by: &["calico_pool_blocksize_ipv6"],
        cni: Some(Cni::Calico),
        only_with: &["enable_dual_stack_networks", "ipv6_stack"],
        needs_care: true,
        stops_live_clusters: false,
    },
    ChangedDefault {
        since: 22,
        what: "who gives Cilium's nodes their share of the pod network",
        from: "kubernetes",
        to: "cluster-pool",
        pins: &[("cilium_ipam_mode", "kubernetes")],
        decided_by: &["cilium_ipam_mode"],
        cni: Some(Cni::Cilium),
        only_with: &[],
        needs_care: true,
        stops_live_clusters: false,
    },
    ChangedDefault {
        since: 22,
        what: "whether MetalLB gives away addresses that end in .0 or .255",
        from: "yes",
        to: "no",
        pins: &[],
        decided_by: &[],
        cni: None,
        only_with: &["metallb_enabled"],
        needs_care: false,
        stops_live_clusters: false,
    },
    ChangedDefault {
        since: 28,
        what: "the address that the API server listens on",
        from: "0.0.0.0",
        to: "::",
        pins: &[("kube_apiserver_bind_address", "0.0.0.0")],
        decided_by: &["kube_apiserver_bind_address"],
        cni: None,
        only_with: &[],
        needs_care: false,
        stops_live_clusters: false,
    },
    ChangedDefault {
        since: 30,
        what: "the name by which the API's load balancer is known",
        from: "lb-apiserver.kubernetes.local",
        to: "localhost, or the load balancer's own address",
        pins: &[("apiserver_loadbalancer_domain_name", "lb-apiserver.kubernetes.local")],
        decided_by: &["apiserver_loadbalancer_domain_name"],
        cni: None,
        only_with: &["loadbalancer_apiserver"],
        needs_care: false,
        stops_live_clusters: false,
    },
];

impl Release {
    /// The defaults that change on the way from this release to a later one, oldest first.
    pub fn changed_defaults_until(self, later: Self) -> impl Iterator<Item = &'static ChangedDefault> {
        CHANGED_DEFAULTS.iter().filter(move |change| !self.is_since(change.since) && later.is_since(change.since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::{TunnelForm, Tunnels};
    use crate::network::address::Family;

    #[test]
    fn an_upgrade_changes_what_lies_between_its_releases() {
        let changed = |from, to| {
            let changes = Release::v2(from).changed_defaults_until(Release::v2(to));
            changes.map(|change| change.what).collect::<Vec<_>>()
        };
        assert_eq!(changed(18, 19), ["Calico's tunnel", "Calico's backend"]);
        assert_eq!(changed(23, 27), [""; 0]);
        assert_eq!(changed(7, 31).len(), CHANGED_DEFAULTS.len());
        assert_eq!(changed(31, 7), [""; 0]);
    }

    #[test]
    fn the_table_agrees_with_what_each_release_does() {
        let change = |what: &str| CHANGED_DEFAULTS.iter().find(|change| change.what == what).unwrap();
        let around = |what: &str| [change(what).since - 1, change(what).since].map(Release::v2);
        let [before, after] = around("the container runtime");
        assert_eq!((before.container_manager(), after.container_manager()), ("docker", "containerd"));
        let [before, after] = around("where Calico keeps its state");
        assert_eq!((before.calico_datastore(), after.calico_datastore()), ("etcd", "kdd"));
        let [before, after] = around("the size of Calico's blocks of IPv4");
        assert_eq!([before, after].map(|release| release.block_prefix(Family::Ipv4, 24)), [24, 26]);
        let [before, after] = around("the size of Calico's blocks of IPv6");
        assert_eq!([before, after].map(|release| release.block_prefix(Family::Ipv6, 120)), [116, 122]);
        let [before, after] = around("Calico's tunnel");
        let forms = [before, after].map(|release| release.encapsulation(Cni::Calico));
        assert_eq!(forms, [TunnelForm::Ipip, TunnelForm::Vxlan].map(Tunnels::always));
    }

    #[test]
    fn what_pins_a_default_is_read_by_the_release_that_changed_it() {
        for change in CHANGED_DEFAULTS {
            let release = Release::v2(change.since);
            for name in change.pins.iter().map(|(name, _)| name).chain(change.decided_by) {
                assert!(release.fate_of(name).is_none() && release.is_before(name).is_none(), "{name}");
            }
        }
    }
}
