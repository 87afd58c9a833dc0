#!/usr/bin/env bash
# Installs what the build needs and the machine lacks: `setup.sh serve` for building and serving, `setup.sh test` for the
# checks too. Does nothing, and says nothing, when all is there. Into .tools and www/node_modules, or as root by apt.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

WASM_PACK=0.15.1

check_basics() {
  have cargo || die "Rust is missing: install rustup and its stable toolchain, or your system's cargo (1.85 or newer)"
  have cc || apt_install "a C linker" gcc libc6-dev
  if ! have node || ! have npm; then apt_install "Node.js" nodejs npm; fi
  local version
  version=$(node --version)
  [ "$(printf %s "${version#v}" | cut -d. -f1)" -ge 20 ] || die "Node.js is $version, and 20 or newer is needed"
}

# cargo_tool CRATE COMMAND VERSION: installs a program of a crate unless that very version is there.
# With the versions that its authors locked (--locked). A mirror may not have the newest of them yet, as one lacked webpki-roots 1.0.11,
# which wasm-bindgen-cli 0.2.130 names: then with the newest that fit.
cargo_tool() {
  local crate=$1 command=$2 version=$3
  ! "$command" --version 2>/dev/null | grep -qF " $version" || return 0
  say "building $crate $version into ${TOOLS#"$ROOT"/} (one to two minutes)"
  cargo_install "$crate" "$version" --locked 2>/dev/null || {
    say "not as it is locked: a version is missing here; once more with what there is"
    cargo_install "$crate" "$version"
  }
}

# Built for quick building: the programs run for seconds only.
cargo_install() {
  local crate=$1 version=$2; shift 2
  ( cd "$ROOT" && CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
      CARGO_TARGET_DIR=$TOOLS/build quietly cargo install --quiet --force --root "$TOOLS" --version "$version" "$@" "$crate" )
}

# The fingerprint of what an `npm ci` would install.
npm_wanted() { cat "$ROOT/www/package.json" "$ROOT/www/package-lock.json" | cksum; node --version; }

npm_modules() {
  local stamp=$ROOT/www/node_modules/.installed
  [ "$(cat "$stamp" 2>/dev/null)" != "$(npm_wanted)" ] || return 0
  say "installing the page's tools and libraries: npm ci in www"
  ( cd "$ROOT/www" && quietly npm ci --no-audit --no-fund )
  npm_wanted > "$stamp"
}

# Chrome and its driver must be of one version, or every browser test fails with an opaque 404.
browser_pair() {
  local chrome driver
  chrome=$(find_chrome) && driver=$(first_of chromedriver) &&
    [ "$(major_of "$chrome")" = "$(major_of "$driver")" ]
}

browser() {
  browser_pair || apt_install "Chromium and its driver" chromium chromium-driver
  browser_pair || die "no chrome and chromedriver of the same version on PATH (CHROME=... names another browser)"
}

lint_components() {
  local name
  for name in clippy fmt; do
    cargo "$name" --version >/dev/null 2>&1 && continue
    have rustup || die "cargo $name is missing: install it with your system's package manager"
    say "adding cargo $name with rustup"
    quietly limited 120 rustup component add "$([ $name = fmt ] && echo rustfmt || echo clippy)"
  done
}

# Newer compilers let newer language slip in. Best effort: test.sh skips the check where that compiler cannot be had.
oldest_compiler() {
  ! oldest_rust_bin >/dev/null || return 0
  if is_root && have apt-get; then apt_update; ! apt_install_rust_web || return 0; fi
  have rustup || return 0
  say "installing Rust $(oldest_rust) with rustup"
  limited 120 rustup toolchain install --profile minimal "$(oldest_rust)" >/dev/null 2>&1 || say "rustup could not install it"
}

main() {
  local for=${1:?serve or test}
  check_basics
  bash "$ROOT/.ci/rust-wasm.sh"
  cargo_tool wasm-bindgen-cli wasm-bindgen "$(locked_version wasm-bindgen)"
  npm_modules
  if [ "$for" = test ]; then
    lint_components
    oldest_compiler
    cargo_tool wasm-pack wasm-pack "$WASM_PACK"
    browser
  fi
  rm -rf "$TOOLS/build"
}
main "$@"
