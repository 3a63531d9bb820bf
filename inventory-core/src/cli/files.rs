//! Writing files: whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::Failure;

/// Replaces a file with new text in one step, its mode kept. An interrupted write leaves the old file.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        Failure::new(
            format!("{} cannot be written: {error}", path.display()),
            "nothing was changed; check the directory's permissions and the disk",
        )
    };
    // A link stays a link: what it points to is replaced.
    let target = fs::canonicalize(path).map_err(failed)?;
    let permissions = fs::metadata(&target).map_err(failed)?.permissions();
    write_beside(&target, text, Some(permissions))
        .and_then(|temporary| {
            fs::rename(&temporary, &target).inspect_err(|_| {
                let _ = fs::remove_file(&temporary);
            })
        })
        .map_err(failed)
}

/// A file to write: where it is, what was read there (nothing where there was none), what it is to hold.
pub(super) struct Rewrite {
    pub(super) path: PathBuf,
    pub(super) was: Option<String>,
    pub(super) text: String,
}

/// Writes several files as one step, as far as a file system can: all of them beside where they belong first, then
/// each renamed into its place. Until the first rename an interruption leaves every file as it was.
///
/// A file that is not any more what was read is somebody's work of this very moment: nothing is written then.
pub(super) fn rewrite(files: &[Rewrite]) -> Result<(), Failure> {
    let mut staged: Vec<(PathBuf, PathBuf)> = Vec::new();
    let outcome = stage(files, &mut staged);
    let outcome = outcome.and_then(|()| {
        staged.iter().try_for_each(|(temporary, target)| {
            fs::rename(temporary, target).map_err(|error| cannot_write(target, &error))
        })
    });
    if outcome.is_err() {
        for (temporary, _) in &staged {
            // Those renamed already are not there any more.
            let _ = fs::remove_file(temporary);
        }
    }
    outcome
}

fn stage(files: &[Rewrite], staged: &mut Vec<(PathBuf, PathBuf)>) -> Result<(), Failure> {
    for Rewrite { path, was, text } in files {
        let failed = |error: io::Error| cannot_write(path, &error);
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory).map_err(failed)?;
        }
        let now = match fs::read(path) {
            Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        if now != *was {
            return Err(Failure::new(
                format!("{} was changed by somebody else just now", path.display()),
                "nothing was written; run the command again",
            ));
        }
        let (target, permissions) = match was {
            // A link stays a link: what it points to is replaced.
            Some(_) => {
                let target = fs::canonicalize(path).map_err(failed)?;
                let permissions = fs::metadata(&target).map_err(failed)?.permissions();
                (target, Some(permissions))
            }
            None => (path.clone(), None),
        };
        let temporary = write_beside(&target, text, permissions).map_err(failed)?;
        staged.push((temporary, target));
    }
    Ok(())
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        format!("{} cannot be written: {error}", path.display()),
        "check the directory's permissions and the disk",
    )
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

/// Writes a temporary neighbour, synced, so that a rename or a link makes it appear whole.
fn write_beside(path: &Path, text: &str, permissions: Option<fs::Permissions>) -> io::Result<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let write = |file: &mut File| -> io::Result<()> {
        file.write_all(text.as_bytes())?;
        if let Some(permissions) = permissions {
            file.set_permissions(permissions)?;
        }
        file.sync_all()
    };
    let mut file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
    write(&mut file).inspect_err(|_| {
        let _ = fs::remove_file(&temporary);
    })?;
    Ok(temporary)
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
