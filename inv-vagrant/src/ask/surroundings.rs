//! What the process was started with, as far as Vagrant and its providers listen to it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The variables that decide where Vagrant looks. One that is empty counts as not set.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings {
    /// `VAGRANT_CWD`: where the search for a Vagrantfile starts.
    pub(super) vagrant_cwd: Option<PathBuf>,
    /// `VAGRANT_HOME`: Vagrant's own directory.
    pub(super) vagrant_home: Option<PathBuf>,
    /// `VAGRANT_DOTFILE_PATH`: a project's data, instead of `.vagrant`; relative to the project.
    pub(super) dotfile_path: Option<PathBuf>,
    /// `VAGRANT_VAGRANTFILE`: what a Vagrantfile is called.
    pub(super) vagrantfile: Option<OsString>,
    /// `HOME`.
    pub(super) user_home: Option<PathBuf>,
    /// `LIBVIRT_DEFAULT_URI`: the libvirt that vagrant-libvirt takes when the Vagrantfile names none.
    pub(super) libvirt_uri: Option<String>,
    /// `XDG_RUNTIME_DIR`: where a user's own libvirt listens.
    pub(super) runtime_directory: Option<PathBuf>,
    /// `PATH`: where programs are.
    pub(super) search_path: Option<OsString>,
}

impl Surroundings {
    /// Those of this process.
    pub(super) fn of_this_process() -> Self {
        Self::of(&|name| std::env::var_os(name))
    }

    fn of(variable: &dyn Fn(&str) -> Option<OsString>) -> Self {
        let text = |name: &str| variable(name).filter(|value| !value.is_empty());
        let path = |name: &str| text(name).map(PathBuf::from);
        Self {
            vagrant_cwd: path("VAGRANT_CWD"),
            vagrant_home: path("VAGRANT_HOME"),
            dotfile_path: path("VAGRANT_DOTFILE_PATH"),
            vagrantfile: text("VAGRANT_VAGRANTFILE"),
            user_home: path("HOME"),
            libvirt_uri: text("LIBVIRT_DEFAULT_URI").map(|uri| uri.to_string_lossy().into_owned()),
            runtime_directory: path("XDG_RUNTIME_DIR"),
            search_path: text("PATH"),
        }
    }

    /// A path with a leading `~/` as a shell would read it: a file has no shell that does.
    pub(super) fn with_home(&self, path: &Path) -> PathBuf {
        match (&self.user_home, path.strip_prefix("~")) {
            (Some(home), Ok(rest)) => home.join(rest),
            _ => path.to_owned(),
        }
    }

    /// A program to start, which answers in English.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("LC_ALL", "C").env_remove("LANGUAGE");
        if let Some(path) = &self.search_path {
            command.env("PATH", path);
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_is_none() {
        let surroundings = Surroundings::of(&|name| Some(if name == "HOME" { "/home/me" } else { "" }.into()));
        assert_eq!(surroundings.vagrant_home, None);
        assert_eq!(surroundings.with_home(Path::new("~/.vagrant.d")), Path::new("/home/me/.vagrant.d"));
        assert_eq!(surroundings.with_home(Path::new("~bob/x")), Path::new("~bob/x"));
    }
}
