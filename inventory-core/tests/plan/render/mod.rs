//! What people and programs are shown of a plan.

mod json;
mod picture;
mod samples;
mod table;

/// The text without what only colours it.
fn without_colour(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (code, rest) = part.split_once('m').unwrap();
        assert!(code.bytes().all(|b| b.is_ascii_digit() || b == b';'), "{code:?} moves the cursor");
        text + rest
    })
}
