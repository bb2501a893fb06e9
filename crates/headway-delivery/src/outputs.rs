//! Where outputs may go: never among the files by which a workspace lives.

use std::path::{Path, PathBuf};

use crate::workspace::{lake_folder, own_files};
use crate::{Error, Result, Workspace};

impl Workspace {
    /// Whether `output`, a file or a folder, lies apart from the workspace in `root`: not inside its lake or among its own
    /// files, and not around them. (A folder of the workspace that is neither may be written to.)
    ///
    /// # Errors
    /// [`Error::Refused`] when it does not; when `headway.toml` can't be read.
    pub fn lies_apart(root: &Path, output: &Path) -> Result<()> {
        let refuse = |why: &str| {
            let text = "Nothing was written: name another place";
            Err(Error::Refused(format!("{} {why}. {text}", output.display())))
        };
        let out = resolved_path(output);
        if let Some(lake) = lake_folder(root)? {
            let lake = resolved_path(&lake);
            if out.starts_with(&lake) {
                return refuse(&format!(
                    "lies inside the lake {}, which holds the workspace's results",
                    lake.display()
                ));
            }
            if lake.starts_with(&out) {
                return refuse(&format!("holds the lake {}", lake.display()));
            }
        }
        let own: Vec<PathBuf> = own_files(root).iter().map(|file| resolved_path(file)).collect();
        if resolved_path(root).starts_with(&out) && own.iter().any(|file| file.exists()) {
            return refuse(&format!("holds the workspace {}", root.display()));
        }
        match own.iter().find(|file| out.starts_with(file)) {
            Some(file) => refuse(&format!("is one of the workspace's own files ({})", file.display())),
            None => Ok(()),
        }
    }
}

/// The path without links, as far as it is there; what is not there yet follows as it was given.
pub(crate) fn resolved_path(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut missing = Vec::new();
    let mut there = whole.as_path();
    loop {
        if let Ok(real) = there.canonicalize() {
            return missing.iter().rev().fold(real, |path, part| path.join(part));
        }
        let (Some(above), Some(name)) = (there.parent(), there.file_name()) else { return whole };
        missing.push(name.to_owned());
        there = above;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_lie_apart_from_lake_and_workspace() {
        let home = tempfile::tempdir().expect("a folder");
        let root = home.path().join("data/ws");
        std::fs::create_dir_all(root.join("releases")).expect("made");
        std::fs::create_dir_all(home.path().join("results")).expect("made");
        std::fs::write(root.join("headway.toml"), "lake = \"../../results\"\n").expect("written");
        std::fs::write(root.join("headway.db"), "").expect("written");
        let check = |output: &str, free: bool| {
            let told = Workspace::lies_apart(&root, &home.path().join(output));
            assert_eq!(told.is_ok(), free, "{output}: {told:?}");
        };
        check("results/copy", false);
        check("results/a/b.parquet", false);
        check("results", false);
        check("data/../results/x", false);
        check("data", false);
        check("data/ws", false);
        check(".", false);
        check("data/ws/releases/site", false);
        check("data/ws/headway.db", false);
        check("data/ws/site", true);
        check("data/ws/chart.svg", true);
        check("data/site", true);
        check("results2", true);
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(home.path().join("results"), home.path().join("link")).expect("made");
            check("link/copy", false);
        }
    }
}
