//! What ties cells together: linear relations, such as "a total is the sum of its parts".

/// Cells 0..n and relations between them: each says that a sum of cells, with whole coefficients, is zero.
#[derive(Clone, Debug, Default)]
pub struct RelationSystem {
    cells: usize,
    row_start: Vec<usize>,
    row_terms: Vec<(u32, i32)>,
    column_start: Vec<usize>,
    column_terms: Vec<(u32, i32)>,
}

impl RelationSystem {
    /// A system of `cells` cells under `relations`, each a list of (cell, coefficient).
    ///
    /// ```
    /// use headway_stats::suppress::RelationSystem;
    /// // Cell 2 is the sum of cells 0 and 1.
    /// let system = RelationSystem::new(3, &[[(0, 1), (1, 1), (2, -1)]]);
    /// assert_eq!((system.cell_count(), system.relation_count()), (3, 1));
    /// ```
    ///
    /// # Panics
    /// If a relation names a cell that is not there, names one twice, or has a coefficient of zero.
    pub fn new<R: AsRef<[(u32, i32)]>>(cells: usize, relations: &[R]) -> Self {
        let mut row_start = vec![0];
        let mut row_terms = Vec::new();
        let mut count = vec![0usize; cells + 1];
        let mut last_row = vec![usize::MAX; cells];
        for (row, terms) in relations.iter().enumerate() {
            for &(cell, coefficient) in terms.as_ref() {
                assert!((cell as usize) < cells, "a relation names cell {cell} of {cells}");
                assert!(coefficient != 0, "a coefficient of zero says nothing");
                assert!(last_row[cell as usize] != row, "a relation names cell {cell} twice");
                last_row[cell as usize] = row;
                count[cell as usize + 1] += 1;
                row_terms.push((cell, coefficient));
            }
            row_start.push(row_terms.len());
        }
        for i in 0..cells {
            count[i + 1] += count[i];
        }
        let mut next = count.clone();
        let mut column_terms = vec![(0, 0); row_terms.len()];
        for row in 0..row_start.len() - 1 {
            for &(cell, coefficient) in &row_terms[row_start[row]..row_start[row + 1]] {
                column_terms[next[cell as usize]] = (row as u32, coefficient);
                next[cell as usize] += 1;
            }
        }
        Self { cells, row_start, row_terms, column_start: count, column_terms }
    }

    /// How many cells there are.
    ///
    /// ```
    /// use headway_stats::suppress::RelationSystem;
    /// // Four cells, one of them in no relation.
    /// assert_eq!(RelationSystem::new(4, &[[(0, 1), (1, 1), (2, -1)]]).cell_count(), 4);
    /// ```
    pub fn cell_count(&self) -> usize {
        self.cells
    }

    /// How many relations there are.
    ///
    /// ```
    /// use headway_stats::suppress::RelationSystem;
    /// let system = RelationSystem::new(4, &[vec![(0, 1), (1, 1), (2, -1)], vec![(2, 1), (3, -1)]]);
    /// assert_eq!(system.relation_count(), 2);
    /// ```
    pub fn relation_count(&self) -> usize {
        self.row_start.len() - 1
    }

    /// The (cell, coefficient) terms of a relation.
    ///
    /// ```
    /// use headway_stats::suppress::RelationSystem;
    /// let system = RelationSystem::new(4, &[vec![(0, 1), (1, 1), (2, -1)], vec![(2, 1), (3, -1)]]);
    /// assert_eq!(system.terms(1), [(2, 1), (3, -1)]);
    /// ```
    pub fn terms(&self, relation: u32) -> &[(u32, i32)] {
        let row = relation as usize;
        &self.row_terms[self.row_start[row]..self.row_start[row + 1]]
    }

    /// The (relation, coefficient) terms of a cell.
    ///
    /// ```
    /// use headway_stats::suppress::RelationSystem;
    /// let system = RelationSystem::new(4, &[vec![(0, 1), (1, 1), (2, -1)], vec![(2, 1), (3, -1)]]);
    /// assert_eq!(system.of_cell(2), [(0, -1), (1, 1)]); // a total in the first relation, a part in the second
    /// ```
    pub fn of_cell(&self, cell: u32) -> &[(u32, i32)] {
        let cell = cell as usize;
        &self.column_terms[self.column_start[cell]..self.column_start[cell + 1]]
    }
}
