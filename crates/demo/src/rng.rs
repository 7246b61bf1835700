//! SplitMix64 (Steele, Lea, Flood 2014): the same numbers from the same seed on every machine and in every release,
//! which library generators do not promise.

#[derive(Clone)]
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Rng(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 to `n - 1`; 0 for `n` of 0 or 1.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    /// `first` to `last`, both included.
    pub fn between(&mut self, first: i64, last: i64) -> i64 {
        first + self.below((last - first + 1).max(1) as usize) as i64
    }

    /// True in `percent` of 100.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of `items`, which has at least one.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// 0 to 1, for the generated centres.
    pub fn unit(&mut self) -> f64 {
        self.below(1 << 24) as f64 / f64::from(1 << 24)
    }

    /// `total` cut into `parts` that differ by up to a half from their mean, none below 1 (`total` ≥ `parts`).
    pub fn spread(&mut self, total: usize, parts: usize) -> Vec<usize> {
        let weights: Vec<usize> = (0..parts).map(|_| 50 + self.below(101)).collect();
        let sum: usize = weights.iter().sum();
        let free = total.saturating_sub(parts);
        let mut cut: Vec<usize> = weights.iter().map(|w| 1 + free * w / sum.max(1)).collect();
        let given: usize = cut.iter().sum();
        for i in 0..total.saturating_sub(given) {
            cut[i % parts] += 1;
        }
        cut
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_sequence() {
        let mut rng = Rng::new(1_234_567);
        assert_eq!([rng.next(), rng.next()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn a_spread_adds_up_and_leaves_nobody_without() {
        let mut rng = Rng::new(7);
        for (total, parts) in [(16_000, 2_484), (10, 10), (230_000, 12_895), (5, 1)] {
            let cut = rng.spread(total, parts);
            assert_eq!((cut.len(), cut.iter().sum::<usize>()), (parts, total));
            assert!(cut.iter().all(|n| *n >= 1));
        }
    }

    #[test]
    fn between_reaches_both_ends() {
        let mut rng = Rng::new(3);
        let drawn: Vec<i64> = (0..200).map(|_| rng.between(-1, 1)).collect();
        assert!([-1, 0, 1].iter().all(|n| drawn.contains(n)));
        assert!(drawn.iter().all(|n| (-1..=1).contains(n)));
    }
}
