//! What a text looks like before anybody has parsed it, or when nobody can.

use std::net::IpAddr;
use std::path::Path;

use crate::cluster::{PLUGIN_PREFIX, SOURCES};

/// Groups that nothing but an inventory of kubespray's has.
const KUBESPRAYS: [&str; 10] = [
    "k8s_cluster",
    "k8s-cluster",
    "kube_control_plane",
    "kube_master",
    "kube-master",
    "kube_node",
    "kube-node",
    "kube_workers",
    "calico_rr",
    "calico-rr",
];

/// Groups that the playbooks of the hard way have, and that are words of other files as well.
const HARD_WAYS: [&str; 4] = ["controllers", "workers", "etcd", "load_balancers"];

/// Whether a group is kubespray's, and of nobody else.
pub(super) fn is_kubesprays(group: &str) -> bool {
    KUBESPRAYS.contains(&group)
}

/// Whether a group is one of kubespray's or of the hard way.
pub(super) fn is_known_group(group: &str) -> bool {
    is_kubesprays(group) || HARD_WAYS.contains(&group)
}

/// Whether the name of a group is in the text at all, so that it is worth parsing.
pub(super) fn mentions_known_group(text: &str) -> bool {
    KUBESPRAYS.iter().chain(&HARD_WAYS).any(|group| text.contains(group))
}

/// Whether a text is one of our cluster files: by its `plugin:`, or by who is to start it.
pub(crate) fn is_cluster_file(text: &str) -> bool {
    let is_ours = |line: &str| {
        let plugin = line.strip_prefix("plugin:").map(|value| value.trim_start().trim_start_matches(['"', '\'']));
        plugin.is_some_and(|plugin| plugin.starts_with(PLUGIN_PREFIX))
    };
    let starts_us = |line: &str| {
        let program = line.strip_prefix("#!").and_then(|command| command.split_ascii_whitespace().next_back());
        let program = program.and_then(|program| Path::new(program).file_name()?.to_str()?.strip_prefix("inv-"));
        program.is_some_and(|word| SOURCES.contains(&word))
    };
    text.lines().next().is_some_and(starts_us) || text.contains(PLUGIN_PREFIX) && text.lines().any(is_ours)
}

/// How much a text that cannot be parsed looks like an inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// Not at all.
    None,
    /// As many files do: it has sections, or a key `hosts`.
    Some,
    /// As nothing else does: a section of children, an address of a host.
    Much,
    /// It has a group of kubespray's.
    Kubespray,
}

impl Likeness {
    /// The likeness of a text.
    pub(super) fn of(text: &str) -> Self {
        if is_something_else(text) || is_etc_hosts(text) {
            return Self::None;
        }
        let has_all = text.lines().any(|line| line.trim_end() == "all:");
        text.lines().map(|line| Self::of_line(line, has_all)).max().unwrap_or(Self::None)
    }

    fn of_line(line: &str, has_all: bool) -> Self {
        let line = line.trim();
        if line.starts_with(['#', ';']) {
            return Self::None;
        }
        if let Some(section) = line.strip_prefix('[').and_then(|line| line.split(']').next()) {
            let (group, kind) = section.split_once(':').unwrap_or((section, ""));
            return match kind {
                _ if is_kubesprays(group) => Self::Kubespray,
                "children" | "vars" | "hosts" => Self::Much,
                _ => Self::Some,
            };
        }
        match line {
            _ if line.strip_suffix(':').is_some_and(is_kubesprays) => Self::Kubespray,
            _ if line.contains("ansible_host=") || line.starts_with("ansible_host:") => Self::Much,
            "hosts:" | "children:" if has_all => Self::Much,
            "hosts:" | "children:" | "all:" => Self::Some,
            _ => Self::None,
        }
    }
}

/// Kubernetes manifests, and templates of Helm and Jinja.
fn is_something_else(text: &str) -> bool {
    let is_templates = ["{{-", "{{ .", "{{.", "{{ include", "-}}"].iter().any(|mark| text.contains(mark));
    is_templates || text.lines().any(|line| line.starts_with("apiVersion:") || line.starts_with("{%"))
}

/// Whether every line is an address with names, as in `/etc/hosts`.
fn is_etc_hosts(text: &str) -> bool {
    let written = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let mut lines = text.lines().map(str::trim).filter(written).peekable();
    let is_entry = |line: &str| {
        let mut words = line.split_ascii_whitespace();
        let is_address = words.next().is_some_and(|word| word.parse::<IpAddr>().is_ok());
        is_address && words.next().is_some_and(|word| !word.contains('='))
    };
    lines.peek().is_some() && lines.all(is_entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_cannot_be_parsed_is_known_by_its_groups() {
        for (text, likeness) in [
            ("[kube_node]\nn1 x y\n", Likeness::Kubespray),
            ("all:\n  children:\n   kube_node:\n  hosts: [\n", Likeness::Kubespray),
            ("[db:vars]\nx\n", Likeness::Much),
            ("all:\n  hosts:\n    a: {{ x }}\n", Likeness::Much),
            ("[mypy]\nstrict = true\n", Likeness::Some),
            ("# [kube_node]\nFROM debian\n", Likeness::None),
            ("hosts:\n  - {{ .Values.host }}\n", Likeness::None),
            ("127.0.0.1 localhost\n::1 localhost ip6-localhost\n", Likeness::None),
            ("apiVersion: v1\nhosts:\n", Likeness::None),
        ] {
            assert_eq!(Likeness::of(text), likeness, "{text}");
        }
    }

    #[test]
    fn a_cluster_file_says_so() {
        assert!(is_cluster_file("# x\nplugin: 'kube_inventory.vms.static'\n"));
        assert!(is_cluster_file("#!/usr/bin/env inv-libvirt\nsource: {}\n"));
        assert!(!is_cluster_file("#!/usr/bin/env inv-lint\n"));
        assert!(!is_cluster_file("doc: |\n  plugin: kube_inventory.vms.static\n"));
    }
}
