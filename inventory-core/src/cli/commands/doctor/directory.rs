//! What lies beside the cluster file.

use std::fs;
use std::path::Path;

use super::{Finding, Place, program};
use crate::cli::session::Session;
use crate::cluster::{HostKeys, PLUGIN_PREFIX};
use crate::yaml::{self, Source};

/// Our binaries: a file of such a name in a directory on PATH is found in the binary's place.
const BINARIES: [&str; 4] = ["inv-kubevirt", "inv-libvirt", "inv-vagrant", "inv-static"];

/// What Ansible passes over in a directory of inventories, by the end of the name.
const PASSED_OVER: [&str; 13] =
    [".pyc", ".pyo", ".swp", ".bak", "~", ".rpm", ".md", ".txt", ".rst", ".orig", ".cfg", ".retry", ".ini"];

/// The largest neighbour that is looked into, in bytes. An inventory larger than that has been noticed.
const LARGEST: u64 = 1 << 20;

/// Checks the neighbours.
pub(super) fn check(place: &Place<'_>) -> Vec<Finding> {
    let mut findings = vec![name(place)];
    findings.extend(neighbours(place));
    findings.extend(envrc(place));
    findings
}

/// Whether the file, or one beside it, would be started in the binary's place.
fn name(place: &Place<'_>) -> Finding {
    let on_path = std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|directory| {
            // An empty entry is the current directory.
            let directory = if directory.as_os_str().is_empty() { Path::new(".").to_owned() } else { directory };
            fs::canonicalize(directory)
                .ok()
                .is_some_and(|directory| Some(directory) == fs::canonicalize(&place.directory).ok())
        })
    });
    let looping = BINARIES.iter().find(|binary| program::is_cluster_file(&place.directory.join(binary), binary));
    match looping {
        Some(binary) if on_path => Finding::wrong(
            format!(
                "{} is a cluster file called like its binary in a directory on PATH, so it would start itself for ever",
                place.directory.join(binary).display()
            ),
            "rename it, or take the directory off PATH",
        ),
        _ => Finding::fine(format!("{} cannot be mistaken for {} itself", place.path.display(), place.binary)),
    }
}

/// What Ansible would merge with the cluster when it is given the directory.
fn neighbours(place: &Place<'_>) -> Vec<Finding> {
    let shown = place.directory.display();
    let entries = match fs::read_dir(&place.directory) {
        Ok(entries) => entries,
        Err(error) => {
            return vec![Finding::unknown(format!("{shown} cannot be listed: {error}"), "give yourself the right to")];
        }
    };
    let own = place.absolute.file_name();
    let mut names: Vec<_> =
        entries.flatten().map(|entry| entry.file_name()).filter(|name| Some(name.as_os_str()) != own).collect();
    names.sort();
    let mut findings = Vec::new();
    for name in names {
        let text = name.to_string_lossy();
        if text.starts_with('.') || PASSED_OVER.iter().any(|end| text.ends_with(end)) {
            continue;
        }
        match kind(&place.directory.join(&name)) {
            Kind::Cluster => findings.push(Finding::wrong(
                format!(
                    "{text} beside {} is another cluster file; kubespray keeps credentials and artifacts by directory, \
                     and Ansible merges all of a directory",
                    place.path.display()
                ),
                "give each cluster a directory of its own",
            )),
            Kind::Inventory => findings.push(Finding::note(format!(
                "{text} beside {} is an inventory too: give Ansible the file, since of the directory it merges both",
                place.path.display()
            ))),
            Kind::Other => {}
        }
    }
    if findings.is_empty() {
        findings.push(Finding::fine(format!("{shown} holds no other inventory")));
    }
    findings
}

/// What a neighbour is to Ansible.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Cluster,
    Inventory,
    Other,
}

fn kind(path: &Path) -> Kind {
    if BINARIES.iter().any(|binary| program::is_cluster_file(path, binary)) {
        return Kind::Cluster;
    }
    if !fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() <= LARGEST) {
        return Kind::Other;
    }
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    if matches!(stem, "hosts" | "inventory") {
        return Kind::Inventory;
    }
    let Ok(source) = Source::read(path) else { return Kind::Other };
    let Some(root) = yaml::parse_one(&source).ok().and_then(|document| document.root) else { return Kind::Other };
    match root.get("plugin", &source).and_then(yaml::Node::raw) {
        Some(plugin) if plugin.starts_with(PLUGIN_PREFIX) => Kind::Cluster,
        // It adds groups to what others found, and is meant to be merged.
        Some("constructed" | "ansible.builtin.constructed") => Kind::Other,
        Some(_) => Kind::Inventory,
        None if root.get("all", &source).is_some() => Kind::Inventory,
        None => Kind::Other,
    }
}

/// Whether direnv makes Ansible strict here.
fn envrc(place: &Place<'_>) -> Option<Finding> {
    let path = place.directory.join(".envrc");
    let name = place.absolute.file_name()?.to_string_lossy();
    if !path.exists() {
        return Some(Finding::note(format!(
            "there is no .envrc beside {}; with direnv, the line `eval \"$(./{name} env)\"` in it makes Ansible strict",
            place.path.display()
        )));
    }
    let text = match Source::read(&path) {
        Ok(text) => text,
        Err(error) => {
            return Some(Finding::unknown(error.with_place(), error.hint().unwrap_or_default()));
        }
    };
    let runs_env = text.text().lines().map(str::trim_start).any(|line| {
        !line.starts_with('#') && line.contains("eval") && line.contains(name.as_ref()) && line.contains(" env")
    });
    Some(if runs_env {
        Finding::fine(format!("{} makes Ansible strict for whoever uses direnv", path.display()))
    } else {
        Finding::wrong(
            format!("{} does not run `{name} env`", path.display()),
            format!("add the line: eval \"$(./{name} env)\""),
        )
    })
}

/// Whether SSH can write down the keys it learns.
pub(super) fn known_hosts(session: &Session) -> Option<Finding> {
    if session.cluster.hosts.host_keys != Some(HostKeys::AcceptNew) {
        return None;
    }
    let directory = session.directory.join(".inv");
    let shown = directory.display();
    // What is made to find out is taken away again.
    let tried = if directory.is_dir() {
        let path = directory.join(format!(".doctor.{}", std::process::id()));
        fs::OpenOptions::new().write(true).create_new(true).open(&path).and_then(|_| fs::remove_file(&path))
    } else {
        fs::create_dir(&directory).and_then(|()| fs::remove_dir(&directory))
    };
    Some(match tried {
        Ok(()) => Finding::fine(format!("SSH can keep the keys of hosts in {shown}")),
        Err(error) => Finding::wrong(
            format!("`host_keys: accept-new` keeps the keys of hosts in {shown}, which cannot be written: {error}"),
            "give yourself the right to, or delete `host_keys`",
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_neighbour_is_known_by_what_is_in_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.yml");
        for (text, expected) in [
            ("#!/usr/bin/env inv-libvirt\nplugin: x\n", Kind::Cluster),
            ("plugin: kube_inventory.vms.static\n", Kind::Cluster),
            ("plugin: constructed\n", Kind::Other),
            ("plugin: kubevirt.core.kubevirt\n", Kind::Inventory),
            ("all:\n  hosts: {}\n", Kind::Inventory),
            ("- hosts: all\n", Kind::Other),
            ("{{{{", Kind::Other),
        ] {
            fs::write(&path, text).unwrap();
            assert_eq!(kind(&path), expected, "{text}");
        }
        assert_eq!(kind(directory.path()), Kind::Other);
    }
}
