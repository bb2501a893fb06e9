//! headway-import
