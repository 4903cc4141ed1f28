//! How fast a run is played: from a thousandth of real time to a hundred times as fast.

/// Thousandths of real time, one for each stop of the slider.
const STOPS: [u32; 16] =
    [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];

/// A stop of the speed slider, whose scale is logarithmic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Speed(u8);

impl Default for Speed {
    /// A tenth of real time: an election, which takes some 200 ms, can be watched.
    fn default() -> Self {
        Self(6)
    }
}

impl Speed {
    /// The last stop.
    pub const LAST: u8 = 15;

    /// A stop of the slider, from 0 to [`Self::LAST`].
    #[must_use]
    pub fn new(stop: u8) -> Self {
        Self(stop.min(Self::LAST))
    }

    /// The stop.
    #[must_use]
    pub const fn stop(self) -> u8 {
        self.0
    }

    /// So many stops faster, or slower where negative.
    #[must_use]
    pub fn changed(self, stops: i8) -> Self {
        Self::new(self.0.saturating_add_signed(stops))
    }

    /// The stop that is nearest to a factor of real time, by ratio.
    #[must_use]
    pub fn near(factor: f64) -> Self {
        // Halfway between two stops, by ratio, is the root of their product.
        let faster = |stop: &u8| {
            let [low, high] = [*stop, stop + 1].map(|stop| Self(stop).microseconds_a_millisecond());
            factor * 1_000.0 > (low * high).sqrt()
        };
        Self::new(u8::try_from((0..Self::LAST).take_while(faster).count()).unwrap_or(0))
    }

    /// Microseconds of the run in one millisecond of the person who watches.
    #[must_use]
    pub fn microseconds_a_millisecond(self) -> f64 {
        f64::from(self.thousandths())
    }

    /// Whether single events can be followed at this speed.
    #[must_use]
    pub const fn can_be_read(self) -> bool {
        self.thousandths() <= 100
    }

    /// Whether what matters can be followed by ear: time passes no faster than in life.
    #[must_use]
    pub const fn can_be_heard(self) -> bool {
        self.thousandths() <= 1_000
    }

    const fn thousandths(self) -> u32 {
        STOPS[self.0 as usize]
    }

    /// As people write it: `0.001×`, `20×`.
    #[must_use]
    pub fn text(self) -> String {
        let thousandths = self.thousandths();
        let (whole, rest) = (thousandths / 1_000, thousandths % 1_000);
        if rest == 0 {
            return format!("{whole}×");
        }
        let decimals = format!("{rest:03}");
        format!("{whole}.{}×", decimals.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slider_spans_five_decades() {
        assert_eq!(Speed::new(0).text(), "0.001×");
        assert_eq!(Speed::default().text(), "0.1×");
        assert_eq!(Speed::new(200).text(), "100×");
    }

    #[test]
    fn the_nearest_stop_is_found_by_ratio() {
        let near = [0.0, 0.1, 0.14, 0.15, 1.0, 1e9].map(|factor| Speed::near(factor).text());
        assert_eq!(near, ["0.001×", "0.1×", "0.1×", "0.2×", "1×", "100×"]);
    }

    #[test]
    fn faster_and_slower_stop_at_the_ends() {
        assert_eq!(Speed::new(0).changed(-1), Speed::new(0));
        assert_eq!(Speed::new(Speed::LAST).changed(1), Speed::new(Speed::LAST));
        assert_eq!(Speed::new(4).changed(2), Speed::new(6));
    }

    #[test]
    fn real_time_is_a_thousand_microseconds_a_millisecond() {
        let real = (0..=Speed::LAST).map(Speed::new).find(|speed| speed.text() == "1×");
        let real = real.expect("real time is a stop");
        assert!((real.microseconds_a_millisecond() - 1_000.0).abs() < f64::EPSILON);
    }
}
