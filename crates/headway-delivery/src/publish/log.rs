//! The decision log: what was hidden of each figure, by which rule, with the true counts. For the agency only.

use std::fs;
use std::path::{Path, PathBuf};

use headway_model::Period;

use super::figures::{Figure, Figures};
use super::files::write_to;
use super::prepare::Prepared;
use super::told::How;
use super::{Reason, coding};
use crate::{Error, Result};

/// The workspace's folder with the decisions of releases.
const FOLDER: &str = "releases";

/// Where the decisions of a release lie. It is made after the store knows the release.
pub(super) fn folder_of(workspace: &Path, agency: &str, number: u32) -> PathBuf {
    workspace.join(FOLDER).join(format!("{}-{number:04}", agency.replace(['/', '\\'], "_")))
}

impl Prepared {
    /// Writes every decision into the workspace (`releases/AGENCY-NUMBER/decisions.csv`). Gives the file.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn write_log(&self, workspace: &Path) -> Result<PathBuf> {
        let release = &self.release;
        let folder = folder_of(workspace, &release.agency, release.number);
        headway_store::private_folder(&folder).map_err(|e| Error::file(&folder, e))?;
        let file = folder.join("decisions.csv");
        // Written before anything is in it.
        fs::write(&file, "").and_then(|()| headway_store::keep_private(&file)).map_err(|e| Error::file(&file, e))?;
        write_to(&file, |out| {
            let mut csv = csv::Writer::from_writer(out);
            csv.write_record([
                "release",
                "measure",
                "place",
                "group",
                "grade",
                "period",
                "decision",
                "rule",
                "rule_version",
                "students",
                "amount",
            ])?;
            for (m, (figures, how)) in self.figures.iter().zip(&self.decided.how).enumerate() {
                for (row, (figure, how)) in figures.rows.iter().zip(how).enumerate() {
                    let made_of = self.decided.made_of.contains(&(m, row)).then_some(How::Hidden(Reason::MadeOf));
                    let how = made_of.or(*how);
                    let Some((decision, rule)) = figures.decision(figure, how, self.is_all(figure)) else { continue };
                    csv.write_record([
                        release.number.to_string().as_str(),
                        &figures.id,
                        self.atlas.places.text(figure.place),
                        self.atlas.groups.text(figure.group),
                        self.atlas.grades.text(figure.grade),
                        &Period { kind: figures.kind, ordinal: figure.period }.to_string(),
                        decision,
                        &rule,
                        figures.rule.version,
                        &figure.n.map(|n| n.to_string()).unwrap_or_default(),
                        &figure.amount.map(|k| k.to_string()).unwrap_or_default(),
                    ])?;
                }
            }
            csv.flush()
        })?;
        Ok(file)
    }

    fn is_all(&self, figure: &Figure) -> bool {
        self.atlas.groups.text(figure.group) == headway_model::ALL
    }
}

impl Figures {
    /// What was decided of a figure that is not told as it is, and by which rule.
    fn decision(&self, figure: &Figure, how: Option<How>, all_students: bool) -> Option<(&'static str, String)> {
        let n_size = self.rule.least();
        Some(match how? {
            How::Shown => return None,
            How::Source | How::Absent => ("as the source", "no count of the source's is known".to_owned()),
            How::Wide => {
                ("result hidden", "secondary: somebody's result would follow from it, even from a range".to_owned())
            }
            How::Hidden(Reason::FewStudents) => ("hidden", format!("n-size {n_size}")),
            How::Hidden(Reason::Complement) => ("hidden", format!("complement: others fewer than {n_size}")),
            How::Hidden(Reason::Secondary) => {
                ("hidden", "secondary: somebody's number of students would follow from it".to_owned())
            }
            How::Hidden(Reason::BySource) => ("hidden", "suppressed by the source".to_owned()),
            How::Hidden(Reason::Uncounted) => ("hidden", "no number of students is known".to_owned()),
            How::Hidden(Reason::MadeOf) => {
                ("result hidden", "no count of its own: it may be made of figures that are hidden here".to_owned())
            }
            How::Range(..) => {
                let (n, k) = (figure.n?, figure.amount?);
                if self.rule.bands.is_some() && coding::band(n, k, all_students).is_some() {
                    ("band", "federal bands".to_owned())
                } else if coding::extreme(&self.rule, n, k).is_some() {
                    ("range", "0 and 100 % coding: few reached it, or few did not".to_owned())
                } else {
                    ("range", "secondary: somebody's result would follow from it".to_owned())
                }
            }
        })
    }
}
