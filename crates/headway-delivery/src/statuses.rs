//! Statuses of milestones from a file: `id`, `status`, `date` and, where there is one, `note`.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use headway_files::small;
use headway_model::plan::{MilestoneStatus, Plan, WorkPhase};
use jiff::civil::Date;

use crate::{Error, Result};

/// Words to choose from, for whoever wrote one that is not known.
const KNOWN: &str = "Not started, In progress, On hold, Done, Cancelled, and shares like 50%";

/// A row that was not taken, or not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// Its line in the file, the titles being line 1.
    pub line: u64,
    /// Why.
    pub why: String,
}

/// What a file of statuses says to a plan.
#[derive(Clone, Debug, Default)]
pub struct StatusFileReport {
    /// Reports that the plan did not have.
    pub new: usize,
    /// Reports that it had already.
    pub known: usize,
    /// Rows that can't be taken. Where there are any, nothing is.
    pub bad: Vec<BadRow>,
    /// New reports that were taken as they are and say nothing of the state: their words are not known.
    pub unread: Vec<BadRow>,
}

/// Adds the reports of a CSV file to the milestones of `plan`. The id is that of the milestone, with its program's before it
/// (`ewis/launch`) where several programs have one of that id. A report of a day after `today` is not taken.
///
/// # Errors
/// [`Error::Refused`] for a file that can't be read as CSV, lacks one of the columns or has one twice; [`Error::File`] for one
/// that is larger than 64 MB or no file on disk.
pub fn add_statuses(plan: &mut Plan, file: &Path, today: Date) -> Result<StatusFileReport> {
    let refused = |error: csv::Error| Error::Refused(format!("{}: {error}", file.display()));
    let bytes = small::read_bytes(file).map_err(|error| Error::for_file(file, error))?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes.as_slice());
    let columns = StatusColumns::from_titles(reader.headers().map_err(refused)?)
        .map_err(|why| Error::Refused(format!("{}: {why}", file.display())))?;
    let mut milestones = MilestoneIndex::from_plan(plan);
    let mut told = StatusFileReport::default();
    let mut days = ByDay::new();
    for record in reader.records() {
        let record = record.map_err(refused)?;
        let line = record.position().map_or(0, |position| line_of(position, &bytes));
        let cell = |at: usize| record.get(at).unwrap_or_default();
        let why = columns.note.map(cell).filter(|note| !note.is_empty());
        let said = parse_report(cell(columns.status), cell(columns.date), why, today);
        match said.and_then(|report| Ok((milestones.find_milestone(cell(columns.id))?, report))) {
            Ok((whose, report)) => days.entry((whose, report.date)).or_default().push((line, report)),
            Err(why) => told.bad.push(BadRow { line, why }),
        }
    }
    for ((whose, day), reports) in days {
        add_reports(milestones.all[whose].history, day, reports, &mut told);
    }
    milestones.all.into_iter().for_each(|milestone| milestone.history.sort_by_key(|report| report.date));
    told.unread.sort_by_key(|row| row.line);
    Ok(told)
}

/// The line of a record. What ends the line before it, or leaves one blank, may still be ahead of its position.
fn line_of(position: &csv::Position, bytes: &[u8]) -> u64 {
    let ahead = bytes.iter().skip(position.byte() as usize).take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + ahead.filter(|byte| **byte == b'\n').count() as u64
}

/// Where the columns stand.
struct StatusColumns {
    id: usize,
    status: usize,
    date: usize,
    note: Option<usize>,
}

impl StatusColumns {
    fn from_titles(titles: &csv::StringRecord) -> std::result::Result<Self, String> {
        let find = |name: &str| {
            let is = |title: &str| title.trim_start_matches('\u{feff}').eq_ignore_ascii_case(name);
            let mut found = titles.iter().enumerate().filter(|(_, title)| is(title)).map(|(at, _)| at);
            match (found.next(), found.next()) {
                (first, None) => Ok(first),
                _ => Err(format!("there are several columns “{name}”: which of them is meant is not known. Keep one")),
            }
        };
        let wanted = |name: &str| {
            let there: Vec<&str> = titles.iter().collect();
            find(name)?.ok_or_else(|| format!("there is no column “{name}” (there are: {})", there.join(", ")))
        };
        Ok(Self { id: wanted("id")?, status: wanted("status")?, date: wanted("date")?, note: find("note")? })
    }
}

/// The milestones of a plan by what a row may call them, so that a row costs the same in a file of any length.
struct MilestoneIndex<'p> {
    all: Vec<ReportedMilestone<'p>>,
    /// By id with the program's, and by id alone; a name of several means none of them.
    by_name: HashMap<String, Vec<usize>>,
}

/// A milestone and what was reported of it.
struct ReportedMilestone<'p> {
    full: String,
    history: &'p mut Vec<MilestoneStatus>,
}

/// The reports of a file with their lines, by milestone (its number in [`MilestoneIndex`]) and day.
type ByDay = BTreeMap<(usize, Date), Vec<(u64, MilestoneStatus)>>;

/// Adds what a file says of one milestone on one day. Of several reports of a day the last holds, so one that stands before
/// another is told anew where it comes again: it corrects that other one.
fn add_reports(
    history: &mut Vec<MilestoneStatus>,
    day: Date,
    mut reports: Vec<(u64, MilestoneStatus)>,
    told: &mut StatusFileReport,
) {
    let all = reports.len();
    reports.dedup_by(|a, b| a.1 == b.1);
    let known: Vec<MilestoneStatus> = history.iter().filter(|it| it.date == day).cloned().collect();
    let ends_so =
        |n: &usize| known.len() >= *n && known[known.len() - n..].iter().eq(reports[..*n].iter().map(|it| &it.1));
    let held = (0..=reports.len()).rev().find(ends_so).unwrap_or_default();
    let new = reports.split_off(held);
    told.known += all - new.len();
    told.new += new.len();
    for (line, report) in new {
        if WorkPhase::of_word(&report.status).is_none() {
            let why = format!(
                "“{}” is not understood as a whole. It is kept as written, and says nothing of the state; understood are \
                 {KNOWN}, with nothing beside them: put the rest into the note",
                report.status
            );
            told.unread.push(BadRow { line, why });
        }
        history.push(report);
    }
}

impl<'p> MilestoneIndex<'p> {
    fn from_plan(plan: &'p mut Plan) -> Self {
        let (mut all, mut by_name): (Vec<ReportedMilestone<'p>>, HashMap<String, Vec<usize>>) = Default::default();
        for program in &mut plan.programs {
            for milestone in &mut program.milestones {
                let full = format!("{}/{}", program.id, milestone.id);
                by_name.entry(milestone.id.clone()).or_default().push(all.len());
                milestone.history.sort_by_key(|report| report.date);
                all.push(ReportedMilestone { full, history: &mut milestone.history });
            }
        }
        // A full name means one, whatever else is called so.
        for (at, milestone) in all.iter().enumerate() {
            by_name.insert(milestone.full.clone(), vec![at]);
        }
        Self { all, by_name }
    }

    fn find_milestone(&self, id: &str) -> std::result::Result<usize, String> {
        match self.by_name.get(id).map(Vec::as_slice) {
            Some(&[at]) => Ok(at),
            None | Some([]) => Err(format!("the plan has no milestone “{id}”")),
            Some(several) => {
                let ids: Vec<&str> = several.iter().map(|at| self.all[*at].full.as_str()).collect();
                Err(format!("“{id}” is a milestone of several programs: write one of {}", ids.join(", ")))
            }
        }
    }
}

fn parse_report(
    status: &str,
    date: &str,
    note: Option<&str>,
    today: Date,
) -> std::result::Result<MilestoneStatus, String> {
    if status.is_empty() {
        return Err("there is no status".to_owned());
    }
    if status.chars().chain(note.unwrap_or_default().chars()).any(shows_nothing) {
        return Err("the status or its note has characters that show nothing (control characters, marks of direction)"
            .to_owned());
    }
    let date: Date = date.parse().map_err(|_| format!("“{date}” is no date: write it like 2026-03-31"))?;
    if date > today {
        return Err(format!("{date} is after today, {today}: a report is of a day that has come"));
    }
    Ok(MilestoneStatus { date, status: status.to_owned(), note: note.map(str::to_owned) })
}

/// Whether a character is none that a reader sees: lines and tabs of a note are.
fn shows_nothing(letter: char) -> bool {
    let is_mark = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    is_mark || (letter.is_control() && !matches!(letter, '\n' | '\r' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        let program = |id: &str, steps: &[&str]| {
            let steps: Vec<_> = steps.iter().map(|id| serde_json::json!({ "id": id, "name": id })).collect();
            serde_json::json!({ "id": id, "name": id, "milestones": steps })
        };
        serde_json::from_value(serde_json::json!({
            "agency": { "id": "a", "name": "A" }, "plan": { "id": "p", "edition": "2026" },
            "programs": [program("one", &["x", "y"]), program("two", &["x"])]
        }))
        .expect("a plan")
    }

    #[test]
    fn every_row_is_taken_or_refused_by_its_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("s.csv");
        let rows = "id,status,date\ny,In Progress,2026-02-01\ntwo/x,Done,2026-03-01\ny,Started,2026-01-01\n\
                    y,In Progress,2026-02-01\nx,Done,2026-03-01\nz,Done,2026-03-01\ny,Done,soon\ny,,2026-03-01\ny,Done,2026-04-02\ny,Green,2026-03-31\n";
        std::fs::write(&file, rows).expect("it is written");
        let (mut plan, today) = (plan(), jiff::civil::date(2026, 4, 1));
        let told = add_statuses(&mut plan, &file, today).expect("it is CSV");
        assert_eq!((told.new, told.known), (4, 1));
        assert!(
            told.unread.len() == 1 && told.unread[0].line == 11 && told.unread[0].why.contains("“Green”"),
            "{:?}",
            told.unread
        );
        let lines: Vec<u64> = told.bad.iter().map(|bad| bad.line).collect();
        assert_eq!(lines, [6, 7, 8, 9, 10], "{:?}", told.bad);
        assert!(told.bad[4].why.contains("after today"), "{:?}", told.bad[4]);
        assert!(told.bad[0].why.contains("one/x, two/x"), "{:?}", told.bad[0]);
        let history: Vec<&str> = plan.programs[0].milestones[1].history.iter().map(|it| it.status.as_str()).collect();
        assert_eq!(history, ["Started", "In Progress", "Green"], "oldest first");
        // Lines are those of an editor, whatever ends them.
        for (end, blank) in [("\n", ""), ("\r\n", ""), ("\r\n", "\r\n"), ("\n", "\n")] {
            let text = format!("id,status,date{end}{blank}one/y,Done,2026-03-01{end}z,Done,2026-03-01{end}");
            std::fs::write(&file, &text).expect("it is written");
            let told = add_statuses(&mut self::plan(), &file, today).expect("it is CSV");
            let line = 3 + u64::from(!blank.is_empty());
            assert_eq!(told.bad.iter().map(|bad| bad.line).collect::<Vec<_>>(), [line], "{text:?}");
        }
        std::fs::write(&file, "id,state\n").expect("it is written");
        assert!(
            add_statuses(&mut plan, &file, today).is_err_and(|error| error.to_string().contains("no column “status”"))
        );
    }

    #[test]
    fn a_report_of_a_day_can_be_corrected_and_the_last_one_holds() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("s.csv");
        let (mut plan, today) = (plan(), jiff::civil::date(2026, 4, 1));
        let mut told = |rows: &[&str]| {
            let rows: String = rows.iter().map(|status| format!("y,{status},2026-02-01\n")).collect();
            std::fs::write(&file, format!("id,status,date\n{rows}")).expect("it is written");
            let told = add_statuses(&mut plan, &file, today).expect("it is CSV");
            let history = plan.programs[0].milestones[1].history.iter().map(|it| it.status.clone());
            (told.new, told.known, history.collect::<Vec<_>>().join(", "))
        };
        assert_eq!(told(&["Done"]), (1, 0, "Done".to_owned()));
        assert_eq!(told(&["In progress"]), (1, 0, "Done, In progress".to_owned()));
        assert_eq!(told(&["Done", "In progress"]), (0, 2, "Done, In progress".to_owned()), "the same again");
        assert_eq!(told(&["Done"]), (1, 0, "Done, In progress, Done".to_owned()), "a correction of the correction");
        assert_eq!(told(&["Done"]), (0, 1, "Done, In progress, Done".to_owned()));
        assert_eq!(told(&["Done", "Not 100% done"]), (1, 1, "Done, In progress, Done, Not 100% done".to_owned()));
    }

    fn told_of(text: &str) -> Result<StatusFileReport> {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("s.csv");
        std::fs::write(&file, text).expect("it is written");
        add_statuses(&mut plan(), &file, jiff::civil::date(2026, 4, 1))
    }

    #[test]
    fn columns_of_one_name_and_hidden_characters_are_refused() {
        let error = told_of("id,status,date,Status\ny,Done,2026-03-01,Late\n").expect_err("which one?").to_string();
        assert!(error.contains("several columns “status”"), "{error}");
        let told = told_of("id,status,date\ny,Do\u{202e}ne,2026-03-01\ny,Do\u{1b}[31mne,2026-03-01\n").expect("CSV");
        assert_eq!((told.new, told.bad.len()), (0, 2), "{told:?}");
        assert!(told.bad[0].why.contains("show nothing"), "{told:?}");
    }

    #[test]
    fn a_long_file_takes_no_longer_by_the_row() {
        let rows: Vec<String> = (0..60_000).map(|i| format!("y,Step {i},2026-03-{:02}", 1 + i % 28)).collect();
        let told = told_of(&format!("id,status,date\n{}\n", rows.join("\n"))).expect("CSV");
        assert_eq!(told.new, 60_000);
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_no_file() {
        let told = add_statuses(&mut plan(), Path::new("/dev/zero"), jiff::civil::date(2026, 4, 1));
        assert!(told.is_err_and(|error| error.to_string().contains("not a file on disk")));
    }
}
