//! A cluster file in a directory of its own, and `inv-static` run on it.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A cluster file; its directory goes with it.
pub(crate) struct Cluster {
    directory: TempDir,
}

/// What `inv-static` said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

impl Cluster {
    /// A cluster without roles; `rest` is what follows in the file.
    pub(crate) fn new(rest: &str) -> Self {
        Self::with_roles(&format!("layout: none\n{rest}"))
    }

    /// A cluster that needs roles, as they all do unless they say otherwise.
    pub(crate) fn with_roles(rest: &str) -> Self {
        let cluster = Self { directory: tempfile::tempdir().unwrap() };
        let text = format!("#!/usr/bin/env inv-static\nplugin: kube_inventory.vms.static\n{rest}");
        std::fs::write(cluster.file(), text).unwrap();
        std::fs::set_permissions(cluster.file(), PermissionsExt::from_mode(0o755)).unwrap();
        cluster
    }

    /// One machine whose variables lead to this computer. `vars` are more of them, as flow-style YAML pairs.
    pub(crate) fn here(port: u16, vars: &str) -> Self {
        Self::new(&format!("source:\n  machines:\n    - {}\n", machine_here("node-1", 1, port, vars)))
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    fn file(&self) -> PathBuf {
        self.directory().join("lab.static.yml")
    }

    /// Starts `inv-static FILE wait ARGUMENTS`.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        self.start_command("wait", arguments)
    }

    fn start_command(&self, command: &str, arguments: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_inv-static"))
            .arg(self.file())
            .arg(command)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Runs `inv-static FILE --list` to its end.
    pub(crate) fn list(&self) -> Said {
        let started = Instant::now();
        ended(self.start_command("--list", &[]), started)
    }

    /// Runs it to its end.
    pub(crate) fn wait(&self, arguments: &[&str]) -> Said {
        let started = Instant::now();
        ended(self.start(arguments), started)
    }
}

/// What a process says until it ends.
pub(crate) fn ended(child: Child, started: Instant) -> Said {
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said {
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
        took: started.elapsed(),
    }
}

/// A machine of `source.machines` that is reached on this computer. Its address is another one: no machine is usable
/// by an address that means "here" to everybody.
pub(crate) fn machine_here(name: &str, number: u8, port: u16, vars: &str) -> String {
    format!(
        "{{name: {name}, address: 10.255.0.{number}, vars: {{ansible_host: 127.0.0.1, ansible_port: {port}, {vars}}}}}"
    )
}
