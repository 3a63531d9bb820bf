//! What is wrong, or worth knowing, with a chain of levels.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Mtu, Setting, Sum};
use crate::network::layer::Cni;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Works by luck, or not for everybody.
    Warning,
    /// Packets are lost.
    Error,
}

/// What had to be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guessed {
    /// The CNI's release.
    Version,
    /// The tunnels.
    Encapsulation,
    /// Both of them.
    VersionAndEncapsulation,
}

impl fmt::Display for Guessed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Version => "version",
            Self::Encapsulation => "encapsulation",
            Self::VersionAndEncapsulation => "version and encapsulation",
        })
    }
}

/// One thing about one level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which level, counted from 0, the outermost.
    pub level: usize,
    /// Its name, and where it is described when that is known: `ci-kube (site.yml:12)`.
    pub place: String,
    /// What it is.
    pub problem: Problem,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

/// What may be with a level. The text says what and the remedy; the level is [`Finding::place`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Packets of the pods' size do not fit between the nodes.
    #[error(
        "packets of {usable} bytes do not fit, so large ones vanish and small ones pass; at most {safe} does: {sum}. \
         {} {setting}",
        if *.written { "Write" } else { "The CNI finds too much by itself: write" }
    )]
    ExceedsPath {
        /// What the pods send.
        usable: Mtu,
        /// What fits.
        safe: Mtu,
        /// Why.
        sum: Sum,
        /// Whether somebody wrote it, or the CNI found it.
        written: bool,
        /// What to write.
        setting: Setting,
    },
    /// Pods send more than their tunnel takes, and depend on ICMP to learn of it.
    #[error(
        "pods send packets of {route} bytes into tunnels of {usable}, and only ICMP tells them; write {usable} for both"
    )]
    ReliesOnPathDiscovery {
        /// What the pods' routes say.
        route: Mtu,
        /// What the tunnels take.
        usable: Mtu,
    },
    /// The pods' MTU was written for a CNI that takes the nodes'.
    #[error(
        "{cni} takes the nodes' MTU and deducts from it, so that {written} leaves its pods {usable}; write {nodes}"
    )]
    WrittenForPods {
        /// The CNI.
        cni: Cni,
        /// What was written: what fits for the pods.
        written: Mtu,
        /// What comes of it.
        usable: Mtu,
        /// What was meant.
        nodes: Mtu,
    },
    /// Felix does not recognise the NIC and guesses.
    #[error(
        "Calico's `mtuIfacePattern` does not match the NIC {nic}, so that it reckons with 1460 bytes; set the pattern, \
         or write the MTU"
    )]
    NicNotFound {
        /// The NIC.
        nic: String,
    },
    /// Too small for IPv6.
    #[error("{size} bytes are left for IPv6, which needs 1280: {sum}. Take an encapsulation away, or IPv6")]
    Ipv6Below1280 {
        /// What is left.
        size: Mtu,
        /// Why.
        sum: Sum,
    },
    /// Smaller than what every IPv4 host puts together.
    #[error("{size} bytes are left, less than the 576 that every IPv4 host accepts: {sum}")]
    Ipv4Below576 {
        /// What is left.
        size: Mtu,
        /// Why.
        sum: Sum,
    },
    /// More would fit.
    #[error("{usable} bytes are used where {safe} fit")]
    Slack {
        /// What is used.
        usable: Mtu,
        /// What fits.
        safe: Mtu,
    },
    /// Something is not known and several answers are plausible.
    #[error(
        "the {guessed} of {cni} is not known, so the smallest plausible MTU is taken, {taken} (it may be {most}); say \
         which it is"
    )]
    Guessed {
        /// What is not known.
        guessed: Guessed,
        /// The CNI.
        cni: Cni,
        /// The smallest, which is reckoned with.
        taken: Mtu,
        /// The largest.
        most: Mtu,
    },
    /// A CNI without rules here.
    #[error("nothing is known of its CNI, so {taken} is taken for what its pods can send; give its `mtu`")]
    UnknownCni {
        /// What is reckoned with.
        taken: Mtu,
    },
    /// How the machines' NIC gets its MTU is not known.
    #[error("what MTU a NIC with passt shows is not established; write the MTU, or say what the machines show")]
    UnknownBinding,
    /// The machines' NIC is not what the level outside gives by the rules.
    #[error("the machines' NIC shows {shown}, and by the rules it should be {computed}; {shown} is reckoned with")]
    MachineMtuDiffers {
        /// By the rules.
        computed: Mtu,
        /// What they show.
        shown: Mtu,
    },
    /// The level outside throws the tunnel's packets away.
    #[error("{host} drops its {what}: {remedy}")]
    Dropped {
        /// The hosting rule: H01 VXLAN, H02 IPIP in Calico, H03 in Cilium.
        rule: &'static str,
        /// The level that drops.
        host: String,
        /// Which packets.
        what: String,
        /// The ways out.
        remedy: String,
    },
    /// The tunnel and that of the level outside use one port.
    #[error("its {what} is also {host}'s{}; give one of them another port", if *.same_vni { ", with the same VNI" } else { "" })]
    PortShared {
        /// The level outside.
        host: String,
        /// The form and the port.
        what: String,
        /// Whether the VXLAN network is the same too.
        same_vni: bool,
    },
    /// Pods' packets travel bare over a network that does not know their addresses.
    #[error(
        "its pods' packets travel without encapsulation, and {host} passes only those of the machines' own addresses; \
         use an encapsulation"
    )]
    BareOnPodNetwork {
        /// The level outside.
        host: String,
    },
    /// Masquerade: every machine has the same address.
    #[error(
        "with the masquerade binding every machine is 10.0.2.2 to itself, so that nodes claim one address; use the \
         bridge binding or a secondary network"
    )]
    EveryMachineIs10022,
    /// Masquerade lets listed ports in only.
    #[error("the masquerade binding forwards only the ports it lists, and {missing} {} not among them; list {}, or none", if .missing.contains(',') { "are" } else { "is" }, if .missing.contains(',') { "them" } else { "it" })]
    NotForwarded {
        /// What is missing.
        missing: String,
    },
    /// Bridge: machines stay where they are.
    #[error("with the bridge binding machines cannot be migrated live, and one that restarts gets another address")]
    BridgePinsMachines,
}

impl Problem {
    /// A stable name for it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ExceedsPath { .. } => "mtu-exceeds-path",
            Self::ReliesOnPathDiscovery { .. } => "mtu-relies-on-pmtud",
            Self::WrittenForPods { .. } => "mtu-written-for-pods",
            Self::NicNotFound { .. } => "mtu-nic-not-found",
            Self::Ipv6Below1280 { .. } => "mtu-ipv6-below-1280",
            Self::Ipv4Below576 { .. } => "mtu-ipv4-below-576",
            Self::Slack { .. } => "mtu-slack",
            Self::Guessed { .. } => "mtu-guessed",
            Self::UnknownCni { .. } => "mtu-unknown-cni",
            Self::UnknownBinding => "mtu-unknown-binding",
            Self::MachineMtuDiffers { .. } => "mtu-machine-differs",
            Self::Dropped { .. } => "nesting-dropped",
            Self::PortShared { .. } => "nesting-port-shared",
            Self::BareOnPodNetwork { .. } => "nesting-bare",
            Self::EveryMachineIs10022 => "nesting-masquerade",
            Self::NotForwarded { .. } => "nesting-not-forwarded",
            Self::BridgePinsMachines => "nesting-bridge",
        }
    }

    /// The hosting rule it breaks, by its name in the table of relations; `None` for sizes.
    pub const fn hosting_rule(&self) -> Option<&'static str> {
        match self {
            Self::Dropped { rule, .. } => Some(rule),
            Self::PortShared { .. } => Some("H04"),
            Self::BareOnPodNetwork { .. } => Some("H05"),
            Self::EveryMachineIs10022 => Some("H06"),
            Self::BridgePinsMachines => Some("H07"),
            Self::NotForwarded { .. } => Some("H08"),
            _ => None,
        }
    }

    /// How bad it is.
    pub const fn severity(&self) -> Severity {
        match self {
            Self::ExceedsPath { .. }
            | Self::Ipv6Below1280 { .. }
            | Self::Dropped { .. }
            | Self::BareOnPodNetwork { .. }
            | Self::EveryMachineIs10022
            | Self::NotForwarded { .. } => Severity::Error,
            Self::ReliesOnPathDiscovery { .. }
            | Self::WrittenForPods { .. }
            | Self::NicNotFound { .. }
            | Self::Ipv4Below576 { .. }
            | Self::UnknownCni { .. }
            | Self::UnknownBinding
            | Self::MachineMtuDiffers { .. }
            | Self::PortShared { .. } => Severity::Warning,
            Self::Slack { .. } | Self::Guessed { .. } | Self::BridgePinsMachines => Severity::Info,
        }
    }
}
