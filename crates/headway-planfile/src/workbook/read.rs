//! A workbook into a tree.

use std::collections::HashMap;
use std::io::Cursor;

use calamine::{Data, Range, Reader as _, Xlsx};
use headway_import::{ShownCells, ShownFormat};

use super::cell::{decode_list, decode_text};
use super::layout::{NUMBER, NamedBy, SheetColumn, SheetLayout, all_sheets};
use super::room;
use crate::error::{FilePosition, FileProblem};
use crate::node::{MapEntry, NodeContent, PlanNode, WrittenForm};
use crate::schema::ValueKind;
use crate::shape::unknown_key;
use crate::{NEW_KEY, OLD_KEY};

/// The tree of a workbook.
///
/// # Errors
/// Every sheet, column and cell that is no part of a plan.
pub(crate) fn read_workbook(bytes: &[u8]) -> Result<PlanNode, Vec<FileProblem>> {
    let whole = |message: String| vec![FileProblem { position: None, place: String::new(), message }];
    let bytes =
        headway_import::look_through_workbook(bytes).map_err(|error| whole(format!("this is no workbook: {error}")))?;
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(&*bytes))
        .map_err(|error| whole(format!("this is no workbook: {error}")))?;
    let layout = all_sheets();
    let names = book.sheet_names();
    let mut problems = Vec::new();
    for name in names.iter().filter(|name| !layout.iter().any(|sheet| sheet.name == **name)) {
        let known: Vec<&str> = layout.iter().map(|sheet| sheet.name.as_str()).collect();
        let message =
            format!("{} (a sheet that is no part of the plan belongs in another file)", unknown_key(name, &known));
        problems.push(FileProblem { position: Some(cell_position(name, 0, 0)), place: String::new(), message });
    }
    let mut notes = WorkbookNotes::default();
    let mut root = PlanNode { position: cell_position("plan", 0, 0), content: NodeContent::Map(Vec::new()) };
    for sheet in layout.iter().filter(|sheet| names.contains(&sheet.name)) {
        let of_sheet = |error: String| whole(format!("sheet {}: {error}", sheet.name));
        room::check_room(&mut book, &sheet.name).map_err(of_sheet)?;
        let range = book.worksheet_range(&sheet.name).map_err(|error| of_sheet(error.to_string()))?;
        let formulas = book.worksheet_formula(&sheet.name).unwrap_or_default();
        problems.extend(without_result(&sheet.name, &range, &formulas));
        let shown = ShownCells::of_sheet(&mut book, &sheet.name).map_err(|error| of_sheet(error.to_string()))?;
        let cells = SheetCells { range: &range, shown: &shown };
        read_sheet(sheet, &cells, &mut root, &mut notes, &mut problems);
    }
    problems.extend(notes.percents.iter().filter_map(|(measure, position)| other_unit(&root, measure, position)));
    if problems.is_empty() { Ok(root) } else { Err(problems) }
}

/// The column of a header, by the name that it had before too.
fn column_named<'a>(columns: &'a [SheetColumn], header: &str) -> Option<&'a SheetColumn> {
    let find = |header: &str| columns.iter().find(|column| column.header == header);
    find(header).or_else(|| find(&format!("{}{NEW_KEY}", header.strip_suffix(OLD_KEY)?)))
}

/// Formulas that no program has worked out: their cells look empty.
fn without_result(sheet: &str, range: &Range<Data>, formulas: &Range<String>) -> Vec<FileProblem> {
    let (first_row, first_column) = formulas.start().unwrap_or_default();
    let open = formulas.used_cells().filter(|(_, _, formula)| !formula.is_empty()).filter_map(|(row, column, _)| {
        let at = (first_row + u32::try_from(row).ok()?, first_column + u32::try_from(column).ok()?);
        range.get_value(at).is_none_or(is_blank).then_some(at)
    });
    let problem = |(row, column)| {
        FileProblem {
        position: Some(cell_position(sheet, row, column)),
        place: String::new(),
        message: "this cell holds a formula without its result: open and save the file in a spreadsheet program, or write the value"
            .to_owned(),
    }
    };
    open.map(problem).collect()
}

fn cell_position(sheet: &str, row: u32, column: u32) -> FilePosition {
    let mut letters = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.insert(0, char::from(b'A' + u8::try_from((rest - 1) % 26).expect("under 26")));
        rest = (rest - 1) / 26;
    }
    FilePosition::Cell { sheet: sheet.to_owned(), cell: format!("{letters}{}", row + 1) }
}

/// What a column of the sheet is.
enum SheetColumnRole<'a> {
    Parent(usize),
    Number,
    Value(&'a SheetColumn),
}

/// A sheet's cells, and how those are shown that show something else than they keep.
struct SheetCells<'a> {
    range: &'a Range<Data>,
    shown: &'a ShownCells,
}

/// What is kept from sheet to sheet.
#[derive(Default)]
struct WorkbookNotes {
    /// The numbers of the rows that are named by one, each under the position of its row.
    numbers: HashMap<FilePosition, String>,
    /// The measure whose figure is shown as a percent, and where.
    percents: Vec<(String, FilePosition)>,
}

/// A cell that is shown as a percent, where the measure is counted in something else.
fn other_unit(root: &PlanNode, measure: &str, position: &FilePosition) -> Option<FileProblem> {
    let NodeContent::Map(entries) = &root.content else { return None };
    let NodeContent::List(measures) = &entries.iter().find(|entry| entry.key == "measures")?.node.content else {
        return None;
    };
    let node = measures.iter().find(|node| scalar_text(node, "id").as_deref() == Some(measure))?;
    let place_id = scalar_text(node, "unit").filter(|place_id| *place_id != "percent" && *place_id != "%")?;
    let message = format!(
        "this cell is shown as a percent, but measure “{measure}” is counted in “{place_id}”: format the cell as a number and write the \
         figure in that unit"
    );
    Some(FileProblem { position: Some(position.clone()), place: String::new(), message })
}

fn read_sheet(
    sheet: &SheetLayout,
    cells: &SheetCells,
    root: &mut PlanNode,
    notes: &mut WorkbookNotes,
    problems: &mut Vec<FileProblem>,
) {
    let range = cells.range;
    let Some((last_row, last_column)) = range.end() else { return };
    let at = |row: u32, column: u32| range.get_value((row, column)).unwrap_or(&Data::Empty);
    let note = |position: FilePosition, message: String| FileProblem {
        position: Some(position),
        place: String::new(),
        message,
    };

    let mut roles = Vec::new();
    let parents = sheet.parent_headers();
    for column in 0..=last_column {
        let header = at(0, column).to_string();
        let header = header.trim();
        if !header.is_empty() && (0..column).any(|before| at(0, before).to_string().trim() == header) {
            let message = format!("there is another column `{header}` before this one: keep one");
            problems.push(note(cell_position(&sheet.name, 0, column), message));
            continue;
        }
        let role = if let Some(i) = parents.iter().position(|it| it == header) {
            SheetColumnRole::Parent(i)
        } else if header == NUMBER && sheet.is_numbered() {
            SheetColumnRole::Number
        } else if let Some(it) = column_named(&sheet.columns, header) {
            SheetColumnRole::Value(it)
        } else {
            let filled = (0..=last_row).any(|row| !is_blank(at(row, column)));
            if filled {
                let headers = sheet.headers();
                let known: Vec<&str> = headers.iter().map(String::as_str).collect();
                problems.push(note(cell_position(&sheet.name, 0, column), unknown_key(header, &known)));
            }
            continue;
        };
        roles.push((column, role));
    }
    // How many things each parent has so far: the number of a row without one.
    let mut counted: HashMap<Vec<String>, usize> = HashMap::new();
    // The row of each number of a parent's things.
    let mut numbered: HashMap<(Vec<String>, String), u32> = HashMap::new();
    for row in 1..=last_row {
        if (0..=last_column).all(|column| is_blank(at(row, column))) {
            continue;
        }
        let mut names = vec![String::new(); parents.len()];
        let mut number = None;
        let mut thing =
            PlanNode { position: cell_position(&sheet.name, row, 0), content: NodeContent::Map(Vec::new()) };
        for (column, role) in &roles {
            let (data, position) = (at(row, *column), cell_position(&sheet.name, row, *column));
            if is_blank(data) {
                continue;
            }
            let kind = match role {
                SheetColumnRole::Value(it) => &it.kind,
                SheetColumnRole::Parent(_) | SheetColumnRole::Number => &ValueKind::Text,
            };
            let shown = cells.shown.format_at((row, *column));
            if is_percent(data, shown) && matches!(kind, ValueKind::Number) {
                let measure = names.first().filter(|_| sheet.lists.first().is_some_and(|it| it.one == "measure"));
                notes.percents.extend(measure.map(|measure| (measure.clone(), position.clone())));
            }
            match (text_of(data, kind, shown), role) {
                (Err(message), _) => problems.push(note(position, message)),
                (Ok(text), SheetColumnRole::Parent(i)) => names[*i] = decode_text(&text),
                (Ok(text), SheetColumnRole::Number) => number = Some(text),
                (Ok(text), SheetColumnRole::Value(it)) => {
                    put_value(&mut thing, &it.keys, cell_node(it, &text, &position), &position)
                }
            }
        }
        if sheet.lists.is_empty() {
            if row > 1 {
                let message = "a plan has one row here: leave this one out".to_owned();
                problems.push(note(cell_position(&sheet.name, row, 0), message));
            }
            *root = thing;
            continue;
        }
        let count = counted.entry(names.clone()).or_default();
        *count += 1;
        if sheet.is_numbered() {
            let number = number.unwrap_or_else(|| count.to_string());
            if let Some(first) = numbered.insert((names.clone(), number.clone()), row) {
                let one = sheet.lists.last().map_or("row", |list| list.one.as_str());
                let message = format!(
                    "row {} is {one} {number} of the same {} already, so that nobody can say which one is meant: give this row a \
                     number of its own",
                    first + 1,
                    sheet.lists.iter().rev().nth(1).map_or("plan", |list| list.one.as_str())
                );
                problems.push(note(cell_position(&sheet.name, row, 0), message));
            }
            notes.numbers.insert(thing.position.clone(), number);
        }
        if let Err(message) = attach_thing(root, sheet, &names, thing, &notes.numbers) {
            problems.push(note(cell_position(&sheet.name, row, 0), message));
        }
    }
}

fn is_blank(data: &Data) -> bool {
    matches!(data, Data::Empty) || matches!(data, Data::String(text) if text.is_empty())
}

/// A cell as text, or why a column of this kind can't hold it: as its reader sees it. 0.9 that is `shown` as a percent is 90, and
/// the id 10 that is shown with zeros before it is `0010`.
fn text_of(data: &Data, kind: &ValueKind, shown: Option<&ShownFormat>) -> Result<String, String> {
    let percent = is_percent(data, shown);
    let is_text = matches!(kind, ValueKind::Text | ValueKind::Date | ValueKind::YearEnd | ValueKind::Choice(_));
    match data {
        Data::Float(number) if percent && matches!(kind, ValueKind::Number) => Ok(times_hundred(*number)),
        Data::Int(number) if percent && matches!(kind, ValueKind::Number) => Ok((number * 100).to_string()),
        Data::Float(_) | Data::Int(_) if percent => {
            Err("this cell is shown as a percent, and no percent is wanted here: format it as text or as a number"
                .to_owned())
        }
        Data::Int(number) if matches!(kind, ValueKind::Text) && shown.is_some() => as_shown(*number as f64, shown),
        Data::Float(number) if matches!(kind, ValueKind::Text) && shown.is_some() && number.fract() == 0.0 => {
            as_shown(*number, shown)
        }
        Data::Float(number) if is_text && number.fract() != 0.0 => Err(format!(
            "this is the number {number}, and a text is wanted: format the cell as text and write it again"
        )),
        Data::DateTime(date) if is_text && !date.is_duration() => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            // A year that was typed into a cell of dates: 2014 is shown as a day of 1905.
            let serial = date.as_f64();
            if serial.fract() == 0.0 && (1900.0..2200.0).contains(&serial) {
                return Err(format!(
                    "this cell is formatted as a date and holds {year:04}-{month:02}-{day:02}: if the year {serial} is meant, format it as text and write it again"
                ));
            }
            Ok(format!("{year:04}-{month:02}-{day:02}"))
        }
        Data::DateTime(_) => {
            Err("this is a date or time, and a number is wanted: format the cell as a number".to_owned())
        }
        Data::Error(error) => Err(format!("this cell holds the error {error}: mend its formula, or write the value")),
        Data::Bool(flag) => Ok(flag.to_string()),
        other => Ok(other.to_string()),
    }
}

/// Whether a cell is a number that is shown as a percent.
fn is_percent(data: &Data, shown: Option<&ShownFormat>) -> bool {
    let number = match data {
        Data::Float(number) => *number,
        Data::Int(number) => *number as f64,
        _ => return false,
    };
    shown.is_some_and(|shown| shown.is_percent(number))
}

fn as_shown(number: f64, shown: Option<&ShownFormat>) -> Result<String, String> {
    let Some(shown) = shown else { return Ok(number.to_string()) };
    let not_followed = |format: &str| {
        format!("this cell shows {number} by the format {format}, which is not followed: write it as text")
    };
    shown.shown_number(number).map_err(not_followed)
}

/// A number times 100, without the digits that binary fractions add: 0.57 is 57.
fn times_hundred(number: f64) -> String {
    let text = format!("{:.12}", number * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn cell_node(column: &SheetColumn, text: &str, position: &FilePosition) -> PlanNode {
    let scalar = |text: String| {
        let content = NodeContent::Scalar { text, written: WrittenForm::Cell };
        PlanNode { position: position.clone(), content }
    };
    if column.list {
        let items = decode_list(text).into_iter().map(scalar).collect();
        return PlanNode { position: position.clone(), content: NodeContent::List(items) };
    }
    scalar(decode_text(text))
}

/// Puts a value where its keys lead, making the maps on the way.
fn put_value(thing: &mut PlanNode, keys: &[&str], value: PlanNode, position: &FilePosition) {
    let NodeContent::Map(entries) = &mut thing.content else { unreachable!("things are maps") };
    let (key, below) = keys.split_first().expect("a column has a key");
    let new = |node| MapEntry { key: (*key).to_owned(), position: position.clone(), node };
    if below.is_empty() {
        entries.push(new(value));
        return;
    }
    let at = entries.iter().position(|entry| entry.key == *key).unwrap_or_else(|| {
        entries.push(new(PlanNode { position: position.clone(), content: NodeContent::Map(Vec::new()) }));
        entries.len() - 1
    });
    put_value(&mut entries[at].node, below, value, position);
}

/// Adds a thing to the list that it belongs to.
///
/// `numbers` are the numbers of the rows that are named by one, each under the position of its row.
fn attach_thing(
    root: &mut PlanNode,
    sheet: &SheetLayout,
    names: &[String],
    thing: PlanNode,
    numbers: &HashMap<FilePosition, String>,
) -> Result<(), String> {
    let mut above = root;
    for (list, name) in sheet.lists.iter().zip(names) {
        let named = |node: &PlanNode| match list.named_by {
            NamedBy::Number => numbers.get(&node.position) == Some(name),
            _ => scalar_text(node, "id").as_deref() == Some(name),
        };
        let items = list_at(above, &list.keys);
        above = items.iter_mut().find(|node| named(node)).ok_or_else(|| {
            if name.is_empty() {
                format!("`of {}` is missing here", list.one)
            } else {
                format!("there is no {} “{name}”", list.one)
            }
        })?;
    }
    let list = sheet.lists.last().expect("the first sheet is not attached");
    list_at(above, &list.keys).push(thing);
    Ok(())
}

/// The list at these keys, made where it is not there yet.
fn list_at<'a>(node: &'a mut PlanNode, keys: &[&str]) -> &'a mut Vec<PlanNode> {
    let position = node.position.clone();
    let NodeContent::Map(entries) = &mut node.content else { unreachable!("things are maps") };
    let (key, below) = keys.split_first().expect("a list has a key");
    let at = entries.iter().position(|entry| entry.key == *key).unwrap_or_else(|| {
        let content = if below.is_empty() { NodeContent::List(Vec::new()) } else { NodeContent::Map(Vec::new()) };
        entries.push(MapEntry {
            key: (*key).to_owned(),
            position: position.clone(),
            node: PlanNode { position: position.clone(), content },
        });
        entries.len() - 1
    });
    let inner = &mut entries[at].node;
    if !below.is_empty() {
        return list_at(inner, below);
    }
    let NodeContent::List(items) = &mut inner.content else { unreachable!("a column is no list of things") };
    items
}

fn scalar_text(node: &PlanNode, key: &str) -> Option<String> {
    let NodeContent::Map(entries) = &node.content else { return None };
    entries.iter().find(|entry| entry.key == key).and_then(|entry| match &entry.node.content {
        NodeContent::Scalar { text, .. } => Some(text.clone()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use calamine::Cell;

    use super::*;

    /// A workbook of a program that does not calculate has formulas and nothing in their cells.
    #[test]
    fn a_formula_without_its_result_is_told() {
        let values =
            Range::from_sparse(vec![Cell::new((0, 0), Data::String("id".into())), Cell::new((1, 1), Data::Int(3))]);
        let formulas =
            Range::from_sparse(vec![Cell::new((1, 1), "A1+1".to_owned()), Cell::new((1, 2), "A1".to_owned())]);
        let places: Vec<String> = without_result("targets", &values, &formulas)
            .iter()
            .map(|problem| problem.position_text("p.xlsx"))
            .collect();
        assert_eq!(places, ["p.xlsx, targets!C2"]);
    }
}
