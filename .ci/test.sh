#!/usr/bin/env bash
# Every check there is, each with its time. The first that fails shows its output, is named, and ends the run.
# The last line counts the checks: "N passed, N failed".
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

LOGS=$ROOT/target/checks
passed=0

# How many tests a log tells of: cargo's and wasm-bindgen's "test result: ok. 3 passed", node's "pass 3".
tests_in() {
  awk '/^test result: ok\. / { n += $4; seen = 1 } / pass [0-9]+$/ { n += $NF; seen = 1 } END { if (seen) print n + 0 }' "$1"
}

# fail NAME: the end of a run that failed.
fail() {
  printf '\nfailed: %s\n%d passed, 1 failed\n' "$1" "$passed"
  exit 1
}

# check NAME COMMAND...: one step. A step that runs tests and finds none has failed: it would pass for ever.
check() {
  local name=$1 log start=$SECONDS count
  log=$LOGS/$(printf %s "$name" | tr -cs 'A-Za-z0-9' -).log
  shift
  printf '%-34s' "$name"
  if ! "$@" > "$log" 2>&1 < /dev/null; then
    printf 'FAILED after %d s\n\n' $((SECONDS - start))
    cat "$log"
    fail "$name"
  fi
  count=$(tests_in "$log")
  printf 'ok  %3d s%s\n' $((SECONDS - start)) "${count:+  $count tests}"
  [ "$count" != 0 ] || { echo "it ran no test"; fail "$name"; }
  passed=$((passed + 1))
}

# The promise of Cargo.toml's rust-version, kept by the compiler that it names.
oldest_rust_check() {
  local bin
  bin=$(oldest_rust_bin)
  RUSTC=$bin/rustc "$bin/cargo" check --quiet --lib --bins --target-dir target/oldest
}

in_wasm_env() { ( wasm_env; "$@" ); }

documentation() { RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --quiet; }

wasm_lint() {
  # The distribution's compiler comes without clippy.
  if [ -d "$WASM_RUST" ]; then
    in_wasm_env env RUSTFLAGS="-D warnings" cargo check --lib --test web --no-default-features --target "$WASM"
  else
    in_wasm_env cargo clippy --lib --test web --no-default-features --target "$WASM" -- -D warnings
  fi
}

# Only the target `web`: the others are native. Without isolation, as on a real static host.
wasm_tests() {
  in_wasm_env env WASM_BINDGEN_TEST_NO_ORIGIN_ISOLATION=1 \
    WASM_BINDGEN_TEST_WEBDRIVER_JSON="$ROOT/tests/webdriver.json" WASM_BINDGEN_TEST_TIMEOUT=120 \
    wasm-pack test --headless --chrome --chromedriver "$(first_of chromedriver)" --mode no-install \
    -- --no-default-features --test web
}

# One file at a time: two browsers at once make each other slow on two cores.
node_tests() { node --test --test-concurrency=1 --test-timeout=300000 --test-reporter=spec "$1"/*.test.mjs; }

main() {
  rm -rf "$LOGS"; mkdir -p "$LOGS"
  CHROME=$(find_chrome); export CHROME
  say "checking (the logs are in target/checks)"
  check "format" cargo fmt --check
  check "engine for the page" bash .ci/wasm.sh
  check "types of the page" "$NODE_BIN/tsc" -p www
  check "lint of the page" "$NODE_BIN/eslint" --config www/eslint.config.js --max-warnings 0 www tests .ci
  check "imports of the page" node .ci/imports.mjs
  check "clippy" cargo clippy --all-targets --quiet -- -D warnings
  check "clippy of the fuzzer" cargo clippy --test fuzz --quiet -- -D warnings
  if oldest_rust_bin > /dev/null; then check "oldest Rust" oldest_rust_check; else echo "oldest Rust                       skipped: no Rust $(oldest_rust) here"; fi
  check "native tests" cargo test --quiet
  check "documentation" documentation
  check "clippy for wasm" wasm_lint
  check "wasm tests in Chrome" wasm_tests
  check "sizes" node .ci/sizes.mjs
  tail -n 1 "$LOGS/sizes.log"
  check "page modules in Node" node_tests tests/js
  check "the page in Chrome" node_tests tests/e2e
  printf '%d passed, 0 failed\n' "$passed"
}
main
