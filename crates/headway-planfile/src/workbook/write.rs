//! A tree into a workbook.

use std::collections::HashSet;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::cell::{encode_list, encode_text};
use super::layout::{NamedBy, SheetColumn, SheetLayout, SheetList, all_sheets};
use crate::node::{NodeContent, PlanNode};
use crate::schema::ValueKind;

/// The workbook of a plan. The same plan makes the same bytes.
///
/// # Errors
/// Why the plan can't be laid out, in words.
pub(crate) fn write_workbook(plan: &PlanNode) -> Result<Vec<u8>, String> {
    let mut book = Workbook::new();
    // The library would put today's date into the file.
    let made = ExcelDateTime::from_ymd(2000, 1, 1).expect("a date");
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let bold = Format::new().set_bold();
    for sheet in all_sheets() {
        let mut rows = Vec::new();
        collect_rows(plan, &sheet.lists, &mut Vec::new(), &mut rows)?;
        lay_out(&sheet, &rows, book.add_worksheet(), &bold)
            .map_err(|error| format!("sheet {}: {error}", sheet.name))?;
    }
    book.save_to_buffer().map_err(|error| error.to_string())
}

/// A thing of a sheet: the names of what it belongs to, its number, itself.
struct WorkbookRow<'a> {
    parents: Vec<String>,
    number: usize,
    node: &'a PlanNode,
}

/// Every thing that the lists lead to, in order.
fn collect_rows<'a>(
    node: &'a PlanNode,
    lists: &[SheetList],
    parents: &mut Vec<String>,
    rows: &mut Vec<WorkbookRow<'a>>,
) -> Result<(), String> {
    let Some((list, below)) = lists.split_first() else {
        rows.push(WorkbookRow { parents: Vec::new(), number: 1, node });
        return Ok(());
    };
    let Some(NodeContent::List(items)) = node_at(node, &list.keys).map(|it| &it.content) else { return Ok(()) };
    let mut seen = HashSet::new();
    for (i, item) in items.iter().enumerate() {
        let name = match list.named_by {
            NamedBy::Id => scalar_text(item, &["id"]).unwrap_or_default().to_owned(),
            _ => (i + 1).to_string(),
        };
        if !seen.insert(name.clone()) {
            return Err(format!(
                "two {}s have the id “{name}”: in a workbook their parts could not be told apart",
                list.one
            ));
        }
        if below.is_empty() {
            rows.push(WorkbookRow { parents: parents.clone(), number: i + 1, node: item });
        } else {
            parents.push(name);
            collect_rows(item, below, parents, rows)?;
            parents.pop();
        }
    }
    Ok(())
}

fn lay_out(sheet: &SheetLayout, rows: &[WorkbookRow<'_>], out: &mut Worksheet, bold: &Format) -> Result<(), XlsxError> {
    out.set_name(&sheet.name)?;
    out.set_freeze_panes(1, 0)?;
    for (column, header) in (0..).zip(sheet.headers()) {
        out.write_string_with_format(0, column, &header, bold)?;
        out.set_column_width(column, f64::from(u8::try_from(header.len()).unwrap_or(u8::MAX)).max(14.0))?;
    }
    for (line, row) in (1..).zip(rows) {
        let mut column = 0;
        let names = row.parents.iter().zip(&sheet.lists);
        for (name, list) in names {
            match list.named_by {
                NamedBy::Number => {
                    out.write_number(line, column, name.parse::<f64>().expect("a number is its name"))?
                }
                _ => out.write_string(line, column, encode_text(name))?,
            };
            column += 1;
        }
        if sheet.is_numbered() {
            out.write_number(line, column, u32::try_from(row.number).expect("a plan is no such list"))?;
            column += 1;
        }
        for it in &sheet.columns {
            write_cell(it, row.node, out, line, column)?;
            column += 1;
        }
    }
    Ok(())
}

fn write_cell(
    column: &SheetColumn,
    thing: &PlanNode,
    out: &mut Worksheet,
    line: u32,
    at_column: u16,
) -> Result<(), XlsxError> {
    let Some(node) = node_at(thing, &column.keys) else { return Ok(()) };
    match &node.content {
        NodeContent::List(items) => {
            let texts: Vec<&str> = items.iter().filter_map(|item| scalar_text(item, &[])).collect();
            if items.is_empty() || !texts.is_empty() {
                out.write_string(line, at_column, encode_list(&texts))?;
            }
        }
        NodeContent::Scalar { text, .. } => {
            match &column.kind {
                ValueKind::Flag => out.write_boolean(line, at_column, text == "true")?,
                ValueKind::Number => {
                    out.write_number(line, at_column, text.parse::<f64>().expect("a number is a number"))?
                }
                // A cell holds whole numbers exactly up to 2^53.
                ValueKind::Whole(..) => match text.parse::<u64>().ok().filter(|it| *it <= 1 << 53) {
                    Some(number) => out.write_number(line, at_column, number as f64)?,
                    None => out.write_string(line, at_column, text)?,
                },
                _ => out.write_string(line, at_column, encode_text(text))?,
            };
        }
        NodeContent::Map(_) => unreachable!("maps have columns of their own"),
    }
    Ok(())
}

/// What the keys lead to.
fn node_at<'a>(node: &'a PlanNode, keys: &[&str]) -> Option<&'a PlanNode> {
    keys.iter().try_fold(node, |node, key| match &node.content {
        NodeContent::Map(entries) => entries.iter().find(|entry| entry.key == *key).map(|entry| &entry.node),
        _ => None,
    })
}

fn scalar_text<'a>(node: &'a PlanNode, keys: &[&str]) -> Option<&'a str> {
    match &node_at(node, keys)?.content {
        NodeContent::Scalar { text, .. } => Some(text),
        _ => None,
    }
}
