//! How many bytes things take, by what they hold. The size of one is as on a machine of 64 bits, whatever this one is: a limit on the sum
//! stops a run at the same event natively and in the page, whose pointers are half as long.

/// What can lie in a row.
pub trait Footprint {
    /// Bytes of one, without what it holds elsewhere.
    const BYTES: u64;
}

/// Bytes of so many in a row.
#[inline]
#[must_use]
pub const fn row<T: Footprint>(count: usize) -> u64 {
    count as u64 * T::BYTES
}

/// Tells how large things are. Nothing is larger than that anywhere, and nothing much smaller where it was counted.
macro_rules! takes {
    ($($thing:ty: $bytes:expr),* $(,)?) => {$(
        impl $crate::measure::Footprint for $thing {
            const BYTES: u64 = $bytes;
        }
        const _: () = assert!(
            size_of::<$thing>() as u64 <= $bytes,
            concat!(stringify!($thing), " is larger than its footprint says")
        );
        const _: () = assert!(
            cfg!(target_pointer_width = "32") || $bytes <= size_of::<$thing>() as u64 + 32,
            concat!(stringify!($thing), " is much smaller than its footprint says")
        );
    )*};
}
pub(crate) use takes;

takes! {
    u8: 1, u32: 4, u64: 8, f64: 8, usize: 8, Option<u32>: 8,
    (u32, u32): 8, (u64, u32): 16, (u64, u64): 16, (u64, u64, u32): 24,
}
