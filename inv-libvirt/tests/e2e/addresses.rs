//! Which address a guest has: leases, neighbours, recordings of them.

use std::net::TcpStream;

use serde_json::Value;

use crate::SECOND;
use crate::cluster::{Cluster, of};
use crate::lab::{Lab, recorded, told_by};
use crate::run::Run;

fn one(lab: &Lab, name: &str) -> Cluster {
    Cluster::new(&format!(
        "layout: none\nsource: {{uri: \"{}\"}}\nmachines: {{names: [{name}], expect: 1}}\n\
         hosts: {{vars: {{ansible_user: ubuntu}}}}\n",
        lab.uri
    ))
}

#[test]
#[ignore = "needs the lab"]
fn a_guest_that_was_made_again_has_its_new_address_and_explain_tells_of_the_old_one() {
    let lab = Lab::alone();
    let cluster = one(&lab, "work11");
    let before = of(&cluster.list(&[]), "work11", "ansible_host").as_str().unwrap().to_owned();
    cluster.run(&["pin"]).output();
    lab.tell(&["recreate", "work11"]);

    // libvirt lists the stale lease too.
    let told = recorded(lab.run(&["record"]));
    let kube = told["networks"].as_array().unwrap().iter().find(|one| one["xml"].as_str().unwrap().contains(">kube<"));
    let leases = kube.unwrap()["leases"].as_array().unwrap();
    let of_card = leases.iter().filter(|lease| lease["mac"] == "52:54:00:96:00:11");
    let leased: Vec<&str> = of_card.filter_map(|lease| lease["ip"].as_str()).collect();
    assert!(leased.len() > 1 && leased.contains(&before.as_str()), "{leases:?}");

    let fresh = one(&lab, "work11");
    let now = of(&fresh.list(&[]), "work11", "ansible_host").as_str().unwrap().to_owned();
    assert_ne!(now, before);
    fresh.answers(&["work11"]);
    let explained = fresh.run(&["explain"]).answer();
    assert!(explained.contains(&format!("{now} (lease in kube) chosen")), "{explained}");
    assert!(
        explained.contains(&format!("{before} (lease in kube) never: an older lease of the same card; if {now}")),
        "{explained}"
    );
    let diff = cluster.run(&["diff"]).output();
    assert_eq!(diff.status.code(), Some(1));
    let diff = String::from_utf8(diff.stdout).unwrap();
    assert!(diff.contains(&before) && diff.contains(&now), "{diff}");
}

#[test]
#[ignore = "needs the lab"]
fn a_pinned_control_plane_at_another_address_is_refused_until_it_is_accepted() {
    let lab = Lab::shared();
    let cluster = Cluster::new(&format!(
        "kubespray_version: \"v2.31.0\"\nsource: {{uri: \"{}\"}}\nmachines: {{names: [work12, work13]}}\n\
         groups: {{kube_control_plane: {{names: [work12]}}}}\n",
        lab.uri
    ));
    cluster.run(&["pin"]).output();
    cluster.run(&["--list"]).answer();
    let pinned = cluster.text();
    let address = lab.status("first", "work12").split(' ').next().unwrap().to_owned();

    cluster.write(&pinned.replace(&address, "192.168.150.199"));
    let complaint = cluster.run(&["--list"]).complaint();
    assert!(complaint.contains("192.168.150.199") && complaint.contains(&address), "{complaint}");
    assert!(complaint.contains("pin --existing"), "{complaint}");
    assert!(cluster.run(&["pin", "--existing"]).output().status.success());
    assert_eq!(cluster.text(), pinned);

    // Another UUID under the old name is another machine, with an empty disk.
    cluster.write(&pinned.replace("-000000000012", "-000000000099"));
    let complaint = cluster.run(&["--list"]).complaint();
    assert!(complaint.contains("work12") && complaint.contains("6b756265-0000-4000-8000-000000000099"), "{complaint}");
}

#[test]
#[ignore = "needs the lab"]
fn a_guest_without_a_lease_is_found_by_its_agent_and_told_of_where_it_is_not_asked() {
    let lab = Lab::shared();
    let cluster = one(&lab, "work17");
    let complaint = cluster.run(&["--addresses", "lease", "--list"]).complaint();
    assert!(
        complaint.starts_with(
            "work17 (domain work17) has no usable address: it has no lease in the network kube; with qemu-guest-agent \
             in it, `addresses: [lease, arp, agent]` asks it"
        ),
        "{complaint}"
    );
    cluster.write(&cluster.text().replace("\"}", "\", addresses: [lease, arp, agent]}"));
    assert_eq!(of(&cluster.list(&[]), "work17", "ansible_host"), "192.168.150.17");
    cluster.answers(&["work17"]);
}

/// libvirt 9.0 on Linux 6.18 cannot read the kernel's neighbours (`wrong nlmsg len`), most of the time.
#[test]
#[ignore = "needs the lab"]
fn neighbours_are_read_where_libvirt_can_and_no_failure_where_it_cannot() {
    let lab = Lab::shared();
    // Whoever has just spoken to it knows it.
    drop(TcpStream::connect_timeout(&"192.168.150.17:22".parse().unwrap(), 20 * SECOND).unwrap());
    let told = recorded(lab.run(&["--addresses", "arp,lease", "record"]));
    let told = told_by(&told, "work17", "arp");
    let output = one(&lab, "work17").run(&["explain"]).output();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    let expected = match told["error"].as_str() {
        None => "192.168.150.17 (arp in kube) chosen".to_owned(),
        Some(error) => format!("the neighbour table cannot be read: {error}"),
    };
    assert!(said.contains(&expected), "{told}: {said}");
    // Those whom others know are found all the same.
    let list = one(&lab, "work13").list(&["--addresses", "arp,lease"]);
    assert!(of(&list, "work13", "ansible_host").as_str().unwrap().starts_with("192.168.150."), "{list}");
}

#[test]
#[ignore = "needs the lab"]
fn a_recording_of_the_lab_replays_to_the_same_and_holds_no_path_of_it() {
    let lab = Lab::shared();
    let cluster = Cluster::new(&format!(
        "kubespray_version: \"v2.31.0\"\nsource: {{uri: \"{}\", addresses: [lease, agent]}}\n\
         machines: {{names: [\"head*\", \"work1[123]\"]}}\n",
        lab.uri
    ));
    let recording = cluster.run(&["record"]).within(15 * SECOND).answer();
    for secret in [".console", "vmlinuz", "initrd", "guest_dhcp", "org.qemu.guest_agent", "/dev/urandom", "<disk"] {
        assert!(!recording.contains(secret), "{secret}");
    }
    let file = cluster.directory().join("look.json");
    std::fs::write(&file, &recording).unwrap();
    let file = file.to_str().unwrap();
    assert_eq!(cluster.list(&["--replay", file]), cluster.list(&[]));
    // Nobody is asked: it replays where there is no hypervisor.
    let elsewhere = Run::new(&["--uri", "qemu+unix:///system?socket=/nobody", "--replay", file, "graph"]).answer();
    assert!(elsewhere.contains("head10  192.168.150.10"), "{elsewhere}");
    let read: Value = serde_json::from_str(&recording).unwrap();
    assert_eq!(read["source"], "libvirt");
}
