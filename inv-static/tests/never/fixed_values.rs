//! What a live cluster cannot change never moves by itself, whatever was done to the files in between.

use std::fmt::Write as _;
use std::fs;

use inventory_core::inventory::Value;
use inventory_core::vars::tree::{Owner, VarsTree};

use crate::bench::{Bench, HEAD, refusal};

/// A generator of numbers, the same ones every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn one_of<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

const CLUSTER_VARS: &str = "group_vars/k8s_cluster/k8s-cluster.yml";
const CALICO_VARS: &str = "group_vars/k8s_cluster/k8s-net-calico.yml";
const VERSIONS: [&str; 6] = ["v2.18.0", "v2.19.0", "v2.20.0", "v2.23.0", "v2.28.0", "v2.31.0"];

/// What is fixed, in the order of [`in_effect`].
const FIXED: [&str; 6] = ["pods", "services", "node_prefix", "block size", "ipip", "vxlan"];

/// The fixed values as kubespray has them: what stands in the variables, else the release's default. Written down here a
/// second time on purpose.
fn in_effect(bench: &Bench, version: &str) -> [String; 6] {
    let tree = VarsTree::read(bench.path(""));
    let minor: u32 = version.split('.').nth(1).unwrap().parse().unwrap();
    let value = |name: &str, default: &str| {
        let owners = ["k8s_cluster", "all"].map(|group| Owner::Group(group.to_owned()));
        let found = owners.iter().find_map(|owner| tree.value(owner, &[name.to_owned()]));
        found.map_or(default.to_owned(), |found| found.reading.to_plain_text())
    };
    let share = value("kube_network_node_prefix", "24");
    let (ipip, vxlan) = if minor < 19 { ("Always", "Never") } else { ("Never", "Always") };
    [
        value("kube_pods_subnet", "10.233.64.0/18"),
        value("kube_service_addresses", "10.233.0.0/18"),
        share.clone(),
        value("calico_pool_blocksize", if minor < 20 { &share } else { "26" }),
        value("calico_ipip_mode", ipip),
        value("calico_vxlan_mode", vxlan),
    ]
}

/// A cluster over the years.
struct Life {
    bench: Bench,
    version: &'static str,
    machines: usize,
    network: Vec<(&'static str, String)>,
    /// What somebody asked for since the last write.
    asked: [bool; 6],
}

impl Life {
    fn wish(&mut self, key: &'static str, value: &str) {
        self.network.retain(|(name, _)| *name != key);
        self.network.push((key, value.to_owned()));
    }

    fn ask(&mut self, what: &[usize]) {
        for at in what {
            self.asked[*at] = true;
        }
    }

    /// Writes a value by hand.
    fn put(&mut self, file: &str, name: &str, value: &str) {
        let path = self.bench.path(file);
        let text = fs::read_to_string(&path).unwrap_or_else(|_| "---\n".to_owned());
        let others: String = text.split_inclusive('\n').filter(|line| !line.starts_with(&format!("{name}:"))).collect();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{others}{name}: {value}\n")).unwrap();
    }

    /// Takes what stands nowhere for asked: nobody remembers it any more.
    fn forget(&mut self) {
        let tree = VarsTree::read(self.bench.path(""));
        let stands = |name: &&str| {
            ["k8s_cluster", "all"].iter().any(|group| {
                tree.value(&Owner::Group((*group).to_owned()), &[(*name).to_owned()])
                    .is_some_and(|found| found.reading.to_plain_text() != Value::Null.to_plain_text())
            })
        };
        let tunnels = ["calico_ipip_mode", "calico_vxlan_mode"];
        let names = ["kube_pods_subnet", "kube_service_addresses", "kube_network_node_prefix", "calico_pool_blocksize"];
        for (at, name) in names.iter().enumerate() {
            self.asked[at] |= !stands(name);
        }
        if !tunnels.iter().all(stands) {
            self.ask(&[4, 5]);
        }
    }

    /// Something happens; the options that the next write gets.
    fn go_on(&mut self, dice: &mut Dice) -> Vec<&'static str> {
        match dice.below(16) {
            0..=2 => self.version = VERSIONS[dice.below(VERSIONS.len())],
            3 => {
                let cidr = dice.one_of(&["10.233.0.0/16", "10.233.64.0/24", "10.240.0.0/12", "10.99.0.0/16"]);
                self.wish("avoid", &format!("[{{name: x, cidr: {cidr}}}]"));
            }
            4 => {
                let pods = dice.one_of(&["10.233.64.0/18", "192.168.1.0/24", "10.0.0.0/16"]);
                let level = "name: h, cni: calico, encapsulation: vxlan, services: 10.96.0.0/20";
                self.wish("hosting", &format!("[{{{level}, pods: {pods}}}]"));
            }
            5 => {
                let pods = dice.one_of(&["10.240.0.0/16", "172.20.0.0/16", "auto", "{size: /17}"]);
                self.ask(if pods.starts_with('1') { &[0] } else { &[] });
                self.wish("pods", pods);
            }
            6 => {
                self.wish("node_prefix", dice.one_of(&["24", "25", "26"]));
                self.ask(&[2]);
            }
            7 => {
                self.wish(
                    "encapsulation",
                    dice.one_of(&["vxlan", "ipip", "none", "{type: vxlan, when: cross-subnet}"]),
                );
                self.ask(&[4, 5]);
            }
            8 if !self.network.is_empty() => drop(self.network.remove(dice.below(self.network.len()))),
            9 => self.machines = [2, 5, 40][dice.below(3)],
            10 => self.wish("max_nodes", dice.one_of(&["60", "130", "300"])),
            11 => {
                self.put(CLUSTER_VARS, "kube_pods_subnet", dice.one_of(&["10.240.0.0/16", "10.233.64.0/18"]));
                self.ask(&[0]);
            }
            12 => {
                let name = dice.one_of(&["calico_ipip_mode", "calico_vxlan_mode"]);
                self.put(CALICO_VARS, name, dice.one_of(&["Always", "CrossSubnet", "Never"]));
                self.ask(&[4, 5]);
            }
            13 if self.bench.path(".inv/plan.json").exists() => {
                fs::remove_file(self.bench.path(".inv/plan.json")).unwrap();
                self.forget();
            }
            14 => {
                let (what, fixed): (_, &[usize]) =
                    [("pods", &[0][..]), ("services", &[1]), ("encapsulation", &[4, 5]), ("block-size", &[3])]
                        [dice.below(4)];
                self.ask(fixed);
                return vec!["--replan", what];
            }
            15 if self.bench.path(CLUSTER_VARS).exists() => {
                fs::create_dir_all(self.bench.path("group_vars/all")).unwrap();
                fs::rename(self.bench.path(CLUSTER_VARS), self.bench.path("group_vars/all/moved.yml")).unwrap();
            }
            _ => {}
        }
        Vec::new()
    }

    fn save(&self) {
        let mut text = format!(
            "{HEAD}kubespray_version: {}\nsource: {{addresses: [192.168.1.10-192.168.1.{}]}}\n\
             groups: {{kube_control_plane: {{first: 1}}, etcd: {{first: 1}}, kube_node: all}}\nnetwork:\n  mtu: auto\n",
            self.version,
            9 + self.machines
        );
        for (key, value) in &self.network {
            writeln!(text, "  {key}: {value}").unwrap();
        }
        fs::write(self.bench.file(), text).unwrap();
    }
}

#[test]
fn a_fixed_value_moves_only_when_somebody_asks() {
    for seed in 0..40 {
        let mut dice = Dice(seed);
        let version = VERSIONS[dice.below(VERSIONS.len())];
        let mut life = Life { bench: Bench::new(""), version, machines: 3, network: Vec::new(), asked: [false; 6] };
        let mut last: Option<[String; 6]> = None;
        for step in 0..10 {
            let options = life.go_on(&mut dice);
            life.save();
            let before = life.bench.tree();
            let checked = life.bench.run([&["vars", "--check"], &options[..]].concat());
            assert!(matches!(checked.status.code(), Some(0..=2)), "{seed}/{step}: {checked:?}");
            assert_eq!(before, life.bench.tree(), "{seed}/{step}: a check writes");
            let wrote = life.bench.run([&["vars", "--write"], &options[..]].concat());
            if !wrote.status.success() {
                refusal(&wrote);
                let now = life.bench.tree();
                assert_eq!(before, now, "{seed}/{step}: a failure writes");
                continue;
            }
            let now = in_effect(&life.bench, life.version);
            for (at, was) in last.iter().flatten().enumerate().filter(|(at, _)| !life.asked[*at]) {
                assert_eq!(*was, now[at], "{seed}/{step}: {} moves", FIXED[at]);
            }
            let again = life.bench.run(["vars", "--check"]);
            let remarks = String::from_utf8(again.stdout).unwrap();
            let is_told = remarks.contains("left: ") || remarks.contains("overridden: ");
            assert!(again.status.success() || is_told, "{seed}/{step}: {remarks}");
            (last, life.asked) = (Some(now), [false; 6]);
        }
    }
}

/// The mode that does not stand there is the default of the release that the cluster was built with.
#[test]
fn half_an_encapsulation_means_after_an_upgrade_what_it_meant_before() {
    let life = |version| Life { bench: Bench::new(""), version, machines: 3, network: Vec::new(), asked: [false; 6] };
    let mut life = life("v2.18.0");
    life.put(CALICO_VARS, "calico_ipip_mode", "CrossSubnet");
    life.save();
    assert!(life.bench.run(["vars", "--write"]).status.success());
    life.version = "v2.31.0";
    life.save();
    assert!(life.bench.run(["vars", "--write"]).status.success());
    assert_eq!(in_effect(&life.bench, "v2.31.0")[4..], ["CrossSubnet", "Never"]);
}

/// To kubespray it may be a value all the same.
#[test]
fn a_fixed_value_that_cannot_be_read_is_never_written_over() {
    for (name, value) in [
        ("kube_pods_subnet", "10.233.64.0/17"),
        ("kube_service_addresses", "[10.233.0.0/18]"),
        ("kube_network_node_prefix", "24.5"),
        ("calico_pool_blocksize", "'26 '' '"),
        ("calico_vxlan_mode", "Sometimes"),
    ] {
        let life =
            Life { bench: Bench::new(""), version: "v2.31.0", machines: 3, network: Vec::new(), asked: [false; 6] };
        let mut life = life;
        life.put(CLUSTER_VARS, name, value);
        life.save();
        let before = life.bench.tree();
        let why = refusal(&life.bench.run(["vars", "--write"]));
        assert!(why.contains(name) && why.contains("cannot be checked"), "{why}");
        assert_eq!(before, life.bench.tree());
    }
}

#[test]
fn a_record_that_is_damaged_stops_a_write() {
    for record in ["", "{", "[]", "{\"format\": 2}", "\u{feff}{}", "null"] {
        let bench = Bench::new(crate::files_of_a_person::NESTED).with(".inv/plan.json", record);
        let before = bench.tree();
        let why = refusal(&bench.run(["vars", "--write"]));
        assert!(why.contains(".inv/plan.json"), "{why}");
        assert_eq!(before, bench.tree());
        assert_eq!(bench.run(["vars", "--check"]).status.code(), Some(2));
    }
}
