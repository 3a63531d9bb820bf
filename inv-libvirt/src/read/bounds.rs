//! What a document may cost, measured before it is parsed.
//!
//! Guests are described by whoever defined them, and recordings by anybody. The parser compares every attribute of a tag
//! with every other and copies the namespaces in scope at every declaration, so a small document can be made to take
//! minutes. libvirt's own parser refuses most of these; none of the bounds is near what a person writes.

/// Bytes of one document. libvirt sends 4 MiB at most in versions before 10, 16 MiB since.
const MAX_BYTES: usize = 16 << 20;
/// Elements inside each other: libxml2's own bound.
const MAX_DEPTH: usize = 256;
/// Attributes of one tag.
const MAX_ATTRIBUTES: usize = 1024;
/// The bytes that an attribute takes at least: ` a=""`.
const SHORTEST_ATTRIBUTE: usize = 5;
/// Declarations of namespaces in one document.
const MAX_NAMESPACES: usize = 1024;
/// Elements, texts, comments.
pub(super) const MAX_NODES: u32 = 500_000;

/// Why a document is too much.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum TooMuch {
    /// It is long.
    #[error("it has {0} bytes, and {MAX_BYTES} is the most")]
    Bytes(usize),
    /// Its elements are deep inside each other.
    #[error("more than {MAX_DEPTH} elements lie inside each other")]
    Depth,
    /// A tag has many attributes.
    #[error("a tag has more than {MAX_ATTRIBUTES} attributes")]
    Attributes,
    /// It declares many namespaces.
    #[error("more than {MAX_NAMESPACES} namespaces are declared")]
    Namespaces,
}

/// Whether a document may be parsed. It need not be well-formed: the parser says so.
pub(super) fn check(document: &str) -> Result<(), TooMuch> {
    if document.len() > MAX_BYTES {
        return Err(TooMuch::Bytes(document.len()));
    }
    // Most guests' are too short for so many attributes or namespaces, `xmlns` being no shorter than an attribute, and have
    // too few tags to be deep.
    let most = MAX_ATTRIBUTES.min(MAX_NAMESPACES) * SHORTEST_ATTRIBUTE;
    if document.len() <= most && document.bytes().filter(|&byte| byte == b'<').count() <= MAX_DEPTH {
        return Ok(());
    }
    // Words that stand anywhere are counted fast, and there are hardly ever so many that it matters where.
    let are_many = document.matches("xmlns").nth(MAX_NAMESPACES).is_some();
    let (mut rest, mut depth, mut namespaces) = (document, 0_usize, 0_usize);
    while let Some((_, markup)) = rest.split_once('<') {
        // What is not closed is the parser's to refuse.
        let Some(after) = skip(markup) else { return Ok(()) };
        rest = after;
        let tag = &markup[..markup.len() - after.len()];
        match tag.as_bytes().first() {
            Some(b'!' | b'?') => continue,
            Some(b'/') => {
                depth = depth.saturating_sub(1);
                continue;
            }
            _ => {}
        }
        if tag.len() > MAX_ATTRIBUTES * SHORTEST_ATTRIBUTE && attributes(tag) > MAX_ATTRIBUTES {
            return Err(TooMuch::Attributes);
        }
        if are_many {
            namespaces += tag.matches("xmlns").count();
        }
        if namespaces > MAX_NAMESPACES {
            return Err(TooMuch::Namespaces);
        }
        if !tag.ends_with("/>") {
            depth += 1;
            if depth > MAX_DEPTH {
                return Err(TooMuch::Depth);
            }
        }
    }
    Ok(())
}

/// What follows the markup that began before this text.
fn skip(markup: &str) -> Option<&str> {
    fn ends<'a>(inside: &'a str, end: &str) -> Option<&'a str> {
        inside.split_once(end).map(|(_, after)| after)
    }
    // What opens it is no part of what closes it: `<!-->` opens a comment, and anything may stand behind it.
    if let Some(comment) = markup.strip_prefix("!--") {
        return ends(comment, "-->");
    }
    if let Some(text) = markup.strip_prefix("![CDATA[") {
        return ends(text, "]]>");
    }
    if let Some(instruction) = markup.strip_prefix('?') {
        return ends(instruction, "?>");
    }
    let mut quote = None;
    let end = markup.bytes().position(|byte| {
        match (quote, byte) {
            (None, b'>') => return true,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
        false
    })?;
    Some(&markup[end + 1..])
}

/// How many attributes a tag has: signs of equality outside quotes.
fn attributes(tag: &str) -> usize {
    let mut quote = None;
    let mut count = 0;
    for byte in tag.bytes() {
        match (quote, byte) {
            (None, b'=') => count += 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_writes_passes() {
        for text in
            ["", "<", "<a", "<a><b c='>' d=\"<\"/></a>", "<!-- <<<< --><a><![CDATA[<<<<]]></a>", "<?x <<< ?><a/>"]
        {
            assert_eq!(check(text), Ok(()), "{text}");
        }
        let long = format!("<a>{}</a>", "x < 1 = 2 ".replace('<', "&lt;").repeat(100_000));
        assert_eq!(check(&long), Ok(()));
    }

    #[test]
    fn each_bound_is_kept() {
        assert_eq!(check(&" ".repeat(MAX_BYTES + 1)), Err(TooMuch::Bytes(MAX_BYTES + 1)));
        assert_eq!(check(&"<a>".repeat(MAX_DEPTH)), Ok(()));
        assert_eq!(check(&"<a>".repeat(MAX_DEPTH + 1)), Err(TooMuch::Depth));
        assert_eq!(check(&"<a></a><a/>".repeat(MAX_DEPTH + 1)), Ok(()));
        let attributes: Vec<String> = (0..=MAX_ATTRIBUTES).map(|n| format!(" a{n}='='")).collect();
        assert_eq!(check(&format!("<a{}/>", attributes.concat())), Err(TooMuch::Attributes));
        let spaces = "<a xmlns:b='x'/>".repeat(MAX_NAMESPACES + 1);
        assert_eq!(check(&spaces), Err(TooMuch::Namespaces));
    }

    #[test]
    fn nothing_hides_behind_a_comment_that_seems_to_end_at_once() {
        for opening in ["<!-->", "<!--->"] {
            let deep = format!("{opening} <x \" -->{}", "<a>".repeat(MAX_DEPTH + 1));
            assert_eq!(check(&deep), Err(TooMuch::Depth), "{opening}");
        }
    }
}
