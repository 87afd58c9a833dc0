# What the scripts beside this file share: where things are, how they speak, how they find the tools. Sourced, never run.
# Tools are kept in .tools (git-ignored); HIGHWATER_TOOLS names another folder, so that several work trees can share one.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
TOOLS=${HIGHWATER_TOOLS:-$ROOT/.tools}
NODE_BIN=$ROOT/www/node_modules/.bin
WASM=wasm32-unknown-unknown
# A distribution's compiler for the wasm steps, where rustup cannot add the target: present only then (rust-wasm.sh makes it).
WASM_RUST=$TOOLS/wasm-rust
PATH=$TOOLS/bin:$PATH
export PATH

say() { printf '%s\n' "== $*"; }
die() { printf '%s\n' "error: $*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
is_root() { [ "$(id -u)" = 0 ]; }

# Ends a command that hangs, as a download does where the network is only half there. macOS has no timeout(1).
limited() {
  if have timeout; then timeout "$@"; else shift; "$@"; fi
}

# Runs a command silently; its output is shown only if it fails.
quietly() {
  local out status=0
  out=$("$@" 2>&1) || status=$?
  [ $status = 0 ] || printf '%s\n' "$out" >&2
  return $status
}

# As root makes the lists of apt fresh, once a run: a new machine has none or old ones.
apt_update() {
  is_root && [ -z "${APT_UPDATED:-}" ] || return 0
  quietly apt-get update -qq -o DPkg::Lock::Timeout=300 || say "apt-get update failed; going on with the lists there are"
  APT_UPDATED=1
}

# apt_install WHY PACKAGE...: as root installs; otherwise says what to run, and ends.
apt_install() {
  local why=$1; shift
  have apt-get || die "$why is missing: install it with your system's package manager (Debian calls it: $*)"
  is_root || die "$why is missing. Run this and start again:  sudo apt-get install $*"
  apt_update
  say "installing $why: apt-get install $*"
  DEBIAN_FRONTEND=noninteractive quietly apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
}

# The version that Cargo.lock has settled on for a crate.
locked_version() {
  awk -v want="name = \"$1\"" '$0 == want { getline; gsub(/version = |"/, ""); print; exit }' "$ROOT/Cargo.lock"
}

# The oldest Rust that the crate promises to compile with, as "1.85".
oldest_rust() { awk -F'"' '/^rust-version/ { print $2 }' "$ROOT/Cargo.toml"; }

# The folder of that very compiler: the distribution's own or rustup's.
oldest_rust_bin() {
  local rustc
  for rustc in /usr/bin/rustc "$(rustup which --toolchain "$(oldest_rust)" rustc 2>/dev/null)"; do
    case "$([ ! -x "$rustc" ] || "$rustc" --version)" in "rustc $(oldest_rust)".*) dirname "$rustc"; return 0 ;; esac
  done
  return 1
}

# The version of a package that apt can install and that begins so; empty if there is none.
apt_version() { apt-cache madison "$1" 2>/dev/null | awk -F' *[|] *' -v v="$2" 'index($2, v) == 1 { print $2; exit }'; }

# Debian 12's second, recent compiler, of the oldest version that the crate supports (which is why it is that one).
apt_install_rust_web() {
  local version
  version=$(apt_version rustc-web "$(oldest_rust).")
  [ -n "$version" ] || return 1
  apt_install "Rust $(oldest_rust)" "rustc-web=$version" "cargo-web=$version" "libstd-rust-web-dev=$version" lld-19
}

# The first command of the list that exists, by its path.
first_of() {
  local name
  for name in "$@"; do command -v "$name" 2>/dev/null && return 0; done
  return 1
}

find_chrome() { first_of ${CHROME:+"$CHROME"} chromium chromium-browser google-chrome google-chrome-stable chrome; }

major_of() { "$1" --version 2>/dev/null | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1 | cut -d. -f1; }

has_wasm_std() { [ -d "$("$1" --print target-libdir --target "$WASM" 2>/dev/null)" ]; }

# Sets up the environment of the wasm steps. Their target folder is their own: the compiler may be another one than the
# native steps', and two compilers in one folder rebuild each other's work for ever.
wasm_env() {
  export CARGO_TARGET_DIR=$ROOT/target/wasm
  [ -d "$WASM_RUST" ] || return 0
  export PATH=$WASM_RUST/bin:$PATH
  local linker
  if linker=$(first_of wasm-ld wasm-ld-19); then export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$linker; fi
}
