//! Machines on the command line, in the words of kubespray's inventory builder, which v2.27 removed: addresses,
//! ranges, and `name,ip[,access_ip]`.

use std::net::IpAddr;
use std::str::FromStr;

use inventory_core::safe::HostName;

use crate::addresses;
use crate::options::ListedMachine;

/// What the builder called machines without names, before their number.
const PREFIX: &str = "node";

/// For messages.
const FORMS: &str = "a machine is ADDRESS, FIRST-LAST, NAME,IP or NAME,IP,ACCESS_IP";

/// One word of `--machines`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MachineSpec {
    /// An address or a range `a-b`, as written, of so many machines without names.
    Unnamed { addresses: String, count: usize },
    /// `name,ip` or `name,ip,access_ip`.
    Named { name: HostName, ip: IpAddr, access_ip: Option<IpAddr> },
}

impl FromStr for MachineSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let ip = |part: &str| part.parse::<IpAddr>().map_err(|_| format!("{part:?} is no IP address"));
        let name = |part: &str| HostName::written(part).map_err(|error| error.to_string());
        match text.split(',').collect::<Vec<_>>().as_slice() {
            [addresses] => {
                let count = addresses::expand(addresses).map_err(|error| format!("{error}; {FORMS}"))?.len();
                Ok(Self::Unnamed { addresses: (*addresses).to_owned(), count })
            }
            [first, second] => Ok(Self::Named { name: name(first)?, ip: ip(second)?, access_ip: None }),
            [first, second, third] => {
                Ok(Self::Named { name: name(first)?, ip: ip(second)?, access_ip: Some(ip(third)?) })
            }
            _ => Err(format!("it has too many commas; {FORMS}")),
        }
    }
}

/// The entries of `source.machines` that say the same. Machines without names are numbered on from word to word.
pub(crate) fn listed(specs: &[MachineSpec]) -> Vec<ListedMachine> {
    let mut number = 0;
    specs
        .iter()
        .map(|spec| match spec {
            MachineSpec::Unnamed { addresses, count } => {
                let first = number + 1;
                number += count;
                let name = if *count == 1 { format!("{PREFIX}{first}") } else { format!("{PREFIX}[{first}:{number}]") };
                ListedMachine { name, address: Some(addresses.clone()), ..ListedMachine::default() }
            }
            // The builder reached a machine by the address that other nodes use.
            MachineSpec::Named { name, ip, access_ip } => ListedMachine {
                name: name.to_string(),
                address: Some(access_ip.unwrap_or(*ip).to_string()),
                ip: access_ip.map(|_| ip.to_string()),
                access_ip: access_ip.map(|access_ip| access_ip.to_string()),
                ..ListedMachine::default()
            },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_without_names_are_numbered_on() {
        let specs: Vec<MachineSpec> = ["10.0.0.3-10.0.0.5", "lb,10.0.0.9", "10.0.0.7", "db,10.0.0.8,192.0.2.8"]
            .iter()
            .map(|word| word.parse().unwrap())
            .collect();
        let listed: Vec<_> = listed(&specs)
            .into_iter()
            .map(|m| [Some(m.name), m.address, m.ip, m.access_ip].map(Option::unwrap_or_default))
            .collect();
        assert_eq!(
            listed,
            [
                ["node[1:3]", "10.0.0.3-10.0.0.5", "", ""],
                ["lb", "10.0.0.9", "", ""],
                ["node4", "10.0.0.7", "", ""],
                ["db", "192.0.2.8", "10.0.0.8", "192.0.2.8"],
            ]
        );
    }

    #[test]
    fn what_is_no_machine_is_refused() {
        for word in [
            "",
            "node1",
            "10.0.0.5-10.0.0.3",
            "a,b",
            "a,10.0.0.1,b",
            "a,10.0.0.1,10.0.0.2,c",
            ",10.0.0.1",
            "-o,10.0.0.1",
        ] {
            assert!(word.parse::<MachineSpec>().is_err(), "{word:?}");
        }
    }
}
