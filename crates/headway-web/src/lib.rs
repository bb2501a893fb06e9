//! headway-web
