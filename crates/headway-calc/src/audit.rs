//! `calc audit`: what a reader can compute of hidden counts.

use std::borrow::Cow;
use std::collections::HashMap;

use headway_stats::audit::{AuditOptions, METHOD, VERSION};
use headway_stats::suppress::MarginTable;
use serde_json::{Value, json};

use super::table::{DimensionCodes, TOTAL, cell_count, cell_names, not_too_wide, read_code, read_columns};
use super::{CalcError, JsonInput, with_note};

pub(super) fn calc_audit(input: &JsonInput<'_>) -> Result<Value, CalcError> {
    let dims = input.required_field("dims")?;
    let columns = read_columns(&dims)?;
    let parents = input.optional_field("parents")?;
    let rows = input.required_field("cells")?.array_items()?;
    let mut dimensions = Vec::with_capacity(columns.len());
    for column in &columns {
        dimensions.push(read_codes(column, &rows, parents.as_ref())?);
    }
    let (mut cells, mut hidden) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    let mut seen = std::collections::HashSet::new();
    for row in &rows {
        let codes: Vec<u32> = dimensions
            .iter()
            .map(|d| Ok(d.find_code(&read_code(row, d.column)?).expect("every name in the rows has its code")))
            .collect::<Result<_, CalcError>>()?;
        if !seen.insert(codes.clone()) {
            return Err(row.fault("this cell is there twice"));
        }
        let Some(n) = row.optional_field("n")? else {
            return Err(row.fault("the field “n” is missing: the audit needs the true counts of hidden cells too"));
        };
        cells.push((codes, cell_count(&n)?));
        hidden.push(row.required_field("suppressed")?.to_bool()?);
    }
    let options = read_options(input, &rows, &cells, &hidden)?;
    not_too_wide(&dims, &dimensions)?;
    let table = MarginTable::of_cells(dimensions.iter().map(DimensionCodes::to_dimension).collect(), &cells);
    let system = table.to_system();
    let found = headway_stats::audit::audit_hidden(&system, table.n(), &hidden, &options);
    let name = |cell: u32| Value::Object(cell_names(&dimensions, table.cell_codes(cell)));
    let intervals =
        found.intervals.iter().map(|i| json!({ "cell": name(i.cell), "lo": i.lo, "hi": i.hi, "sharp": i.sharp }));
    let answer = json!({
        "exact": found.exact.iter().map(|c| name(*c)).collect::<Vec<Value>>(),
        "intervals": intervals.collect::<Vec<Value>>(),
        "method": METHOD,
        "method_version": VERSION,
    });
    let endless = found.intervals.iter().any(|i| i.hi.is_infinite());
    let endless = endless.then(|| "hi is null where no published sum holds a cell down".to_owned());
    let broken = table.broken_cells();
    let broken = broken.first().map(|first| {
        format!(
            "{} of the cells are not the sum of their parts (the first is {}): what is missing from them is taken as \
             unknown to everyone. If codes lie inside others, say so in “parents”",
            broken.len(),
            name(*first)
        )
    });
    let notes: Vec<String> = endless.into_iter().chain(broken).collect();
    Ok(if notes.is_empty() { answer } else { with_note(answer, &notes.join("; ")) })
}

fn read_options(
    input: &JsonInput<'_>,
    rows: &[JsonInput<'_>],
    cells: &[(Vec<u32>, u64)],
    hidden: &[bool],
) -> Result<AuditOptions, CalcError> {
    let mut options = AuditOptions::default();
    if let Some(given) = input.optional_field("options")? {
        if let Some(floor) = given.optional_field("floor")? {
            options.floor = floor.to_count()?;
        }
        if let Some(cells) = given.optional_field("exact_up_to")? {
            options.exact_up_to = cells.to_count()? as usize;
        }
    }
    match (0..cells.len()).find(|&i| hidden[i] && cells[i].1 < options.floor) {
        Some(i) => {
            Err(rows[i]
                .fault(format!("hidden, and below the floor of {} that readers are said to know", options.floor)))
        }
        None => Ok(options),
    }
}

/// The codes of one column: parts of the total, or of what `parents` names (`{"school": {"S1": "District 1"}}`).
fn read_codes<'a>(
    column: &'a str,
    rows: &[JsonInput<'a>],
    parents: Option<&JsonInput<'a>>,
) -> Result<DimensionCodes<'a>, CalcError> {
    let mut above: HashMap<&'a str, &'a str> = HashMap::new();
    if let Some(given) = parents.map(|p| p.optional_field(column)).transpose()?.flatten() {
        let Value::Object(fields) = given.value() else {
            return Err(given.fault("expected an object of code: parent"));
        };
        for code in fields.keys() {
            above.insert(code, given.required_field(code)?.to_text()?);
        }
    }
    let mut codes = DimensionCodes::new(column);
    for row in rows {
        let fault = |why: String| row.required_field(column).map_or_else(|fault| fault, |given| given.fault(why));
        let mut line = vec![read_code(row, column)?];
        while let Some(&parent) = line.last().and_then(|code| above.get(code.as_ref())) {
            if line.iter().any(|name| name == parent) {
                return Err(fault(format!("“{parent}” is its own ancestor")));
            }
            line.push(Cow::Borrowed(parent));
        }
        let mut at = 0;
        for name in line.into_iter().rev().filter(|name| name != TOTAL) {
            at = codes.part_of(name, at).map_err(fault)?;
        }
    }
    Ok(codes)
}
