#!/usr/bin/env bash
# What the tests of the program share: they run it, and look at what it says. Sourced with their arguments,
# PROGRAM FIXTURES [JSON_PARSER…].
# shellcheck disable=SC2034
set -u

program=$(realpath "$1")
fixtures=$(realpath "$2")
shift 2
[[ -x $program ]] || { echo "run_cli_tests: no program at $program" >&2; exit 1; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1

dump=$fixtures/leaking_class-after-node22.heapsnapshot.zst
before=$fixtures/leaking_class-before-node22.heapsnapshot.zst
failures=0
tests=0

fail() {
  failures=$((failures + 1))
  printf 'FAILED: %s\n' "$1"
  [[ -s out ]] && head -n 5 out | sed 's/^/  out: /'
  [[ -s err ]] && head -n 5 err | sed 's/^/  err: /'
}

# expect CODE ARGUMENTS…: runs the program, keeping out and err.
expect() {
  local code=$1
  shift
  tests=$((tests + 1))
  "$program" "$@" >out 2>err </dev/null
  local got=$?
  ((got == code)) || fail "nodeheap $*: exit code $got instead of $code"
}

# A line of FILE contains TEXT.
contains() {
  tests=$((tests + 1))
  grep -qF -- "$2" "$1" || fail "$1 does not contain: $2"
}

# One line on stderr, nothing on stdout.
one_clear_line() {
  tests=$((tests + 1))
  [[ $(wc -l <err) == 1 && $(head -c 10 err) == "nodeheap: " && ! -s out ]] ||
    fail "not one clear line on stderr"
}

if (($# > 0)); then
  parser=("$@")
elif command -v node >/dev/null; then
  parser=(node -e 'JSON.parse(require("fs").readFileSync(0, "utf8"))')
elif command -v python3 >/dev/null; then
  parser=(python3 -c 'import json, sys; json.load(sys.stdin)')
else
  parser=()
fi

is_json() {
  ((${#parser[@]} == 0)) && return
  tests=$((tests + 1))
  "${parser[@]}" <"$1" 2>/dev/null || fail "$2: not JSON"
}

finish() {
  printf '%d checks, %d failed\n' "$tests" "$failures"
  ((failures == 0))
}
