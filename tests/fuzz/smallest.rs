//! Makes a text that breaks a rule smaller, line by line, while it still breaks it: the generator can only leave out what it has drawn.

/// The smallest text that could be made of this one. `breaks` says whether a text still does.
pub(crate) fn smallest(text: &str, breaks: impl Fn(&str) -> bool) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    loop {
        let before = lines.len();
        let mut at = lines.len();
        while at > 0 {
            at = (at - 1).min(lines.len().saturating_sub(1));
            for without in [without_block(&lines, at), without_braces(&lines, at)]
                .into_iter()
                .flatten()
            {
                if breaks(&without.join("\n")) {
                    lines = without;
                    break;
                }
            }
        }
        if lines.len() == before {
            return lines.join("\n");
        }
    }
}

/// Where the block that this line opens is closed; the line itself if it opens none.
fn closes(lines: &[String], at: usize) -> Option<usize> {
    let mut depth = 0;
    for (number, line) in lines.iter().enumerate().skip(at) {
        depth += line.matches('{').count() as i64 - line.matches('}').count() as i64;
        if depth <= 0 {
            return Some(number);
        }
    }
    None
}

/// The line by which every loop of the random programs lets time pass: without it a text is another matter.
const PAUSE: &str = "sleep 1ms";

/// Without a line, or the whole block that it opens.
fn without_block(lines: &[String], at: usize) -> Option<Vec<String>> {
    let end = closes(lines, at).filter(|_| lines[at] != PAUSE)?;
    Some([&lines[..at], &lines[end + 1..]].concat())
}

/// Without the line that opens a block and the one that closes it, so that what is inside stays.
fn without_braces(lines: &[String], at: usize) -> Option<Vec<String>> {
    let end = closes(lines, at).filter(|&end| end > at)?;
    Some([&lines[..at], &lines[at + 1..end], &lines[end + 1..]].concat())
}
