//! Figures that are made of others: a difference of rates, an index with weights over outcomes, a quotient. Where one of those is
//! not told exactly, such a figure would tell of it, and is hidden too.

mod search;
mod table;
mod terms;

use std::collections::BTreeSet;

use super::atlas::{Atlas, Forest};
use super::figures::Figures;
use super::formulas::Origin;
use super::step::Decided;
use super::told::How;
use super::{Reason, SumTaken};
use table::Table;
use terms::Term;

/// What a measure's figures are made of.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Derived {
    /// The measure.
    measure: usize,
    form: Form,
    origin: Origin,
}

/// How a figure is made.
#[derive(Clone, Debug, PartialEq)]
enum Form {
    /// Terms with coefficients, and a constant.
    Sum(Vec<(Term, f64)>, f64),
    /// So many times one over the other.
    Quotient(Term, Term, f64),
}

/// The figures of a release, in which such relations are looked for and held.
pub(super) struct Figured<'a> {
    pub(super) figures: &'a [Figures],
    pub(super) atlas: &'a Atlas,
    pub(super) forest: &'a Forest,
}

impl Derived {
    fn terms(&self) -> Vec<Term> {
        match &self.form {
            Form::Sum(terms, _) => terms.iter().map(|(term, _)| *term).collect(),
            Form::Quotient(over, under, _) => vec![*over, *under],
        }
    }

    /// `drop-gap = drop - drop (state)`.
    fn words(&self, of: &Figured<'_>) -> String {
        let name = |term: &Term| term.words(of);
        let made = match &self.form {
            Form::Sum(terms, constant) => {
                let mut text = String::new();
                for (term, k) in terms {
                    let sign = match (k < &0.0, text.is_empty()) {
                        (true, true) => "-",
                        (true, false) => " - ",
                        (false, true) => "",
                        (false, false) => " + ",
                    };
                    let times =
                        if (k.abs() - 1.0).abs() < 1e-3 { String::new() } else { format!("{} x ", short(k.abs())) };
                    text.push_str(&format!("{sign}{times}{}", name(term)));
                }
                if short(*constant) == "0" { text } else { format!("{text} + {}", short(*constant)) }
            }
            Form::Quotient(over, under, times) => {
                let times = if (times - 1.0).abs() < 1e-3 { String::new() } else { format!("{} x ", short(*times)) };
                format!("{times}{} / {}", name(over), name(under))
            }
        };
        format!("{} = {made}", of.figures[self.measure].id)
    }
}

/// A number in three places or so.
fn short(x: f64) -> String {
    let text = if x.abs() >= 10.0 { format!("{x:.1}") } else { format!("{x:.3}") };
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Those that are found, as a release lists them.
pub(super) fn listed(derived: &[Derived], of: &Figured<'_>) -> Vec<SumTaken> {
    let listed: BTreeSet<usize> = (0..of.figures.len()).filter(|&m| of.figures[m].hidden).collect();
    let open = |d: &&Derived| d.terms().iter().all(|term| !listed.contains(&term.measure));
    derived.iter().filter(open).map(|d| SumTaken::new("measures", d.words(of), d.origin)).collect()
}

/// Rows of such figures (measure, row) of which something that they are made of is not told exactly, though they are.
///
/// `how`: what is told of each figure, by measure and row.
pub(super) fn telling_too_much(derived: &[Derived], of: &Figured<'_>, how: &[Vec<Option<How>>]) -> Vec<(usize, usize)> {
    let mut hidden: BTreeSet<(usize, usize)> = BTreeSet::new();
    if derived.is_empty() {
        return Vec::new();
    }
    let tables: Vec<Table> = of.figures.iter().map(Table::of).collect();
    let told = |m: usize, row: usize, students: bool, hidden: &BTreeSet<(usize, usize)>| {
        !hidden.contains(&(m, row)) && of.figures[m].tells_exactly(row, how[m][row], students)
    };
    loop {
        let mut more = Vec::new();
        for d in derived {
            let figures = &of.figures[d.measure];
            for (at, row) in figures.rows.iter().enumerate().filter(|(at, _)| told(d.measure, *at, false, &hidden)) {
                let secret = |term: &Term| {
                    let there = term.place(row, of).and_then(|key| tables[term.measure].row(key));
                    there.is_some_and(|there| !told(term.measure, there, term.students, &hidden))
                };
                if d.terms().iter().any(secret) {
                    more.push((d.measure, at));
                }
            }
        }
        let before = hidden.len();
        hidden.extend(more);
        if hidden.len() == before {
            return hidden.into_iter().collect();
        }
    }
}

/// Hides these figures in what was decided: their students stay as they are.
pub(super) fn hide(rows: &[(usize, usize)], figures: &[Figures], decided: &mut Decided) {
    for &(m, row) in rows {
        let how = &mut decided.how[m][row];
        *how = Some(match how {
            Some(told) if told.tells_students() && figures[m].rows[row].n.is_some() => How::Wide,
            Some(How::Hidden(reason)) => How::Hidden(*reason),
            _ => How::Hidden(Reason::Secondary),
        });
        decided.given_up.push((m, row));
    }
    decided.given_up.sort_unstable();
    decided.given_up.dedup();
}

impl Figures {
    /// Whether a figure is told exactly: its students, or the figure itself.
    fn tells_exactly(&self, row: usize, how: Option<How>, students: bool) -> bool {
        let figure = &self.rows[row];
        let exact = matches!(figure.value, headway_model::Value::Exact { .. });
        match how {
            // Without a number of students it is told as its source has it.
            None => exact && !students && (!self.rule.people || self.rule.uncounted),
            Some(how) if students || self.shape == super::figures::Shape::Count => {
                how.tells_students() && figure.n.is_some()
            }
            Some(how) => how == How::Shown,
        }
    }
}
