//! TCP over loopback: the shape, for the bytes are those of one kernel on one day.
//!
//! The queue of either end is a channel with a mark. Data goes from the sender's to the receiver's while the window is open, that is
//! until the receiver's queue reaches its mark; then the kernel asks again and again (probes), and the sender's queue fills to its own.
//!
//! DIVERGES: a kernel counts the memory of segments, not bytes of data. Three shares say what comes of it, read off these recordings:
//! three quarters of a receive buffer hold data; the window opens again when three quarters of that are free; a sender is told that it
//! may write when a third of its buffer is (`sk_stream_is_writeable`). So what was measured is compared with a tolerance (`LOOSE`), and
//! the same numbers outside of `measured` are not compared at all. The small window that is left open when the sender stops has no
//! word: a mark is either reached or not.

pub(super) mod backlog;
pub(super) mod defaults;
pub(super) mod fill;
pub(super) mod rate;

/// When the buffers have filled and the window has been probed.
const READS_BEGIN: &str = "1s";

/// Both queues, the kernel between them, and a sender that writes whenever it may. Buffers are as large as the kernel counts them;
/// `when_full` is what else happens when the sender must wait.
fn connection(write: i64, send_buffer: &str, receive_buffer: i64, when_full: &str) -> String {
    format!(
        "channel sending high_water {send_buffer} low_water {send_buffer} * 2 / 3
        channel receiving high_water {receive_buffer}B * 3 / 4 low_water {receive_buffer}B * 3 / 16
        shared accepted = 0B
        shared probes = 0
        shared read = 0B
        shared waits = 0
        process sender {{
        forever {{
        if full(sending) {{
        {when_full}
        await not full(sending)
        waits = waits + 1
        {}
        }}
        produce size {write}B
        send sending
        accepted = accepted + {write}B
        }}
        }}
        process kernel {{
        forever {{
        while full(receiving) {{
        within 200ms {{ await not full(receiving) }} else {{
        if len(sending) > 0 {{ probes = probes + 1 }}
        }}
        }}
        receive sending
        send receiving
        }}
        }}",
        state("writable")
    )
}

/// One read, and time for what follows from it.
fn read(write: i64, read: i64) -> Result<String, String> {
    if read % write != 0 {
        return Err(format!(
            "reads of {read} B are no whole writes of {write} B"
        ));
    }
    Ok(format!(
        "receive receiving up to {}
        for each {{
        read = read + size
        done
        }}",
        read / write
    ))
}

/// A line with what is where.
fn state(tag: &str) -> String {
    format!(
        "print \"{tag}|accepted={{accepted / 1B}}|receiving={{bytes(receiving) / 1B}}|sending={{bytes(sending) / 1B}}\
        |blocked={{full(sending)}}|probes={{probes}}|read={{read / 1B}}\""
    )
}
