# shellcheck shell=bash disable=SC2154  # run sets what they share
# What only a debugger has: registers, several targets, settings, mistakes, Ctrl-C; harness.bash comes before.

# Functions are otherwise looked up when they are first called.
test_symbols() {  # lldb
  LD_BIND_NOW=1 run_lldb "$1" "v8 findrefs --help"
  check "$1 has every function that the plugin calls" answers "v8 findrefs --help" "Usage: v8 findrefs"
}

test_targets() {  # lldb core other_core
  local lldb=$1
  run_lldb "$lldb" "v8 stats"
  check "$lldb: without a target" fails "there is no process"
  run_lldb "$lldb" "target create --core $2" "v8 stats" "target create --core $3" "v8 stats" \
    "target select 0" "v8 stats" "target delete 0" "v8 stats" "target delete --all" "v8 stats"
  check "$lldb: the first of two targets" diff <(core=$2 cli stats) <(answer "v8 stats" 1)
  check "$lldb: the second of two targets" diff <(core=$3 cli stats) <(answer "v8 stats" 2)
  check "$lldb: the first again" diff <(answer "v8 stats" 1) <(answer "v8 stats" 3)
  check "$lldb: the second once the first is deleted" diff <(answer "v8 stats" 2) <(answer "v8 stats" 4)
  check "$lldb: once all are deleted" fails "there is no process"
}

# Before LLDB 15 nobody tells which of two files is whose core.
test_told_cores() {  # lldb core other_core
  local lldb=$1
  run_lldb "$lldb" "target create --core $2" "v8 settings set core $2" "v8 stats" "target create --core $3" \
    "v8 settings set core $3" "v8 stats" "target select 0" "v8 stats"
  check "$lldb: the first of two targets, told" diff <(core=$2 cli stats) <(answer "v8 stats" 1)
  check "$lldb: the second of two targets, told" diff <(core=$3 cli stats) <(answer "v8 stats" 2)
  check "$lldb: the first again, told" diff <(answer "v8 stats" 1) <(answer "v8 stats" 3)
}

# shellcheck disable=SC2016  # the registers are LLDB's
test_expressions() {  # lldb
  local lldb=$1 address
  address=$(first_instance LeakingClass)
  run_lldb "$lldb" "target create --core $core" 'v8 whatis $rsp' 'v8 whatis $rsp+8' 'v8 whatis *($rsp)' 'v8 print $nothing' \
    "v8 inspect 0x10" "frame select 1" 'v8 whatis $rsp' "expression -- (unsigned long)$address" 'v8 p $0'
  check "$lldb: a result that LLDB kept" answers 'v8 p $0' "$address:<Object: LeakingClass>"
  check "$lldb: a register" matches 'v8 whatis $rsp' 'stack of thread'
  check "$lldb: a sum" matches 'v8 whatis $rsp+8' 'stack of thread'
  check "$lldb: what lies at an address" matches 'v8 whatis *($rsp)' '^ Address +0x'
  check "$lldb: a register of another frame" test "$(answer 'v8 whatis $rsp' 1)" != "$(answer 'v8 whatis $rsp' 2)"
  check "$lldb: an unknown register" fails 'the selected frame has no register or result "$nothing"'
  check "$lldb: a wrong address" fails "$core: no object starts at 0x10"
}

test_settings() {  # lldb
  local lldb=$1
  run_lldb "$lldb" "target create --core $core" "v8 settings set color red" "v8 settings set color always" \
    "v8 stats --format text" "v8 settings set color never" "v8 stats --format text" "v8 containment --limit 3" \
    "v8 settings set tree-padding 5" "v8 containment --limit 3" "v8 settings set tree-padding 50" "v8 settings set isolate 7" \
    "v8 stats" \
    "v8 settings set isolate all" "v8 settings set nothing 1" "v8 settings set core $scratch/nowhere" "v8 spaces"
  check "$lldb: trees are indented as wished" test "$(answer "v8 containment --limit 3" 1)" != "$(answer "v8 containment --limit 3" 2)"
  check "$lldb: trees are not indented much more" fails 'tree-padding cannot be "50"'
  check "$lldb: a wrong setting" fails 'color cannot be "red"'
  check "$lldb: an unknown setting" fails 'set needs a setting and its value'
  check "$lldb: colours" grep $'\e\\[' <(answer "v8 stats --format text" 1)
  check "$lldb: no colours" diff <(cli stats --format text) <(answer "v8 stats --format text" 2)
  check "$lldb: no such isolate" fails "$core: "
  check "$lldb: the core is where the user says" fails "$scratch/nowhere: "
}

test_help() {  # lldb
  local lldb=$1 query queries
  mapfile -t queries < <(lldb_queries | cut --delimiter=' ' --fields=1)
  run_lldb "$lldb" "target create --core $core" "${queries[@]/#/help v8 }" "v8" "v8 findrefs --help" "v8 findjsobjects --limit x" "v8 findjsobjects --nmae x"
  for query in "${queries[@]}"; do
    check "$lldb: help v8 $query" matches "help v8 $query" "Syntax: v8 $query"
    check "$lldb: v8 lists $query" grep --extended-regexp "^ +$query +-- " "$scratch/out" "$scratch/err"
  done
  check "$lldb: help" answers "v8 findrefs --help" "Usage: v8 findrefs"
  check "$lldb: a wrong value" fails "--limit must be a whole number"
  check "$lldb: a mistyped option" fails 'findjsobjects has no option "--nmae"; did you mean "--name"'
}

# What is no whole core of a Node.js process.
test_bad_cores() {  # lldb
  local lldb=$1 size
  size=$(stat --format %s "$core")
  head -c $((size / 3)) "$core" >"$scratch/part.core"
  run_lldb "$lldb" "target create --core $scratch/part.core" "v8 findjsobjects" "v8 bt" "v8 doctor"
  check "$lldb: a part of a core" same_as_part doctor
}

same_as_part() { core=$scratch/part.core same_as "v8 $1" "$1"; }

wait_for() {  # text
  for _ in {1..300}; do
    if grep --quiet --fixed-strings -- "$1" "$scratch/out"; then return; fi
    sleep 0.1
  done
  return 1
}

# ENTER shows the next page; only at a terminal.
test_enter() {  # lldb
  local lldb=$1
  : >"$scratch/out"
  {
    wait_for "was loaded" && printf 'findjsinstances LeakingClass -n 2\n'
    wait_for "(Showing 1 to 2 of" && printf '\n'
    wait_for "(Showing 3 to 4 of" && printf '\n'
    wait_for "(Showing 5 to 6 of" || true
    printf 'quit\n'
  } | timeout --foreground --kill-after=5 60 script --quiet --command \
    "$lldb --no-lldbinit --no-use-colors -o 'plugin load $plugin' -o 'target create --core $core'" /dev/null >"$scratch/out" 2>&1 || true
  check "$lldb: ENTER shows page after page" grep --fixed-strings "(Showing 5 to 6 of" "$scratch/out"
}

# Ctrl-C ends a command at once, and LLDB goes on. It comes once, since a late one would end the next command: where it
# came too late or too early, another LLDB is tried.
interrupt_once() {  # lldb address seconds
  local pid watch
  : >"$scratch/out"
  {
    printf '%s\n' "plugin load $plugin" "target create --core $core" "v8 analyze"
    sleep 3
    printf '%s\n' "v8 p $2" quit
  } | "$1" --no-lldbinit --no-use-colors >"$scratch/out" 2>&1 &
  pid=$!
  { sleep 60 && kill -KILL "$pid"; } >"$scratch/watch" 2>&1 &
  watch=$!
  until grep --quiet "was loaded" "$scratch/out" || ! kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
  sleep "$3"
  kill -INT "$pid" || true
  wait "$pid" || true
  kill "$watch" 2>/dev/null || true
}

test_interrupt() {  # lldb
  local lldb=$1 address seconds
  address=$(first_instance LeakingClass)
  for seconds in 0.1 0.2 0.05 0.3 0.1 0.4 0.02 0.2 0.5 0.1; do
    interrupt_once "$lldb" "$address" "$seconds"
    if grep --quiet "error: interrupted" "$scratch/out"; then break; fi
  done
  check "$lldb: Ctrl-C interrupts" grep "error: interrupted" "$scratch/out"
  check "$lldb: and LLDB goes on" grep "^$address:<Object: LeakingClass>" "$scratch/out"
}
