//! A cluster with the files beside it: planned, written, and read by Ansible.

use std::path::Path;

use ansible_referee::Ansible;
use inventory_core::cluster::{Cluster, Loaded};
use inventory_core::discovery::Discovery;
use inventory_core::environment::Environment;
use inventory_core::inventory::Inventory;
use inventory_core::inventory::assemble::assemble;
use inventory_core::inventory::render::yaml;
use inventory_core::machine::{Machine, NamedBy};
use inventory_core::plan::{Current, Input, NetworkPlan, PlanError, PlannedHost, Replan, Severity, plan};
use inventory_core::vars::hard_way;
use inventory_core::vars::merge::{Merged, merge};
use inventory_core::vars::tree::VarsTree;
use inventory_core::yaml::Source;
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

/// A `source` section of which nothing is asked.
#[derive(Debug, Clone, Default, Deserialize)]
struct AnySource {}

/// The machines of examples/ha-lab, which is the second seed.
pub(crate) const HA_LAB: [(&str, &str); 12] = [
    ("core1.lan", "10.240.0.2"),
    ("etcd0.lan", "10.240.0.10"),
    ("etcd1.lan", "10.240.0.11"),
    ("etcd2.lan", "10.240.0.12"),
    ("controller0.lan", "10.240.0.20"),
    ("controller1.lan", "10.240.0.21"),
    ("controller2.lan", "10.240.0.22"),
    ("worker0.lan", "10.240.0.30"),
    ("worker1.lan", "10.240.0.31"),
    ("worker2.lan", "10.240.0.32"),
    ("dreg0.lan", "10.240.0.40"),
    ("k8slb0.lan", "10.240.0.50"),
];

/// The machines of examples/from-scratch.
pub(crate) const FROM_SCRATCH: [(&str, &str); 3] =
    [("master", "192.168.1.165"), ("minion1", "192.168.1.166"), ("minion2", "192.168.1.167")];

pub(crate) struct Lab {
    cluster: Cluster,
    inventory: Inventory,
    directory: TempDir,
}

impl Lab {
    /// The cluster of a file's text with these machines, and no other file.
    pub(crate) fn new(text: &str, machines: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (cluster, inventory) = read(text, machines, directory.path());
        Self { cluster, inventory, directory }
    }

    /// The cluster of an example, whose own variables are not there.
    pub(crate) fn example(name: &str, network: &str, machines: &[(&str, &str)]) -> Self {
        let path = format!("{}/../examples/{name}/{name}.static.yml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        // Which groups play which part is the example's; what else its network is, each test says.
        let (rest, its_own) = text.split_once("\nnetwork:\n").unwrap();
        let roles = its_own.find("  roles:").map_or("", |roles| &its_own[roles..]);
        Self::new(&format!("{rest}\nnetwork:\n  node_prefix: 24\n{roles}{network}"), machines)
    }

    /// Another file for the cluster, or other machines, among the same variables.
    pub(crate) fn becomes(self, text: &str, machines: &[(&str, &str)]) -> Self {
        let (cluster, inventory) = read(text, machines, self.directory.path());
        Self { cluster, inventory, ..self }
    }

    pub(crate) fn with(self, path: &str, text: &str) -> Self {
        write(self.directory.path(), path, text);
        self
    }

    pub(crate) fn text(&self, path: &str) -> String {
        std::fs::read_to_string(self.directory.path().join(path)).unwrap()
    }

    /// What the files alone say.
    pub(crate) fn in_files(&self) -> Current {
        hard_way::of_files(&self.tree(), &self.cluster.network.variables)
    }

    /// What the variables say.
    pub(crate) fn current(&self) -> Current {
        let hosts = PlannedHost::of(&self.cluster, &self.inventory);
        hard_way::current(&self.tree(), &self.cluster.network.variables, &self.inventory, &hosts)
    }

    pub(crate) fn try_plan(&self, replan: &[Replan]) -> Result<NetworkPlan, PlanError> {
        plan(&Input {
            cluster: &self.cluster,
            hosts: &PlannedHost::of(&self.cluster, &self.inventory),
            environment: &Environment::default(),
            current: &self.current(),
            siblings: &[],
            replan,
        })
    }

    pub(crate) fn plan(&self) -> NetworkPlan {
        self.try_plan(&[]).unwrap_or_else(|error| panic!("{error}; {}", error.remedy()))
    }

    /// What keeps the plan's variables from being written, without the directory's name.
    pub(crate) fn errors(&self) -> String {
        let plan = self.plan();
        let errors = plan.findings.iter().filter(|finding| finding.severity == Severity::Error);
        self.shown(&errors.map(|finding| format!("{}: {finding}", finding.code)).collect::<Vec<_>>().join("\n"))
    }

    /// Why there are no variables.
    pub(crate) fn not_known(&self) -> String {
        let error = hard_way::settings(&self.plan(), &self.cluster.network.variables).unwrap_err();
        format!("{error}\n{}", error.remedy())
    }

    /// What would be written: `FILE NAME: VALUE (REASON)`, then the notes.
    pub(crate) fn settings(&self) -> String {
        let written = hard_way::settings(&self.plan(), &self.cluster.network.variables).unwrap();
        let settings = written.settings.iter().map(|setting| {
            let (file, name) = (setting.file.display(), setting.path.join("."));
            format!("{file} {name}: {} ({})", setting.value.to_plain_text(), setting.reason)
        });
        let notes = written.notes.iter().map(|note| format!("{:?} {}: {note}", note.severity, note.code));
        self.shown(&settings.chain(notes).collect::<Vec<_>>().join("\n"))
    }

    /// Plans and writes, and sees that a second time changes nothing.
    pub(crate) fn write(&self) -> Merged {
        assert_eq!(self.errors(), "");
        let merged = self.merged(&[]);
        self.put(&merged);
        let again = self.merged(&[]);
        assert!(again.files.is_empty() && again.changes.is_empty(), "{again:?}");
        merged
    }

    pub(crate) fn replan(&self, what: Replan) {
        self.put(&self.merged(&[what]));
        assert!(self.merged(&[]).files.is_empty());
    }

    fn merged(&self, replan: &[Replan]) -> Merged {
        let plan = self.try_plan(replan).unwrap_or_else(|error| panic!("{error}; {}", error.remedy()));
        let written = hard_way::settings(&plan, &self.cluster.network.variables).unwrap();
        merge(&self.tree(), &written.settings)
    }

    fn put(&self, merged: &Merged) {
        for file in &merged.files {
            write(self.directory.path(), &file.path, &file.text);
        }
    }

    fn tree(&self) -> VarsTree {
        VarsTree::read(self.directory.path())
    }

    pub(crate) fn shown(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.directory.path().display()), "")
    }

    /// What Ansible has for a host.
    pub(crate) fn hostvars(&self, ansible: Ansible) -> Value {
        let path = self.directory.path().join("hosts.yml");
        std::fs::write(&path, yaml::render(&self.inventory).unwrap()).unwrap();
        let list = ansible.session().inventory([Path::new("--list"), Path::new("-i"), &path]);
        assert!(list.status.success() && list.stderr.is_empty(), "{list:?}");
        list.json()["_meta"]["hostvars"].take()
    }
}

fn write(directory: &Path, path: impl AsRef<Path>, text: &str) {
    let path = directory.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn read(text: &str, machines: &[(&str, &str)], directory: &Path) -> (Cluster, Inventory) {
    let path = directory.join("lab.static.yml");
    let loaded = Loaded::<AnySource>::parse(Source::new(&path, text), &path, "static", &|_| None)
        .unwrap_or_else(|error| panic!("{error}; {}", error.remedy()));
    let machine = |(name, address): &(&str, &str)| {
        let mut machine = Machine::new(*name, NamedBy::User, "lab.static.yml");
        machine.reach.address = Some(address.parse().unwrap());
        machine
    };
    let discovery = Discovery { machines: machines.iter().map(machine).collect(), ..Discovery::default() };
    let assembly = assemble(&loaded.cluster, &discovery).unwrap();
    (loaded.cluster, assembly.inventory)
}
