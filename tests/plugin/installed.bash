# shellcheck shell=bash disable=SC2154  # run sets what they share
# `nodeheap lldb`, and the plugin where CMake installs it; harness.bash comes before.

lldb_ran_v8() { grep --fixed-strings "Usage: v8 findrefs" "$1" >/dev/null; }

# LLDB as the user starts it, with ~/.lldbinit.
starts_with_plugin() {  # lldb
  timeout --foreground 60 "$1" --batch -o "v8 findrefs --help" </dev/null >"$scratch/out" 2>&1
  cat "$scratch/out"
  lldb_ran_v8 "$scratch/out"
}

test_lldbinit() {  # lldb
  local init=$HOME/.lldbinit
  printf 'settings set stop-line-count-before 3' >"$init"  # without an end of line
  cp "$init" "$scratch/init"
  check "lldb install" "$program" lldb install
  check "lldb install: the line" grep --fixed-strings --line-regexp "plugin load \"$plugin\"" "$init"
  check "lldb install: what was there stays" grep "stop-line-count-before 3" "$init"
  check "lldb install: and as it was" cmp "$scratch/init" "$init.before-nodeheap"
  check "$1: loads it" starts_with_plugin "$1"
  cp "$init" "$scratch/installed"
  check "lldb install, again" "$program" lldb install
  check "lldb install, again: no change" cmp "$scratch/installed" "$init"
  check "lldb uninstall" "$program" lldb uninstall
  check "lldb uninstall: the line is gone" test "$(grep --count libnodeheap "$init")" = 0
  check "lldb uninstall: the rest is there" grep "stop-line-count-before 3" "$init"
  check "lldb uninstall: as it was before nodeheap" cmp "$scratch/init" "$init.before-nodeheap"
  rm "$init"
}

# `nodeheap lldb CORE`, whose commands come from standard input.
test_start() {  # program
  local in="$1 lldb CORE"
  timeout --foreground 60 "$1" lldb "$core" >"$scratch/out" 2>&1 <<<$'v8 stats\nquit\n' || true
  check "${in#"$scratch/"}" grep --fixed-strings "V8 heap" "$scratch/out"
}

test_installed() {  # lldb build
  local prefix=$scratch/prefix
  check "cmake --install" cmake --install "$2" --prefix "$prefix"
  local found
  found=$(find "$prefix" -name libnodeheap_lldb.so)
  check "cmake --install: the plugin" test -n "$found"
  check "installed: lldb install" "$prefix/bin/nodeheap" lldb install
  check "installed: the plugin is found" grep --fixed-strings "$found" "$HOME/.lldbinit"
  check "$1: loads the installed one" starts_with_plugin "$1"
  rm "$HOME/.lldbinit"
  test_start "$prefix/bin/nodeheap"
}
