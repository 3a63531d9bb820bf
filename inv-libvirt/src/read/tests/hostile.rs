//! What no person writes.

use std::time::{Duration, Instant};

use super::*;

fn names(name: &str) -> String {
    let escaped = name.replace('&', "&amp;").replace('<', "&lt;").replace('\r', "&#13;");
    let domain = guest(&escaped, "");
    read_all(&told(Told { domains: vec![domain], ..Told::default() }), &LibvirtOptions::default())
        .machines
        .remove(0)
        .name
}

#[test]
fn a_name_is_exact_whatever_is_in_it() {
    for name in [
        "two words",
        "two\nlines\r\nand a return",
        "{{ lookup('pipe', 'id') }}",
        "{% raw %}",
        "\"double\" 'single' & <tag>",
        "ünï ☃ \u{202e}",
        "-oProxyCommand=x",
        &"x".repeat(255),
        " blanks around ",
    ] {
        assert_eq!(names(name), name);
    }
}

fn refusal(xml: &str) -> String {
    let began = Instant::now();
    let text = refused(&told(Told { domains: vec![running(xml)], ..Told::default() }), &LibvirtOptions::default());
    assert!(began.elapsed() < Duration::from_secs(5), "{text}");
    text
}

#[test]
fn what_cannot_be_read_is_refused_by_name() {
    insta::assert_snapshot!(refusal(""), @"
    the domain without a name cannot be read: the document does not have a root node
    `virsh edit` shows and changes it; a recording is made again with `record`
    ");
    insta::assert_snapshot!(refusal("<domain><name>n1</name>"), @"
    the domain n1 cannot be read: the root node was opened but never closed
    `virsh edit` shows and changes it; a recording is made again with `record`
    ");
    insta::assert_snapshot!(refusal("<domain><title>x</title></domain>"), @"
    the domain without a name cannot be read: it has no <name>
    `virsh edit` shows and changes it; a recording is made again with `record`
    ");
    insta::assert_snapshot!(refusal("<network><name>n1</name></network>"), @"
    the domain n1 cannot be read: it is a <network>, not a <domain>
    `virsh edit` shows and changes it; a recording is made again with `record`
    ");
    insta::assert_snapshot!(refusal("<domain xmlns='urn:x'><name>n1</name></domain>"), @"
    the domain n1 cannot be read: it is a <domain> of urn:x, not a <domain>
    `virsh edit` shows and changes it; a recording is made again with `record`
    ");
    insta::assert_snapshot!(refusal("<domain><name>two\nlines</name><x></domain>"), @"
    the domain two lines cannot be read: expected 'x' tag, not 'domain' at 2:16
    `virsh edit` shows and changes it; a recording is made again with `record`
    ");
}

#[test]
fn a_dtd_is_refused() {
    let bomb = "<!DOCTYPE domain [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>\
                <!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'>]><domain><name>n1</name><title>&c;</title></domain>";
    insta::assert_snapshot!(refusal(bomb), @"
    the domain n1 cannot be read: XML with DTD detected
    `virsh edit` shows and changes it; a recording is made again with `record`
    ");
    let outside = "<!DOCTYPE domain [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><domain><name>&a;</name></domain>";
    insta::assert_snapshot!(refusal(outside), @"
    the domain &a; cannot be read: XML with DTD detected
    `virsh edit` shows and changes it; a recording is made again with `record`
    ");
}

#[test]
fn what_would_cost_too_much_is_refused_at_once() {
    let deep = format!("<domain><name>n1</name>{}{}</domain>", "<a>".repeat(100_000), "</a>".repeat(100_000));
    insta::assert_snapshot!(refusal(&deep), @"
    the domain n1 cannot be read: more than 256 elements lie inside each other
    `virsh edit` shows and changes it; a recording is made again with `record`
    ");
    let attributes: Vec<String> = (0..200_000).map(|n| format!(" a{n}=''")).collect();
    insta::assert_snapshot!(refusal(&format!("<domain><name>n1</name><a{}/></domain>", attributes.concat())), @"
    the domain n1 cannot be read: a tag has more than 1024 attributes
    `virsh edit` shows and changes it; a recording is made again with `record`
    ");
    let namespaces: Vec<String> = (0..60_000).map(|n| format!("<a xmlns:n{n}='u:{n}'/>")).collect();
    insta::assert_snapshot!(refusal(&format!("<domain><name>n1</name>{}</domain>", namespaces.concat())), @"
    the domain n1 cannot be read: more than 1024 namespaces are declared
    `virsh edit` shows and changes it; a recording is made again with `record`
    ");
    insta::assert_snapshot!(refusal(&format!("<domain><name>n1</name>{}</domain>", "<a/>".repeat(600_000))), @"
    the domain n1 cannot be read: nodes limit reached
    `virsh edit` shows and changes it; a recording is made again with `record`
    ");
}

#[test]
fn a_megabyte_of_metadata_is_read() {
    let text = "{\"k\": \"v\"}, ".repeat(100_000);
    let xml = format!(
        "<domain><name>n1</name><metadata><i:machine xmlns:i='urn:kube-inventory:vms:1'><i:tag name='k'>{text}</i:tag>\
         </i:machine><o:big xmlns:o='urn:other'>{text}</o:big></metadata></domain>"
    );
    let machine = read_all(&told(Told { domains: vec![running(xml)], ..Told::default() }), &LibvirtOptions::default())
        .machines
        .remove(0);
    assert_eq!(machine.tags["k"], text);
}

#[test]
fn numbers_and_addresses_that_are_none_are_refused() {
    let with = |network: &str| {
        let network = Network { is_active: true, xml: network.to_owned(), leases: None };
        refused(&told(Told { networks: vec![network], ..Told::default() }), &LibvirtOptions::default())
    };
    insta::assert_snapshot!(with("<network><name>lan</name><mtu size='big'/></network>"), @r#"
    the network lan cannot be read: its <mtu size> says "big", which is no such number
    `virsh net-edit` shows and changes it; a recording is made again with `record`
    "#);
    insta::assert_snapshot!(with("<network><name>lan</name><ip address='10.0.0.1' prefix='33'/></network>"), @"
    the network lan cannot be read: its <ip> is no network or range: 10.0.0.1 has no prefix of 33 bits
    `virsh net-edit` shows and changes it; a recording is made again with `record`
    ");
    insta::assert_snapshot!(with("<network><name>lan</name><ip address='10.0.0.1' netmask='255.0.255.0'/></network>"), @"
    the network lan cannot be read: its <ip> is no network or range: 255.0.255.0 is no netmask
    `virsh net-edit` shows and changes it; a recording is made again with `record`
    ");
    insta::assert_snapshot!(with(
        "<network><name>lan</name><ip address='10.0.0.1'><dhcp><range start='10.0.0.9' end='10.0.0.2'/></dhcp></ip></network>"
    ), @r#"
    the network lan cannot be read: its <range> of DHCP is no network or range: "10.0.0.9-10.0.0.2" ends before it begins; write the lower address first
    `virsh net-edit` shows and changes it; a recording is made again with `record`
    "#);
}
