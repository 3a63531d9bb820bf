//! What people call a key elsewhere: in other inventory plugins, in Kubernetes, in Ansible.

/// The other word, and the key it means here.
const OTHER_WORDS: [(&str, &str); 34] = [
    ("labels", "tags"),
    ("annotations", "tags"),
    ("label_selector", "tags"),
    ("filters", "names"),
    ("include", "names"),
    ("include_filters", "names"),
    ("match", "names"),
    ("exclude", "except"),
    ("exclude_filters", "except"),
    ("ignore", "except"),
    ("hostnames", "name"),
    ("inventory_hostname", "name"),
    ("host_format", "name"),
    ("nodes", "machines"),
    ("servers", "machines"),
    ("count", "expect"),
    ("sort", "order"),
    ("variables", "vars"),
    ("compose", "vars"),
    ("hostvars", "host_vars"),
    ("keyed_groups", "from_tag"),
    ("ansible_host", "address"),
    ("connect_with", "address"),
    ("public_ip", "address"),
    ("private_ip", "ip"),
    ("internal_ip", "ip"),
    ("external_ip", "access_ip"),
    ("ansible_user", "user"),
    ("username", "user"),
    ("ansible_port", "port"),
    ("proxy_jump", "jump"),
    ("inventory", "files"),
    ("paths", "files"),
    ("plugin", "cni"),
];

/// The key that somebody who writes `word` means, among those known where they wrote it.
pub(super) fn meant<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let (_, key) = OTHER_WORDS.iter().find(|(other, key)| other.eq_ignore_ascii_case(word) && known.contains(key))?;
    known.iter().copied().find(|known| known == key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_from_elsewhere_leads_to_the_key_where_that_is_known() {
        assert_eq!(meant("labels", &["names", "tags"]), Some("tags"));
        assert_eq!(meant("labels", &["names"]), None);
        assert_eq!(meant("unheard", &["tags"]), None);
    }
}
