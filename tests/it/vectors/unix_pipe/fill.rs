//! Non-blocking writes of one size until nothing goes in, reads until it is writable again, one more write.

use serde_json::{Value, json};

use super::super::run::{Trace, indented};
use super::super::vector::Vector;
use super::{PAGE, PIPE, pipe, write};

/// `F_SETPIPE_SZ` rounds up to a power of two of pages.
fn size(vector: &Vector) -> Result<i64, String> {
    let asked = vector.optional_of(&["set_pipe_sz"])?.unwrap_or(PIPE);
    let pages = u64::try_from(asked)
        .map_err(|why| format!("a pipe of {asked} B: {why}"))?
        .div_ceil(PAGE as u64);
    Ok(pages.next_power_of_two() as i64 * PAGE)
}

/// The scenario. A slot ends where an item ends, so reading item by item stops where reading byte by byte (`drain_step` 1) does.
pub(in super::super) fn text(vector: &Vector) -> Result<String, String> {
    vector.knows(&["write_size", "drain_step", "set_pipe_sz"])?;
    let written = vector.whole("write_size")?;
    if vector.whole("drain_step")? != 1 {
        return Err("reads of more than one byte may pass the moment".to_owned());
    }
    let write = write("pipe", written);
    let text = format!(
        "scenario \"{}\"
        {}
        process main {{
        let end = 0B
        let full_writes = 0
        forever {{
        {write}
        if rest == 0B {{ full_writes = full_writes + 1 }} else {{
        print \"full|accepted={{bytes(pipe) / 1B}}|writes={{full_writes}}|short={{({written}B - rest) / 1B}}|pollout={{not full(pipe)}}\"
        break
        }}
        }}
        let drained = 0B
        while full(pipe) {{
        receive pipe
        drained = drained + size
        done
        }}
        print \"drained|bytes={{drained / 1B}}|left={{bytes(pipe) / 1B}}\"
        {write}
        print \"again|accepts={{({written}B - rest) / 1B}}\"
        }}",
        vector.system,
        pipe("pipe", size(vector)?),
    );
    Ok(indented(&text))
}

/// The counts.
pub(in super::super) fn observe(vector: &Vector, trace: &Trace) -> Result<Value, String> {
    let (full, drained) = (trace.only("full")?, trace.only("drained")?);
    let short = Some(full.field("short")).filter(|short| short.as_i64() != Some(0));
    Ok(json!({
        "pipe_size": size(vector)?,
        "PIPE_BUF": PAGE,
        "total_bytes_accepted": full.field("accepted"),
        "fionread": full.field("accepted"),
        "full_writes": full.field("writes"),
        "short_writes": short.into_iter().collect::<Vec<_>>(),
        "pollout_when_full": full.field("pollout"),
        "bytes_drained_until_pollout": drained.field("bytes"),
        "bytes_left_then": drained.field("left"),
        "next_nonblocking_write_accepts": trace.only("again")?.field("accepts"),
    }))
}
