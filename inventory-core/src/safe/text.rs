//! Which texts are harmless, which could be templates, and which are secrets.

use std::fmt;

use super::is_mark;

/// What a person can do about a secret that was left out.
pub const SECRET_REMEDY: &str = "keep it in group_vars with ansible-vault";

/// Whether no character of an outside text could ever mean something to Jinja, in any version of Ansible.
///
/// The set is small on purpose: looking for `{{` is not enough, since a `#jinja2:` header changes the delimiters
/// and two halves of a brace can meet in a `set_fact`.
pub fn harmless(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | ':' | '/' | '@' | '+' | '=' | ',' | ' ' | '-'))
}

/// Whether a word may stand on SSH's command line, whoever chose it: never an option, never more than one word.
pub fn fits_ssh(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

/// Whether Ansible would read the text as a template.
pub fn looks_like_template(text: &str) -> bool {
    ["{{", "{%", "{#", "#jinja2"].iter().any(|mark| text.contains(mark))
}

/// A map's key as it goes out. Ansible replaces a map that has one of its own marks as a key, so those get another
/// name; everything else stays.
pub struct OutsideKey<'a>(pub &'a str);

impl fmt::Display for OutsideKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_mark(self.0) {
            f.write_str("inv")?;
        }
        f.write_str(self.0)
    }
}

/// What the names of secrets have in them.
const SECRET_WORDS: [&str; 12] = [
    "password",
    "passwd",
    "secret",
    "token",
    "private_key",
    "privatekey",
    "api_key",
    "apikey",
    "passphrase",
    "credential",
    "certificate_key",
    "encryption_key",
];

/// Whether a variable's name says that its value is a secret, which reaches `--list` and nothing else.
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // A path is not a secret, and `ansible_ssh_private_key_file` is what makes an export useful.
    if name.ends_with("_file") || name.ends_with("_path") || name.ends_with("_dir") {
        return false;
    }
    SECRET_WORDS.iter().any(|word| name.contains(word)) || name.split('_').any(|word| ["pass", "pwd"].contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_headers_and_newlines_are_not_harmless() {
        for text in ["{{ x }}", "{", "}}", "#jinja2: x", "a\nb", "{% x %}", "[% x %]", "'"] {
            assert!(!harmless(text), "{text:?}");
        }
        assert!(harmless("Fedora Linux 40, x86_64"));
    }

    #[test]
    fn passwords_are_secrets_and_key_files_are_not() {
        for name in [
            "ansible_password",
            "ansible_become_pass",
            "vault_token",
            "ansible_ssh_pass",
            "kubeadm_certificate_key",
            "kube_api_pwd",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["ansible_ssh_private_key_file", "ansible_user", "bypass_proxy", "compass"] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
