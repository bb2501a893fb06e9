//! The first start in a real Chromium.
