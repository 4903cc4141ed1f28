//! Putting things in order, with one piece of code for all.
//!
//! The standard library's sorting is faster on long lists, and is generated anew for every kind of
//! thing that is sorted: some kilobytes each, which everybody who opens the page has to load. What
//! is sorted here is a list of places, by keys that are numbers; whoever asks moves their things.

/// The places of the keys, in the order in which the keys ascend. Equal ones stay as they are. It
/// takes `n log n` steps at most.
#[must_use]
pub fn order(keys: &[(u64, u64)]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..keys.len()).collect();
    let mut merged = places.clone();
    let mut run = 1;
    while run < keys.len() {
        let mut at = 0;
        while at < keys.len() {
            let middle = (at + run).min(keys.len());
            let end = (middle + run).min(keys.len());
            let (mut left, mut right) = (at, middle);
            for slot in &mut merged[at..end] {
                let takes_left =
                    left < middle && (right == end || keys[places[left]] <= keys[places[right]]);
                let from = if takes_left { &mut left } else { &mut right };
                *slot = places[*from];
                *from += 1;
            }
            at = end;
        }
        std::mem::swap(&mut places, &mut merged);
        run *= 2;
    }
    places
}

/// Puts a list in order by keys that are numbers. Equal ones stay as they are.
pub fn arrange<T>(list: &mut [T], key: impl Fn(&T) -> (u64, u64)) {
    let keys: Vec<(u64, u64)> = list.iter().map(key).collect();
    let mut places = order(&keys);
    // Round each cycle of places: what belongs to one is fetched from where it is.
    for start in 0..places.len() {
        let mut at = start;
        while places[at] != start {
            let from = places[at];
            list.swap(at, from);
            places[at] = at;
            at = from;
        }
        places[at] = at;
    }
}

/// Numbers, ascending, each once.
#[must_use]
pub fn ascending(numbers: &[u64]) -> Vec<u64> {
    let keys: Vec<(u64, u64)> = numbers.iter().map(|number| (*number, 0)).collect();
    let mut sorted: Vec<u64> = order(&keys).into_iter().map(|place| numbers[place]).collect();
    sorted.dedup();
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::random::Luck;

    #[test]
    fn lists_of_every_length_come_out_as_the_standard_library_sorts_them() {
        // Few different keys, so that many are equal.
        let draw = |nth, slot| Luck::new(1).between(nth, slot, 0, 4);
        for length in 0..200 {
            let keys: Vec<(u64, u64)> =
                (0..length).map(|nth| (draw(nth, 0), draw(nth, 1))).collect();
            let mut expected: Vec<usize> = (0..keys.len()).collect();
            expected.sort_by_key(|place| keys[*place]);
            assert_eq!(order(&keys), expected, "{keys:?}");
            let mut list: Vec<usize> = (0..keys.len()).collect();
            arrange(&mut list, |place| keys[*place]);
            assert_eq!(list, expected, "{keys:?}");
        }
    }

    #[test]
    fn numbers_come_out_ascending_and_once() {
        assert_eq!(ascending(&[3, 1, 3, 2, 1]), [1, 2, 3]);
        assert_eq!(ascending(&[]), [0; 0]);
    }
}
