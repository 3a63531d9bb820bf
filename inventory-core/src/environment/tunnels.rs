//! Encapsulations as people write them.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::network::encapsulation::{Encapsulation, Encryption};
use crate::network::layer::{Cni, Tunnel, When};

/// What packets between nodes are wrapped in, in the words of a cluster file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TunnelForm {
    /// VXLAN.
    Vxlan,
    /// IP in IP.
    Ipip,
    /// Geneve.
    Geneve,
    /// WireGuard: flannel's backend; with another CNI its encryption.
    Wireguard,
    /// GRE.
    Gre,
    /// Stateless transport tunnelling: kube-ovn's.
    Stt,
    /// UDP: flannel's slow backend.
    Udp,
    /// Packets travel bare.
    None,
}

impl TunnelForm {
    /// What a CNI sends when this is asked of it; nothing for `none`.
    pub fn with(self, cni: Cni) -> Option<Encapsulation> {
        Some(match self {
            Self::Vxlan => Encapsulation::Vxlan,
            Self::Ipip => Encapsulation::IpIp,
            Self::Geneve if matches!(cni, Cni::KubeOvn | Cni::OpenShift | Cni::OvnKubernetes) => {
                Encapsulation::OvnGeneve
            }
            Self::Geneve => Encapsulation::Geneve,
            Self::Wireguard => Encapsulation::WireGuard,
            Self::Gre => Encapsulation::Gre,
            Self::Stt => Encapsulation::Stt,
            Self::Udp => Encapsulation::FlannelUdp,
            Self::None => return None,
        })
    }
}

/// One tunnel that is wished for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TunnelWish {
    /// Its form.
    #[serde(rename = "type")]
    pub form: TunnelForm,
    /// Whether only packets between subnets take it.
    pub cross_subnet: bool,
}

/// The tunnels that are wished for: `vxlan`, `{type: vxlan, when: cross-subnet}`, or a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Tunnels(pub Vec<TunnelWish>);

impl Tunnels {
    /// One form, between all nodes.
    pub fn always(form: TunnelForm) -> Self {
        Self(vec![TunnelWish { form, cross_subnet: false }])
    }

    /// These tunnels, in the words of a cluster file; `none` where there are none.
    pub fn of(tunnels: &[Tunnel]) -> Self {
        let wish = |tunnel: &Tunnel| TunnelWish {
            form: match tunnel.encapsulation {
                Encapsulation::Vxlan => TunnelForm::Vxlan,
                Encapsulation::IpIp | Encapsulation::GueIpIp => TunnelForm::Ipip,
                Encapsulation::Geneve | Encapsulation::OvnGeneve => TunnelForm::Geneve,
                Encapsulation::WireGuard => TunnelForm::Wireguard,
                Encapsulation::Gre => TunnelForm::Gre,
                Encapsulation::Stt => TunnelForm::Stt,
                Encapsulation::FlannelUdp => TunnelForm::Udp,
            },
            cross_subnet: tunnel.when == When::CrossSubnet,
        };
        if tunnels.is_empty() { Self::always(TunnelForm::None) } else { Self(tunnels.iter().map(wish).collect()) }
    }

    /// What a CNI makes of them: its tunnels, and its encryption where WireGuard is that.
    pub fn with(&self, cni: Cni) -> (Vec<Tunnel>, Option<Encryption>) {
        let encrypts = |wish: &&TunnelWish| wish.form == TunnelForm::Wireguard && cni != Cni::Flannel;
        let encryption = self.0.iter().find(encrypts).map(|_| Encryption::WireGuard);
        let tunnels = self.0.iter().filter(|wish| !encrypts(wish)).filter_map(|wish| {
            let when = if wish.cross_subnet { When::CrossSubnet } else { When::Always };
            wish.form.with(cni).map(|encapsulation| Tunnel { encapsulation, when })
        });
        (tunnels.collect(), encryption)
    }
}

impl fmt::Display for TunnelForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Vxlan => "vxlan",
            Self::Ipip => "ipip",
            Self::Geneve => "geneve",
            Self::Wireguard => "wireguard",
            Self::Gre => "gre",
            Self::Stt => "stt",
            Self::Udp => "udp",
            Self::None => "none",
        })
    }
}

impl fmt::Display for Tunnels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, TunnelWish { form, cross_subnet }) in self.0.iter().enumerate() {
            write!(f, "{}{form}", if at == 0 { "" } else { ", " })?;
            f.write_str(if *cross_subnet { " across subnets" } else { "" })?;
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for TunnelWish {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct One;
        impl<'de> Visitor<'de> for One {
            type Value = TunnelWish;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "an encapsulation (vxlan, ipip, geneve, wireguard, none) or {type: vxlan, when: cross-subnet}",
                )
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<TunnelWish, E> {
                form(word).map(|form| TunnelWish { form, cross_subnet: false })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<TunnelWish, A::Error> {
                let TunnelMap { form, when, cross_subnet } = TunnelMap::deserialize(MapAccessDeserializer::new(map))?;
                Ok(TunnelWish { form, cross_subnet: cross_subnet || when == Usage::CrossSubnet })
            }
        }
        deserializer.deserialize_any(One)
    }
}

fn form<E: Error>(word: &str) -> Result<TunnelForm, E> {
    let deserializer: serde::de::value::StrDeserializer<'_, E> = serde::de::IntoDeserializer::into_deserializer(word);
    TunnelForm::deserialize(deserializer)
}

/// A tunnel written as a map.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TunnelMap {
    /// Its form.
    #[serde(rename = "type")]
    form: TunnelForm,
    /// Between which nodes.
    #[serde(default)]
    when: Usage,
    /// As a snapshot has it.
    #[serde(default)]
    #[schemars(skip)]
    cross_subnet: bool,
}

/// Between which nodes a tunnel is used.
#[derive(Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Usage {
    /// Between all.
    #[default]
    Always,
    /// Between nodes of different subnets.
    CrossSubnet,
}

impl<'de> Deserialize<'de> for Tunnels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Several;
        impl<'de> Visitor<'de> for Several {
            type Value = Tunnels;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(
                    "an encapsulation (vxlan, ipip, geneve, wireguard, none), {type: vxlan, when: cross-subnet}, or a \
                     list of them",
                )
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<Tunnels, E> {
                form(word).map(Tunnels::always)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Tunnels, A::Error> {
                TunnelWish::deserialize(MapAccessDeserializer::new(map)).map(|wish| Tunnels(vec![wish]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Tunnels, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(items)).map(Tunnels)
            }
        }
        deserializer.deserialize_any(Several)
    }
}

impl JsonSchema for Tunnels {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Tunnels".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (word, map) = (generator.subschema_for::<TunnelForm>(), generator.subschema_for::<TunnelMap>());
        json_schema!({
            "description": "An encapsulation, one with when it is used, or a list of them.",
            "anyOf": [word, map, { "type": "array", "items": { "anyOf": [word, map] } }]
        })
    }
}
