//! Which directories are looked at, and what each is called.

use std::path::{Path, PathBuf};

use inventory_core::cli::{At, Failure};
use inventory_core::cluster::Places;

use super::files;
use super::surroundings::Surroundings;
use crate::answers::{Project as Answer, Said};
use crate::options::VagrantOptions;

/// A directory where the search for a Vagrantfile starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Its name, where there are several or where the file gives one.
    pub(super) name: Option<String>,
    pub(super) directory: PathBuf,
}

/// The directories of the options, else Vagrant's own, else the cluster file's.
///
/// # Errors
///
/// When there is none, two without names are called the same, or one data directory would be read for all.
pub(super) fn of(options: &VagrantOptions, at: &At<'_>, surroundings: &Surroundings) -> Result<Vec<Place>, Failure> {
    let directory = |written: &str| files::expanded(&at.directory.join(surroundings.with_home(Path::new(written))));
    let places: Vec<Place> = match &options.directories {
        None => {
            let start = surroundings.vagrant_cwd.as_deref().unwrap_or(at.directory);
            vec![Place { name: None, directory: files::expanded(start) }]
        }
        Some(Places::Named(named)) => {
            let place =
                |(name, written): (&String, &String)| Place { name: Some(name.clone()), directory: directory(written) };
            named.iter().map(place).collect()
        }
        Some(Places::Unnamed(written)) if written.len() == 1 => {
            vec![Place { name: None, directory: directory(&written[0]) }]
        }
        Some(Places::Unnamed(written)) => unnamed(written.iter().map(|written| directory(written)).collect())?,
    };
    if places.is_empty() {
        return Err(Failure::new("`directories` is empty", "name a directory of a Vagrantfile, or leave the key out"));
    }
    if places.len() > 1 && surroundings.dotfile_path.as_deref().is_some_and(Path::is_absolute) {
        return Err(Failure::new(
            "VAGRANT_DOTFILE_PATH is one directory for all, and `directories` names several Vagrantfiles",
            "unset it, or set it to a path relative to each Vagrantfile",
        ));
    }
    Ok(places)
}

/// Several directories, called by their last parts.
fn unnamed(directories: Vec<PathBuf>) -> Result<Vec<Place>, Failure> {
    let name = |directory: &PathBuf| directory.file_name().map(|name| name.to_string_lossy().into_owned());
    let places: Vec<Place> =
        directories.into_iter().map(|directory| Place { name: name(&directory), directory }).collect();
    for (position, place) in places.iter().enumerate() {
        let same = places[..position].iter().find(|other| other.name == place.name);
        if place.name.is_none() || same.is_some() {
            let shown = place.directory.display();
            let what = match same {
                Some(other) => format!("{} and {shown} would be places of one name", other.directory.display()),
                None => format!("{shown} has no name that a place could have"),
            };
            return Err(Failure::new(what, format!("name each: `directories: {{first: DIR, second: {shown}}}`")));
        }
    }
    Ok(places)
}

/// Two places that are one project would have every machine twice.
///
/// # Errors
///
/// When there are such two.
pub(super) fn check_distinct(answers: &[Answer]) -> Result<(), Failure> {
    for (position, answer) in answers.iter().enumerate() {
        let is_told = |answer: &Answer| matches!(answer.said, Said::Told(_));
        let same = answers[..position]
            .iter()
            .find(|other| is_told(other) && is_told(answer) && files::is_same(&other.directory, &answer.directory));
        if let Some(other) = same {
            let name = |answer: &Answer| answer.place.clone().unwrap_or_default();
            return Err(Failure::new(
                format!(
                    "the places {} and {} are one project, {}",
                    name(other),
                    name(answer),
                    answer.directory.display()
                ),
                "leave one of them out of `directories`",
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use indexmap::IndexMap;

    fn of_options(
        directories: Option<Places>,
        surroundings: &Surroundings,
    ) -> Result<Vec<(Option<String>, PathBuf)>, String> {
        let options = VagrantOptions { directories, ..VagrantOptions::default() };
        let at = At { directory: Path::new("/cluster"), cluster: "c" };
        let places = of(&options, &at, surroundings).map_err(|failure| failure.message().to_owned())?;
        Ok(places.into_iter().map(|place| (place.name, place.directory)).collect())
    }

    fn unnamed(directories: &[&str]) -> Places {
        Places::Unnamed(directories.iter().map(|&directory| directory.to_owned()).collect())
    }

    #[test]
    fn without_directories_vagrant_cwd_counts_and_then_the_files_own() {
        let none = Surroundings::default();
        assert_eq!(of_options(None, &none).unwrap(), [(None, "/cluster".into())]);
        let elsewhere = Surroundings { vagrant_cwd: Some("/v".into()), ..none };
        assert_eq!(of_options(None, &elsewhere).unwrap(), [(None, "/v".into())]);
        assert_eq!(of_options(Some(unnamed(&["../x"])), &elsewhere).unwrap(), [(None, "/x".into())]);
    }

    #[test]
    fn several_directories_are_called_by_their_names_or_need_a_map() {
        let none = Surroundings::default();
        let places = of_options(Some(unnamed(&["a", "/b/c"])), &none).unwrap();
        assert_eq!(places, [(Some("a".into()), "/cluster/a".into()), (Some("c".into()), "/b/c".into())]);
        assert!(of_options(Some(unnamed(&["x/a", "y/a"])), &none).unwrap_err().contains("would be places of one name"));
        assert!(of_options(Some(unnamed(&["/", "y"])), &none).unwrap_err().contains("has no name"));
        assert!(of_options(Some(unnamed(&[])), &none).unwrap_err().contains("is empty"));
        let named = Places::Named(IndexMap::from([("hv1".to_owned(), "x/a".to_owned())]));
        assert_eq!(of_options(Some(named), &none).unwrap(), [(Some("hv1".into()), "/cluster/x/a".into())]);
    }

    #[test]
    fn one_data_directory_for_several_projects_is_refused() {
        let one = Surroundings { dotfile_path: Some("/data".into()), ..Surroundings::default() };
        assert!(of_options(Some(unnamed(&["a", "b"])), &one).unwrap_err().contains("VAGRANT_DOTFILE_PATH"));
        assert!(of_options(Some(unnamed(&["a"])), &one).is_ok());
    }
}
