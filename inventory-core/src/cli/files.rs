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
