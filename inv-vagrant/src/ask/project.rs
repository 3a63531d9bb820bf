//! Where a Vagrantfile lies, and where Vagrant keeps what it knows of its machines: searched as Vagrant searches.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use super::files;
use super::surroundings::Surroundings;
use crate::answers::Silence;

/// A directory with a Vagrantfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Project {
    /// The Vagrantfile's directory.
    pub(super) root: PathBuf,
    /// Vagrant's data of it: `.vagrant`.
    pub(super) data: PathBuf,
}

impl Project {
    /// Looks for a Vagrantfile from this directory upwards.
    ///
    /// # Errors
    ///
    /// When there is no such directory, or no Vagrantfile.
    pub(super) fn find(start: &Path, surroundings: &Surroundings) -> Result<Self, Silence> {
        let shown = start.display();
        match std::fs::metadata(start) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => {
                let parent = start.parent().unwrap_or(start).display();
                return Err(Silence {
                    why: format!("{shown} is a file, not a directory"),
                    remedy: format!("name the directory of the Vagrantfile: `directories: {parent}`"),
                });
            }
            Err(error) if files::is_missing(&error) => {
                return Err(Silence {
                    why: format!("the directory {shown} does not exist"),
                    remedy: "correct `directories`, or VAGRANT_CWD where the file says nothing".to_owned(),
                });
            }
            Err(error) => {
                return Err(Silence {
                    why: format!("the directory {shown} cannot be read: {}", files::why(&error)),
                    remedy: "ask whoever owns it to let you in".to_owned(),
                });
            }
        }
        let names: Vec<&OsStr> = match &surroundings.vagrantfile {
            Some(name) => vec![name],
            None => vec![OsStr::new("Vagrantfile"), OsStr::new("vagrantfile")],
        };
        let Some(root) = searched_upwards(start, &names)? else {
            let name = names[0].display();
            return Err(Silence {
                why: format!("there is no {name} in {shown} or above it"),
                remedy: "name the directory of the Vagrantfile under `directories`, or the file's name in \
                         VAGRANT_VAGRANTFILE"
                    .to_owned(),
            });
        };
        let data = match &surroundings.dotfile_path {
            Some(path) => files::expanded(&root.join(surroundings.with_home(path))),
            None => root.join(".vagrant"),
        };
        Ok(Self { root: root.to_owned(), data })
    }
}

/// The first directory from here upwards with a file of one of these names. One that nobody lets us look into may have
/// it, and what lies above it would be another project.
fn searched_upwards<'a>(start: &'a Path, names: &[&OsStr]) -> Result<Option<&'a Path>, Silence> {
    for directory in start.ancestors() {
        for name in names {
            match std::fs::metadata(directory.join(name)) {
                Ok(metadata) if metadata.is_file() => return Ok(Some(directory)),
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    return Err(Silence {
                        why: format!("whether {} has a {} cannot be seen", directory.display(), names[0].display()),
                        remedy: "run this as the user whose machines they are, or ask that user to let you in"
                            .to_owned(),
                    });
                }
                _ => {}
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(paths: &[&str]) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for path in paths {
            let path = directory.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        directory
    }

    #[test]
    fn a_vagrantfile_is_searched_upwards() {
        let here = made(&["Vagrantfile", "a/b/c"]);
        let project = Project::find(&here.path().join("a/b"), &Surroundings::default()).unwrap();
        assert_eq!(project, Project { root: here.path().to_owned(), data: here.path().join(".vagrant") });
    }

    #[test]
    fn the_lower_case_name_and_a_name_of_ones_own_are_found() {
        let here = made(&["vagrantfile", "a/Vagrantfile.libvirt", "a/Vagrantfile"]);
        let find = |name: Option<&str>| {
            let surroundings = Surroundings { vagrantfile: name.map(Into::into), ..Surroundings::default() };
            Project::find(&here.path().join("a"), &surroundings).map(|project| project.root)
        };
        assert_eq!(find(None).unwrap(), here.path().join("a"));
        assert_eq!(find(Some("Vagrantfile.libvirt")).unwrap(), here.path().join("a"));
        assert_eq!(find(Some("vagrantfile")).unwrap(), here.path());
        assert!(find(Some("Other")).unwrap_err().why.starts_with("there is no Other in "));
    }

    #[test]
    fn the_data_directory_is_relative_to_the_project_and_not_to_where_the_search_began() {
        let here = made(&["Vagrantfile", "a/b"]);
        for (path, expected) in [
            ("../data", here.path().parent().unwrap().join("data")),
            ("/data", "/data".into()),
            // As Ruby's `File.expand_path` reads it.
            ("~/data", "/home/me/data".into()),
        ] {
            let surroundings = Surroundings {
                dotfile_path: Some(path.into()),
                user_home: Some("/home/me".into()),
                ..Surroundings::default()
            };
            assert_eq!(Project::find(&here.path().join("a"), &surroundings).unwrap().data, expected);
        }
    }

    #[test]
    fn a_directory_that_is_none_is_a_sentence() {
        let here = made(&["Vagrantfile"]);
        let why = |path: &str| Project::find(&here.path().join(path), &Surroundings::default()).unwrap_err();
        assert!(why("gone").why.ends_with("gone does not exist"));
        assert!(why("Vagrantfile").remedy.contains(here.path().to_str().unwrap()));
    }
}
