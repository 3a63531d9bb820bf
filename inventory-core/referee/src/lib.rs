//! Real Ansible, for tests that compare our answers with its own.
//!
//! Two versions stand for all: between 2.11 and 2.18 nothing that matters here changed, and 2.19 changed much.
//! Every process gets a home of its own and none of the caller's environment, so that a test gives the same answer
//! on every machine. A version that is not installed is a panic and never a silent pass.

mod questions;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

pub use questions::{Answer, Questions};
use tempfile::TempDir;

/// A version of Ansible that tests run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ansible {
    /// ansible-core 2.11.
    Old,
    /// ansible-core 2.19.
    New,
}

impl Ansible {
    /// Every version, the oldest first.
    pub const ALL: [Self; 2] = [Self::Old, Self::New];

    /// The directory of its programs: `target/ansible/2.x/bin`, or what `INV_ANSIBLE_OLD` or `INV_ANSIBLE_NEW` says.
    ///
    /// # Panics
    ///
    /// When Ansible is not there.
    pub fn bin(self) -> PathBuf {
        let (variable, version) = match self {
            Self::Old => ("INV_ANSIBLE_OLD", "2.11"),
            Self::New => ("INV_ANSIBLE_NEW", "2.19"),
        };
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let bin = std::env::var_os(variable)
            .map_or_else(|| root.join("target/ansible").join(version).join("bin"), PathBuf::from);
        assert!(
            bin.join("ansible-inventory").exists(),
            "Ansible {version} is not in {}: run `make setup`, or set {variable} to the directory of its programs",
            bin.display()
        );
        bin
    }

    /// A place to run it in.
    ///
    /// # Panics
    ///
    /// When Ansible is not there, or no temporary directory can be made.
    pub fn session(self) -> Session {
        let home = tempfile::tempdir().expect("a temporary directory");
        let config = home.path().join("ansible.cfg");
        std::fs::write(&config, "").expect("a file in a temporary directory");
        let path = std::env::join_paths([self.bin(), "/usr/bin".into(), "/bin".into()]).expect("a search path");
        let mut session = Session { ansible: self, home, variables: Vec::new() };
        session = session.env("PATH", path).env("ANSIBLE_CONFIG", config);
        let home = session.home().to_owned();
        for variable in ["HOME", "TMPDIR"] {
            session = session.env(variable, &home);
        }
        session
            .env("ANSIBLE_HOME", home.join(".ansible"))
            .env("ANSIBLE_LOCAL_TEMP", home.join(".ansible/tmp"))
            .env("ANSIBLE_NOCOLOR", "1")
            .env("LC_ALL", "C.UTF-8")
            .env("PYTHONHASHSEED", "0")
    }
}

/// A version of Ansible with a home directory and an environment of its own; the home goes with it.
#[derive(Debug)]
pub struct Session {
    ansible: Ansible,
    home: TempDir,
    variables: Vec<(OsString, OsString)>,
}

impl Session {
    /// Sets a variable of the environment, instead of an earlier one of that name.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.variables.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// The home directory, which is empty but for an `ansible.cfg`.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Runs `ansible-inventory` with these arguments.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    pub fn inventory<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Outcome {
        self.run("ansible-inventory", arguments)
    }

    /// Runs `ansible-playbook` with these arguments.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    pub fn playbook<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Outcome {
        self.run("ansible-playbook", arguments)
    }

    /// One Python process of this Ansible that answers many questions.
    ///
    /// # Panics
    ///
    /// When it cannot be started.
    pub fn questions(&self) -> Questions {
        Questions::start(self.command("python"))
    }

    fn run<A: AsRef<OsStr>>(&self, program: &str, arguments: impl IntoIterator<Item = A>) -> Outcome {
        let output = self.command(program).args(arguments).output();
        let output = output.unwrap_or_else(|error| panic!("{program} does not start: {error}"));
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Outcome { status: output.status, stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// A command of this Ansible, in the session's environment and home.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.ansible.bin().join(program));
        command.env_clear().envs(self.variables.iter().map(|(name, value)| (name, value))).current_dir(self.home());
        command
    }
}

/// What a program of Ansible said.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed.
    pub stdout: String,
    /// Warnings and errors.
    pub stderr: String,
}

impl Outcome {
    /// The standard output as JSON.
    ///
    /// # Panics
    ///
    /// When it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| {
            panic!("no JSON ({error}), {}:\n{}\n{}", self.status, self.stdout, self.stderr);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_is_what_it_says() {
        for (ansible, version) in [(Ansible::Old, "[core 2.11."), (Ansible::New, "[core 2.19.")] {
            let outcome = ansible.session().inventory(["--version"]);
            assert!(outcome.status.success() && outcome.stdout.contains(version), "{outcome:?}");
        }
    }

    #[test]
    fn a_session_has_nothing_of_the_callers_environment() {
        let session = Ansible::New.session().env("ADDED", "1").env("ADDED", "2");
        let script = "import json, os; print(json.dumps(dict(os.environ)))";
        let environment = session.run("python", ["-c", script]).json();
        let mut names: Vec<_> = environment.as_object().unwrap().keys().map(String::as_str).collect();
        names.retain(|name| !name.starts_with("ANSIBLE_"));
        names.sort_unstable();
        assert_eq!(names, ["ADDED", "HOME", "LC_ALL", "PATH", "PYTHONHASHSEED", "TMPDIR"]);
        assert_eq!(environment["ADDED"], "2");
        assert_eq!(environment["HOME"], session.home().to_str().unwrap());
    }

    #[test]
    fn an_exception_is_an_answer_too() {
        let mut questions = Ansible::New.session().questions();
        let answers = questions.ask("literal", &["[1, 'a']", "yes"]);
        assert_eq!(answers[0], Ok(serde_json::json!({"list": [{"int": "1"}, "a"]})));
        assert!(answers[1].as_ref().is_err_and(|error| error.starts_with("ValueError: ")));
    }
}
