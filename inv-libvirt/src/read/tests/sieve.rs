//! A recording holds all that is read, and nothing else.

use proptest::prelude::*;

use super::captures::{lab, test_driver, vagrant};
use super::*;
use crate::read::reduce;

fn reduced(answers: &Answers) -> Answers {
    reduce(answers.clone()).unwrap_or_else(|failure| panic!("{}", failure.message()))
}

#[test]
fn a_recording_reads_like_what_was_recorded() {
    for answers in [lab(), vagrant(), test_driver()] {
        let options = LibvirtOptions::default();
        let recorded = reduced(&answers);
        assert_eq!(read_all(&recorded, &options), read_all(&answers, &options));
        assert_eq!(reduced(&recorded), recorded);
        let written = serde_json::to_string(&recorded).unwrap();
        assert_eq!(serde_json::from_str::<Answers>(&written).unwrap(), recorded);
    }
}

#[test]
fn a_recording_is_short() {
    let Said::Told(told) = &reduced(&lab()).hypervisors[0].said else { unreachable!() };
    insta::assert_snapshot!(told.domains[0].xml, @r#"<domain><name>head10</name><uuid>6b756265-0000-4000-8000-000000000010</uuid><title>Control plane 10 &amp; etcd</title><description>role: kube_control_plane&#10;owner=&quot;team-a&quot; note='it's 50% &lt;done&gt;'</description><metadata></metadata><devices><disk><source></source></disk><interface type="network"><mac address="52:54:00:96:00:10"></mac><source network="kube" bridge="virbr150"></source></interface><interface type="network"><mac address="52:54:00:97:00:10"></mac><source network="storage" bridge="virbr151"></source></interface></devices></domain>"#);
    insta::assert_snapshot!(told.networks[1].xml, @r#"<network><name>kube</name><forward mode="nat"><nat></nat></forward><bridge name="virbr150"></bridge><mtu size="1450"></mtu><ip address="192.168.150.1" netmask="255.255.255.0"><dhcp><range start="192.168.150.100" end="192.168.150.199"></range><host mac="52:54:00:96:00:10" name="head10" ip="192.168.150.10"></host></dhcp></ip></network>"#);
}

#[test]
fn nothing_that_is_not_read_gets_into_a_recording() {
    let xml = "<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><name>n1</name>\
        <metadata><o:x xmlns:o='urn:o'>SECRET</o:x><machine><tag name='SECRET'>SECRET</tag></machine>\
        <i:machine xmlns:i='urn:kube-inventory:vms:1' SECRET='SECRET'><i:tag name='k' x='SECRET'>v<o:x xmlns:o='urn:o'>SECRET</o:x>\
        </i:tag></i:machine></metadata>\
        <os><kernel>/SECRET</kernel><cmdline>password=SECRET</cmdline></os>\
        <sysinfo type='fwcfg'><entry name='opt/SECRET'>SECRET</entry></sysinfo><!-- SECRET --><?SECRET SECRET?>\
        <devices><disk type='file'><source file='/SECRET.iso' pool='fast' volume='SECRET'><auth username='SECRET'/></source></disk>\
        <graphics type='vnc' passwd='SECRET'/><channel><source path='/SECRET'/></channel>\
        <interface type='network'><mac address='52:54:00:00:00:01' x='SECRET'/>SECRET<source network='default' portid='SECRET'/>\
        <filterref filter='SECRET'><parameter name='SECRET' value='SECRET'/></filterref></interface></devices>\
        <seclabel><label>SECRET</label></seclabel>\
        <qemu:commandline><qemu:arg value='SECRET'/></qemu:commandline>SECRET</domain>";
    let network = "<network><name>lan</name><metadata><x>SECRET</x></metadata><dns><txt name='SECRET' value='SECRET'/></dns>\
        <ip address='10.0.0.1'><tftp root='/SECRET'/></ip></network>";
    let mut answers = told(Told {
        domains: vec![running(xml)],
        networks: vec![Network { is_active: true, xml: network.to_owned(), leases: None }],
        ..Told::default()
    });
    "esx://root:SECRET@esx1/".clone_into(&mut answers.hypervisors[0].uri);
    let recorded = reduced(&answers);
    let options = LibvirtOptions::default();
    assert_eq!(read_all(&recorded, &options), read_all(&answers, &options));
    let written = serde_json::to_string(&recorded).unwrap();
    assert!(!written.contains("SECRET"), "{written}");
    assert!(written.contains("fast") && written.contains("52:54:00:00:00:01"), "{written}");
}

#[test]
fn what_cannot_be_read_cannot_be_recorded() {
    let failure = reduce(told(Told { domains: vec![running("<domain><name>n1</name>")], ..Told::default() }));
    insta::assert_snapshot!(failure.unwrap_err().message(), @"the domain n1 cannot be read: the root node was opened but never closed");
}

/// Text as XML writes it: with references, as CDATA, cut by comments.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z0-9 .:'{}%-]{0,6}",
        Just("&amp;".to_owned()),
        Just("&lt;x&gt;".to_owned()),
        Just("&#13;&#10;&#9;".to_owned()),
        Just("\r\n\n\t".to_owned()),
        Just("<![CDATA[<b> & ]]>".to_owned()),
        Just("<!-- c -->".to_owned()),
        Just("&quot;\u{fffd}ü☃".to_owned()),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn any_attribute() -> impl Strategy<Value = String> {
    let piece =
        prop_oneof!["[a-z0-9 .:{}%-]{0,6}", Just("&amp;&lt;&quot;&#10;&#13;&#9;".to_owned()), Just("\n\t>".to_owned())];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

fn any_card() -> impl Strategy<Value = String> {
    let kind = prop_oneof![Just("network"), Just("bridge"), Just("user"), Just("direct"), Just("x")];
    let ip = prop_oneof![Just("10.0.0.7"), Just("fd00::7"), Just("0.0.0.0")];
    (kind, any_attribute(), 0_u8..8, ip, 0_u16..40, prop::bool::ANY).prop_map(
        |(kind, network, mac, ip, port, is_passt)| {
            let backend = if is_passt { "<backend type='passt' logFile='/x'/>" } else { "" };
            format!(
                "<interface type='{kind}'>{backend}<mac address='52:54:00:00:00:0{mac}'/><target dev='vnet1'/>\
             <source network=\"{network}\" bridge='br{mac}' dev=\"{network}\" x='y'/><mtu size='{port}'/>\
             <ip address='{ip}' prefix='{mac}'/>\
             <portForward proto='tcp' address='{ip}'><range start='{port}' end='40' to='22'/></portForward></interface>"
            )
        },
    )
}

fn any_domain() -> impl Strategy<Value = String> {
    let tag = (any_attribute(), any_text()).prop_map(|(name, text)| format!("<q:tag name=\"k{name}\">{text}</q:tag>"));
    (
        "[a-z]{1,4}",
        any_text(),
        any_text(),
        prop::collection::vec(tag, 0..3),
        prop::collection::vec(any_card(), 0..4),
        any_attribute(),
    )
        .prop_map(|(name, title, description, tags, cards, pool)| {
            format!(
                "<?xml version='1.0'?><domain id='1'>{description}<name>{name}</name><title>{title}</title>\
                 <os><cmdline>{title}</cmdline></os><description>{description}</description>\
                 <metadata xmlns:q='urn:kube-inventory:vms:1'><q:machine>{}</q:machine><o xmlns='urn:o'>{title}</o></metadata>\
                 <devices>{}<disk><source pool=\"{pool}\" file='/x'/></disk></devices></domain>",
                tags.concat(),
                cards.concat()
            )
        })
}

proptest! {
    #[test]
    fn any_guest_reads_the_same_from_its_recording(
        domains in prop::collection::vec(any_domain(), 0..3),
        leases in prop::collection::vec((0_u8..8, 0_u8..9, 0_i64..3), 0..6),
    ) {
        let leases = leases.into_iter().map(|(mac, ip, end)| {
            lease(&format!("52:54:00:00:00:0{mac}"), &format!("10.0.0.10{ip}"), end)
        });
        let answers = told(Told {
            domains: domains.into_iter().map(running).collect(),
            networks: vec![network("", leases.collect()), network("a", Vec::new())],
            ..Told::default()
        });
        let options = LibvirtOptions::default();
        let recorded = reduced(&answers);
        prop_assert_eq!(read_all(&recorded, &options), read_all(&answers, &options));
        prop_assert_eq!(&reduced(&recorded), &recorded);
    }

    /// Whatever the bytes are, there is an answer.
    #[test]
    fn no_description_is_a_panic(xml in "[<>a-z/!\\[\\]&;'\"= -]{0,60}") {
        let domains = vec![running(xml.clone()), running(format!("<domain><name>n</name>{xml}</domain>"))];
        for domain in domains {
            let answers = told(Told { domains: vec![domain], ..Told::default() });
            let _ = read(&answers, &LibvirtOptions::default());
            let _ = reduce(answers);
        }
    }
}
