//! What the tidy test looks for in source text.
