//! The variables of kubespray through its releases: when each came, what it holds, when it went and what came instead.
//!
//! The facts are tables, and every line of them is established; what is not, is not there. Sources, by the letters
//! that the tables use:
//!
//! * **W** the words of the tags: the first and the last `v2.x.0` with the name anywhere below `roles/` or `inventory/`,
//!   counted over every one of them from v2.2.0. A name that is not there cannot be read, so that W bounds from both
//!   sides. What a patch release brought ahead of the next minor version is not counted, as nowhere in [`super`].
//! * **S** the sample inventories of the releases.
//! * **A** an assertion of the roles, which names the variable.
//! * **#n** the pull request or issue `kubernetes-sigs/kubespray#n`.
//! * **N** the release notes.

mod addons;
mod cluster;
mod cnis;
mod families;

use std::collections::HashMap;
use std::sync::OnceLock;

use super::Release;
use crate::network::layer::Cni;

/// A variable of kubespray.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// The minor number of the first 2.x release that has it. `None`: not established.
    pub first: Option<u16>,
    /// What it holds. `None`: not established.
    pub sort: Option<ValueSort>,
    /// The CNI that it is for: with another one nobody looks at it, the assertions neither.
    pub cni: Option<Cni>,
    /// Whether the releases that read it take it for false where nobody writes it, so that a false one may go.
    pub is_off_unless_written: bool,
    /// What has become of it, oldest first. Empty: every release from the first on reads it.
    pub changes: &'static [Change],
}

/// What a variable holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueSort {
    /// A network: `10.233.64.0/18`.
    Network,
    /// Networks: a list, or one text with commas.
    Networks,
    /// An address.
    Address,
    /// Addresses: a list, or one text with commas.
    Addresses,
    /// Exact ranges or networks, as a list: `10.5.0.50-10.5.0.99`.
    Ranges,
    /// A whole number: a prefix length, a count.
    Number,
    /// An MTU in bytes.
    Mtu,
    /// True or false.
    Boolean,
    /// One word of a few.
    Word,
    /// Any other text.
    Text,
    /// A list of something else.
    List,
    /// A map.
    Map,
}

/// How a release takes a variable that earlier ones read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It still works, with a warning.
    Deprecated,
    /// Nothing reads it, and nobody says so.
    Ignored,
    /// An assertion stops the run where it is set.
    Refused,
}

/// What has become of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The minor number of the 2.x release that began with it.
    pub since: u16,
    /// How it is taken from there on.
    pub standing: Standing,
    /// What to write instead.
    pub instead: Replacement,
}

/// What to write instead of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replacement {
    /// A variable that takes the same value.
    Variable(&'static str),
    /// Something else, in a sentence without its full stop.
    Advice(&'static str),
    /// Nothing, and why, in a sentence without its full stop.
    Nothing(&'static str),
}

impl Replacement {
    /// What to do about it, as a sentence without its full stop.
    pub fn advice(self) -> String {
        match self {
            Self::Variable(name) => format!("write `{name}` instead"),
            Self::Advice(advice) | Self::Nothing(advice) => advice.to_owned(),
        }
    }
}

impl Variable {
    const fn new(name: &'static str, sort: ValueSort) -> Self {
        Self { name, first: None, sort: Some(sort), cni: None, is_off_unless_written: false, changes: &[] }
    }

    /// A variable that is only there to say what became of it.
    const fn gone(name: &'static str, changes: &'static [Change]) -> Self {
        Self { name, first: None, sort: None, cni: None, is_off_unless_written: false, changes }
    }

    const fn since(self, minor: u16) -> Self {
        Self { first: Some(minor), ..self }
    }

    const fn of(self, cni: Cni) -> Self {
        Self { cni: Some(cni), ..self }
    }

    const fn off_unless_written(self) -> Self {
        Self { is_off_unless_written: true, ..self }
    }

    const fn changed(self, changes: &'static [Change]) -> Self {
        Self { changes, ..self }
    }
}

const fn deprecated(since: u16, instead: Replacement) -> Change {
    Change { since, standing: Standing::Deprecated, instead }
}

const fn ignored(since: u16, instead: Replacement) -> Change {
    Change { since, standing: Standing::Ignored, instead }
}

const fn refused(since: u16, instead: Replacement) -> Change {
    Change { since, standing: Standing::Refused, instead }
}

/// Every variable with facts of its own.
pub fn variables() -> impl Iterator<Item = &'static Variable> {
    [cluster::VARIABLES, cnis::VARIABLES, addons::VARIABLES].into_iter().flatten()
}

/// What is known of a variable by its own name.
pub fn variable(name: &str) -> Option<&'static Variable> {
    static BY_NAME: OnceLock<HashMap<&'static str, &'static Variable>> = OnceLock::new();
    BY_NAME.get_or_init(|| variables().map(|variable| (variable.name, variable)).collect()).get(name).copied()
}

impl Release {
    /// What has become of a variable by this release. `None`: it reads the variable, or nothing is known of it.
    ///
    /// ```
    /// use inventory_core::kubespray::Release;
    /// use inventory_core::kubespray::history::{Replacement, Standing};
    ///
    /// let release = |text: &str| Release::of(Some(text.parse().expect("a version")));
    /// let change = release("v2.22.0").fate_of("metallb_ip_range").expect("it went with v2.22");
    /// assert_eq!((change.since, change.standing), (22, Standing::Ignored));
    /// assert!(release("v2.21.0").fate_of("metallb_ip_range").is_none());
    /// ```
    pub fn fate_of(self, name: &str) -> Option<&'static Change> {
        let changes = variable(name).map(|variable| variable.changes).filter(|changes| !changes.is_empty());
        let changes = changes.or_else(|| families::changes(name))?;
        changes.iter().rfind(|change| self.is_since(change.since))
    }

    /// The minor number of the later release that was the first to have a variable. `None`: this release has it, or
    /// nothing is known of it.
    pub fn is_before(self, name: &str) -> Option<u16> {
        variable(name)?.first.filter(|first| !self.is_since(*first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fate(minor: u16, name: &str) -> Option<Standing> {
        Release::v2(minor).fate_of(name).map(|change| change.standing)
    }

    #[test]
    fn every_name_stands_once_and_changes_follow_each_other() {
        let mut names = std::collections::HashSet::new();
        for variable in variables() {
            assert!(names.insert(variable.name), "{} stands twice", variable.name);
            let sinces: Vec<u16> = variable.changes.iter().map(|change| change.since).collect();
            assert!(sinces.is_sorted_by(|a, b| a < b), "{}: {sinces:?}", variable.name);
            let first = variable.first.unwrap_or_default();
            assert!(sinces.first().is_none_or(|since| *since > first), "{} went before it came", variable.name);
        }
    }

    #[test]
    fn a_replacement_by_name_is_read_by_the_releases_that_ask_for_it() {
        for variable in variables() {
            for change in variable.changes {
                let Replacement::Variable(name) = change.instead else { continue };
                let release = Release::v2(change.since);
                assert_eq!(release.fate_of(name), None, "{} → {name}", variable.name);
                assert_eq!(release.is_before(name), None, "{} → {name}", variable.name);
            }
        }
    }

    #[test]
    fn a_variable_can_go_in_steps() {
        let steps = [18, 19, 27, 28, 29, 31].map(|minor| fate(minor, "etcd_kubeadm_enabled"));
        let (deprecated, ignored) = (Some(Standing::Deprecated), Some(Standing::Ignored));
        assert_eq!(steps, [None, deprecated, deprecated, Some(Standing::Refused), ignored, ignored]);
    }

    #[test]
    fn what_went_is_refused_or_ignored_from_its_release_on() {
        for (name, since, standing) in [
            ("ipip", 19, Standing::Refused),
            ("ipip_mode", 19, Standing::Refused),
            ("metallb_ip_range", 22, Standing::Ignored),
            ("enable_dual_stack_networks", 28, Standing::Deprecated),
            ("kubelet_static_pod_path", 31, Standing::Refused),
            ("eviction_hard_control_plane", 27, Standing::Ignored),
            ("dnsmasq_dns_server", 9, Standing::Ignored),
            ("dnsmasq_upstream_dns_servers", 9, Standing::Ignored),
            ("weave_password", 29, Standing::Ignored),
            ("weave_mtu", 29, Standing::Ignored),
            ("canal_iface", 22, Standing::Ignored),
            ("contiv_net_mode", 15, Standing::Ignored),
            ("kube_users", 15, Standing::Ignored),
            ("kubeadm_control_plane", 15, Standing::Ignored),
            ("kubelet_deployment_type", 15, Standing::Ignored),
            ("helm_deployment_type", 15, Standing::Ignored),
            ("ingress_ambassador_enabled", 18, Standing::Ignored),
            ("dynamic_kubelet_configuration_dir", 20, Standing::Ignored),
            ("kube_apiserver_insecure_port", 20, Standing::Ignored),
            ("containerd_registries", 23, Standing::Ignored),
            ("podsecuritypolicy_enabled", 24, Standing::Ignored),
            ("cephfs_provisioner_enabled", 28, Standing::Ignored),
            ("rbd_provisioner_enabled", 28, Standing::Ignored),
            ("krew_root_dir", 28, Standing::Ignored),
            ("deploy_netchecker", 31, Standing::Ignored),
            ("ingress_nginx_enabled", 31, Standing::Ignored),
        ] {
            assert_eq!((fate(since - 1, name), fate(since, name)), (None, Some(standing)), "{name}");
        }
        assert!(["kube_pods_subnet", "peers", "weave", "my_own"].iter().all(|name| fate(31, name).is_none()));
    }

    #[test]
    fn a_variable_is_unknown_to_the_releases_before_it() {
        assert_eq!(Release::v2(21).is_before("metallb_config"), Some(22));
        assert_eq!(Release::v2(22).is_before("metallb_config"), None);
        assert_eq!(Release::v2(7).is_before("my_own"), None);
    }
}
