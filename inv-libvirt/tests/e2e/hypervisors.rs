//! Two hypervisors: places by a map, guests behind their hypervisor's SSH, and what happens when one says nothing.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::SECOND;
use crate::cluster::{Cluster, of};
use crate::lab::Lab;
use crate::run::Run;

/// The wire's ends. Inside the lab OpenSSH's system-wide configuration knows key and host keys.
const HV1: &str = "qemu+ssh://root@10.99.0.1/system";
const HV2: &str = "qemu+ssh://root@10.99.0.2/system";

const SIX: [&str; 6] = ["head10", "head20", "work11", "work12", "work13", "work21"];

/// Six guests on two hypervisors, each behind its NAT, reached through both.
fn six(rest: &str) -> Cluster {
    Cluster::new(&format!(
        "source: {{uris: {{hv1: \"{HV1}\", hv2: \"{HV2}\"}}, jump: true}}\n\
         machines: {{names: [\"head*\", \"work1[123]\", \"work2*\"], expect: 6}}\n\
         hosts: {{vars: {{ansible_user: ubuntu}}}}\n{rest}"
    ))
}

/// Masters and workers on each of two VM hosts, one cluster: seed 004's shape. That a tunnel connects their networks is
/// said, since libvirt does not know it.
fn kubespray() -> Cluster {
    six("kubespray_version: \"v2.31.0\"\n\
         groups: {kube_control_plane: {names: [\"head*\"]}, etcd: {names: [\"head*\", work11]}, kube_node: {names: [\"work*\"]}}\n\
         network: {allow: [separate-nat]}\n")
}

/// The SSH processes in the lab that talk to a hypervisor's libvirt. What Ansible keeps open does not.
fn children() -> Vec<PathBuf> {
    let network = |process: &Path| std::fs::read_link(process.join("ns/net")).ok();
    let inside = network(Path::new("/proc/self"));
    let is_ours = |process: &PathBuf| {
        if network(process) != inside {
            return false;
        }
        let line = std::fs::read(process.join("cmdline")).unwrap_or_default();
        let words: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
        words[0].ends_with(b"ssh") && line.windows(4).any(|part| part == b"virt" || part == b"sock")
    };
    std::fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path()).filter(is_ours).collect()
}

#[test]
#[ignore = "needs the lab"]
fn masters_and_workers_on_two_hosts_are_one_cluster_and_answer_both_ansibles() {
    let lab = Lab::shared();
    let cluster = kubespray();
    let list = cluster.list(&[]);
    assert_eq!(list["kube_control_plane"]["hosts"], json!(["head10", "head20"]));
    assert_eq!(list["etcd"]["hosts"], json!(["head10", "head20", "work11"]));
    assert_eq!(list["kube_node"]["hosts"], json!(["work11", "work12", "work13", "work21"]));
    assert_eq!(list["inv_place_hv1"]["hosts"], json!(["head10", "work11", "work12", "work13"]));
    assert_eq!(list["inv_place_hv2"]["hosts"], json!(["head20", "work21"]));
    for (host, jump, network) in [
        ("head10", "root@10.99.0.1", "192.168.150."),
        ("work13", "root@10.99.0.1", "192.168.150."),
        ("head20", "root@10.99.0.2", "192.168.160."),
        ("work21", "root@10.99.0.2", "192.168.160."),
    ] {
        assert_eq!(of(&list, host, "ansible_ssh_common_args"), &json!(format!("-o ProxyJump={jump}")));
        assert!(of(&list, host, "ansible_host").as_str().unwrap().starts_with(network), "{list}");
    }
    cluster.answers(&SIX);
    let waited = cluster.run(&["wait", "--for", "login", "--timeout", "1m"]).within(60 * SECOND).answer();
    assert!(waited.starts_with("6 hosts are ready (login)"), "{waited}");
    drop(lab);
}

#[test]
#[ignore = "needs the lab"]
fn a_kubespray_cluster_behind_two_nats_is_refused_unless_something_connects_them() {
    let _lab = Lab::shared();
    let text = kubespray().text();
    let refused = Cluster::of("lab", &text.replace("network: {allow: [separate-nat]}\n", ""));
    let complaint = refused.run(&["--list"]).complaint();
    assert!(
        complaint.starts_with(
            "head10 is in the network kube of hv1 (NAT) and head20 in the network kube of hv2 (NAT): nobody outside \
             either network reaches its machines"
        ),
        "{complaint}"
    );
    assert!(complaint.contains("write `allow: [separate-nat]` under `network`"), "{complaint}");
    // Other playbooks may build the tunnel first.
    let own = six("layout: none\n");
    assert_eq!(own.list(&[])["lab"]["hosts"], json!(SIX));
    let one_place = Cluster::of("lab", &refused.text().replace("expect: 6", "expect: 4, places: [hv1]"));
    let one_place_groups = one_place.text().replace("[\"head*\", work11]", "[head10]");
    one_place.write(&one_place_groups);
    assert_eq!(one_place.list(&[])["kube_node"]["hosts"], json!(["work11", "work12", "work13"]));
}

#[test]
#[ignore = "needs the lab"]
fn places_are_asked_at_the_same_time_by_socket_and_by_ssh() {
    let lab = Lab::alone();
    let cluster = Cluster::new(&format!(
        "layout: none\nsource: {{uris: {{near: \"{}\", far: \"{HV2}\"}}}}\nmachines: {{names: [\"head*\", \"work2*\"]}}\n",
        lab.uri
    ));
    let list = cluster.list(&[]);
    assert_eq!(list["inv_place_far"]["hosts"], json!(["head20", "work21"]));
    // Each would wait three seconds by itself.
    let first = lab.stopped_daemon("first");
    let second = lab.stopped_daemon("second");
    let started = Instant::now();
    let complaint = cluster.run(&["--list"]).within(3 * SECOND).complaint();
    assert!(started.elapsed() < Duration::from_millis(5_500), "{:?}", started.elapsed());
    assert!(complaint.starts_with("the place near says nothing"), "{complaint}");
    drop((first, second));
    assert_eq!(cluster.list(&[]), list);
}

#[test]
#[ignore = "needs the lab"]
fn a_hypervisor_that_is_stopped_fails_all_of_it_and_partial_keeps_its_pinned_machines() {
    let lab = Lab::alone();
    let cluster = kubespray();
    assert!(cluster.run(&["pin"]).within(15 * SECOND).output().status.success());
    let whole = cluster.list(&[]);
    let stopped = lab.stopped_daemon("second");
    let complaint = cluster.run(&["--list"]).within(3 * SECOND).complaint();
    assert!(complaint.contains("the place hv2 says nothing"), "{complaint}");
    assert!(complaint.contains("accept the gap with `partial: true`"), "{complaint}");
    assert_eq!(children(), Vec::<PathBuf>::new(), "an ssh is left");

    cluster.write(&format!("{}partial: true\n", cluster.text()));
    let answer = cluster.run(&["--list"]).within(3 * SECOND).answer();
    let partial: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(partial["lab"]["vars"]["inv_missing_places"], json!(["hv2"]));
    for group in ["kube_control_plane", "etcd", "kube_node", "inv_place_hv1", "inv_place_hv2"] {
        assert_eq!(partial[group], whole[group], "{group}");
    }
    for host in ["head20", "work21"] {
        assert_eq!(of(&partial, host, "inv_state"), "unknown");
        for name in ["ansible_host", "ansible_ssh_common_args", "inv_id"] {
            assert_eq!(of(&partial, host, name), of(&whole, host, name), "{name} of {host}");
        }
    }
    // Its guests run on while their daemon is stopped.
    cluster.answers(&SIX);
    drop(stopped);
    let again = cluster.list(&[]);
    assert!(again["lab"]["vars"].get("inv_missing_places").is_none(), "{again}");
    assert_eq!(of(&again, "head20", "inv_state"), "running");
}

#[test]
#[ignore = "needs the lab"]
fn an_unknown_host_key_is_a_sentence_and_no_question() {
    let _lab = Lab::alone();
    let directory = crate::run::directory();
    // As on a machine where nobody has logged in yet: no configuration, nobody known.
    let ssh = directory.path().join("ssh");
    let nobody = directory.path().join("known_hosts");
    let script = format!(
        "#!/bin/sh\nexec /usr/bin/ssh -F none -o UserKnownHostsFile={} -o GlobalKnownHostsFile=/dev/null \"$@\"\n",
        nobody.display()
    );
    std::fs::write(&ssh, script).unwrap();
    std::fs::set_permissions(&ssh, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let uri = format!("{HV2}?command={}", ssh.display());
    let started = Instant::now();
    let complaint = Run::new(&["--uri", &uri, "graph"]).within(15 * SECOND).complaint();
    assert!(started.elapsed() < 10 * SECOND, "it hung until its deadline");
    assert!(complaint.contains("SSH does not know the host key"), "{complaint}");
    assert!(complaint.contains("`ssh root@10.99.0.2`"), "{complaint}");
    assert!(!nobody.exists(), "it was accepted");
    assert_eq!(children(), Vec::<PathBuf>::new(), "an ssh is left");
}
