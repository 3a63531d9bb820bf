//! The Vagrantfile's directory with its three machines, and the commands that are run on it.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::tree;

/// The Vagrantfile's directory, wherever it is now.
pub(crate) struct Lab {
    pub(crate) project: PathBuf,
}

impl Lab {
    pub(crate) fn new() -> Self {
        let lab = std::env::var_os("LAB_VAGRANT").expect("run `make e2e`, which starts the machines and says where");
        Self { project: Path::new(&lab).join("project") }
    }

    /// Vagrant's files of one machine.
    pub(crate) fn machine(&self, name: &str) -> PathBuf {
        self.project.join(".vagrant/machines").join(name).join("libvirt")
    }

    fn home() -> PathBuf {
        std::env::var_os("VAGRANT_HOME").unwrap().into()
    }

    /// Vagrant's index of machines.
    pub(crate) fn index() -> Value {
        serde_json::from_slice(&fs::read(Self::home().join("data/machine-index/index")).unwrap()).unwrap()
    }

    /// What Vagrant's Ansible provisioner left behind.
    pub(crate) fn generated_inventory(&self) -> String {
        self.text(".vagrant/provisioners/ansible/inventory/vagrant_ansible_inventory")
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.project.join(name)).unwrap()
    }

    /// Writes a file beside the Vagrantfile. What begins with `#!` can be run.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.project.join(name);
        fs::write(&path, text).unwrap();
        let mode = if text.starts_with("#!") { 0o755 } else { 0o644 };
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Gives the directory another name; returns the old path.
    pub(crate) fn move_to(&mut self, name: &str) -> PathBuf {
        let moved = self.project.with_file_name(name);
        let _ = fs::remove_dir_all(&moved);
        fs::rename(&self.project, &moved).unwrap();
        std::mem::replace(&mut self.project, moved)
    }

    /// Does something of ours, which must not change anything of Vagrant's: no byte, no mode, no time.
    pub(crate) fn leaving_all_as_it_is<T>(&self, job: impl FnOnce(&Self) -> T) -> T {
        let directories = [self.project.join(".vagrant"), Self::home()];
        let before = tree::of(&directories);
        let result = job(self);
        let changed = before.differences(&tree::of(&directories));
        assert!(changed.is_empty(), "these are not as they were: {changed:#?}");
        result
    }

    /// Does something of ours that runs Vagrant, which writes its index anew: no byte and no mode is another.
    pub(crate) fn leaving_bytes_as_they_are<T>(&self, job: impl FnOnce(&Self) -> T) -> T {
        let directories = [self.project.join(".vagrant"), Self::home()];
        let before = tree::of(&directories).without_times();
        let result = job(self);
        let changed = before.differences(&tree::of(&directories).without_times());
        assert!(changed.is_empty(), "these are not as they were: {changed:#?}");
        result
    }

    /// Runs Vagrant, which must work; returns what it prints.
    pub(crate) fn vagrant(&self, arguments: &[&str]) -> String {
        self.works("vagrant", arguments)
    }

    /// Runs libvirt's own client.
    pub(crate) fn virsh(&self, arguments: &[&str]) {
        self.works("virsh", arguments);
    }

    fn works(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.command(program, arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(
            output.status.success(),
            "{program} {arguments:?}: {}\n{}{}",
            output.status,
            text(&output.stdout),
            text(&output.stderr)
        );
        text(&output.stdout)
    }

    fn command(&self, program: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.project).stdin(Stdio::null());
        command
    }

    /// A run of our binary in the Vagrantfile's directory.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run(self.command(env!("CARGO_BIN_EXE_inv-vagrant"), arguments))
    }

    /// What a run answers that works and says nothing else.
    pub(crate) fn answer(&self, arguments: &[&str]) -> String {
        self.run(arguments).printed(0)
    }

    /// What it answers to `--list`.
    pub(crate) fn list(&self, file: &[&str]) -> Value {
        serde_json::from_str(&self.answer(&[file, &["--list"]].concat())).unwrap()
    }

    /// What was asked of Vagrant itself, as `record` has it.
    pub(crate) fn asked_of_vagrant(&self, arguments: &[&str]) -> Vec<String> {
        let recorded: Value = serde_json::from_str(&self.answer(&[arguments, &["record"]].concat())).unwrap();
        let files = recorded["raw"]["projects"][0]["told"]["ssh_configs"].as_array().unwrap();
        files.iter().map(|file| file["path"].as_str().unwrap().to_owned()).collect()
    }

    /// What `diff` prints when things differ.
    pub(crate) fn differs(&self, file: &str) -> String {
        self.run(&[file, "diff"]).printed(1)
    }

    /// The one paragraph of a run that fails, without the binary's name. It prints nothing else.
    pub(crate) fn complaint(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments).output();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "");
        assert!(!output.status.success());
        let text = String::from_utf8(output.stderr).unwrap();
        text.strip_prefix("inv-vagrant: ").and_then(|text| text.strip_suffix('\n')).unwrap().to_owned()
    }
}

/// A run of our binary.
pub(crate) struct Run(Command);

impl Run {
    pub(crate) fn output(mut self) -> Output {
        self.0.output().unwrap()
    }

    fn printed(self, code: i32) -> String {
        let output = self.output();
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        String::from_utf8(output.stdout).unwrap()
    }
}

/// A variable of a host.
pub(crate) fn of<'a>(list: &'a Value, host: &str, name: &str) -> &'a Value {
    &list["_meta"]["hostvars"][host][name]
}
