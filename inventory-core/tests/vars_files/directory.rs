//! A directory with files of variables.

use std::path::{Path, PathBuf};

use ansible_referee::Ansible;
use inventory_core::inventory::Value;
use inventory_core::vars::merge::{Absent, Merged, Setting, merge};
use inventory_core::vars::tree::{Owner, VarsTree};
use tempfile::TempDir;

pub(crate) struct Directory(TempDir);

impl Directory {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let directory = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            directory.write(path, text);
        }
        directory
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, path: impl AsRef<Path>, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    pub(crate) fn tree(&self) -> VarsTree {
        VarsTree::read(self.path())
    }

    /// Merges and writes, and sees that nothing is left to do.
    pub(crate) fn merge(&self, settings: &[Setting]) -> Merged {
        let merged = merge(&self.tree(), settings);
        for file in &merged.files {
            let old = std::fs::read_to_string(self.path().join(&file.path)).ok();
            assert_eq!(old, file.old, "{}", file.path.display());
            assert_ne!(file.old.as_ref(), Some(&file.text), "{}", file.path.display());
            self.write(&file.path, &file.text);
        }
        let again = merge(&self.tree(), settings);
        assert!(again.files.is_empty() && again.changes.is_empty(), "{again:?}");
        let left = |merged: &Merged| -> Vec<_> {
            merged.left.iter().map(|left| (left.path.clone(), left.why.clone())).collect()
        };
        assert_eq!(left(&again), left(&merged));
        merged
    }

    /// Sentences without the directory's name.
    pub(crate) fn shown(&self, sentences: impl IntoIterator<Item = impl ToString>) -> Vec<String> {
        let root = format!("{}/", self.path().display());
        sentences.into_iter().map(|sentence| sentence.to_string().replace(&root, "")).collect()
    }
}

pub(crate) fn group(name: &str) -> Owner {
    Owner::Group(name.to_owned())
}

pub(crate) fn path(path: &str) -> Vec<String> {
    path.split('.').map(str::to_owned).collect()
}

/// A setting of `k8s_cluster` that is written where it is absent.
pub(crate) fn setting(file: &str, keys: &str, value: Value) -> Setting {
    Setting {
        file: PathBuf::from(file),
        owner: group("k8s_cluster"),
        path: path(keys),
        value,
        reason: format!("because of {keys}"),
        absent: Absent::Write,
    }
}

/// What `PyYAML` makes of texts, as JSON.
pub(crate) fn pyyaml(texts: &[String]) -> Vec<serde_json::Value> {
    const SCRIPT: &str = "import json, sys, yaml\n\
        for text in json.load(open(sys.argv[1])):\n    \
            print(json.dumps(yaml.load(text, Loader=yaml.CSafeLoader), default=str))";
    let session = Ansible::New.session();
    let input = session.home().join("texts.json");
    std::fs::write(&input, serde_json::to_string(texts).unwrap()).unwrap();
    let output = session.command("python").arg("-c").arg(SCRIPT).arg(input).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let values: Vec<_> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(values.len(), texts.len());
    values
}
