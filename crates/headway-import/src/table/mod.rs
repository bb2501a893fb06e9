//! Files as rows of text cells, whatever they are inside.

mod archive;
mod block;
mod decode;
mod raised;
mod record;
mod section;
mod shown;
mod source;
mod twice;
mod workbook;

pub use archive::look_through_workbook;
pub(crate) use block::{BlockReader, TextBlock};
pub(crate) use raised::{has_raised, lined_up, raise_digits};
pub(crate) use record::{TextRecord, trim_cell};
pub(crate) use shown::is_not_followed;
pub use shown::{ShownCells, ShownFormat};
pub use source::{FileError, SourceData, SourceFile};
pub(crate) use source::{OpenedFile, open_file, open_with};
pub(crate) use workbook::WorkbookSheet;
