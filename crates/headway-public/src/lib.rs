//! The public site of a release: pages to read from any folder, made of published values and nothing else (invariant 3).
//!
//! One page a file; [`write`] is the table of contents.

mod book;
mod chart;
mod data;
mod folder;
mod frame;
mod index;
mod measure;
mod methods;
mod parts;
mod place;
mod places;
mod promised;
mod words;

use std::path::{Path, PathBuf};

use headway_model::Level;
use headway_release::{Release, file_name};
use maud::Markup;

use book::{PublicMeasure, ReleaseView};
use folder::SiteFolder;
pub use folder::WrittenSize;
use frame::{PublicFrame, PublicSection};

/// The script of the site.
const SITE_SCRIPT: &str = include_str!("site.js");

/// Why the pages can't be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A measure's plan can't be read.
    #[error("{0}")]
    Refused(String),
    /// Two files would have one name, on disks that take `A` and `a` for the same too.
    #[error("{0}: two pages would have this name. Give one of the two another id, and publish again")]
    Twice(String),
    /// A file can't be written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Writes the pages of a release into a folder, beside the data files. What they say is all in the release.
///
/// # Errors
/// [`Error::File`] when a file can't be written; [`Error::Twice`] when two have one name; [`Error::Refused`] when a measure's plan can't be read.
pub fn write_site(release: &Release, folder: &Path) -> Result<WrittenSize, Error> {
    let book = ReleaseView::new(release);
    let mut site = PublicSite { book: &book, folder: SiteFolder::new(folder)?, as_of: as_of(release) };
    let told = book.measures.iter().map(|entry| book.promised_lines(entry)).collect::<Result<Vec<_>, Error>>()?;
    let lines = book.measures.iter().zip(&told).map(|(entry, lines)| book.measure_summary(entry, lines));
    let lines = lines.collect::<Result<Vec<_>, Error>>()?;
    site.write_top_page("index.html", "Results", PublicSection::Measures, &index::index_page(&book, &lines))?;
    for (entry, promised) in book.measures.iter().zip(&told) {
        let path = format!("measure/{}.html", file_name(&entry.plan.id));
        site.write_page_below(
            &path,
            &entry.plan.name,
            PublicSection::Measures,
            &measure::measure_page(&book, entry, promised)?,
        )?;
        site.places_of(entry)?;
    }
    for place in book.places() {
        site.write_page_below(
            &book.page_path(place),
            book.place_name(place),
            PublicSection::Places,
            &place::place_page(&book, place)?,
        )?;
    }
    site.write_name_pages()?;
    site.write_top_page(
        "methods.html",
        "How this site is made",
        PublicSection::Methods,
        &methods::methods_page(&book),
    )?;
    site.write_top_page("data.html", "Data", PublicSection::Data, &data::data_page(&book))?;
    for (path, text) in
        [("style.css", headway_parts::STYLE), ("site.js", SITE_SCRIPT), ("icon.svg", headway_parts::ICON)]
    {
        site.folder.write_file(path, text.as_bytes())?;
    }
    site.folder.write_file("places.js", places::places_script(&book).as_bytes())?;
    Ok(site.folder.written)
}

fn as_of(release: &Release) -> String {
    format!("Release {}, made on {}: figures known on {}.", release.number, release.made_on, release.as_of)
}

/// The site under way.
struct PublicSite<'a> {
    book: &'a ReleaseView<'a>,
    folder: SiteFolder,
    as_of: String,
}

impl PublicSite<'_> {
    /// A page in the folder itself.
    fn write_top_page(
        &mut self,
        path: &str,
        title: &str,
        section: PublicSection,
        content: &Markup,
    ) -> Result<(), Error> {
        self.write_page(path, "", title, section, content)
    }

    /// A page one folder down.
    fn write_page_below(
        &mut self,
        path: &str,
        title: &str,
        section: PublicSection,
        content: &Markup,
    ) -> Result<(), Error> {
        self.write_page(path, "../", title, section, content)
    }

    fn write_page(
        &mut self,
        path: &str,
        root: &'static str,
        title: &str,
        section: PublicSection,
        content: &Markup,
    ) -> Result<(), Error> {
        let release = self.book.release;
        let frame = PublicFrame {
            title,
            root,
            section,
            agency: &release.agency_name,
            as_of: &self.as_of,
            simulated: release.simulated,
        };
        self.folder.write_file(path, &frame::framed_page(&frame, content))
    }

    /// The lists of a measure's places, level by level, in pages.
    fn places_of(&mut self, entry: &PublicMeasure<'_>) -> Result<(), Error> {
        let Some(whole) = entry.whole else { return Ok(()) };
        for level in Level::ALL {
            let places = book::places_of(self.book, whole, level);
            let pages = places.len().div_ceil(places::RESULTS_A_PAGE);
            for (page, places) in places.chunks(places::RESULTS_A_PAGE).enumerate() {
                let content = places::results_page(self.book, entry, whole, level, (page, pages), places)?;
                let path = format!("measure/{}", places::list_address(whole, level, page));
                self.write_page_below(&path, &entry.plan.name, PublicSection::Measures, &content)?;
            }
        }
        Ok(())
    }

    /// The tree of places, from those directly below the agency's own.
    fn write_name_pages(&mut self) -> Result<(), Error> {
        let heads = places::head_places(self.book);
        let pages = heads.len().div_ceil(places::NAMES_A_PAGE).max(1);
        for page in 0..pages {
            let of_page = heads.chunks(places::NAMES_A_PAGE).nth(page).unwrap_or_default();
            let content = places::names_page(self.book, of_page, (page, pages));
            self.write_top_page(&places::names_address(page), "Places", PublicSection::Places, &content)?;
        }
        Ok(())
    }
}
