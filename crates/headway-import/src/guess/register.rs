//! A file without a column of numbers: a register of places.

use std::collections::BTreeSet;

use super::column::ColumnRole;
use super::column::{name_column, place_column, place_doubt};
use super::convention::{self, is_nearly_called};
use super::sample::FileSample;
use super::toml::{hole_text, line, quote_text};
use super::write::{write_table, write_top};

/// The profile as text.
pub(super) fn register_profile(file: &str, sample: &FileSample, roles: &[ColumnRole]) -> String {
    let names = &sample.header.names;
    let (place, name) = (id_column(sample, roles), name_column(sample, roles));
    let mut out = String::new();
    write_top(&mut out, file, sample, None, None);
    write_table(&mut out, sample);
    // Two marks side by side may be why no column of numbers was found.
    if let Some(decimal) = sample.marks.profile_line(sample.part_text().is_none()) {
        line!(&mut out, "{decimal}");
    }
    let used = |column: usize| Some(column) == place || Some(column) == name;
    let ignored: Vec<String> =
        (0..names.len()).filter(|&c| !used(c) && !names[c].is_empty()).map(|c| quote_text(&names[c])).collect();
    if !ignored.is_empty() {
        line!(&mut out, "# ? not used");
        line!(&mut out, "ignore = [{}]", ignored.join(", "));
    }
    let level = match place.map(|column| roles[column]) {
        Some(ColumnRole::SchoolId) => "school",
        Some(ColumnRole::DistrictId) => "district",
        Some(ColumnRole::RegionId) => "region",
        Some(ColumnRole::StateId) => "state",
        _ => "?",
    };
    line!(
        &mut out,
        "\n[[place]]   # ? no column of numbers: a register of places; parent = '..' says where each belongs"
    );
    line!(&mut out, "is = \"{level}\"   # ?");
    match place {
        Some(column) => {
            let why = place_doubt(sample, roles, column).map(|why| format!("   # ? {why}")).unwrap_or_default();
            line!(&mut out, "id = {}{why}", quote_text(&hole_text(&names[column])));
        }
        None => line!(&mut out, "id = \"?\"   # ? no column of ids"),
    }
    match name {
        Some(column) => line!(&mut out, "name = {}", quote_text(&hole_text(&names[column]))),
        None => line!(&mut out, "name = \"?\"   # ? no column of names"),
    }
    super::write::with_introduction(file, sample, &out)
}

/// The column of the places' ids. One that is called so, with another text in each row, tells places apart better than names,
/// which two of them may share.
fn id_column(sample: &FileSample, roles: &[ColumnRole]) -> Option<usize> {
    let known = place_column(sample, roles);
    if known.is_some_and(|column| roles[column] != ColumnRole::Name) {
        return known;
    }
    let all_different = |column: &usize| {
        let texts: BTreeSet<&str> = sample.column_texts(*column).collect();
        !texts.is_empty() && texts.len() == sample.rows.len()
    };
    let called_so = |column: &usize| is_nearly_called(&sample.header.names[*column], convention::ANY_IDS);
    (0..sample.width()).filter(called_so).find(all_different).or(known)
}
