//! A directory with a cluster file in it, and `inv-static` run there.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The cluster file of a lab; the cluster is called `lab`.
pub(crate) const FILE: &str = "lab.static.yml";

/// A directory of its own. `inv-static` runs in it, with nothing of the caller's environment.
pub(crate) struct Lab {
    directory: TempDir,
    variables: Vec<(String, String)>,
}

impl Lab {
    /// A directory with nothing in it.
    pub(crate) fn empty() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// A directory with a cluster file that goes on with this text after its `plugin:`.
    pub(crate) fn new(text: &str) -> Self {
        let lab = Self::empty();
        lab.rewrite(text);
        lab
    }

    /// Replaces the cluster file.
    pub(crate) fn rewrite(&self, text: &str) {
        self.write(FILE, &format!("#!/usr/bin/env inv-static\nplugin: kube_inventory.vms.static\n{text}"));
        self.make_executable(FILE);
    }

    /// Replaces a text in the cluster file, which must be there.
    pub(crate) fn edit(&self, from: &str, to: &str) {
        let text = self.read(FILE);
        assert!(text.contains(from), "{from:?} is not in\n{text}");
        self.write(FILE, &text.replace(from, to));
    }

    /// Writes another file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// With another file.
    pub(crate) fn with(self, name: &str, text: &str) -> Self {
        self.write(name, text);
        self
    }

    /// With a variable of the environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn mode(&self, name: &str) -> u32 {
        fs::metadata(self.path(name)).unwrap().permissions().mode() & 0o777
    }

    pub(crate) fn make_executable(&self, name: &str) {
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Every name in the directory, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.directory.path()).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Runs `inv-static` with these arguments, and with nobody at the keyboard.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        self.run_with_input(arguments, None)
    }

    /// Runs `inv-static` with a text on its standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: Option<&str>) -> Run {
        let ours = Path::new(env!("CARGO_BIN_EXE_inv-static"));
        let mut command = Command::new(ours);
        command
            .args(arguments)
            .current_dir(self.directory.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .envs(self.variables.iter().cloned())
            .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        if let Some(input) = input {
            // It may end without reading, and then nobody is there to write to.
            let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        }
        Run(child.wait_with_output().unwrap())
    }

    /// Runs `inv-static` on the cluster file.
    pub(crate) fn on_file(&self, arguments: &[&str]) -> Run {
        self.run(&[&[FILE], arguments].concat())
    }

    /// The inventory that Ansible gets.
    pub(crate) fn list(&self) -> List {
        List::parse(&self.on_file(&["--list"]).text())
    }

    /// Why there is no inventory.
    pub(crate) fn refusal(&self) -> String {
        self.on_file(&["--list"]).failure(1)
    }
}

/// What a run of `inv-static` printed.
#[derive(Debug)]
pub(crate) struct Run(Output);

impl Run {
    pub(crate) fn stdout(&self) -> &str {
        std::str::from_utf8(&self.0.stdout).unwrap()
    }

    fn stderr(&self) -> &str {
        std::str::from_utf8(&self.0.stderr).unwrap()
    }

    /// Its exit code.
    pub(crate) fn code(&self) -> Option<i32> {
        self.0.status.code()
    }

    /// What it answered, with a silent standard error.
    pub(crate) fn text(&self) -> String {
        assert!(self.0.status.success() && self.stderr().is_empty(), "{}\n{}", self.stdout(), self.stderr());
        self.stdout().to_owned()
    }

    /// The answer of a run that says "no" with this exit code and a silent standard error.
    pub(crate) fn no(&self) -> String {
        assert!(self.0.status.code() == Some(1) && self.stderr().is_empty(), "{}\n{}", self.stdout(), self.stderr());
        self.stdout().to_owned()
    }

    /// The paragraph of a run that failed with this exit code: one line, that begins with the binary's name.
    pub(crate) fn failure(&self, code: i32) -> String {
        assert_eq!(self.0.status.code(), Some(code), "{}\n{}", self.stdout(), self.stderr());
        assert_eq!(self.stdout(), "", "all or nothing");
        let text = self.stderr();
        assert!(text.ends_with('\n') && text.lines().count() == 1, "one paragraph: {text}");
        text.strip_prefix("inv-static: ").expect("the binary's name").trim_end().to_owned()
    }
}

/// The document of `--list`.
#[derive(Debug, PartialEq)]
pub(crate) struct List(pub(crate) Value);

impl List {
    pub(crate) fn parse(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap_or_else(|error| panic!("no JSON ({error}): {text}")))
    }

    /// The hosts of a group, in order, as one line. A group that is not there is a panic.
    pub(crate) fn hosts(&self, group: &str) -> String {
        words(&self.group(group)["hosts"])
    }

    /// The groups inside a group, in order, as one line.
    pub(crate) fn children(&self, group: &str) -> String {
        words(&self.group(group)["children"])
    }

    fn group(&self, group: &str) -> &Value {
        self.0.get(group).unwrap_or_else(|| panic!("no group {group} in {self:#?}"))
    }

    /// A variable of a group; null where it has none.
    pub(crate) fn group_var(&self, group: &str, name: &str) -> &Value {
        &self.group(group)["vars"][name]
    }

    /// A variable of a host; null where it has none.
    pub(crate) fn var(&self, host: &str, name: &str) -> &Value {
        &self.vars(host)[name]
    }

    /// All variables of a host, which must be there.
    pub(crate) fn vars(&self, host: &str) -> &Value {
        self.0["_meta"]["hostvars"].get(host).unwrap_or_else(|| panic!("no host {host} in {self:#?}"))
    }

    /// A variable of each host, in the hosts' order, as one line.
    pub(crate) fn each(&self, name: &str) -> String {
        let hosts = self.0["_meta"]["hostvars"].as_object().unwrap();
        hosts.values().map(|vars| plain(&vars[name])).collect::<Vec<_>>().join(" ")
    }

    /// The groups, in order, as one line.
    pub(crate) fn groups(&self) -> String {
        let names = self.0.as_object().unwrap().keys().map(String::as_str);
        names.filter(|name| *name != "_meta").collect::<Vec<_>>().join(" ")
    }
}

fn words(list: &Value) -> String {
    list.as_array().into_iter().flatten().map(plain).collect::<Vec<_>>().join(" ")
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
