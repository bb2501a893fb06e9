//! Two random effects of a unit: their covariance S, in units of the error variance, and what follows from it.

/// A symmetric 2 x 2 matrix: entries (0, 0), (0, 1), (1, 1).
type SymmetricMatrix = [f64; 3];

/// S = LL' with L = [[a, 0], [b, c]]. A unit's G = Z'Z comes with every question.
#[derive(Debug, Clone, Copy)]
pub(super) struct SlopeSpread {
    l: [f64; 3],
    s: SymmetricMatrix,
    det: f64,
}

fn determinant([m00, m01, m11]: SymmetricMatrix) -> f64 {
    m00 * m11 - m01 * m01
}

impl SlopeSpread {
    pub(super) fn new([a, b, c]: [f64; 3]) -> SlopeSpread {
        SlopeSpread { l: [a, b, c], s: [a * a, a * b, b * b + c * c], det: (a * c).powi(2) }
    }

    /// An entry of L that a search left within a millionth of 0 is 0.
    pub(super) fn snap_to_zero(self) -> SlopeSpread {
        SlopeSpread::new(self.l.map(|entry| if entry.abs() < 1e-6 { 0.0 } else { entry }))
    }

    pub(super) fn covariance(&self) -> SymmetricMatrix {
        self.s
    }

    /// |I + GS|, at least 1.
    pub(super) fn determinant(&self, g: SymmetricMatrix) -> f64 {
        let [s00, s01, s11] = self.s;
        // A sum of squares on paper; rounding may not take it below.
        let within = (g[0] * s00 + 2.0 * g[1] * s01 + g[2] * s11).max(0.0);
        1.0 + within + self.det * determinant(g).max(0.0)
    }

    /// (S^-1 + G)^-1, which is also right where S has no inverse: (S + |S| adj G) / |I + GS|.
    pub(super) fn conditional_covariance(&self, g: SymmetricMatrix) -> SymmetricMatrix {
        let whole = self.determinant(g);
        let [s00, s01, s11] = self.s;
        [(s00 + self.det * g[2]) / whole, (s01 - self.det * g[1]) / whole, (s11 + self.det * g[0]) / whole]
    }

    /// Adds a unit's part of the derivative by S to `q`: (I + GS)^-1 G - K' lost K with K = (I + SG)^-1.
    pub(super) fn add_derivative(&self, g: SymmetricMatrix, lost: SymmetricMatrix, q: &mut SymmetricMatrix) {
        let whole = self.determinant(g);
        let [s00, s01, s11] = self.s;
        let g_det = determinant(g).max(0.0);
        let own = [g[0] + g_det * s11, g[1] - g_det * s01, g[2] + g_det * s00];
        // K = adj(I + SG) / |I + SG|.
        let k = [
            [(1.0 + s01 * g[1] + s11 * g[2]) / whole, -(s00 * g[1] + s01 * g[2]) / whole],
            [-(s01 * g[0] + s11 * g[1]) / whole, (1.0 + s00 * g[0] + s01 * g[1]) / whole],
        ];
        let half = |i: usize| [lost[0] * k[0][i] + lost[1] * k[1][i], lost[1] * k[0][i] + lost[2] * k[1][i]];
        let around = |i: usize, j: usize| {
            let h = half(j);
            k[0][i] * h[0] + k[1][i] * h[1]
        };
        q[0] += own[0] / whole - around(0, 0);
        q[1] += own[1] / whole - around(0, 1);
        q[2] += own[2] / whole - around(1, 1);
    }

    /// From the derivative by S to those by a, b and c: the lower entries of 2 Q L.
    pub(super) fn by_entry(&self, [q00, q01, q11]: SymmetricMatrix) -> Vec<f64> {
        let [a, b, c] = self.l;
        vec![2.0 * (q00 * a + q01 * b), 2.0 * (q01 * a + q11 * b), 2.0 * q11 * c]
    }
}
