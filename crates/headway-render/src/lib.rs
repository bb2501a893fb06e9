//! headway-render
