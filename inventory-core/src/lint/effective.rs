//! Variables as they take effect: what somebody wrote, or the default that nobody wrote.

use std::fmt::Display;

use super::finding::{Finding, Label, Place};
use super::model::{Assignment, Scope, Told};
use super::view::{Part, View};
use crate::inventory::Value;
use crate::network::layer::Cni;

/// A variable that counts for the cluster's nodes, told or not.
#[derive(Debug, Clone)]
pub struct Effective<'a, T> {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: T,
    /// Where it is told. `None`: nowhere, and the value is the release's default.
    pub told: Option<Told<'a>>,
}

impl<T: Display> Effective<'_, T> {
    /// Where it is told.
    pub fn place(&self) -> Option<Place> {
        self.told.as_ref().map(Told::place)
    }

    /// Says in a finding where the value is from: as a place, or as a default.
    pub fn explain(&self, finding: Finding, view: &View<'_>) -> Finding {
        let Self { name, value, .. } = self;
        if let Some(place) = self.place() {
            return finding.related(Label::new(place, format!("{name} is {value}")));
        }
        finding.note(format!("{name} is {value}, {}", view.default_of_kubespray()))
    }
}

impl<'a> View<'a> {
    /// A text that counts for the nodes, or its default. `None`: it is not to be known, or not the same for all.
    pub fn effective_text(&self, name: &'static str, default: &str) -> Option<Effective<'a, String>> {
        self.effective_of_all(name, default.to_owned(), text)
    }

    /// A text that counts for the hosts of etcd: for the first of them, and where they are not known for the nodes.
    pub fn effective_text_of_etcd(&self, name: &'static str, default: &str) -> Option<Effective<'a, String>> {
        let hosts = self.hosts_of(Part::Etcd);
        let own = hosts.first().map(|host| self.variables.of_host(host));
        self.effective(own.as_ref().unwrap_or_else(|| self.nodes()), name, default.to_owned(), text)
    }

    /// A truth that counts for the nodes, in any of the words of Ansible's filter `bool`, or its default. `None`: it is
    /// not to be known, not the same for all, or no such word.
    pub fn effective_truth(&self, name: &'static str, default: bool) -> Option<Effective<'a, bool>> {
        self.effective_of_all(name, default, truth)
    }

    /// Whether a truth that counts for the nodes is known, and this one.
    pub fn is_certainly(&self, name: &'static str, expected: bool, default: bool) -> bool {
        self.effective_truth(name, default).is_some_and(|truth| truth.value == expected)
    }

    /// The CNI that kubespray installs. `None`: the word for it is not to be known, or none of the release's.
    pub fn cni(&self) -> Option<Cni> {
        self.release.cni_of_plugin(&self.effective_text("kube_network_plugin", "calico")?.value)
    }

    /// Whether Cilium runs, for certain: as the CNI, or beside it for its work as kube-proxy.
    pub fn has_cilium(&self) -> bool {
        self.cni() == Some(Cni::Cilium) || self.is_certainly("cilium_deploy_additionally", true, false)
    }

    /// Whether kubespray's checks of settings stop the run: `ignore_assert_errors` is not, or not certainly, set.
    pub fn has_assertions(&self) -> bool {
        self.is_certainly("ignore_assert_errors", false, false)
    }

    /// What counts for the nodes, as long as the first control plane has the same: kubespray asks there for the most part,
    /// and `group_vars/kube_control_plane.yml` may say what no other node hears.
    fn effective_of_all<T: Clone + PartialEq>(
        &self,
        name: &'static str,
        default: T,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Option<Effective<'a, T>> {
        // One outside the cluster's group does not hear what the group is told.
        let mut control_planes = self.hosts_of(Part::ControlPlane).into_iter();
        let control_plane = control_planes.find(|host| self.members().contains(host));
        let theirs = self.each_node().iter().find(|(host, _)| Some(*host) == control_plane).map(|(_, scope)| scope);
        let place = |scope: &Scope<'_, 'a>| scope.get(name).map(Assignment::place);
        let is_written_once = theirs.is_none_or(|theirs| place(theirs) == place(self.nodes()));
        let ours = self.effective(self.nodes(), name, default.clone(), &read)?;
        if is_written_once {
            return Some(ours);
        }
        let theirs = self.effective(theirs?, name, default, &read)?;
        (theirs.value == ours.value).then_some(ours)
    }

    fn effective<T>(
        &self,
        scope: &Scope<'_, 'a>,
        name: &'static str,
        default: T,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Option<Effective<'a, T>> {
        if scope.find(&[name]).is_none() {
            return Some(Effective { name, value: default, told: None });
        }
        let (value, told) = self.value(scope, &[name])?;
        Some(Effective { name, value: read(&value)?, told: Some(told) })
    }
}

/// A value as text, as long as it is one value.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::List(_) | Value::Map(_) => None,
        value => Some(value.to_plain_text().trim().to_owned()),
    }
}

/// A value as Ansible's filter `bool` reads it, as long as it is one of the filter's words.
pub(super) fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::List(_) | Value::Map(_) | Value::Null => None,
        value => match value.to_plain_text().trim().to_lowercase().as_str() {
            "true" | "yes" | "on" | "1" | "y" | "t" | "1.0" => Some(true),
            "false" | "no" | "off" | "0" | "n" | "f" | "0.0" => Some(false),
            _ => None,
        },
    }
}
