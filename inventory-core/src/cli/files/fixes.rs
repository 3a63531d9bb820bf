//! The linter's fixes, written.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Rewrite, cannot_write, rewrite};
use crate::cli::Failure;
use crate::lint::fix::{Fixed, Renamed};

/// Writes what fixes make of files: texts first and all of them as one step, then the new names. What cannot be done
/// to the end is taken back.
///
/// Modes, owners and links stay. A file that is not what was read any more is refused, and so is a name that is taken.
pub fn apply(fixed: &Fixed) -> Result<(), Failure> {
    fixed.renames.iter().try_for_each(is_free)?;
    let texts = |is_undo: bool| {
        let texts = fixed.files.iter().map(move |file| {
            let (was, text) = if is_undo { (&file.new, &file.old) } else { (&file.old, &file.new) };
            Rewrite { path: file.path.clone(), was: Some(was.clone()), text: text.clone() }
        });
        texts.collect::<Vec<_>>()
    };
    let directory = common_directory(fixed);
    rewrite(&directory, &texts(false))?;
    for (at, renamed) in fixed.renames.iter().enumerate() {
        // Staging waits for the disk, which is time enough for somebody else.
        let outcome = is_free(renamed)
            .and_then(|()| fs::rename(&renamed.from, &renamed.to).map_err(|error| cannot_rename(renamed, &error)));
        if let Err(failure) = outcome {
            for done in fixed.renames[..at].iter().rev() {
                let _ = fs::rename(&done.to, &done.from);
            }
            let _ = rewrite(&directory, &texts(true));
            return Err(failure);
        }
    }
    Ok(())
}

fn is_free(renamed: &Renamed) -> Result<(), Failure> {
    match fs::symlink_metadata(&renamed.to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(cannot_write(&renamed.to, &error)),
        Ok(_) => Err(Failure::new(
            format!("{} cannot become {}, which exists already", renamed.from.display(), renamed.to.display()),
            "nothing was written; put what is in the one into the other by hand",
        )),
    }
}

fn cannot_rename(renamed: &Renamed, error: &io::Error) -> Failure {
    Failure::new(
        format!("{} cannot be renamed to {}: {error}", renamed.from.display(), renamed.to.display()),
        "nothing was changed; check the directory's permissions",
    )
}

/// The deepest directory that has all of the files in it; empty: the current one.
fn common_directory(fixed: &Fixed) -> PathBuf {
    let mut directories = fixed.files.iter().filter_map(|file| file.path.parent());
    let Some(first) = directories.next() else { return PathBuf::new() };
    directories.fold(first.to_owned(), |common, directory| {
        let is_above = |above: &&Path| directory.starts_with(above);
        common.ancestors().find(is_above).map(Path::to_owned).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::fix::FixedFile;

    fn fixed(directory: &Path) -> Fixed {
        let file = |name: &str, old: &str, new: &str| FixedFile {
            path: directory.join(name),
            old: old.to_owned(),
            new: new.to_owned(),
        };
        for (name, text) in [("group_vars/k8s-cluster/a.yml", "a: 1\n"), ("hosts.ini", "[k8s-cluster]\n")] {
            let path = directory.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Fixed {
            files: vec![
                file("group_vars/k8s-cluster/a.yml", "a: 1\n", "a: 2\n"),
                file("hosts.ini", "[k8s-cluster]\n", "[k8s_cluster]\n"),
            ],
            renames: vec![Renamed {
                from: directory.join("group_vars/k8s-cluster"),
                to: directory.join("group_vars/k8s_cluster"),
            }],
            ..Fixed::default()
        }
    }

    fn read(directory: &Path, name: &str) -> String {
        fs::read_to_string(directory.join(name)).unwrap()
    }

    #[test]
    fn texts_and_names_change_together_and_modes_and_links_stay() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let directory = tempfile::tempdir().unwrap();
        let mut fixed = fixed(directory.path());
        let link = directory.path().join("link.ini");
        symlink("hosts.ini", &link).unwrap();
        fs::set_permissions(directory.path().join("hosts.ini"), fs::Permissions::from_mode(0o640)).unwrap();
        fixed.files[1].path.clone_from(&link);
        apply(&fixed).unwrap();
        assert_eq!(read(directory.path(), "group_vars/k8s_cluster/a.yml"), "a: 2\n");
        assert_eq!(read(directory.path(), "hosts.ini"), "[k8s_cluster]\n");
        assert!(!directory.path().join("group_vars/k8s-cluster").exists());
        assert!(link.is_symlink());
        assert_eq!(fs::metadata(&link).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn a_name_that_is_taken_leaves_everything_as_it_was() {
        let directory = tempfile::tempdir().unwrap();
        let fixed = fixed(directory.path());
        fs::create_dir(directory.path().join("group_vars/k8s_cluster")).unwrap();
        let failure = apply(&fixed).unwrap_err();
        assert!(failure.message().ends_with("which exists already"), "{}", failure.message());
        assert_eq!(read(directory.path(), "hosts.ini"), "[k8s-cluster]\n");
    }

    #[test]
    fn a_rename_that_fails_takes_the_texts_back() {
        let directory = tempfile::tempdir().unwrap();
        let mut fixed = fixed(directory.path());
        let renamed = Renamed { from: directory.path().join("gone"), to: directory.path().join("new") };
        fixed.renames.push(renamed);
        assert!(apply(&fixed).unwrap_err().message().contains("cannot be renamed"));
        assert_eq!(read(directory.path(), "hosts.ini"), "[k8s-cluster]\n");
        assert_eq!(read(directory.path(), "group_vars/k8s-cluster/a.yml"), "a: 1\n");
    }

    #[test]
    fn a_file_that_changed_since_it_was_read_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let fixed = fixed(directory.path());
        fs::write(directory.path().join("hosts.ini"), "[mine]\n").unwrap();
        assert!(apply(&fixed).unwrap_err().message().contains("was changed by somebody else"));
        assert_eq!(read(directory.path(), "hosts.ini"), "[mine]\n");
        assert_eq!(read(directory.path(), "group_vars/k8s-cluster/a.yml"), "a: 1\n");
    }
}
