//! Which kubespray releases an inventory may be for: told, or inferred as a range, and never guessed.

mod checkout;
mod evidence;
mod gitmodules;
mod requirements;

use std::fmt;
use std::path::Path;

use super::above::Directory;
use super::finding::Place;
use super::root::{Content, Root};
use crate::cluster::KubesprayVersion;
use crate::kubespray::{NEWEST, OLDEST, Release};

/// The releases that an inventory may be for: one at least, without a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Releases {
    oldest: Release,
    newest: Release,
    known: Known,
    unclear: Vec<String>,
}

/// How it is known which releases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Somebody says which.
    Told {
        /// Who.
        by: Teller,
        /// Where. `None`: on the command line.
        place: Option<Place>,
    },
    /// It follows from what is written.
    Inferred {
        /// From what: sentences with their places, without their full stops.
        evidence: Vec<String>,
    },
    /// It is not: all that are known here.
    Unknown,
}

/// Who says which release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Teller {
    /// `--kubespray`.
    Flag,
    /// `inv-lint.toml`.
    Config,
    /// A cluster file's `kubespray_version`.
    ClusterFile,
    /// The `galaxy.yml` of a checkout that is a git submodule.
    Submodule,
    /// `requirements.yml`.
    Requirements,
    /// The `galaxy.yml` of the checkout that the inventory lies in.
    Checkout,
}

impl Teller {
    /// Who that is, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Flag => "`--kubespray`",
            Self::Config => "inv-lint.toml",
            Self::ClusterFile => "the cluster file",
            Self::Submodule => "the submodule's galaxy.yml",
            Self::Requirements => "requirements.yml",
            Self::Checkout => "the galaxy.yml of the checkout around it",
        }
    }
}

impl Releases {
    /// The one that somebody says, its patch release included.
    pub fn told(version: KubesprayVersion, by: Teller, place: Option<Place>) -> Self {
        let release = Release::of(Some(version));
        Self { oldest: release, newest: release, known: Known::Told { by, place }, unclear: Vec::new() }
    }

    /// All that are known here. `unclear`: see [`Releases::unclear`].
    pub fn unknown(unclear: Vec<String>) -> Self {
        let (oldest, newest) = (Release::of(Some(OLDEST)), Release::of(Some(NEWEST)));
        Self { oldest, newest, known: Known::Unknown, unclear }
    }

    /// What a root itself, and the repository around it, say or show: its cluster file, else the nearest directory
    /// above that names kubespray, else what is written in its inventories and variables.
    pub fn of_root(root: &Root) -> Self {
        let pinned = match cluster_files(root) {
            Pinned::Silent => Pinned::above(root),
            pinned => pinned,
        };
        match pinned {
            Pinned::Says(releases) => releases,
            Pinned::Unclear(unclear) => evidence::infer(root, unclear),
            Pinned::Silent => evidence::infer(root, Vec::new()),
        }
    }

    /// The oldest.
    pub fn oldest(&self) -> Release {
        self.oldest
    }

    /// The newest.
    pub fn newest(&self) -> Release {
        self.newest
    }

    /// How they are known.
    pub fn known(&self) -> &Known {
        &self.known
    }

    /// Why what looks like an answer is none: a submodule that is not checked out, a pin to a branch, evidence that
    /// contradicts itself. Sentences with their places, without their full stops.
    pub fn unclear(&self) -> &[String] {
        &self.unclear
    }

    /// Whether one of them does as this one, whatever its patch release.
    pub fn contains(&self, release: Release) -> bool {
        let minor = |release: Release| (release.version().major, release.version().minor);
        (minor(self.oldest)..=minor(self.newest)).contains(&minor(release))
    }

    /// Each, the newest first.
    pub fn iter(&self) -> impl Iterator<Item = Release> {
        let (oldest, newest) = (self.oldest.version().minor, self.newest.version().minor);
        // One that somebody says is meant with its patch release, and may be of another major version.
        let newest_itself = std::iter::once(self.newest);
        newest_itself.chain((oldest..newest).rev().map(Release::v2))
    }
}

impl fmt::Display for Releases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.oldest == self.newest {
            write!(f, "{}", self.newest.version())?;
        } else {
            let (oldest, newest) = (self.oldest.version(), self.newest.version());
            write!(f, "v{}.{} to v{}.{}", oldest.major, oldest.minor, newest.major, newest.minor)?;
        }
        match &self.known {
            Known::Told { by, place: None } => write!(f, ", as {} says", by.words()),
            Known::Told { by, place: Some(place) } => write!(f, ", as {} says ({})", by.words(), place.location()),
            Known::Inferred { evidence } => write!(f, ": {}", evidence.join("; ")),
            Known::Unknown if self.unclear.is_empty() => f.write_str(": nothing says which"),
            Known::Unknown => write!(f, ": {}", self.unclear.join("; ")),
        }
    }
}

/// What a place that may tell the release comes to.
#[derive(Debug, Clone)]
pub(super) enum Pinned {
    /// It tells.
    Says(Releases),
    /// It speaks of kubespray, and does not tell.
    Unclear(Vec<String>),
    /// It does not speak of kubespray.
    Silent,
}

impl Pinned {
    /// What the files of a directory say: the checkout that it is, its submodules, its requirements.
    pub(super) fn of_directory(directory: &Path) -> Self {
        checkout::look_in(directory)
    }

    /// What the nearest directory says that speaks of kubespray, from a root's own up to the repository's top.
    fn above(root: &Root) -> Self {
        let spoken = |directory: &Directory| match directory.pinned() {
            Self::Silent => None,
            pinned => Some(pinned.clone()),
        };
        root.above.nearest(spoken).unwrap_or(Self::Silent)
    }

    /// One answer from several: what they agree on.
    fn agreed(said: Vec<Releases>, mut unclear: Vec<String>) -> Self {
        let mut said = said.into_iter();
        let Some(first) = said.next() else {
            return if unclear.is_empty() { Self::Silent } else { Self::Unclear(unclear) };
        };
        match said.find(|other| !first.contains(other.newest)) {
            None => Self::Says(first),
            Some(other) => {
                unclear.push(format!("{first}, but {other}"));
                Self::Unclear(unclear)
            }
        }
    }
}

/// What the cluster files of a root say.
fn cluster_files(root: &Root) -> Pinned {
    let told = root.inventories.iter().filter_map(|file| {
        let Content::Cluster(content) = &file.content else { return None };
        let version = content.cluster.kubespray_version?;
        let written = content.tree.get("kubespray_version", &file.source);
        let place = written.map_or_else(|| Place::file(&file.source), |node| Place::new(&file.source, node.span));
        Some(Releases::told(version, Teller::ClusterFile, Some(place)))
    });
    Pinned::agreed(told.collect(), Vec::new())
}

#[cfg(test)]
mod tests;
