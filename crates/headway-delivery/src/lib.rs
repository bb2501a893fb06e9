//! headway-delivery
