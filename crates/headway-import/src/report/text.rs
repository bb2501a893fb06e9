//! The report as plain text, for a terminal.

use std::collections::BTreeMap;
use std::fmt;

use super::{ImportReport, RefusedCell};

/// How many lines of a list are shown.
const SHOWN: usize = 12;

impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.profile)?;
        self.write_files(f)?;
        writeln!(f, "rows     {:>12} read", group_thousands(self.rows.read))?;
        writeln!(f, "         {:>12} accepted", group_thousands(self.rows.accepted))?;
        writeln!(f, "         {:>12} refused", group_thousands(self.rows.refused))?;
        write_counts(f, &self.rows.ignored, "ignored: ")?;
        writeln!(f, "values   {:>12} read", group_thousands(self.cells.read))?;
        for (kind, count) in &self.cells.accepted {
            writeln!(f, "         {:>12} {kind}", group_thousands(*count))?;
        }
        writeln!(f, "         {:>12} refused", group_thousands(self.cells.refused))?;
        write_counts(f, &self.cells.ignored, "ignored: ")?;
        self.write_measures(f)?;
        self.write_tokens(f)?;
        self.write_refusals(f)
    }
}

impl ImportReport {
    fn write_files(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for table in self.tables.iter().take(SHOWN) {
            let info = &table.info;
            let sheet = info.sheet.as_ref().map_or(String::new(), |s| format!(", sheet “{s}”"));
            let encoding = info.encoding.as_ref().filter(|e| *e != "UTF-8").map_or(String::new(), |e| format!(", {e}"));
            writeln!(f, "read     {}{sheet}{encoding}: {} rows", info.file, group_thousands(table.rows.read))?;
            if table.lines_unwrapped > 0 {
                writeln!(
                    f,
                    "         {} lines were encoded twice, and read twice",
                    group_thousands(table.lines_unwrapped)
                )?;
            }
            if table.rows_short > 0 {
                writeln!(
                    f,
                    "         {} rows end early: the columns missing there are empty",
                    group_thousands(table.rows_short)
                )?;
            }
            if !info.columns_ignored.is_empty() {
                writeln!(f, "         columns not wanted: {}", shorten_list(&info.columns_ignored))?;
            }
        }
        if self.tables.len() > SHOWN {
            writeln!(f, "         and {} more tables", self.tables.len() - SHOWN)?;
        }
        for refused in &self.files_refused {
            writeln!(f, "refused  {refused}")?;
        }
        if !self.sheets_ignored.is_empty() {
            writeln!(f, "sheets not wanted: {}", shorten_list(&self.sheets_ignored))?;
        }
        Ok(())
    }

    /// Sums by measure, level and period over all groups would count students twice: only "all students" is summed up here.
    fn write_measures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut measures: BTreeMap<(&str, &str), (u64, Vec<&str>)> = BTreeMap::new();
        for slice in &self.slices {
            let entry = measures.entry((&slice.measure, slice.level.id())).or_default();
            entry.0 += slice.cells.values().sum::<u64>();
            if !entry.1.contains(&slice.period.as_str()) {
                entry.1.push(&slice.period);
            }
        }
        for ((measure, level), (count, mut periods)) in measures {
            periods.sort_unstable();
            let span = match periods.as_slice() {
                [only] => (*only).to_owned(),
                [first, .., last] => format!("{first} to {last}"),
                [] => String::new(),
            };
            writeln!(f, "measure  {:>12} {measure}, {level}, {span}", group_thousands(count))?;
        }
        Ok(())
    }

    fn write_tokens(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for token in self.tokens.iter().take(SHOWN) {
            let meaning = token.meaning.as_deref().unwrap_or("unknown: refused");
            writeln!(f, "token    {:>12} “{}” {meaning}", group_thousands(token.count), token.text)?;
        }
        if self.tokens.len() > SHOWN {
            writeln!(f, "         {:>12} more", self.tokens.len() - SHOWN)?;
        }
        Ok(())
    }

    fn write_refusals(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for contradiction in &self.contradictions {
            let [a, b] = &contradiction.tables;
            writeln!(
                f,
                "contradiction: {a} (row {}) and {b} (row {}): {}; {}",
                contradiction.rows[0], contradiction.rows[1], contradiction.cause, contradiction.advice
            )?;
        }
        for doubt in self.doubts.iter().take(SHOWN) {
            let (count, what) = (group_thousands(doubt.count), &doubt.what);
            write!(f, "doubtful {count:>12} {what}; the first: ")?;
            match doubt.row {
                0 => writeln!(f, "{}", doubt.text)?,
                row => writeln!(f, "{}, row {row}: “{}”", doubt.file, doubt.text)?,
            }
        }
        // The most frequent first: a file of odd texts has many causes, and one of them is its fault.
        let mut reasons: Vec<(&String, &u64)> = self.reasons.iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        for (reason, count) in reasons.iter().take(SHOWN) {
            write!(f, "refused  {:>12} {reason}", group_thousands(**count))?;
            match self.refusals.iter().find(|refusal| refusal.reason == **reason) {
                Some(first) => writeln!(f, "; the first: {first}")?,
                None => writeln!(f)?,
            }
        }
        match reasons.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            1 => writeln!(f, "         and 1 more cause: --format json lists it"),
            more => writeln!(f, "         and {more} more causes: --format json lists them"),
        }
    }
}

impl fmt::Display for RefusedCell {
    /// `rates.csv, row 12, column “rate”: “n/a”`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(sheet) = &self.sheet {
            write!(f, ", sheet “{sheet}”")?;
        }
        write!(f, ", row {}", self.row)?;
        if let Some(column) = &self.column {
            write!(f, ", column “{column}”")?;
        }
        write!(f, ": “{}”", self.text)
    }
}

fn write_counts(f: &mut fmt::Formatter<'_>, counts: &BTreeMap<String, u64>, label: &str) -> fmt::Result {
    for (why, count) in counts {
        writeln!(f, "         {:>12} {label}{why}", group_thousands(*count))?;
    }
    Ok(())
}

fn shorten_list(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().map(|n| if n.is_empty() { "(no name)" } else { n }).take(SHOWN).collect();
    let more = if names.len() > SHOWN { format!(" and {} more", names.len() - SHOWN) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// `21,244`.
pub(crate) fn group_thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
