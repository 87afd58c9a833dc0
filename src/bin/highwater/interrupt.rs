//! Ctrl-C: the first asks a run to end where it is, the second ends the process at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::SIGINT;
use signal_hook::flag;

/// The exit code of who was interrupted, as shells have it: 128 and the number of the signal.
pub(crate) const INTERRUPTED: u8 = 130;

/// Whether Ctrl-C was pressed.
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from now on. Where signals cannot be listened to, Ctrl-C ends the process as ever.
    pub(crate) fn listen() -> Self {
        let asked = Arc::new(AtomicBool::new(false));
        // In this order: what is asked for the first time is noted only after the look at whether it was asked before.
        let _ =
            flag::register_conditional_shutdown(SIGINT, i32::from(INTERRUPTED), Arc::clone(&asked))
                .and_then(|_| flag::register(SIGINT, Arc::clone(&asked)));
        Interrupt(asked)
    }

    pub(crate) fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
