//! The detector against an independent library.
