use std::path::Path;

use insta::assert_snapshot;

use super::*;
use crate::ansible;
use crate::lint::above::Directories;
use crate::lint::root::InventoryFile;
use crate::vars::tree::{Parsed, VarsTree};
use crate::yaml::Source;

const PLAIN: &str = "[all]\nnode1\n";

/// A directory with files.
struct Files(tempfile::TempDir);

impl Files {
    fn new(files: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = directory.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self(directory)
    }

    /// What is known of the root at a path, which has an inventory called `hosts.ini`.
    fn releases(&self, root: &str) -> Releases {
        let directory = self.0.path().join(root);
        let source = Source::read(directory.join("hosts.ini")).unwrap();
        let inventory = Box::new(ansible::read(&source).unwrap());
        let content = Content::Ansible { inventory, tree: None };
        let mut root = Root::new(directory.clone(), VarsTree::read(&directory));
        root.inventories.push(InventoryFile { source, is_executable: false, content });
        root.above = Directories::new().above(&std::fs::canonicalize(&directory).unwrap());
        Releases::of_root(&root)
    }

    fn told(&self, root: &str) -> String {
        self.short(&self.releases(root).to_string())
    }

    /// A text without the path of the directory.
    fn short(&self, text: &str) -> String {
        let real = std::fs::canonicalize(self.0.path()).unwrap();
        let paths = [real.as_path(), self.0.path()].map(|path: &Path| format!("{}/", path.display()));
        paths.iter().fold(text.to_owned(), |text, path| text.replace(path, ""))
    }
}

/// What is inferred from an inventory and one file of variables.
fn inferred(inventory: &str, variables: &str) -> String {
    Files::new(&[(".git/HEAD", ""), ("hosts.ini", inventory), ("group_vars/all/all.yml", variables)]).told("")
}

#[test]
fn an_inventory_in_a_checkout_is_for_that_release() {
    let files = Files::new(&[
        ("galaxy.yml", "---\nnamespace: kubernetes_sigs\nname: kubespray\nversion: 2.27.1\n"),
        (".git/HEAD", ""),
        ("inventory/home/hosts.ini", PLAIN),
    ]);
    assert_snapshot!(files.told("inventory/home"), @"v2.27.1, as the galaxy.yml of the checkout around it says (galaxy.yml:4:10)");
    assert_eq!(files.releases("inventory/home").iter().count(), 1);
}

#[test]
fn a_submodule_is_the_release_that_is_checked_out() {
    let modules = "[submodule \"ks\"]\n\tpath = vendor/ks\n\turl = git@github.com:kubernetes-sigs/kubespray.git\n";
    let mut all = vec![(".git/HEAD", ""), (".gitmodules", modules), ("clusters/home/hosts.ini", PLAIN)];
    let files = Files::new(&all);
    assert_snapshot!(files.told("clusters/home"), @"v2.7 to v2.31: the submodule `vendor/ks` (.gitmodules:1:1) is not checked out; run `git submodule update --init vendor/ks`");
    all.push(("vendor/ks/galaxy.yml", "name: kubespray\nversion: 2.30.0\n"));
    let files = Files::new(&all);
    assert_snapshot!(files.told("clusters/home"), @"v2.30.0, as the submodule's galaxy.yml says (vendor/ks/galaxy.yml:2:10)");
}

#[test]
fn a_submodule_outside_the_repository_is_not_read() {
    let modules = "[submodule \"ks\"]\npath = ../ks\nurl = https://example.org/kubespray\n";
    let files = Files::new(&[
        ("ks/galaxy.yml", "name: kubespray\nversion: 2.30.0\n"),
        ("repository/.git", "gitdir: elsewhere"),
        ("repository/.gitmodules", modules),
        ("repository/hosts.ini", PLAIN),
    ]);
    assert_snapshot!(files.told("repository"), @"v2.7 to v2.31: the submodule of https://example.org/kubespray (repository/.gitmodules:1:1) has no path below this repository");
}

#[test]
fn requirements_pin_a_release_and_a_branch_pins_none() {
    let told =
        |file: &str, text: &str| Files::new(&[(file, text), (".git/HEAD", ""), ("a/hosts.ini", PLAIN)]).told("a");
    let collection = "collections:\n  - name: community.general\n    version: 1.0.0\n  - name: https://github.com/kubernetes-sigs/kubespray\n    type: git\n    version: v2.28.0\n";
    assert_snapshot!(told("requirements.yml", collection), @"v2.28.0, as requirements.yml says (requirements.yml:6:14)");
    let role = "- src: git+https://github.com/kubernetes-sigs/kubespray.git\n  version: 2.24.1\n";
    assert_snapshot!(told("collections/requirements.yml", role), @"v2.24.1, as requirements.yml says (collections/requirements.yml:2:12)");
    let branch = "collections:\n  - name: kubernetes_sigs.kubespray\n    version: release-2.28\n";
    assert_snapshot!(told("requirements.yml", branch), @r#"v2.7 to v2.31: kubespray is pinned to text "release-2.28", which is no release (requirements.yml:3:14)"#);
    assert_snapshot!(told("requirements.yml", "collections:\n  - kubernetes_sigs.kubespray\n"), @"v2.7 to v2.31: kubespray is asked for without a version (requirements.yml:2:5)");
    assert_snapshot!(told("requirements.yml", "collections:\n  - name: x.kubespray_tools\n    version: 1.0.0\n"), @"v2.7 to v2.31: nothing says which");
    assert_snapshot!(told("requirements.yml", "a: [1"), @"v2.7 to v2.31: nothing says which");
}

#[test]
fn the_nearest_directory_that_speaks_of_kubespray_counts_and_the_repository_ends_the_search() {
    let pin = |version: &str| format!("collections:\n  - name: kubernetes_sigs.kubespray\n    version: {version}\n");
    let (near, far) = (pin("2.30.0"), pin("2.20.0"));
    let mut all = vec![("requirements.yml", &*far), ("team/requirements.yml", &*near), ("team/home/hosts.ini", PLAIN)];
    assert_eq!(Files::new(&all).releases("team/home").newest(), Release::v2(30));
    all.remove(1);
    assert_eq!(Files::new(&all).releases("team/home").newest(), Release::v2(20));
    all.push(("team/.git/HEAD", ""));
    assert_eq!(*Files::new(&all).releases("team/home").known(), Known::Unknown);
}

#[test]
fn two_pins_that_disagree_are_none() {
    let pins = "roles:\n  - name: kubernetes_sigs.kubespray\n    version: 2.20.0\n";
    let galaxy = "name: kubespray\nversion: 2.31.0\n";
    let files = Files::new(&[("requirements.yml", pins), ("galaxy.yml", galaxy), ("hosts.ini", PLAIN)]);
    assert_snapshot!(files.told(""), @"v2.7 to v2.31: v2.31.0, as the galaxy.yml of the checkout around it says (galaxy.yml:2:10), but v2.20.0, as requirements.yml says (requirements.yml:3:14)");
}

/// What the cluster files of a directory say, each with its version.
fn of_cluster_files(versions: &[(&str, &str)]) -> (Releases, String) {
    let files = Files::new(&[("galaxy.yml", "name: kubespray\nversion: 2.20.0\n")]);
    for (name, version) in versions {
        let text = format!(
            "#!/usr/bin/env inv-static\nplugin: kube_inventory.vms.static\ncluster: home\nkubespray_version: {version}\nsource:\n  machines:\n    - {{name: a, address: 192.0.2.11}}\n"
        );
        let path = files.0.path().join(name);
        std::fs::write(&path, text).unwrap();
    }
    let search = crate::lint::load::find(&[files.0.path().to_owned()], &|_| false);
    let [found] = search.roots.as_slice() else { panic!("{search:?}") };
    let releases = Releases::of_root(&found.read(&Parsed::default()));
    let text = files.short(&releases.to_string());
    (releases, text)
}

#[test]
fn a_cluster_file_says_it_before_the_repository_does() {
    let (releases, text) = of_cluster_files(&[("home.static.yml", "v2.28.1")]);
    assert_snapshot!(text, @"v2.28.1, as the cluster file says (home.static.yml:4:20)");
    assert!(matches!(releases.known(), Known::Told { by: Teller::ClusterFile, place: Some(_) }));
}

#[test]
fn two_cluster_files_that_disagree_say_nothing() {
    let (releases, text) = of_cluster_files(&[("a.static.yml", "v2.28.1"), ("b.static.yml", "v2.30.0")]);
    assert_snapshot!(text, @"v2.7 to v2.31: v2.28.1, as the cluster file says (a.static.yml:4:20), but v2.30.0, as the cluster file says (b.static.yml:4:20)");
    assert_eq!((releases.oldest(), releases.newest()), (Release::v2(7), Release::v2(31)));
    // Patch releases of one minor version are no quarrel.
    let (releases, _) = of_cluster_files(&[("a.static.yml", "v2.28.1"), ("b.static.yml", "v2.28.0")]);
    assert!(matches!(releases.known(), Known::Told { .. }));
}

#[test]
fn a_flag_is_told_without_a_place() {
    let told = Releases::told("v2.29.1".parse().unwrap(), Teller::Flag, None);
    assert_snapshot!(told, @"v2.29.1, as `--kubespray` says");
    assert!(told.contains(Release::v2(29)) && !told.contains(Release::v2(28)));
    let beyond = Releases::told("v2.40.0".parse().unwrap(), Teller::Config, None);
    assert_eq!(beyond.iter().map(Release::version).collect::<Vec<_>>(), ["v2.40.0".parse().unwrap()]);
}

#[test]
fn the_newest_name_bounds_the_range_from_below() {
    assert_snapshot!(inferred(PLAIN, "calico_mtu: 1440\n"), @"v2.7 to v2.31: nothing says which");
    assert_snapshot!(inferred(PLAIN, "calico_veth_mtu: 1440\nmetallb_config: {}\ncilium_mtu: 0\n"), @"v2.22 to v2.31: `metallb_config` came with v2.22 (group_vars/all/all.yml:2:1)");
    assert_snapshot!(inferred("[all]\nnode1 access_ip6=fd00::1\n", ""), @"v2.28 to v2.31: `access_ip6` came with v2.28 (hosts.ini:2:7)");
}

#[test]
fn a_name_that_went_is_no_bound() {
    assert_snapshot!(inferred(PLAIN, "ipip: true\nweave_mtu: 1376\ndnsmasq_dns_server: 10.233.0.2\n"), @"v2.7 to v2.31: nothing says which");
}

#[test]
fn groups_with_underscores_are_newer_than_v2_15_unless_the_old_ones_are_there_too() {
    assert_snapshot!(inferred("[kube_node]\nnode1\n", ""), @"v2.16 to v2.31: the group is called `kube_node` since v2.16 (hosts.ini:1:2)");
    assert_snapshot!(inferred("[kube_node:children]\nkube-node\n[kube-node]\nnode1\n", ""), @"v2.7 to v2.31: nothing says which");
    assert_snapshot!(inferred("[kube-master]\nnode1\n", ""), @"v2.7 to v2.31: nothing says which");
    let files = Files::new(&[("hosts.ini", PLAIN), ("group_vars/k8s_cluster/own.yml", "a: 1\n"), (".git/HEAD", "")]);
    assert_snapshot!(files.told(""), @"v2.16 to v2.31: the group is called `k8s_cluster` since v2.16 (group_vars/k8s_cluster/own.yml)");
}

#[test]
fn a_file_for_a_cni_is_no_older_than_the_cni() {
    let files =
        Files::new(&[("hosts.ini", PLAIN), ("group_vars/all/k8s-net-kube-ovn.yml", "a: 1\n"), (".git/HEAD", "")]);
    assert_snapshot!(files.told(""), @"v2.13 to v2.31: group_vars/all/k8s-net-kube-ovn.yml is for a CNI that came with v2.13");
}

#[test]
fn a_literal_version_of_kubernetes_bounds_the_range_from_both_sides() {
    assert_snapshot!(inferred(PLAIN, "kube_version: v1.28.6\n"), @"v2.23 to v2.26: v2.22 is too old for Kubernetes 1.28.6 (group_vars/all/all.yml:1:1); v2.27 refuses Kubernetes 1.28.6 as too old (group_vars/all/all.yml:1:1)");
    assert_snapshot!(inferred(PLAIN, "kube_version: v1.31.4\n"), @"v2.26 to v2.27: v2.25 is too old for Kubernetes 1.31.4 (group_vars/all/all.yml:1:1); v2.28 and newer know `1.31.4`, without the leading `v` (group_vars/all/all.yml:1:1)");
    assert_snapshot!(inferred(PLAIN, "kube_version: 1.31.4\n"), @"v2.28 to v2.30: v2.27 and older know `v1.31.4`, with a leading `v` (group_vars/all/all.yml:1:1); v2.31 refuses Kubernetes 1.31.4 as too old (group_vars/all/all.yml:1:1)");
    assert_snapshot!(inferred(PLAIN, "kube_version: v1.34.2\n"), @"v2.7 to v2.31: no release that is known here fits: v2.27 is too old for Kubernetes 1.34.2 (group_vars/all/all.yml:1:1), and v2.28 and newer know `1.34.2`, without the leading `v` (group_vars/all/all.yml:1:1)");
    for unknown in ["\"{{ version }}\"", "1.30", "latest", "!vault v1.28.6"] {
        assert_eq!(inferred(PLAIN, &format!("kube_version: {unknown}\n")), "v2.7 to v2.31: nothing says which");
    }
}

#[test]
fn evidence_that_contradicts_itself_is_none_and_says_so() {
    assert_snapshot!(inferred(PLAIN, "kube_version: v1.20.7\nmetallb_config: {}\n"), @"v2.7 to v2.31: no release that is known here fits: `metallb_config` came with v2.22 (group_vars/all/all.yml:2:1), and v2.19 refuses Kubernetes 1.20.7 as too old (group_vars/all/all.yml:1:1)");
    assert_snapshot!(inferred(PLAIN, "kube_version: 1.40.0\n"), @"v2.7 to v2.31: no release that is known here fits: v2.31 is too old for Kubernetes 1.40.0 (group_vars/all/all.yml:1:1)");
}

#[test]
fn releases_come_newest_first() {
    let releases = Releases::unknown(Vec::new());
    let minors: Vec<u16> = releases.iter().map(|release| release.version().minor).collect();
    assert_eq!(minors, (7..=31).rev().collect::<Vec<u16>>());
}
