//! Hypervisors that do not answer, or not as they should: a sentence within the deadline, and nothing else.

#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

mod hypervisors;
#[path = "../run/mod.rs"]
mod run;
mod test_driver;

use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use run::{Run, at_socket, directory, eventually};

/// Writes a program.
fn program(directory: &tempfile::TempDir, name: &str, script: &str) -> PathBuf {
    let path = directory.path().join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// Whether a process is there, and no zombie.
fn is_running(pid: u32) -> bool {
    match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => !stat.contains(") Z "),
        Err(error) => {
            assert_eq!(error.kind(), io::ErrorKind::NotFound);
            false
        }
    }
}
