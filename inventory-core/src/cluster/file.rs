//! Reading a cluster file.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::other_words;
use super::{Cluster, Groups, Hosts, KubesprayVersion, Machines, Member, Network};
use crate::environment::Sourced;
use crate::yaml::{self, Kind, Location, Node, Source};

/// What every `plugin:` begins with: it may become the name of an Ansible collection one day.
pub const PLUGIN_PREFIX: &str = "kube_inventory.vms.";

/// The sources there are, by the last word of `plugin:`.
pub(crate) const SOURCES: [&str; 4] = ["kubevirt", "libvirt", "vagrant", "static"];

/// Whose a file is taken for that names no source of ours.
const DEFAULT_SOURCE: &str = "static";

/// How many problems are worth telling at once; a file with more is no cluster file.
const MOST_PROBLEMS: usize = 20;

/// One cluster: where its machines come from, who is a member, how they are grouped.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "S: DeserializeOwned")]
pub struct ClusterFile<S> {
    /// Which source this is: `kube_inventory.vms.kubevirt`, `….libvirt`, `….vagrant` or `….static`.
    pub plugin: String,
    /// The cluster's name. Default: the file's name up to its first dot, or its directory's.
    #[serde(default)]
    pub cluster: Option<ClusterName>,
    /// Whose playbooks will run, which decides groups and variables.
    #[serde(default)]
    pub layout: Layout,
    /// kubespray's version, in quotes: "v2.31.0".
    #[serde(default)]
    pub kubespray_version: Option<KubesprayVersion>,
    /// Where the machines come from.
    #[serde(default)]
    pub source: Option<S>,
    /// Which machines are members.
    #[serde(default)]
    pub machines: Machines,
    /// The membership, pinned (see the command `pin`).
    #[serde(default)]
    pub members: Option<Vec<Member>>,
    /// Names, addresses and variables of hosts.
    #[serde(default)]
    pub hosts: Hosts,
    /// Group name to selector: all, none, or a map of filters.
    #[serde(default)]
    pub groups: Groups,
    /// The cluster's network.
    #[serde(default)]
    pub network: Network,
    /// A YAML file with what is around many clusters: avoid, hosting, underlay, pool, siblings.
    #[serde(default)]
    pub site: Option<Sourced<PathBuf>>,
    /// Accept that a place cannot be read: its pinned members stay. Needs members, or layout: none.
    #[serde(default)]
    pub partial: bool,
}

/// Whose playbooks will run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// kubespray's groups and variables.
    #[default]
    Kubespray,
    /// The groups of kubernetes-the-hard-way playbooks.
    HardWay,
    /// Only the groups that are written.
    None,
}

impl Layout {
    /// The DNS domain of the machines when nobody names one: kubernetes-the-hard-way has `server.kubernetes.local`.
    pub const fn domain_of_machines(self) -> &'static str {
        match self {
            Self::HardWay => "kubernetes.local",
            Self::Kubespray | Self::None => "cluster.local",
        }
    }
}

/// A cluster's name: it becomes part of names of hosts and groups.
#[derive(Debug, Clone, PartialEq, Eq, JsonSchema)]
#[schemars(transparent)]
pub struct ClusterName(String);

impl ClusterName {
    /// A name of letters, digits, `.`, `_` and `-`.
    pub fn parse(name: &str) -> Result<Self, String> {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) || !name.chars().all(fits) {
            return Err(format!("{name:?} cannot name a cluster; use letters, digits, `.`, `_` and `-`"));
        }
        Ok(Self(name.to_owned()))
    }
}

impl<'de> Deserialize<'de> for ClusterName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A cluster file that was read.
#[derive(Debug, Clone)]
pub struct Loaded<S> {
    /// The cluster's settings.
    pub cluster: Cluster,
    /// The source's own section.
    pub source: S,
    /// The text, for messages and for `pin`.
    pub text: Source,
    /// Where it is.
    pub path: PathBuf,
}

/// Why a file is no cluster file of this binary's.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// No YAML, or not of this shape.
    #[error("{}", .0.with_place())]
    Yaml(#[from] yaml::Error),
    /// Ansible could not start it.
    #[error(transparent)]
    NotStartable(#[from] super::Unstartable),
    /// `plugin:` is missing: Ansible would take the file itself for an inventory when this binary fails.
    #[error("{at}: `plugin:` is missing, so Ansible would parse this file as an inventory of its own")]
    NoPlugin {
        /// The file's first line.
        at: Location,
        /// What to write.
        plugin: String,
    },
    /// Another source's file.
    #[error("{at}: this file is for {}", .belongs_to.as_deref().map_or_else(|| format!("a plugin {plugin:?} that is not ours"), |binary| format!("`{binary}`")))]
    OtherPlugin {
        /// Where `plugin:` is.
        at: Location,
        /// What it says.
        plugin: String,
        /// The binary that reads such files, if there is one.
        belongs_to: Option<String>,
        /// What this binary wants to see.
        expected: String,
    },
    /// Something that only shows when the parts are seen together.
    #[error("{}: {what}", .file.display())]
    Contradiction {
        /// The file.
        file: PathBuf,
        /// What does not go together.
        what: String,
        /// What to do.
        remedy: String,
    },
}

impl LoadError {
    /// Where.
    pub fn location(&self) -> Location {
        match self {
            Self::Yaml(error) => error.location().clone(),
            Self::NotStartable(error) => error.location().clone(),
            Self::NoPlugin { at, .. } | Self::OtherPlugin { at, .. } => at.clone(),
            Self::Contradiction { file, .. } => Location::whole_file(file.as_path().into()),
        }
    }

    /// What is wrong: its text without the place.
    pub fn reason(&self) -> String {
        if let Self::Yaml(error) = self {
            return error.to_string();
        }
        let text = self.to_string();
        text.strip_prefix(&format!("{}: ", self.location())).unwrap_or(&text).to_owned()
    }

    /// What a person can do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Yaml(error) => match error {
                yaml::Error::UnknownKey { key, known, nearest: None, .. } => other_words::meant(key, known),
                _ => None,
            }
            .map(|meant| format!("here that is `{meant}`"))
            .or_else(|| error.hint())
            .unwrap_or_default(),
            Self::NotStartable(error) => error.remedy(),
            Self::NoPlugin { plugin, .. } => format!("write `plugin: {plugin}` at the top"),
            Self::OtherPlugin { belongs_to: Some(binary), .. } => format!("run it with {binary}"),
            Self::OtherPlugin { expected, .. } => format!("write `plugin: {expected}`"),
            Self::Contradiction { remedy, .. } => remedy.clone(),
        }
    }
}

impl<S: DeserializeOwned + Default> Loaded<S> {
    /// Reads the cluster file at `path` for the binary `inv-SOURCE`. `{env:NAME}` is looked up with `env`.
    ///
    /// A file that Ansible could not start is refused, however readable it is.
    pub fn read(path: &Path, source: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, LoadError> {
        let text = Source::read(path)?;
        super::startable::check(&text, &format!("inv-{source}"))?;
        Self::parse(text, path, source, env)
    }

    /// Reads a cluster file's text, as [`Self::read`] does, wherever it comes from.
    pub fn parse(
        text: Source,
        path: &Path,
        source: &str,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, LoadError> {
        let document = yaml::parse_one(&text)?;
        let at_start = || text.location(0);
        let expected = format!("{PLUGIN_PREFIX}{source}");
        let Some(root) = document.root else {
            return Err(LoadError::NoPlugin { at: at_start(), plugin: expected });
        };
        check_plugin(&root, &text, &expected, &at_start)?;
        let root = super::env::expand(&root, &text, env)?;
        let file: ClusterFile<S> = yaml::from_node(&root, &text)?;
        let cluster = settings(&file, path)?;
        Ok(Self { cluster, source: file.source.unwrap_or_default(), text, path: path.to_owned() })
    }

    /// Everything that is wrong with a cluster file's text, one error for each of its sections, the first few of many.
    pub fn problems(text: &Source, path: &Path, source: &str, env: &dyn Fn(&str) -> Option<String>) -> Vec<LoadError> {
        let Err(whole) = Self::parse(text.clone(), path, source, env) else { return Vec::new() };
        // Where the text is no tree, or somebody else's, there are no sections to look at.
        let is_ours = !matches!(whole, LoadError::OtherPlugin { belongs_to: Some(_), .. });
        let root = yaml::parse_one(text).ok().and_then(|document| document.root).filter(|_| is_ours);
        let Some(root) = root else { return vec![whole] };
        let Kind::Mapping(pairs) = &root.kind else { return vec![whole] };
        let mut problems = vec![whole];
        for pair in pairs.iter().filter(|(key, _)| key.raw() != Some("plugin")) {
            if problems.len() > MOST_PROBLEMS {
                break;
            }
            let section = Node { kind: Kind::Mapping([pair.clone()].into()), ..root.clone() };
            let read = super::env::expand(&section, text, env)
                .and_then(|section| yaml::from_node::<ClusterFile<S>>(&section, text).map(drop));
            match read {
                Ok(()) | Err(yaml::Error::MissingKey { key: "plugin", .. }) => {}
                Err(error) => problems.push(error.into()),
            }
        }
        let mut seen = std::collections::HashSet::new();
        problems.retain(|problem| seen.insert(problem.to_string()));
        problems
    }
}

impl Loaded<serde::de::IgnoredAny> {
    /// Reads a cluster file of any source, for everything but the source's own section.
    pub fn of_any_source(path: &Path, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, LoadError> {
        let text = Source::read(path)?;
        let root = yaml::parse_one(&text)?.root;
        let word = root.as_ref().map_or(DEFAULT_SOURCE, |root| source_of(root, &text));
        Self::parse(text, path, word, env)
    }
}

/// The source that a cluster file is for, by the last word of its `plugin:`.
pub(crate) fn source_of(root: &Node, text: &Source) -> &'static str {
    let plugin = root.get("plugin", text).and_then(Node::raw).unwrap_or_default();
    let word = plugin.strip_prefix(PLUGIN_PREFIX);
    SOURCES.into_iter().find(|source| word == Some(source)).unwrap_or(DEFAULT_SOURCE)
}

/// Refuses a file that is not this source's before anything else is said about it.
fn check_plugin(root: &Node, text: &Source, expected: &str, at_start: &dyn Fn() -> Location) -> Result<(), LoadError> {
    let Some(value) = root.get("plugin", text) else {
        return Err(LoadError::NoPlugin { at: at_start(), plugin: expected.to_owned() });
    };
    let Some(plugin) = value.raw() else {
        return Err(LoadError::Yaml(yaml::Error::Expected {
            location: value.location(text),
            expected: "text".to_owned(),
            found: value.describe(),
            hint: Some(format!("write `plugin: {expected}`")),
        }));
    };
    if plugin == expected {
        return Ok(());
    }
    let other = plugin.strip_prefix(PLUGIN_PREFIX).filter(|word| SOURCES.contains(word));
    Err(LoadError::OtherPlugin {
        at: value.location(text),
        plugin: plugin.to_owned(),
        belongs_to: other.map(|word| format!("inv-{word}")),
        expected: expected.to_owned(),
    })
}

/// The settings a file gives, with its contradictions found.
fn settings<S>(file: &ClusterFile<S>, path: &Path) -> Result<Cluster, LoadError> {
    let contradiction = |what: String, remedy: &str| LoadError::Contradiction {
        file: path.to_owned(),
        what,
        remedy: remedy.to_owned(),
    };
    if file.hosts.bastion && file.hosts.jump.is_none() {
        return Err(contradiction(
            "`hosts.bastion` is true, and no `hosts.jump` says which machine that is".into(),
            "add `jump: user@host` under `hosts`",
        ));
    }
    if let Some(twice) = file.members.as_deref().and_then(pinned_twice) {
        return Err(contradiction(format!("`members` lists {twice} twice"), "keep one of the two"));
    }
    let name = match &file.cluster {
        Some(ClusterName(name)) => name.clone(),
        None => name_from_path(path).map_err(|what| contradiction(what, "write `cluster: NAME` into the file"))?,
    };
    Ok(Cluster {
        name,
        layout: file.layout,
        kubespray_version: file.kubespray_version,
        machines: file.machines.clone(),
        members: file.members.clone(),
        hosts: file.hosts.clone(),
        groups: file.groups.clone(),
        network: file.network.clone(),
        site: file.site.clone(),
        partial: file.partial,
        is_declared: true,
    })
}

/// A machine, host or etcd member that stands twice in `members`.
fn pinned_twice(members: &[Member]) -> Option<String> {
    let mut seen = std::collections::HashSet::new();
    let mut twice = |what: &str, key: Option<String>| {
        key.filter(|key| !seen.insert(format!("{what} {key}"))).map(|key| format!("the {what} {key}"))
    };
    members.iter().find_map(|member| {
        let machine = [member.place.as_deref(), member.namespace.as_deref(), Some(member.machine.as_str())]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("/");
        twice("machine", Some(machine))
            .or_else(|| twice("host", member.host.as_ref().map(ToString::to_string)))
            .or_else(|| twice("etcd member", member.etcd_member_name.clone()))
    })
}

/// What a cluster is called after its file: the file's name up to its first dot, or its directory's where the file's
/// says nothing.
pub fn name_from_path(path: &Path) -> Result<String, String> {
    let stem = |path: &Path| {
        path.file_name().and_then(|name| name.to_str()).map(|name| name.split('.').next().unwrap_or(name).to_owned())
    };
    let says_nothing =
        |name: &str| matches!(name, "" | "hosts" | "inventory") || SOURCES.iter().any(|s| name == format!("inv-{s}"));
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let name = match stem(&absolute) {
        Some(name) if !says_nothing(&name) => name,
        _ => absolute.parent().and_then(last_name).unwrap_or_default(),
    };
    ClusterName::parse(&name).map(|ClusterName(name)| name)
}

/// A directory's name, also where its path ends in `..`.
fn last_name(directory: &Path) -> Option<String> {
    let named = |path: &Path| path.file_name().and_then(|name| name.to_str()).map(str::to_owned);
    named(directory).or_else(|| named(&std::fs::canonicalize(directory).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cluster_is_called_like_its_file_or_its_directory() {
        for (path, name) in [
            ("/x/lab/ci-kube.static.yml", "ci-kube"),
            ("/x/ci-kube/hosts.static.yml", "ci-kube"),
            ("/x/ci-kube/inv-kubevirt", "ci-kube"),
            ("/x/ci-kube/inventory", "ci-kube"),
        ] {
            assert_eq!(name_from_path(Path::new(path)).as_deref(), Ok(name), "{path}");
        }
        assert!(name_from_path(Path::new("/hosts.yml")).is_err());
    }
}
