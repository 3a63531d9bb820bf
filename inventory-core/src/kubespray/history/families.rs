//! Variables that went together, with the thing that they were for.

use super::{Change, Replacement, ignored};

/// Every variable whose name begins like this.
struct Prefix {
    prefix: &'static str,
    changes: &'static [Change],
}

/// What went as a whole. W, and the samples of the releases before and after; `dnsmasq_`: N of v2.9, "Remove `KubeDNS`
/// and `DNSmasq` support" (#4370); `weave_`: N of v2.28; `ingress_nginx_`: N of v2.31 (#12767).
const PREFIXES: [Prefix; 5] = [
    Prefix {
        prefix: "dnsmasq_",
        changes: &[ignored(9, Replacement::Nothing("kubespray installs no dnsmasq any more: remove it"))],
    },
    Prefix {
        prefix: "contiv_",
        changes: &[ignored(15, Replacement::Nothing("kubespray has no Contiv any more: remove it"))],
    },
    Prefix {
        prefix: "canal_",
        changes: &[ignored(22, Replacement::Nothing("kubespray has no Canal any more: remove it"))],
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
