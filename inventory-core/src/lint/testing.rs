//! Trees of files for the tests of rules.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::finding::{Edit, Finding, Label, Place};
use super::outcome::Outcome;
use super::repetition::leave_out_repetitions;
use super::root::{ClusterContent, Content, InventoryFile, Root};
use super::rule::Rule;
use super::run::{Checks, check};
use super::surroundings::Surroundings;
use crate::ansible;
use crate::cluster::{Loaded, PLUGIN_PREFIX};
use crate::kubespray::{NEWEST, Release};
use crate::network::address::AddressRange;
use crate::network::space::{AddressSpace, Origin, Owner, Role};
use crate::plan::Sibling;
use crate::vars::tree::VarsTree;
use crate::yaml::{Node, Source, parse_one};

/// A root on disk, and what to check it by.
pub(in crate::lint) struct Fixture {
    directory: tempfile::TempDir,
    inventory: PathBuf,
    others: Vec<PathBuf>,
    before: Option<String>,
    releases: Vec<Release>,
    surroundings: Surroundings,
    requirements: Option<Source>,
}

impl Fixture {
    /// kubespray's newest release with a cluster of one node.
    pub(in crate::lint) fn kubespray() -> Self {
        let fixture = Self {
            directory: tempfile::tempdir().unwrap(),
            inventory: PathBuf::from("inventory.ini"),
            others: Vec::new(),
            before: None,
            releases: vec![Release::of(Some(NEWEST))],
            surroundings: Surroundings::default(),
            requirements: None,
        };
        fixture.inventory("[kube_control_plane]\nnode1 ansible_host=192.0.2.11 ip=192.0.2.11\n\n[etcd:children]\nkube_control_plane\n\n[kube_node]\nnode1\n\n[k8s_cluster:children]\nkube_control_plane\nkube_node\n")
    }

    /// A cluster that is made the hard way: a controller and two workers, with what else `all` and each worker are told.
    pub(in crate::lint) fn hard_way(all: &str, w0: &str, w1: &str) -> Self {
        Self::kubespray()
            .inventory("[controllers]\nc0 ansible_host=10.240.0.10\n\n[workers]\nw0 ansible_host=10.240.0.20\nw1 ansible_host=10.240.0.21\n")
            .file("group_vars/all.yml", &format!("cluster_cidr: 10.200.0.0/16\nservice_cidr: 10.32.0.0/24\n{all}"))
            .file("host_vars/w0.yml", w0)
            .file("host_vars/w1.yml", w1)
    }

    /// The same with another inventory, in INI.
    pub(in crate::lint) fn inventory(mut self, text: &str) -> Self {
        self.inventory = PathBuf::from("inventory.ini");
        self.file("inventory.ini", text)
    }

    /// The same with another inventory, in YAML.
    pub(in crate::lint) fn yaml_inventory(mut self, text: &str) -> Self {
        self.inventory = PathBuf::from("hosts.yml");
        self.file("hosts.yml", text)
    }

    /// The same with a cluster file for inventory, which may be executed.
    pub(in crate::lint) fn cluster_file(mut self, path: &str, text: &str) -> Self {
        self.inventory = path.into();
        self.file(path, text).executable(path)
    }

    /// The same with one more inventory beside the first.
    pub(in crate::lint) fn other_inventory(mut self, path: &str, text: &str) -> Self {
        self.others.push(path.into());
        self.file(path, text)
    }

    /// The same with a file that may be executed.
    pub(in crate::lint) fn executable(self, path: &str) -> Self {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(self.directory.path().join(path), mode).unwrap();
        self
    }

    /// The same with what the inventory was when `--since` looks back.
    pub(in crate::lint) fn before(mut self, text: &str) -> Self {
        self.before = Some(text.to_owned());
        self
    }

    /// The same with a file more, or another one.
    pub(in crate::lint) fn file(self, path: &str, text: &str) -> Self {
        let path = self.directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    /// The same for these releases, the newest first.
    pub(in crate::lint) fn releases(mut self, releases: &[&str]) -> Self {
        self.releases = releases.iter().map(|text| Release::of(Some(text.parse().unwrap()))).collect();
        self
    }

    /// The same with something around it: a cluster file's `network`, in YAML.
    pub(in crate::lint) fn declared(mut self, network: &str) -> Self {
        self.surroundings.declared = crate::yaml::from_source(&Source::new("site.yml", network)).unwrap();
        self
    }

    /// The same with a `requirements.txt`.
    pub(in crate::lint) fn requirements(mut self, text: &str) -> Self {
        self.requirements = Some(Source::new("requirements.txt", text));
        self
    }

    /// The same with another cluster whose ranges must differ: something that it takes.
    pub(in crate::lint) fn sibling(mut self, name: &str, role: Role, range: &str) -> Self {
        let origin = Origin::Found(format!("{name}.static.yml"));
        let space =
            AddressSpace::new(range.parse::<AddressRange>().unwrap(), role, Owner::Sibling(name.to_owned()), origin);
        self.surroundings.siblings.push(Sibling { name: name.to_owned(), spaces: vec![space] });
        self
    }

    /// The same with what its cluster file says of the network.
    pub(in crate::lint) fn declared_by_file(mut self) -> Self {
        if let Content::Cluster(content) = self.read(&self.inventory, None).content {
            self.surroundings.declared = content.cluster.network;
        }
        self
    }

    /// What a rule finds.
    pub(in crate::lint) fn findings(&self, rule: &'static Rule) -> Vec<Finding> {
        self.findings_of(&[rule])
    }

    /// What rules find, without what others of them tell already.
    pub(in crate::lint) fn findings_of(&self, rules: &[&'static Rule]) -> Vec<Finding> {
        let mut findings = self.outcome(rules).findings;
        leave_out_repetitions(&mut findings);
        findings
    }

    /// Which variables a rule could not check, and why.
    pub(in crate::lint) fn not_checked(&self, rule: &'static Rule) -> String {
        let values = self.outcome(&[rule]).not_checked.into_iter();
        let lines = values.filter_map(|one| Some(format!("{}: {}", one.variable?, one.why)));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn outcome(&self, rules: &[&'static Rule]) -> Outcome {
        let config = self.directory.path().join("ansible.cfg");
        let names = std::iter::once(&self.inventory).chain(&self.others);
        let root = Root {
            inventories: names.map(|name| self.read(name, None)).collect(),
            before: self.before.as_deref().map(|text| vec![self.read(&self.inventory, Some(text))]),
            requirements: self.requirements.clone(),
            ansible_config: config.exists().then(|| Source::read(&config).unwrap()),
            ..Root::new(self.directory.path(), VarsTree::read(self.directory.path()))
        };
        let checks = Checks {
            rules,
            releases: &self.releases,
            is_release_told: self.releases.len() == 1,
            wants_undecided: false,
            surroundings: &self.surroundings,
        };
        check(&root, checks).outcome
    }

    /// What a rule finds, as text: places, notes, help and edits, relative to the root.
    pub(in crate::lint) fn check(&self, rule: &'static Rule) -> String {
        let text = self.findings(rule).iter().map(tell).collect::<String>();
        let directory = self.directory.path();
        let name = directory.file_name().unwrap().to_str().unwrap();
        text.replace(&format!("{}/", directory.display()), "").replace(name, "cluster")
    }
}

impl Fixture {
    fn read(&self, name: &Path, text: Option<&str>) -> InventoryFile {
        use std::os::unix::fs::PermissionsExt as _;

        let path = self.directory.path().join(name);
        let source = text.map_or_else(|| Source::read(&path).unwrap(), |text| Source::new(&path, text));
        let is_executable = std::fs::metadata(&path).unwrap().permissions().mode() & 0o111 != 0;
        let is_yaml = path.extension().is_some_and(|extension| extension == "yml");
        let tree = is_yaml.then(|| parse_one(&source).unwrap().root).flatten();
        let plugin = tree.as_ref().and_then(|tree| tree.get("plugin", &source)).and_then(Node::raw);
        let content = match (plugin, &tree) {
            (Some(plugin), Some(tree)) if plugin.starts_with(PLUGIN_PREFIX) => {
                let cluster = Loaded::of_any_source(&path, &|_| None).unwrap().cluster;
                let cluster = ClusterContent { cluster, tree: tree.clone(), discovery: None, taken: None };
                Content::Cluster(Box::new(cluster))
            }
            (Some(_), _) => Content::Unknown,
            (None, _) => Content::Ansible { inventory: Box::new(ansible::read(&source).unwrap()), tree },
        };
        InventoryFile { source, is_executable, content }
    }
}

fn tell(finding: &Finding) -> String {
    let Finding { rule, severity, message, primary, related, notes, help, fix, ranges: _, told_by: _ } = finding;
    let mut text = format!("{}: {}[{}] {message}\n", at(&primary.place), severity.word(), rule.code);
    let _ = writeln!(text, "  {}", label(primary));
    for other in related {
        let _ = writeln!(text, "  {}: {}", at(&other.place), label(other));
    }
    for note in notes {
        let _ = writeln!(text, "  note: {note}");
    }
    if let Some(help) = help {
        let _ = writeln!(text, "  help: {help}");
    }
    if let Some(fix) = fix {
        let _ = writeln!(text, "  {:?} fix: {}", fix.applicability, fix.title);
        for edit in &fix.edits {
            let _ = match edit {
                Edit::Replace { place, text: new } => {
                    writeln!(text, "    {}: {:?} -> {new:?}", at(place), place.text())
                }
                Edit::Rename { from, to } => writeln!(text, "    {} -> {}", from.display(), to.display()),
            };
        }
    }
    text
}

fn at(place: &Place) -> String {
    if place.is_file() { place.source.name().display().to_string() } else { place.location().to_string() }
}

fn label(label: &Label) -> String {
    format!("`{}` {}", label.place.text(), label.text)
}
