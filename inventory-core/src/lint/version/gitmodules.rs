//! The file `.gitmodules`, as far as it says which repository lies where.

/// A submodule.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Submodule {
    /// Its directory, below the repository's; empty where the file has none.
    pub(super) path: String,
    /// Where it comes from.
    pub(super) url: String,
    /// Where its section begins: a byte of the file.
    pub(super) at: usize,
}

/// Every submodule. Lines that are not git's are passed over, as this is about kubespray and not about git.
pub(super) fn read(text: &str) -> Vec<Submodule> {
    let mut submodules: Vec<Submodule> = Vec::new();
    let mut is_in_submodule = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let begin = at + (line.len() - line.trim_start().len());
        at += line.len();
        let line = line.trim();
        if line.starts_with('[') {
            is_in_submodule = line.to_ascii_lowercase().starts_with("[submodule");
            if is_in_submodule {
                submodules.push(Submodule { at: begin, ..Submodule::default() });
            }
        } else if let Some((key, value)) = line.split_once('=').filter(|_| is_in_submodule)
            && let Some(submodule) = submodules.last_mut()
        {
            match key.trim().to_ascii_lowercase().as_str() {
                "path" => submodule.path = unquoted(value),
                "url" => submodule.url = unquoted(value),
                _ => {}
            }
        }
    }
    submodules
}

/// A value without its quotes, or without the comment behind it.
fn unquoted(value: &str) -> String {
    let value = value.trim();
    if let Some((inside, _)) = value.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        return inside.to_owned();
    }
    let end = value.find([';', '#']).unwrap_or(value.len());
    value[..end].trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_submodule_has_its_path_url_and_place() {
        let text = "# ours\n[submodule \"ks\"]\n\tpath = \"a b/ks\"\n\tURL = git@github.com:x/kubespray.git ; why\n\
                    [core]\n\tpath = no\n[submodule \"other\"]\n\turl = https://example.org/other\n";
        let submodule = |path: &str, url: &str, at| Submodule { path: path.into(), url: url.into(), at };
        let other = text.find("[submodule \"other").unwrap();
        assert_eq!(
            read(text),
            [
                submodule("a b/ks", "git@github.com:x/kubespray.git", 7),
                submodule("", "https://example.org/other", other),
            ]
        );
        assert_eq!(read("path = x\n= \n[\n"), []);
    }
}
