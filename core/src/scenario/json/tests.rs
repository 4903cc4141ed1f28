//! Scenario files as people write them, right and wrong.
