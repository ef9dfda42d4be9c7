# shellcheck shell=bash disable=SC2034,SC2154  # run sets what they share
# What holds of live processes, and of copies of them; harness.bash comes before.

# LLDB by itself takes up to half a minute of CPU time to attach to some Nodes: docs/lldb.md.
attach_seconds=200

# Starts a script, and waits until it says that it is ready; sets process.
start_process() {  # node script
  "$1" "$here/$2" >"$scratch/said" 2>&1 &
  process=$!
  for _ in {1..600}; do
    if grep --quiet "^ready" "$scratch/said"; then return; fi
    kill -0 "$process" 2>/dev/null || break
    sleep 0.1
  done
  echo "$2 did not get ready:"
  cat "$scratch/said"
  return 1
}

end_process() {
  kill -KILL "$process" 2>/dev/null || true
  wait "$process" 2>/dev/null || true
}

attached() { grep "^Process $process stopped" "$scratch/out" >/dev/null; }

# Whether LLDB without the plugin attaches to such a process.
can_attach() {  # lldb node script
  start_process "$2" "$3"
  start_lldb "$attach_seconds" "$1" "process attach --pid $process" "process detach" || true
  end_process
  attached
}

# Attaches to a process that runs a script, runs commands and detaches. Fails if that was not possible; this is said, and is
# a failure only if LLDB can attach without the plugin.
run_attached() {  # what lldb node script command…
  local in=$1 lldb=$2 node=$3 script=$4
  shift 4
  check "$in: $script is ready" start_process "$node" "$script"
  if start_lldb "$attach_seconds" "$lldb" "plugin load $plugin" "process attach --pid $process" "$@" "process detach" \
    >"$scratch/hung" && attached; then
    return
  fi
  end_process
  if can_attach "$lldb" "$node" "$script" >"$scratch/alone"; then
    check "$in: LLDB attaches with the plugin as without" eval "cat '$scratch/hung'; false"
  else
    echo "plugin: SKIPPED for $in: LLDB cannot attach, even without the plugin"
    tail -n 3 "$scratch/alone" "$scratch/err" | sed 's/^/  /'
  fi
  return 1
}

# What LLDB asked of its server in the meantime is of the kinds that read.
only_reads() {
  local asked
  asked=$(grep --text --invert-match 'history\[' "$scratch/packets" | sed --quiet 's/.*send packet: \$//p' |
    grep --text --extended-regexp --invert-match '^(m|x|p|q|jThread)' || true)
  [[ -s $scratch/packets && -z $asked ]] || { echo "$asked"; return 1; }
}

# It is stopped wherever it is, read, let go on, and read again; then the debugger goes away, and leaves it as it was.
test_live() {  # lldb node
  local lldb=$1 node=$2 in queries query
  in="$lldb, live, $("$node" --version)"
  mapfile -t queries < <(shared_queries LeakingClass function)
  run_attached "$in" "$lldb" "$node" live.js "log enable --file $scratch/packets gdb-remote packets" \
    "v8 findjsobjects --name LeakingClass" "v8 findjsinstances LeakingClass --limit 1" "${queries[@]/#/v8 }" \
    "log disable gdb-remote packets" "process continue" "v8 findjsobjects --name LeakingClass" || return 0
  check "$in: the class is listed" matches "v8 findjsobjects --name LeakingClass" '^ *1000 +[0-9]+ LeakingClass'
  check "$in: its instances are" matches "v8 findjsinstances LeakingClass --limit 1" '^0x[0-9a-f]+:<Object: LeakingClass>$'
  check "$in: doctor" answers "v8 doctor" "live process"
  check "$in: bt" matches "v8 bt" 'frame #[0-9]+: 0x[0-9a-f]+ .*waitForDebugger'
  for query in "${queries[@]}"; do check "$in: v8 $query" test -n "$(answer "v8 $query")"; done
  check "$in: frame" matches "v8 frame" '^<frame #[0-9]+: '
  check "$in: nodeinfo" answers "v8 nodeinfo" "live.js"
  check "$in: findrefs" matches "v8 findrefs -n leaks" '=0x[0-9a-f]+$'
  check "$in: nothing was evaluated or written" only_reads
  check "$in: what it made meanwhile" grep --extended-regexp '^ *1500 +[0-9]+ LeakingClass' \
    <(answer "v8 findjsobjects --name LeakingClass" 2)
  check "$in: it runs on to its end" wait "$process"
  check "$in: as it would have" grep "^sum 624250$" "$scratch/said"
}

# Stopped in the midst of work, and of collecting garbage perhaps.
test_busy() {  # lldb node
  local lldb=$1 node=$2 in
  in="$lldb, busy, $("$node" --version)"
  run_attached "$in" "$lldb" "$node" busy.js "v8 findjsobjects --name LeakingClass" "v8 bt" "v8 spaces" "v8 doctor" || return 0
  check "$in: the class is listed" matches "v8 findjsobjects --name LeakingClass" '^ *[0-9]+ +[0-9]+ LeakingClass'
  check "$in: bt" matches "v8 bt" 'frame #[0-9]+: '
  check "$in: spaces" matches "v8 spaces" 'new'
  check "$in: doctor" answers "v8 doctor" "live process"
  check "$in: it runs on" kill -0 "$process"
  end_process
}

# Started by LLDB: there is no heap at first, and no process in the end.
test_launched() {  # lldb node
  local lldb=$1 node=$2 in
  in="$lldb, launched, $("$node" --version)"
  start_lldb "$attach_seconds" "$lldb" "plugin load $plugin" "target create $node" "settings set target.disable-aslr false" \
    "process launch --stop-at-entry --no-stdio -- $here/live.js" "v8 findjsobjects --name LeakingClass" "process continue" \
    "v8 findjsobjects --name LeakingClass" "process kill" "v8 stats" >"$scratch/hung" || true
  if ! grep "^Process [0-9]* launched" "$scratch/out" >/dev/null; then
    echo "plugin: SKIPPED for $in: LLDB cannot launch it here"
    return
  fi
  check "$in: at its first instruction" fails "process $(sed -n 's/^Process \([0-9]*\) launched.*/\1/p' "$scratch/out"): there is no V8 heap"
  check "$in: the class is listed" grep --extended-regexp '^ *1500 +[0-9]+ LeakingClass' \
    <(answer "v8 findjsobjects --name LeakingClass" 2)
  check "$in: killed" fails "there is no process"
}

# A copy of a live process.
make_gcore() {  # major
  command -v gcore >/dev/null || return
  "$fixtures/make_cores" --major "$1" --scenario leaking_class --kind gcore >"$scratch/made" 2>&1 || return
  core=$cache/cores/leaking_class-gcore-node$1.core
}

# Its own executable makes no difference, but for what the program finds in it too.
test_executable() {  # lldb node
  executable=(--exe "$2")
  same_answers "$1" bt frame analyze doctor
  executable=()
}

# The executable of another Node is not used.
test_wrong_executable() {  # lldb node
  local lldb=$1 in
  in="$lldb, $(basename "$core") with another executable"
  run_lldb "$lldb" "target create $2 --core $core" "v8 findjsobjects"
  check "$in: it is said" grep "warning: .*is not the executable of this process" "$scratch/err"
  check "$in: answers" same_as "v8 findjsobjects" findjsobjects
}

# The core of another program.
test_other_program() {  # lldb
  command -v gcore >/dev/null || return 0
  sleep 1000 &
  process=$!
  gcore -o "$scratch/sleep" "$process" >/dev/null 2>&1 || true
  core=$scratch/sleep.$process
  end_process
  [[ -e $core ]] || return 0
  run_lldb "$1" "target create --core $core" "v8 findjsobjects" "v8 bt" "v8 nodeinfo"
  check "$1: a core of another program" same_as "v8 findjsobjects" findjsobjects
}
