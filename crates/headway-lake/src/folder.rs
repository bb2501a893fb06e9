//! Folders of the lake: true counts are for their owner alone, whatever the process makes other folders for.

use std::fs::DirBuilder;
use std::path::Path;

/// Makes a folder that its owner alone may enter, with those above it that are not there; one that is there stays as it is.
///
/// # Errors
/// When it can't be made.
pub(crate) fn make_private(path: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn nobody_else_may_enter_any_of_them() {
        let home = tempfile::tempdir().expect("a folder");
        let below = home.path().join("results/r/x");
        super::make_private(&below).expect("made");
        for folder in [&below, &home.path().join("results/r"), &home.path().join("results")] {
            let mode = folder.metadata().expect("there").permissions().mode() & 0o777;
            assert_eq!(mode, 0o700, "{}: {mode:o}", folder.display());
        }
    }
}
