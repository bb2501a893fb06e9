//! Writes a profile for a file that nobody has described yet. What can be proved is filled in; what a person has to decide is
//! written as `"?"` and marked `# ?`: such a profile is refused until it is finished. Nothing is invented.

mod column;
mod convention;
mod decimal;
mod families;
mod file_name;
mod heading;
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
use column::ColumnRole;
use rule::GuessedRule;
use sample::FileSample;

/// Guesses one profile for `files`, which are of one shape: TOML with `# ?` at each place that is left to a person.
///
/// # Errors
/// [`FileError`] when one holds no table, or when their columns differ: then with the files of each shape.
pub fn guess_profile(files: &[SourceFile]) -> Result<String, FileError> {
    let mut shapes: Vec<FileSample> = Vec::new();
    for file in files {
        let sample = FileSample::of_file(file)?;
        if sample.rows.is_empty() {
            return Err(file.file_error("no row below the header: a guess needs rows to look at"));
        }
        match shapes.iter_mut().find(|shape| shape.same_shape(&sample)) {
            Some(shape) => shape.take_rows(sample),
            None => shapes.push(sample),
        }
    }
    match shapes.as_slice() {
        [] => Err(FileError { file: String::new(), message: "no file: name the files of one report".to_owned() }),
        [sample] => Ok(of_sample(sample)),
        [first, ..] => Err(FileError { file: first.files[0].clone(), message: shapes_message(files.len(), &shapes) }),
    }
}

fn of_sample(sample: &FileSample) -> String {
    let file = sample.files.first().map_or("", String::as_str);
    let roles = column::column_roles(sample);
    let rules = values::value_rules(sample, &roles);
    if rules.is_empty() {
        register::register_profile(file, sample, &roles)
    } else {
        write::values_profile(file, sample, &roles, &rules)
    }
}

/// What to do with files of several shapes: one line a shape, with its files.
fn shapes_message(files: usize, shapes: &[FileSample]) -> String {
    let mut text = format!(
        "{files} files have {} different sets of columns, and each needs a profile of its own: guess one set at a time",
        shapes.len()
    );
    for shape in shapes {
        let columns: Vec<&str> = shape.header.names.iter().take(4).map(String::as_str).collect();
        let more = if shape.width() > columns.len() { ", ..." } else { "" };
        text += &format!("\n  columns {}{more}: {}", columns.join(", "), shape.files.join(" "));
    }
    text
}

/// Guesses a profile for a file whose columns have types (Parquet), from its first rows as texts, of `all_rows`. Such a file is read by the
/// simple parts of a profile: one column of values, one for each part of the key.
///
/// # Errors
/// [`FileError`] when it has no rows or no column of numbers.
pub fn guess_columns(
    file: &str,
    columns: &[String],
    rows: Vec<Vec<String>>,
    all_rows: u64,
) -> Result<String, FileError> {
    let fail = |message: &str| FileError { file: file.to_owned(), message: message.to_owned() };
    if rows.is_empty() {
        return Err(fail("no rows: a guess needs rows to look at"));
    }
    let sample = FileSample::of_columns(file, columns, rows, all_rows);
    let mut roles = column::column_roles(&sample);
    let mut groups = 0;
    for role in &mut roles {
        groups += usize::from(*role == ColumnRole::Group);
        if matches!(role, ColumnRole::Name | ColumnRole::Measure | ColumnRole::Format)
            || (*role == ColumnRole::Group && groups > 1)
        {
            *role = ColumnRole::Other;
        }
    }
    let rules = values::single_rules(&sample, &roles);
    // One that is proved to be a share of others, else one that is called so, else the first.
    let called_value = |rule: &GuessedRule| ["value", "rate", "percent"].iter().any(|word| rule.measure.contains(word));
    let best = rules.into_iter().min_by_key(|rule| (rule.denominator.is_none(), !called_value(rule)));
    let Some(best) = best else { return Err(fail("no column of numbers")) };
    Ok(write::values_profile(file, &sample, &roles, &[best]))
}

impl FileSample {
    /// The columns of a role.
    fn columns_of<'a>(&'a self, roles: &'a [ColumnRole], role: ColumnRole) -> impl Iterator<Item = usize> + 'a {
        roles.iter().enumerate().filter(move |(_, r)| **r == role).map(|(column, _)| column)
    }
}
