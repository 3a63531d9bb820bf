//! Names in the order people count: 9 before 10.

use std::cmp::Ordering;

/// Compares two names, runs of digits as numbers. Equal numbers compare by their text, so that the order is total.
pub fn compare(left: &str, right: &str) -> Ordering {
    let (mut a, mut b) = (left, right);
    loop {
        match (a.is_empty(), b.is_empty()) {
            (true, true) => return left.cmp(right),
            (true, false) => return Ordering::Less,
            (false, true) => return Ordering::Greater,
            (false, false) => {}
        }
        let ((text_a, rest_a), (text_b, rest_b)) = (split_at_class_change(a), split_at_class_change(b));
        let both_digits = starts_with_digit(text_a) && starts_with_digit(text_b);
        let order = if both_digits {
            let (number_a, number_b) = (text_a.trim_start_matches('0'), text_b.trim_start_matches('0'));
            number_a.len().cmp(&number_b.len()).then_with(|| number_a.cmp(number_b))
        } else {
            text_a.cmp(text_b)
        };
        if order != Ordering::Equal {
            return order;
        }
        (a, b) = (rest_a, rest_b);
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

/// The longest beginning of only digits, or of only other characters.
fn split_at_class_change(text: &str) -> (&str, &str) {
    let digits = starts_with_digit(text);
    text.split_at(text.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_comes_before_ten_however_it_is_padded() {
        let mut names = ["n10", "n9", "n09", "n1", "n", "m2-x10", "m2-x9", "n99999999999999999999999"];
        names.sort_by(|a, b| compare(a, b));
        assert_eq!(names, ["m2-x9", "m2-x10", "n", "n1", "n09", "n9", "n10", "n99999999999999999999999"]);
    }

    #[test]
    fn the_order_is_total() {
        let names = ["a1", "a01", "a1b", "a01b2", "", "1", "01", "a"];
        for a in names {
            for b in names {
                assert_eq!(compare(a, b), compare(b, a).reverse());
                assert_eq!(compare(a, b) == Ordering::Equal, a == b);
            }
        }
    }
}
