//! What a level's packets look like to the level outside: the ports and protocols that may collide or be dropped.

use std::fmt;
use std::num::NonZeroU16;

use super::{Cni, Layer, Tunnel};
use crate::network::address::Family;
use crate::network::encapsulation::{Encapsulation, Encryption};

/// What the packets between two nodes are, seen from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    /// UDP to a port, with the VXLAN network of that CNI where it is a fixed one.
    Udp { port: u16, vni: Option<u32>, form: Encapsulation },
    /// TCP-like segments to a port (STT).
    Tcp { port: u16 },
    /// An IP protocol of its own: 4 IPIP, 41 ip6ip6, 47 GRE, 50 ESP.
    Protocol { number: u8, name: &'static str },
}

impl fmt::Display for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Udp { port, form, .. } => write!(f, "{form} on UDP port {port}"),
            Self::Tcp { port } => write!(f, "stt on TCP port {port}"),
            Self::Protocol { number, name } => write!(f, "{name} (IP protocol {number})"),
        }
    }
}

impl Layer {
    /// The port of its VXLAN, used or not: Calico drops packets to it in both cases.
    pub(crate) fn vxlan_port(&self) -> u16 {
        let own = match self.cni {
            Cni::Flannel | Cni::K3s | Cni::Cilium => 8472,
            Cni::Weave => 6784,
            _ => 4789,
        };
        self.tunnel_port.map_or(own, NonZeroU16::get)
    }

    /// What its packets look like from outside. Empty: they travel bare, or it is not known.
    pub(crate) fn wires(&self) -> Vec<Wire> {
        // OVS and strongSwan put ESP around the tunnel in transport mode, flannel's backend is ESP itself. Cilium's is
        // ESP without a tunnel; which of the two is outside when it has both changed between releases.
        let encrypted_tunnel_is_open = self.cni == Cni::Cilium && !self.known_tunnels().is_empty();
        match self.encryption {
            Some(Encryption::IpSec { .. }) if !encrypted_tunnel_is_open => {
                return vec![Wire::Protocol { number: 50, name: "esp" }];
            }
            Some(Encryption::WireGuard | Encryption::WireGuardOfAksHosts) if self.cni != Cni::Calico => {
                return vec![self.wire(Encapsulation::WireGuard)];
            }
            _ => {}
        }
        let encryption = self.encryption.filter(|e| e.is_wireguard()).map(|_| Encapsulation::WireGuard);
        let mut wires = Vec::new();
        for form in self.known_tunnels().iter().map(|tunnel| tunnel.encapsulation).chain(encryption) {
            let wire = self.wire(form);
            if !wires.contains(&wire) {
                wires.push(wire);
            }
        }
        wires
    }

    /// Whether its pods' packets are known to travel bare.
    pub(crate) fn is_bare(&self) -> bool {
        self.encryption.is_none()
            && self.tunnels_ipv6.is_empty()
            && match &self.tunnels {
                Some(tunnels) => tunnels.is_empty(),
                None => self.cni == Cni::None,
            }
    }

    /// The tunnels as written, or the likeliest ones.
    fn known_tunnels(&self) -> Vec<Tunnel> {
        let usual = || self.cni.usual_tunnels().map(|usual| usual.likeliest).unwrap_or_default();
        let mut tunnels = self.tunnels.clone().unwrap_or_else(usual);
        tunnels.extend(&self.tunnels_ipv6);
        tunnels
    }

    fn wire(&self, form: Encapsulation) -> Wire {
        let chosen = |own: u16| self.tunnel_port.map_or(own, NonZeroU16::get);
        let udp = |port| Wire::Udp { port, vni: None, form };
        match form {
            Encapsulation::Vxlan => {
                let vni = match self.cni {
                    Cni::Calico => Some(4096),
                    Cni::Flannel | Cni::K3s => Some(1),
                    _ => None,
                };
                Wire::Udp { port: self.vxlan_port(), vni, form }
            }
            Encapsulation::Geneve | Encapsulation::OvnGeneve => udp(chosen(6081)),
            Encapsulation::WireGuard if self.cni == Cni::Cilium => udp(51871),
            Encapsulation::WireGuard => udp(51820),
            Encapsulation::FlannelUdp => udp(8285),
            Encapsulation::GueIpIp => udp(5555),
            Encapsulation::Stt => Wire::Tcp { port: 7471 },
            Encapsulation::Gre => Wire::Protocol { number: 47, name: "gre" },
            Encapsulation::IpIp => match self.outer {
                Family::Ipv4 => Wire::Protocol { number: 4, name: "ipip" },
                Family::Ipv6 => Wire::Protocol { number: 41, name: "ip6ip6" },
            },
        }
    }
}
