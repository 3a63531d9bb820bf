//! Programs of a test's own in the place of a provider's: shell scripts, and called fakes.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::surroundings::Surroundings;

/// A directory of fakes, which are then the only programs there are.
pub(super) struct Fakes(tempfile::TempDir);

impl Fakes {
    pub(super) fn new(fakes: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        for (name, script) in fakes {
            let path = directory.path().join(name);
            // A script finds nothing on its PATH but fakes, so it gets the system's back.
            std::fs::write(&path, format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self(directory)
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn surroundings(&self) -> Surroundings {
        Surroundings { search_path: Some(self.path().as_os_str().to_owned()), ..Surroundings::default() }
    }
}
