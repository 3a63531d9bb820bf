//! libvirt as this client meets it: recorded, and at its worst.

mod fake;

use std::io::Write as _;
use std::os::unix::net::UnixListener;
use std::time::Duration;

use super::xdr::Writer;
use super::*;
use crate::ask::fakes::Fakes;
use fake::{Fake, HEAD, LITTLE, MISSING, PLENTY, Then, WITHOUT_AGENT, asked, refusal, told_of, told_within};

#[test]
fn two_guests_of_a_real_libvirtd_are_read_as_it_told_of_them() {
    let fake = Fake::recorded_but(|_, _| None);
    insta::assert_snapshot!(fake.ask(&[HEAD, WITHOUT_AGENT, MISSING]), @r#"
    has: running
      52:54:00:96:00:10 in kube (Vagrant's): 192.168.150.10
      52:54:00:97:00:10 in storage: 10.151.0.105, fd00:151::1aa
    has: running
      52:54:00:96:00:13 in kube (Vagrant's): 192.168.150.103
    {"gone":"qemu+unix:///system?socket=HERE/sock"}
    network kube
    network storage
    "#);
    // One list of leases for each network, whoever is in it, and nothing twice.
    let called = fake.called.lock().unwrap().clone();
    let count = |procedure: u32| called.iter().filter(|called| **called == procedure).count();
    assert_eq!((count(341), count(43), count(24), count(14), count(212)), (2, 2, 3, 2, 2));
}

#[test]
fn an_id_that_is_no_uuid_is_never_asked_for() {
    for id in ["", "x", "--all", "6b756265-0000-4000-8000-0000000000100", "-6b7562650000-4000-8000-000000000010"] {
        assert!(Uuid::parse(id).is_none(), "{id:?}");
    }
    assert_eq!(Uuid::parse(&HEAD.to_ascii_uppercase()), Uuid::parse(&HEAD.replace('-', "")));
    assert_eq!(Uuid::parse(HEAD).unwrap().to_string(), HEAD);
    let fake = Fake::recorded_but(|_, _| None);
    assert!(fake.ask(&["--all", HEAD]).starts_with(r#"{"failed":"its id \"--all\" is no UUID, as libvirt's are"}"#));
}

#[test]
fn a_libvirt_that_never_answers_is_given_up() {
    insta::assert_snapshot!(Fake::new(|_, _| Then::Wait).ask_within(LITTLE, &[HEAD]), @r#"{"failed":"libvirt at HERE/sock does not answer; see whether libvirtd hangs (`virsh list`), or allow more time with `timeout`"}"#);
}

#[test]
fn a_libvirt_that_stops_answering_in_the_middle_fails_for_all_of_them() {
    for procedure in [1, 24, 212] {
        let fake = Fake::recorded_but(move |called, _| (called == procedure).then_some(Then::Wait));
        let told = fake.ask_within(LITTLE, &[HEAD, WITHOUT_AGENT]);
        assert_eq!(told.matches("does not answer").count(), 2, "{told}");
    }
}

#[test]
fn a_libvirt_that_hangs_up_is_a_sentence() {
    let fake = Fake::recorded_but(|called, _| (called == 14).then_some(Then::HangUp));
    insta::assert_snapshot!(fake.ask(&[HEAD]), @r#"{"failed":"libvirt at HERE/sock hung up; see what libvirtd's log says"}"#);
}

#[test]
fn what_is_no_libvirt_is_a_sentence() {
    for bytes in
        [b"HTTP/1.1 400 Bad Request\r\n\r\nhello, this is some text".as_slice(), &[0xff; 40], &[0; 40], &[0, 0, 0, 27]]
    {
        let fake = Fake::new(move |_, _| Then::Send(bytes.to_vec()));
        let told = fake.ask(&[HEAD]);
        assert!(told.contains("is not understood: "), "{told}");
    }
    // A reply that is one, and whose text is longer than what was sent.
    let fake = Fake::recorded_but(|called, _| {
        (called == 24).then(|| Then::Answer(0, Writer::default().number(4000).number(0).done()))
    });
    insta::assert_snapshot!(fake.ask(&[HEAD]), @r#"{"failed":"what answers at HERE/sock is not understood: it ends in the middle; see that it is libvirtd which listens there"}"#);
}

#[test]
fn bytes_that_drip_do_not_stretch_the_deadline() {
    let directory = tempfile::tempdir().unwrap();
    let listener = UnixListener::bind(directory.path().join("sock")).unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        // A frame of a megabyte, a byte at a time.
        let _ = stream.write_all(&(1_u32 << 20).to_be_bytes());
        while stream.write_all(&[0]).is_ok() {
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    let uri = format!("qemu+unix:///system?socket={}", directory.path().join("sock").display());
    let surroundings = Surroundings { libvirt_uri: Some(uri), ..Surroundings::default() };
    let told = told_within(LITTLE, &[HEAD], &surroundings);
    assert!(told.contains("does not answer"), "{told}");
}

#[test]
fn a_login_that_we_do_not_have_is_a_sentence() {
    let ways = |ways: &[i32]| {
        let count = u32::try_from(ways.len()).unwrap();
        ways.iter().fold(Writer::default().number(count), |writer, way| writer.signed(*way)).done()
    };
    let password = ways(&[1]);
    let fake = Fake::recorded_but(move |called, _| (called == 66).then(|| Then::Answer(0, password.clone())));
    insta::assert_snapshot!(fake.ask(&[HEAD]), @r#"{"failed":"libvirt wants you to log in: with a name and a password; join the group `libvirt`, or ask whoever runs libvirt to let you look"}"#);
    let polkit = ways(&[2]);
    let fake = Fake::recorded_but(move |called, _| match called {
        66 => Some(Then::Answer(0, polkit.clone())),
        70 => Some(Then::Answer(1, refusal(45, "authentication failed: access denied by policy"))),
        _ => None,
    });
    assert!(fake.ask(&[HEAD]).contains("access denied by policy"));
}

#[test]
fn polkit_that_lets_us_in_is_asked_once() {
    let polkit = Writer::default().number(1).signed(2).done();
    let fake = Fake::recorded_but(move |called, _| match called {
        66 => Some(Then::Answer(0, polkit.clone())),
        70 => Some(Then::Answer(0, Writer::default().signed(1).done())),
        _ => None,
    });
    assert!(fake.ask(&[WITHOUT_AGENT]).starts_with("has: running"));
}

#[test]
fn a_domain_that_goes_between_two_calls_is_gone() {
    let gone = || Some(Then::Answer(1, refusal(calls::NO_DOMAIN, "Domain not found")));
    for procedure in [212, 14] {
        let fake = Fake::recorded_but(move |called, _| if called == procedure { gone() } else { None });
        assert!(fake.ask(&[HEAD]).starts_with(r#"{"gone":"#));
    }
}

#[test]
fn a_refusal_that_says_nothing_of_a_missing_domain_is_a_failure() {
    let fake = Fake::recorded_but(|called, _| (called == 24).then(|| Then::Answer(1, refusal(88, "access denied"))));
    insta::assert_snapshot!(fake.ask(&[HEAD]), @r#"{"failed":"libvirt says \"access denied\""}"#);
    let fake = Fake::recorded_but(|called, _| {
        (called == 1).then(|| Then::Answer(1, refusal(5, "no connection driver available for xen:///system")))
    });
    insta::assert_snapshot!(fake.ask(&[HEAD]), @r#"{"failed":"libvirt says \"no connection driver available for xen:///system\"; see that LIBVIRT_DEFAULT_URI names the libvirt that the machines run in"}"#);
}

#[test]
fn a_network_that_is_gone_or_has_no_leases_takes_only_addresses() {
    let fake = Fake::recorded_but(|called, _| match called {
        46 => Some(Then::Answer(1, refusal(calls::NO_NETWORK, "Network not found"))),
        _ => None,
    });
    insta::assert_snapshot!(fake.ask(&[WITHOUT_AGENT]), @r#"
    has: running
      52:54:00:96:00:13 in kube (Vagrant's): 
    libvirt has no network "kube" any more, though a machine has a card in it
    "#);
    let fake = Fake::recorded_but(|called, _| {
        (called == 341).then(|| Then::Answer(1, refusal(3, "this function is not supported")))
    });
    insta::assert_snapshot!(fake.ask(&[WITHOUT_AGENT]), @r#"
    has: running
      52:54:00:96:00:13 in kube (Vagrant's): 
    network kube
    the leases of the network "kube" are not known: libvirt says "this function is not supported"
    "#);
}

#[test]
fn a_card_on_a_networks_bridge_is_in_that_network() {
    let list =
        Writer::default().number(1).text("kube").bytes(&Uuid::parse("6b756265-0000-4000-8000-000000000150").unwrap().0);
    let list = list.number(1).done();
    let xml = |bridge: &str| {
        let xml = format!(
            "<domain><devices><interface><mac address='52:54:00:96:00:13'/><source bridge='{bridge}'/></interface></devices></domain>"
        );
        Writer::default().text(&xml).done()
    };
    let told = |bridge: &'static str| {
        let list = list.clone();
        let fake = Fake::recorded_but(move |called, _| match called {
            283 => Some(Then::Answer(0, list.clone())),
            14 => Some(Then::Answer(0, xml(bridge))),
            _ => None,
        });
        fake.ask(&[WITHOUT_AGENT])
    };
    insta::assert_snapshot!(told("virbr150"), @"
    has: running
      52:54:00:96:00:13 in kube (Vagrant's): 192.168.150.103
    network kube
    ");
    insta::assert_snapshot!(told("br0"), @"
    has: running
      52:54:00:96:00:13 in br0 (Vagrant's):
    ");
}

#[test]
fn a_machine_of_the_users_own_libvirt_is_found_where_nobody_names_one() {
    let runtime = tempfile::tempdir().unwrap();
    std::fs::create_dir(runtime.path().join("libvirt")).unwrap();
    let fake = Fake::recorded_but(|called, _| (called == 1).then(|| Then::Answer(0, Vec::new())));
    let socket = runtime.path().join("libvirt/libvirt-sock");
    std::os::unix::fs::symlink(fake.directory.path().join("sock"), socket).unwrap();
    let surroundings = Surroundings { runtime_directory: Some(runtime.path().to_owned()), ..Surroundings::default() };
    assert!(told_of(&[WITHOUT_AGENT], &surroundings).starts_with("has: running"));
}

#[test]
fn a_libvirt_that_does_not_run_is_a_sentence() {
    let uri = Some("qemu+unix:///system?socket=/nowhere/libvirt-sock-ro".to_owned());
    insta::assert_snapshot!(told_of(&[HEAD], &Surroundings { libvirt_uri: uri, ..Surroundings::default() }), @r#"{"failed":"nothing listens at /nowhere/libvirt-sock-ro; start it (`systemctl start libvirtd`, or `virtqemud.socket` and `virtnetworkd.socket`), or name another in LIBVIRT_DEFAULT_URI"}"#);
}

#[test]
fn the_newest_lease_of_a_mac_comes_first() {
    // Reference, second boot: made anew under its old MAC, the guest got .108, and its old lease was still listed.
    let lease = |ip: &str, expires| Lease { expires, mac: Some("52:54:00:96:00:11".to_owned()), ip: ip.to_owned() };
    let other = Lease { mac: None, ..lease("192.168.150.9", 9) };
    let leases = [
        lease("fd00:150::1", 900),
        lease("192.168.150.101", 100),
        lease("192.168.150.108", 200),
        other,
        lease("nonsense", 300),
    ];
    let ips: Vec<String> =
        addresses(Some("52:54:00:96:00:11"), &leases).into_iter().map(|address| address.ip.to_string()).collect();
    assert_eq!(ips, ["192.168.150.108", "192.168.150.101", "fd00:150::1"]);
    let endless = [lease("192.168.150.101", 0), lease("192.168.150.108", 200)];
    assert_eq!(
        addresses(Some("52:54:00:96:00:11"), &endless)[0],
        CardAddress { ip: "192.168.150.101".parse().unwrap(), expires: None }
    );
    assert_eq!(addresses(None, &leases), []);
}

/// Surroundings where the only programs are these fakes.
fn with_fakes(fakes: &[(&str, &str)], uri: &str) -> (Fakes, Surroundings) {
    let fakes = Fakes::new(fakes);
    let surroundings = Surroundings { libvirt_uri: Some(uri.to_owned()), ..fakes.surroundings() };
    (fakes, surroundings)
}

/// A fake `virsh` that has one domain and prints what libvirt 9.0.0's does.
const FAKE_VIRSH: &str = r#"
case "$*" in
*domstate*) echo 'running (booted)'; printf '%s' '--- inv-vagrant'
  echo "<domain><devices><interface><mac address='52:54:00:96:00:13'/><source network='kube'/></interface></devices></domain>"
  printf '%s' '--- inv-vagrant'; printf '%s' '--- inv-vagrant'; printf '%s' '--- inv-vagrant'
  echo "error: failed to get domain '6b756265-0000-4000-8000-000000000099'" >&2; exit 1;;
*net-dumpxml*) echo "<network><name>kube</name></network>"; printf '%s' '--- inv-vagrant'
  echo ' 2026-11-20 08:56:49   52:54:00:96:00:13   ipv4   192.168.150.103/24   -   ff:00'; printf '%s' '--- inv-vagrant';;
esac"#;

#[test]
fn a_libvirt_elsewhere_is_asked_through_virsh() {
    let (_directory, surroundings) = with_fakes(&[("virsh", FAKE_VIRSH)], "qemu+ssh://root@hv/system");
    insta::assert_snapshot!(told_of(&[WITHOUT_AGENT, MISSING], &surroundings), @r#"
    has: running
      52:54:00:96:00:13 in kube (Vagrant's): 192.168.150.103
    {"gone":"qemu+ssh://root@hv/system"}
    network kube
    "#);
}

#[test]
fn a_virsh_that_is_missing_fails_or_hangs_is_a_sentence() {
    let uri = "qemu+ssh://root:s3cret@hv/system";
    let failing = "for i in 1 2; do echo 'error: failed to connect to the hypervisor' >&2; echo 'error: Cannot recv data: ssh: Connection refused' >&2; echo \"error: $VIRSH_DEFAULT_CONNECT_URI\" >&2; printf %s '--- inv-vagrant'; done; exit 1";
    let mut told = Vec::new();
    let hanging = "while :; do :; done";
    for (fakes, limit) in [(&[][..], PLENTY), (&[("virsh", failing)], PLENTY), (&[("virsh", hanging)], LITTLE)] {
        let (_directory, surroundings) = with_fakes(fakes, uri);
        told.push(told_within(limit, &[HEAD], &surroundings));
    }
    insta::assert_snapshot!(told.join("\n"), @r#"
    {"failed":"qemu+ssh://root@hv/system can only be asked through `virsh`, which is not installed; install libvirt's clients"}
    {"failed":"`virsh` cannot ask qemu+ssh://root@hv/system: failed to connect to the hypervisor; Cannot recv data: ssh: Connection refused; qemu+ssh://root@hv/system"}
    {"failed":"`virsh`, for qemu+ssh://root@hv/system, did not end in time; see that it answers, or allow more time"}
    "#);
}

/// With `INV_LAB_URI` set to what `scripts/lab uri` prints. `virsh` must say the same as the socket.
#[test]
#[ignore = "needs `scripts/lab start`"]
fn a_real_libvirtd_says_the_same_over_its_socket_and_through_virsh() {
    let uri = std::env::var("INV_LAB_URI").expect("INV_LAB_URI, from `scripts/lab uri`");
    let surroundings =
        Surroundings { libvirt_uri: Some(uri), search_path: std::env::var_os("PATH"), ..Surroundings::default() };
    let ids = [HEAD, WITHOUT_AGENT, MISSING];
    let over_the_socket = told_of(&ids, &surroundings);
    let hypervisor = Hypervisor::of(&surroundings);
    let deadline = Instant::now() + Duration::from_secs(10);
    let mut virsh = Virsh { uri: &hypervisor.uri, shown: &hypervisor.shown, surroundings: &surroundings, deadline };
    let questions: Vec<_> =
        ids.iter().enumerate().map(|(machine, id)| Question { machine, id, creator: None }).collect();
    let mut provided = told(&questions, &hypervisor.shown, &mut virsh);
    provided.says.sort_by_key(|(machine, _)| *machine);
    let states = |says: &[(usize, ProviderSays)]| serde_json::to_string(says).unwrap();
    let mut direct = asked(&ids, &surroundings, PLENTY);
    direct.says.sort_by_key(|(machine, _)| *machine);
    assert_eq!(states(&direct.says), states(&provided.says));
    assert_eq!(direct.networks, provided.networks);
    assert!(over_the_socket.starts_with("has: running"), "{over_the_socket}");
}
