//! The workbench of these tests: a cluster file of ours in a directory of its own, run by hand or by Ansible.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ansible_referee::{Ansible, Session};
use serde_json::Value;
use tempfile::TempDir;

/// What every cluster file of these tests begins with.
pub(crate) const HEAD: &str = "#!/usr/bin/env inv-static\nplugin: kube_inventory.vms.static\n";

/// A directory with a cluster file called `ci.static.yml`.
pub(crate) struct Bench {
    directory: TempDir,
}

impl Bench {
    /// A cluster file that has these lines below its head, executable.
    pub(crate) fn new(settings: &str) -> Self {
        Self::raw(format!("{HEAD}{settings}"))
    }

    /// A cluster file with these settings, a key a line.
    pub(crate) fn of(settings: &Value) -> Self {
        let lines = settings.as_object().unwrap().iter().map(|(key, value)| format!("{key}: {value}\n"));
        Self::new(&lines.collect::<String>())
    }

    /// A cluster file of exactly these bytes, executable.
    pub(crate) fn raw(bytes: impl AsRef<[u8]>) -> Self {
        let bench = Self { directory: tempfile::tempdir().unwrap() }.with("ci.static.yml", bytes);
        set_mode(&bench.file(), 0o755);
        bench
    }

    /// Another file beside it.
    pub(crate) fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.path("ci.static.yml")
    }

    /// Runs the binary on the cluster file, from the cluster file's directory.
    pub(crate) fn run<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_inv-static"));
        command.arg("ci.static.yml").args(arguments).current_dir(self.directory.path()).output().unwrap()
    }

    /// Every file, link and directory beside the cluster file: its kind and mode, when it was changed, what it holds.
    pub(crate) fn tree(&self) -> BTreeMap<PathBuf, Seen> {
        let mut seen = BTreeMap::new();
        look(self.directory.path(), &mut seen);
        seen
    }

    /// The text of `--list`, which must be all there is.
    pub(crate) fn list(&self) -> String {
        let output = self.run(["--list"]);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success() && error.is_empty(), "{}: {error}", output.status);
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.list()).unwrap()
    }

    /// The paragraph with which `--list` fails: exit 1, nothing on stdout, one line on stderr that begins with the
    /// binary's name.
    pub(crate) fn refused(&self) -> String {
        let output = self.run(["--list"]);
        refusal(&output)
    }

    /// What `env` prints, as variables.
    pub(crate) fn env(&self) -> Vec<(String, String)> {
        let lines = String::from_utf8(self.run(["env"]).stdout).unwrap();
        let pair = |line: &str| {
            let (name, value) = line.strip_prefix("export ").unwrap().split_once('=').unwrap();
            (name.to_owned(), value.trim_matches('\'').to_owned())
        };
        lines.lines().map(pair).collect()
    }
}

/// What is seen of a file: mode, time of change, number of names, content or target.
pub(crate) type Seen = (u32, i64, i64, u64, Option<Vec<u8>>);

fn look(directory: &Path, seen: &mut BTreeMap<PathBuf, Seen>) {
    use std::os::unix::fs::MetadataExt as _;

    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let found = std::fs::symlink_metadata(&path).unwrap();
        let content = match found.file_type() {
            kind if kind.is_file() => std::fs::read(&path).ok(),
            kind if kind.is_symlink() => Some(std::fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()),
            _ => None,
        };
        seen.insert(path.clone(), (found.mode(), found.mtime(), found.mtime_nsec(), found.nlink(), content));
        if found.is_dir() {
            look(&path, seen);
        }
    }
}

/// A session of Ansible that finds the binary, with no strictness and nothing else of ours.
pub(crate) fn session(ansible: Ansible) -> Session {
    let ours = Path::new(env!("CARGO_BIN_EXE_inv-static")).parent().unwrap();
    let path = std::env::join_paths([ours, &ansible.bin(), Path::new("/usr/bin"), Path::new("/bin")]).unwrap();
    ansible.session().env("PATH", path)
}

/// The same, where any inventory that cannot be read fails everything.
pub(crate) fn strict_session(ansible: Ansible) -> Session {
    session(ansible).env("ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED", "1")
}

/// The paragraph of a run that failed as runs must.
pub(crate) fn refusal(output: &Output) -> String {
    let error = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(output.stdout.is_empty(), "a failure printed {:?}", String::from_utf8_lossy(&output.stdout));
    let paragraph = error.strip_suffix('\n').unwrap();
    assert!(paragraph.starts_with("inv-static: ") && !paragraph.contains('\n'), "{error}");
    paragraph.to_owned()
}

pub(crate) fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;

    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}
