#!/usr/bin/env bash
# Builds what the page loads and git does not hold. The libraries from npm, each as one module, into www/vendor; the engine by cargo,
# then wasm-bindgen, then wasm-opt, into www/wasm. Each only when what it is made from has changed.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

OUT=$ROOT/www/wasm
wasm_env
built=$CARGO_TARGET_DIR/$WASM/wasm/highwater.wasm
# A tenth less to fetch, and no slower: what is not marked `#[inline]` is inlined only if it is short, what is marked (and much of the
# library) if it is not long, so the hot path says `inline(always)`; loops are unrolled only if they go away. LLVM has had these options
# for longer than Rust has been there. The paths of this machine's folders stay out of the file.
flags="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=crates --remap-path-prefix=$ROOT=."
for option in inline-threshold=50 inlinehint-threshold=200 unroll-allow-partial=false unroll-runtime=false; do
  flags="$flags -C llvm-args=-$option"
done
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="$flags"

cd "$ROOT"
libraries() { cksum < www/vendor.mjs; cat www/node_modules/.installed; }
if [ "$(cat www/vendor/.built 2>/dev/null)" != "$(libraries)" ]; then
  say "bundling the page's libraries into www/vendor"
  node www/vendor.mjs
  libraries > www/vendor/.built
fi

say "building the engine for the page"
cargo build --quiet --profile wasm --lib --no-default-features --target "$WASM"
node .ci/licences.mjs

fingerprint() { cksum < "$built"; wasm-bindgen --version; "$NODE_BIN/wasm-opt" --version; cksum < "$ROOT/.ci/wasm.sh"; }
wanted=$(fingerprint)
[ "$(cat "$OUT/.built" 2>/dev/null)" != "$wanted" ] || exit 0

say "binding and optimising it into www/wasm"
rm -rf "$OUT"
wasm-bindgen --target web --out-dir "$OUT" "$built"
# Low memory being unused, offsets may be folded into loads and stores. That is another address only where the sum of pointer and
# offset goes round at 4 GiB, which no address of Rust's does. Blocks are nested anew (`--rereloop`, which asks for `--flatten`), a
# function with one caller stays one unless it is short, and functions stand in the order of their names, module by module, so that what
# is alike is near: together 5 KB less when compressed.
"$NODE_BIN/wasm-opt" --flatten --rereloop -O3 --low-memory-unused --one-caller-inline-max-function-size=60 --reorder-functions-by-name \
  "$OUT/highwater_bg.wasm" -o "$OUT/highwater_bg.wasm"
printf '%s\n' "$wanted" > "$OUT/.built"
