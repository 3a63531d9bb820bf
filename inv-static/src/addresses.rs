//! Addresses and ranges of addresses, in the order they are written.

use std::net::IpAddr;

use inventory_core::network::address::{AddressError, AddressRange};

use crate::error::StaticError;

/// The longest range: a mistyped octet should not make a million machines.
const LONGEST_RANGE: u128 = 65_536;

/// The addresses of `10.10.1.3` or `10.10.1.3-10.10.1.7`.
pub(crate) fn expand(text: &str) -> Result<Vec<IpAddr>, StaticError> {
    // A network would make machines of its own address and its broadcast address.
    if text.contains('/') {
        return Err(StaticError::Network { text: text.to_owned() });
    }
    let range: AddressRange = text.trim().parse().map_err(|error| match error {
        AddressError::NoAddress { .. } => StaticError::NoAddress { text: text.to_owned() },
        other => StaticError::Address(other),
    })?;
    if range.size() > LONGEST_RANGE {
        return Err(StaticError::RangeTooLong { text: text.to_owned(), most: LONGEST_RANGE });
    }
    Ok(range.addresses().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_both_its_ends() {
        let expanded = |text| expand(text).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(expanded("10.0.0.254-10.0.1.1"), ["10.0.0.254", "10.0.0.255", "10.0.1.0", "10.0.1.1"]);
        assert_eq!(expanded("10.0.0.1 - 10.0.0.1"), ["10.0.0.1"]);
        assert_eq!(expanded("fd00::f-fd00::11"), ["fd00::f", "fd00::10", "fd00::11"]);
        assert_eq!(expanded("255.255.255.255-255.255.255.255").len(), 1);
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in
            ["", "10.0.0.2-10.0.0.1", "10.0.0.1-fd00::1", "0.0.0.0-255.255.255.255", "010.0.0.1", "10.0.0.0/24", "a-b"]
        {
            assert!(expand(text).is_err(), "{text:?}");
        }
    }
}
