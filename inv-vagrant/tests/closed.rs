//! Files of another user's, which this one may not read: as somebody without privileges, whoever runs the tests.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

/// The user `nobody` of most systems; any number without privileges would do.
const NOBODY: u32 = 65534;

struct Project(tempfile::TempDir);

impl Project {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
        let project = Self(directory);
        project.write("Vagrantfile");
        project.write(".vagrant/machines/a/hyperv/id");
        project.write(".vagrant/machines/a/hyperv/private_key");
        project.write("home/data/machine-index/index");
        // The program itself may lie where only its owner gets.
        fs::copy(env!("CARGO_BIN_EXE_inv-vagrant"), project.path("inv-vagrant")).unwrap();
        project
    }

    fn path(&self, path: &str) -> std::path::PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), r#"{"version":1,"machines":{}}"#).unwrap();
    }

    fn close(&self, path: &str) {
        fs::set_permissions(self.path(path), Permissions::from_mode(0o0)).unwrap();
    }

    /// What `record` says as somebody without privileges: the answers, and what is on stderr.
    fn record(&self) -> (String, String) {
        self.record_of(".")
    }

    /// The same, with the search for a Vagrantfile begun in this directory.
    fn record_of(&self, directory: &str) -> (String, String) {
        let mut command = Command::new(self.path("inv-vagrant"));
        command.arg("record").current_dir(self.0.path()).env_clear().env("VAGRANT_CWD", self.path(directory));
        command.env("VAGRANT_HOME", self.path("home")).env("HOME", "/").env("PATH", "/usr/bin:/bin");
        let is_root = Path::new("/proc/self").metadata().is_ok_and(|metadata| metadata.uid() == 0);
        if is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        let output = loop {
            match command.output() {
                // Another test's child may still hold the copy open that was just written.
                Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => std::thread::yield_now(),
                output => break output.unwrap(),
            }
        };
        let text =
            |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap().replace(self.0.path().to_str().unwrap(), "HERE");
        (text(&output.stdout), text(&output.stderr))
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        for path in [".vagrant/machines", "home", "below"] {
            let _ = fs::set_permissions(self.path(path), Permissions::from_mode(0o755));
        }
    }
}

#[test]
fn a_key_that_we_may_not_read_is_named_and_said() {
    let project = Project::new();
    project.close(".vagrant/machines/a/hyperv/private_key");
    let (answers, errors) = project.record();
    assert!(
        answers.contains(
            "the private key of a, HERE/.vagrant/machines/a/hyperv/private_key, cannot be used: you may not read it"
        ),
        "{answers} {errors}"
    );
    assert!(
        answers.contains(r#""keys":["HERE/.vagrant/machines/a/hyperv/private_key"]"#)
            || answers.contains("\"keys\": ["),
        "{answers}"
    );
}

#[test]
fn a_home_that_is_closed_is_said() {
    let project = Project::new();
    project.close("home");
    let (answers, errors) = project.record();
    assert!(
        answers.contains("home/data/machine-index/index cannot be read: you may not read it"),
        "{answers} {errors}"
    );
}

#[test]
fn a_project_that_is_closed_is_silent_and_never_smaller() {
    let project = Project::new();
    project.close(".vagrant/machines");
    let (answers, errors) = project.record();
    let said = format!("{answers}{errors}");
    assert!(said.contains("HERE/.vagrant/machines cannot be read: you may not read it"), "{said}");
}

#[test]
fn a_directory_that_we_may_list_and_not_enter_hides_no_machine() {
    let project = Project::new();
    fs::set_permissions(project.path(".vagrant/machines"), Permissions::from_mode(0o444)).unwrap();
    let (answers, errors) = project.record();
    let said = format!("{answers}{errors}");
    assert!(said.contains("HERE/.vagrant/machines cannot be read: you may not read it"), "{said}");
}

#[test]
fn a_closed_directory_is_not_searched_above() {
    let project = Project::new();
    project.write("below/Vagrantfile");
    project.close("below");
    let (answers, errors) = project.record_of("below");
    let said = format!("{answers}{errors}");
    assert!(said.contains("whether HERE/below has a Vagrantfile cannot be seen"), "{said}");
}
