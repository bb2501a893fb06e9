//! `calc audit`: what a reader can compute of hidden counts.

use std::collections::HashMap;

use headway_stats::audit::{METHOD, Options, VERSION};
use headway_stats::suppress::Table;
use serde_json::{Value, json};

use super::table::{Codes, TOTAL, columns, named};
use super::{CalcError, Input};

pub(super) fn audit(input: &Input<'_>) -> Result<Value, CalcError> {
    let columns = columns(&input.field("dims")?)?;
    let parents = input.maybe("parents")?;
    let rows = input.field("cells")?.items()?;
    let mut dimensions = Vec::with_capacity(columns.len());
    for column in &columns {
        dimensions.push(codes(column, &rows, parents.as_ref())?);
    }
    let (mut cells, mut hidden) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    let mut seen = std::collections::HashSet::new();
    for row in &rows {
        let codes: Vec<u32> = dimensions
            .iter()
            .map(|d| Ok(d.find(row.field(d.column)?.text()?).expect("every name in the rows has its code")))
            .collect::<Result<_, CalcError>>()?;
        if !seen.insert(codes.clone()) {
            return Err(row.fault("this cell is there twice"));
        }
        cells.push((codes, row.field("n")?.count()?));
        hidden.push(row.field("suppressed")?.truth()?);
    }
    let options = options(input, &rows, &cells, &hidden)?;
    let table = Table::of_cells(dimensions.iter().map(Codes::dimension).collect(), &cells);
    let found = headway_stats::audit::audit(&table.system(), table.n(), &hidden, &options);
    let name = |cell: u32| Value::Object(named(&dimensions, table.codes(cell)));
    let intervals =
        found.intervals.iter().map(|i| json!({ "cell": name(i.cell), "lo": i.lo, "hi": i.hi, "sharp": i.sharp }));
    Ok(json!({
        "exact": found.exact.iter().map(|c| name(*c)).collect::<Vec<Value>>(),
        "intervals": intervals.collect::<Vec<Value>>(),
        "method": METHOD,
        "method_version": VERSION,
    }))
}

fn options(
    input: &Input<'_>,
    rows: &[Input<'_>],
    cells: &[(Vec<u32>, u64)],
    hidden: &[bool],
) -> Result<Options, CalcError> {
    let mut options = Options::default();
    if let Some(given) = input.maybe("options")? {
        if let Some(floor) = given.maybe("floor")? {
            options.floor = floor.count()?;
        }
        if let Some(cells) = given.maybe("exact_up_to")? {
            options.exact_up_to = cells.count()? as usize;
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
fn codes<'a>(column: &'a str, rows: &[Input<'a>], parents: Option<&Input<'a>>) -> Result<Codes<'a>, CalcError> {
    let mut above: HashMap<&'a str, &'a str> = HashMap::new();
    if let Some(given) = parents.map(|p| p.maybe(column)).transpose()?.flatten() {
        let Value::Object(fields) = given.value() else {
            return Err(given.fault("expected an object of code: parent"));
        };
        for code in fields.keys() {
            above.insert(code, given.field(code)?.text()?);
        }
    }
    let mut codes = Codes::new(column);
    for row in rows {
        let cell = row.field(column)?;
        let mut line = vec![cell.text()?];
        while let Some(parent) = line.last().and_then(|code| above.get(code)) {
            if line.contains(parent) {
                return Err(cell.fault(format!("“{parent}” is its own ancestor")));
            }
            line.push(parent);
        }
        let mut at = 0;
        for name in line.into_iter().rev().filter(|name| *name != TOTAL) {
            at = codes.part_of(name, at).map_err(|why| cell.fault(why))?;
        }
    }
    Ok(codes)
}
