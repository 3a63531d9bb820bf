//! The inventory that Vagrant's Ansible provisioner leaves behind.
//!
//! Vagrant writes it without escaping anything: a `#` in a value ends the line for Ansible, a list with a blank in it or
//! a quote in a path makes the whole file unreadable to it. What Ansible reads is read as Ansible reads it; where it
//! would refuse the file, what is sound before the fault is still evidence, and the rest of that line is none.

use std::net::IpAddr;

use indexmap::{IndexMap, IndexSet};
use inventory_core::ansible::{self, Inventory, read_ini};
use inventory_core::yaml::Source;

use crate::answers::TextFile;

/// More faults than this, and nothing of the file is read.
const MOST_FAULTS: usize = 200;

/// Each fault means that the file is read once more from its beginning: no more bytes than this in all.
const MOST_READ: usize = 64 << 20;

/// What the file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Generated {
    /// The machines with a line of their own, in its order.
    pub(super) hosts: IndexMap<String, GeneratedHost>,
    /// The machines that Vagrant itself missed when it wrote the file.
    pub(super) missing: IndexSet<String>,
    /// What Ansible would refuse, a sentence each.
    pub(super) faults: Vec<String>,
}

/// What the file says of one machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct GeneratedHost {
    pub(super) address: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) user: Option<String>,
    pub(super) key: Option<String>,
    pub(super) is_winrm: bool,
    /// kubespray's `ip`, which the Vagrantfile's `host_vars` give.
    pub(super) ip: Option<IpAddr>,
    /// The groups it is written into, without those above them.
    pub(super) groups: Vec<String>,
}

/// Reads the file.
pub(super) fn read(file: &TextFile) -> Generated {
    let missing = file.text.lines().filter_map(missing).map(str::to_owned).collect();
    let (inventory, faults) = sound(file);
    let mut hosts: IndexMap<String, GeneratedHost> = inventory
        .hosts
        .iter()
        .filter(|(_, host)| !host.vars.is_empty())
        .map(|(name, host)| (name.clone(), of_host(host)))
        .collect();
    for (name, group) in inventory.groups.iter().filter(|(name, _)| !matches!(name.as_str(), "all" | "ungrouped")) {
        for member in group.hosts.keys() {
            if let Some(host) = hosts.get_mut(member) {
                host.groups.push(name.clone());
            }
        }
    }
    Generated { hosts, missing, faults }
}

/// `# MISSING: 'NAME' machine was probably removed without using Vagrant.`
fn missing(line: &str) -> Option<&str> {
    line.trim().strip_prefix("# MISSING: '")?.split_once('\'').map(|(name, _)| name)
}

fn of_host(host: &ansible::Host) -> GeneratedHost {
    // Ansible still knows the old names, and the compatibility mode of Vagrant's writes them.
    let text = |names: &[&str]| {
        let value = names.iter().find_map(|name| host.vars.get(*name))?;
        Some(value.value.to_plain_text()).filter(|text| !text.is_empty())
    };
    GeneratedHost {
        address: text(&["ansible_ssh_host", "ansible_host"]),
        port: text(&["ansible_ssh_port", "ansible_port"]).and_then(|port| port.parse().ok()),
        user: text(&["ansible_ssh_user", "ansible_user"]),
        key: text(&["ansible_ssh_private_key_file", "ansible_private_key_file"]),
        is_winrm: text(&["ansible_connection"]).as_deref() == Some("winrm"),
        ip: text(&["ip"]).and_then(|ip| ip.parse().ok()),
        groups: Vec::new(),
    }
}

/// What is sound of the file, and what is not.
fn sound(file: &TextFile) -> (Inventory, Vec<String>) {
    let mut faults = Vec::new();
    let most = (MOST_READ / file.text.len().max(1)).clamp(1, MOST_FAULTS);
    let mut lines: Vec<String> = file.text.lines().map(str::to_owned).collect();
    // What Ansible takes for a part of the first line is none of Vagrant's.
    if let Some(first) = lines.first_mut() {
        *first = first.trim_start_matches('\u{feff}').to_owned();
    }
    loop {
        let error = match read_ini(&Source::new(&file.path, lines.join("\n"))) {
            Ok(inventory) => return (inventory, faults),
            Err(error) => error,
        };
        let place = error.location();
        let position = place.line.saturating_sub(1);
        let Some(line) = lines.get_mut(position).filter(|line| !line.is_empty() && faults.len() < most) else {
            faults.push(format!("{} is not read: {error}", file.path.display()));
            return (empty(), faults);
        };
        faults.push(format!("{}:{}: Ansible would refuse the whole file: {error}", file.path.display(), place.line));
        *line = before_fault(line, place.column.saturating_sub(1)).to_owned();
    }
}

/// The words of a host's line before the one with the fault; nothing of a line that is not a host's.
fn before_fault(line: &str, characters: usize) -> &str {
    let byte = line.char_indices().nth(characters).map_or(line.len(), |(byte, _)| byte);
    // The blank before the word with the fault; one inside quotes makes the rest another fault, and the next round ends
    // before that.
    let end = line[..byte].rfind(char::is_whitespace).unwrap_or(0);
    let kept = line[..end].trim_end();
    if line.trim_start().starts_with('[') { "" } else { kept }
}

fn empty() -> Inventory {
    Inventory { format: ansible::Format::Ini, groups: IndexMap::new(), hosts: IndexMap::new(), skipped: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAPTURED: &str = include_str!("../../tests/recordings/1-up/vagrant_ansible_inventory");

    fn read_text(text: &str) -> Generated {
        read(&TextFile { path: "inv".into(), text: text.to_owned() })
    }

    #[test]
    fn what_the_provisioner_left_is_read_as_ansible_reads_it() {
        let generated = read_text(CAPTURED);
        assert_eq!(generated.faults, Vec::<String>::new());
        assert_eq!(generated.hosts.keys().collect::<Vec<_>>(), ["master", "minion1", "minion2"]);
        insta::assert_debug_snapshot!(generated.hosts["minion1"], @r#"
        GeneratedHost {
            address: Some(
                "192.168.121.169",
            ),
            port: Some(
                22,
            ),
            user: Some(
                "vagrant",
            ),
            key: Some(
                "/home/user/lab/vproj/.vagrant/machines/minion1/libvirt/private_key",
            ),
            is_winrm: false,
            ip: Some(
                192.168.160.11,
            ),
            groups: [
                "kube_node",
                "ranged",
            ],
        }
        "#);
        assert_eq!(generated.hosts["master"].ip, Some("192.168.160.10".parse().unwrap()));
        assert_eq!(generated.hosts["master"].groups, ["kube_control_plane", "etcd"]);
    }

    #[test]
    fn what_ansible_would_refuse_is_read_up_to_the_fault_and_named() {
        let generated = read_text(
            "a ansible_host=10.0.0.1 ansible_port=22 ansible_user='vagrant' \
             ansible_ssh_private_key_file='/home/o'brien/key' ip=10.1.0.1\n\
             b ansible_host=10.0.0.2 ip=10.1.0.2 list=[\"x\", \"y\"] after=1\n\
             c ansible_host=10.0.0.3 ip=10.1.0.3\n[g]\na\nb\nc\n[h:children]\nnobody\n",
        );
        insta::assert_snapshot!(generated.faults.join("\n"), @"
        inv:1: Ansible would refuse the whole file: a quote is opened here and never closed
        inv:2: Ansible would refuse the whole file: `y]` after a host is no variable: expected `name=value`
        inv:9: Ansible would refuse the whole file: `nobody`, a child of `h`, is defined nowhere
        ");
        let of = |name: &str| &generated.hosts[name];
        assert_eq!((of("a").address.as_deref(), of("a").user.as_deref()), (Some("10.0.0.1"), Some("vagrant")));
        assert_eq!((&of("a").key, of("a").ip), (&None, None));
        assert_eq!(of("b").ip, Some("10.1.0.2".parse().unwrap()));
        assert_eq!(of("c").ip, Some("10.1.0.3".parse().unwrap()));
        assert!(["a", "b", "c"].iter().all(|name| of(name).groups == ["g"]));
    }

    #[test]
    fn a_huge_file_full_of_faults_is_given_up() {
        let line = format!("a ansible_host=10.0.0.1 fault {}\n", "x".repeat(1 << 10));
        let generated = read_text(&line.repeat(12 << 10));
        assert_eq!((generated.hosts.len(), generated.faults.len()), (0, 6));
        assert!(generated.faults[5].contains("is not read"), "{}", generated.faults[5]);
    }

    #[test]
    fn old_names_windows_and_missing_machines_are_known() {
        // The forms are those of plugins/provisioners/ansible/provisioner/host.rb of Vagrant 2.4; not recorded.
        let generated = read_text(
            "old ansible_ssh_host=127.0.0.1 ansible_ssh_port=2222 ansible_ssh_user='vagrant' ansible_ssh_private_key_file='/k'\r\n\
             win ansible_connection=winrm ansible_host=127.0.0.1 ansible_port=55985 ansible_user='vagrant'\r\n\
             # MISSING: 'gone' machine was probably removed without using Vagrant. This machine should be recreated.\r\n",
        );
        let old = &generated.hosts["old"];
        assert_eq!((old.address.as_deref(), old.port, old.key.as_deref()), (Some("127.0.0.1"), Some(2222), Some("/k")));
        assert!(generated.hosts["win"].is_winrm);
        assert!(generated.missing.contains("gone"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_to_its_end(text in "[ \\[\\]a-c=:'\"#\n{}1\u{e9}]{0,120}") {
            read_text(&text);
        }
    }
}
