//! Figures that are made of others: a difference of rates, an index with weights over outcomes, a quotient. Where one of those is
//! not told exactly, such a figure would tell of it, and is hidden too.

mod elsewhere;
mod order;
mod ratios;
mod search;
mod table;
mod terms;
mod weights;
mod withheld;

use std::collections::BTreeSet;

use super::atlas::{CodeNumbers, PeriodHierarchies};
use super::figures::{CountKind, MeasureFigures};
use super::formulas::SumOrigin;
use super::step::StepDecisions;
use super::told::Disclosure;
use super::{HiddenReason, SumTaken};
pub(super) use elsewhere::{no_longer_told, rows_that_follow};
use table::FigureTable;
use terms::{DerivedTerm, What};
pub(super) use withheld::Withheld;

/// What a measure's figures are made of.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DerivedMeasure {
    /// The measure.
    measure: usize,
    form: DerivationForm,
    origin: SumOrigin,
}

/// How a figure is made.
#[derive(Clone, Debug, PartialEq)]
enum DerivationForm {
    /// Terms with coefficients, and a constant.
    Sum(Vec<(DerivedTerm, f64)>, f64),
    /// So many times one over the other.
    Quotient(DerivedTerm, DerivedTerm, f64),
    /// A sum over another, or over a count.
    Ratio(Vec<(DerivedTerm, f64)>, Vec<(DerivedTerm, f64)>),
    /// About one over the other.
    Near(DerivedTerm, DerivedTerm),
}

/// The figures of a release, in which such relations are looked for and held.
pub(super) struct DerivationContext<'a> {
    pub(super) figures: &'a [MeasureFigures],
    pub(super) atlas: &'a CodeNumbers,
    pub(super) forest: &'a PeriodHierarchies,
}

impl DerivationForm {
    /// Whether it only adds and takes away figures of single places.
    fn is_plain(&self) -> bool {
        let Self::Sum(terms, _) = self else { return false };
        terms.iter().all(|(term, k)| (k.abs() - 1.0).abs() < 1e-3 && !term.of.is_below())
    }

    /// Whether these are all figures of the row itself.
    fn is_here(&self) -> bool {
        let Self::Sum(terms, _) = self else { return false };
        terms.iter().all(|(term, _)| *term == DerivedTerm::own_figure(term.measure))
    }
}

impl DerivedMeasure {
    fn terms(&self) -> Vec<DerivedTerm> {
        match &self.form {
            DerivationForm::Sum(terms, _) => terms.iter().map(|(term, _)| *term).collect(),
            DerivationForm::Quotient(over, under, _) | DerivationForm::Near(over, under) => vec![*over, *under],
            DerivationForm::Ratio(over, under) => over.iter().chain(under).map(|(term, _)| *term).collect(),
        }
    }

    /// `drop-gap = drop - drop (state)`.
    fn equation_text(&self, of: &DerivationContext<'_>) -> String {
        let name = |term: &DerivedTerm| term.term_text(of);
        let made = match &self.form {
            DerivationForm::Sum(terms, constant) => {
                let text = sum_text(terms, &name);
                if short_number(*constant) == "0" { text } else { format!("{text} + {}", short_number(*constant)) }
            }
            DerivationForm::Quotient(over, under, times) => {
                let times =
                    if (times - 1.0).abs() < 1e-3 { String::new() } else { format!("{} x ", short_number(*times)) };
                format!("{times}{} / {}", name(over), name(under))
            }
            DerivationForm::Ratio(over, under) => {
                let side = |terms: &[(DerivedTerm, f64)]| match terms.len() {
                    1 => sum_text(terms, &name),
                    _ => format!("({})", sum_text(terms, &name)),
                };
                format!("{} / {}", side(over), side(under))
            }
            DerivationForm::Near(over, under) => format!("about {} / {}", name(over), name(under)),
        };
        format!("{} = {made}", of.figures[self.measure].id)
    }
}

/// `2 x a - b`.
fn sum_text(terms: &[(DerivedTerm, f64)], name: &dyn Fn(&DerivedTerm) -> String) -> String {
    let mut text = String::new();
    for (term, k) in terms {
        let sign = match (k < &0.0, text.is_empty()) {
            (true, true) => "-",
            (true, false) => " - ",
            (false, true) => "",
            (false, false) => " + ",
        };
        let times = if (k.abs() - 1.0).abs() < 1e-3 { String::new() } else { format!("{} x ", short_number(k.abs())) };
        text.push_str(&format!("{sign}{times}{}", name(term)));
    }
    text
}

/// A number in three places or so.
fn short_number(x: f64) -> String {
    let text = if x.abs() >= 10.0 { format!("{x:.1}") } else { format!("{x:.3}") };
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Those that are found, as a release lists them: of the agency's own measures, the first so many, alone.
pub(super) fn list_derived(derived: &[DerivedMeasure], of: &DerivationContext<'_>, own: usize) -> Vec<SumTaken> {
    let open = |term: &DerivedTerm| term.measure < own && !of.figures[term.measure].hidden;
    let derived = derived.iter().filter(|d| d.terms().iter().all(open));
    derived.map(|d| SumTaken::new("measures", d.equation_text(of), d.origin)).collect()
}

/// Rows of such figures (measure, row) that are told exactly though something that they are made of is not. A figure without a row
/// is not told either, where its measure has rows of other places: who left it out had a reason.
///
/// `how`: what is told of each figure, by measure and row; `withheld`: what is not told of other agencies' figures.
pub(super) fn telling_too_much(
    derived: &[DerivedMeasure],
    of: &DerivationContext<'_>,
    (how, withheld): (&[Vec<Option<Disclosure>>], &Withheld),
) -> Vec<(usize, usize)> {
    let mut hidden: BTreeSet<(usize, usize)> = BTreeSet::new();
    if derived.is_empty() {
        return Vec::new();
    }
    let tables: Vec<FigureTable> = of.figures.iter().map(FigureTable::from_figures).collect();
    let told = |m: usize, row: usize, what: What, hidden: &BTreeSet<(usize, usize)>| {
        !hidden.contains(&(m, row)) && of.figures[m].tells_exactly(row, how[m][row], what)
    };
    loop {
        let mut more = Vec::new();
        for d in derived {
            let figures = &of.figures[d.measure];
            let exact = |at: &usize| told(d.measure, *at, What::Figure, &hidden);
            for (at, row) in figures.rows.iter().enumerate().filter(|(at, _)| exact(at)) {
                let secret = |term: &DerivedTerm| {
                    let table = &tables[term.measure];
                    term.keys_for_row(row, of).any(|key| match table.row_at(key) {
                        Some(there) => !told(term.measure, there, term.what, &hidden),
                        None => withheld.has_key(term, key) || !term.of.is_below() && table.lacks_row(key),
                    })
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
pub(super) fn hide_rows(rows: &[(usize, usize)], figures: &[MeasureFigures], decided: &mut StepDecisions) {
    for &(m, row) in rows {
        let how = &mut decided.how[m][row];
        *how = Some(match how {
            Some(told) if told.tells_students() && figures[m].has_students(row) => Disclosure::Wide,
            Some(Disclosure::Hidden(reason)) => Disclosure::Hidden(*reason),
            _ => Disclosure::Hidden(HiddenReason::Secondary),
        });
        decided.given_up.push((m, row));
    }
    decided.given_up.sort_unstable();
    decided.given_up.dedup();
}

impl MeasureFigures {
    /// Whether a figure has a number of students besides the figure itself.
    fn has_students(&self, row: usize) -> bool {
        self.shape != CountKind::Count && self.rows[row].n.is_some()
    }

    /// Whether this of a figure is told exactly.
    fn tells_exactly(&self, row: usize, how: Option<Disclosure>, what: What) -> bool {
        let figure = &self.rows[row];
        let exact = matches!(figure.value, headway_model::Value::Exact { .. });
        match how {
            // Without a number of students it is told as its source has it.
            None => exact && what == What::Figure && (!self.rule.people || self.rule.uncounted),
            Some(how) if what == What::Students || self.shape == CountKind::Count => {
                how.tells_students() && figure.n.is_some()
            }
            Some(how) => how == Disclosure::Shown,
        }
    }
}
