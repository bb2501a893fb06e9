//! One row as text cells, without an allocation a cell.

use memchr::{memchr2, memchr3, memchr3_iter};

/// A row: its cells are ranges of the block's text, or of a buffer of its own where a cell had to be rewritten (doubled quotes,
/// cells of a workbook). Reused from row to row.
#[derive(Default)]
pub(crate) struct TextRecord {
    cells: Vec<CellRange>,
    own: String,
    /// The row's number in the file, from 1 (for a text the line on which it begins).
    pub(crate) number: u64,
    /// Whether the whole line was wrapped in quotes and read a second time.
    pub(crate) unwrapped: bool,
    /// A quote was opened and never closed.
    pub(crate) broken_quote: bool,
}

#[derive(Clone, Copy)]
struct CellRange {
    start: u32,
    end: u32,
    own: bool,
}

/// A quoted cell that runs over more lines than this is a stray quote, not a cell.
const MOST_LINES_IN_A_CELL: u32 = 200;

impl TextRecord {
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether the row is long enough to have this cell.
    #[inline]
    pub(crate) fn has_cell(&self, column: usize) -> bool {
        column < self.cells.len()
    }

    /// The cell without the white space (no-break spaces too) around it; empty when the row is too short.
    #[inline]
    pub(crate) fn get<'a>(&'a self, text: &'a str, column: usize) -> &'a str {
        let Some(cell) = self.cells.get(column) else { return "" };
        let source = if cell.own { &self.own } else { text };
        trim_cell(&source[cell.start as usize..cell.end as usize])
    }

    #[inline]
    pub(crate) fn is_blank(&self, text: &str) -> bool {
        (0..self.len()).all(|column| self.get(text, column).is_empty())
    }

    /// Takes the cells of a workbook's row.
    pub(crate) fn set_cells<'a>(&mut self, cells: impl Iterator<Item = &'a str>, number: u64) {
        self.clear(number);
        for cell in cells {
            self.push_own(cell);
        }
    }

    /// Puts another text into a cell (cells merged down the side).
    pub(crate) fn replace_cell(&mut self, column: usize, with: &str) {
        let start = self.own.len() as u32;
        self.own.push_str(with);
        self.cells[column] = CellRange { start, end: self.own.len() as u32, own: true };
    }

    fn clear(&mut self, number: u64) {
        self.cells.clear();
        self.own.clear();
        self.number = number;
        self.unwrapped = false;
        self.broken_quote = false;
    }

    #[inline]
    fn push(&mut self, start: usize, end: usize) {
        self.cells.push(CellRange { start: start as u32, end: end as u32, own: false });
    }

    fn push_own(&mut self, cell: &str) {
        let start = self.own.len() as u32;
        self.own.push_str(cell);
        self.cells.push(CellRange { start, end: self.own.len() as u32, own: true });
    }

    /// Reads the row that begins at `start` of `text`; gives where the next one begins and how many lines it took.
    pub(crate) fn read_cells(&mut self, text: &str, start: usize, delimiter: u8, number: u64) -> (usize, u32) {
        self.clear(number);
        let bytes = text.as_bytes();
        let (mut at, mut lines) = (start, 1);
        loop {
            // One cell; spaces before an opening quote are not part of it.
            let cell = at;
            let opening = cell + bytes[cell..].iter().take_while(|&&b| b == b' ').count();
            if bytes.get(opening) == Some(&b'"') {
                match self.quoted_cell(text, opening + 1, delimiter, &mut lines) {
                    Some(end) => at = end,
                    None => {
                        // A quote that nobody closes would swallow the rest of the file: the row ends with its line.
                        self.broken_quote = true;
                        let end = line_end(bytes, cell);
                        self.push(cell, end);
                        return (after_line_end(bytes, end), 1);
                    }
                }
            } else {
                at = cell_end(bytes, cell, delimiter);
                self.push(cell, at);
            }
            match bytes.get(at) {
                Some(&b) if b == delimiter => at += 1,
                Some(_) => return (after_line_end(bytes, at), lines),
                None => return (at, lines),
            }
        }
    }

    /// Reads the row that begins at `start` of a text without any quote; gives where the next one begins.
    pub(crate) fn read_unquoted(&mut self, text: &str, start: usize, delimiter: u8, number: u64) -> usize {
        self.clear(number);
        let bytes = text.as_bytes();
        let mut cell = start;
        for mark in memchr3_iter(delimiter, b'\n', b'\r', &bytes[start..]) {
            let mark = start + mark;
            self.push(cell, mark);
            if bytes[mark] != delimiter {
                return after_line_end(bytes, mark);
            }
            cell = mark + 1;
        }
        self.push(cell, bytes.len());
        bytes.len()
    }

    /// Reads on from behind an opening quote; gives where the cell's delimiter or line end stands.
    fn quoted_cell(&mut self, text: &str, start: usize, delimiter: u8, lines: &mut u32) -> Option<usize> {
        let bytes = text.as_bytes();
        let own = self.own.len();
        let (mut from, mut at, mut more_lines) = (start, start, 0);
        loop {
            let Some(mark) = memchr3(b'"', b'\n', b'\r', &bytes[at..]) else { return self.give_up(own) };
            let mark = at + mark;
            at = mark + 1;
            match (bytes[mark], bytes.get(at)) {
                (b'"', Some(b'"')) => {
                    self.own.push_str(&text[from..at]);
                    at += 1;
                    from = at;
                }
                (b'"', _) => {
                    // What stands between the closing quote and the delimiter belongs to the cell as written.
                    at = cell_end(bytes, at, delimiter);
                    let after = text[mark + 1..at].trim_end_matches(' ');
                    if self.own.len() == own && after.is_empty() {
                        self.push(from, mark);
                    } else {
                        self.own.push_str(&text[from..mark]);
                        self.own.push_str(after);
                        self.cells.push(CellRange { start: own as u32, end: self.own.len() as u32, own: true });
                    }
                    *lines += more_lines;
                    return Some(at);
                }
                // CR and LF together end one line.
                (b'\r', Some(b'\n')) => {}
                _ if more_lines == MOST_LINES_IN_A_CELL => return self.give_up(own),
                _ => more_lines += 1,
            }
        }
    }

    fn give_up(&mut self, own: usize) -> Option<usize> {
        self.own.truncate(own);
        None
    }

    /// Reads a line once more that was wrapped in quotes as a whole (a file encoded twice): the one cell is itself a line.
    pub(crate) fn unwrap_line(&mut self, text: &str, delimiter: u8) {
        let inner = self.get(text, 0).to_owned();
        let number = self.number;
        let mut second = Self::default();
        second.read_cells(&inner, 0, delimiter, number);
        if second.len() > 1 {
            let cells: Vec<String> = (0..second.len()).map(|i| second.get(&inner, i).to_owned()).collect();
            self.set_cells(cells.iter().map(String::as_str), number);
            self.unwrapped = true;
        }
    }
}

/// Where the cell that begins at `start` ends: at a delimiter, a line end, or the end of the text.
fn cell_end(bytes: &[u8], start: usize, delimiter: u8) -> usize {
    memchr3(delimiter, b'\n', b'\r', &bytes[start..]).map_or(bytes.len(), |length| start + length)
}

fn line_end(bytes: &[u8], start: usize) -> usize {
    memchr2(b'\n', b'\r', &bytes[start..]).map_or(bytes.len(), |length| start + length)
}

/// Where the next line begins: LF, CR and CRLF are one line end each.
fn after_line_end(bytes: &[u8], at: usize) -> usize {
    match (bytes.get(at), bytes.get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => at + 2,
        (Some(_), _) => at + 1,
        (None, _) => at,
    }
}

/// Without white space around it. Most cells have none, and need no look at Unicode.
#[inline]
pub(crate) fn trim_cell(cell: &str) -> &str {
    match cell.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => cell,
        [only] if only.is_ascii_graphic() => cell,
        [] => cell,
        _ => cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let (mut record, mut at, mut line, mut rows) = (TextRecord::default(), 0, 1, Vec::new());
        while at < text.len() {
            let (next, lines) = record.read_cells(text, at, b',', line);
            let cells =
                |record: &TextRecord| (0..record.len()).map(|i| record.get(text, i).to_owned()).collect::<Vec<_>>();
            rows.push(cells(&record));
            if !text.contains('"') {
                let mut plain = TextRecord::default();
                assert_eq!((plain.read_unquoted(text, at, b',', line), 1), (next, lines), "{text:?}");
                assert_eq!(rows.last(), Some(&cells(&plain)), "{text:?}");
            }
            (at, line) = (next, line + u64::from(lines));
        }
        rows
    }

    fn check(text: &str, expected: &[&[&str]]) {
        assert_eq!(rows(text), expected, "{text:?}");
    }

    #[test]
    fn reads_rows() {
        check("a,b\nc,d", &[&["a", "b"], &["c", "d"]]);
        check("a,b\r\nc,d\r\n", &[&["a", "b"], &["c", "d"]]);
        check("a,b\rc,d\r", &[&["a", "b"], &["c", "d"]]);
        check("\n,\n", &[&[""], &["", ""]]);
        check(
            "2015,010000000000,ALL,742,78.3\n,,-,+,\u{2d}\u{2b}x\r\nlast,é,row\n\n",
            &[
                &["2015", "010000000000", "ALL", "742", "78.3"],
                &["", "", "-", "+", "-+x"],
                &["last", "é", "row"],
                &[""],
            ],
        );
        check("\"a, b\",\"c \"\"d\"\"\"\n", &[&["a, b", "c \"d\""]]);
        check("\"a\nb\",c\nd,e\n", &[&["a\nb", "c"], &["d", "e"]]);
        check(" \"1,437\" , x \n", &[&["1,437", "x"]]);
        check("12\" pipe,1\nx,2\n", &[&["12\" pipe", "1"], &["x", "2"]]);
        check("a,\"b\nc,d\n", &[&["a", "\"b"], &["c", "d"]]);
        check("a,\u{a0}0012\u{a0}\n", &[&["a", "0012"]]);
        check("\"ab\"cd,e\n", &[&["abcd", "e"]]);
    }

    #[test]
    fn a_line_encoded_twice_is_read_twice() {
        let text = "\"01M539,\"\"NEW, SCI\"\",255\"\n";
        let mut record = TextRecord::default();
        record.read_cells(text, 0, b',', 7);
        assert_eq!(record.len(), 1);
        record.unwrap_line(text, b',');
        let cells: Vec<&str> = (0..record.len()).map(|i| record.get(text, i)).collect();
        assert_eq!(cells, ["01M539", "NEW, SCI", "255"]);
        assert!(record.unwrapped);
        assert_eq!(record.number, 7);
    }
}
