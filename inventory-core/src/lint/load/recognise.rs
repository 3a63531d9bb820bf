//! Which files are inventories: by their name, what is beside them, and above all what is in them.

use std::path::Path;

use super::cluster;
use super::signs::{self, Likeness};
use crate::ansible::{self, Format, Problem};
use crate::cluster::PLUGIN_PREFIX;
use crate::cluster::startable::is_executable;
use crate::lint::outcome::Unread;
use crate::lint::root::{Content, InventoryFile};
use crate::yaml::{self, Kind, Node, Resolved, Source};

/// What the name of a file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// No inventory: `models.py`, `machines.txt`.
    None,
    /// A script, called like an inventory: `inventory.py`.
    Script,
    /// Nothing: `lab.yml`.
    Any,
    /// An inventory: `hosts`, `inventory.ini`, `prod-hosts.yml`.
    Inventory,
}

impl Name {
    pub(super) fn of(path: &Path) -> Self {
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Self::None };
        if name.ends_with('~') {
            return Self::None;
        }
        let lower = name.to_ascii_lowercase();
        let is_inventory = lower.split(['.', '-', '_']).any(|word| matches!(word, "hosts" | "inventory"));
        let extension = lower.rsplit_once('.').map(|(_, extension)| extension);
        match extension {
            None | Some("ini" | "yml" | "yaml" | "json") if is_inventory => Self::Inventory,
            None | Some("ini" | "yml" | "yaml" | "json" | "kubevirt" | "libvirt" | "vagrant" | "static") => Self::Any,
            Some("py" | "sh" | "rb" | "pl" | "js") if is_inventory => Self::Script,
            // kubespray's was `inventory.cfg` once, and people write `hosts.prod`.
            Some("cfg" | "prod" | "production" | "stage" | "staging" | "dev" | "test" | "inventory")
                if is_inventory =>
            {
                Self::Inventory
            }
            Some(_) => Self::None,
        }
    }
}

/// What speaks for a file before it is opened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clues {
    pub(super) name: Name,
    /// Whether `group_vars` or `host_vars` are beside it.
    pub(super) has_variables: bool,
    /// Whether a person named it.
    pub(super) is_named: bool,
}

impl Clues {
    fn is_called_inventory(self) -> bool {
        self.name == Name::Inventory
    }

    /// Whether anything speaks for it, so that its own word is believed.
    fn any(self) -> bool {
        self.is_called_inventory() || self.has_variables || self.is_named
    }
}

/// Whether a file is an inventory, or looks like one that cannot be read.
pub(super) fn is_inventory(path: &Path, clues: Clues, text: Option<&str>) -> bool {
    read_file(path, clues, text).is_some()
}

/// Reads a file, from memory where its text is given; `None`: it is no inventory. One that looks like an inventory
/// and cannot be read is there without content, together with the reason.
pub(super) fn read_file(path: &Path, clues: Clues, text: Option<&str>) -> Option<(InventoryFile, Vec<Unread>)> {
    let read = text.map_or_else(|| Source::read(path), |text| Ok(Source::new(path, text)));
    let (source, content, unread) = match read {
        Ok(source) => {
            let (content, unread) = content(&source, clues)?;
            (source, content, unread)
        }
        Err(error) => {
            let unread = of_unreadable(path, clues, &error)?;
            (Source::new(path, ""), Content::Unknown, unread)
        }
    };
    Some((InventoryFile { source, is_executable: is_executable(path), content }, unread))
}

/// What is in a file that could be read.
fn content(source: &Source, clues: Clues) -> Option<(Content, Vec<Unread>)> {
    let text = source.text();
    if signs::is_cluster_file(text) {
        return Some(cluster::read(source));
    }
    if clues.name == Name::Script || text.starts_with("#!") && is_executable(source.name()) {
        // Ansible would run it, which nobody does here.
        let is_meant = matches!(clues.name, Name::Script | Name::Inventory)
            && (clues.has_variables || clues.is_named && clues.name == Name::Inventory);
        let is_one = is_meant && text.starts_with("#!") && is_executable(source.name());
        return is_one.then_some((Content::Unknown, Vec::new()));
    }
    // Parsing everything that is YAML below a directory would take long.
    if !clues.any() && !signs::mentions_known_group(text) {
        return None;
    }
    let (inventory, document) = ansible::read_with_document(source);
    let root = document.as_ref().and_then(|document| document.root.as_ref());
    match inventory {
        Ok(inventory) => {
            let is_one = match inventory.format {
                Format::Ini => is_ini_inventory(&inventory, clues),
                Format::List => clues.any() || has_known_group(&inventory),
                Format::Yaml => root.is_some_and(|root| is_yaml_inventory(root, source, &inventory, clues)),
            };
            let tree = document.filter(|_| inventory.format != Format::Ini).and_then(|document| document.root);
            is_one.then(|| (Content::Ansible { inventory: Box::new(inventory), tree }, Vec::new()))
        }
        Err(error) => match error.problem() {
            Problem::PluginConfiguration => of_plugin(source, root?, clues),
            Problem::Encrypted => clues.is_called_inventory().then(|| {
                let unread = Unread {
                    location: yaml::Location::whole_file(source.name().into()),
                    reason: "is encrypted by ansible-vault as a whole".to_owned(),
                    hint: error.hint(),
                    is_in_order: true,
                };
                (Content::Unknown, vec![unread])
            }),
            problem => looks_like_one(source, problem, root, clues).then(|| {
                let unread = Unread {
                    location: error.location().clone(),
                    reason: error.to_string(),
                    hint: error.hint(),
                    is_in_order: false,
                };
                (Content::Unknown, vec![unread])
            }),
        },
    }
}

/// Why a file that looks like an inventory could not be read; `None`: it does not look like one.
fn of_unreadable(path: &Path, clues: Clues, error: &yaml::Error) -> Option<Vec<Unread>> {
    let is_text = match error {
        yaml::Error::NotUtf8 { .. } => {
            let bytes = std::fs::read(path).unwrap_or_default();
            let is_program = is_executable(path) && clues.is_called_inventory();
            if is_program && (clues.has_variables || clues.is_named) {
                // A compiled inventory: what it would say is not known, and nothing is wrong with it.
                return Some(Vec::new());
            }
            let likeness = Likeness::of(&String::from_utf8_lossy(&bytes));
            likeness == Likeness::Kubespray || likeness == Likeness::Much && clues.any()
        }
        // What is in it nobody knows.
        _ => clues.is_named && clues.name != Name::Script,
    };
    (is_text || clues.is_called_inventory()).then(|| {
        let leads_nowhere = matches!(error, yaml::Error::Unreadable { .. }) && path.is_symlink() && !path.exists();
        let hint = leads_nowhere.then(|| "it is a link: remove it, or let it lead to a file".to_owned());
        let unread = Unread::of(error);
        vec![Unread { hint: hint.or(unread.hint), ..unread }]
    })
}

/// The configuration of an inventory plugin; ours may be written in a way that only a parser sees.
fn of_plugin(source: &Source, root: &Node, clues: Clues) -> Option<(Content, Vec<Unread>)> {
    let plugin = root.get("plugin", source).and_then(Node::raw)?;
    if plugin.starts_with(PLUGIN_PREFIX) {
        return Some(cluster::read(source));
    }
    clues.any().then_some((Content::Unknown, Vec::new()))
}

fn has_known_group(inventory: &ansible::Inventory) -> bool {
    inventory.groups.keys().any(|group| signs::is_known_group(group))
}

/// INI is whatever has lines: hosts must look like hosts, and something must speak for the file.
fn is_ini_inventory(inventory: &ansible::Inventory, clues: Clues) -> bool {
    let is_host = |name: &String| {
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':'))
    };
    let has_sections = inventory.groups.values().any(|group| group.declared.is_some());
    let has_known = has_known_group(inventory);
    let has_members = !inventory.hosts.is_empty() || has_known;
    let is_empty_one = clues.is_called_inventory() && clues.has_variables;
    inventory.hosts.keys().all(is_host)
        && (clues.any() || has_known)
        && (has_members && (has_sections || clues.is_called_inventory()) || is_empty_one)
}

/// YAML whose top level is groups. Ansible reads more than that as an inventory, with warnings: files of variables,
/// values of Helm charts.
fn is_yaml_inventory(root: &Node, source: &Source, inventory: &ansible::Inventory, clues: Clues) -> bool {
    let groups = root.entries(source).unwrap_or_default();
    let parts: Vec<_> = groups.iter().map(|(_, value)| parts(value, source)).collect();
    let is_strict = parts.iter().all(|part| *part != Parts::Other) && parts.contains(&Parts::Group);
    if is_strict && (clues.any() || has_known_group(inventory)) {
        return true;
    }
    let has_members = groups.iter().any(|(_, value)| {
        let has = |key| value.get(key, source).is_some_and(|part| matches!(part.kind, Kind::Mapping(_)));
        has("hosts") || has("children")
    });
    has_members && (clues.is_called_inventory() || inventory.groups.keys().any(|group| signs::is_kubesprays(group)))
}

/// What a value at the top of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parts {
    /// Nothing, which a group may be.
    Nothing,
    /// A map of `hosts`, `children` and `vars`.
    Group,
    /// Something else.
    Other,
}

fn parts(value: &Node, source: &Source) -> Parts {
    match value.resolve() {
        Resolved::Null => Parts::Nothing,
        Resolved::Map => {
            let entries = value.entries(source).unwrap_or_default();
            let is_part = |key: &Node| matches!(key.raw(), Some("hosts" | "children" | "vars"));
            match entries.as_slice() {
                [] => Parts::Nothing,
                entries if entries.iter().all(|(key, _)| is_part(key)) => Parts::Group,
                _ => Parts::Other,
            }
        }
        _ => Parts::Other,
    }
}

/// Whether a file that Ansible refuses was meant as an inventory.
fn looks_like_one(source: &Source, problem: &Problem, root: Option<&Node>, clues: Clues) -> bool {
    match problem {
        Problem::Empty => return clues.is_called_inventory() && clues.has_variables,
        // Playbooks, and lists of whatever.
        _ if root.is_some_and(|root| matches!(root.kind, Kind::Sequence(_))) => return false,
        _ => {}
    }
    match Likeness::of(source.text()) {
        Likeness::Kubespray => true,
        Likeness::Much => clues.any(),
        Likeness::Some => clues.is_called_inventory(),
        Likeness::None => false,
    }
}
