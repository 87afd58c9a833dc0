#!/usr/bin/env bash
# Finds or makes a Rust compiler that can build for wasm32. In this order:
#   1. the machine's own toolchain has the target, or rustup can add it;
#   2. the distribution packages the target's standard library (Debian 13 on);
#   3. the distribution has a recent compiler: the standard library is built from that package's source (Debian 12).
# 2 and 3 leave $WASM_RUST/bin with a cargo and a rustc, which only the wasm steps use; 3 keeps its library in a sysroot of
# our own below it, so nothing outside the package manager's care is written into the system.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

rustup_adds_target() {
  have rustup || return 1
  say "adding the $WASM target with rustup (given up after ${RUSTUP_SECONDS:=90} s)"
  limited "$RUSTUP_SECONDS" rustup target add "$WASM" >/dev/null 2>&1 || { say "rustup could not add it"; return 1; }
  has_wasm_std rustc
}

# Makes $WASM_RUST whole in one move, so that an interrupted run leaves nothing that looks finished.
publish() {
  rm -rf "$WASM_RUST"
  mv "$WASM_RUST.new" "$WASM_RUST"
}

recent_enough() {
  local candidate
  candidate=$(apt-cache policy "$1" 2>/dev/null | awk '/Candidate:/ { print $2 }')
  [ -n "$candidate" ] && dpkg --compare-versions "$candidate" ge "$(oldest_rust)"
}

use_packaged_std() {
  has_wasm_std /usr/bin/rustc ||
    apt_install "a Rust compiler for $WASM" rustc cargo libstd-rust-dev-wasm32 lld
  has_wasm_std /usr/bin/rustc || return 1
  mkdir -p "$WASM_RUST.new/bin"
  ln -s /usr/bin/rustc /usr/bin/cargo "$WASM_RUST.new/bin/"
  publish
}

# apt's source lists, made from where the compiler's package comes from. They are private to this call: the machine's own
# apt set-up stays as it is.
private_apt() {
  local dir=$1; shift
  apt-get -qq -o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts="$dir/none" \
    -o Dir::State::Lists="$dir/lists" -o Dir::Cache="$dir/cache" "$@"
}

fetch_std_source() {
  local dir=$1 version=$2 line
  mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/none"
  # "rustc-web | VERSION | ADDRESS SUITE/COMPONENT ARCH Packages"
  apt-cache madison rustc-web | awk -F' *[|] *' -v v="$version" \
    '$2 == v { split($3, where, " "); sub("/", " ", where[2]); print "deb-src", where[1], where[2]; exit }' > "$dir/sources.list"
  quietly private_apt "$dir" update || return 1
  # 'ADDRESS' NAME SIZE SHA256:...; only this part of the source is needed, not the compiler that it is bootstrapped with.
  line=$(private_apt "$dir" source --print-uris "rustc-web=$version" |
    awk -v name="rustc-web_${version%-*}.orig.tar.xz" '$2 == name')
  [ -n "$line" ] || return 1
  # shellcheck disable=SC2086  # the line is split on purpose
  set -- $line
  quietly /usr/lib/apt/apt-helper download-file "$(printf %s "$1" | tr -d "'")" "$dir/rustc.tar.xz" "$4" || return 1
  tar -xJf "$dir/rustc.tar.xz" -C "$dir" --strip-components=1 --wildcards '*/library'
}

build_std() {
  local dir=$1 to=$2
  # Bitcode is embedded for the release build's link-time optimisation.
  ( cd "$dir" && RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$dir/target \
      RUSTFLAGS="-Zforce-unstable-if-unmarked -Cembed-bitcode=yes" \
      quietly /usr/bin/cargo build --release --target "$WASM" --features compiler-builtins-mem \
      --manifest-path library/sysroot/Cargo.toml ) || return 1
  cp "$dir/target/$WASM/release/deps/"*.rlib "$to/"
}

use_built_std() {
  local version work host rustlib
  if [ "$(oldest_rust_bin)" != /usr/bin ] || ! have wasm-ld-19; then apt_install_rust_web || return 1; fi
  version=$(dpkg-query -W -f '${Version}' rustc-web)
  work=$TOOLS/std-build
  rm -rf "$work" "$WASM_RUST.new"; mkdir -p "$work" "$WASM_RUST.new/bin"
  rustlib=$WASM_RUST.new/lib/rustlib
  mkdir -p "$rustlib/$WASM/lib"
  say "fetching the source of Rust's standard library (83 MB)"
  fetch_std_source "$work" "$version" || return 1
  say "building it for $WASM (about a minute)"
  build_std "$work" "$rustlib/$WASM/lib" || return 1
  host=$(/usr/bin/rustc -vV | awk '/^host:/ { print $2 }')
  ln -s "/usr/lib/rustlib/$host" "$rustlib/$host"
  ln -s /usr/bin/cargo "$WASM_RUST.new/bin/cargo"
  printf '#!/bin/sh\nexec /usr/bin/rustc --sysroot="%s" "$@"\n' "$WASM_RUST" > "$WASM_RUST.new/bin/rustc"
  chmod +x "$WASM_RUST.new/bin/rustc"
  publish
  rm -rf "$work"
}

main() {
  [ ! -x "$WASM_RUST/bin/rustc" ] || return 0
  # For trying the fallback on a machine that does not need it.
  if [ "${HIGHWATER_WASM_RUST:-}" != distribution ]; then
    ! has_wasm_std rustc || return 0
    ! rustup_adds_target || return 0
  fi
  have apt-get || die "the Rust target $WASM is missing: run  rustup target add $WASM"
  apt_update
  if recent_enough libstd-rust-dev-wasm32 && use_packaged_std; then return 0; fi
  if use_built_std; then return 0; fi
  die "no Rust compiler for $WASM: run  rustup target add $WASM  on a machine with a network, then start again"
}
main
