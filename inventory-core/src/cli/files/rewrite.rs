//! Several files changed as one step, or none.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::{cannot_write, replacement, text, write_beside};
use crate::cli::Failure;

/// A file to write: where it is, what was read there (nothing where there was none), what it is to hold.
pub(in crate::cli) struct Rewrite {
    pub(in crate::cli) path: PathBuf,
    pub(in crate::cli) was: Option<String>,
    pub(in crate::cli) text: String,
}

/// Writes several files below a directory as one step, as far as a file system can: all of them beside where they
/// belong first, then each renamed into its place, in their order. Until the first rename an interruption leaves every
/// file as it was; one that is refused later takes those before it back.
///
/// A file that is not any more what was read is somebody's work of this very moment: nothing is written then. Nor is
/// anything while another run of ours writes there.
pub(in crate::cli) fn rewrite(directory: &Path, files: &[Rewrite]) -> Result<(), Failure> {
    if files.is_empty() {
        return Ok(());
    }
    let _lock = lock(directory)?;
    let mut work = Work::default();
    let outcome = work.stage(files).and_then(|()| {
        // Staging waits for the disk, which is time enough for an editor.
        files.iter().try_for_each(is_unchanged)?;
        work.put_in_place(files)
    });
    if outcome.is_err() {
        work.clean_up();
    }
    outcome
}

/// Keeps other runs of ours out for as long as it lives. Where the file system knows no locks there is none.
fn lock(directory: &Path) -> Result<Option<File>, Failure> {
    let directory = if directory == Path::new("") { Path::new(".") } else { directory };
    // A directory that is still to be made has nobody in it.
    let Ok(open) = File::open(directory) else { return Ok(None) };
    match open.try_lock() {
        Err(fs::TryLockError::WouldBlock) => Err(Failure::new(
            format!("somebody else is writing in {} just now", directory.display()),
            "nothing was written; run the command again",
        )),
        _ => Ok(Some(open)),
    }
}

fn is_unchanged(Rewrite { path, was, .. }: &Rewrite) -> Result<(), Failure> {
    let now = text(path).map_err(|error| cannot_write(path, &error))?;
    if now == *was {
        return Ok(());
    }
    Err(Failure::new(
        format!("{} was changed by somebody else just now", path.display()),
        "nothing was written; run the command again",
    ))
}

/// What there is of a rewrite so far.
#[derive(Default)]
struct Work {
    /// Directories that were not there, the outermost first.
    made: Vec<PathBuf>,
    /// The new texts beside the files that they replace.
    staged: Vec<(PathBuf, PathBuf)>,
}

impl Work {
    fn stage(&mut self, files: &[Rewrite]) -> Result<(), Failure> {
        for file @ Rewrite { path, was, text } in files {
            let failed = |error: io::Error| cannot_write(path, &error);
            self.make_room(path).map_err(failed)?;
            is_unchanged(file)?;
            let (target, like) = match was {
                Some(_) => replacement(path).map(|(target, like)| (target, Some(like))).map_err(failed)?,
                None => (path.clone(), None),
            };
            let temporary = write_beside(&target, text, like.as_ref()).map_err(failed)?;
            self.staged.push((temporary, target));
        }
        Ok(())
    }

    /// Makes the directory of a file.
    fn make_room(&mut self, path: &Path) -> io::Result<()> {
        let Some(directory) = path.parent() else { return Ok(()) };
        let missing = |directory: &&Path| *directory != Path::new("") && !directory.is_dir();
        let missing: Vec<&Path> = directory.ancestors().take_while(missing).collect();
        for directory in missing.into_iter().rev() {
            fs::create_dir(directory)?;
            self.made.push(directory.to_owned());
        }
        Ok(())
    }

    /// Renames each file into its place. One directory is on the disk before the next one is touched: the record of
    /// the variables comes last, and must never be all that is left of them.
    fn put_in_place(&mut self, files: &[Rewrite]) -> Result<(), Failure> {
        let mut last: Option<&Path> = None;
        for (at, (temporary, target)) in self.staged.iter().enumerate() {
            let directory = target.parent();
            if last != directory {
                last.into_iter().for_each(sync);
                last = directory;
            }
            if let Err(error) = fs::rename(temporary, target) {
                self.take_back(&files[..at]);
                return Err(cannot_write(&files[at].path, &error));
            }
        }
        last.into_iter().for_each(sync);
        Ok(())
    }

    /// Gives files that are in their places already their old texts again, as far as that is possible.
    fn take_back(&self, files: &[Rewrite]) {
        for (Rewrite { was, .. }, (_, target)) in files.iter().zip(&self.staged) {
            let _ = match was {
                None => fs::remove_file(target),
                Some(was) => fs::metadata(target)
                    .and_then(|like| write_beside(target, was, Some(&like)))
                    .and_then(|temporary| fs::rename(temporary, target)),
            };
        }
    }

    /// Leaves nothing behind that was not there before.
    fn clean_up(&self) {
        for (temporary, _) in &self.staged {
            // Those renamed already are not there any more.
            let _ = fs::remove_file(temporary);
        }
        for directory in self.made.iter().rev() {
            // Somebody may have put something into it.
            let _ = fs::remove_dir(directory);
        }
    }
}

/// Sees to it that renames in a directory outlive a power cut, where the file system offers that.
fn sync(directory: &Path) {
    let _ = File::open(directory).and_then(|directory| directory.sync_all());
}
