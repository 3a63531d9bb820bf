//! Cluster files, and Ansible that plays them.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use ansible_referee::{Ansible, Outcome, Session};
use serde_json::Value;
use tempfile::TempDir;

use crate::run::{Run, directory};

/// A cluster file in a directory of its own.
pub(crate) struct Cluster {
    directory: TempDir,
    name: String,
}

impl Cluster {
    /// A file of that name, `lab.libvirt.yml`, with that text behind its first lines.
    pub(crate) fn new(text: &str) -> Self {
        Self::of("lab", &format!("#!/usr/bin/env inv-libvirt\nplugin: kube_inventory.vms.libvirt\n{text}"))
    }

    /// A whole cluster file.
    pub(crate) fn of(cluster: &str, text: &str) -> Self {
        let cluster = Self { directory: directory(), name: format!("{cluster}.libvirt.yml") };
        cluster.write(text);
        cluster
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join(&self.name)
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn text(&self) -> String {
        std::fs::read_to_string(self.path()).unwrap()
    }

    pub(crate) fn write(&self, text: &str) {
        std::fs::write(self.path(), text).unwrap();
        std::fs::set_permissions(self.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A run of our binary on it.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let path = self.path();
        let mut run = Run::new(&[&[path.to_str().unwrap()], arguments].concat());
        run.command.current_dir(self.directory.path());
        run
    }

    /// What it answers to `--list`.
    pub(crate) fn list(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.run(&[&["--list"], arguments].concat()).answer()).unwrap()
    }

    /// An Ansible that finds our binary.
    fn session(ansible: Ansible, variables: &[(&str, &str)]) -> Session {
        let ours = Path::new(env!("CARGO_BIN_EXE_inv-libvirt")).parent().unwrap();
        let path = std::env::join_paths([ours, &ansible.bin(), Path::new("/usr/bin"), Path::new("/bin")]).unwrap();
        let session = ansible.session().env("PATH", path).env("ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED", "1");
        variables.iter().fold(session, |session, (name, value)| session.env(name, value))
    }

    /// What `ansible-inventory --list` makes of it.
    pub(crate) fn inventory(&self, ansible: Ansible, variables: &[(&str, &str)]) -> Outcome {
        Self::session(ansible, variables).inventory([Path::new("-i"), &self.path(), Path::new("--list")])
    }

    /// What `ansible` prints of a module on all hosts, a line each, and whether it says that all is well.
    pub(crate) fn play(&self, ansible: Ansible, variables: &[(&str, &str)], module: &[&str]) -> (bool, String) {
        let session = Self::session(ansible, variables);
        let mut command = session.command("ansible");
        command.arg("-i").arg(self.path()).args(["all", "--one-line", "--timeout", "60", "--module-name"]).args(module);
        let output = command.output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    }

    /// How `ansible -m ping` ends, host by host: `SUCCESS`, or what went wrong.
    pub(crate) fn ping(&self, ansible: Ansible, variables: &[(&str, &str)]) -> BTreeMap<String, String> {
        let (is_well, text) = self.play(ansible, variables, &["ping"]);
        let results: BTreeMap<String, String> = text
            .lines()
            .filter_map(|line| {
                let (host, result) = line.split_once(" | ")?;
                let result = if result.starts_with("SUCCESS => ") { "SUCCESS" } else { result };
                Some((host.to_owned(), result.to_owned()))
            })
            .collect();
        let is_good = !results.is_empty() && results.values().all(|result| result == "SUCCESS");
        assert_eq!(is_well, is_good, "{text}");
        results
    }

    /// That everybody answers both Ansibles.
    pub(crate) fn answers(&self, hosts: &[&str]) {
        for ansible in Ansible::ALL {
            let expected: BTreeMap<_, _> =
                hosts.iter().map(|host| ((*host).to_owned(), "SUCCESS".to_owned())).collect();
            assert_eq!(self.ping(ansible, &[]), expected, "{ansible:?}");
        }
    }
}

/// A variable of a host.
pub(crate) fn of<'a>(list: &'a Value, host: &str, name: &str) -> &'a Value {
    &list["_meta"]["hostvars"][host][name]
}
