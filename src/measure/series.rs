//! The columns of a chart: rows of equal width in time, never more than 512, so that a run of any length has its whole
//! history in the same memory. Knows nothing of what the columns mean.

use super::footprint::row;
use super::reading::SeriesReading;

/// The most rows a series ever has. Even, so that the rows can be merged in pairs.
pub const SERIES_ROWS_MAX: usize = 512;

/// How two neighbouring rows of a column become one. A NaN is a gap: it gives way to the other value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merge {
    /// The mean of the two: means over time.
    Mean,
    /// The larger: peaks, percentiles.
    Max,
    /// The sum: counts.
    Sum,
    /// The later: a state at the end of the row.
    Last,
}

/// Columns of `f64` over rows of equal width.
///
/// The caller pushes a row when [`Series::row_end_ns`] is reached. A row that the end of the run cuts short is better
/// left out: it would weigh as much as a whole one. With the 512th row, all rows are merged in pairs to 256 of twice
/// the width, and the rows to come are as wide: between 256 and 511 rows cover a long run, at a resolution better than
/// 0.4 % of it.
///
/// ```
/// use highwater::measure::{Merge, Series, reading::SeriesReading};
///
/// let mut chart = Series::new(&[Merge::Sum, Merge::Max], 0, 1_000);
/// for _ in 0..512 {
///     chart.push_row(&[1.0, 7.0]);
/// }
/// assert_eq!((chart.rows(), chart.width_ns()), (256, 2_000));
/// assert_eq!(chart.column(0)[0], 2.0);
/// assert_eq!(chart.column(1)[0], 7.0);
/// assert_eq!(chart.row_end_ns(), 514_000);
/// ```
#[derive(Clone, Debug)]
pub struct Series {
    merges: Box<[Merge]>,
    /// Column after column, each with room for all its rows.
    values: Box<[f64]>,
    rows: usize,
    start_ns: u64,
    width_ns: u64,
}

impl Series {
    /// An empty series with one column for each of `merges`, whose first row begins at `start_ns` and is `width_ns`
    /// long (at least 1 ns). Takes 4 KB a column and never more.
    #[must_use]
    pub fn new(merges: &[Merge], start_ns: u64, width_ns: u64) -> Self {
        Self {
            merges: merges.into(),
            values: vec![0.0; merges.len() * SERIES_ROWS_MAX].into(),
            rows: 0,
            start_ns,
            width_ns: width_ns.max(1),
        }
    }

    /// Adds the row that ends at [`Series::row_end_ns`]: one value for each column, NaN where there is none. When that
    /// makes [`SERIES_ROWS_MAX`] rows, halves their number and doubles their width.
    ///
    /// # Panics
    /// If the row has not as many values as the series has columns.
    pub fn push_row(&mut self, row: &[f64]) {
        assert_eq!(row.len(), self.merges.len(), "one value for each column");
        for (column, value) in self.values.chunks_exact_mut(SERIES_ROWS_MAX).zip(row) {
            column[self.rows] = *value;
        }
        self.rows += 1;
        if self.rows == SERIES_ROWS_MAX {
            self.halve();
        }
    }

    /// Bytes that it holds.
    #[must_use]
    pub fn footprint(&self) -> u64 {
        row::<f64>(self.values.len()) + row::<u8>(self.merges.len())
    }

    /// How many rows there are: 0 to 511.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many columns there are.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.merges.len()
    }

    /// When the first row begins.
    #[must_use]
    pub fn start_ns(&self) -> u64 {
        self.start_ns
    }

    /// How much time each row covers.
    #[must_use]
    pub fn width_ns(&self) -> u64 {
        self.width_ns
    }

    /// When the row after the last one ends, and so is to be pushed. Stops at `u64::MAX`.
    #[must_use]
    pub fn row_end_ns(&self) -> u64 {
        let span_ns = self.width_ns.saturating_mul(self.rows as u64 + 1);
        self.start_ns.saturating_add(span_ns)
    }

    fn halve(&mut self) {
        self.rows /= 2;
        self.width_ns = self.width_ns.saturating_mul(2);
        let columns = self.values.chunks_exact_mut(SERIES_ROWS_MAX);
        for (column, merge) in columns.zip(&self.merges) {
            for row in 0..self.rows {
                column[row] = merge.apply(column[2 * row], column[2 * row + 1]);
            }
        }
    }
}

impl SeriesReading for Series {
    fn column(&self, index: usize) -> &[f64] {
        let first = index * SERIES_ROWS_MAX;
        &self.values[first..first + self.rows]
    }
}

impl Merge {
    fn apply(self, earlier: f64, later: f64) -> f64 {
        if earlier.is_nan() {
            return later;
        }
        if later.is_nan() {
            return earlier;
        }
        match self {
            Self::Mean => 0.5 * earlier + 0.5 * later,
            Self::Max if earlier > later => earlier,
            Self::Max | Self::Last => later,
            Self::Sum => earlier + later,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_run_is_kept_as_it_was() {
        let mut series = Series::new(&[Merge::Last, Merge::Mean], 50, 10);
        assert_eq!((series.rows(), series.columns()), (0, 2));
        assert_eq!(series.row_end_ns(), 60);
        series.push_row(&[1.0, 2.0]);
        series.push_row(&[3.0, f64::NAN]);
        assert_eq!(series.column(0), [1.0, 3.0]);
        assert!(series.column(1)[1].is_nan());
        assert_eq!((series.start_ns(), series.row_end_ns()), (50, 80));
    }

    #[test]
    fn gaps_give_way() {
        for merge in [Merge::Mean, Merge::Max, Merge::Sum, Merge::Last] {
            assert_eq!(merge.apply(f64::NAN, 3.0), 3.0);
            assert_eq!(merge.apply(3.0, f64::NAN), 3.0);
            assert!(merge.apply(f64::NAN, f64::NAN).is_nan());
        }
    }

    #[test]
    fn a_width_of_nothing_and_the_end_of_time() {
        let mut series = Series::new(&[], u64::MAX - 5, 0);
        assert_eq!(series.row_end_ns(), u64::MAX - 4);
        for _ in 0..10_000 {
            series.push_row(&[]);
        }
        assert_eq!(series.row_end_ns(), u64::MAX);
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest::proptest! {
        /// Whatever is pushed: sums keep their sum, maxima their maximum, means their mean, and rows their time.
        #[test]
        fn merging_keeps_what_it_promises(
            values in proptest::collection::vec(-1_000_i32..1_000, 1..5_000),
        ) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let merges = [Merge::Sum, Merge::Max, Merge::Mean, Merge::Last];
            let mut series = Series::new(&merges, 7, 100);
            let mut pushed = 0;
            let mut base = values.iter().copied();
            // As a caller does: once rows are wider, each new row sums up several of the first width.
            while let Some(group) = next_group(&mut base, series.width_ns() / 100) {
                pushed += group.len();
                let sum: f64 = group.iter().sum();
                let max = group.iter().copied().fold(f64::MIN, f64::max);
                series.push_row(&[sum, max, sum / group.len() as f64, group[group.len() - 1]]);
            }
            let seen = &values[..pushed];
            let width = (series.width_ns() / 100) as usize;
            proptest::prop_assert_eq!(series.rows() * width, pushed);
            proptest::prop_assert!(series.rows() < SERIES_ROWS_MAX);
            for (row, group) in seen.chunks(width).enumerate() {
                let sum: f64 = group.iter().sum();
                let max = group.iter().copied().fold(f64::MIN, f64::max);
                proptest::prop_assert_eq!(series.column(0)[row], sum);
                proptest::prop_assert_eq!(series.column(1)[row], max);
                let mean = sum / width as f64;
                proptest::prop_assert!((series.column(2)[row] - mean).abs() < 1e-9);
                proptest::prop_assert_eq!(series.column(3)[row], group[width - 1]);
            }
            let end_ns = 7 + (pushed + width) as u64 * 100;
            proptest::prop_assert_eq!(series.row_end_ns(), end_ns);
        }
    }

    /// The next `count` values, or `None` when fewer are left.
    fn next_group(values: &mut impl Iterator<Item = f64>, count: u64) -> Option<Vec<f64>> {
        let group: Vec<f64> = values.take(count as usize).collect();
        (group.len() as u64 == count).then_some(group)
    }
}
