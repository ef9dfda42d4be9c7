# shellcheck shell=bash disable=SC2154  # run sets what they share
# What the tests here share: running LLDB and the program, and counting what holds. run sets program, plugin,
# scratch, and core, the core that is asked.

check() {  # what command…
  local what=$1
  shift
  if "$@" >"$scratch/why" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$what"
    head -n 20 "$scratch/why" | sed 's/^/  /'
  fi
}

# Runs LLDB commands, also after one that fails; what it prints is in $scratch/out and err. Fails if LLDB hung or crashed.
start_lldb() {  # seconds lldb command…
  local seconds=$1 lldb=$2 status=0
  shift 2
  printf '%s\n' "$@" >"$scratch/commands"
  timeout --foreground --kill-after=5 "$seconds" \
    "$lldb" --no-lldbinit --batch --one-line "command source --stop-on-error false $scratch/commands" \
    </dev/null >"$scratch/out" 2>"$scratch/err" || status=$?
  # 124: timeout ended it; from 128 on: a signal did.
  ((status < 124)) || { echo "LLDB ended with status $status"; tail -n 5 "$scratch/out" "$scratch/err"; return 1; }
}

# With the plugin: whatever it is asked, LLDB must live.
run_lldb() {  # lldb command…
  local lldb=$1
  shift
  check "$lldb: ends by itself after: $*" start_lldb 120 "$lldb" "plugin load $plugin" "$@"
}

# What the NUMBER-th run of a command printed: LLDB repeats each command before its output.
answer() {  # command [number]
  awk -v command="(lldb) $1" -v number="${2:-1}" '
    index($0, "(lldb) ") == 1 { shown = $0 == command && ++seen == number; next }
    shown' "$scratch/out"
}

# Not --quiet: what writes to them would fail.
answers() { answer "$1" | grep --fixed-strings -- "$2" >/dev/null; }
matches() { answer "$1" | grep --extended-regexp -- "$2" >/dev/null; }
fails() { grep --fixed-strings -- "error: $1" "$scratch/err" >/dev/null; }

# What the program answers, in LLDB's default format.
ask() {  # query argument…
  local format=(--format llnode)
  [[ " $* " != *" --format "* ]] || format=()
  "$program" "$1" "$core" "${@:2}" "${format[@]}" "${executable[@]}"
}

cli() { ask "$@" 2>/dev/null; }  # query argument…

keep_answer() {  # file query argument…
  ask "${@:2}" >"$1" 2>"$1.error" || true
}

# A command in LLDB says what the program said, be it that it cannot.
is_answer() {  # command file
  local error
  if [[ -s $2 ]]; then
    diff "$2" <(answer "$1")
  else
    error=$(sed -n '$s/^nodeheap: //p' "$2.error")
    [[ -n $error ]] && fails "$error"
  fi
}

same_as() {  # command query argument…
  keep_answer "$scratch/expected" "${@:2}"
  is_answer "$1" "$scratch/expected"
}

# The queries that LLDB has, each with what it takes: not those about a series of dumps.
lldb_queries() {
  local query usage
  "$program" help | sed --quiet '/^Commands:/,/^$/s/^  \([a-z][a-z0-9-]*\)\( .*\)\?$/\1/p' | while read -r query; do
    usage=$("$program" help "$query" | sed --quiet "s/^Usage: nodeheap $query //p")
    case $query:$usage in
      help:* | completion:* | man:* | layout:* | lldb:* | *:DUMP…*) ;;
      *) echo "$query $usage" ;;
    esac
  done
}

first_instance() {  # class
  cli findjsinstances "$1" --limit 1 --format json |
    grep --only-matching --max-count=1 '"id": *"0x[0-9a-f]*"' | grep --only-matching '0x[0-9a-f]*' || true
}

node_of() {  # major
  "$fixtures/fetch_node" "$(grep --max-count=1 "^$1\." "$fixtures/node_versions.txt" | cut --delimiter=' ' --fields=1)"
}
