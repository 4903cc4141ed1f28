//! STUB
use super::setting::Features;
use super::bug::Bugs;
/// stub
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Steward { 
/// x
pub features: Features, 
/// x
pub bugs: Bugs }
