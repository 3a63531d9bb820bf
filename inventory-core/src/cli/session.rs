//! What every command works with: the cluster, and a way to look at its source.

use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};

use super::arguments::Arguments;
use super::{At, Binary, Failure, Finding, Options, guests};
use crate::cluster::{Cluster, HostKeys, Loaded};
use crate::discovery::Discovery;
use crate::inventory::assemble::{Assembly, assemble};
use crate::snapshot::Snapshot;
use crate::yaml::Source;

/// A cluster and its source.
pub(super) struct Session {
    /// What the binary is called.
    pub(super) binary: &'static str,
    /// The cluster's settings, flags and environment laid over the file's.
    pub(super) cluster: Cluster,
    /// The cluster file, if there is one.
    pub(super) file: Option<ClusterText>,
    /// The directory that relative paths start from.
    pub(super) directory: PathBuf,
    sight: Arc<dyn AnySight>,
}

/// A source with its options, which is all that is left of a source's own types here.
struct Sight<O: 'static> {
    binary: &'static Binary<O>,
    options: O,
    directory: PathBuf,
    cluster: String,
    replay: Option<PathBuf>,
}

/// What can be asked of a source whatever its options are.
trait AnySight: Send + Sync {
    fn look(&self) -> Result<Discovery, Failure>;
    fn record(&self) -> Result<Snapshot, Failure>;
    fn doctor(&self) -> Vec<Finding>;
    /// Whether it is a snapshot that is looked at.
    fn is_replay(&self) -> bool;
}

impl<O: Options> Sight<O> {
    fn at(&self) -> At<'_> {
        At { directory: &self.directory, cluster: &self.cluster }
    }
}

impl<O: Options> AnySight for Sight<O> {
    fn look(&self) -> Result<Discovery, Failure> {
        self.binary.look(&self.options, &self.at(), self.replay.as_deref())
    }

    fn record(&self) -> Result<Snapshot, Failure> {
        self.binary.record(&self.options, &self.at(), self.replay.as_deref())
    }

    fn doctor(&self) -> Vec<Finding> {
        match (self.binary.doctor, &self.replay) {
            (Some(doctor), None) => doctor(&self.options, &self.at()),
            _ => Vec::new(),
        }
    }

    fn is_replay(&self) -> bool {
        self.replay.is_some()
    }
}

/// A cluster file's place and text.
pub(super) struct ClusterText {
    pub(super) path: PathBuf,
    pub(super) text: Source,
}

impl Session {
    /// Reads the cluster file, if one is named, and lays the flags over it.
    pub(super) fn open<O: Options>(binary: &'static Binary<O>, arguments: &Arguments<O>) -> Result<Self, Failure> {
        let read = |path: &PathBuf| Loaded::read(path, binary.source, &|name| std::env::var(name).ok());
        let loaded = arguments.file.as_ref().map(read).transpose()?;
        Ok(Self::of(binary, arguments, loaded))
    }

    /// Lays the flags over a cluster file that was read, if there is one.
    pub(super) fn of<O: Options>(
        binary: &'static Binary<O>,
        arguments: &Arguments<O>,
        loaded: Option<Loaded<O>>,
    ) -> Self {
        let flags = arguments.source.clone();
        let (mut cluster, options, file) = match loaded {
            None => (Cluster::undeclared(binary.name), (binary.overlay)(O::default(), flags), None),
            Some(loaded) => {
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
        let sight = Arc::new(Sight { binary, options, directory: at_directory, cluster: name, replay });
        Self { binary: binary.name, cluster, file, directory, sight }
    }

    /// Looks at the source, and asks the guests where the file wants their own word.
    pub(super) fn discover(&self) -> Result<Discovery, Failure> {
        let mut discovery = self.sight.look()?;
        if !self.sight.is_replay() {
            for answer in guests::ask(self, &discovery)? {
                answer.add_to(&mut discovery);
            }
        }
        Ok(discovery)
    }

    /// Looks at the source and writes down what it said, and what the guests did.
    pub(super) fn record(&self) -> Result<Snapshot, Failure> {
        let mut snapshot = self.sight.record()?;
        if !self.sight.is_replay() {
            snapshot.guests = guests::ask(self, &snapshot.discovery)?;
            for answer in &snapshot.guests {
                answer.add_to(&mut snapshot.discovery);
            }
        }
        Ok(snapshot)
    }

    /// What the source itself says is wrong around it.
    pub(super) fn ask_source(&self) -> Vec<Finding> {
        self.sight.doctor()
    }

    /// Begins a look at the source and does not wait for it. The look goes on when nobody waits any more, and ends
    /// with the process at the latest.
    pub(super) fn begin_look(&self) -> mpsc::Receiver<Result<Discovery, Failure>> {
        let sight = Arc::clone(&self.sight);
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            // Whoever asked may have stopped waiting.
            let _ = sender.send(sight.look());
        });
        receiver
    }

    /// Looks at the source and assembles the inventory.
    pub(super) fn assemble(&self) -> Result<Assembly, Failure> {
        Ok(assemble(&self.cluster, &self.discover()?)?)
    }

    /// Makes the directory that SSH learns host keys in, where the file asks for that: SSH itself does not. Where it
    /// cannot be made, SSH says so.
    pub(super) fn make_room_for_host_keys(&self) {
        if self.cluster.hosts.host_keys == Some(HostKeys::AcceptNew) {
            let _ = std::fs::create_dir_all(self.directory.join(".inv"));
        }
    }

    /// The cluster file, which a command needs.
    pub(super) fn needs_file(&self, command: &str) -> Result<&ClusterText, Failure> {
        self.file.as_ref().ok_or_else(|| needs_file(self.binary, command))
    }
}

/// Why a command does not work without a cluster file.
pub(super) fn needs_file(binary: &str, command: &str) -> Failure {
    Failure::usage(
        format!("`{command}` needs a cluster file"),
        format!("name it first: `{binary} FILE {command}`; `{binary} init` writes one"),
    )
}

/// The directory of a file, never empty.
pub(super) fn directory_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
