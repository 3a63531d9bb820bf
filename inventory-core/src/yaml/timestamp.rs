//! Dates and times as `PyYAML` reads them, in the form Python's `isoformat` gives them back.

use std::fmt::Write as _;

/// Takes between `least` and `most` decimal digits.
fn digits(bytes: &[u8], least: usize, most: usize) -> Option<(u32, &[u8])> {
    let count = bytes.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
    if count < least {
        return None;
    }
    let number = bytes[..count].iter().fold(0, |number, byte| number * 10 + u32::from(byte - b'0'));
    Some((number, &bytes[count..]))
}

fn byte(bytes: &[u8], wanted: u8) -> Option<&[u8]> {
    bytes.strip_prefix(&[wanted])
}

fn blanks(bytes: &[u8]) -> &[u8] {
    let count = bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    &bytes[count..]
}

struct Parts<'a> {
    date: (u32, u32, u32),
    /// Month and day both have two digits, which a date without a time needs to be taken for one.
    two_digits: bool,
    time: Option<Time<'a>>,
}

struct Time<'a> {
    clock: (u32, u32, u32),
    fraction: &'a [u8],
    /// Seconds east of Greenwich.
    zone: Option<i64>,
}

fn parts(bytes: &[u8]) -> Option<Parts<'_>> {
    let (year, rest) = digits(bytes, 4, 4)?;
    let month_and_on = byte(rest, b'-')?;
    let (month, rest) = digits(month_and_on, 1, 2)?;
    let month_digits = month_and_on.len() - rest.len();
    let day_and_on = byte(rest, b'-')?;
    let (day, rest) = digits(day_and_on, 1, 2)?;
    let two_digits = month_digits == 2 && day_and_on.len() - rest.len() == 2;
    let time = if rest.is_empty() { None } else { Some(time(rest)?) };
    Some(Parts { date: (year, month, day), two_digits, time })
}

fn time(bytes: &[u8]) -> Option<Time<'_>> {
    let rest = match bytes {
        [b'T' | b't', rest @ ..] => rest,
        [b' ' | b'\t', ..] => blanks(bytes),
        _ => return None,
    };
    let (hour, rest) = digits(rest, 1, 2)?;
    let (minute, rest) = digits(byte(rest, b':')?, 2, 2)?;
    let (second, rest) = digits(byte(rest, b':')?, 2, 2)?;
    let (fraction, rest) = match byte(rest, b'.') {
        Some(rest) => rest.split_at(rest.iter().take_while(|byte| byte.is_ascii_digit()).count()),
        None => (&[][..], rest),
    };
    let zone = if rest.is_empty() { None } else { Some(zone(blanks(rest))?) };
    Some(Time { clock: (hour, minute, second), fraction, zone })
}

fn zone(bytes: &[u8]) -> Option<i64> {
    let (sign, rest) = match bytes {
        b"Z" => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, rest) = digits(rest, 1, 2)?;
    let minutes = if rest.is_empty() {
        0
    } else {
        let (minutes, rest) = digits(byte(rest, b':')?, 2, 2)?;
        if !rest.is_empty() {
            return None;
        }
        minutes
    };
    Some(sign * i64::from(hours * 60 + minutes) * 60)
}

/// Whether a scalar without quotes and tag is a timestamp.
pub(super) fn is_implicit(bytes: &[u8]) -> bool {
    parts(bytes).is_some_and(|parts| parts.time.is_some() || parts.two_digits)
}

/// The timestamp in Python's `isoformat`, `2024-05-01` or `2024-05-01T10:00:00+02:00`; `None` where Python raises,
/// as for the thirteenth month.
pub(super) fn isoformat(raw: &str) -> Option<String> {
    let Parts { date: (year, month, day), time, .. } = parts(raw.as_bytes())?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if year == 0 || day == 0 || day > days {
        return None;
    }
    let mut iso = format!("{year:04}-{month:02}-{day:02}");
    let Some(Time { clock: (hour, minute, second), fraction, zone }) = time else { return Some(iso) };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Writing to a string cannot fail.
    let _ = write!(iso, "T{hour:02}:{minute:02}:{second:02}");
    let microseconds =
        (0..6).fold(0, |number, place| number * 10 + fraction.get(place).map_or(0, |digit| u32::from(digit - b'0')));
    if microseconds != 0 {
        let _ = write!(iso, ".{microseconds:06}");
    }
    if let Some(zone) = zone {
        if zone.abs() >= 86_400 {
            return None;
        }
        let sign = if zone < 0 { '-' } else { '+' };
        let _ = write!(iso, "{sign}{:02}:{:02}", zone.abs() / 3600, zone.abs() / 60 % 60);
    }
    Some(iso)
}
