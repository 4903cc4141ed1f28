//! A node's own clock.
//!
//! Protocols are tempted to trust clocks; here they can be wrong. A clock runs at a rate (a million
//! parts per million is true) and may jump. Timers are set and run out by the node's own clock, so
//! a server whose clock runs fast campaigns early, as it would in life.

/// The rate of a clock that runs true, in parts per million.
pub const TRUE_RATE_PPM: u64 = 1_000_000;

/// How far the rate of a clock may be off, in parts per million, for promises to be kept that rest
/// on clocks: one clock may be a twentieth too slow and another a twentieth too fast.
pub const MOST_DRIFT_PPM: u64 = 50_000;

/// A clock that is linear in true time since it was last touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Clock {
    rate_ppm: u64,
    touched_us: u64,
    shown_us: u64,
    jumped: bool,
}

impl Default for Clock {
    fn default() -> Self {
        Self { rate_ppm: TRUE_RATE_PPM, touched_us: 0, shown_us: 0, jumped: false }
    }
}

impl Clock {
    /// What the clock shows at true time `now_us`.
    #[must_use]
    pub const fn shows_us(&self, now_us: u64) -> u64 {
        let elapsed_us = now_us - self.touched_us;
        if self.rate_ppm == TRUE_RATE_PPM {
            self.shown_us + elapsed_us
        } else {
            self.shown_us + elapsed_us * self.rate_ppm / TRUE_RATE_PPM
        }
    }

    /// The first true time at which the clock shows `shown_us` or more, and not before `now_us`.
    #[must_use]
    pub fn reaches_us(&self, shown_us: u64, now_us: u64) -> u64 {
        let ahead_us = shown_us.saturating_sub(self.shown_us);
        let true_us = if self.rate_ppm == TRUE_RATE_PPM {
            ahead_us
        } else {
            (ahead_us * TRUE_RATE_PPM).div_ceil(self.rate_ppm)
        };
        (self.touched_us + true_us).max(now_us)
    }

    /// The rate, in parts per million of true time.
    #[must_use]
    pub const fn rate_ppm(&self) -> u64 {
        self.rate_ppm
    }

    /// From `now_us` on, runs at `rate_ppm`, which is not zero.
    pub const fn set_rate(&mut self, rate_ppm: u64, now_us: u64) {
        assert!(rate_ppm > 0);
        *self = Self { rate_ppm, touched_us: now_us, shown_us: self.shows_us(now_us), ..*self };
    }

    /// At `now_us`, jumps forward by `jump_us`, or back where that is negative (never below zero).
    pub const fn jump(&mut self, jump_us: i64, now_us: u64) {
        let shown_us = self.shows_us(now_us).saturating_add_signed(jump_us);
        *self = Self { touched_us: now_us, shown_us, jumped: true, ..*self };
    }

    /// Whether it has jumped, or runs faster or slower than true time by more than `most_ppm` parts
    /// per million.
    #[must_use]
    pub const fn strays(&self, most_ppm: u64) -> bool {
        self.jumped || self.rate_ppm.abs_diff(TRUE_RATE_PPM) > most_ppm
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_true_clock_shows_true_time() {
        let clock = Clock::default();
        assert_eq!(clock.shows_us(123), 123);
        assert_eq!(clock.reaches_us(500, 123), 500);
    }

    #[test]
    fn a_fast_clock_reaches_a_deadline_early_and_never_too_early() {
        let mut clock = Clock::default();
        clock.set_rate(1_500_000, 1_000);
        assert_eq!(clock.shows_us(1_000), 1_000);
        assert_eq!(clock.shows_us(3_000), 4_000);
        for shown_us in 1_000..2_000 {
            let reached_us = clock.reaches_us(shown_us, 1_000);
            assert!(clock.shows_us(reached_us) >= shown_us);
            assert!(reached_us == 1_000 || clock.shows_us(reached_us - 1) < shown_us);
        }
    }

    #[test]
    fn a_jump_forward_makes_a_deadline_due_at_once() {
        let mut clock = Clock::default();
        clock.jump(700, 1_000);
        assert_eq!(clock.shows_us(1_000), 1_700);
        assert_eq!(clock.reaches_us(1_500, 1_000), 1_000);
        clock.jump(-5_000, 1_000);
        assert_eq!(clock.shows_us(1_000), 0);
    }

    #[test]
    fn a_clock_strays_while_it_runs_wrong_and_for_ever_after_a_jump() {
        let mut clock = Clock::default();
        assert!(!clock.strays(0));
        clock.set_rate(1_050_000, 10);
        assert!(!clock.strays(50_000) && clock.strays(49_999));
        clock.set_rate(TRUE_RATE_PPM, 20);
        assert!(!clock.strays(0));
        clock.jump(1, 30);
        clock.set_rate(TRUE_RATE_PPM, 40);
        assert!(clock.strays(50_000));
    }
}
