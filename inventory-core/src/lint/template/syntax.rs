//! Reading a template, within bounds.

use std::sync::LazyLock;

use minijinja::machinery::{Token, ast, parse, tokenize};
use minijinja::syntax::SyntaxConfig;

use super::NotChecked;

/// Bytes of a text that has a template in it.
const LONGEST: usize = 64 * 1024;
/// Words and signs of one expression. The parser and what drops its tree recurse as deep as a chain of filters is long.
const LONGEST_EXPRESSION: usize = 400;
/// Expressions and tags, for the same reason: an `elif` is an `if` inside its `else`.
const MOST_TAGS: usize = 200;

/// As Ansible sets up Jinja: a newline after a block is part of the block.
static SYNTAX: LazyLock<SyntaxConfig> =
    LazyLock::new(|| SyntaxConfig::builder().trim_blocks(true).build().unwrap_or_default());

/// The statements of a template.
pub(super) fn template(text: &str) -> Result<ast::Spanned<ast::Template<'_>>, NotChecked> {
    if text.len() > LONGEST {
        return Err(NotChecked::new("the template is longer than 64 KiB"));
    }
    if text.starts_with("#jinja2") {
        return Err(NotChecked::new("a `#jinja2` header changes the template's syntax"));
    }
    if text.contains('\\') || text.contains('\r') {
        // Ansible doubles backslashes in quotes inside `{{ }}`, and leaves those in `{% %}`.
        return Err(NotChecked::new("there is a backslash or a carriage return in the template"));
    }
    check_bounds(text)?;
    match parse(text, "", SYNTAX.clone()) {
        Ok(ast::Stmt::Template(template)) => Ok(template),
        Ok(_) | Err(_) => Err(not_understood()),
    }
}

fn check_bounds(text: &str) -> Result<(), NotChecked> {
    let (mut tags, mut length) = (0, 0);
    for token in tokenize(text, false, SYNTAX.clone()) {
        match token.map_err(|_| not_understood())?.0 {
            Token::VariableStart | Token::BlockStart => (tags, length) = (tags + 1, 0),
            _ => length += 1,
        }
        if length > LONGEST_EXPRESSION || tags > MOST_TAGS {
            return Err(NotChecked::new("the template is too long to follow"));
        }
    }
    Ok(())
}

fn not_understood() -> NotChecked {
    NotChecked::new("the template's syntax is not understood")
}

/// The name in a template that is one variable and nothing else, as Ansible before 2.19 looks for it.
pub(super) fn only_variable(text: &str) -> Option<&str> {
    let name = text.strip_prefix("{{")?.strip_suffix("}}")?.trim();
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')).then_some(name)
}
