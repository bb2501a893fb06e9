//! Reading the input tables beside the reference outputs.

use crate::oracle::shared;
use std::collections::HashMap;

/// A CSV file with a header; quotes only around whole fields, no line break inside one.
pub(crate) struct Table {
    columns: HashMap<String, usize>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table of `../shared/oracle/inputs`; `None` (and a line said) if it is not there.
    pub(crate) fn input(name: &str) -> Option<Table> {
        Table::open(&format!("oracle/inputs/{name}"))
    }

    /// A table below `../shared`.
    pub(crate) fn open(below: &str) -> Option<Table> {
        let text = std::fs::read_to_string(shared(below)?).expect("the table can be read");
        let mut lines = text.trim_start_matches('\u{feff}').lines().map(split);
        let columns = lines.next().expect("a header").into_iter().enumerate().map(|(i, name)| (name, i)).collect();
        Some(Table { columns, rows: lines.collect() })
    }

    pub(crate) fn text(&self, column: &str) -> Vec<&str> {
        let at = self.columns[column];
        self.rows.iter().map(|row| row.get(at).map_or("", String::as_str)).collect()
    }

    /// What is no number as NaN; blanks and thousands separators are looked past.
    pub(crate) fn numbers(&self, column: &str) -> Vec<f64> {
        self.text(column).iter().map(|text| text.trim().replace(',', "").parse().unwrap_or(f64::NAN)).collect()
    }

    /// 1 where the column holds this text.
    pub(crate) fn is(&self, column: &str, text: &str) -> Vec<f64> {
        self.text(column).iter().map(|value| f64::from(u8::from(*value == text))).collect()
    }
}

fn split(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    fields.push(field);
    fields
}
