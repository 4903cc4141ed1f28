//! STUB
use super::bug::Bugs;
use super::setting::Features;
/// stub
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Steward {
    /// x
    pub features: Features,
    /// x
    pub bugs: Bugs,
}
