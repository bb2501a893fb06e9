//! What is to become of a count, and what became of all of them.

/// What is to become of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellRole {
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
pub struct SuppressionCell {
    /// What is to become of it.
    pub role: CellRole,
    /// By how much it could be lower.
    pub down: i64,
    /// By how much it could be higher.
    pub up: i64,
}

impl SuppressionCell {
    /// Room without an end.
    pub const ENDLESS: i64 = i64::MAX;

    /// Whether it must not follow from what is published.
    pub(super) fn is_protected(&self) -> bool {
        matches!(self.role, CellRole::Protect | CellRole::Unknown)
    }

    /// Whether there is an end to its room.
    pub(super) fn is_bounded(&self) -> bool {
        self.down.min(self.up) < Self::ENDLESS
    }

    /// Whether it can't move at all.
    pub(super) fn is_stuck(&self) -> bool {
        self.down == 0 && self.up == 0
    }
}

/// What to hide. Places are cells.
#[derive(Clone, Debug)]
pub struct ProtectionResult {
    /// All cells that are not published.
    pub hidden: Vec<bool>,
    /// Protected cells without a proof, though all candidates were still open.
    pub exposed: Vec<u32>,
    /// Cells to be protected with room that have a proof by linear algebra alone.
    pub weak: Vec<u32>,
}
