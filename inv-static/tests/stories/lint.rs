//! `lint`: inv-lint with what was discovered.

use std::process::Command;

use crate::lab::{FILE, Lab};
use crate::network::FLAT;

#[test]
fn a_cluster_in_order_has_no_findings() {
    let text = Lab::new(FLAT).on_file(&["lint"]).text();
    assert!(text.contains("No findings"), "{text}");
}

#[test]
fn what_is_wrong_with_its_variables_is_found() {
    let lab = Lab::new(FLAT).with("group_vars/all.yml", "calico_mtu: \"1400\"\n");
    let text = lab.on_file(&["lint", "--output-format", "concise"]).no();
    assert!(text.starts_with("group_vars/all.yml:1:13: error[MTU003] "), "{text}");
    assert!(lab.on_file(&["lint", "--select", "LNT"]).text().contains("No findings"));
}

#[test]
fn its_machines_are_known_however_the_file_is_spelled() {
    // Nothing but the machines themselves is in these pods.
    let (cluster, _) = FLAT.split_once("network:").unwrap();
    let lab = Lab::new(cluster).with("group_vars/all.yml", "kube_pods_subnet: 192.168.0.0/16\n");
    let absolute = lab.path(FILE).display().to_string();
    let directory = lab.path(".").canonicalize().unwrap();
    let around = format!("../{}/{FILE}", directory.file_name().unwrap().to_str().unwrap());
    for file in [FILE, &format!("./{FILE}"), &absolute, &around] {
        let text = lab.run(&[file, "lint", "--output-format", "concise"]).no();
        assert!(text.contains("error[NET002] ") && text.contains("192.168.1.10"), "{file}: {text}");
    }
}

#[test]
fn another_first_control_plane_than_at_a_commit_is_found() {
    let lab = Lab::new(FLAT);
    let who = ["-c", "user.name=lab", "-c", "user.email=lab@example.org", "-c", "commit.gpgsign=false"];
    for words in [&["init", "--quiet"][..], &["add", "--all"], &["commit", "--quiet", "--message", "lab"]] {
        let git = Command::new("git").current_dir(lab.path(".")).args(who).args(words).status();
        assert!(git.unwrap().success(), "{words:?}");
    }
    assert!(lab.on_file(&["lint", "--since", "HEAD"]).text().contains("No findings"));
    lab.edit("kube_control_plane: {first: 1}", "kube_control_plane: {last: 1}");
    let text = lab.run(&["./lab.static.yml", "lint", "--since", "HEAD", "--output-format", "concise"]).no();
    assert!(text.contains("error[INV006] the first host of the control plane was "), "{text}");
    assert!(!lab.on_file(&["lint"]).stdout().contains("INV006"));
}
