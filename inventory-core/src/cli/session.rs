//! What every command works with: the cluster, and a way to look at its source.

use std::path::{Path, PathBuf};

use super::arguments::Arguments;
use super::{At, Binary, Failure, Options};
use crate::cluster::{Cluster, Loaded};
use crate::discovery::Discovery;
use crate::inventory::assemble::{Assembly, assemble};
use crate::snapshot::Snapshot;
use crate::yaml::Source;

/// A cluster and its source.
pub(super) struct Session<'a> {
    /// What the binary is called.
    pub(super) binary: &'static str,
    /// Its source.
    pub(super) source: &'static str,
    /// The cluster's settings, flags and environment laid over the file's.
    pub(super) cluster: Cluster,
    /// The cluster file, if there is one.
    pub(super) file: Option<ClusterText>,
    /// The directory that relative paths start from.
    pub(super) directory: PathBuf,
    look: Box<dyn Fn() -> Result<Discovery, Failure> + 'a>,
}

/// A cluster file's place and text.
pub(super) struct ClusterText {
    pub(super) path: PathBuf,
    pub(super) text: Source,
}

impl<'a> Session<'a> {
    /// Reads the cluster file, if one is named, and lays the flags over it.
    pub(super) fn open<O: Options>(binary: &'a Binary<O>, arguments: &Arguments<O>) -> Result<Self, Failure> {
        let flags = arguments.source.clone();
        let (mut cluster, options, file) = match &arguments.file {
            None => (Cluster::undeclared(binary.name), (binary.overlay)(O::default(), flags), None),
            Some(path) => {
                let loaded = Loaded::<O>::read(path, binary.source, &|name| std::env::var(name).ok())?;
                let file = ClusterText { path: loaded.path, text: loaded.text };
                (loaded.cluster, (binary.overlay)(loaded.source, flags), Some(file))
            }
        };
        cluster.machines = cluster.machines.overlaid(arguments.machines.clone());
        cluster.partial |= arguments.partial;
        let directory = match &file {
            Some(file) => directory_of(&file.path),
            None => PathBuf::from("."),
        };
        let at_directory = directory.clone();
        let name = cluster.name.clone();
        let replay = arguments.replay.clone();
        let look = move || match &replay {
            Some(path) => Ok(Snapshot::read(path)?.of_source(path, binary.source)?.discovery),
            None => (binary.discover)(&options, &At { directory: &at_directory, cluster: &name }),
        };
        Ok(Self { binary: binary.name, source: binary.source, cluster, file, directory, look: Box::new(look) })
    }

    /// Looks at the source.
    pub(super) fn discover(&self) -> Result<Discovery, Failure> {
        (self.look)()
    }

    /// Looks at the source and assembles the inventory.
    pub(super) fn assemble(&self) -> Result<Assembly, Failure> {
        Ok(assemble(&self.cluster, &self.discover()?)?)
    }

    /// The cluster file, which a command needs.
    pub(super) fn needs_file(&self, command: &str) -> Result<&ClusterText, Failure> {
        self.file.as_ref().ok_or_else(|| {
            Failure::usage(
                format!("`{command}` needs a cluster file"),
                format!("name it first: `{} FILE {command}`; `{} init` writes one", self.binary, self.binary),
            )
        })
    }
}

/// The directory of a file, never empty.
pub(super) fn directory_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
