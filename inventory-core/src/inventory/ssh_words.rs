//! Words as OpenSSH's configuration and Ansible's command lines cut them.

/// A word for OpenSSH, old and new: those before 8.7 know no escapes, so what would need one has no form.
pub(crate) fn configuration_word(text: &str) -> Option<String> {
    let needs_quotes = text.contains(|c: char| c.is_whitespace() || matches!(c, '#' | '\'' | '='));
    has_a_form(text).then(|| if needs_quotes { format!("\"{text}\"") } else { text.to_owned() })
}

/// Whether a text can stand between the quotes of OpenSSH's configuration.
pub(crate) fn has_a_form(text: &str) -> bool {
    let needs_escape = |pair: &[char]| pair[0] == '\\' && matches!(pair.get(1), None | Some('\\' | '"' | '\'' | ' '));
    let chars: Vec<char> = text.chars().collect();
    !text.is_empty()
        && !text.contains(|c: char| c == '"' || c.is_control())
        && !(0..chars.len()).any(|at| needs_escape(&chars[at..chars.len().min(at + 2)]))
}

/// A text as one word of what Python's `shlex.split` cuts, as Ansible does with SSH's arguments.
pub(crate) fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./-_".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    // Between single quotes nothing means anything; a single quote itself goes between double ones.
    format!("'{}'", text.replace('\'', r#"'"'"'"#))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ansible::shlex;

    #[test]
    fn a_word_is_quoted_only_when_it_must_be() {
        assert_eq!(configuration_word("/home/a b/key").as_deref(), Some("\"/home/a b/key\""));
        assert_eq!(configuration_word(r"DOM\user").as_deref(), Some(r"DOM\user"));
        for text in ["", "a\nHost b", "a\"b", r"a\\b", r"a\"] {
            assert_eq!(configuration_word(text), None, "{text:?}");
        }
        assert_eq!(shell_word("IdentitiesOnly=yes"), "IdentitiesOnly=yes");
        assert_eq!(shell_word("it's"), r#"'it'"'"'s'"#);
    }

    proptest! {
        #[test]
        fn a_shell_word_is_cut_back_to_the_text(texts in prop::collection::vec("[ -~\t]{0,20}", 1..4)) {
            let line = texts.iter().map(|text| shell_word(text)).collect::<Vec<_>>().join(" ");
            let cut: Vec<String> = shlex::split(&line).unwrap().into_iter().map(|word| word.text.into_owned()).collect();
            prop_assert_eq!(cut, texts);
        }
    }
}
