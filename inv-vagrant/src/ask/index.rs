//! Vagrant's index of all machines of a user: what Vagrant last thought of them.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::Value;

use super::files;
use super::project::Project;
use crate::answers::IndexEntry;

/// Larger than an index ever is: half a kilobyte a machine.
const MOST: u64 = 64 << 20;

/// How long Vagrant is given to let go of the index: it holds its lock while it reads and writes the file, never longer.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// How long a file that ends in the middle is given to be written to its end.
const WRITTEN_WITHIN: Duration = Duration::from_millis(300);

/// How long to wait between two looks.
const TICK: Duration = Duration::from_millis(20);

/// The index, or why there is nothing in it.
#[derive(Debug, Default)]
pub(super) struct Index {
    entries: HashMap<String, Entry>,
    /// Why it could not be read, a sentence with its remedy; none where it was, or where there is none.
    pub(super) trouble: Option<String>,
}

/// What the index file says of a machine, in every version of Vagrant that has one. All else is left unread.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Entry {
    pub(super) name: Option<String>,
    pub(super) provider: Option<String>,
    state: Option<String>,
    vagrantfile_path: Option<PathBuf>,
    local_data_path: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Contents {
    #[serde(default)]
    version: Value,
    machines: Option<HashMap<String, Entry>>,
}

impl Index {
    /// Reads the index below Vagrant's home. It is written in place, so it is read under Vagrant's own lock, shared, and
    /// once more where it ends in the middle. Nothing is created: a home without a lock file has had no index either.
    pub(super) fn read(home: &Path, deadline: Instant) -> Self {
        let path = home.join("data/machine-index/index");
        let patience = deadline.min(Instant::now() + PATIENCE);
        let (_lock, is_held) = lock(&path.with_extension("lock"), patience);
        let written_by = deadline.min(Instant::now() + WRITTEN_WITHIN);
        loop {
            let (why, remedy) = match files::text(&path, MOST) {
                Ok(None) => return Self::default(),
                Ok(Some(text)) => match parse(&text) {
                    Ok(entries) => return Self { entries, trouble: None },
                    Err(Fault::Version(version)) => return Self::unread(&path, &version, Self::NEWER),
                    Err(Fault::Broken(why)) => (why, Self::CORRUPT),
                    Err(Fault::Empty) => ("it is empty".to_owned(), Self::EMPTY),
                },
                Err(error) => {
                    let is_closed = error.kind() == std::io::ErrorKind::PermissionDenied;
                    let remedy = if is_closed { Self::CLOSED } else { Self::NO_INDEX };
                    return Self::unread(&path, &files::why(&error), remedy);
                }
            };
            if Instant::now() >= written_by {
                let remedy = if is_held { Self::HELD } else { remedy };
                return Self::unread(&path, &why, remedy);
            }
            std::thread::sleep(TICK);
        }
    }

    const NEWER: &str = "it is of another Vagrant than those that are known, 1.6 to 2.4";
    const CLOSED: &str = "ask whoever owns it to let you read it";
    const NO_INDEX: &str = "see what wrote it there, and move it away";
    const HELD: &str = "a `vagrant` that runs holds its lock; see what it waits for";
    const EMPTY: &str = "the next `vagrant up` or `halt` fills it again";
    const CORRUPT: &str = "Vagrant itself stops at such a file; move it away, and `vagrant up` writes a new one";

    fn unread(path: &Path, why: &str, remedy: &str) -> Self {
        let trouble = format!("Vagrant's index {} cannot be read: {why}; {remedy}", path.display());
        Self { entries: HashMap::new(), trouble: Some(trouble) }
    }

    /// How many machines it knows.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The entry of a machine: the one that its directory names, else the one that names it. A directory that was moved
    /// still names its entry, a copy of it names the entry of what it was copied from.
    pub(super) fn of(&self, uuid: Option<&str>, project: &Project, name: &str, provider: &str) -> Option<IndexEntry> {
        let named = uuid.and_then(|uuid| self.entries.get(uuid));
        let found = named.or_else(|| {
            self.below(project)
                .find(|entry| entry.name.as_deref() == Some(name) && entry.provider.as_deref() == Some(provider))
        })?;
        Some(found.of_project(project))
    }

    /// The machine that Vagrant takes a name for, where that is another one: it looks for a name among its index's UUIDs
    /// first, and the beginning of one is enough (`with_target_vms` and `find_by_prefix` in its source).
    pub(super) fn mistaken_for(&self, own_uuid: Option<&str>, name: &str) -> Option<String> {
        let is_meant = |uuid: &String| uuid.starts_with(name) && Some(uuid.as_str()) != own_uuid;
        let (uuid, entry) =
            self.entries.iter().filter(|(uuid, _)| is_meant(uuid)).min_by_key(|(uuid, _)| uuid.as_str())?;
        let directory = entry.vagrantfile_path.as_deref().unwrap_or(Path::new(""));
        let called = entry.name.as_deref().unwrap_or_default();
        Some(format!("{called} in {}, whose number in Vagrant's index is {uuid}", directory.display()))
    }

    /// The entries of a project's machines.
    pub(super) fn below<'a>(&'a self, project: &'a Project) -> impl Iterator<Item = &'a Entry> {
        self.entries.values().filter(|entry| entry.is_below(project))
    }
}

impl Entry {
    /// Whether it speaks of this project, and of the same data: one project may have several.
    fn is_below(&self, project: &Project) -> bool {
        self.vagrantfile_path.as_deref() == Some(&project.root)
            && self.local_data_path.as_deref().is_none_or(|data| data == project.data)
    }

    /// The entry for somebody who looks at it from this project. Another name of the same directory is no other one.
    pub(super) fn of_project(&self, project: &Project) -> IndexEntry {
        let directory = self.vagrantfile_path.clone().unwrap_or_default();
        let directory = if files::is_same(&directory, &project.root) { project.root.clone() } else { directory };
        IndexEntry { state: self.state.clone().unwrap_or_default(), directory }
    }
}

/// Takes a lock that others may share, and says whether somebody else holds it all the time. Never creates its file, and
/// never opens a pipe, which would be waited for.
fn lock(path: &Path, until: Instant) -> (Option<File>, bool) {
    if !path.is_file() {
        return (None, false);
    }
    let Ok(file) = File::open(path) else { return (None, false) };
    loop {
        match file.try_lock_shared() {
            Ok(()) => return (Some(file), false),
            // A file system without locks has nobody who holds one.
            Err(TryLockError::Error(_)) => return (None, false),
            Err(TryLockError::WouldBlock) if Instant::now() >= until => return (None, true),
            Err(TryLockError::WouldBlock) => std::thread::sleep(TICK),
        }
    }
}

/// Why a text is no index.
enum Fault {
    /// It may be one in a moment.
    Broken(String),
    /// There is nothing in it, which Vagrant takes for an index without machines.
    Empty,
    /// It is one of another kind.
    Version(String),
}

fn parse(text: &str) -> Result<HashMap<String, Entry>, Fault> {
    if text.trim().is_empty() {
        return Err(Fault::Empty);
    }
    let contents: Contents = match serde_json::from_str(text) {
        Ok(contents) => contents,
        Err(error) if error.is_eof() => return Err(Fault::Broken("it ends in the middle".to_owned())),
        Err(error) => {
            let place = format!("line {}, column {}", error.line(), error.column());
            return Err(version_of(text).unwrap_or_else(|| Fault::Broken(format!("{place} is not as in an index"))));
        }
    };
    match other_version(&contents.version) {
        Some(fault) => Err(fault),
        None => Ok(contents.machines.unwrap_or_default()),
    }
}

/// Another version may have another shape altogether.
fn version_of(text: &str) -> Option<Fault> {
    other_version(serde_json::from_str::<Value>(text).ok()?.get("version")?)
}

/// Vagrant reads it as a number, whatever it is written as.
fn other_version(version: &Value) -> Option<Fault> {
    match version {
        Value::Number(number) if number.as_u64() == Some(1) => None,
        Value::String(text) if text.trim() == "1" => None,
        Value::Null => Some(Fault::Version("it has no version".to_owned())),
        other => Some(Fault::Version(format!("it is of version {other}, and version 1 is known"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A home of Vagrant's with this index, and with the lock's file that Vagrant makes.
    fn home(index: &str) -> tempfile::TempDir {
        let home = tempfile::tempdir().unwrap();
        let directory = home.path().join("data/machine-index");
        std::fs::create_dir_all(&directory).unwrap();
        std::fs::write(directory.join("index"), index).unwrap();
        std::fs::write(directory.join("index.lock"), "").unwrap();
        home
    }

    fn read(home: &tempfile::TempDir) -> Index {
        Index::read(home.path(), Instant::now() + Duration::from_secs(10))
    }

    fn trouble(index: &str) -> String {
        let home = home(index);
        let trouble = read(&home).trouble.unwrap();
        trouble.replace(home.path().to_str().unwrap(), "HOME")
    }

    fn project(root: &str) -> Project {
        Project { root: root.into(), data: Path::new(root).join(".vagrant") }
    }

    /// As Vagrant 2.3.4 wrote it: reference capture 1-up.
    const CAPTURED: &str = r#"{"version":1,"machines":{"ef823fb486574afbb51569865111434a":{"local_data_path":"/home/user/lab/vproj/.vagrant","name":"master","provider":"libvirt","state":"running","vagrantfile_name":null,"vagrantfile_path":"/home/user/lab/vproj","updated_at":null,"extra_data":{"box":{"name":"rig/debian","provider":"libvirt","version":"0"}}}}}"#;

    #[test]
    fn an_entry_is_found_by_its_uuid_even_when_the_directory_was_moved() {
        let index = read(&home(CAPTURED));
        let entry =
            index.of(Some("ef823fb486574afbb51569865111434a"), &project("/moved"), "master", "libvirt").unwrap();
        assert_eq!(entry, IndexEntry { state: "running".into(), directory: "/home/user/lab/vproj".into() });
    }

    #[test]
    fn a_name_that_begins_a_number_of_the_index_is_taken_for_another_machine() {
        let index = read(&home(CAPTURED));
        let master = "ef823fb486574afbb51569865111434a";
        assert_eq!(
            index.mistaken_for(None, "ef8").as_deref(),
            Some("master in /home/user/lab/vproj, whose number in Vagrant's index is ef823fb486574afbb51569865111434a")
        );
        // One's own number is no mistake, and `master` begins none.
        assert_eq!(index.mistaken_for(Some(master), "ef8"), None);
        assert_eq!(index.mistaken_for(None, "master"), None);
    }

    #[test]
    fn an_entry_is_found_by_name_where_the_directory_names_none() {
        let index = read(&home(CAPTURED));
        let here = project("/home/user/lab/vproj");
        assert!(index.of(None, &here, "master", "libvirt").is_some());
        assert!(index.of(Some("0"), &here, "master", "libvirt").is_some());
        assert!(index.of(None, &here, "master", "virtualbox").is_none());
        assert!(index.of(None, &project("/elsewhere"), "master", "libvirt").is_none());
        let other_data = Project { data: "/home/user/lab/vproj/.vagrant-2".into(), ..here };
        assert!(index.of(None, &other_data, "master", "libvirt").is_none());
    }

    #[test]
    fn entries_of_all_versions_of_vagrant_are_read() {
        // Not recorded: the shapes are those of Vagrant's own source, 1.6 (no extra_data), 2.4 (architecture, a list of
        // names), with a version as text, which Vagrant takes too.
        let index = read(&home(
            r#"{"version":"1","machines":{
                "a":{"local_data_path":"/p/.vagrant","name":"old","provider":"virtualbox","state":"running","vagrantfile_name":["Vagrantfile.x"],"vagrantfile_path":"/p","updated_at":"2014-05-06"},
                "b":{"local_data_path":"/p/.vagrant","name":"new","provider":"libvirt","architecture":"amd64","state":null,"vagrantfile_name":null,"vagrantfile_path":"/p","updated_at":null,"extra_data":{}}}}"#,
        ));
        assert_eq!((index.len(), index.trouble.as_deref()), (2, None));
        assert_eq!(index.of(None, &project("/p"), "new", "libvirt").unwrap().state, "");
        assert_eq!(read(&home(r#"{"version":1,"machines":null}"#)).len(), 0);
    }

    #[test]
    fn a_home_without_an_index_has_no_trouble() {
        let empty = tempfile::tempdir().unwrap();
        assert_eq!(read(&empty).trouble, None);
        assert!(std::fs::read_dir(empty.path()).unwrap().next().is_none());
    }

    #[test]
    fn an_index_that_cannot_be_read_is_a_sentence() {
        let truncated = &CAPTURED[..200];
        insta::assert_snapshot!([truncated, "", "{}", r#"{"version":2,"machines":[]}"#, r#"{"version":1,"machines":{"a":7}}"#, "\0\0"]
            .map(trouble).join("\n"), @"
        Vagrant's index HOME/data/machine-index/index cannot be read: it ends in the middle; Vagrant itself stops at such a file; move it away, and `vagrant up` writes a new one
        Vagrant's index HOME/data/machine-index/index cannot be read: it is empty; the next `vagrant up` or `halt` fills it again
        Vagrant's index HOME/data/machine-index/index cannot be read: it has no version; it is of another Vagrant than those that are known, 1.6 to 2.4
        Vagrant's index HOME/data/machine-index/index cannot be read: it is of version 2, and version 1 is known; it is of another Vagrant than those that are known, 1.6 to 2.4
        Vagrant's index HOME/data/machine-index/index cannot be read: line 1, column 30 is not as in an index; Vagrant itself stops at such a file; move it away, and `vagrant up` writes a new one
        Vagrant's index HOME/data/machine-index/index cannot be read: line 1, column 1 is not as in an index; Vagrant itself stops at such a file; move it away, and `vagrant up` writes a new one
        ");
    }

    #[test]
    fn an_index_is_read_once_more_while_it_is_written() {
        let home = home(&CAPTURED[..200]);
        let path = home.path().join("data/machine-index/index");
        let writer = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(60));
            std::fs::write(path, CAPTURED).unwrap();
        });
        assert_eq!(read(&home).len(), 1);
        writer.join().unwrap();
    }

    #[test]
    fn whoever_writes_the_index_is_waited_for() {
        let home = home("");
        let path = home.path().join("data/machine-index/index");
        let lock = File::options().write(true).open(path.with_extension("lock")).unwrap();
        lock.lock().unwrap();
        let writer = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(600));
            std::fs::write(path, CAPTURED).unwrap();
            lock.unlock().unwrap();
        });
        assert_eq!(read(&home).len(), 1);
        writer.join().unwrap();
    }

    #[test]
    fn a_lock_that_is_never_let_go_does_not_hide_a_whole_index() {
        let home = home(CAPTURED);
        let lock = File::open(home.path().join("data/machine-index/index.lock")).unwrap();
        lock.lock().unwrap();
        let started = Instant::now();
        assert_eq!(read(&home).len(), 1);
        assert!(started.elapsed() < PATIENCE + Duration::from_secs(3));
        std::fs::write(home.path().join("data/machine-index/index"), "{").unwrap();
        assert!(read(&home).trouble.unwrap().contains("holds its lock"));
    }

    #[test]
    fn ten_thousand_entries_are_read_at_once() {
        let entry =
            |n: u32| format!(r#""{n:032x}":{}"#, &CAPTURED[CAPTURED.find(r#"{"local"#).unwrap()..CAPTURED.len() - 2]);
        let index =
            format!(r#"{{"version":1,"machines":{{{}}}}}"#, (0..10_000).map(entry).collect::<Vec<_>>().join(","));
        let home = home(&index);
        let started = Instant::now();
        assert_eq!(read(&home).len(), 10_000);
        assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    }
}
