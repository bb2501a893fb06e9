//! Statuses of milestones from a file: `id`, `status`, `date` and, where there is one, `note`.

use std::collections::BTreeMap;
use std::path::Path;

use headway_model::plan::{Milestone, MilestoneStatus, Plan, WorkPhase};
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
pub struct Statuses {
    /// Reports that the plan did not have.
    pub new: usize,
    /// Reports that it had already.
    pub known: usize,
    /// Rows that can't be taken. Where there are any, nothing is.
    pub bad: Vec<BadRow>,
    /// New reports that were taken as they are and say nothing of the state: their words are not understood.
    pub unread: Vec<BadRow>,
}

/// Adds the reports of a CSV file to the milestones of `plan`. The id is that of the milestone, with its program's before it
/// (`ewis/launch`) where several programs have one of that id. A report of a day after `today` is not taken.
///
/// # Errors
/// [`Error::Refused`] for a file that can't be read as CSV or lacks one of the columns.
pub fn add_statuses(plan: &mut Plan, file: &Path, today: Date) -> Result<Statuses> {
    let refused = |error: csv::Error| Error::Refused(format!("{}: {error}", file.display()));
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(file).map_err(refused)?;
    let titles = reader.headers().map_err(refused)?.clone();
    let find =
        |name: &str| titles.iter().position(|title| title.trim_start_matches('\u{feff}').eq_ignore_ascii_case(name));
    let wanted = |name: &str| {
        let there: Vec<&str> = titles.iter().collect();
        let lacks = format!("{}: there is no column “{name}” (there are: {})", file.display(), there.join(", "));
        find(name).ok_or(Error::Refused(lacks))
    };
    let (id, status, date, note) = (wanted("id")?, wanted("status")?, wanted("date")?, find("note"));
    let mut told = Statuses::default();
    let mut days = ByDay::new();
    for record in reader.records() {
        let record = record.map_err(refused)?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: usize| record.get(at).unwrap_or_default();
        let why = note.map(cell).filter(|note| !note.is_empty());
        match report(cell(status), cell(date), why, today).and_then(|report| Ok((milestone(plan, cell(id))?, report))) {
            Ok((whose, report)) => days.entry((whose, report.date)).or_default().push((line, report)),
            Err(why) => told.bad.push(BadRow { line, why }),
        }
    }
    for (((program, milestone), day), reports) in days {
        add(&mut plan.programs[program].milestones[milestone], day, reports, &mut told);
    }
    told.unread.sort_by_key(|row| row.line);
    Ok(told)
}

/// The reports of a file with their lines, by milestone (its program's place in the plan and its own) and day.
type ByDay = BTreeMap<((usize, usize), Date), Vec<(u64, MilestoneStatus)>>;

/// Adds what a file says of one milestone on one day. Of several reports of a day the last holds, so one that stands before
/// another is told anew where it comes again: it corrects that other one.
fn add(milestone: &mut Milestone, day: Date, mut reports: Vec<(u64, MilestoneStatus)>, told: &mut Statuses) {
    let all = reports.len();
    reports.dedup_by(|a, b| a.1 == b.1);
    milestone.history.sort_by_key(|it| it.date);
    let known: Vec<MilestoneStatus> = milestone.history.iter().filter(|it| it.date == day).cloned().collect();
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
        milestone.history.push(report);
    }
    milestone.history.sort_by_key(|it| it.date);
}

fn report(status: &str, date: &str, note: Option<&str>, today: Date) -> std::result::Result<MilestoneStatus, String> {
    if status.is_empty() {
        return Err("there is no status".to_owned());
    }
    let date: Date = date.parse().map_err(|_| format!("“{date}” is no date: write it like 2026-03-31"))?;
    if date > today {
        return Err(format!("{date} is after today, {today}: a report is of a day that has come"));
    }
    Ok(MilestoneStatus { date, status: status.to_owned(), note: note.map(str::to_owned) })
}

/// Where the plan has the milestone of this id: its program's place, and its own.
fn milestone(plan: &Plan, id: &str) -> std::result::Result<(usize, usize), String> {
    let mut found = Vec::new();
    for (i, program) in plan.programs.iter().enumerate() {
        for (j, milestone) in program.milestones.iter().enumerate() {
            let full = format!("{}/{}", program.id, milestone.id);
            if full == id {
                return Ok((i, j));
            }
            if milestone.id == id {
                found.push((full, (i, j)));
            }
        }
    }
    match found.as_slice() {
        [(_, only)] => Ok(*only),
        [] => Err(format!("the plan has no milestone “{id}”")),
        _ => {
            let ids: Vec<String> = found.into_iter().map(|(full, _)| full).collect();
            Err(format!("“{id}” is a milestone of several programs: write one of {}", ids.join(", ")))
        }
    }
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
}
