//! The few settings of an `ansible.cfg` that decide what becomes of an inventory.

/// Whether Ansible is told to fail when an inventory fails: `any_unparsed_is_failed` of the section `[inventory]`.
pub(crate) fn fails_on_unparsed(config: &str) -> bool {
    any_unparsed_is_failed(config).is_some_and(is_true)
}

/// What Ansible takes for true.
pub(crate) fn is_true(text: &str) -> bool {
    ["1", "1.0", "true", "t", "yes", "y", "on"].iter().any(|word| text.trim().eq_ignore_ascii_case(word))
}

/// `any_unparsed_is_failed` of the section `[inventory]`, as it is written.
fn any_unparsed_is_failed(config: &str) -> Option<&str> {
    let mut is_inventory = false;
    config.lines().map(str::trim).filter(|line| !line.starts_with(['#', ';'])).fold(None, |found, line| {
        if let Some(section) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            is_inventory = section.trim() == "inventory";
        }
        let (key, value) = line.split_once(['=', ':']).unwrap_or_default();
        if is_inventory && key.trim().eq_ignore_ascii_case("any_unparsed_is_failed") {
            Some(value.trim())
        } else {
            found
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_section_of_inventories_counts_and_the_last_value() {
        assert!(fails_on_unparsed("[defaults]\n\n[inventory]\nany_unparsed_is_failed = True\n"));
        assert!(!fails_on_unparsed("[defaults]\nany_unparsed_is_failed = True\n"));
        assert!(!fails_on_unparsed(
            "[inventory]\n# any_unparsed_is_failed = yes\nany_unparsed_is_failed: 1\nany_unparsed_is_failed=no\n"
        ));
        assert!(!fails_on_unparsed("[inventory]\n[x]\nany_unparsed_is_failed = 1\n"));
        assert!(!fails_on_unparsed(""));
    }
}
