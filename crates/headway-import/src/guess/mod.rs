//! Writes a profile for a file that nobody has described yet. What can be proved is filled in; what a person has to decide is
//! written as `"?"` and marked `# ?`: such a profile is refused until it is finished. Nothing is invented.

mod column;
mod convention;
mod file_name;
mod sample;
mod shares;
mod values;
mod write;

use crate::table::{FileError, SourceFile};
use column::Role;
use sample::Sample;

/// Guesses a profile for `file`: TOML with `# ?` at each place that is left to a person.
///
/// # Errors
/// [`FileError`] when the file holds no table.
pub fn guess(file: &SourceFile) -> Result<String, FileError> {
    let sample = Sample::of(file)?;
    let roles = column::roles(&sample);
    let rules = values::rules(&sample, &roles);
    Ok(write::profile(file, &sample, &roles, &rules))
}

impl Sample {
    /// The columns of a role.
    fn columns_of<'a>(&'a self, roles: &'a [Role], role: Role) -> impl Iterator<Item = usize> + 'a {
        roles.iter().enumerate().filter(move |(_, r)| **r == role).map(|(column, _)| column)
    }
}
