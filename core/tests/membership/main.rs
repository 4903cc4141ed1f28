//! Quorums and configurations: against the cases that etcd's raft publishes, and against a naive
//! twin.

mod naive;
mod random;
mod vectors;
