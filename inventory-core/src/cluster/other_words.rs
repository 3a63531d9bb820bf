//! The field's other words for our keys: what people write who know another tool.

/// The other word, and ours.
const OTHER_WORDS: [(&str, &str); 14] = [
    ("labels", "tags"),
    ("annotations", "tags"),
    ("plugin", "cni"),
    ("exclude", "except"),
    ("include", "names"),
    ("hostname", "name"),
    ("host", "address"),
    ("ansible_host", "address"),
    ("ansible_user", "user"),
    ("ansible_port", "port"),
    ("variables", "vars"),
    ("bastion_host", "jump"),
    ("proxy_jump", "jump"),
    ("inventory", "files"),
];

/// Our word for it, if it is one of the keys known here.
pub(super) fn our_word(word: &str, known: &[&'static str]) -> Option<&'static str> {
    OTHER_WORDS.into_iter().find(|(other, ours)| *other == word && known.contains(ours)).map(|(_, ours)| ours)
}
