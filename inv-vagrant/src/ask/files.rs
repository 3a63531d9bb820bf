//! Small files of Vagrant's, read with a bound and never written.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

/// Reads a file of at most that many bytes; none where there is no such file. What is no UTF-8 is replaced.
///
/// # Errors
///
/// When it cannot be read, is no regular file (a pipe would be waited for), or is larger.
pub(super) fn text(path: &Path, most: u64) -> io::Result<Option<String>> {
    let metadata = match std::fs::metadata(path) {
        Err(error) if is_missing(&error) => return Ok(None),
        other => other?,
    };
    if !metadata.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other(format!("it is larger than {most} bytes")));
    }
    Ok(Some(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())))
}

/// Whether an error says that there is no such file: nothing of that name, or a file where a directory should be.
pub(super) fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// What the system says of a failed read, without its error number.
pub(super) fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "you may not read it".to_owned(),
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => error.to_string(),
    }
}

/// A path from the root, without `.` and `..`, as Ruby's `File.expand_path` makes it: links are not followed.
pub(super) fn expanded(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut expanded = PathBuf::new();
    for component in absolute.components() {
        if component == Component::ParentDir {
            expanded.pop();
        } else {
            expanded.push(component);
        }
    }
    expanded
}

/// Whether two paths lead to one directory.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    one == other || matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_expanded_as_ruby_does_it() {
        for (path, expected) in [("/a/b/../c/./d/", "/a/c/d"), ("/..", "/"), ("/a//b", "/a/b")] {
            assert_eq!(expanded(Path::new(path)), Path::new(expected));
        }
    }

    #[test]
    fn what_is_too_large_or_no_file_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("id");
        assert_eq!(text(&path, 4).unwrap(), None);
        std::fs::write(&path, "12345").unwrap();
        assert!(text(&path, 4).unwrap_err().to_string().contains("larger than 4 bytes"));
        assert_eq!(text(&path, 5).unwrap().as_deref(), Some("12345"));
        assert!(text(directory.path(), 5).is_err());
        assert_eq!(text(&path.join("below"), 5).unwrap(), None);
    }
}
