//! Addresses, networks and ranges as people write them.

use inventory_core::cluster::AddressRule;
use inventory_core::network::address::{AddressError, AddressRange, Family, InterfaceAddress, Network};
use inventory_core::yaml::{Source, from_source};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;

/// What Ansible's `ipaddr` filter makes of a text, recorded from the real plugin; `false` where it is no address.
#[derive(Deserialize)]
struct Row {
    value: String,
    net: Value,
    prefix: Value,
    network: Value,
    size: Value,
}

#[test]
fn what_ansible_takes_for_a_network_is_the_same_network_here() {
    let rows: Vec<Row> = serde_json::from_str(include_str!("ipaddr.json")).unwrap();
    assert_eq!(rows.len(), 29);
    for row in rows {
        // Ansible reads a number as an address, so that "1" is 0.0.0.1; nobody means that.
        let is_number = row.value.parse::<u32>().is_ok();
        let range_here = row.value.parse::<AddressRange>();
        match row.value.parse::<InterfaceAddress>() {
            Ok(written) => {
                assert_eq!(row.prefix, written.network().prefix_len(), "{:?}", row.value);
                assert_eq!(row.network, written.network().first().to_string(), "{:?}", row.value);
                assert_eq!(row.size.to_string(), written.network().range().size().to_string(), "{:?}", row.value);
                let is_net = row.net.is_string();
                // An address with its full length is a network of one, which Ansible's 'net' leaves out.
                assert_eq!(is_net, !written.has_host_bits() && written.network().host_len() > 0, "{:?}", row.value);
            }
            Err(AddressError::NoPrefix { .. }) => {
                assert_eq!(row.network, range_here.unwrap().to_string(), "{:?}", row.value);
            }
            Err(_) => assert!(row.network == false || is_number, "{:?}", row.value),
        }
    }
}

#[test]
fn a_leading_zero_is_refused_and_named() {
    for text in ["010.0.0.0/8", "10.0.00.0/8", "001.002.003.004/32", "010.0.0.1", "10.0.0.1-10.0.0.09"] {
        let error = text.parse::<AddressRange>().unwrap_err();
        assert!(matches!(error, AddressError::LeadingZero { .. }), "{text:?}: {error}");
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[test]
fn host_bits_are_known_and_the_true_network_is_said() {
    let written: InterfaceAddress = "10.233.0.5/18".parse().unwrap();
    assert!(written.has_host_bits());
    assert_eq!(written.network().to_string(), "10.233.0.0/18");
    let error = "192.167.0.0/12".parse::<Network>().unwrap_err();
    assert_eq!(error.to_string(), r#""192.167.0.0/12" is an address inside 192.160.0.0/12; write the network"#);
    assert!("192.160.0.0/12".parse::<Network>().is_ok());
}

#[test]
fn netmasks_and_wildcard_masks_are_prefix_lengths() {
    for (text, network) in [
        ("10.233.0.0/255.255.192.0", "10.233.0.0/18"),
        ("10.233.0.0/0.0.63.255", "10.233.0.0/18"),
        ("0.0.0.0/0.0.0.0", "0.0.0.0/0"),
        ("10.0.0.1/255.255.255.255", "10.0.0.1/32"),
        ("fd00::/ffff:ffff:ffff:ffff::", "fd00::/64"),
        ("10.233.0.0/18 ", "10.233.0.0/18"),
    ] {
        assert_eq!(text.parse::<Network>().unwrap().to_string(), network, "{text:?}");
    }
    let error = "10.0.0.0/255.0.255.0".parse::<Network>().unwrap_err();
    assert!(matches!(error, AddressError::NoMask { .. }), "{error}");
}

#[test]
fn a_range_is_exact_and_written_as_short_as_it_can_be() {
    for (text, shown) in [
        ("172.31.255.128 - 172.31.255.252", "172.31.255.128-172.31.255.252"),
        ("10.5.0.0-10.5.0.255", "10.5.0.0/24"),
        ("10.5.0.7-10.5.0.7", "10.5.0.7"),
        ("10.5.0.7/32", "10.5.0.7"),
        ("fd00::5-fd00::9", "fd00::5-fd00::9"),
        ("0.0.0.0-255.255.255.255", "0.0.0.0/0"),
        ("::/0", "::/0"),
    ] {
        assert_eq!(text.parse::<AddressRange>().unwrap().to_string(), shown, "{text:?}");
    }
    let pool: AddressRange = "192.168.1.5-192.168.1.37".parse().unwrap();
    assert!(!pool.overlaps("192.168.1.2".parse().unwrap()), "rounded to a network it would");
}

#[test]
fn what_is_neither_is_refused_with_what_to_write() {
    for (text, says) in [
        ("", "is no address"),
        (" 10.0.0.0/8", "is no address"),
        ("10.0.0.0 /8", "is no address"),
        ("10.0.0", "is no address"),
        ("10.0.0.0/33", "prefix lengths from 0 to 32"),
        ("10.0.0.0/+8", "prefix lengths"),
        ("10.0.0.0/08", "prefix lengths"),
        ("10.0.0.0/", "prefix lengths"),
        ("fd00::/129", "from 0 to 128"),
        ("fd00::/255.0.0.0", "from 0 to 128"),
        ("10.0.0.0/8,fd00::/64", "prefix lengths"),
        ("10.0.0.9-10.0.0.1", "ends before it begins"),
        ("10.0.0.9-fd00::1", "one address family"),
        ("10.0.0.9-20", "in full"),
        ("10.0.0.1-", "is no address"),
        ("10.0.0.5/8", "is an address inside 10.0.0.0/8"),
        ("fe80::1%eth0", "is no address"),
    ] {
        let error = text.parse::<AddressRange>().unwrap_err().to_string();
        assert!(error.contains(says), "{text:?}: {error}");
    }
    let error = "10.233.0.0".parse::<Network>().unwrap_err().to_string();
    assert_eq!(error, r#""10.233.0.0" has no prefix length; a network is written 10.233.0.0/24"#);
}

#[test]
fn the_largest_network_inside_a_range_is_aligned() {
    for (range, network) in [
        ("10.0.0.1-10.0.0.255", "10.0.0.128/25"),
        ("10.0.0.0-10.0.0.254", "10.0.0.0/25"),
        ("10.0.0.1-10.0.0.2", "10.0.0.1/32"),
        ("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0"),
    ] {
        assert_eq!(range.parse::<AddressRange>().unwrap().largest_network().to_string(), network);
    }
}

#[test]
fn the_nth_address_of_a_network_is_the_one_kubespray_counts() {
    let services: Network = "10.233.0.0/18".parse().unwrap();
    assert_eq!(services.nth(1).unwrap().to_string(), "10.233.0.1");
    assert_eq!(services.nth(3).unwrap().to_string(), "10.233.0.3");
    assert_eq!("10.0.0.0/31".parse::<Network>().unwrap().nth(3), None);
}

prop_compose! {
    fn any_range()(v6: bool, a: u128, b: u128, narrow in 0u32..128) -> AddressRange {
        let family = if v6 { Family::Ipv6 } else { Family::Ipv4 };
        let cut = |n: u128| if v6 { std::net::Ipv6Addr::from_bits(n).into() } else {
            std::net::Ipv4Addr::from_bits(u32::try_from(n >> 96).unwrap()).into()
        };
        let (a, b) = (a, a ^ (b >> narrow));
        let range = AddressRange::new(cut(a.min(b)), cut(a.max(b))).unwrap();
        assert_eq!(range.family(), family);
        range
    }
}

proptest! {
    #[test]
    fn what_is_shown_reads_back_as_the_same_range(range in any_range()) {
        prop_assert_eq!(range.to_string().parse::<AddressRange>().unwrap(), range);
        prop_assert!(range.contains(range.largest_network().range()));
        // No network of twice that size fits: the range is shorter than three of them and a half.
        prop_assert!(range.size() / 4 < range.largest_network().range().size());
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[0-9a-f.:/ -]{0,24}") {
        let _ = text.parse::<AddressRange>();
        let _ = text.parse::<InterfaceAddress>();
    }
}

#[test]
fn a_cluster_file_says_where_a_network_is_wrong() {
    let rule = |text: &str| from_source::<Vec<AddressRule>>(&Source::new("c.yml", text));
    let error = rule("- family: ipv4\n- cidr: 10.233.0.5/18\n").unwrap_err();
    assert_eq!(error.location().to_string(), "c.yml:2:9");
    assert!(error.to_string().contains(r#""10.233.0.5/18" is an address inside 10.233.0.0/18"#), "{error}");
    assert!(rule("- cidr: 010.0.0.0/8\n").unwrap_err().to_string().contains("octal"));
    assert!(rule("- cidr: 10.233.0.0/18\n").is_ok());
}
