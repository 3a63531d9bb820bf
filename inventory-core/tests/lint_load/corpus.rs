//! Every version of kubespray's sample is one root with one inventory.

use std::path::{Path, PathBuf};

use inventory_core::lint::load::{Parsed, find};
use inventory_core::lint::root::{Content, Root};

/// The samples; `None` where there is no corpus.
pub(crate) fn samples() -> Option<Vec<PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let corpus = std::env::var_os("INV_CORPUS").map_or_else(|| root.join("../shared/corpus"), PathBuf::from);
    let versions = std::fs::read_dir(corpus.join("kubespray-sample")).ok()?;
    Some(versions.map(|version| version.unwrap().path()).collect())
}

#[test]
fn every_sample_is_one_root_with_one_inventory() {
    let Some(samples) = samples() else {
        println!("skipped: there is no corpus; INV_CORPUS names one");
        return;
    };
    let parsed = Parsed::default();
    for sample in &samples {
        let search = find(std::slice::from_ref(sample), &|_| false);
        let roots: Vec<Root> = search.roots.iter().map(|root| root.read(&parsed)).collect();
        let [root] = roots.as_slice() else { panic!("{}: {} roots", sample.display(), roots.len()) };
        let [inventory] = root.inventories.as_slice() else { panic!("{}: {root:?}", sample.display()) };
        let unread: Vec<&str> = root.unread.iter().map(|unread| &*unread.reason).collect();
        if sample.ends_with("v2.7.0") {
            // Its groups are behind `#`, and Ansible refuses it as it stands.
            assert!(matches!(inventory.content, Content::Unknown));
            assert_eq!(unread, ["`kube-master`, a child of `k8s-cluster`, is defined nowhere"]);
        } else {
            assert!(matches!(inventory.content, Content::Ansible { .. }), "{}", sample.display());
            assert_eq!(unread, [""; 0], "{}", sample.display());
        }
        assert!(search.unread.is_empty() && search.empty.is_empty(), "{search:?}");
        assert!(root.tree.owners().count() >= 2, "{}", sample.display());
    }
    assert_eq!(find(&samples, &|_| false).roots.len(), samples.len());
    println!("{} samples", samples.len());
}

#[test]
fn every_example_is_one_root_with_one_cluster() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let search = find(&[examples], &|_| false);
    assert!(search.unread.is_empty() && search.roots.len() >= 6, "{search:?}");
    let parsed = Parsed::default();
    for root in search.roots.iter().map(|root| root.read(&parsed)) {
        let clusters = root.inventories.iter().filter(|file| matches!(file.content, Content::Cluster(_))).count();
        assert_eq!((clusters, root.unread.len()), (1, 0), "{root:?}");
    }
}
