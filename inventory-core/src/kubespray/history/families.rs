//! Variables that went together, with the thing that they were for.

use super::{Change, Replacement, ignored};

/// Every variable whose name begins like this.
struct Prefix {
    prefix: &'static str,
    changes: &'static [Change],
}

/// What went as a whole. W, and the samples of the releases before and after; the others by what is named here:
/// `dnsmasq_`, N of v2.9, "Remove `KubeDNS` and `DNSmasq` support" (#4370); `ingress_ambassador_`, #8086, which came
/// between v2.17 and v2.18; `podsecuritypolicy_`, #10723 ("removes all manifests, variables and docs"), and S up to
/// v2.23; `cephfs_provisioner_`, #12113, and `rbd_provisioner_`, #12114, N of v2.28; `weave_`, N of v2.28;
/// `ingress_nginx_`, N of v2.31 (#12767).
const PREFIXES: &[Prefix] = &[
    Prefix {
        prefix: "dnsmasq_",
        changes: &[ignored(9, Replacement::Nothing("kubespray installs no dnsmasq any more: remove it"))],
    },
    Prefix {
        prefix: "contiv_",
        changes: &[ignored(15, Replacement::Nothing("kubespray has no Contiv any more: remove it"))],
    },
    Prefix {
        prefix: "ingress_ambassador_",
        changes: &[ignored(18, Replacement::Nothing("kubespray installs no Ambassador any more: remove it"))],
    },
    Prefix {
        prefix: "canal_",
        changes: &[ignored(22, Replacement::Nothing("kubespray has no Canal any more: remove it"))],
    },
    Prefix {
        prefix: "podsecuritypolicy_",
        changes: &[ignored(
            24,
            Replacement::Nothing(
                "Kubernetes has no PodSecurityPolicy since 1.25: remove it, and see Pod Security Admission",
            ),
        )],
    },
    Prefix {
        prefix: "cephfs_provisioner_",
        changes: &[ignored(28, Replacement::Nothing("kubespray installs no CephFS provisioner any more: remove it"))],
    },
    Prefix {
        prefix: "rbd_provisioner_",
        changes: &[ignored(28, Replacement::Nothing("kubespray installs no RBD provisioner any more: remove it"))],
    },
    Prefix {
        prefix: "weave_",
        changes: &[ignored(29, Replacement::Nothing("kubespray has no Weave any more: remove it"))],
    },
    Prefix {
        prefix: "ingress_nginx_",
        changes: &[ignored(31, Replacement::Nothing("kubespray installs no ingress-nginx any more: remove it"))],
    },
];

/// What has become of the variables that a name belongs to.
pub(super) fn changes(name: &str) -> Option<&'static [Change]> {
    PREFIXES.iter().find(|family| name.starts_with(family.prefix)).map(|family| family.changes)
}
