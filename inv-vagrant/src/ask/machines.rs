//! `.vagrant/machines/NAME/PROVIDER`: what a project's directory says of its machines.

use std::io;
use std::path::Path;

use serde::Deserialize;

use super::files;
use super::index::Index;
use super::keys::Keys;
use super::project::Project;
use crate::answers::{ProviderSays, Silence, VagrantMachine};

/// Larger than any of the small files is: an id, a name.
const SMALL: u64 = 64 << 10;

/// A machine, and what only this half of the program needs to know of it.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) machine: VagrantMachine,
    /// The number of the user who made it: VirtualBox keeps machines by user.
    pub(super) creator: Option<u32>,
    /// Its number in Vagrant's index.
    pub(super) index_uuid: Option<String>,
}

/// `box_meta`, what is read of it.
#[derive(Deserialize)]
struct BoxMeta {
    name: Option<String>,
}

/// All machines of a project, sorted by name and provider, nobody asked yet. What could not be read goes to `unanswered`.
///
/// # Errors
///
/// When the project's data cannot be read.
pub(super) fn list(
    project: &Project,
    index: &Index,
    keys: &Keys,
    unanswered: &mut Vec<String>,
) -> Result<Vec<Listed>, Silence> {
    if project.data.is_file() {
        return Err(Silence {
            why: format!("{} is a file, as Vagrant 1.0 wrote it", project.data.display()),
            remedy: "any newer `vagrant` makes a directory of it when it is run there once".to_owned(),
        });
    }
    let machines = project.data.join("machines");
    let mut found = Vec::new();
    for name in directories(&machines).map_err(|error| closed(&machines, &error))? {
        let directory = machines.join(&name);
        for provider in directories(&directory).map_err(|error| closed(&directory, &error))? {
            found.push(listed(project, index, keys, (&name, &provider), unanswered)?);
        }
    }
    found.extend(lost(project, index, &found));
    if found.is_empty() && !project.data.exists() {
        unanswered.push(format!("no machine was ever made here: there is no {}", project.data.display()));
    }
    found.sort_by(|one, other| {
        let key = |listed: &Listed| (listed.machine.name.clone(), listed.machine.provider.clone());
        key(one).cmp(&key(other))
    });
    Ok(found)
}

/// One directory of a machine.
fn listed(
    project: &Project,
    index: &Index,
    keys: &Keys,
    (name, provider): (&str, &str),
    unanswered: &mut Vec<String>,
) -> Result<Listed, Silence> {
    let directory = project.data.join("machines").join(name).join(provider);
    let word = |file: &str| {
        let path = directory.join(file);
        let text = files::text(&path, SMALL).map_err(|error| closed(&path, &error))?;
        Ok::<_, Silence>(text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
    };
    let id = word("id")?;
    let uuid = word("index_uuid")?;
    let meta = word("box_meta")?.map(|text| serde_json::from_str::<BoxMeta>(&text));
    if let Some(Err(_)) = &meta {
        unanswered.push(format!("{} is no JSON, so {name}'s box is not known", directory.join("box_meta").display()));
    }
    let box_name = meta.and_then(Result::ok).and_then(|meta| meta.name);
    // Only who made it matters here, and a text that is no number says nothing.
    let creator = word("creator_uid")?.and_then(|number| number.parse().ok());
    let (keys, says) = match &id {
        Some(_) => (
            keys.of(&directory, name, unanswered),
            ProviderSays::NotAsked(format!("inv-vagrant has no way to ask {provider}")),
        ),
        None => (Vec::new(), ProviderSays::NotAsked(never_made(&directory))),
    };
    let machine = VagrantMachine {
        name: name.to_owned(),
        provider: provider.to_owned(),
        id,
        box_name,
        keys,
        index: index.of(uuid.as_deref(), project, name, provider),
        provider_says: says,
    };
    Ok(Listed { machine, creator, index_uuid: uuid })
}

/// `vagrant status` alone makes an empty directory, and `vagrant destroy` leaves one.
fn never_made(directory: &Path) -> String {
    let state = if directory.join("id").exists() { "is empty" } else { "is not there" };
    format!("{} {state}: it was never made, or is destroyed", directory.join("id").display())
}

/// Machines that only the index still knows: somebody removed the project's data behind Vagrant's back.
fn lost(project: &Project, index: &Index, found: &[Listed]) -> Vec<Listed> {
    let is_found = |name: &str, provider: &str| {
        found.iter().any(|listed| listed.machine.name == name && listed.machine.provider == provider)
    };
    let entries = index.below(project).filter_map(|entry| {
        let (name, provider) = (entry.name.as_deref()?, entry.provider.as_deref()?);
        (!is_found(name, provider)).then(|| {
            let directory = project.data.join("machines").join(name).join(provider);
            Listed {
                machine: VagrantMachine {
                    name: name.to_owned(),
                    provider: provider.to_owned(),
                    id: None,
                    box_name: None,
                    keys: Vec::new(),
                    index: Some(entry.of_project(project)),
                    provider_says: ProviderSays::NotAsked(format!(
                        "only Vagrant's index knows it: {} is gone",
                        directory.display()
                    )),
                },
                creator: None,
                index_uuid: None,
            }
        })
    });
    entries.collect()
}

/// The names of a directory's directories; none where it is missing. A name that is no UTF-8 is none of Vagrant's.
fn directories(path: &Path) -> io::Result<Vec<String>> {
    let entries = match std::fs::read_dir(path) {
        Err(error) if files::is_missing(&error) => return Ok(Vec::new()),
        other => other?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        let is_directory = match std::fs::metadata(entry.path()) {
            Ok(metadata) => metadata.is_dir(),
            // A link that leads nowhere.
            Err(error) if files::is_missing(&error) => false,
            // One that we may list and not look into hides machines.
            Err(error) => return Err(error),
        };
        if is_directory && let Ok(name) = entry.file_name().into_string() {
            names.push(name);
        }
    }
    Ok(names)
}

/// A project that is closed to us in part is closed: half of it would look like a smaller cluster.
fn closed(path: &Path, error: &io::Error) -> Silence {
    let remedy = match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "run this as the user whose machines they are, or ask that user to let you in"
        }
        _ => "see what lies there: Vagrant did not write it so",
    };
    Silence { why: format!("{} cannot be read: {}", path.display(), files::why(error)), remedy: remedy.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Tree {
        directory: tempfile::TempDir,
        unanswered: Vec<String>,
    }

    impl Tree {
        fn new(files: &[(&str, &str)]) -> Self {
            let directory = tempfile::tempdir().unwrap();
            for (path, text) in files {
                let path = directory.path().join(path);
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, text).unwrap();
            }
            Self { directory, unanswered: Vec::new() }
        }

        fn list(&mut self) -> Result<Vec<VagrantMachine>, Silence> {
            let root = self.directory.path();
            let project = Project { root: root.to_owned(), data: root.join(".vagrant") };
            let keys = Keys::below(&root.join("home"));
            let listed = list(&project, &Index::default(), &keys, &mut self.unanswered)?;
            Ok(listed.into_iter().map(|listed| listed.machine).collect())
        }
    }

    #[test]
    fn an_id_is_read_with_and_without_a_line_end_and_an_empty_one_is_none() {
        let mut tree = Tree::new(&[
            (".vagrant/machines/a/libvirt/id", "bdb0525e-1e1a-4834-a067-f3895e9d34c1"),
            (".vagrant/machines/b/libvirt/id", "bdb0525e-1e1a-4834-a067-f3895e9d34c1\r\n"),
            (".vagrant/machines/c/libvirt/id", ""),
            (".vagrant/machines/d/libvirt/action_provision", "1.5:x"),
            (".vagrant/machines/not-a-directory", ""),
        ]);
        let machines = tree.list().unwrap();
        let ids: Vec<_> = machines.iter().map(|machine| (machine.name.as_str(), machine.id.is_some())).collect();
        assert_eq!(ids, [("a", true), ("b", true), ("c", false), ("d", false)]);
        assert_eq!(machines[0].id, machines[1].id);
        let why = |at: usize| match &machines[at].provider_says {
            ProviderSays::NotAsked(why) => why.clone(),
            other => panic!("{other:?}"),
        };
        assert!(why(2).contains("id is empty: it was never made, or is destroyed"), "{}", why(2));
        assert!(why(3).contains("id is not there"), "{}", why(3));
    }

    #[test]
    fn one_name_under_two_providers_is_two_entries() {
        let mut tree =
            Tree::new(&[(".vagrant/machines/a/virtualbox/id", "x"), (".vagrant/machines/a/libvirt/id", "y")]);
        let providers: Vec<_> = tree.list().unwrap().into_iter().map(|machine| machine.provider).collect();
        assert_eq!(providers, ["libvirt", "virtualbox"]);
    }

    #[test]
    fn the_box_is_told_and_a_broken_box_meta_is_said() {
        let mut tree = Tree::new(&[
            (".vagrant/machines/a/libvirt/box_meta", r#"{"name":"rig/debian","version":"0","provider":"libvirt"}"#),
            (".vagrant/machines/b/libvirt/box_meta", "{"),
        ]);
        let machines = tree.list().unwrap();
        assert_eq!((machines[0].box_name.as_deref(), machines[1].box_name.as_deref()), (Some("rig/debian"), None));
        assert_eq!(tree.unanswered.len(), 1);
    }

    #[test]
    fn a_project_where_nothing_was_made_has_no_machines_and_says_so() {
        let mut tree = Tree::new(&[]);
        assert_eq!(tree.list().unwrap(), []);
        assert!(tree.unanswered[0].starts_with("no machine was ever made here"));
    }

    #[test]
    fn the_file_of_vagrant_1_0_is_a_sentence() {
        let mut tree = Tree::new(&[(".vagrant", r#"{"active":{"default":"x"}}"#)]);
        assert!(tree.list().unwrap_err().why.ends_with("is a file, as Vagrant 1.0 wrote it"));
    }

    #[test]
    fn an_id_that_is_no_file_closes_the_project() {
        let mut tree = Tree::new(&[(".vagrant/machines/a/libvirt/id/x", "")]);
        let silence = tree.list().unwrap_err();
        assert!(silence.why.contains("it is no regular file"));
        assert_eq!(silence.remedy, "see what lies there: Vagrant did not write it so");
    }

    #[test]
    fn a_machine_that_only_the_index_knows_is_listed_as_lost() {
        let tree = Tree::new(&[]);
        let root = tree.directory.path();
        let index = serde_json::json!({"version": 1, "machines": {"u": {
            "name": "master", "provider": "libvirt", "state": "running",
            "vagrantfile_path": root, "local_data_path": root.join(".vagrant")}}});
        let home = root.join("home/data/machine-index");
        std::fs::create_dir_all(&home).unwrap();
        std::fs::write(home.join("index"), index.to_string()).unwrap();
        let project = Project { root: root.to_owned(), data: root.join(".vagrant") };
        let home = root.join("home");
        let index = Index::read(&home, std::time::Instant::now() + std::time::Duration::from_secs(5));
        let listed = list(&project, &index, &Keys::below(&home), &mut Vec::new()).unwrap();
        assert_eq!((listed.len(), listed[0].machine.id.as_ref()), (1, None));
        assert!(
            matches!(&listed[0].machine.provider_says, ProviderSays::NotAsked(why) if why.starts_with("only Vagrant's index knows it"))
        );
    }
}
