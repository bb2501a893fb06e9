//! headway-model
