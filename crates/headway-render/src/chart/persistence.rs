//! The map of persistence: places by years, who stood out in which, and who in all of them.

use headway_model::{Period, PeriodKind};

use crate::{
    Chart, ChartFrame, DataTable, MeasureUnit, TableColumn,
    canvas::{SvgCanvas, SvgPath, TextAnchor, TextStyle},
    format,
    frame::EDGE,
    palette,
};

/// A row a place, a column a year. Each cell says by its shape where the result lay: a filled triangle up where it stood out as
/// better, down and hollow where it stood out as worse, a short line above or below the middle where it did not stand out.
#[derive(Clone, Debug, PartialEq)]
pub struct PersistenceChart {
    /// Headline, subtitle, source, id.
    pub frame: ChartFrame,
    /// Unit of the distances.
    pub unit: MeasureUnit,
    /// The years, oldest first.
    pub years: Vec<Period>,
    /// The places, from top to bottom.
    pub rows: Vec<PersistentPlace>,
    /// How many places stood out and are not among the rows.
    pub more: usize,
}

/// One place of a [`PersistenceChart`].
#[derive(Clone, Debug, PartialEq)]
pub struct PersistentPlace {
    /// Its name.
    pub name: String,
    /// Whether it is a bright spot: its name is set bold, with a star.
    pub bright: bool,
    /// Year by year, as many as there are years; `None` without a result.
    pub years: Vec<Option<YearMark>>,
}

/// Where a place's result lay in one year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct YearMark {
    /// Above its expectation beyond chance (`Some(true)`), below it beyond chance (`Some(false)`), or neither.
    pub stands_out: Option<bool>,
    /// Distance from expectation, plus is the better side.
    pub distance: f64,
}

impl YearMark {
    fn label_text(self) -> &'static str {
        match (self.stands_out, self.distance >= 0.0) {
            (Some(true), _) => "stands out as better",
            (Some(false), _) => "stands out as worse",
            (None, true) => "above expectation",
            (None, false) => "below expectation",
        }
    }
}

impl PersistentPlace {
    fn known_years(&self) -> impl Iterator<Item = YearMark> {
        self.years.iter().flatten().copied().filter(|y| y.distance.is_finite())
    }

    fn count_better(&self) -> usize {
        self.known_years().filter(|y| y.stands_out == Some(true)).count()
    }

    /// Better than expected beyond chance in every year with a result, two at least.
    fn in_all(&self) -> bool {
        let n = self.known_years().count();
        n >= 2 && self.count_better() == n
    }

    /// The name, with a star for a bright spot.
    fn starred_name(&self) -> String {
        format!("{}{}", if self.bright { "★ " } else { "" }, self.name)
    }

    /// How often, in words.
    fn how_often(&self) -> String {
        let (better, n) = (self.count_better(), self.known_years().count());
        if self.in_all() { format!("all {n}") } else { format!("{better} of {n}") }
    }
}

const ROW: f64 = 20.0;
/// A row with its name above the years.
const TALL: f64 = 36.0;
const SHAPE: f64 = 5.5;
const NAME: TextStyle = TextStyle::AXIS;
const BOLD: TextStyle = TextStyle::title(11.5);

impl PersistenceChart {
    fn describe_data(&self) -> String {
        let all = self.rows.iter().filter(|r| r.in_all()).count();
        let rows = self.rows.iter().map(|r| format!("{}: {}", r.name, r.how_often())).collect::<Vec<_>>();
        let years = format::count_with_noun(self.years.len(), "year", "years");
        if rows.is_empty() {
            return "No place stood out in any year.".to_owned();
        }
        format!("Over {years}, {all} of those shown stood out as better in all. Years as better: {}.", rows.join("; "))
    }

    fn draw_chart(&self, width: f64) -> String {
        let (mut canvas, top) = self.frame.open_picture(width);
        if self.rows.is_empty() || self.years.is_empty() {
            canvas.draw_text(EDGE, top + 16.0, TextAnchor::Start, TextStyle::SUB, "No place stood out in any year");
            return self.frame.close_picture(
                canvas,
                width,
                top + 22.0,
                &[],
                &self.frame.detail_text(&self.describe_data()),
            );
        }
        let often = self
            .rows
            .iter()
            .map(|r| TextStyle::AXIS.text_width(&r.how_often()))
            .fold(TextStyle::AXIS.text_width("Better in"), f64::max);
        let (room, x1) = (self.name_room(width, often), width - EDGE - often - 8.0);
        // Names that don't fit beside the years stand above them: cut short they would be no names.
        let beside = self.rows.iter().all(|r| BOLD.text_width(&r.starred_name()) <= room - EDGE - 6.0);
        let (names, row, line) = if beside { (room, ROW, ROW / 2.0) } else { (EDGE, TALL, 10.0) };
        let step = (x1 - names) / self.years.len() as f64;
        let at = |i: usize| names + (i as f64 + 0.5) * step;
        self.draw_head(&mut canvas, &at, (x1, width), top + 10.0);
        let mut y = top + 18.0;
        let (mut rails, mut rows) = (SvgPath::new(), Vec::new());
        for place in &self.rows {
            let style = if place.bright { BOLD } else { NAME };
            let most = if beside { room - EDGE - 6.0 } else { x1 - EDGE };
            canvas.text_mid(EDGE, y + line, TextAnchor::Start, style, &style.elide_text(&place.starred_name(), most));
            let style = if place.in_all() { BOLD } else { NAME };
            canvas.text_mid(width - EDGE, y + line, TextAnchor::End, style, &place.how_often());
            rows.push((place, if beside { y + line } else { y + 25.0 }));
            y += row;
            rails.add_horizontal(EDGE, width - EDGE, y);
        }
        canvas.draw_path(&rails, &format!("class=\"hw-grid\" stroke=\"{}\"", palette::GRID));
        self.draw_marks(&mut canvas, &rows, &at);
        self.frame.close_picture(
            canvas,
            width,
            y + 4.0,
            &self.chart_notes(),
            &self.frame.detail_text(&self.describe_data()),
        )
    }

    /// Pixels for the names: what the longest needs, and never more than leaves each year its place.
    fn name_room(&self, width: f64, often: f64) -> f64 {
        let widest = self.rows.iter().map(|r| BOLD.text_width(&r.name) + BOLD.text_width("★ ")).fold(60.0, f64::max)
            + EDGE
            + 8.0;
        let years = (2.0 * SHAPE + 4.0) * self.years.len() as f64;
        widest.min(width * 0.45).min(width - often - years - 2.0 * EDGE).max(60.0)
    }

    /// The years above their columns, as many as fit, the last first; two figures where a whole year is too wide.
    fn draw_head(&self, canvas: &mut SvgCanvas, at: &dyn Fn(usize) -> f64, (x1, width): (f64, f64), y: f64) {
        let last = self.years.len() - 1;
        let step = if last == 0 { x1 } else { at(1) - at(0) };
        let whole = |i: usize| format::period_axis(self.years[i]);
        let fits = (0..=last).all(|i| TextStyle::AXIS.text_width(&whole(i)) + 4.0 <= step);
        let by_year = !matches!(self.years[0].kind, PeriodKind::Quarter | PeriodKind::Month | PeriodKind::Day);
        let mut free = x1 + 4.0;
        for i in (0..=last).rev() {
            let text =
                if fits || !by_year { whole(i) } else { format!("’{:02}", self.years[i].year().rem_euclid(100)) };
            let half = TextStyle::AXIS.text_width(&text) / 2.0;
            if at(i) + half <= free && at(i) - half >= EDGE {
                canvas.draw_text(at(i), y, TextAnchor::Middle, TextStyle::AXIS, &text);
                free = at(i) - half - 4.0;
            }
        }
        canvas.draw_text(width - EDGE, y, TextAnchor::End, TextStyle::AXIS, "Better in");
    }

    fn draw_marks(&self, canvas: &mut SvgCanvas, rows: &[(&PersistentPlace, f64)], at: &dyn Fn(usize) -> f64) {
        let (mut better, mut worse, mut within) = (SvgPath::new(), SvgPath::new(), SvgPath::new());
        for (row, y) in rows {
            for (i, mark) in row.years.iter().enumerate().take(self.years.len()) {
                let (Some(mark), x) = (mark.filter(|m| m.distance.is_finite()), at(i)) else { continue };
                let (left, right) = (x - SHAPE, x + SHAPE);
                match mark.stands_out {
                    Some(true) => better.add_area([(left, y + SHAPE - 1.0), (right, y + SHAPE - 1.0), (x, y - SHAPE)]),
                    Some(false) => worse.add_area([(left, y - SHAPE + 1.0), (right, y - SHAPE + 1.0), (x, y + SHAPE)]),
                    None if mark.distance >= 0.0 => within.add_horizontal(x - 3.5, x + 3.5, y - 3.5),
                    None => within.add_horizontal(x - 3.5, x + 3.5, y + 3.5),
                };
            }
        }
        canvas.draw_path(&within, &format!("stroke=\"{}\" stroke-width=\"2\"", palette::CROWD));
        canvas.draw_path(&worse, &format!("fill=\"#fff\" stroke=\"{}\" stroke-width=\"1.6\"", palette::BAD));
        canvas.draw_path(&better, &format!("fill=\"{}\"", palette::GOOD));
    }

    fn chart_notes(&self) -> Vec<String> {
        let mut notes = vec![
            "Filled triangle up: stands out as better; hollow triangle down: as worse; short line above or below the middle: above or \
             below expectation, within chance; blank: no result"
                .to_owned(),
            "★ bright spot".to_owned(),
        ];
        if self.more > 0 {
            notes.push(format!("{} more stood out in some year", format::count_text(self.more)));
        }
        notes
    }
}

impl Chart for PersistenceChart {
    fn to_svg(&self, width: f64) -> String {
        self.draw_chart(width.max(240.0))
    }

    fn text_alternative(&self) -> String {
        self.frame.full_text(&self.describe_data())
    }

    fn data_table(&self) -> DataTable {
        let row = |r: &PersistentPlace| {
            let mut cells = vec![r.name.clone(), if r.bright { "yes" } else { "no" }.to_owned(), r.how_often()];
            cells.extend((0..self.years.len()).map(|i| match r.years.get(i).copied().flatten() {
                Some(y) if y.distance.is_finite() => {
                    format!("{} ({})", y.label_text(), self.unit.difference_text(y.distance))
                }
                _ => "no result".to_owned(),
            }));
            cells
        };
        let mut columns = ["Place", "Bright spot", "Years as better"].map(TableColumn::text_column).to_vec();
        columns.extend(self.years.iter().map(|y| TableColumn::text_column(format::period_text(*y))));
        DataTable { caption: self.frame.headline.clone(), columns, rows: self.rows.iter().map(row).collect() }
    }
}
