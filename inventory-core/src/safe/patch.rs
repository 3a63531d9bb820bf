//! Names in unified diffs.

/// A file's name as patch reads it: in quotes where it holds what would end it.
pub fn name_in_a_patch(name: &str) -> String {
    if name.contains(char::is_control) {
        let escaped: String = name
            .bytes()
            .map(|byte| match byte {
                b'"' | b'\\' => format!("\\{}", char::from(byte)),
                b' '..=b'~' => char::from(byte).to_string(),
                _ => format!("\\{byte:03o}"),
            })
            .collect();
        format!("\"{escaped}\"")
    } else if name.contains(' ') {
        format!("{name}\t")
    } else {
        name.to_owned()
    }
}
