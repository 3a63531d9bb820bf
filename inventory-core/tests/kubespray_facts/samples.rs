//! The tables against the sample inventories of the releases.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use inventory_core::ansible;
use inventory_core::kubespray::history::Standing;
use inventory_core::kubespray::{Choice, Release};
use inventory_core::lint::root::{Content, InventoryFile, Root};
use inventory_core::lint::version::{Known, Releases};
use inventory_core::vars::tree::VarsTree;
use inventory_core::yaml::{Node, Source, parse_one};

/// The samples, each with its release; `None` where there is no corpus.
fn samples() -> Option<Vec<(Release, PathBuf)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let corpus = std::env::var_os("INV_CORPUS").map_or_else(|| root.join("../shared/corpus"), PathBuf::from);
    let samples = std::fs::read_dir(corpus.join("kubespray-sample")).ok()?.map(|sample| sample.unwrap());
    let release = |name: std::ffi::OsString| Release::of(Some(name.to_str().unwrap().parse().unwrap()));
    let samples: Vec<_> = samples.map(|sample| (release(sample.file_name()), sample.path())).collect();
    assert!(samples.len() >= 15, "{samples:?}");
    Some(samples)
}

/// A sample as the linter has it.
fn root(sample: &Path) -> Root {
    let mut root = Root::new(sample, VarsTree::read(sample));
    root.inventories.extend(inventory(sample));
    root
}

/// Its inventory. That of v2.7 is for people to complete: Ansible refuses it, since its groups are comments.
fn inventory(sample: &Path) -> Option<InventoryFile> {
    let source =
        Source::read(sample.join("inventory.ini")).or_else(|_| Source::read(sample.join("hosts.ini"))).unwrap();
    let inventory = match ansible::read(&source) {
        Ok(inventory) => Box::new(inventory),
        Err(error) => {
            assert!(sample.ends_with("v2.7.0"), "{error}");
            return None;
        }
    };
    Some(InventoryFile { source, is_executable: false, content: Content::Ansible { inventory, tree: None } })
}

/// The files of variables of a sample, read.
fn variables(root: &Root) -> Vec<(Source, Node)> {
    let files = root.tree.owners().flat_map(|owner| root.tree.files(owner));
    let sources = files.map(|file| file.source().expect("a sample can be read").clone());
    sources
        .filter_map(|source| Some((parse_one(&source).unwrap().root?, source)))
        .map(|(node, source)| (source, node))
        .collect()
}

/// The names that a sample sets.
fn names(root: &Root) -> BTreeSet<String> {
    let files = variables(root);
    let keys = files.iter().flat_map(|(source, node)| {
        node.entries(source).unwrap().into_iter().map(|(key, _)| key.key_text(source).unwrap())
    });
    keys.collect()
}

#[test]
fn what_is_inferred_of_a_sample_contains_its_release() {
    let Some(samples) = samples() else { return println!("no corpus: skipped") };
    for (release, path) in &samples {
        let releases = Releases::of_root(&root(path));
        assert!(releases.contains(*release), "{}: {releases}", release.version());
        assert!(releases.unclear().is_empty(), "{}: {releases}", release.version());
        // Every sample shows something: the oldest their Kubernetes, the others their groups.
        assert!(matches!(releases.known(), Known::Inferred { .. }), "{}: {releases}", release.version());
    }
}

/// What the sample of v2.31 turns off although its roles have no word of it any more (kubernetes-sigs/kubespray#13058).
const LEFT_OVER: &str = "deploy_netchecker";

#[test]
fn a_sample_sets_nothing_that_its_release_refuses_or_ignores() {
    let Some(samples) = samples() else { return println!("no corpus: skipped") };
    for (release, path) in &samples {
        let names = names(&root(path));
        assert!(names.len() > 20, "{}", path.display());
        for name in &names {
            if *release == Release::v2(31) && name == LEFT_OVER {
                continue;
            }
            assert_eq!(release.fate_of(name), None, "{}: {name}", release.version());
            assert_eq!(release.is_before(name), None, "{}: {name}", release.version());
        }
    }
}

#[test]
fn a_release_before_still_sets_what_a_later_one_refuses_or_ignores() {
    let Some(samples) = samples() else { return println!("no corpus: skipped") };
    // Otherwise the test above could not fail.
    let newest = Release::v2(31);
    let mut gone = BTreeSet::new();
    for (_, path) in &samples {
        let names = names(&root(path));
        gone.extend(
            names
                .into_iter()
                .filter(|name| newest.fate_of(name).is_some_and(|change| change.standing > Standing::Deprecated)),
        );
    }
    let expected = [
        "bootstrap_os",
        "cephfs_provisioner_enabled",
        "dashboard_enabled",
        "deploy_netchecker",
        "dnsmasq_dns_server",
        "dynamic_kubelet_configuration",
        "dynamic_kubelet_configuration_dir",
        "etcd_kubeadm_enabled",
        "helm_deployment_type",
        "ingress_ambassador_enabled",
        "ingress_nginx_enabled",
        "ingress_publish_status_address",
        "krew_enabled",
        "krew_root_dir",
        "kube_api_pwd",
        "kube_apiserver_insecure_port",
        "kube_users",
        "kube_users_dir",
        "kubeadm_control_plane",
        "kubelet_deployment_type",
        "podsecuritypolicy_enabled",
        "rbd_provisioner_enabled",
        "vault_deployment_type",
    ];
    assert_eq!(gone.iter().collect::<Vec<_>>(), expected);
}

#[test]
fn a_sample_uses_words_and_a_kubernetes_of_its_release() {
    let Some(samples) = samples() else { return println!("no corpus: skipped") };
    let (mut words, mut versions) = (0, 0);
    for (release, path) in &samples {
        for (source, node) in variables(&root(path)) {
            for choice in Choice::ALL {
                let Some(word) = node.get(choice.variable(), &source).and_then(Node::raw) else { continue };
                let Some(known) = release.words(choice) else { continue };
                words += 1;
                assert!(known.contains(&word), "{}: {} {word}", release.version(), choice.variable());
            }
            let Some(version) = node.get("kube_version", &source).and_then(Node::raw) else { continue };
            let version: inventory_core::kubespray::KubernetesVersion = version.parse().unwrap();
            versions += 1;
            assert_eq!(release.default_kubernetes(), Some(version), "{}", release.version());
        }
    }
    assert!(words > 80 && versions == 15, "{words} {versions}");
}
