//! Whether two series of times can be told apart.

/// What tells a series from another.
#[derive(Clone, Copy, Debug)]
pub struct Difference {
    /// How much later its median is, in milliseconds.
    pub gap: f64,
    /// How likely one of it takes longer than one of the other: 0.5 where nobody can tell.
    pub slower: f64,
    /// How likely chance alone sets two series this far apart (Mann-Whitney, two-sided).
    pub p: f64,
}

/// The middle of a series.
pub fn median(series: &[f64]) -> f64 {
    let mut sorted = series.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len().is_multiple_of(2) {
        f64::midpoint(sorted[middle - 1], sorted[middle])
    } else {
        sorted[middle]
    }
}

/// Tells `series` from `other`, both in milliseconds.
#[expect(clippy::cast_precision_loss, reason = "counts of samples")]
pub fn difference(series: &[f64], other: &[f64]) -> Difference {
    let mut sorted = other.to_vec();
    sorted.sort_by(f64::total_cmp);
    // Of each pair: one point where it takes longer, half a point where both take as long.
    let points: f64 = series
        .iter()
        .map(|time| {
            let below = sorted.partition_point(|known| known < time);
            let equal = sorted.partition_point(|known| known <= time) - below;
            below as f64 + equal as f64 / 2.0
        })
        .sum();
    let (n, m) = (series.len() as f64, other.len() as f64);
    let deviation = (n * m * (n + m + 1.0) / 12.0).sqrt();
    Difference {
        gap: median(series) - median(other),
        slower: points / (n * m),
        p: two_sided((points - n * m / 2.0) / deviation),
    }
}

/// How likely a normal deviate lies at least this far from zero: Abramowitz and Stegun, 7.1.26,
/// good to seven digits.
fn two_sided(z: f64) -> f64 {
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / 0.327_591_1f64.mul_add(x, 1.0);
    let coefficients = [
        1.061_405_429,
        -1.453_152_027,
        1.421_413_741,
        -0.284_496_736,
        0.254_829_592,
    ];
    let polynomial = coefficients
        .iter()
        .fold(0.0, |sum: f64, c| sum.mul_add(t, *c));
    polynomial * t * (-x * x).exp()
}

#[test]
fn series_are_told_apart_where_they_differ_and_not_where_they_do_not() {
    let even: Vec<f64> = (0..2000).map(|n| f64::from(n % 97)).collect();
    let same = difference(&even, &even);
    assert!(same.gap.abs() < 1e-9 && (same.slower - 0.5).abs() < 1e-9 && same.p > 0.99);
    let later: Vec<f64> = even.iter().map(|time| time + 10.0).collect();
    let differs = difference(&later, &even);
    assert!((differs.gap - 10.0).abs() < 1e-9 && differs.slower > 0.58 && differs.p < 1e-9);
    // The tables: a deviate of 1.96 is one in twenty.
    assert!(
        (two_sided(1.959_964) - 0.05).abs() < 1e-5 && (two_sided(-2.575_829) - 0.01).abs() < 1e-5
    );
}
