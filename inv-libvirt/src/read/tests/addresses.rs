//! Which addresses a guest has, and why not the others.

use super::*;

const MAC: &str = "52:54:00:00:00:01";
const SECOND: &str = "52:54:00:00:00:02";

fn one(domain: Domain, networks: Vec<Network>, tellers: &[Teller]) -> String {
    let discovery = read_all(&told(Told { domains: vec![domain], networks, ..Told::default() }), &asking(tellers));
    shown(&discovery.machines[0])
}

#[test]
fn a_mac_in_capitals_finds_its_lease() {
    let guest = guest("n1", &card("52:54:00:AB:CD:EF", "default"));
    let leases = vec![lease("52:54:00:ab:cd:ef", "10.0.0.100", 9)];
    insta::assert_snapshot!(one(guest, vec![network("default", leases)], &[Teller::Lease]), @r#"
    "n1" running (domain n1)
      - 52:54:00:ab:cd:ef in default
        10.0.0.100 by lease
      networks = "default"
    "#);
}

#[test]
fn a_lease_of_another_network_is_not_the_cards() {
    let guest = guest("n1", &card(MAC, "default"));
    let networks = vec![network("default", Vec::new()), network("other", vec![lease(MAC, "10.0.0.100", 9)])];
    insta::assert_snapshot!(one(guest, networks, &[Teller::Lease]), @r#"
    "n1" running (domain n1)
      - 52:54:00:00:00:01 in default
      no address: it has no lease in the network default; with qemu-guest-agent in it, `addresses: [lease, arp, agent]` asks it
      networks = "default"
    "#);
}

#[test]
fn a_lease_without_a_mac_is_nobodys() {
    let guest = guest("debian", &card(MAC, "default"));
    let leases = vec![lease("", "fd00::100", 9)];
    insta::assert_snapshot!(one(guest, vec![network("default", leases)], &[Teller::Lease]), @r#"
    "debian" running (domain debian)
      - 52:54:00:00:00:01 in default
      no address: it has no lease in the network default; with qemu-guest-agent in it, `addresses: [lease, arp, agent]` asks it
      networks = "default"
    "#);
}

#[test]
fn tellers_come_in_the_users_order_and_ipv4_before_ipv6() {
    let mut guest = guest("n1", &card(MAC, "default"));
    guest.addresses = vec![says(Teller::Agent, &[("eth0", MAC, &["fd00::5", "10.0.0.77", "10.0.0.100"])])];
    let leases = vec![lease(MAC, "10.0.0.100", 9), lease(MAC, "fd00::100", 9)];
    let networks = || vec![network("default", leases.clone())];
    insta::assert_snapshot!(one(guest.clone(), networks(), &[Teller::Lease, Teller::Agent]), @r#"
    "n1" running (domain n1)
      eth0 52:54:00:00:00:01 in default
        10.0.0.100 by lease
        10.0.0.100 by agent
        10.0.0.77 by agent
        fd00::100 by lease
        fd00::5 by agent
      networks = "default"
    "#);
    insta::assert_snapshot!(one(guest.clone(), networks(), &[Teller::Agent, Teller::Lease]), @r#"
    "n1" running (domain n1)
      eth0 52:54:00:00:00:01 in default
        10.0.0.77 by agent
        10.0.0.100 by agent
        10.0.0.100 by lease
        fd00::5 by agent
        fd00::100 by lease
      networks = "default"
    "#);
    insta::assert_snapshot!(one(guest, networks(), &[Teller::Lease]), @r#"
    "n1" running (domain n1)
      - 52:54:00:00:00:01 in default
        10.0.0.100 by lease
        fd00::100 by lease
      networks = "default"
    "#);
}

#[test]
fn the_agents_word_decides_between_two_live_leases() {
    let mut guest = guest("n1", &card(MAC, "default"));
    guest.addresses = vec![says(Teller::Agent, &[("eth0", MAC, &["10.0.0.101"])])];
    let leases = vec![lease(MAC, "10.0.0.105", 99), lease(MAC, "10.0.0.101", 50)];
    insta::assert_snapshot!(one(guest, vec![network("default", leases)], &[Teller::Lease, Teller::Agent]), @r#"
    "n1" running (domain n1)
      eth0 52:54:00:00:00:01 in default
        10.0.0.101 by lease
        10.0.0.105 by lease, never: an older lease of the same card; the agent says that it has 10.0.0.101
        10.0.0.101 by agent
      networks = "default"
    "#);
}

#[test]
fn reservations_and_metadata_are_static() {
    let xml = format!(
        "<domain><name>n1</name><metadata><v:machine xmlns:v='urn:kube-inventory:vms:1'>\
         <v:address>10.0.0.7</v:address><v:address network='br0'>172.16.0.7</v:address>\
         <v:address mac='52:54:00:00:00:02'>172.16.0.8</v:address></v:machine></metadata>\
         <devices><interface type='bridge'><mac address='{SECOND}'/><source bridge='br0'/></interface>{}</devices></domain>",
        card(MAC, "default")
    );
    let mut reserving = network("default", Vec::new());
    let hosts = "<dhcp><host mac='52:54:00:00:00:01' name='other' ip='10.0.0.8'/><host name='n1' ip='10.0.0.9'/>\
                 <host mac='52:54:00:00:00:09' name='n1' ip='10.0.0.10'/>";
    reserving.xml = reserving.xml.replace("<dhcp>", hosts);
    insta::assert_snapshot!(one(running(xml), vec![reserving], &[Teller::Static]), @r#"
    "n1" running (domain n1)
      - 52:54:00:00:00:02 in br0
        172.16.0.7 by static
        172.16.0.8 by static
      - 52:54:00:00:00:01 in default
        10.0.0.7 by static
        10.0.0.8 by static
        10.0.0.9 by static
      networks = "default"
    "#);
}

#[test]
fn what_a_guest_makes_itself_never_wins_over_its_cards() {
    let mut guest = guest("n1", &(card(MAC, "default") + &card(SECOND, "default")));
    guest.addresses = vec![says(
        Teller::Agent,
        &[
            ("lo", "00:00:00:00:00:00", &["127.0.0.1", "::1"]),
            ("cni0", "0a:58:0a:f4:00:01", &["10.244.0.1"]),
            ("tailscale0", "", &["100.64.0.7"]),
            ("eth0", MAC, &["fe80::1"]),
            ("cali12", MAC, &["10.244.0.9"]),
            ("br0", MAC, &["192.168.7.7"]),
            ("br0.100", MAC, &["192.168.100.7"]),
            ("eth1", SECOND, &[]),
            ("docker0", "02:42:00:00:00:01", &["172.17.0.1"]),
        ],
    )];
    insta::assert_snapshot!(one(guest, Vec::new(), &[Teller::Agent]), @r#"
    "n1" running (domain n1)
      br0 52:54:00:00:00:01 in default
        192.168.7.7 by agent
      eth1 52:54:00:00:00:02 in default
      lo 00:00:00:00:00:00 in -
        127.0.0.1 by agent
        ::1 by agent
      cni0 0a:58:0a:f4:00:01 in -
        10.244.0.1 by agent
      tailscale0 - in -
        100.64.0.7 by agent
      eth0 52:54:00:00:00:01 in default
        fe80::1 by agent
      cali12 52:54:00:00:00:01 in default
        10.244.0.9 by agent
      br0.100 52:54:00:00:00:01 in default
        192.168.100.7 by agent
      docker0 02:42:00:00:00:01 in -
        172.17.0.1 by agent
      networks = "default"
    "#);
}

#[test]
fn behind_user_mode_networking_nobody_is_reached() {
    let user = format!("<interface type='user'><mac address='{MAC}'/></interface>");
    let mut slirp = guest("n1", &user);
    slirp.addresses = vec![says(Teller::Agent, &[("eth0", MAC, &["10.0.2.15"])])];
    insta::assert_snapshot!(one(slirp.clone(), Vec::new(), &[Teller::Agent]), @r#"
    "n1" running (domain n1)
      eth0 52:54:00:00:00:01 in user
        10.0.2.15 by agent, never: user-mode networking, where every guest has this address and nobody else reaches it
      no address: behind user-mode networking only a <portForward> leads to it
    "#);
    insta::assert_snapshot!(one(slirp, Vec::new(), &[Teller::Lease]), @r#"
    "n1" running (domain n1)
      - 52:54:00:00:00:01 in user
        10.0.2.15 by static, never: user-mode networking, where every guest has this address and nobody else reaches it
      no address: behind user-mode networking only a <portForward> leads to it
    "#);
}

#[test]
fn a_forwarded_port_of_passt_reaches_the_guest() {
    let passt = |forward: &str| {
        let xml = format!("<interface type='user'><backend type='passt'/><mac address='{MAC}'/>{forward}</interface>");
        let mut guest = guest("n1", &xml);
        guest.addresses = vec![says(Teller::Agent, &[("eth0", MAC, &["192.0.2.4"])])];
        guest
    };
    let reached = |forward: &str, uri: &str, jump: bool| {
        let mut answers = told(Told { domains: vec![passt(forward)], ..Told::default() });
        uri.clone_into(&mut answers.hypervisors[0].uri);
        let options = LibvirtOptions { jump: Some(jump), ..asking(&[Teller::Agent]) };
        let reach = read_all(&answers, &options).machines.remove(0).reach;
        let port = reach.port.map_or(22, |port| port);
        reach.address.map_or_else(|| "nowhere".to_owned(), |address| format!("{address} port {port}"))
    };
    let local = "qemu:///system";
    let remote = "qemu+ssh://root@hv1.lan/system";
    let plain = "<portForward proto='tcp'><range start='2022' to='22'/></portForward>";
    assert_eq!(reached(plain, local, false), "127.0.0.1 port 2022");
    assert_eq!(reached(plain, remote, false), "hv1.lan port 2022");
    assert_eq!(reached(plain, remote, true), "127.0.0.1 port 2022");
    let here = "<portForward proto='tcp' address='127.0.0.1'><range start='2022' to='22'/></portForward>";
    assert_eq!(reached(here, remote, false), "nowhere");
    assert_eq!(reached(here, remote, true), "127.0.0.1 port 2022");
    let there = "<portForward proto='tcp' address='192.0.2.9'><range start='2000' end='2100' to='20'/></portForward>";
    assert_eq!(reached(there, remote, false), "192.0.2.9 port 2002");
    let all = "<portForward proto='tcp' address='192.0.2.9'/>";
    assert_eq!(reached(all, local, false), "192.0.2.9 port 22");
    for none in [
        "",
        "<portForward proto='tcp'/>",
        "<portForward proto='udp'><range start='22'/></portForward>",
        "<portForward proto='tcp'><range start='8000' end='8010'/></portForward>",
        "<portForward proto='tcp'><range start='2000' to='20'/></portForward>",
        "<portForward proto='tcp'><range start='20' end='30'/><range start='22' exclude='yes'/></portForward>",
    ] {
        assert_eq!(reached(none, local, false), "nowhere", "{none}");
    }
}

#[test]
fn a_guest_without_an_address_says_who_could_tell_it() {
    let bridged = format!("<interface type='bridge'><mac address='{MAC}'/><source bridge='br0'/></interface>");
    let tellers = [Teller::Lease, Teller::Arp, Teller::Static];
    insta::assert_snapshot!(one(guest("n1", &bridged), Vec::new(), &tellers), @r#"
    "n1" running (domain n1)
      - 52:54:00:00:00:01 in br0
      no address: libvirt gives no addresses on br0; with qemu-guest-agent in it, `addresses: [lease, arp, agent]` asks it
    "#);
    let leased = guest("n1", &card(MAC, "default"));
    insta::assert_snapshot!(one(leased.clone(), vec![network("default", Vec::new())], &tellers), @r#"
    "n1" running (domain n1)
      - 52:54:00:00:00:01 in default
      no address: it has no lease in the network default; with qemu-guest-agent in it, `addresses: [lease, arp, agent]` asks it
      networks = "default"
    "#);
    let mut asleep = leased;
    let error = Some("Guest agent is not responding".to_owned());
    asleep.addresses = vec![Addresses { error, ..says(Teller::Agent, &[]) }];
    insta::assert_snapshot!(one(asleep, vec![network("default", Vec::new())], &[Teller::Lease, Teller::Agent]), @r#"
    "n1" running (domain n1)
      - 52:54:00:00:00:01 in default
      no address: it has no lease in the network default; its agent did not answer: Guest agent is not responding
      networks = "default"
    "#);
    insta::assert_snapshot!(one(guest("n1", ""), Vec::new(), &tellers), @r#"
    "n1" running (domain n1)
      no address: it has no network card that libvirt knows of; an <address> in its metadata may say what it has
    "#);
}

#[test]
fn a_teller_that_failed_is_named_where_nothing_else_would_say_so() {
    let bridged = format!("<interface type='bridge'><mac address='{MAC}'/><source bridge='br0'/></interface>");
    let mut unread = guest("n1", &bridged);
    unread.addresses = vec![Addresses { error: Some("wrong nlmsg len".to_owned()), ..says(Teller::Arp, &[]) }];
    insta::assert_snapshot!(one(unread, Vec::new(), &[Teller::Lease, Teller::Arp]), @r#"
    "n1" running (domain n1)
      - 52:54:00:00:00:01 in br0
      no address: libvirt gives no addresses on br0; the neighbour table cannot be read: wrong nlmsg len; with qemu-guest-agent in it, `addresses: [lease, arp, agent]` asks it
    "#);
    let mut leased = guest("n1", &card(MAC, "default"));
    let error = Some("Guest agent is not responding".to_owned());
    leased.addresses = vec![Addresses { error, ..says(Teller::Agent, &[]) }];
    let networks = vec![network("default", vec![lease(MAC, "10.0.0.100", 9)])];
    insta::assert_snapshot!(one(leased, networks, &[Teller::Agent, Teller::Lease]), @r#"
    "n1" running (domain n1)
      - 52:54:00:00:00:01 in default
        10.0.0.100 by lease
      note: its agent did not answer: Guest agent is not responding
      networks = "default"
    "#);
}

#[test]
fn the_neighbour_table_tells_a_bridged_guest() {
    let bridged = format!("<interface type='bridge'><mac address='{MAC}'/><source bridge='br0'/></interface>");
    let mut guest = guest("n1", &bridged);
    guest.addresses = vec![says(Teller::Arp, &[("vnet3", MAC, &["192.0.2.7"]), ("vnet4", SECOND, &["192.0.2.8"])])];
    insta::assert_snapshot!(one(guest, Vec::new(), &[Teller::Lease, Teller::Arp]), @r#"
    "n1" running (domain n1)
      - 52:54:00:00:00:01 in br0
        192.0.2.7 by arp
    "#);
}

#[test]
fn what_two_tell_comes_before_what_one_tells() {
    let mut guest = guest("n1", &card(MAC, "default"));
    guest.addresses = vec![
        says(Teller::Arp, &[("vnet3", MAC, &["10.0.0.250", "10.0.0.7"])]),
        says(Teller::Agent, &[("eth0", MAC, &["10.0.0.251", "10.0.0.7"])]),
    ];
    insta::assert_snapshot!(one(guest, Vec::new(), &[Teller::Arp, Teller::Agent]), @r#"
    "n1" running (domain n1)
      eth0 52:54:00:00:00:01 in default
        10.0.0.7 by arp
        10.0.0.250 by arp
        10.0.0.7 by agent
        10.0.0.251 by agent
      networks = "default"
    "#);
}

#[test]
fn a_card_on_the_bridge_of_a_network_has_its_leases() {
    let bridged = format!("<interface type='bridge'><mac address='{MAC}'/><source bridge='virbr0'/></interface>");
    let leases = vec![lease(MAC, "10.0.0.100", 9)];
    insta::assert_snapshot!(one(guest("n1", &bridged), vec![network("default", leases)], &[Teller::Lease]), @r#"
    "n1" running (domain n1)
      - 52:54:00:00:00:01 in default
        10.0.0.100 by lease
    "#);
}

#[test]
fn tags_come_from_our_namespace_and_no_other() {
    let xml = "<domain><name>n1</name><title>A &amp; B</title><description>one\ntwo \"x\" '{{ y }}'</description>\
               <metadata><x:machine xmlns:x='urn:kube-inventory:vms:1'>\
               <x:tag name='role'><![CDATA[kube_node & <etcd>]]><!-- no --> too</x:tag>\
               <x:tag name='ansible_groups'>kube_node</x:tag><x:tag name='ansible_groups'>etcd</x:tag>\
               <x:tag name='title'>another</x:tag></x:machine>\
               <inv:inventory xmlns:inv='https://example.org/inv/1.0'><inv:group>etcd</inv:group></inv:inventory>\
               <tag name='bare'>x</tag></metadata>\
               <devices><disk><source pool='fast' volume='n1.qcow2'/></disk><disk><source pool='fast'/></disk>\
               <disk><source pool='big'/></disk></devices></domain>";
    insta::assert_snapshot!(one(running(xml), Vec::new(), &[]), @r#"
    "n1" running (domain n1)
      no address: it has no network card that libvirt knows of; an <address> in its metadata may say what it has
      ansible_groups = "kube_node,etcd"
      description = "one\ntwo \"x\" '{{ y }}'"
      pools = "fast,big"
      role = "kube_node & <etcd> too"
      title = "another"
    "#);
}

#[test]
fn metadata_that_cannot_be_meant_is_refused_by_name() {
    let saying = |children: &str| {
        let xml = format!(
            "<domain><name>n1</name><metadata><i:machine xmlns:i='urn:kube-inventory:vms:1'>{children}</i:machine>\
             </metadata><devices>{}</devices></domain>",
            card(MAC, "default")
        );
        refused(&told(Told { domains: vec![running(xml)], ..Told::default() }), &LibvirtOptions::default())
    };
    insta::assert_snapshot!(saying("<i:tags name='role'>etcd</i:tags>"), @"
    the domain n1 cannot be read: its metadata has <tags> in urn:kube-inventory:vms:1, which means nothing there; is <tag> meant?
    `virsh edit` shows and changes it; a recording is made again with `record`
    ");
    insta::assert_snapshot!(saying("<i:tag>etcd</i:tag>"), @"
    the domain n1 cannot be read: a <tag> in its metadata has no `name`
    `virsh edit` shows and changes it; a recording is made again with `record`
    ");
    insta::assert_snapshot!(saying("<i:address>10.0.0.300</i:address>"), @r#"
    the domain n1 cannot be read: its <address> of the metadata says "10.0.0.300", which is no IP address
    `virsh edit` shows and changes it; a recording is made again with `record`
    "#);
    insta::assert_snapshot!(saying("<i:address network='storage'>10.0.0.3</i:address>"), @"
    the domain n1 cannot be read: an <address> in its metadata is for storage, and it has no such card
    `virsh edit` shows and changes it; a recording is made again with `record`
    ");
}

#[test]
fn a_guest_that_claims_the_hypervisors_address_is_never_reached_there() {
    let mut domain = guest("n1", &card("52:54:00:00:00:01", "kube"));
    domain.addresses = vec![says(
        Teller::Agent,
        &[
            ("eth0", "52:54:00:00:00:01", &["10.0.0.1", "::ffff:127.0.0.1"]),
            ("eth0.5", "52:54:00:00:00:09", &["10.0.0.1"]),
        ],
    )];
    let answers = told(Told { domains: vec![domain], networks: vec![network("kube", Vec::new())], ..Told::default() });
    let found = read_all(&answers, &asking(&[Teller::Lease, Teller::Agent]));
    insta::assert_snapshot!(shown(&found.machines[0]), @r#"
    "n1" running (domain n1)
      eth0 52:54:00:00:00:01 in kube
        10.0.0.1 by agent, never: the hypervisor's own address in the network kube
        ::ffff:127.0.0.1 by agent
      eth0.5 52:54:00:00:00:09 in -
        10.0.0.1 by agent, never: the hypervisor's own address in the network kube
      no address: it has no lease in the network kube; its agent told none of its own
      networks = "kube"
    "#);
}

#[test]
fn a_card_that_took_a_whole_network_costs_no_more_than_its_leases() {
    let leases =
        (0..=u16::MAX).map(|n| lease("52:54:00:00:00:01", &format!("10.1.{}.{}", n >> 8, n & 255), 5)).collect();
    let domains = vec![guest("n1", &card("52:54:00:00:00:01", "kube"))];
    let answers = told(Told { domains, networks: vec![network("kube", leases)], ..Told::default() });
    let began = std::time::Instant::now();
    let found = read_all(&answers, &LibvirtOptions::default());
    assert_eq!(found.machines[0].interfaces[0].addresses.len(), 1 << 16);
    assert!(began.elapsed() < std::time::Duration::from_secs(5), "{:?}", began.elapsed());
}
