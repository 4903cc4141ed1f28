//! Where things stand in a ring.

use std::f64::consts::FRAC_1_SQRT_2;
use std::iter::successors;

/// Cosine and sine of a half, a third, … of half a turn, for 1 to 9 servers: written out, so that
/// the program needs no trigonometry.
const HALF_STEPS: [(f64, f64); 9] = [
    (-1.0, 0.0),
    (0.0, 1.0),
    (0.5, 0.866_025_403_784),
    (FRAC_1_SQRT_2, FRAC_1_SQRT_2),
    (0.809_016_994_375, 0.587_785_252_292),
    (0.866_025_403_784, 0.5),
    (0.900_968_867_902, 0.433_883_739_118),
    (0.923_879_532_511, 0.382_683_432_365),
    (0.939_692_620_786, 0.342_020_143_326),
];

/// The directions in which servers stand, as points of the unit circle. An odd number has one at
/// the top, an even number a flat top, which leaves more room for what is written below them.
pub(super) fn directions(servers: u8) -> Vec<(f64, f64)> {
    let (cosine, sine) = HALF_STEPS[usize::from(servers - 1)];
    let turn = |(x, y): (f64, f64)| (x * cosine - y * sine, x * sine + y * cosine);
    let back = |(x, y): (f64, f64)| (x * cosine + y * sine, y * cosine - x * sine);
    let top = (0.0, -1.0);
    let first = if servers % 2 == 1 { top } else { back(top) };
    let all = successors(Some(first), |direction| Some(turn(turn(*direction))));
    // Cleans up what is zero but for rounding.
    let clean = |number: f64| if number.abs() < 1e-9 { 0.0 } else { number };
    all.take(usize::from(servers)).map(|(x, y)| (clean(x), clean(y))).collect()
}
