//! Opens every file, finds its tables, binds the profile to them and runs their rows through readers.

use std::collections::BTreeMap;
use std::sync::{Mutex, mpsc};

use crate::profile::ImportProfile;
use crate::read::{BoundProfile, CodedObservation, HEAD_ROWS, RowChunk, RowReader, SheetHeader};
use crate::table::{BlockReader, FileError, OpenedFile, SourceFile, TextBlock, TextRecord, WorkbookSheet, open_with};

/// What is known of a table before its rows are read.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct TableInfo {
    /// The file.
    pub file: String,
    /// The sheet, in a workbook.
    pub sheet: Option<String>,
    /// The encoding, of a text.
    pub encoding: Option<String>,
    /// The row of the header; 0 without one.
    pub header_row: u64,
    /// Rows above the data: titles and header.
    pub rows_above: u64,
    /// The first text above the header.
    pub title: Option<String>,
    /// The columns, as they are called from here on.
    #[serde(skip)]
    pub columns: Vec<String>,
    /// Columns that the profile names as not wanted.
    pub columns_ignored: Vec<String>,
}

/// What a pass does with tables.
pub(crate) trait TableSink {
    /// A table begins.
    fn begin_table(&mut self, info: TableInfo);
    /// The next rows of it.
    fn take_chunk(&mut self, chunk: &mut RowChunk) -> Result<(), PassStop>;
    /// So many bytes of the current file are read.
    fn report_progress(&mut self, bytes: u64);
}

/// Why a pass ends early.
pub(crate) enum PassStop {
    /// This file can't be read; others can.
    File(FileError),
    /// The taker of the batches failed.
    Sink(Box<dyn std::error::Error + Send + Sync>),
}

/// Texts smaller than this are read without threads. Less than a block, or every text would be.
const ALONE: usize = 64 << 10;

/// Reads all tables of a file.
pub(crate) fn each_table(
    profile: &ImportProfile,
    file: &SourceFile,
    take: &mut dyn TableSink,
) -> Result<Vec<String>, PassStop> {
    let refuse = |message: String| PassStop::File(file.file_error(message));
    let table = &profile.table;
    match open_with(file, table.encoding.as_deref(), table.delimiter, profile.decimal).map_err(PassStop::File)? {
        OpenedFile::Text(blocks) => {
            read_text(profile, file, blocks, take)?;
            Ok(Vec::new())
        }
        OpenedFile::Workbook(sheets) => {
            let (wanted, others) = choose_sheets(profile, sheets).map_err(refuse)?;
            // All sheets must fit before the first is read: a file is taken whole or not at all.
            let mut plans = Vec::new();
            for sheet in &wanted {
                let head: Vec<_> =
                    sheet.rows.iter().take(HEAD_ROWS).enumerate().map(|(i, r)| (i as u64 + 1, r.clone())).collect();
                let in_sheet = |message: String| refuse(format!("sheet “{}”: {message}", sheet.name));
                let header = SheetHeader::find_in_head(profile, &head).map_err(in_sheet)?;
                let mut plan =
                    BoundProfile::bind_sheet(profile, &file.name, Some(&sheet.name), header).map_err(in_sheet)?;
                plan.look_at_rows(sheet.rows.iter().skip(plan.header.rows_above).map(Vec::as_slice));
                plans.push(plan);
            }
            for (sheet, plan) in wanted.iter().zip(&plans) {
                take.begin_table(table_info(plan, None));
                let mut chunk = RowReader::new(plan, 0).read_sheet(sheet, plan.header.rows_above);
                take.take_chunk(&mut chunk)?;
            }
            Ok(others)
        }
    }
}

/// The sheets to read, and the names of the others.
fn choose_sheets(
    profile: &ImportProfile,
    sheets: Vec<WorkbookSheet>,
) -> Result<(Vec<WorkbookSheet>, Vec<String>), String> {
    let names =
        |sheets: &[WorkbookSheet]| sheets.iter().map(|s| format!("“{}”", s.name)).collect::<Vec<_>>().join(", ");
    let Some(pattern) = &profile.table.sheets else {
        return match sheets.len() {
            1 => Ok((sheets, Vec::new())),
            0 => Err("a workbook without a sheet".into()),
            _ => Err(format!(
                "several sheets ({}): say in the profile which are meant ([table] sheets = ...)",
                names(&sheets)
            )),
        };
    };
    let all = names(&sheets);
    let (wanted, others): (Vec<_>, Vec<_>) = sheets.into_iter().partition(|s| pattern.find_whole(&s.name).is_some());
    if wanted.is_empty() {
        return Err(format!("no sheet fits {} (there are {all})", pattern.as_written()));
    }
    Ok((wanted, others.into_iter().map(|s| s.name).collect()))
}

fn table_info(plan: &BoundProfile, encoding: Option<&str>) -> TableInfo {
    TableInfo {
        file: plan.file.clone(),
        sheet: plan.sheet.clone(),
        encoding: encoding.map(str::to_owned),
        header_row: plan.header.row,
        rows_above: plan.header.rows_above as u64,
        title: plan.header.titles.first().cloned(),
        columns: plan.header.names.clone(),
        columns_ignored: plan.ignored.clone(),
    }
}

fn read_text(
    profile: &ImportProfile,
    file: &SourceFile,
    mut blocks: BlockReader,
    take: &mut dyn TableSink,
) -> Result<(), PassStop> {
    let fail = |e: &dyn std::fmt::Display| PassStop::File(file.file_error(e));
    let Some(first) = blocks.next_block().map_err(|e| fail(&e))? else {
        return Err(fail(&"empty"));
    };
    let delimiter = blocks.syntax.delimiter;
    let header = SheetHeader::find_in_head(profile, &head_rows(&first, delimiter)).map_err(|e| fail(&e))?;
    let skip = header.rows_above;
    let mut plan = BoundProfile::bind_sheet(profile, &file.name, None, header).map_err(|e| fail(&e))?;
    plan.look_at_rows(rows_of(&first, delimiter, usize::MAX).iter().skip(skip).map(|(_, cells)| cells.as_slice()));
    take.begin_table(table_info(&plan, Some(blocks.encoding())));
    if first.text.len() < ALONE {
        let mut reader = RowReader::new(&plan, 0);
        let mut next = Some(first);
        let mut skip = skip;
        while let Some(block) = next {
            take.take_chunk(&mut reader.read_block(block, delimiter, skip, Vec::new()))?;
            take.report_progress(blocks.bytes);
            skip = 0;
            next = blocks.next_block().map_err(|e| fail(&e))?;
        }
        return Ok(());
    }
    in_parallel(&plan, first, skip, blocks, take).map_err(|stop| match stop {
        ReaderHalt::Stop(stop) => stop,
        ReaderHalt::Block(message) => fail(&message),
    })
}

/// The first rows of a text, for the header.
fn head_rows(block: &TextBlock, delimiter: u8) -> Vec<(u64, Vec<String>)> {
    rows_of(block, delimiter, HEAD_ROWS)
}

/// The first rows of a block, with their numbers.
pub(crate) fn rows_of(block: &TextBlock, delimiter: u8, most: usize) -> Vec<(u64, Vec<String>)> {
    let text = block.text.as_str();
    let (mut record, mut at, mut line, mut head) = (TextRecord::default(), 0, block.first_line, Vec::new());
    while at < text.len() && head.len() < most {
        let (next, lines) = record.read_cells(text, at, delimiter, line);
        if record.len() == 1 {
            record.unwrap_line(text, delimiter);
        }
        head.push((line, (0..record.len()).map(|i| record.get(text, i).to_owned()).collect()));
        (at, line) = (next, line + u64::from(lines));
    }
    head
}

/// How many rows of a block have something in them.
pub(crate) fn count_rows(block: &TextBlock, delimiter: u8) -> u64 {
    let text = block.text.as_str();
    let (mut record, mut at, mut count) = (TextRecord::default(), 0, 0);
    while at < text.len() {
        at = record.read_cells(text, at, delimiter, 0).0;
        count += u64::from(!record.is_blank(text));
    }
    count
}

/// A block for a reader, with room for what it finds.
struct BlockJob {
    order: u64,
    block: TextBlock,
    skip: usize,
    room: Vec<CodedObservation>,
}

enum ReaderHalt {
    Stop(PassStop),
    Block(String),
}

/// Reads blocks with several readers. Their chunks are taken in the order of the blocks, and only a few blocks are under way at a
/// time, so that memory stays flat whatever is slower: reading, parsing, or what takes the batches.
fn in_parallel(
    plan: &BoundProfile,
    first: TextBlock,
    skip: usize,
    mut blocks: BlockReader,
    take: &mut dyn TableSink,
) -> Result<(), ReaderHalt> {
    let readers = std::thread::available_parallelism().map_or(2, |n| n.get().min(8));
    let delimiter = blocks.syntax.delimiter;
    let (work_in, work_out) = mpsc::channel::<BlockJob>();
    let work_out = Mutex::new(work_out);
    let (done_in, done_out) = mpsc::channel::<(u64, RowChunk)>();
    let work_out = &work_out;
    // The sending end moves in, so that the readers end when this does, however it does.
    std::thread::scope(move |scope| {
        for number in 0..readers {
            let done_in = done_in.clone();
            scope.spawn(move || {
                let mut reader = RowReader::new(plan, number);
                loop {
                    let next = work_out.lock().ok().and_then(|work| work.recv().ok());
                    let Some(BlockJob { order, block, skip, room }) = next else { return };
                    let chunk = reader.read_block(block, delimiter, skip, room);
                    if done_in.send((order, chunk)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(done_in);
        let gone = |_| ReaderHalt::Block("a reader stopped".into());
        work_in
            .send(BlockJob { order: 0, block: first, skip, room: Vec::new() })
            .map_err(|_| ReaderHalt::Block("a reader stopped".into()))?;
        let mut rooms: Vec<Vec<CodedObservation>> = Vec::new();
        let (mut sent, mut taken, mut ready, mut more) = (1, 0, BTreeMap::new(), true);
        while more || taken < sent {
            while more && sent - taken < readers as u64 + 2 {
                match blocks.next_block().map_err(|e| ReaderHalt::Block(e.to_string()))? {
                    Some(block) => {
                        let room = rooms.pop().unwrap_or_default();
                        work_in
                            .send(BlockJob { order: sent, block, skip: 0, room })
                            .map_err(|_| ReaderHalt::Block("a reader stopped".into()))?;
                        sent += 1;
                    }
                    None => more = false,
                }
            }
            if taken == sent {
                break;
            }
            let (order, chunk) = done_out.recv().map_err(gone)?;
            ready.insert(order, chunk);
            while let Some(mut chunk) = ready.remove(&taken) {
                take.take_chunk(&mut chunk).map_err(ReaderHalt::Stop)?;
                chunk.observed.clear();
                rooms.push(chunk.observed);
                blocks.give_back(chunk.text);
                take.report_progress(blocks.bytes);
                taken += 1;
            }
        }
        Ok(())
    })
}
