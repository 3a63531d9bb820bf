//! Both Ansibles, which find our binary and use a cluster file as their inventory.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use ansible_referee::{Ansible, Session};

use crate::lab::Lab;

/// An Ansible that finds our binary, and Vagrant's files where the machines' maker has them.
fn session(ansible: Ansible) -> Session {
    let ours = Path::new(env!("CARGO_BIN_EXE_inv-vagrant")).parent().unwrap();
    let path = std::env::join_paths([ours, &ansible.bin(), Path::new("/usr/bin"), Path::new("/bin")]).unwrap();
    let home = std::env::var_os("VAGRANT_HOME").unwrap();
    ansible.session().env("PATH", path).env("VAGRANT_HOME", home).env("ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED", "1")
}

impl Lab {
    fn ansible(&self, session: &Session, program: &str, file: &str) -> Command {
        let mut command = session.command(program);
        command.current_dir(&self.project).args(["-i", file, "--timeout", "60"]);
        command
    }

    /// How `ansible -m ping` ends, host by host: `SUCCESS`, `UNREACHABLE!`.
    fn ping(&self, ansible: Ansible, file: &str, pattern: &str) -> BTreeMap<String, String> {
        let session = session(ansible);
        let output =
            self.ansible(&session, "ansible", file).args(["-m", "ping", "--one-line", pattern]).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        let results: BTreeMap<String, String> = text
            .lines()
            .filter_map(|line| {
                let (host, result) = line.split_once(" | ")?;
                Some((host.to_owned(), result.split([' ', '=']).next()?.to_owned()))
            })
            .collect();
        assert!(output.status.success() && !results.is_empty(), "{ansible:?}: {output:?}");
        results
    }

    /// That everybody in a cluster file answers both.
    pub(crate) fn pings(&self, file: &str, hosts: &[&str]) {
        self.pings_but(file, hosts, "all");
    }

    /// That everybody answers both, but one who is away.
    pub(crate) fn pings_without(&self, file: &str, hosts: &[&str], away: &str) {
        self.pings_but(file, hosts, &format!("all:!{away}"));
    }

    fn pings_but(&self, file: &str, hosts: &[&str], pattern: &str) {
        let expected: BTreeMap<_, _> = hosts.iter().map(|host| ((*host).to_owned(), "SUCCESS".to_owned())).collect();
        for ansible in Ansible::ALL {
            assert_eq!(self.ping(ansible, file, pattern), expected, "{ansible:?}");
        }
    }

    /// That a playbook does its one task on everybody, with both.
    pub(crate) fn plays(&self, file: &str, playbook: &str, hosts: &[&str]) {
        for ansible in Ansible::ALL {
            let session = session(ansible);
            let output = self.ansible(&session, "ansible-playbook", file).arg(playbook).output().unwrap();
            let text = String::from_utf8_lossy(&output.stdout);
            let recap: Vec<&str> = text.lines().filter(|line| line.contains(" : ok=")).collect();
            let good =
                |line: &&str| line.contains("ok=1 ") && line.contains("unreachable=0 ") && line.contains("failed=0 ");
            assert!(output.status.success() && recap.len() == hosts.len(), "{ansible:?}: {output:?}");
            assert!(recap.iter().all(good), "{text}");
            assert!(hosts.iter().all(|host| recap.iter().any(|line| line.starts_with(host))), "{text}");
        }
    }
}
