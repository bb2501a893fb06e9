//! Which cells to hide besides the small ones.

use super::System;
use super::circuit::{Circuit, Reach, Search};

/// How far around a small cell a proof is searched for: near, further, far.
static REACH: [Reach; 3] =
    [Reach { cells: 400, aside: 6 }, Reach { cells: 4000, aside: 16 }, Reach { cells: 40_000, aside: usize::MAX }];
/// Up to this many cells a candidate is hidden only after a far search; in larger tables after the nearer ones, which
/// hides a few cells more than need be, and takes a time that grows with the table alone.
const SEARCHED_FAR: usize = 20_000;
/// A proof is looked for among the least important 64th of the candidates, then an eighth, then all.
const SHARES: [u32; 3] = [64, 8, 1];

/// Options.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Counts from 1 (or 0) to this are small.
    pub max_n: u64,
    /// Zeros are small too; else they are shown.
    pub protect_zeros: bool,
    /// Readers know the rule: hidden counts are at least 1 where zeros are shown. With this, two hidden ones that
    /// add up to 2 do not protect each other.
    pub known_floor: bool,
}

/// What to hide. Places are cells.
#[derive(Clone, Debug)]
pub struct Suppression {
    /// Small cells.
    pub primary: Vec<bool>,
    /// All hidden cells: the small ones and those hidden for their sake.
    pub hidden: Vec<bool>,
    /// Small cells for which no proof was found that a reader can't compute them, though all the rest was still open.
    pub exposed: Vec<u32>,
    /// Small cells that linear algebra does not give away, but perhaps a reader who knows the lowest count that a hidden
    /// cell can have.
    pub weak: Vec<u32>,
}

/// Hides the small cells among counts `n` and enough others that none of them can be computed from the rest.
/// `importance` orders the cells: the least important are hidden first.
///
/// # Panics
/// If the slices do not have one entry a cell.
pub fn suppress(system: &System, n: &[u64], importance: &[f64], options: &Options) -> Suppression {
    assert_eq!(n.len(), system.cells(), "one count a cell");
    assert_eq!(importance.len(), system.cells(), "one importance a cell");
    let lowest = u64::from(!options.protect_zeros);
    let primary: Vec<bool> = n.iter().map(|&n| (lowest..=options.max_n).contains(&n)).collect();
    let mut greedy = Greedy::new(system, n, importance, &primary, options);
    greedy.protect_by_primaries();
    greedy.protect_by_candidates();
    greedy.publish_candidates();
    let Greedy { open: hidden, exposed, weak, .. } = greedy;
    Suppression { primary, hidden, exposed, weak }
}

/// Rank of a cell that is hidden for good.
const FREE: u32 = 0;

struct Greedy<'a> {
    search: Search<'a>,
    /// Hidden or not yet decided.
    open: Vec<bool>,
    /// Least important candidate 1, and so on.
    rank: Vec<u32>,
    /// Candidates by rank.
    ordered: Vec<u32>,
    /// At the lowest count that a reader knows a hidden cell can have: it can move up only.
    floor: Vec<bool>,
    primaries: Vec<u32>,
    primary: &'a [bool],
    /// What proofs must withstand if they can.
    strict: Reader,
    /// Small cells that have a proof.
    safe: Vec<bool>,
    /// Primaries whose proof holds candidates, with that proof.
    proofs: Vec<(u32, Reader, Circuit)>,
    /// For each cell the proofs it stands in (or stood).
    used_by: Vec<Vec<u32>>,
    exposed: Vec<u32>,
    weak: Vec<u32>,
}

/// What a proof must withstand.
#[derive(Clone, Copy, PartialEq)]
enum Reader {
    /// Linear algebra.
    Algebra,
    /// Linear algebra, and that no hidden count is below the floor.
    Floor,
}

impl<'a> Greedy<'a> {
    fn new(system: &'a System, n: &[u64], importance: &[f64], primary: &'a [bool], options: &Options) -> Self {
        let cells = system.cells();
        // Zeros that are shown are published from the start.
        let open: Vec<bool> = n.iter().map(|&n| n > 0 || options.protect_zeros).collect();
        let mut ordered: Vec<u32> = (0..cells as u32).filter(|&c| open[c as usize] && !primary[c as usize]).collect();
        ordered.sort_by(|&a, &b| importance[a as usize].total_cmp(&importance[b as usize]).then(b.cmp(&a)));
        let mut rank = vec![FREE; cells];
        for (place, &c) in ordered.iter().enumerate() {
            rank[c as usize] = place as u32 + 1;
        }
        let floor = u64::from(!options.protect_zeros);
        let known = options.known_floor || options.protect_zeros;
        Self {
            search: Search::new(system),
            open,
            rank,
            ordered,
            floor: n.iter().map(|&n| known && n <= floor).collect(),
            primaries: (0..cells as u32).filter(|&c| primary[c as usize]).collect(),
            primary,
            strict: if known { Reader::Floor } else { Reader::Algebra },
            safe: vec![false; cells],
            proofs: Vec::new(),
            used_by: vec![Vec::new(); cells],
            exposed: Vec::new(),
            weak: Vec::new(),
        }
    }

    /// Small cells that other small cells protect already: one proof covers every small cell in it.
    fn protect_by_primaries(&mut self) {
        for i in 0..self.primaries.len() {
            let cell = self.primaries[i];
            if self.safe[cell as usize] {
                continue;
            }
            if let Some(circuit) = self.prove(cell, FREE, self.strict, &REACH[..1]) {
                self.share(self.strict, &circuit);
            }
        }
    }

    /// A first proof, over whatever candidates it takes, for every other small cell.
    fn protect_by_candidates(&mut self) {
        for i in 0..self.primaries.len() {
            let cell = self.primaries[i];
            if self.safe[cell as usize] {
                continue;
            }
            let all = self.ordered.len() as u32;
            let (strict, near) = (self.strict, self.near());
            let mut found = self.prove(cell, all, strict, near).map(|circuit| (strict, circuit));
            if found.is_none() {
                found = self.prove(cell, all, Reader::Algebra, &REACH).map(|circuit| (Reader::Algebra, circuit));
            }
            let Some((reader, circuit)) = found else {
                self.exposed.push(cell);
                continue;
            };
            self.share(reader, &circuit);
        }
    }

    /// Every small cell of a circuit that has no proof yet takes it as its own.
    fn share(&mut self, reader: Reader, circuit: &Circuit) {
        let for_good = circuit.moves.iter().all(|&(c, _)| self.rank[c as usize] == FREE);
        for &(c, _) in &circuit.moves {
            if !self.primary[c as usize] || std::mem::replace(&mut self.safe[c as usize], true) {
                continue;
            }
            if reader != self.strict {
                self.weak.push(c);
            }
            if !for_good {
                self.proofs.push((c, reader, circuit.clone()));
                self.note(self.proofs.len() as u32 - 1);
            }
        }
    }

    /// From the most important candidate down: publish it if every proof that it stands in can do without.
    fn publish_candidates(&mut self) {
        for i in (0..self.ordered.len()).rev() {
            let candidate = self.ordered[i];
            self.open[candidate as usize] = false;
            if !self.do_without(candidate) {
                self.open[candidate as usize] = true;
                self.rank[candidate as usize] = FREE;
            }
        }
    }

    /// How far proofs are searched for where going without one is safe.
    fn near(&self) -> &'static [Reach] {
        if self.open.len() <= SEARCHED_FAR { &REACH } else { &REACH[..2] }
    }

    fn do_without(&mut self, candidate: u32) -> bool {
        let users = std::mem::take(&mut self.used_by[candidate as usize]);
        for &at in &users {
            let (cell, reader, circuit) = &self.proofs[at as usize];
            if circuit.moves.iter().all(|&(c, _)| c != candidate) {
                continue;
            }
            let (cell, reader) = (*cell, *reader);
            let limit = self.rank[candidate as usize];
            let Some(circuit) = self.prove(cell, limit, reader, self.near()) else { return false };
            self.proofs[at as usize].2 = circuit;
            self.note(at);
        }
        true
    }

    fn note(&mut self, at: u32) {
        for &(c, _) in &self.proofs[at as usize].2.moves {
            if self.rank[c as usize] != FREE {
                self.used_by[c as usize].push(at);
            }
        }
    }

    /// A circuit through `cell` that a reader can't rule out, over cells hidden for good and open candidates up to the
    /// rank `limit`: first among the least important ones, near the cell, then further up and out.
    fn prove(&mut self, cell: u32, limit: u32, reader: Reader, reach: &[Reach]) -> Option<Circuit> {
        let mut bounds = SHARES.map(|share| limit / share).to_vec();
        bounds.dedup();
        reach.iter().find_map(|&reach| bounds.iter().find_map(|&bound| self.circuit(cell, reach, bound, reader)))
    }

    fn circuit(&mut self, cell: u32, reach: Reach, bound: u32, reader: Reader) -> Option<Circuit> {
        let Self { search, open, rank, floor, .. } = self;
        let may = |c: u32| open[c as usize] && rank[c as usize] <= bound;
        let circuit = search.find(cell, reach, may, |c| rank[c as usize])?;
        let against = if reader == Reader::Floor { other_way(&circuit, floor) } else { Vec::new() };
        if against.is_empty() {
            return Some(circuit);
        }
        // Cells at the floor would have to move both up and down: look for a proof without those that are fewer, then
        // for one without any.
        let circuit = search.find(cell, reach, |c| may(c) && !against.contains(&c), |c| rank[c as usize])?;
        if other_way(&circuit, floor).is_empty() {
            return Some(circuit);
        }
        search.find(cell, reach, |c| may(c) && !floor[c as usize], |c| rank[c as usize])
    }
}

/// The cells at the floor that move against the other cells at the floor (whichever are fewer, but never the first,
/// which the circuit is for). Without such, it can be taken in one of its two directions.
fn other_way(circuit: &Circuit, floor: &[bool]) -> Vec<u32> {
    let at_floor = || circuit.moves.iter().filter(|(c, _)| floor[*c as usize]);
    let up = at_floor().filter(|(_, amount)| *amount > 0).count();
    let down = at_floor().count() - up;
    let (first, amount) = circuit.moves[0];
    let keep_up = if floor[first as usize] { amount > 0 } else { up >= down };
    at_floor().filter(|(_, amount)| (*amount > 0) != keep_up).map(|&(c, _)| c).collect()
}
