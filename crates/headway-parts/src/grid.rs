//! A table of places, groups or measures: on a phone each row becomes a block with its columns' titles inside it, so that
//! nothing has to be scrolled sideways. The roles keep it a table for those who listen, whatever the style sheet makes of it.

use maud::{Markup, html};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GridColumnKind {
    /// Words that may take several lines.
    Words,
    /// A figure.
    Figure,
    /// A period, a date: one line.
    Short,
    /// A status, whose word needs no title beside it.
    Plain,
    /// Where a series stands, in a sentence that begins with its status.
    Verdict,
}

impl GridColumnKind {
    fn css_class(self) -> Option<&'static str> {
        match self {
            Self::Words => Some("odds"),
            Self::Figure => Some("n"),
            Self::Short => Some("p"),
            Self::Plain => None,
            Self::Verdict => Some("verdict"),
        }
    }
}

/// A column: its title and what it holds.
pub type GridColumn<'a> = (&'a str, GridColumnKind);

/// The table. Each row has a cell for every column; the first is what the row speaks of.
pub struct ResponsiveTable<'a> {
    /// What the table is called where it can be scrolled to.
    pub label: &'a str,
    /// Words without a link: a table with a role may hold none outside of its cells.
    pub caption: Markup,
    /// Its columns.
    pub columns: &'a [GridColumn<'a>],
    /// Its rows; each has a cell per column.
    pub rows: Vec<Vec<Markup>>,
}

impl ResponsiveTable<'_> {
    /// The table on a page. A column for figures that holds none is left out.
    pub fn table_markup(&self) -> Markup {
        let holds = |i: usize| self.rows.iter().any(|row| !row[i].0.is_empty());
        let kept = |i: usize, kind: GridColumnKind| kind != GridColumnKind::Figure || holds(i);
        let shown: Vec<(usize, GridColumn<'_>)> =
            self.columns.iter().copied().enumerate().filter(|(i, (_, kind))| kept(*i, *kind)).collect();
        html! {
            div.scroll tabindex="0" role="region" aria-label=(self.label) { table.rows role="table" {
                @if !self.caption.0.is_empty() { caption { (self.caption) } }
                thead role="rowgroup" { tr role="row" { @for (_, (title, kind)) in &shown {
                    th scope="col" role="columnheader" class=[kind.css_class().filter(|_| *kind == GridColumnKind::Figure)] { (title) }
                } } }
                tbody role="rowgroup" { @for row in &self.rows { tr role="row" {
                    @for (i, (title, kind)) in &shown {
                        @if *i == 0 { th scope="row" role="rowheader" { (row[0]) } }
                        @else { td role="cell" class=[kind.css_class()] data-title=[(!matches!(kind, GridColumnKind::Plain | GridColumnKind::Verdict)).then_some(title)] { (row[*i]) } }
                    }
                } } }
            } }
        }
    }
}
