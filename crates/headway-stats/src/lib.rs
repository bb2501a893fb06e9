//! headway-stats
