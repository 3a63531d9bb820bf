//! Settings in the making.

use std::path::PathBuf;

use super::Settings;
use crate::inventory::Value;
use crate::kubespray::Release;
use crate::network::address::Network;
use crate::plan::{Choice, NetworkPlan, Why};
use crate::vars::merge::{Absent, Setting};
use crate::vars::reason;
use crate::vars::tree::{Occurrence, Owner, Reading, VarsTree};

/// The variables that kubespray reckons with, or that count only when they are numbers.
const NUMBERS: [&str; 4] =
    ["kube_network_node_prefix", "kube_network_node_prefix_ipv6", "calico_mtu", "calico_veth_mtu"];

/// A file of the sample inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum File {
    Cluster,
    Calico,
    Cilium,
    Flannel,
    KubeOvn,
    Weave,
    Addons,
    All,
    Docker,
}

impl File {
    /// Its group and its path, as the sample of a release has them.
    fn place(self, release: Release) -> (&'static str, PathBuf) {
        let cluster = release.cluster_group();
        let (group, file) = match self {
            Self::Cluster => (cluster, "k8s-cluster.yml"),
            Self::Calico => (cluster, "k8s-net-calico.yml"),
            Self::Cilium => (cluster, "k8s-net-cilium.yml"),
            Self::Flannel => (cluster, "k8s-net-flannel.yml"),
            Self::KubeOvn => (cluster, "k8s-net-kube-ovn.yml"),
            Self::Weave => (cluster, "k8s-net-weave.yml"),
            Self::Addons => (cluster, "addons.yml"),
            Self::All => ("all", "all.yml"),
            Self::Docker => ("all", "docker.yml"),
        };
        (group, ["group_vars", group, file].iter().collect())
    }
}

/// Settings in the making, with what they are made from.
pub(super) struct Draft<'a> {
    pub(super) release: Release,
    pub(super) plan: &'a NetworkPlan,
    tree: &'a VarsTree,
    made: Settings,
}

impl<'a> Draft<'a> {
    pub(super) fn new(release: Release, plan: &'a NetworkPlan, tree: &'a VarsTree) -> Self {
        Self { release, plan, tree, made: Settings::default() }
    }

    pub(super) fn finish(self) -> Settings {
        self.made
    }

    /// Something to be done beside the variables, once.
    pub(super) fn note(&mut self, note: String) {
        if !self.made.notes.contains(&note) {
            self.made.notes.push(note);
        }
    }

    /// A variable that must stand there.
    pub(super) fn write(&mut self, file: File, path: &[&str], value: Value, why: &str) {
        self.set(file, path, value, why, Absent::Write);
    }

    /// A variable whose default is the value: it is only corrected.
    pub(super) fn correct(&mut self, file: File, path: &[&str], value: Value, why: &str) {
        self.set(file, path, value, why, Absent::Leave);
    }

    /// A variable that must stand there unless the value is the default and nobody asked for it.
    pub(super) fn choose<T>(
        &mut self,
        file: File,
        name: &str,
        choice: &Choice<T>,
        value: impl Into<Scalar>,
        default: impl Into<Scalar>,
    ) {
        let (value, default) = (value.into().0, default.into().0);
        // What is kept stands there already, or is the default.
        let is_asked_for = choice.is_written && !matches!(choice.why, Why::Kept(_));
        let absent = if is_asked_for || value != default { Absent::Write } else { Absent::Leave };
        let why = reason::of(choice, &self.plan.levels);
        self.set(file, &[name], value, &why, absent);
    }

    fn set(&mut self, file: File, path: &[&str], value: Value, why: &str, absent: Absent) {
        let (group, file) = file.place(self.release);
        // What somebody keeps in the other of the two places is changed there, instead of shadowed from here.
        let elsewhere = path.first().and_then(|name| self.owner_of(name));
        let owner = elsewhere.unwrap_or_else(|| Owner::Group(group.to_owned()));
        let value = self.in_its_own_form(path, value);
        let is_text = self.stands_there_as_text(path, &value);
        let why = if is_text { "kubespray needs a number here, and text stood here" } else { why };
        let path: Vec<String> = path.iter().map(|&key| key.to_owned()).collect();
        // Two may want the same: MetalLB and kube-vip strict ARP.
        if self.made.settings.iter().any(|made| made.path == path && made.value == value) {
            return;
        }
        self.made.settings.push(Setting { file, owner, path, value, reason: reason::one_line(why), absent });
    }

    /// Whether a number stands there as text, where kubespray takes only numbers.
    fn stands_there_as_text(&self, path: &[&str], value: &Value) -> bool {
        let Value::Int(number) = value else { return false };
        let now = self.now(path).map(|now| now.reading);
        matches!(now, Some(Reading::Plain(Value::Text(there))) if there.content.trim() == number.to_string())
    }

    /// The value as it stands there, where that comes to the same: a netmask for a prefix length, a number in quotes.
    fn in_its_own_form(&self, path: &[&str], value: Value) -> Value {
        let Some(Occurrence { reading: Reading::Plain(Value::Text(there)), .. }) = self.now(path) else { return value };
        let is_same = match &value {
            Value::Text(text) => {
                let [there, wanted] = [&there, text].map(|text| text.content.parse::<Network>().ok());
                there.is_some() && there == wanted
            }
            Value::Int(number) => !path.iter().any(|key| NUMBERS.contains(key)) && there.content == number.to_string(),
            _ => false,
        };
        if is_same { Value::Text(there) } else { value }
    }

    /// Which of the cluster's group and `all` has a variable; the cluster's counts where both do.
    fn owner_of(&self, name: &str) -> Option<Owner> {
        let path = [name.to_owned()];
        let groups = [self.release.cluster_group(), "all"].map(|group| Owner::Group(group.to_owned()));
        groups.into_iter().find(|owner| self.tree.value(owner, &path).is_some())
    }

    /// Whether somebody has switched something on. What only Ansible can read is not counted.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.now(&[name]).is_some_and(|now| now.reading == Reading::Plain(Value::Bool(true)))
    }

    /// What the variables of the cluster's nodes have now.
    pub(super) fn now(&self, path: &[&str]) -> Option<Occurrence> {
        let owner = path.first().and_then(|name| self.owner_of(name))?;
        let path: Vec<String> = path.iter().map(|&key| key.to_owned()).collect();
        self.tree.value(&owner, &path)
    }
}

/// A value without others in it.
pub(super) struct Scalar(pub(super) Value);

impl From<&str> for Scalar {
    fn from(text: &str) -> Self {
        Self(Value::user(text))
    }
}

impl From<String> for Scalar {
    fn from(text: String) -> Self {
        Self(Value::user(text))
    }
}

impl From<bool> for Scalar {
    fn from(value: bool) -> Self {
        Self(Value::Bool(value))
    }
}

impl From<u32> for Scalar {
    fn from(number: u32) -> Self {
        Self(Value::Int(number.into()))
    }
}

impl From<u16> for Scalar {
    fn from(number: u16) -> Self {
        u32::from(number).into()
    }
}

impl From<u8> for Scalar {
    fn from(number: u8) -> Self {
        u32::from(number).into()
    }
}
