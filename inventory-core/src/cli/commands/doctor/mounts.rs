//! Whether programs may run where a file lies.

use std::path::{Path, PathBuf};

/// Linux's list of what is mounted where. Other systems have none there, and nothing is said about them.
const MOUNTS: &str = "/proc/self/mounts";

/// The mount that forbids to run a file, if one does.
pub(super) fn forbid_execution(path: &Path) -> Option<PathBuf> {
    let path = std::fs::canonicalize(path).ok()?;
    noexec_above(&std::fs::read_to_string(MOUNTS).ok()?, &path)
}

/// The mount point nearest above the path, if it is mounted noexec. Of several on one point the last is on top.
fn noexec_above(mounts: &str, path: &Path) -> Option<PathBuf> {
    let above = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ');
        let (point, options) = (unescaped(fields.nth(1)?), fields.nth(1)?);
        path.starts_with(&point).then_some((point, options))
    });
    let (point, options) = above.max_by_key(|(point, _)| point.components().count())?;
    options.split(',').any(|option| option == "noexec").then_some(point)
}

/// A field of the list: blanks and backslashes stand there as three octal digits.
fn unescaped(field: &str) -> PathBuf {
    let mut text = field.to_owned();
    for (escaped, character) in [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")] {
        text = text.replace(escaped, character);
    }
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTED: &str = "\
/dev/a / ext4 rw,relatime 0 0
tmpfs /srv tmpfs rw,noexec 0 0
/dev/b /srv/my\\040lab ext4 rw 0 0
/dev/c /tmp ext4 rw 0 0
tmpfs /tmp tmpfs rw,nosuid,noexec 0 0
";

    #[test]
    fn the_nearest_mount_decides_and_of_one_point_the_last() {
        let above = |path: &str| noexec_above(MOUNTED, Path::new(path));
        assert_eq!(above("/srv/x"), Some("/srv".into()));
        assert_eq!(above("/srv/my lab/x"), None);
        assert_eq!(above("/tmp/x"), Some("/tmp".into()));
        assert_eq!(above("/srvx/y"), None);
    }
}
