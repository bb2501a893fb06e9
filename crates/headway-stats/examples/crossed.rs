//! How long suppression takes on four flat dimensions crossed, and how many cells it hides:
//! `cargo run -p headway-stats --example crossed [MEAN] [CELLS]` for inner counts of this mean and tables up to so many cells.
#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a measurement reads the clock and prints")]

use headway_stats::suppress::{MarginTable, SuppressionOptions, TableDimension, suppress_cells};
use std::time::Instant;

const OPTIONS: SuppressionOptions = SuppressionOptions { max_n: 9, protect_zeros: false, known_floor: false };

fn main() {
    let number = |at: usize| std::env::args().nth(at).map(|text| text.parse::<u32>().expect("a whole number"));
    let (mean, most) = (number(1).unwrap_or(30), number(2).unwrap_or(20_000) as usize);
    for sizes in [[10, 10, 5, 2], [10, 10, 5, 4], [10, 10, 12, 4], [10, 10, 12, 9]] {
        let table = table(sizes, f64::from(mean));
        if table.cell_count() <= most {
            time(&table);
        }
    }
}

/// Counts of an exponential distribution (SplitMix64), in every cell.
fn table(sizes: [u32; 4], mean: f64) -> MarginTable {
    let mut state = 7u64;
    let mut even = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    };
    let cell = |at: u32| {
        let mut rest = at;
        let code = |size: u32| {
            let code = rest % size;
            rest /= size;
            code
        };
        (sizes.map(code).to_vec(), (mean * -even().ln()) as u64)
    };
    let inner: Vec<(Vec<u32>, u64)> = (0..sizes.iter().product()).map(cell).collect();
    MarginTable::with_margins(sizes.map(TableDimension::under_total).to_vec(), &inner)
}

fn time(table: &MarginTable) {
    let system = table.to_system();
    let start = Instant::now();
    let got = suppress_cells(&system, table.n(), &table.importance(), &OPTIONS);
    let seconds = start.elapsed().as_secs_f64();
    let count = |cells: &[bool]| cells.iter().filter(|cell| **cell).count();
    let pupils: u64 = got.hidden.iter().zip(table.n()).filter(|(hidden, _)| **hidden).map(|(_, n)| n).sum();
    println!(
        "{} cells, {} small, {} hidden ({pupils} counted in them), {} without proof: {seconds:.2} s",
        table.cell_count(),
        count(&got.primary),
        count(&got.hidden),
        got.exposed.len() + got.weak.len(),
    );
}
