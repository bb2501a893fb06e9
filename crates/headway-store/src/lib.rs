//! headway-store
