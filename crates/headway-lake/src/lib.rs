//! headway-lake
