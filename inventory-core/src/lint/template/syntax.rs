//! Reading a template, within bounds.

use std::sync::LazyLock;

use minijinja::machinery::{Token, ast, parse, tokenize};
use minijinja::syntax::SyntaxConfig;

use super::NotChecked;

/// Bytes of a text that has a template in it.
const LONGEST: usize = 64 * 1024;
/// Words and signs of one expression. The parser and what drops its tree recurse as deep as a chain of filters is long.
const LONGEST_EXPRESSION: usize = 400;
/// Brackets in brackets. The parser goes through a dozen functions for each.
const DEEPEST_BRACKETS: usize = 30;
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
    if text.contains('\r') {
        return Err(NotChecked::new("there is a carriage return in the template"));
    }
    check_bounds(text)?;
    match parse(text, "", SYNTAX.clone()) {
        Ok(ast::Stmt::Template(template)) => Ok(template),
        Ok(_) | Err(_) => Err(not_understood()),
    }
}

fn check_bounds(text: &str) -> Result<(), NotChecked> {
    let (mut tags, mut length, mut brackets) = (0, 0, 0_usize);
    for token in tokenize(text, false, SYNTAX.clone()) {
        length += 1;
        let (token, span) = token.map_err(|_| not_understood())?;
        let written = text.get(span.start_offset as usize..span.end_offset as usize).unwrap_or_default();
        match token {
            Token::Int(_) | Token::Int128(_) | Token::Float(_) if !is_plain_number(written) => {
                return Err(NotChecked::new("a number is written in an unusual form"));
            }
            // Ansible doubles those inside `{{ }}`, and leaves those in `{% %}` to Jinja.
            Token::Str(_) | Token::String(_) if written.contains('\\') => {
                return Err(NotChecked::new("there is a backslash in quotes in the template"));
            }
            Token::VariableStart | Token::BlockStart => (tags, length, brackets) = (tags + 1, 0, 0),
            Token::BracketOpen | Token::BraceOpen | Token::ParenOpen => brackets += 1,
            Token::BracketClose | Token::BraceClose | Token::ParenClose => brackets = brackets.saturating_sub(1),
            _ => {}
        }
        if length > LONGEST_EXPRESSION || tags > MOST_TAGS || brackets > DEEPEST_BRACKETS {
            return Err(NotChecked::new("the template is too long to follow"));
        }
    }
    Ok(())
}

/// Whether a number is one to Jinja as well, which refuses `08`, `1.` and `1__0`.
fn is_plain_number(text: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    is_digits(whole) && is_digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}

fn not_understood() -> NotChecked {
    NotChecked::new("the template's syntax is not understood")
}

/// The name in a template that is one variable and nothing else, as Ansible before 2.19 looks for it.
pub(super) fn only_variable(text: &str) -> Option<&str> {
    let name = text.strip_prefix("{{")?.strip_suffix("}}")?.trim();
    (!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')).then_some(name)
}
