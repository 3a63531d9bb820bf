//! The private keys that open a machine: where they lie, and whether we may read them. What is in them is never read.

use std::fs::{File, Metadata};
use std::path::{Path, PathBuf};

use super::files;

/// Vagrant's insecure keys, which open a machine until Vagrant gives it one of its own.
#[derive(Debug)]
pub(super) struct Keys {
    insecure: Vec<PathBuf>,
}

impl Keys {
    /// Those below Vagrant's home. Vagrant 2.4 has two, RSA first here because every box takes that one; those before
    /// have one.
    pub(super) fn below(home: &Path) -> Self {
        let both =
            ["rsa", "ed25519"].map(|kind| home.join("insecure_private_keys").join(format!("vagrant.key.{kind}")));
        let mut insecure: Vec<PathBuf> = both.into_iter().filter(|path| path.is_file()).collect();
        if insecure.is_empty() {
            insecure.extend(Some(home.join("insecure_private_key")).filter(|path| path.is_file()));
        }
        Self { insecure }
    }

    /// The keys of the machine with that directory: its own, else the insecure ones. One that cannot be used is named all
    /// the same, since no other opens the machine.
    pub(super) fn of(&self, directory: &Path, name: &str, unanswered: &mut Vec<String>) -> Vec<PathBuf> {
        let own = directory.join("private_key");
        let metadata = match std::fs::metadata(&own) {
            Err(error) if files::is_missing(&error) => return self.insecure.clone(),
            other => other,
        };
        let usable = metadata.map_err(|error| files::why(&error)).and_then(|metadata| check(&own, &metadata));
        if let Err(why) = usable {
            unanswered.push(format!("the private key of {name}, {}, cannot be used: {why}", own.display()));
        }
        vec![own]
    }
}

/// Opening a file changes nothing, not even when it was last read.
fn check(path: &Path, metadata: &Metadata) -> Result<(), String> {
    if !metadata.is_file() {
        return Err("it is no regular file".to_owned());
    }
    if metadata.len() == 0 {
        return Err("it is empty".to_owned());
    }
    File::open(path).map(drop).map_err(|error| files::why(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_own_key_comes_before_the_insecure_ones() {
        let directory = tempfile::tempdir().unwrap();
        let (home, machine) = (directory.path().join("home"), directory.path().join("machine"));
        std::fs::create_dir_all(home.join("insecure_private_keys")).unwrap();
        std::fs::create_dir_all(&machine).unwrap();
        let of = || Keys::below(&home).of(&machine, "a", &mut Vec::new());
        assert_eq!(of(), [] as [PathBuf; 0]);
        std::fs::write(home.join("insecure_private_key"), "k").unwrap();
        assert_eq!(of(), [home.join("insecure_private_key")]);
        for kind in ["ed25519", "rsa"] {
            std::fs::write(home.join(format!("insecure_private_keys/vagrant.key.{kind}")), "k").unwrap();
        }
        let two = ["rsa", "ed25519"].map(|kind| home.join(format!("insecure_private_keys/vagrant.key.{kind}")));
        assert_eq!(of(), two);
        std::fs::write(machine.join("private_key"), "k").unwrap();
        assert_eq!(of(), [machine.join("private_key")]);
    }

    #[test]
    fn a_key_that_cannot_be_used_is_named_and_said() {
        let directory = tempfile::tempdir().unwrap();
        let key = directory.path().join("private_key");
        std::fs::write(&key, "").unwrap();
        let mut unanswered = Vec::new();
        let keys = Keys { insecure: vec!["/insecure".into()] };
        assert_eq!(keys.of(directory.path(), "a", &mut unanswered), std::slice::from_ref(&key));
        assert!(unanswered[0].ends_with("cannot be used: it is empty"), "{unanswered:?}");
        std::fs::remove_file(&key).unwrap();
        std::fs::create_dir(&key).unwrap();
        assert_eq!(keys.of(directory.path(), "a", &mut unanswered), [key]);
        assert!(unanswered[1].ends_with("it is no regular file"));
    }
}
