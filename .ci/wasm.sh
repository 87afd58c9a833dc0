#!/usr/bin/env bash
# Builds what the page loads and git does not hold. The libraries from npm, each as one module, into www/vendor; the engine by cargo,
# then wasm-bindgen, then wasm-opt, into www/wasm. Each only when what it is made from has changed.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

OUT=$ROOT/www/wasm
wasm_env
built=$CARGO_TARGET_DIR/$WASM/release/highwater.wasm

cd "$ROOT"
libraries() { cksum < www/vendor.mjs; cat www/node_modules/.installed; }
if [ "$(cat www/vendor/.built 2>/dev/null)" != "$(libraries)" ]; then
  say "bundling the page's libraries into www/vendor"
  node www/vendor.mjs
  libraries > www/vendor/.built
fi

say "building the engine for the page"
cargo build --quiet --release --lib --no-default-features --target "$WASM"

fingerprint() { cksum < "$built"; wasm-bindgen --version; "$NODE_BIN/wasm-opt" --version; cksum < "$ROOT/.ci/wasm.sh"; }
wanted=$(fingerprint)
[ "$(cat "$OUT/.built" 2>/dev/null)" != "$wanted" ] || exit 0

say "binding and optimising it into www/wasm"
rm -rf "$OUT"
wasm-bindgen --target web --out-dir "$OUT" "$built"
# For speed, not size: the engine is what people wait for, and .ci/sizes.mjs keeps the size in bounds.
"$NODE_BIN/wasm-opt" -O3 "$OUT/highwater_bg.wasm" -o "$OUT/highwater_bg.wasm"
printf '%s\n' "$wanted" > "$OUT/.built"
