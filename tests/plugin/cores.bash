# shellcheck shell=bash disable=SC2154  # run sets what they share
# What holds of a core in LLDB; harness.bash comes before.

# A line for each query: its name and arguments that suit the core.
shared_queries() {  # class address
  local query usage
  lldb_queries | while read -r query usage; do
    case $query:$usage in
      export:* | *:BEFORE* | *:ORIGINAL*) ;;
      findrefs:* | *:"DUMP NODE"* | *:"DUMP ADDRESS"*) echo "$query $2" ;;
      *:"DUMP TYPE"*) echo "$query $1" ;;
      *) echo "$query" ;;
    esac
  done
  # llnode's flags, and the formats.
  cat <<END
findjsobjects -d --limit 5
findjsobjects --format text
findjsobjects --format json --limit 3
findjsobjects --format ndjson --limit 3
findjsobjects --format md --limit 3
findjsinstances $1 -v -m -n 3
findjsinstances $1 --offset 20 --limit 7
findjsinstances (string)
inspect $2 -F -m -s -l 2
inspect $2 --format json
findrefs -v $2
findrefs -n leaks
findrefs -s leaks
findrefs -r $2
bt 3
source -l 1
END
}

# The program's answers to every COUNT-th query.
keep_answers() {  # first count query…
  local first=$1 count=$2 i words
  shift 2
  for ((i = first; i <= $#; i += count)); do
    read -r -a words <<<"${!i}"
    keep_answer "$scratch/expected.$i" "${words[@]}"
  done
}

same_answers() {  # lldb query…
  local lldb=$1 in i count processes=()
  shift
  in="$lldb, $(basename "$core")${executable[1]:+ with its executable}"
  count=$(nproc)
  for ((i = 1; i <= count; ++i)); do
    keep_answers "$i" "$count" "$@" &
    processes+=($!)
  done
  run_lldb "$lldb" "target create ${executable[1]:-} --core $core" "${@/#/v8 }"
  wait "${processes[@]}"
  for ((i = 1; i <= $#; ++i)); do check "$in: v8 ${!i}" is_answer "v8 ${!i}" "$scratch/expected.$i"; done
}

test_parity() {  # lldb
  local class=LeakingClass address queries
  address=$(first_instance "$class")
  if [[ -z $address ]]; then
    class=Object
    address=$(first_instance "$class")
  fi
  check "$(basename "$core") has an instance of $class" test -n "$address"
  mapfile -t queries < <(shared_queries "$class" "$address")
  same_answers "$1" "${queries[@]}"
}

# What needs a second dump, or makes a file.
test_two_dumps() {  # lldb other_core
  local lldb=$1 in
  in="$lldb, $(basename "$core")"
  run_lldb "$lldb" "target create --core $core" "v8 diff $2" "v8 diff" "v8 export" "v8 export --output $scratch/lldb.heapsnapshot" \
    "v8 export --output $scratch/lldb.heapsnapshot" "v8 verify-redacted $2" "v8 stats --output $scratch/stats"
  check "$in: diff" diff <("$program" diff "$2" "$core" --format llnode 2>/dev/null) <(answer "v8 diff $2")
  check "$in: verify-redacted" answers "v8 verify-redacted $2" "These are not the same heap"
  check "$in: diff needs another dump" fails "diff needs BEFORE"
  cli export --output "$scratch/cli.heapsnapshot" --format text
  # Not byte by byte: its texts are numbered in any order.
  check "$in: export" diff <("$program" findjsobjects "$scratch/cli.heapsnapshot" --limit 0) \
    <("$program" findjsobjects "$scratch/lldb.heapsnapshot" --limit 0)
  check "$in: export needs a file" fails "export needs --output"
  check "$in: no file is replaced" fails "$scratch/lldb.heapsnapshot: cannot write"
  check "$in: an answer into a file" diff <(cli stats) "$scratch/stats"
  rm -f "$scratch"/{cli,lldb}.heapsnapshot "$scratch/stats"
}

# The session that llnode's users know: from the class to what holds its instances. It reads the same for every Node,
# but for addresses and what is random.
test_session() {  # lldb
  local lldb=$1 address array in golden=$here/session.txt
  address=$(first_instance LeakingClass)
  array=$(cli findrefs "$address" | sed -n 's/^\(0x[0-9a-f]*\): Array\[.*/\1/p' | head -n 1)
  run_lldb "$lldb" "target create --core $core" "v8 findjsobjects -n leaking" \
    "findjsinstances LeakingClass -n 2" "v8 next" "findjsinstances LeakingClass" "v8 i $address" "findrefs $address" \
    "v8 i $array" "v8 p $address" "jsprint $address"
  in="$lldb, $(basename "$core")"
  sed '1,/^(lldb) target create/d; /^Core file /d' "$scratch/out" |
    awk '/^\(lldb\)/ { listed = 0 } /^0x.*LeakingClass>$/ && ++listed > 2 { next } { print }' |
    sed -E 's/0x[0-9a-f]+/0x…/g; s/"0\.[0-9a-z]+"/"0.…"/; s/<Smi: [0-9]+>/<Smi: …>/; s/(Array|elements\))([[{])[0-9]+/\1\2…/' \
      >"$scratch/session"
  [[ -z ${NODEHEAP_UPDATE_GOLDEN:-} ]] || cp "$scratch/session" "$golden"
  check "$in: the session" diff "$golden" "$scratch/session"
}

# Names have the meaning that they have in the chosen frame.
test_frames() {  # lldb
  local lldb=$1 in frame
  in="$lldb, $(basename "$core")"
  frame=$(cli bt | sed -n 's/^ *frame #\([0-9]*\): 0x[0-9a-f]* respond(.*/\1/p')
  check "$in: there is a frame of respond()" test -n "$frame"
  run_lldb "$lldb" "target create --core $core" "v8 source" "v8 frame select $frame" "v8 frame" "v8 i this" "v8 p arg1" \
    "v8 source list" "v8 source list -l 3" "v8 findrefs this" "v8 p nothing"
  check "$in: the innermost" same_as "v8 source" source
  check "$in: choosing" same_as "v8 frame select $frame" frame "$frame"
  check "$in: what was chosen" same_as "v8 frame" frame "$frame"
  check "$in: this" same_as "v8 i this" inspect this --frame "$frame"
  check "$in: its class" matches "v8 i this" '<Object: Responder properties'
  check "$in: an argument" matches "v8 p arg1" '^<Smi: 17>$'
  check "$in: its source" same_as "v8 source list" source --frame "$frame"
  check "$in: its source from a line" same_as "v8 source list -l 3" source --frame "$frame" -l 3
  check "$in: references to this" matches "v8 findrefs this" '=0x[0-9a-f]+$'
  check "$in: no such name" fails "frame $frame (respond at"
}

# A frame that LLDB has selected is the chosen one, too.
test_lldb_frames() {  # lldb
  local lldb=$1 in number commands=()
  in="$lldb, $(basename "$core")"
  for number in {1..30}; do commands+=("frame select $number" "v8 frame"); done
  run_lldb "$lldb" "target create --core $core" "${commands[@]}"
  check "$in: LLDB's own frame select" grep '^<frame #[0-9]*: respond at' "$scratch/out"
}

# Workers have heaps of their own.
test_isolates() {  # lldb
  local lldb=$1 in
  in="$lldb, $(basename "$core")"
  run_lldb "$lldb" "target create --core $core" "v8 findjsobjects" "v8 settings set isolate 0" "v8 findjsobjects" \
    "v8 settings set isolate 1" "v8 findjsobjects" "v8 settings set isolate all" "v8 findjsobjects"
  check "$in: all isolates" diff <(cli findjsobjects) <(answer "v8 findjsobjects" 1)
  check "$in: the main isolate" diff <(cli findjsobjects --isolate 0) <(answer "v8 findjsobjects" 2)
  check "$in: the worker's" diff <(cli findjsobjects --isolate 1) <(answer "v8 findjsobjects" 3)
  check "$in: all of them again" diff <(answer "v8 findjsobjects" 1) <(answer "v8 findjsobjects" 4)
}

# Places in the sources, by maps whose lines are those of the script.
test_source_maps() {  # lldb
  local lldb=$1 in maps=$scratch/maps script lines
  in="$lldb, $(basename "$core")"
  script=$(basename "$(cli bt --format csv --limit 0 | grep -o '/[^,]*\.js' | head -1)")
  lines=$(printf ';AACA%.0s' {1..500})
  mkdir -p "$maps"
  printf '{"version": 3, "file": "%s", "sources": ["original.ts"], "names": [], "mappings": "AAAA%s"}' "$script" "$lines" \
    >"$maps/$script.map"
  run_lldb "$lldb" "target create --core $core" "v8 bt" "v8 settings set source-map $maps" "v8 bt" \
    "v8 settings set source-map none" "v8 bt" "v8 settings set source-map $scratch/nowhere" "v8 nodeinfo"
  check "$in: places as they ran" diff <(cli bt) <(answer "v8 bt" 1)
  check "$in: places in the sources" diff <(cli bt --source-map "$maps") <(answer "v8 bt" 2)
  check "$in: they are in the sources" grep 'original\.ts' <(answer "v8 bt" 2)
  check "$in: places as they ran again" diff <(answer "v8 bt" 1) <(answer "v8 bt" 3)
  check "$in: no source maps there" fails "$scratch/nowhere"
}

# The names that commands of llnode and mdb_v8 have without `v8`. The core is that of the scenario everything.
test_names() {  # lldb
  local lldb=$1 in object closure buffer line lines command query arguments
  in="$lldb, $(basename "$core")"
  object=$(first_instance TruthRoot)
  closure=$(first_instance Function)
  buffer=$(first_instance Buffer)
  mapfile -t lines <<END
findjsobjects -d|findjsobjects -d
findjsinstances TruthRoot|findjsinstances TruthRoot
findrefs $object|findrefs $object
jsstack|bt
jsprint $object|inspect $object
jssource $closure|source $closure
jsfindrefs $object|findrefs $object
jsconstructor $object|constructor $object
jsfunctions|functions
jsfunctions -n make -s everything|functions --name make --script everything
jsfunction -n make|functions --name make
jsclosure $closure|inspect $closure
nodebuffer $buffer|inspect $buffer
v8whatis $object|whatis $object
v8 i $buffer|inspect $buffer
v8 p $buffer|print $buffer
END
  run_lldb "$lldb" "target create --core $core" "${lines[@]%|*}"
  for line in "${lines[@]}"; do
    command=${line%|*}
    read -r query arguments <<<"${line#*|}"
    # shellcheck disable=SC2086  # the arguments are words
    check "$in: $command" same_as "$command" "$query" $arguments
  done
}
