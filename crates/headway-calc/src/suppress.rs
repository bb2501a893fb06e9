//! `calc suppress`: what to hide so that no small count follows from what is published.

use std::borrow::Cow;
use std::collections::HashMap;

use headway_stats::suppress::{METHOD, MarginTable, SuppressionOptions, VERSION, suppress_cells as hide};
use serde_json::{Value, json};

use super::table::{DimensionCodes, TOTAL, cell_count, cell_names, not_too_wide, read_code, read_columns};
use super::{CalcError, JsonInput, with_note};

pub(super) fn calc_suppress(input: &JsonInput<'_>) -> Result<Value, CalcError> {
    let options = read_options(input)?;
    let dims = input.required_field("dims")?;
    let columns = read_columns(&dims)?;
    let rows = input.required_field("input")?.array_items()?;
    let levels = match input.optional_field("options")?.map(|o| o.optional_field("nested")).transpose()?.flatten() {
        Some(nested) if !nested.to_bool()? => columns.iter().map(|c| vec![*c]).collect(),
        _ => nested_columns(&columns, &rows)?,
    };
    let mut dimensions: Vec<DimensionCodes<'_>> =
        levels.iter().map(|l| DimensionCodes::new(l.last().expect("a column"))).collect();
    let mut inner = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut codes = Vec::with_capacity(levels.len());
        for (levels, dimension) in std::iter::zip(&levels, &mut dimensions) {
            let mut at = 0;
            for column in levels {
                let name = read_code(row, column)?;
                let fault =
                    |why: String| row.required_field(column).map_or_else(|fault| fault, |given| given.fault(why));
                if name == TOTAL {
                    return Err(fault("the input holds inner cells only: totals are made from them".to_owned()));
                }
                at = dimension.part_of(name, at).map_err(fault)?;
            }
            codes.push(at);
        }
        inner.push((codes, cell_count(&row.required_field("n")?)?));
    }
    not_too_wide(&dims, &dimensions)?;
    let (sorted, places): (Vec<DimensionCodes<'_>>, Vec<Vec<u32>>) =
        dimensions.iter().map(DimensionCodes::by_name).unzip();
    for (codes, _) in &mut inner {
        codes.iter_mut().zip(&places).for_each(|(code, place)| *code = place[*code as usize]);
    }
    inner.sort_unstable();
    let dimensions = sorted;
    let table = MarginTable::with_margins(dimensions.iter().map(DimensionCodes::to_dimension).collect(), &inner);
    let found = hide(&table.to_system(), table.n(), &table.importance(), &options);

    let mut order: Vec<u32> = (0..table.cell_count() as u32).collect();
    // Told in the order in which codes came.
    let mut came: Vec<Vec<u32>> = places.iter().map(|place| vec![0; place.len()]).collect();
    for (came, place) in came.iter_mut().zip(&places) {
        (0..).zip(place).for_each(|(first, &at)| came[at as usize] = first);
    }
    order.sort_by_key(|&c| {
        let codes = table.cell_codes(c).iter().zip(&came);
        codes.map(|(&code, came)| came[code as usize]).collect::<Vec<u32>>()
    });
    let cell = |c: u32| {
        let mut row = cell_names(&dimensions, table.cell_codes(c));
        row.insert("n".to_owned(), json!(table.n()[c as usize]));
        row.insert("primary".to_owned(), json!(found.primary[c as usize]));
        row.insert("suppressed".to_owned(), json!(found.hidden[c as usize]));
        Value::Object(row)
    };
    let count = |marks: &[bool]| marks.iter().filter(|m| **m).count();
    let names = |cells: &[u32]| -> Vec<Value> {
        cells.iter().map(|c| cell_names(&dimensions, table.cell_codes(*c)).into()).collect()
    };
    let exposed = names(&found.exposed);
    let none = exposed.is_empty();
    let answer = json!({
        "n_cells": table.cell_count(),
        "n_primary": count(&found.primary),
        "n_suppressed": count(&found.hidden),
        "output": order.into_iter().map(cell).collect::<Vec<Value>>(),
        "exposed": exposed,
        "weak": names(&found.weak),
        "method": METHOD,
        "method_version": VERSION,
    });
    Ok(if none {
        answer
    } else {
        with_note(answer, "the exposed cells follow from the rest even with all else hidden: publish no such table")
    })
}

fn read_options(input: &JsonInput<'_>) -> Result<SuppressionOptions, CalcError> {
    let mut options = SuppressionOptions { max_n: 9, protect_zeros: false, known_floor: false };
    let Some(given) = input.optional_field("options")? else { return Ok(options) };
    for name in ["max_n", "maxN"] {
        if let Some(max) = given.optional_field(name)? {
            options.max_n = max.to_count()?;
        }
    }
    for name in ["protect_zeros", "protectZeros"] {
        if let Some(protect) = given.optional_field(name)? {
            options.protect_zeros = protect.to_bool()?;
        }
    }
    if let Some(floor) = given.optional_field("known_floor")? {
        options.known_floor = floor.to_bool()?;
    }
    Ok(options)
}

/// Columns that lie inside one another make one dimension (district, school), as the reference finds them: every code of the
/// inner column comes with one code of the outer, which has fewer. `options.nested: false` crosses all columns instead.
fn nested_columns<'a>(columns: &[&'a str], rows: &[JsonInput<'a>]) -> Result<Vec<Vec<&'a str>>, CalcError> {
    let mut cells = Vec::with_capacity(rows.len());
    for row in rows {
        cells.push(columns.iter().map(|c| read_code(row, c)).collect::<Result<Vec<Cow<'_, str>>, CalcError>>()?);
    }
    let kinds = |c: usize| cells.iter().map(|row| &row[c]).collect::<std::collections::HashSet<_>>().len();
    let inside = |inner: usize, outer: usize| {
        let mut of = HashMap::new();
        kinds(outer) < kinds(inner)
            && cells.iter().all(|row| *of.entry(&row[inner]).or_insert(&row[outer]) == &row[outer])
    };
    let mut dimensions: Vec<Vec<usize>> = Vec::new();
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by_key(|&c| kinds(c));
    for c in order {
        match dimensions.iter_mut().find(|d| kinds(d[0]) > 1 && inside(c, *d.last().expect("a column"))) {
            Some(dimension) => dimension.push(c),
            None => dimensions.push(vec![c]),
        }
    }
    dimensions.sort_by_key(|d| d.iter().min().copied());
    Ok(dimensions.into_iter().map(|d| d.into_iter().map(|c| columns[c]).collect()).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// What is hidden, by the names of its cell.
    fn hidden(rows: &[Value]) -> BTreeMap<String, Value> {
        let given = json!({ "dims": ["school", "group", "level"], "input": rows });
        let answer = calc_suppress(&JsonInput::root(&given)).expect("it is a table");
        let cells = answer["output"].as_array().expect("cells").iter();
        cells.map(|c| (format!("{}/{}/{}", c["school"], c["group"], c["level"]), c["suppressed"].clone())).collect()
    }

    #[test]
    fn the_order_of_rows_decides_nothing() {
        // Many equal counts: ties between cells are everywhere.
        let row = |i: u32| {
            let n = [3, 12, 12, 40][(i % 5 % 4) as usize];
            json!({ "school": i % 7, "group": i / 7 % 4, "level": i / 28, "n": n })
        };
        let mut rows: Vec<Value> = (0..84).map(row).collect();
        let first = hidden(&rows);
        assert!(first.values().any(|h| *h == true) && first.values().any(|h| *h == false));
        for by in [5, 11, 31] {
            rows = (0..84).map(|i| rows[(i * by + by) % 84].clone()).collect();
            assert_eq!(hidden(&rows), first);
        }
        rows.reverse();
        assert_eq!(hidden(&rows), first);
    }
}
