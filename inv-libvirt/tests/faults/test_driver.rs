//! libvirt's test driver: real libvirt, and no daemon.

use std::fmt::Write as _;
use std::time::Duration;

use crate::{Run, directory};

fn complaint_about(text: &[u8]) -> String {
    let directory = directory();
    let path = directory.path().join("node.xml");
    std::fs::write(&path, text).unwrap();
    let complaint = Run::new(&["--uri", &format!("test://{}", path.display()), "--list"]).complaint();
    complaint.replace(directory.path().to_str().unwrap(), "DIR")
}

#[test]
fn the_built_in_guest_is_found_with_its_address() {
    let answer = Run::new(&["--uri", "test:///default", "graph"]).answer();
    assert_eq!(answer, "@inv_libvirt:\n  |--test  192.168.122.3\n");
}

#[test]
fn agents_and_neighbours_can_be_asked_too() {
    for tellers in ["agent", "arp", "agent,lease", "arp,lease,agent"] {
        let answer = Run::new(&["--uri", "test:///default", "--addresses", tellers, "graph"]).answer();
        assert_eq!(answer, "@inv_libvirt:\n  |--test  192.168.122.3\n", "{tellers}");
    }
}

/// Recorded answers: the only hypervisor's.
fn recorded(uri: &str, tellers: &str) -> serde_json::Value {
    let answer = Run::new(&["--uri", uri, "--addresses", tellers, "record"]).answer();
    let recorded: serde_json::Value = serde_json::from_str(&answer).unwrap();
    recorded["raw"]["hypervisors"][0]["told"].clone()
}

#[test]
fn nobody_is_asked_for_what_somebody_better_has_told() {
    let asked = |tellers| {
        let told = recorded("test:///default", tellers);
        let addresses = told["domains"][0]["addresses"].as_array().cloned().unwrap_or_default();
        addresses.iter().map(|told| told["from"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(asked("lease,arp"), "lease");
    assert_eq!(asked("arp,lease"), "lease arp");
    assert_eq!(asked("arp"), "arp");
    assert_eq!(asked("static"), "");
    assert_eq!(asked("lease,agent"), "lease agent");
}

#[test]
fn the_interface_driver_knows_the_mtu_of_a_bridge() {
    let directory = directory();
    let path = directory.path().join("node.xml");
    let text = "<node><interface type='bridge' name='br0'><mtu size='1450'/><bridge/></interface>\
                <domain type='test'><name>n1</name><memory>1024</memory><os><type>hvm</type></os><devices>\
                <interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='br0'/></interface>\
                <interface type='bridge'><mac address='52:54:00:00:00:02'/><source bridge='br1'/></interface>\
                </devices></domain></node>";
    std::fs::write(&path, text).unwrap();
    let told = recorded(&format!("test://{}", path.display()), "lease");
    assert_eq!(told["bridges"], serde_json::json!([{ "name": "br0", "mtu": 1450 }]));
}

#[test]
fn doctor_knows_driver_version_and_guests() {
    let output = Run::new(&["--uri", "test:///default", "doctor"]).output();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("ok: test:///default answers: TEST 0.0.2, 1 guest\n"), "{text}");
}

#[test]
fn a_file_that_is_not_there_is_told_by_us_and_not_by_its_reader() {
    let missing = Run::new(&["--uri", "test:///no/such/node.xml"]).complaint();
    assert!(missing.contains("the file /no/such/node.xml cannot be read: No such file or directory"), "{missing}");
    let directory = Run::new(&["--uri", "test:///proc"]).complaint();
    assert!(directory.contains("the file /proc cannot be read: Is a directory"), "{directory}");
    // libxml2 prints this one itself, and no check of ours sees it.
    let referred = complaint_about(b"<node><domain file='other.xml'/></node>");
    assert!(referred.contains("failed to parse xml document"), "{referred}");
}

#[test]
fn a_file_that_is_no_description_is_a_sentence() {
    let bomb = {
        let mut text = "<!DOCTYPE b [<!ENTITY a \"aaaaaaaaaa\">".to_owned();
        for (level, before) in ["a", "b0", "b1", "b2", "b3", "b4", "b5", "b6"].iter().enumerate() {
            write!(text, "<!ENTITY b{level} \"{}\">", format!("&{before};").repeat(10)).unwrap();
        }
        text + "]><node><domain><name>&b7;</name></domain></node>"
    };
    let deep = format!("<node>{}{}</node>", "<a>".repeat(5_000), "</a>".repeat(5_000));
    let inputs: [&[u8]; 8] = [
        b"",
        b"<node><domain",
        b"<other/>",
        b"<?xml version='1.0' encoding='x-klingon'?><node/>",
        b"\xff\xfe\x00<node>",
        b"<node><domain type='test'><name>\xff</name></domain></node>",
        bomb.as_bytes(),
        deep.as_bytes(),
    ];
    for input in inputs {
        let complaint = complaint_about(input);
        assert!(complaint.contains("the test driver does not understand its file (libvirt: "), "{complaint}");
    }
}

#[test]
fn a_uri_that_is_wrong_is_a_sentence() {
    for (uri, words) in [
        ("bogus:///x", "libvirt has no driver for it"),
        ("test:///", "the test driver has neither a file nor a default"),
        ("not a uri", "it is no connection URI"),
        ("qemu:///sys\ntem", "there is a control character in it"),
        ("qemu+tcp://127.0.0.1:1/system", "no libvirt daemon listens on 127.0.0.1"),
        ("qemu+ssh://root@no-such-host.invalid/system", "nobody knows the name no-such-host.invalid"),
        ("qemu+tls://127.0.0.1/system", "TLS needs certificates on both sides"),
        ("qemu+unix:///system?socket=/nonexistent/sock", "libvirt's daemon does not run"),
    ] {
        let complaint = Run::new(&["--uri", uri]).within(Duration::from_secs(10)).complaint();
        assert!(complaint.contains(words), "{complaint}");
    }
}

#[test]
fn a_password_in_a_uri_is_shown_nowhere() {
    let complaint = Run::new(&["--uri", "qemu+ssh://root:hunter2@127.0.0.1:1/system"]).complaint();
    assert!(!complaint.contains("hunter2"), "{complaint}");
    let complaint = Run::new(&["--uri", "qemu+ssh:/root:hunter2@127.0.0.1/system"]).complaint();
    assert!(!complaint.contains("hunter2"), "{complaint}");
}

#[test]
fn a_thousand_guests_are_all_found() {
    let directory = directory();
    let path = directory.path().join("node.xml");
    let mut text = "<node><network><name>n</name><forward mode='nat'/><bridge name='virbr7'/><ip address='10.7.0.1' \
                    netmask='255.255.0.0'><dhcp><range start='10.7.0.2' end='10.7.255.250'/></dhcp></ip></network>"
        .to_owned();
    for n in 0..1_000 {
        write!(
            text,
            "<domain type='test'><name>n{n}</name><memory>1024</memory><os><type>hvm</type></os><devices><interface \
             type='network'><mac address='52:54:00:00:{:02x}:{:02x}'/><source network='n'/></interface></devices></domain>",
            n / 256,
            n % 256
        )
        .unwrap();
    }
    std::fs::write(&path, text + "</node>").unwrap();
    let answer =
        Run::new(&["--uri", &format!("test://{}", path.display()), "graph"]).within(Duration::from_secs(30)).answer();
    assert_eq!(answer.matches("  |--n").count(), 1_000);
}
