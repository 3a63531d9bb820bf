//! Values of `network` that are written in more than one way.

use std::fmt;
use std::net::IpAddr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::environment::{OneOrMany, Sourced};
use crate::kubespray::CNIS;
use crate::network::address::{AddressRange, Network};
use crate::network::layer::Cni;
use crate::network::mtu::Mtu;
use crate::safe::HostAddress;

/// The cluster's own CNI: one that kubespray installs, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnCni(pub Cni);

impl<'de> Deserialize<'de> for OwnCni {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        CNIS.into_iter().find(|cni| cni.to_string() == word).map(Self).ok_or_else(|| {
            let known = CNIS.map(|cni| cni.to_string());
            let near = crate::yaml::nearest(&word, &known.each_ref().map(String::as_str))
                .map(|near| format!(" Did you mean {near}?"))
                .unwrap_or_default();
            D::Error::custom(format!("{word:?} is no CNI that is known here: it is one of {}.{near}", known.join(", ")))
        })
    }
}

impl JsonSchema for OwnCni {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "OwnCni".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": CNIS.map(|cni| cni.to_string()) })
    }
}

/// What encrypts packets between nodes, on top of the encapsulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EncryptionWish {
    /// WireGuard.
    Wireguard,
    /// IPsec.
    Ipsec,
    /// Nothing.
    None,
}

/// A range that is wished for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RangeWish {
    /// Whatever is free.
    Auto,
    /// Whatever is free, of this prefix length; with two families a pair, IPv4's first.
    Size(Vec<u8>),
    /// These networks, one a family.
    Written(Vec<Network>),
}

impl<'de> Deserialize<'de> for RangeWish {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RangeVisitor;
        impl<'de> Visitor<'de> for RangeVisitor {
            type Value = RangeWish;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a network (10.233.64.0/18), a pair of them, auto, or {size: /18}")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<RangeWish, E> {
                if text == "auto" {
                    return Ok(RangeWish::Auto);
                }
                let networks = text.split(',').map(|text| text.trim().parse().map_err(E::custom));
                networks.collect::<Result<_, E>>().map(RangeWish::Written)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<RangeWish, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(items)).map(RangeWish::Written)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RangeWish, A::Error> {
                let Sized { size } = Sized::deserialize(MapAccessDeserializer::new(map))?;
                Ok(RangeWish::Size(size.0.into_iter().map(|PrefixLen(bits)| bits).collect()))
            }
        }
        deserializer.deserialize_any(RangeVisitor)
    }
}

/// A range of which only the size is written.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Sized {
    /// The prefix length: /18. With two families a pair, IPv4's first.
    size: OneOrMany<PrefixLen>,
}

/// `/18`, or 18.
struct PrefixLen(u8);

impl<'de> Deserialize<'de> for PrefixLen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LenVisitor;
        impl Visitor<'_> for LenVisitor {
            type Value = PrefixLen;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a prefix length: /18")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<PrefixLen, E> {
                let digits = text.strip_prefix('/').unwrap_or(text);
                let bits = digits.parse().ok().filter(|bits| *bits <= 128);
                bits.map(PrefixLen)
                    .ok_or_else(|| E::custom(format!("{text:?} is no prefix length; one is written /18")))
            }

            fn visit_u64<E: Error>(self, bits: u64) -> Result<PrefixLen, E> {
                self.visit_str(&bits.to_string())
            }
        }
        deserializer.deserialize_any(LenVisitor)
    }
}

impl JsonSchema for PrefixLen {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PrefixLen".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "type": "string", "pattern": "^/[0-9]{1,3}$" },
            { "type": "integer", "minimum": 0, "maximum": 128 }
        ] })
    }
}

impl JsonSchema for RangeWish {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RangeWish".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (network, sized) = (generator.subschema_for::<Network>(), generator.subschema_for::<Sized>());
        json_schema!({
            "description": "A network, a pair of them when dual stack, auto, or a size.",
            "anyOf": [{ "const": "auto" }, network, { "type": "array", "items": network, "maxItems": 2 }, sized]
        })
    }
}

/// The MTU that is wished for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MtuWish {
    /// What fits.
    Auto,
    /// This, in the CNI's own terms.
    Written(Mtu),
}

impl<'de> Deserialize<'de> for MtuWish {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MtuVisitor;
        impl Visitor<'_> for MtuVisitor {
            type Value = MtuWish;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes (1400), or auto")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<MtuWish, E> {
                match text {
                    "auto" => Ok(MtuWish::Auto),
                    digits if digits.parse::<u16>().is_ok() => {
                        Err(E::custom(format!("{digits:?} is text; write the number without quotes, or auto")))
                    }
                    _ => Err(E::custom(format!("{text:?} is no MTU; write bytes, 1400, or auto"))),
                }
            }

            fn visit_i64<E: Error>(self, bytes: i64) -> Result<MtuWish, E> {
                Mtu::new(bytes).map(MtuWish::Written).map_err(E::custom)
            }

            fn visit_u64<E: Error>(self, bytes: u64) -> Result<MtuWish, E> {
                self.visit_i64(i64::try_from(bytes).unwrap_or(i64::MAX))
            }
        }
        deserializer.deserialize_any(MtuVisitor)
    }
}

impl JsonSchema for MtuWish {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "MtuWish".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [{ "const": "auto" }, { "type": "integer", "minimum": 68, "maximum": 65535 }] })
    }
}

/// Addresses for Services of type `LoadBalancer`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadBalancer {
    /// CIDRs and ranges a-b.
    pub ranges: Vec<Sourced<AddressRange>>,
    /// Whether `MetalLB`'s variables are written.
    pub metallb: bool,
}

impl JsonSchema for LoadBalancer {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "LoadBalancer".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (range, map) = (generator.subschema_for::<AddressRange>(), generator.subschema_for::<LoadBalancerMap>());
        json_schema!({
            "description": "Addresses for Services of type LoadBalancer.",
            "anyOf": [{ "type": "array", "items": range }, map]
        })
    }
}

/// The same, as a map.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LoadBalancerMap {
    /// CIDRs and ranges a-b.
    ranges: Vec<Sourced<AddressRange>>,
    /// Whether `MetalLB`'s variables are written too.
    #[serde(default)]
    metallb: bool,
}

impl<'de> Deserialize<'de> for LoadBalancer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PoolsVisitor;
        impl<'de> Visitor<'de> for PoolsVisitor {
            type Value = LoadBalancer;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of CIDRs and ranges a-b, or {ranges: [a-b], metallb: true}")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<LoadBalancer, A::Error> {
                let ranges = Vec::deserialize(SeqAccessDeserializer::new(items))?;
                Ok(LoadBalancer { ranges, metallb: false })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<LoadBalancer, A::Error> {
                let LoadBalancerMap { ranges, metallb } = Deserialize::deserialize(MapAccessDeserializer::new(map))?;
                Ok(LoadBalancer { ranges, metallb })
            }
        }
        deserializer.deserialize_any(PoolsVisitor)
    }
}

/// The address that clients and nodes find the API at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiAddress {
    /// The address.
    pub address: IpAddr,
    /// The port. Default: 6443.
    pub port: u16,
    /// Who has it.
    pub by: ApiBy,
}

/// Who has the API's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ApiBy {
    /// kube-vip, on the control plane.
    KubeVip,
    /// A load balancer that is there already.
    #[default]
    LoadBalancer,
    /// One node.
    Node,
}

/// The same, as a map.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ApiMap {
    /// The address.
    address: IpAddr,
    /// The port.
    #[serde(default = "api_port")]
    port: u16,
    /// Who has it.
    #[serde(default)]
    by: ApiBy,
}

const fn api_port() -> u16 {
    6443
}

impl ApiAddress {
    /// Refuses what nobody can connect to.
    fn checked<E: Error>(ApiMap { address, port, by }: ApiMap) -> Result<Self, E> {
        if address.is_unspecified() || address.is_multicast() || address.is_loopback() {
            return Err(E::custom(format!("{address} is no address at which nodes find the API")));
        }
        if port == 0 {
            return Err(E::custom("0 is no port; leave `port` out, and it is 6443"));
        }
        Ok(Self { address, port, by })
    }
}

/// A DNS domain: it becomes part of names, of certificates and of files, where anything else breaks later.
pub(super) fn domain<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    match text.parse::<HostAddress>() {
        Ok(HostAddress::Name(name)) => Ok(Some(name)),
        _ => Err(D::Error::custom(format!("{text:?} is no domain; one is written like cluster.local"))),
    }
}

impl<'de> Deserialize<'de> for ApiAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ApiVisitor;
        impl<'de> Visitor<'de> for ApiVisitor {
            type Value = ApiAddress;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an address, or {address: 10.0.0.10, port: 6443, by: kube-vip}")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<ApiAddress, E> {
                let wrong = || E::custom(format!("{text:?} is no IP address; write one, or {{address, port, by}}"));
                let address = text.parse().map_err(|_| wrong())?;
                ApiAddress::checked(ApiMap { address, port: api_port(), by: ApiBy::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ApiAddress, A::Error> {
                ApiAddress::checked(Deserialize::deserialize(MapAccessDeserializer::new(map))?)
            }
        }
        deserializer.deserialize_any(ApiVisitor)
    }
}

impl JsonSchema for ApiAddress {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ApiAddress".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let map = generator.subschema_for::<ApiMap>();
        json_schema!({
            "description": "The address that clients and nodes find the API at.",
            "anyOf": [{ "type": "string" }, map]
        })
    }
}
