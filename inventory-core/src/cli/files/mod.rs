//! Writing files: whole or not at all.

mod fixes;
mod rewrite;

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::Failure;
use crate::yaml::{self, Source};
pub use fixes::apply;
pub(super) use rewrite::{Rewrite, rewrite};

/// Replaces a file with new text in one step, its mode and owner kept. An interrupted write leaves the old file.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        Failure::new(
            format!("{} cannot be written: {error}", path.display()),
            "nothing was changed; check the directory's permissions and the disk",
        )
    };
    let (target, like) = replacement(path).map_err(failed)?;
    write_beside(&target, text, Some(&like))
        .and_then(|temporary| {
            fs::rename(&temporary, &target).inspect_err(|_| {
                let _ = fs::remove_file(&temporary);
            })
        })
        .map_err(failed)
}

/// What a file holds; `None` where there is none. What is no regular file is not opened: a pipe would wait for ever.
pub(super) fn text(path: &Path) -> io::Result<Option<String>> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
        Ok(found) if found.is_symlink() && !path.exists() => {
            return Err(io::Error::other("it is a link to nothing"));
        }
        Ok(_) => {}
    }
    match Source::read(path) {
        Ok(source) => Ok(Some(source.with_bom())),
        Err(yaml::Error::Unreadable { source, .. }) => Err(source),
        Err(error) => Err(io::Error::other(format!("it {error}"))),
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        format!("{} cannot be written: {error}", path.display()),
        "nothing was written; check the directory's permissions and the disk",
    )
}

/// The file to replace for a path, and what is to stay of it. A link stays a link: what it points to is replaced.
///
/// A file with a second name is refused: only one of the names would get the new text.
fn replacement(path: &Path) -> io::Result<(PathBuf, Metadata)> {
    let target = fs::canonicalize(path)?;
    let like = fs::metadata(&target)?;
    if names(&like) > 1 {
        return Err(io::Error::other("it has a second name, a hard link, which would keep the old text"));
    }
    Ok((target, like))
}

/// Writes a new file; one that is there already is never touched.
pub(super) fn create(path: &Path, text: &str, executable: bool) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            return Failure::new(
                format!("{} exists already", path.display()),
                "delete it, or choose another directory",
            );
        }
        Failure::new(
            format!("{} cannot be written: {error}", path.display()),
            "check the directory's permissions and the disk",
        )
    };
    let temporary = write_beside(path, text, None).map_err(failed)?;
    let outcome = mark_executable(&temporary, executable).and_then(|()| fs::hard_link(&temporary, path));
    let _ = fs::remove_file(&temporary);
    outcome.map_err(failed)
}

/// Writes a temporary neighbour, synced, so that a rename or a link makes it appear whole. It gets owner and mode of
/// the file that it is to replace.
fn write_beside(path: &Path, text: &str, like: Option<&Metadata>) -> io::Result<PathBuf> {
    let (mut file, temporary) = create_beside(path)?;
    let mut write = || {
        file.write_all(text.as_bytes())?;
        if let Some(like) = like {
            keep_owner(&file, like)?;
            file.set_permissions(like.permissions())?;
        }
        file.sync_all()
    };
    write().inspect_err(|_| {
        let _ = fs::remove_file(&temporary);
    })?;
    Ok(temporary)
}

/// A new file in the same directory, which Ansible passes over. A number after this process's is taken for each, and
/// another where an earlier process of that number was killed and left its file behind.
fn create_beside(path: &Path) -> io::Result<(File, PathBuf)> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let process = std::process::id();
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let temporary = path.with_file_name(format!(".inv-{process}-{number}"));
        match OpenOptions::new().write(true).create_new(true).open(&temporary) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            outcome => return outcome.map(|file| (file, temporary)),
        }
    }
}

#[cfg(unix)]
fn names(file: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(file)
}

/// Gives a new file the owner and group of an old one.
#[cfg(unix)]
fn keep_owner(new: &File, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, fchown};

    let ours = new.metadata()?;
    if (ours.uid(), ours.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    fchown(new, Some(old.uid()), Some(old.gid())).map_err(|error| {
        io::Error::new(
            error.kind(),
            format!("it would not stay its owner's, user {} and group {}", old.uid(), old.gid()),
        )
    })
}

#[cfg(unix)]
fn mark_executable(path: &Path, executable: bool) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    if !executable {
        return Ok(());
    }
    let mut permissions = fs::metadata(path)?.permissions();
    // Whoever may read it may run it.
    permissions.set_mode(permissions.mode() | ((permissions.mode() & 0o444) >> 2));
    fs::set_permissions(path, permissions)
}
