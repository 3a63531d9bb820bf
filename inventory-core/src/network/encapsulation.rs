//! What a packet between two nodes is wrapped in, and how many bytes that takes from it.
//!
//! All numbers are bytes of the outer *IP* packet: the outer Ethernet header is never part of an MTU.

use std::fmt;

use super::address::Family;

/// The bytes of an IP header without options.
const fn ip_header(family: Family) -> u16 {
    match family {
        Family::Ipv4 => 20,
        Family::Ipv6 => 40,
    }
}

/// The IP families of something that may have both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Families {
    /// IPv4 only.
    Ipv4,
    /// IPv6 only.
    Ipv6,
    /// Both.
    Dual,
}

impl Families {
    /// Whether `family` is one of them.
    pub const fn contains(self, family: Family) -> bool {
        matches!((self, family), (Self::Dual, _) | (Self::Ipv4, Family::Ipv4) | (Self::Ipv6, Family::Ipv6))
    }
}

/// A wrapping of pod packets on their way between nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encapsulation {
    /// One more IP header (RFC 2003), IP protocol 4; over IPv6 `ip6ip6` (RFC 2473), protocol 41.
    IpIp,
    /// IP-in-IP inside Generic UDP: 4 bytes of GUE and 8 of UDP more. kube-router's `overlay-encap: fou`.
    GueIpIp,
    /// RFC 7348: IP, UDP 8, VXLAN 8 and the inner Ethernet header of 14.
    Vxlan,
    /// RFC 8926 without options: as long as VXLAN. Cilium's and Antrea's.
    Geneve,
    /// Geneve with the one option of 8 bytes that OVN adds (ovn-kubernetes' `GeneveHeaderLengthIPv4` is 58).
    OvnGeneve,
    /// Ethernet over GRE with a key (RFC 2784, RFC 2890): IP, GRE 8, Ethernet 14. Antrea's `gre`.
    Gre,
    /// Stateless transport tunnelling: IP, 20 that look like TCP, STT 18, Ethernet 14. kube-ovn's `stt`.
    Stt,
    /// flannel's backend `udp`: IP and UDP 8.
    FlannelUdp,
    /// IP, UDP 8, header 16 and tag 16. The kernel pads to 16 bytes and stops at the device's MTU
    /// (`calculate_skb_padding`), so that padding costs nothing here.
    WireGuard,
}

impl Encapsulation {
    /// What is between the outer IP header and the pod's packet, with its bytes.
    const fn inside(self) -> &'static [(&'static str, u16)] {
        const UDP: (&str, u16) = ("UDP", 8);
        const ETHERNET: (&str, u16) = ("Ethernet", 14);
        match self {
            Self::IpIp => &[],
            Self::FlannelUdp => &[UDP],
            Self::GueIpIp => &[UDP, ("GUE", 4)],
            Self::Gre => &[("GRE", 8), ETHERNET],
            Self::Vxlan => &[UDP, ("VXLAN", 8), ETHERNET],
            Self::Geneve => &[UDP, ("Geneve", 8), ETHERNET],
            Self::OvnGeneve => &[UDP, ("Geneve", 16), ETHERNET],
            Self::WireGuard => &[UDP, ("header", 16), ("tag", 16)],
            Self::Stt => &[("TCP-like", 20), ("STT", 18), ETHERNET],
        }
    }

    /// The bytes it adds over nodes of a family.
    pub const fn overhead(self, outer: Family) -> u16 {
        let mut bytes = ip_header(outer);
        let mut rest = self.inside();
        while let [(_, more), others @ ..] = rest {
            bytes += *more;
            rest = others;
        }
        bytes
    }

    /// The headers it adds over nodes of a family with their bytes, the outermost first; a tag goes behind the packet.
    pub fn headers(self, outer: Family) -> Vec<(&'static str, u16)> {
        let ip = match outer {
            Family::Ipv4 => "IPv4",
            Family::Ipv6 => "IPv6",
        };
        [&[(ip, ip_header(outer))], self.inside()].concat()
    }
}

impl fmt::Display for Encapsulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::IpIp => "ipip",
            Self::GueIpIp => "gue",
            Self::Vxlan => "vxlan",
            Self::Geneve | Self::OvnGeneve => "geneve",
            Self::Gre => "gre",
            Self::Stt => "stt",
            Self::FlannelUdp => "udp",
            Self::WireGuard => "wireguard",
        })
    }
}

/// What encrypts the packets between nodes, on top of the encapsulation or instead of it: each CNI's own choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encryption {
    /// WireGuard.
    WireGuard,
    /// Calico's WireGuard for the traffic of AKS hosts too: Felix takes 100 bytes more, because Azure fragments at 1400.
    WireGuardOfAksHosts,
    /// IPsec. `key_bits` is the cipher key's length: Cilium reserves what exceeds 128 bits.
    IpSec {
        /// 128 or 256.
        key_bits: u16,
    },
}

impl Encryption {
    /// Whether it is WireGuard of either kind.
    pub const fn is_wireguard(self) -> bool {
        matches!(self, Self::WireGuard | Self::WireGuardOfAksHosts)
    }
}

impl fmt::Display for Encryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_wireguard() { "wireguard" } else { "ipsec" })
    }
}

/// The parts of IPsec ESP (RFC 4303), where a CNI's arithmetic needs them.
pub(crate) mod esp {
    use super::{Family, ip_header};

    /// Tunnel mode at its worst: AES-CBC with SHA-256 and 15 bytes of padding. 8 SPI and sequence, 16 IV, 15 padding,
    /// 2 trailer, 16 check value, and the outer IP header. What flannel and Cilium reserve.
    pub(crate) const fn tunnel(outer: Family) -> u16 {
        8 + 16 + 15 + 2 + 16 + ip_header(outer)
    }

    /// Transport mode at its worst: there is an outer header already.
    pub(crate) const TRANSPORT: u16 = tunnel(Family::Ipv4) - ip_header(Family::Ipv4);

    /// What Antrea reserves for transport mode.
    pub(crate) const ANTREA: u16 = 38;

    /// Transport mode with AES-GCM (RFC 4106), for the largest packet that fits into `path` bytes: 8 SPI and sequence,
    /// 8 IV, 16 check value, 2 trailer, and the padding to 4 bytes that this very size needs. Weave's.
    pub(crate) const fn gcm_transport(path: i32, outer: Family) -> i32 {
        let padded = path - ip_header(outer) as i32 - 8 - 8 - 16;
        8 + 8 + 16 + 2 + padded.rem_euclid(4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_header_costs_twenty_bytes_more_whatever_is_in_it() {
        use Encapsulation as E;
        for (encapsulation, ipv4) in [
            (E::IpIp, 20),
            (E::FlannelUdp, 28),
            (E::GueIpIp, 32),
            (E::Gre, 42),
            (E::Vxlan, 50),
            (E::Geneve, 50),
            (E::OvnGeneve, 58),
            (E::WireGuard, 60),
            (E::Stt, 72),
        ] {
            assert_eq!(encapsulation.overhead(Family::Ipv4), ipv4, "{encapsulation}");
            assert_eq!(encapsulation.overhead(Family::Ipv6), ipv4 + 20, "{encapsulation}");
        }
        assert_eq!(esp::tunnel(Family::Ipv4), 77);
        assert_eq!(esp::tunnel(Family::Ipv6), 97);
        assert_eq!(esp::TRANSPORT, 57);
    }

    #[test]
    fn vxlan_is_ip_udp_its_own_header_and_the_inner_ethernet() {
        let vxlan = Encapsulation::Vxlan.headers(Family::Ipv4);
        assert_eq!(vxlan, [("IPv4", 20), ("UDP", 8), ("VXLAN", 8), ("Ethernet", 14)]);
        assert_eq!(Encapsulation::IpIp.headers(Family::Ipv6), [("IPv6", 40)]);
    }

    #[test]
    fn gcm_in_transport_mode_takes_34_to_37_bytes() {
        let mut seen: Vec<i32> = (1460..1464).map(|path| esp::gcm_transport(path, Family::Ipv4)).collect();
        assert_eq!(seen, [34, 35, 36, 37]);
        seen.dedup();
        assert_eq!(seen.len(), 4);
    }
}
