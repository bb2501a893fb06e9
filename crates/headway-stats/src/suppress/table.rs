//! Tables of counts by several dimensions, each a tree of codes (state, districts, schools), with all their margins.

use super::RelationSystem;
use std::collections::HashMap;

/// A dimension: for each code its parent, if it has one.
#[derive(Clone, Debug)]
pub struct TableDimension {
    parent: Vec<Option<u32>>,
    children: Vec<Vec<u32>>,
    deepest_first: Vec<u32>,
}

impl TableDimension {
    /// A dimension whose code i has the parent `parent[i]`.
    ///
    /// ```
    /// use headway_stats::suppress::{MarginTable, TableDimension};
    /// // Schools 0 and 1 in district 2, which is in state 3.
    /// let places = TableDimension::new(vec![Some(2), Some(2), Some(3), None]);
    /// let table = MarginTable::with_margins(vec![places], &[(vec![0], 30), (vec![1], 40)]);
    /// assert_eq!(table.n(), [30, 40, 70, 70]);
    /// ```
    ///
    /// # Panics
    /// If a parent is not a code, or a code is its own ancestor.
    pub fn new(parent: Vec<Option<u32>>) -> Self {
        let mut children = vec![Vec::new(); parent.len()];
        let mut depth = vec![0usize; parent.len()];
        for code in 0..parent.len() {
            if let Some(above) = parent[code] {
                children[above as usize].push(code as u32);
            }
            let mut above = parent[code];
            while let Some(a) = above {
                depth[code] += 1;
                assert!(depth[code] <= parent.len(), "code {code} is its own ancestor");
                above = parent[a as usize];
            }
        }
        let mut deepest_first: Vec<u32> = (0..parent.len() as u32).collect();
        deepest_first.sort_by_key(|&code| std::cmp::Reverse(depth[code as usize]));
        Self { parent, children, deepest_first }
    }

    /// A dimension of `codes` codes under one total, which is the code after them.
    ///
    /// ```
    /// use headway_stats::suppress::{MarginTable, TableDimension};
    /// // Girls 0, boys 1, all 2.
    /// let sex = TableDimension::under_total(2);
    /// let table = MarginTable::with_margins(vec![sex], &[(vec![0], 30), (vec![1], 40)]);
    /// assert_eq!(table.cell_of_codes(&[2]).map(|cell| table.n()[cell as usize]), Some(70));
    /// ```
    pub fn under_total(codes: u32) -> Self {
        let mut parent = vec![Some(codes); codes as usize];
        parent.push(None);
        Self::new(parent)
    }

    fn code_count(&self) -> u64 {
        self.parent.len() as u64
    }
}

/// A table with its margins: one row of `codes` a cell, one code a dimension.
#[derive(Clone, Debug)]
pub struct MarginTable {
    dimensions: Vec<TableDimension>,
    /// Codes of all cells, one after the other.
    codes: Vec<u32>,
    n: Vec<u64>,
    place: HashMap<u64, u32>,
}

impl MarginTable {
    /// The table of `inner` cells (codes, one a dimension, and count), with every margin that one of them counts in.
    /// Cells of equal codes are added up.
    ///
    /// ```
    /// use headway_stats::suppress::{MarginTable, TableDimension};
    /// // Two schools by two groups: four counts, two sums of schools, two of groups and one of all.
    /// let dimensions = vec![TableDimension::under_total(2), TableDimension::under_total(2)];
    /// let inner = [(vec![0, 0], 3), (vec![0, 1], 20), (vec![1, 0], 15), (vec![1, 1], 40)];
    /// let table = MarginTable::with_margins(dimensions, &inner);
    /// assert_eq!((table.cell_count(), table.n().iter().max()), (9, Some(&78)));
    /// ```
    pub fn with_margins(dimensions: Vec<TableDimension>, inner: &[(Vec<u32>, u64)]) -> Self {
        let mut table = Self { dimensions, codes: Vec::new(), n: Vec::new(), place: HashMap::new() };
        for (codes, n) in inner {
            table.add_count(codes, *n);
        }
        for d in 0..table.dimensions.len() {
            table.add_margins(d);
        }
        table
    }

    /// A table of cells as they are: margins are cells of their own and need not be there.
    ///
    /// ```
    /// use headway_stats::suppress::{MarginTable, TableDimension};
    /// // One school is missing, so its part in the total is not known: there is no sum to speak of.
    /// let cells = [(vec![0], 30), (vec![2], 70)];
    /// let table = MarginTable::of_cells(vec![TableDimension::under_total(2)], &cells);
    /// assert_eq!((table.cell_count(), table.sum_relations().len()), (2, 0));
    /// ```
    pub fn of_cells(dimensions: Vec<TableDimension>, cells: &[(Vec<u32>, u64)]) -> Self {
        let mut table = Self { dimensions, codes: Vec::new(), n: Vec::new(), place: HashMap::new() };
        for (codes, n) in cells {
            table.add_count(codes, *n);
        }
        table
    }

    fn add_count(&mut self, codes: &[u32], n: u64) {
        assert_eq!(codes.len(), self.dimensions.len(), "one code a dimension");
        let key = self.cell_key(codes);
        let next = self.n.len() as u32;
        let cell = *self.place.entry(key).or_insert(next);
        if cell == next {
            self.codes.extend_from_slice(codes);
            self.n.push(0);
        }
        self.n[cell as usize] += n;
    }

    fn cell_key(&self, codes: &[u32]) -> u64 {
        let step = |key: u64, (code, dimension): (&u32, &TableDimension)| {
            assert!(u64::from(*code) < dimension.code_count(), "code {code} is not in its dimension");
            key.checked_mul(dimension.code_count()).and_then(|k| k.checked_add(u64::from(*code)))
        };
        codes.iter().zip(&self.dimensions).try_fold(0, step).expect("a table has fewer than 2^64 possible cells")
    }

    fn add_margins(&mut self, d: usize) {
        let width = self.dimensions.len();
        let mut by_code = vec![Vec::new(); self.dimensions[d].parent.len()];
        for cell in 0..self.n.len() {
            by_code[self.codes[cell * width + d] as usize].push(cell);
        }
        for code in self.dimensions[d].deepest_first.clone() {
            let Some(parent) = self.dimensions[d].parent[code as usize] else { continue };
            for cell in by_code[code as usize].clone() {
                let mut codes = self.codes[cell * width..(cell + 1) * width].to_vec();
                codes[d] = parent;
                let before = self.n.len();
                self.add_count(&codes, self.n[cell]);
                if self.n.len() > before {
                    by_code[parent as usize].push(before);
                }
            }
        }
    }

    /// How many cells there are, margins included.
    ///
    /// ```
    /// use headway_stats::suppress::{MarginTable, TableDimension};
    /// let inner = [(vec![0], 30), (vec![1], 40)];
    /// let table = MarginTable::with_margins(vec![TableDimension::under_total(2)], &inner);
    /// assert_eq!(table.cell_count(), 3);
    /// ```
    pub fn cell_count(&self) -> usize {
        self.n.len()
    }

    /// The codes of a cell, one a dimension.
    ///
    /// ```
    /// use headway_stats::suppress::{MarginTable, TableDimension};
    /// let inner = [(vec![0], 30), (vec![1], 40)];
    /// let table = MarginTable::with_margins(vec![TableDimension::under_total(2)], &inner);
    /// assert_eq!(table.cell_codes(2), [2]); // the total, behind the cells that were given
    /// ```
    pub fn cell_codes(&self, cell: u32) -> &[u32] {
        let width = self.dimensions.len();
        &self.codes[cell as usize * width..(cell as usize + 1) * width]
    }

    /// The counts of all cells.
    ///
    /// ```
    /// use headway_stats::suppress::{MarginTable, TableDimension};
    /// // Cells of equal codes are added up.
    /// let inner = [(vec![0], 30), (vec![1], 40), (vec![1], 2)];
    /// let table = MarginTable::with_margins(vec![TableDimension::under_total(2)], &inner);
    /// assert_eq!(table.n(), [30, 42, 72]);
    /// ```
    pub fn n(&self) -> &[u64] {
        &self.n
    }

    /// The cell of these codes.
    ///
    /// ```
    /// use headway_stats::suppress::{MarginTable, TableDimension};
    /// let table = MarginTable::with_margins(vec![TableDimension::under_total(2)], &[(vec![1], 40)]);
    /// assert_eq!(table.cell_of_codes(&[1]), Some(0));
    /// assert_eq!(table.cell_of_codes(&[0]), None);
    /// ```
    pub fn cell_of_codes(&self, codes: &[u32]) -> Option<u32> {
        self.place.get(&self.cell_key(codes)).copied()
    }

    /// The relations of the table: along each dimension a cell is the sum of its parts. Parts that are no cells count
    /// as zero if the others add up; if they do not, the rest is unknown to a reader, and there is no relation.
    ///
    /// ```
    /// use headway_stats::suppress::{MarginTable, TableDimension};
    /// let inner = [(vec![0], 30), (vec![1], 40)];
    /// let table = MarginTable::with_margins(vec![TableDimension::under_total(2)], &inner);
    /// assert_eq!(table.sum_relations(), [[(0, 1), (1, 1), (2, -1)]]);
    /// ```
    pub fn sum_relations(&self) -> Vec<Vec<(u32, i32)>> {
        let known = self.cell_sums().filter(|(_, _, adds_up)| *adds_up);
        known.map(|(cell, parts, _)| parts.into_iter().map(|p| (p, 1)).chain([(cell, -1)]).collect()).collect()
    }

    /// Cells that are not the sum of their parts along some dimension: parts are missing, or counts contradict one another.
    ///
    /// ```
    /// use headway_stats::suppress::{MarginTable, TableDimension};
    /// // 30 and 40 are not 75.
    /// let cells = [(vec![0], 30), (vec![1], 40), (vec![2], 75)];
    /// let table = MarginTable::of_cells(vec![TableDimension::under_total(2)], &cells);
    /// assert_eq!(table.broken_cells(), [2]);
    /// ```
    pub fn broken_cells(&self) -> Vec<u32> {
        let mut cells: Vec<u32> = self.cell_sums().filter(|(_, _, adds_up)| !adds_up).map(|(cell, ..)| cell).collect();
        cells.dedup();
        cells
    }

    /// Each cell with its parts along each dimension, and whether they add up to it.
    fn cell_sums(&self) -> impl Iterator<Item = (u32, Vec<u32>, bool)> {
        let along = move |cell: u32| (0..self.dimensions.len()).map(move |d| (cell, self.cell_parts(cell, d)));
        (0..self.n.len() as u32).flat_map(along).filter(|(_, parts)| !parts.is_empty()).map(|(cell, parts)| {
            let sum: u64 = parts.iter().map(|&p| self.n[p as usize]).sum();
            let adds_up = sum == self.n[cell as usize];
            (cell, parts, adds_up)
        })
    }

    /// The relations as a system over the cells of this table alone.
    ///
    /// ```
    /// use headway_stats::suppress::{MarginTable, TableDimension};
    /// let inner = [(vec![0], 30), (vec![1], 40)];
    /// let table = MarginTable::with_margins(vec![TableDimension::under_total(2)], &inner);
    /// assert_eq!(table.to_system().terms(0), [(0, 1), (1, 1), (2, -1)]);
    /// ```
    pub fn to_system(&self) -> RelationSystem {
        RelationSystem::new(self.cell_count(), &self.sum_relations())
    }

    fn cell_parts(&self, cell: u32, d: usize) -> Vec<u32> {
        let mut codes = self.cell_codes(cell).to_vec();
        let children = &self.dimensions[d].children[codes[d] as usize];
        children
            .iter()
            .filter_map(|&child| {
                codes[d] = child;
                self.cell_of_codes(&codes)
            })
            .collect()
    }

    /// How much a reader would miss each cell: its count, ties broken by how many counts pass through the inner cells
    /// it sums (the order in which R's GaussSuppression publishes).
    ///
    /// ```
    /// use headway_stats::suppress::{MarginTable, TableDimension};
    /// let inner = [(vec![0], 30), (vec![1], 40)];
    /// let table = MarginTable::with_margins(vec![TableDimension::under_total(2)], &inner);
    /// // Each is its count and less than one more, so that the order is that of the counts.
    /// let importance = table.importance();
    /// assert_eq!(importance.iter().map(|i| i.floor()).collect::<Vec<f64>>(), [30.0, 40.0, 70.0]);
    /// ```
    pub fn importance(&self) -> Vec<f64> {
        let mut through: Vec<f64> = self.n.iter().map(|&n| n as f64 + 1.0).collect();
        for d in 0..self.dimensions.len() {
            for (cell, parent) in self.parent_cells(d).into_iter().rev() {
                through[cell as usize] += through[parent as usize];
            }
        }
        let leaf = |cell: usize| {
            let codes = self.cell_codes(cell as u32);
            codes.iter().zip(&self.dimensions).all(|(&code, d)| d.children[code as usize].is_empty())
        };
        let mut tie: Vec<f64> = (0..self.n.len()).map(|c| if leaf(c) { through[c] } else { 0.0 }).collect();
        for d in 0..self.dimensions.len() {
            for (cell, parent) in self.parent_cells(d) {
                tie[parent as usize] += tie[cell as usize];
            }
        }
        let most = tie.iter().copied().fold(1.0, f64::max);
        self.n.iter().zip(tie).map(|(&n, tie)| n as f64 + 0.99 * tie / most).collect()
    }

    /// Cells with the cell above them along a dimension, the deepest codes first.
    fn parent_cells(&self, d: usize) -> Vec<(u32, u32)> {
        let mut depth_order = vec![0; self.dimensions[d].parent.len()];
        for (place, &code) in self.dimensions[d].deepest_first.iter().enumerate() {
            depth_order[code as usize] = place;
        }
        let mut pairs: Vec<(u32, u32)> = (0..self.n.len() as u32)
            .filter_map(|cell| {
                let mut codes = self.cell_codes(cell).to_vec();
                codes[d] = self.dimensions[d].parent[codes[d] as usize]?;
                Some((cell, self.cell_of_codes(&codes)?))
            })
            .collect();
        pairs.sort_by_key(|&(cell, _)| depth_order[self.cell_codes(cell)[d] as usize]);
        pairs
    }
}
