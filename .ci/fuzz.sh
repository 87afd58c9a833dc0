#!/usr/bin/env bash
# Random programs, damaged texts and, where there is a browser, damaged links, for as many minutes as it is told (MINUTES, 5 if not said), from a
# seed that it prints (SEED, the time if not said). What is found is in target/fuzz. KIND names one kind of text, or a file that was kept there,
# which is then played again in every way.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

MINUTES=${MINUTES:-5}
SEED=${SEED:-$(date +%s)}
# A text that takes more ends the process where it asks for it; the watch of the fuzzer itself looks for less.
MEMORY_KIB=1800000
LINKS_PER_MINUTE=140

say "building the fuzzer: optimised, with assertions and checked arithmetic"
cargo test --quiet --profile fuzz --test fuzz --no-run
binary=$(cargo test --quiet --profile fuzz --test fuzz --no-run --message-format=json |
  sed -n 's/.*"executable":"\([^"]*\/fuzz-[^"]*\)".*/\1/p' | tail -n 1)

status=0
(ulimit -v $MEMORY_KIB; exec "$binary" "$MINUTES" "$SEED" ${KIND:+"$KIND"}) || status=$?
# 1 is a finding, which was told; above that the process was ended.
[ $status -le 1 ] || die "the fuzzer was ended (status $status) by the text in target/fuzz/now.hw; again: make fuzz SEED=$SEED MINUTES=$MINUTES"
[ $status = 0 ] || exit 1

CHROME=$(find_chrome) && export CHROME || { say "damaged links are left out: there is no browser"; exit 0; }
if [ -e .ci/fuzz-links.mjs ] && [ "$MINUTES" != 0 ]; then
  node .ci/fuzz-links.mjs --seed "$SEED" --count $((MINUTES * LINKS_PER_MINUTE))
fi
