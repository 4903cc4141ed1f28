//! Quorums and configurations: against the cases that etcd's raft publishes, and against a naive
//! twin.

#[path = "../shared/dice.rs"]
#[expect(dead_code, reason = "not every kind of test picks")]
mod dice;
mod naive;
mod random;
mod vectors;
