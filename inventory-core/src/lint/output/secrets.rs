//! Where a file has secrets: they are never shown, neither quoted nor in a message nor in a fix.

use std::ops::Range;

use crate::safe::is_secret_name;
use crate::yaml::{self, Kind, Node, Resolved, Source, Span};

/// The stretches of a file that are secrets, in order, none touching the next.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::lint) struct Secrets(Vec<Range<usize>>);

impl Secrets {
    /// A file's. Where it is no YAML that Ansible could read, an INI inventory or a broken file, its lines are looked
    /// at one by one, and rather too much is hidden than too little.
    pub(in crate::lint) fn of(source: &Source) -> Self {
        let text = source.text();
        let mut found = Vec::new();
        let documents = yaml::parse(source).unwrap_or_default();
        let roots: Vec<&Node> = documents.iter().filter_map(|document| document.root.as_ref()).collect();
        if roots.iter().any(|root| !matches!(root.kind, Kind::Scalar(_))) {
            for root in &roots {
                in_tree(root, false, &mut found);
            }
            for comment in documents.iter().flat_map(|document| &document.comments) {
                in_lines(text, comment.span.start..comment.span.end, &mut found);
            }
            in_words(text, &mut found);
        } else {
            in_lines(text, 0..text.len(), &mut found);
        }
        in_urls(text, &mut found);
        in_key_blocks(text, &mut found);
        Self::merged(found)
    }

    fn merged(mut found: Vec<Range<usize>>) -> Self {
        found.retain(|range| !range.is_empty());
        found.sort_by_key(|range| (range.start, range.end));
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(found.len());
        for range in found {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        Self(merged)
    }

    /// Those that have at least a character in a stretch.
    pub(in crate::lint) fn within(&self, stretch: Range<usize>) -> impl Iterator<Item = &Range<usize>> {
        let first = self.0.partition_point(|secret| secret.end <= stretch.start);
        self.0[first..].iter().take_while(move |secret| secret.start < stretch.end)
    }

    /// Whether a stretch has, or an insertion lies in, a secret.
    pub(in crate::lint) fn touch(&self, span: Span) -> bool {
        self.within(span.start..span.end.max(span.start + 1)).next().is_some()
    }
}

/// Whether a text that is to be written has a secret.
pub(in crate::lint) fn has_secret(text: &str) -> bool {
    let mut found = Vec::new();
    in_lines(text, 0..text.len(), &mut found);
    in_urls(text, &mut found);
    in_key_blocks(text, &mut found);
    found.iter().any(|range| !range.is_empty())
}

/// Whether a key's value is one. People name what they keep in ansible-vault `vault_something`.
fn is_secret_key(name: &str) -> bool {
    let name = name.replace('-', "_");
    is_secret_name(&name) || name.to_ascii_lowercase().starts_with("vault_")
}

/// What an alias repeats is looked at where it is written; only a secret key is followed there.
fn in_tree(node: &Node, is_secret: bool, found: &mut Vec<Range<usize>>) {
    if node.alias.is_some() && !is_secret {
        return;
    }
    match &node.kind {
        Kind::Scalar(_) => {
            // `kube_token_auth: true` is a switch, and cipher text tells nobody anything.
            let tells = !matches!(node.resolve(), Resolved::Null | Resolved::Bool(_));
            let is_cipher = node.local_tag().is_some_and(|tag| tag.starts_with("!vault"));
            if is_secret && tells && !is_cipher {
                found.push(node.span.start..node.span.end);
            }
        }
        // An alias of a whole tree may be one of thousands: all of it is hidden at once.
        _ if node.alias.is_some() => found.push(node.span.start..node.span.end),
        Kind::Sequence(items) => items.iter().for_each(|item| in_tree(item, is_secret, found)),
        Kind::Mapping(entries) => {
            for (key, value) in entries.iter() {
                in_tree(value, is_secret || key.raw().is_some_and(is_secret_key), found);
            }
        }
    }
}

/// Line by line: `name: value` to the end of its line, and whatever is indented below; `name=value` likewise where the
/// line begins with it, as in `[all:vars]`, and one word of it elsewhere, as behind a host.
fn in_lines(text: &str, stretch: Range<usize>, found: &mut Vec<Range<usize>>) {
    let mut below: Option<usize> = None;
    let mut start = stretch.start;
    for line in text[stretch].split_inclusive(['\n', '\r']) {
        let content = line.trim_end();
        let indent = content.len() - content.trim_start().len();
        let begin = start;
        start += line.len();
        if content.is_empty() {
            continue;
        }
        let is_below = |column| indent > column || (indent == column && content.trim_start().starts_with('-'));
        if below.is_some_and(is_below) {
            found.push(begin + indent..begin + content.len());
            continue;
        }
        below = None;
        for name in names(content) {
            let value = name.value;
            if name.is_map {
                below = Some(name.start);
            }
            let starts_line = content[..name.start].chars().all(|c| c.is_whitespace() || "#;-\"'".contains(c));
            let rest = &content[value..];
            let end = if name.is_map || starts_line { content.len() } else { value + word(rest) };
            // `: |` has its value below, and `=` may have none.
            found.push(begin + value..begin + end);
            if end == content.len() {
                break;
            }
        }
    }
}

/// `--token=value` in the midst of YAML.
fn in_words(text: &str, found: &mut Vec<Range<usize>>) {
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        for name in names(line.trim_end()).filter(|name| !name.is_map) {
            found.push(start + name.value..start + name.value + word(line[name.value..].trim_end()));
        }
        start += line.len();
    }
}

/// The name of a secret in a line, and where its value begins.
struct Name {
    start: usize,
    value: usize,
    is_map: bool,
}

fn names(line: &str) -> impl Iterator<Item = Name> {
    line.match_indices([':', '=']).filter_map(move |(at, separator)| {
        let before = line[..at].trim_end().trim_end_matches(['"', '\'']);
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        let start = before.trim_end_matches(is_part).len();
        let after = &line[at + separator.len()..];
        let value = line.len() - after.trim_start().len();
        // In JSON nothing need follow the colon.
        is_secret_key(&before[start..]).then_some(Name { start, value, is_map: separator == ":" })
    })
}

/// How many bytes of a text are its first word, as a shell reads it.
fn word(text: &str) -> usize {
    let mut quote = None;
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match (c, quote) {
            _ if is_escaped => is_escaped = false,
            ('\\', _) => is_escaped = true,
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => quote = Some(c),
            (c, None) if c.is_whitespace() => return at,
            _ => {}
        }
    }
    text.len()
}

/// `https://user:password@host`
fn in_urls(text: &str, found: &mut Vec<Range<usize>>) {
    for (at, mark) in text.match_indices("://") {
        let start = at + mark.len();
        let ends = |c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '?' | '#');
        let authority = text[start..].split(ends).next().unwrap_or_default();
        let Some((user, _)) = authority.rsplit_once('@') else { continue };
        if let Some((name, _)) = user.split_once(':') {
            found.push(start + name.len() + 1..start + user.len());
        }
    }
}

/// `-----BEGIN OPENSSH PRIVATE KEY-----`, whatever the key is called.
fn in_key_blocks(text: &str, found: &mut Vec<Range<usize>>) {
    let mut done = 0;
    for (at, mark) in text.match_indices("PRIVATE KEY-----") {
        let start = at + mark.len();
        let is_begin = text[..at].rfind("-----").is_some_and(|dashes| text[dashes..at].starts_with("-----BEGIN"));
        if is_begin && start > done {
            done = text[start..].find("-----END").map_or(text.len(), |end| start + end);
            found.push(start..done);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> Vec<String> {
        let source = Source::new("x", text);
        Secrets::of(&source).0.into_iter().map(|range| source.text()[range].to_owned()).collect()
    }

    #[test]
    fn the_value_of_a_secret_key_is_a_secret_however_deep_and_long() {
        assert_eq!(hidden("a: 1\nansible_password: hunter2 # old\nb: 2\n"), ["hunter2"]);
        assert_eq!(hidden("u: {name: x, password: 'a b', ip: 10.0.0.1}\n"), ["'a b'"]);
        assert_eq!(hidden("my-tokens:\n- abc\n- def\nip: 1\n"), ["abc", "def"]);
        assert_eq!(hidden("vault_db: s3\n"), ["s3"]);
        assert_eq!(hidden("kube_token_auth: true\nx_file: y\npassword:\n"), [""; 0]);
        assert_eq!(hidden("a: &p hunter2\npassword: *p\n"), ["hunter2"]);
        assert!(hidden("private_key: |\n  line one\n  line two\nip: 1\n").concat().contains("line two"));
        assert_eq!(hidden("{\"ansible_password\":\"x y\",\"ip\":\"10.0.0.1\"}"), ["\"x y\""]);
    }

    #[test]
    fn what_ansible_vault_has_encrypted_may_be_seen() {
        assert_eq!(hidden("password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  3031\n"), [""; 0]);
    }

    #[test]
    fn an_ini_inventory_hides_one_word_behind_a_host_and_the_whole_line_among_variables() {
        assert_eq!(hidden("[all]\nn1 ansible_password='a b' ip=10.0.0.1\n"), ["'a b'"]);
        assert_eq!(hidden("[all]\nn1 ansible_ssh_pass=a\\ b ip=10.0.0.1\n"), ["a\\ b"]);
        assert_eq!(hidden("[all:vars]\nansible_password = a ip=b\nip=10.0.0.1\n"), ["a ip=b"]);
        assert_eq!(hidden("[all]\nn1 ip=10.0.0.1\n"), [""; 0]);
    }

    #[test]
    fn a_broken_file_hides_what_is_indented_below_a_secret_key() {
        let text = "a: [\ntoken: |\n    abc\n\n    def\nip: 10.0.0.1\n";
        assert!(yaml::parse(&Source::new("x", text)).is_err());
        assert_eq!(hidden(text), ["|", "abc", "def"]);
    }

    #[test]
    fn comments_arguments_urls_and_keys_hide_theirs() {
        assert_eq!(hidden("ip: 1 # password: old\nb: 2\n"), ["old"]);
        assert_eq!(hidden("args: \"--token=abc --v=2\"\n"), ["abc"]);
        assert_eq!(hidden("http_proxy: http://me:pw@proxy:3128/\n"), ["pw"]);
        let block = "x: |\n  -----BEGIN PRIVATE KEY-----\n  MII\n  -----END PRIVATE KEY-----\n";
        assert_eq!(hidden(block).concat().trim(), "MII");
    }
}
