//! Which channel each runtime's queue is (`www/docs/language.md#where-the-rules-come-from`): who owns a freed place, and whether a waiting
//! receiver is handed the item.

/// The words after `channel NAME` for a queue of that capacity on that system. Python means "no bound" by 0 and less.
pub(super) fn channel(system: &str, capacity: i64) -> Result<String, String> {
    let (runtime, _) = system.split_once('-').unwrap_or((system, ""));
    Ok(match (runtime, capacity) {
        // The oldest waiting sender owns the place; a waiting receiver is handed the item.
        ("go", _) => format!("capacity {capacity}"),
        // The same owner, but everything goes through the buffer.
        ("tokio" | "java", _) => format!("capacity {capacity} no_handoff"),
        // A rendezvous has no buffer that anything could go through and no place to take.
        ("rust", 0) => "capacity 0".to_owned(),
        ("python" | "asyncio", ..=0) => "unbounded barging no_handoff".to_owned(),
        // The place is nobody's: the sender that was woken looks again.
        ("rust" | "python" | "asyncio", _) => format!("capacity {capacity} barging no_handoff"),
        _ => {
            return Err(format!(
                "which channel words `{system}` takes is not written down"
            ));
        }
    })
}
