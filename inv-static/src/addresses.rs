//! Addresses and ranges of addresses, in the order they are written.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::error::StaticError;

/// The longest range: a mistyped octet should not make a million machines.
const LONGEST_RANGE: usize = 65_536;

/// The addresses of `10.10.1.3` or `10.10.1.3-10.10.1.7`.
pub(crate) fn expand(text: &str) -> Result<Vec<IpAddr>, StaticError> {
    let parse = |part: &str| part.trim().parse::<IpAddr>().map_err(|_| StaticError::Address { text: text.to_owned() });
    let Some((first, last)) = text.split_once('-') else { return Ok(vec![parse(text)?]) };
    let addresses = match (parse(first)?, parse(last)?) {
        (IpAddr::V4(first), IpAddr::V4(last)) => {
            let (first, last) = (u32::from(first), u32::from(last));
            check_length(text, u128::from(first), u128::from(last))?;
            (first..=last).map(|bits| IpAddr::V4(Ipv4Addr::from(bits))).collect()
        }
        (IpAddr::V6(first), IpAddr::V6(last)) => {
            let (first, last) = (u128::from(first), u128::from(last));
            check_length(text, first, last)?;
            (first..=last).map(|bits| IpAddr::V6(Ipv6Addr::from(bits))).collect()
        }
        _ => return Err(StaticError::Range { text: text.to_owned() }),
    };
    Ok(addresses)
}

fn check_length(text: &str, first: u128, last: u128) -> Result<(), StaticError> {
    if first > last {
        return Err(StaticError::Range { text: text.to_owned() });
    }
    if last - first >= LONGEST_RANGE as u128 {
        return Err(StaticError::RangeTooLong { text: text.to_owned(), most: LONGEST_RANGE });
    }
    Ok(())
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
