//! What lies in a published folder that Headway did not write (a host name, a repository): it stays there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use headway_files::small;

use crate::{Error, Result};

/// The list of a release's own files, one a line, relative to its folder.
const FILES: &str = "files.txt";
/// By these a folder is a workspace.
const OF_WORKSPACES: [&str; 2] = ["headway.db", "headway.toml"];

/// Writes the list of all files in a folder that is a new release's alone.
pub(super) fn write_file_list(folder: &Path) -> Result<()> {
    let mut files: Vec<String> = Vec::new();
    walk_folder(folder, &mut |path, is_folder| {
        if !is_folder {
            files.push(slashed_path(path));
        }
        Ok(())
    })?;
    files.sort();
    let path = folder.join(FILES);
    let text: String = files.iter().map(|file| format!("{file}\n")).collect();
    fs::write(&path, text).map_err(|e| Error::for_file(&path, e))
}

/// Takes everything in `old` that is not its release's own into `new`, beside the new release. Gives what, relative to it.
/// Both folders hold it then (one file with two names, where the system can), so that a program that is killed loses nothing.
///
/// # Errors
/// [`Error::Refused`] for a workspace in there, and for something whose name the new release needs.
pub(super) fn carry_over(old: &Path, new: &Path) -> Result<Vec<PathBuf>> {
    refuse_workspaces(old)?;
    let foreign = foreign_files(old, new)?;
    for path in &foreign {
        let (from, to) = (old.join(path), new.join(path));
        if to.symlink_metadata().is_ok() {
            return Err(Error::Refused(format!(
                "{}: Headway did not write it, and the new release has a file of that name. Nothing was published: move it \
                 to another place",
                from.display()
            )));
        }
        if let Some(above) = to.parent() {
            fs::create_dir_all(above).map_err(|e| Error::for_file(above, e))?;
        }
        link_or_copy(&from, &to)?;
    }
    Ok(foreign)
}

/// What is not the old release's own: by its list of files. A release of an older program has none; then whatever lies at its
/// top under a name that releases do not use.
fn foreign_files(old: &Path, new: &Path) -> Result<Vec<PathBuf>> {
    let Some(own) = own_files(old)? else {
        let used = |name: &Path| name == Path::new(FILES) || new.join(name).symlink_metadata().is_ok();
        return Ok(entry_names(old)?.into_iter().filter(|name| !used(name)).collect());
    };
    let folders: BTreeSet<PathBuf> =
        own.iter().flat_map(|file| file.ancestors().skip(1)).map(Path::to_path_buf).collect();
    let (mut found, mut open) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(folder) = open.pop() {
        for name in entry_names(&old.join(&folder))? {
            let path = folder.join(name);
            let is_folder = old.join(&path).symlink_metadata().is_ok_and(|meta| meta.is_dir());
            if is_folder && folders.contains(&path) {
                open.push(path);
            } else if is_folder || !own.contains(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn own_files(folder: &Path) -> Result<Option<BTreeSet<PathBuf>>> {
    let path = folder.join(FILES);
    match small::read_text(&path) {
        Ok(text) => Ok(Some(text.lines().chain([FILES]).map(PathBuf::from).filter(|file| may_be_ours(file)).collect())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::for_file(&path, error)),
    }
}

/// Whether a release may have a file of this name, whatever the list says: each has an ending, and none is hidden.
fn may_be_ours(file: &Path) -> bool {
    let is_hidden = |part: &std::ffi::OsStr| part.as_encoded_bytes().starts_with(b".");
    file.extension().is_some() && !file.iter().any(is_hidden)
}

fn refuse_workspaces(folder: &Path) -> Result<()> {
    walk_folder(folder, &mut |path, _| {
        if !path.file_name().is_some_and(|name| OF_WORKSPACES.iter().any(|of| name == *of)) {
            return Ok(());
        }
        let workspace = path.parent().map(|above| folder.join(above)).unwrap_or_default();
        Err(Error::Refused(format!(
            "{}: a workspace lies inside ({}). Nothing was published: name a folder without one",
            folder.display(),
            workspace.display()
        )))
    })
}

/// Links a file, or copies it where the system can't; a folder with all that is in it.
fn link_or_copy(from: &Path, to: &Path) -> Result<()> {
    let meta = from.symlink_metadata().map_err(|e| Error::for_file(from, e))?;
    if meta.is_dir() {
        fs::create_dir(to).map_err(|e| Error::for_file(to, e))?;
        for name in entry_names(from)? {
            link_or_copy(&from.join(&name), &to.join(&name))?;
        }
        return fs::set_permissions(to, meta.permissions()).map_err(|e| Error::for_file(to, e));
    }
    if meta.is_symlink() {
        return link_again(from, to);
    }
    if fs::hard_link(from, to).is_err() {
        fs::copy(from, to).map_err(|e| Error::for_file(to, e))?;
    }
    Ok(())
}

#[cfg(unix)]
fn link_again(from: &Path, to: &Path) -> Result<()> {
    let target = fs::read_link(from).map_err(|e| Error::for_file(from, e))?;
    std::os::unix::fs::symlink(target, to).map_err(|e| Error::for_file(to, e))
}

#[cfg(not(unix))]
fn link_again(from: &Path, _: &Path) -> Result<()> {
    Err(Error::Refused(format!("{}: it is a link. Nothing was published: move it to another place", from.display())))
}

fn entry_names(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|e| Error::for_file(folder, e))?;
    let name = |entry: std::io::Result<fs::DirEntry>| entry.map(|entry| PathBuf::from(entry.file_name()));
    let mut names = entries.map(name).collect::<std::io::Result<Vec<_>>>().map_err(|e| Error::for_file(folder, e))?;
    names.sort();
    Ok(names)
}

/// Visits all that lies in a folder, by its path relative to it; links are not followed.
fn walk_folder(root: &Path, visit: &mut impl FnMut(&Path, bool) -> Result<()>) -> Result<()> {
    let mut open = vec![PathBuf::new()];
    while let Some(folder) = open.pop() {
        for name in entry_names(&root.join(&folder))? {
            let path = folder.join(name);
            let is_folder = root.join(&path).symlink_metadata().is_ok_and(|meta| meta.is_dir());
            visit(&path, is_folder)?;
            if is_folder {
                open.push(path);
            }
        }
    }
    Ok(())
}

fn slashed_path(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(folder: &Path, files: &[&str]) {
        for file in files {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().expect("in a folder")).expect("made");
            fs::write(path, *file).expect("written");
        }
    }

    #[test]
    fn what_headway_did_not_write_is_carried_over() {
        let check = |listed: bool, found: &[&str]| {
            let home = tempfile::tempdir().expect("a folder");
            let [old, new] = ["old", "new"].map(|name| home.path().join(name));
            put(&old, &["index.html", "data/r.csv", "place/a.html", "place/gone.html"]);
            if listed {
                write_file_list(&old).expect("listed");
            }
            put(&old, &["CNAME", ".git/objects/1", "data/note.txt"]);
            if listed {
                // Whoever wrote these lines: no release has such files.
                let text = fs::read_to_string(old.join(FILES)).expect("there") + "CNAME\n.git/objects/1\n.git\n";
                fs::write(old.join(FILES), text).expect("written");
            }
            put(&new, &["index.html", "data/r.csv", "place/a.html"]);
            write_file_list(&new).expect("listed");
            let kept = carry_over(&old, &new).expect("carried");
            assert_eq!(kept, found.iter().map(PathBuf::from).collect::<Vec<_>>(), "listed: {listed}");
            fs::remove_dir_all(&old).expect("removed");
            assert_eq!(fs::read_to_string(new.join(".git/objects/1")).expect("there"), ".git/objects/1");
            assert!(new.join("CNAME").exists() && !new.join("place/gone.html").exists());
            assert!(!fs::read_to_string(new.join(FILES)).expect("there").contains("CNAME"), "it is not ours next time");
        };
        check(true, &[".git", "CNAME", "data/note.txt"]);
        check(false, &[".git", "CNAME"]);
    }

    #[test]
    fn workspaces_and_names_in_use_are_refused() {
        let home = tempfile::tempdir().expect("a folder");
        let [old, new] = ["old", "new"].map(|name| home.path().join(name));
        put(&old, &["index.html"]);
        write_file_list(&old).expect("listed");
        put(&new, &["index.html", "data/new.csv"]);
        put(&old, &["data/new.csv"]);
        let told = carry_over(&old, &new).expect_err("both have it").to_string();
        assert!(told.contains("data/new.csv") || told.contains("data"), "{told}");
        fs::remove_dir_all(old.join("data")).expect("removed");
        put(&old, &["place/ws/headway.db"]);
        let told = carry_over(&old, &new).expect_err("a workspace").to_string();
        assert!(told.contains("a workspace lies inside") && told.contains("place/ws"), "{told}");
    }
}
