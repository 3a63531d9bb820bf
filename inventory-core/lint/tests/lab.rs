//! A directory with inventories in it, and the linter run there.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A directory of its own.
pub(crate) struct Lab(tempfile::TempDir);

/// How a run ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Lab {
    /// An empty one, where no repository begins above.
    pub(crate) fn empty() -> Self {
        let lab = Self(tempfile::tempdir().unwrap());
        fs::create_dir(lab.path(".git")).unwrap();
        lab
    }

    /// One with an inventory that is in order.
    pub(crate) fn good() -> Self {
        Self::empty().inventory("clusters/prod").with("clusters/prod/group_vars/all/all.yml", "calico_mtu: 1400\n")
    }

    /// One with an inventory whose MTU is text.
    pub(crate) fn bad() -> Self {
        Self::empty().inventory("clusters/prod").with("clusters/prod/group_vars/all/all.yml", "calico_mtu: \"1400\"\n")
    }

    /// The same with an inventory of three nodes more.
    pub(crate) fn inventory(self, directory: &str) -> Self {
        let nodes: String = (1..=3)
            .map(|n| format!("node{n} ansible_host=192.0.2.1{n} ip=192.0.2.1{n} etcd_member_name=etcd{n}\n"))
            .collect::<Vec<_>>()
            .concat();
        let text = format!(
            "[kube_control_plane]\n{nodes}\n[etcd:children]\nkube_control_plane\n\n[kube_node:children]\nkube_control_plane\n"
        );
        self.with(&format!("{directory}/inventory.ini"), &text)
    }

    /// The same with a file more, or another one.
    pub(crate) fn with(self, path: &str, text: &str) -> Self {
        self.write(path, text);
        self
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Runs the linter in the directory.
    pub(crate) fn lint(&self, words: &[&str]) -> Ended {
        self.lint_with(words, "")
    }

    /// Runs the linter with something on standard input.
    pub(crate) fn lint_with(&self, words: &[&str], input: &str) -> Ended {
        self.lint_in("", words, input)
    }

    /// Runs the linter in a directory below.
    pub(crate) fn lint_in(&self, directory: &str, words: &[&str], input: &str) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_inv-lint"));
        command.current_dir(self.path(directory)).args(words).env_remove("NO_COLOR").env("COLUMNS", "100");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A linter that asks for nothing may be done before it is written.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Ended::of(&child.wait_with_output().unwrap())
    }

    /// Runs another program in the directory.
    pub(crate) fn run(&self, program: &Path, words: &[&str], environment: &[(&str, &str)]) -> Ended {
        let mut command = Command::new(program);
        let output = command.current_dir(self.0.path()).args(words).envs(environment.iter().copied()).output();
        Ended::of(&output.unwrap_or_else(|error| panic!("{}: {error}; run `make setup`", program.display())))
    }

    /// Makes a repository of the directory, with everything in it.
    pub(crate) fn commit(&self) {
        let _ = fs::remove_dir(self.path(".git"));
        let who = ["-c", "user.name=lab", "-c", "user.email=lab@example.org", "-c", "commit.gpgsign=false"];
        for words in [&["init", "--quiet", "."][..], &["add", "--all"], &["commit", "--quiet", "--message", "lab"]] {
            let ended = self.run(Path::new("git"), &[&who[..], words].concat(), &[]);
            assert_eq!(ended.code, Some(0), "{ended:?}");
        }
    }
}

impl Ended {
    fn of(output: &std::process::Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// The exit code, and that nothing else was said than the report.
    pub(crate) fn quiet(self) -> (Option<i32>, String) {
        assert_eq!(self.stderr, "", "{}", self.stdout);
        (self.code, self.stdout)
    }

    /// The sentence of a run that could not check.
    pub(crate) fn failure(self) -> String {
        assert_eq!((self.code, self.stderr.lines().count()), (Some(2), 1), "{self:?}");
        self.stderr
    }
}
