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

/// What is to become of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Hidden, and must not follow from what is published: its proof keeps to the room of all cells.
    Protect,
    /// Hidden, and must not follow; its count is not known here, so that its proof is linear algebra alone.
    Unknown,
    /// Hidden for other reasons; may follow.
    Hidden,
    /// Published, unless it has to be hidden for the sake of others.
    Candidate,
    /// Published already.
    Known,
}

/// A cell: what is to become of it, and by how much its count could be lower or higher, once it is hidden, without a
/// reader seeing anything else (the rule that hid it, a band that is shown, counts not being negative).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What is to become of it.
    pub role: Role,
    /// By how much it could be lower.
    pub down: i64,
    /// By how much it could be higher.
    pub up: i64,
}

impl Cell {
    /// Room without an end.
    pub const ENDLESS: i64 = i64::MAX;
}

/// Hides the small cells among counts `n` and enough others that none of them can be computed from the rest.
/// `importance` orders the cells: the least important are hidden first.
///
/// # Panics
/// If the slices do not have one entry a cell.
pub fn suppress(system: &System, n: &[u64], importance: &[f64], options: &Options) -> Suppression {
    assert_eq!(n.len(), system.cells(), "one count a cell");
    let lowest = u64::from(!options.protect_zeros);
    let known_floor = options.known_floor || options.protect_zeros;
    let cell = |&n: &u64| {
        let role = match n {
            n if (lowest..=options.max_n).contains(&n) => Role::Protect,
            // Zeros that are shown are published from the start.
            0 if !options.protect_zeros => Role::Known,
            _ => Role::Candidate,
        };
        let down = if known_floor && n <= lowest { 0 } else { Cell::ENDLESS };
        Cell { role, down, up: Cell::ENDLESS }
    };
    let cells: Vec<Cell> = n.iter().map(cell).collect();
    let primary = cells.iter().map(|cell| cell.role == Role::Protect).collect();
    let thorough = cells.len() <= SEARCHED_FAR;
    let Protection { hidden, exposed, weak } = protect(system, &cells, importance, thorough);
    Suppression { primary, hidden, exposed, weak }
}

/// What to hide. Places are cells.
#[derive(Clone, Debug)]
pub struct Protection {
    /// All cells that are not published.
    pub hidden: Vec<bool>,
    /// Protected cells without a proof, though all candidates were still open.
    pub exposed: Vec<u32>,
    /// Cells to be protected with room that have a proof by linear algebra alone.
    pub weak: Vec<u32>,
}

/// Hides as few and as unimportant candidates as it takes so that no protected cell follows from what is published.
///
/// A proof is another whole-number table under which every reader sees the same and the cell has another count. Not
/// `thorough`, a candidate is hidden after a bounded search: a few cells more, in a time that grows with the table alone.
///
/// # Panics
/// If the slices do not have one entry a cell.
pub fn protect(system: &System, cells: &[Cell], importance: &[f64], thorough: bool) -> Protection {
    assert_eq!(cells.len(), system.cells(), "one role a cell");
    assert_eq!(importance.len(), system.cells(), "one importance a cell");
    let mut greedy = Greedy::new(system, cells, importance, thorough);
    greedy.protect_by_hidden();
    greedy.protect_by_candidates();
    greedy.publish_candidates();
    let Greedy { open: hidden, exposed, weak, .. } = greedy;
    Protection { hidden, exposed, weak }
}

/// Rank of a cell that is hidden for good.
const FREE: u32 = 0;

struct Greedy<'a> {
    search: Search<'a>,
    /// How far proofs are searched for where going without one is safe.
    near: &'static [Reach],
    cells: &'a [Cell],
    /// Hidden or not yet decided.
    open: Vec<bool>,
    /// Least important candidate 1, and so on.
    rank: Vec<u32>,
    /// Candidates by rank.
    ordered: Vec<u32>,
    /// Cells to be protected, those with room first.
    protected: Vec<u32>,
    /// Protected cells that have a proof.
    safe: Vec<bool>,
    /// Protected cells whose proof holds candidates, with that proof.
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
    /// Linear algebra, and that hidden counts keep to their room.
    Room,
}

impl<'a> Greedy<'a> {
    fn new(system: &'a System, cells: &'a [Cell], importance: &[f64], thorough: bool) -> Self {
        let all = 0..cells.len() as u32;
        let role = |c: u32| cells[c as usize].role;
        let mut ordered: Vec<u32> = all.clone().filter(|&c| role(c) == Role::Candidate).collect();
        ordered.sort_by(|&a, &b| importance[a as usize].total_cmp(&importance[b as usize]).then(b.cmp(&a)));
        let mut rank = vec![FREE; cells.len()];
        for (place, &c) in ordered.iter().enumerate() {
            rank[c as usize] = place as u32 + 1;
        }
        let mut protected: Vec<u32> = all.clone().filter(|&c| role(c) == Role::Protect).collect();
        protected.extend(all.filter(|&c| role(c) == Role::Unknown));
        Self {
            search: Search::new(system),
            near: if thorough { &REACH } else { &REACH[..2] },
            cells,
            open: cells.iter().map(|cell| cell.role != Role::Known).collect(),
            rank,
            ordered,
            protected,
            safe: vec![false; cells.len()],
            proofs: Vec::new(),
            used_by: vec![Vec::new(); cells.len()],
            exposed: Vec::new(),
            weak: Vec::new(),
        }
    }

    fn reader_of(&self, cell: u32) -> Reader {
        if self.cells[cell as usize].role == Role::Unknown { Reader::Algebra } else { Reader::Room }
    }

    /// Cells that other hidden cells protect already: one proof covers every cell in it.
    fn protect_by_hidden(&mut self) {
        for i in 0..self.protected.len() {
            let cell = self.protected[i];
            if self.safe[cell as usize] {
                continue;
            }
            let reader = self.reader_of(cell);
            if let Some(circuit) = self.prove(cell, FREE, reader, &REACH[..1]) {
                self.share(reader, &circuit);
            }
        }
    }

    /// A first proof, over whatever candidates it takes, for every other protected cell.
    fn protect_by_candidates(&mut self) {
        for i in 0..self.protected.len() {
            let cell = self.protected[i];
            if self.safe[cell as usize] {
                continue;
            }
            let all = self.ordered.len() as u32;
            let (reader, near) = (self.reader_of(cell), self.near);
            let mut found = self.prove(cell, all, reader, near).map(|circuit| (reader, circuit));
            if found.is_none() {
                found = self.prove(cell, all, Reader::Algebra, &REACH).map(|circuit| (Reader::Algebra, circuit));
            }
            match found {
                None => self.exposed.push(cell),
                Some((reader, circuit)) if reader == self.reader_of(cell) => self.share(reader, &circuit),
                Some((reader, circuit)) => {
                    self.weak.push(cell);
                    self.keep(cell, reader, &circuit);
                }
            }
        }
    }

    /// Every protected cell of a circuit that has no proof yet takes it as its own, if it is as good as it needs.
    fn share(&mut self, reader: Reader, circuit: &Circuit) {
        for &(c, _) in &circuit.moves {
            let wants = match self.cells[c as usize].role {
                Role::Protect => reader == Reader::Room,
                Role::Unknown => true,
                _ => false,
            };
            if wants && !self.safe[c as usize] {
                self.keep(c, self.reader_of(c), circuit);
            }
        }
    }

    fn keep(&mut self, cell: u32, reader: Reader, circuit: &Circuit) {
        self.safe[cell as usize] = true;
        if circuit.moves.iter().any(|&(c, _)| self.rank[c as usize] != FREE) {
            self.proofs.push((cell, reader, circuit.clone()));
            self.note(self.proofs.len() as u32 - 1);
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

    fn do_without(&mut self, candidate: u32) -> bool {
        let users = std::mem::take(&mut self.used_by[candidate as usize]);
        for &at in &users {
            let (cell, reader, circuit) = &self.proofs[at as usize];
            if circuit.moves.iter().all(|&(c, _)| c != candidate) {
                continue;
            }
            let (cell, reader) = (*cell, *reader);
            let limit = self.rank[candidate as usize];
            let Some(circuit) = self.prove(cell, limit, reader, self.near) else { return false };
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
        let Self { search, open, rank, cells, .. } = self;
        let own = &cells[cell as usize];
        if reader == Reader::Room && own.down == 0 && own.up == 0 {
            return None;
        }
        let may = |c: u32| open[c as usize] && rank[c as usize] <= bound;
        let find = |search: &mut Search<'_>, without: &dyn Fn(u32) -> bool| {
            search.find(cell, reach, |c| may(c) && !without(c), |c| rank[c as usize])
        };
        let circuit = find(search, &|_| false)?;
        if reader == Reader::Algebra {
            return Some(circuit);
        }
        // Cells that would leave their room: look for a proof without those that stand in the way, a few times over, then
        // for one without any that can't move both ways.
        let mut against = in_the_way(&circuit, cells);
        for _ in 0..DETOURS {
            if against.is_empty() {
                break;
            }
            let circuit = find(search, &|c| c != cell && against.contains(&c))?;
            match in_the_way(&circuit, cells) {
                none if none.is_empty() => return Some(circuit),
                more => against.extend(more),
            }
        }
        if against.is_empty() {
            return Some(circuit);
        }
        let stiff = |c: u32| cells[c as usize].down == 0 || cells[c as usize].up == 0;
        let circuit = find(search, &|c| c != cell && (stiff(c) || against.contains(&c)))?;
        in_the_way(&circuit, cells).is_empty().then_some(circuit)
    }
}

/// How often a proof is looked for around cells that stand in the way.
const DETOURS: usize = 2;

/// The cells that would leave their room, in the direction in which there are fewer, and none if the circuit can be taken
/// one way. Never the first alone, which the circuit is for: it stands in its own way only when nothing else does.
fn in_the_way(circuit: &Circuit, cells: &[Cell]) -> Vec<u32> {
    let leaves = |sign: i64| -> Vec<u32> {
        let out = |&&(c, amount): &&(u32, i64)| {
            let (amount, cell) = (amount * sign, &cells[c as usize]);
            if amount > 0 { amount > cell.up } else { -amount > cell.down }
        };
        circuit.moves.iter().filter(out).map(|&(c, _)| c).collect()
    };
    let (one, other) = (leaves(1), leaves(-1));
    let first = circuit.moves[0].0;
    let own = |way: &Vec<u32>| way.first() == Some(&first);
    match (own(&one), own(&other)) {
        (false, true) => one,
        (true, false) => other,
        _ if one.len() <= other.len() => one,
        _ => other,
    }
}
