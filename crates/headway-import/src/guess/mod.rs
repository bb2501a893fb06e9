//! Writes a profile for a file that nobody has described yet. What can be proved is filled in; what a person has to decide is
//! written as `"?"` and marked `# ?`: such a profile is refused until it is finished. Nothing is invented.

mod column;
mod convention;
mod families;
mod file_name;
mod key;
mod register;
mod repeat;
mod rule;
mod sample;
mod scale;
mod shares;
mod toml;
mod values;
mod write;

use crate::table::{FileError, SourceFile};
use column::Role;
use rule::Rule;
use sample::Sample;

/// Guesses a profile for `file`: TOML with `# ?` at each place that is left to a person.
///
/// # Errors
/// [`FileError`] when the file holds no table.
pub fn guess(file: &SourceFile) -> Result<String, FileError> {
    let sample = Sample::of(file)?;
    if sample.rows.is_empty() {
        return Err(file.error("no row below the header: a guess needs rows to look at"));
    }
    let roles = column::roles(&sample);
    let rules = values::rules(&sample, &roles);
    if rules.is_empty() {
        return Ok(register::profile(&file.name, &sample, &roles));
    }
    Ok(write::profile(&file.name, &sample, &roles, &rules))
}

/// Guesses a profile for a file whose columns have types (Parquet), from its first rows as texts. Such a file is read by the
/// simple parts of a profile: one column of values, one for each part of the key.
///
/// # Errors
/// [`FileError`] when it has no rows or no column of numbers.
pub fn guess_columns(file: &str, columns: &[String], rows: Vec<Vec<String>>) -> Result<String, FileError> {
    let fail = |message: &str| FileError { file: file.to_owned(), message: message.to_owned() };
    if rows.is_empty() {
        return Err(fail("no rows: a guess needs rows to look at"));
    }
    let sample = Sample::typed(columns, rows);
    let mut roles = column::roles(&sample);
    let mut groups = 0;
    for role in &mut roles {
        groups += usize::from(*role == Role::Group);
        if matches!(role, Role::Name | Role::Measure | Role::Format) || (*role == Role::Group && groups > 1) {
            *role = Role::Other;
        }
    }
    let rules = values::singles(&sample, &roles);
    // One that is proved to be a share of others, else one that is called so, else the first.
    let called_value = |rule: &Rule| ["value", "rate", "percent"].iter().any(|word| rule.measure.contains(word));
    let best = rules.into_iter().min_by_key(|rule| (rule.denominator.is_none(), !called_value(rule)));
    let Some(best) = best else { return Err(fail("no column of numbers")) };
    Ok(write::profile(file, &sample, &roles, &[best]))
}

impl Sample {
    /// The columns of a role.
    fn columns_of<'a>(&'a self, roles: &'a [Role], role: Role) -> impl Iterator<Item = usize> + 'a {
        roles.iter().enumerate().filter(move |(_, r)| **r == role).map(|(column, _)| column)
    }
}
