//! An inventory root: what Ansible would load together.

use std::path::PathBuf;

use crate::ansible;
use crate::cluster::Cluster;
use crate::discovery::Discovery;
use crate::vars::tree::VarsTree;
use crate::yaml::{Node, Source};

use super::above::Above;
use super::outcome::Unread;

/// A directory with inventories and the variables beside them.
#[derive(Debug, Clone)]
pub struct Root {
    /// The directory, as the person knows it; empty: the current one.
    pub directory: PathBuf,
    /// The inventories in it, by name. None: only variables are there.
    pub inventories: Vec<InventoryFile>,
    /// `group_vars/` and `host_vars/`.
    pub tree: VarsTree,
    /// Its inventories as they were at the revision that `--since` names. `None`: nobody asked.
    pub before: Option<Vec<InventoryFile>>,
    /// The `ansible.cfg` in it.
    pub ansible_config: Option<Source>,
    /// The `requirements.txt` beside it or above it that says which Ansible runs, where there is one.
    pub requirements: Option<Source>,
    /// Its directory and those above.
    pub(super) above: Above,
    /// What could not be read, or only in part.
    pub unread: Vec<Unread>,
}

impl Root {
    /// A root without inventories, and with nothing above.
    pub fn new(directory: impl Into<PathBuf>, tree: VarsTree) -> Self {
        Self {
            directory: directory.into(),
            inventories: Vec::new(),
            tree,
            before: None,
            ansible_config: None,
            requirements: None,
            above: Above::default(),
            unread: Vec::new(),
        }
    }
}

/// A file that Ansible is given with `-i`.
#[derive(Debug, Clone)]
pub struct InventoryFile {
    /// Its text, and its name as the person knows it.
    pub source: Source,
    /// Whether it may be executed, so that Ansible would run it.
    pub is_executable: bool,
    /// What is in it.
    pub content: Content,
}

/// What is in an inventory file.
#[derive(Debug, Clone)]
pub enum Content {
    /// Groups, hosts and variables, as Ansible reads them.
    Ansible {
        /// What Ansible makes of it.
        inventory: Box<ansible::Inventory>,
        /// Its YAML, for what Ansible does not tell: keys given twice. `None`: it is INI.
        tree: Option<Node>,
    },
    /// One of our cluster files: an executable that is read here, and never run.
    Cluster(Box<ClusterContent>),
    /// What it says is not known: an inventory plugin's configuration, an executable that is none of ours, or a file
    /// that could not be read, and then [`Root::unread`] says why.
    Unknown,
}

/// A cluster file, and its machines as far as they are known without asking anybody.
#[derive(Debug, Clone)]
pub struct ClusterContent {
    /// The cluster's settings, its site's laid under them.
    pub cluster: Cluster,
    /// Its YAML.
    pub tree: Node,
    /// What a look at the source gave: just now (`FILE lint`, `--run`), or when `.inv/snapshot.json` was recorded.
    pub discovery: Option<Discovery>,
    /// When a snapshot was taken, in its own words.
    pub taken: Option<String>,
}
