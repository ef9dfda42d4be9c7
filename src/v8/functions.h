// Functions: their names, scripts and places in the source.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "v8/runtime.h"
#include "v8/strings.h"

namespace nodeheap::v8 {

// A place in a script. Lines and columns count from 1, as stack traces show them.
struct SourcePlace {
  Tagged script = 0;
  std::string script_name;       // "/app/server.js", "node:events"; empty for eval without a name
  std::optional<uint32_t> line;  // nullopt where the source text cannot be read
  std::optional<uint32_t> column;
  int32_t position = -1;  // UTF-16 units from the beginning of the source
};

// The SharedFunctionInfo of a JSFunction; 0 if there is none.
Tagged SharedOf(const Runtime& runtime, Tagged function);

// The name that V8's stack traces use: the function's own, else the one inferred from where it was
// assigned; empty for anonymous functions. `shared` is a SharedFunctionInfo.
std::string FunctionName(const Runtime& runtime, Tagged shared);
// Without the inferred one: how heap snapshots name closures.
std::string OwnFunctionName(const Runtime& runtime, Tagged shared);

// "/app/server.js:12:3"; "<anonymous>" where the script has no name.
std::string PlaceText(const SourcePlace& place);

// Its Script; 0 for native functions.
Tagged ScriptOf(const Runtime& runtime, Tagged shared);

// Where a function's source lies, in UTF-16 units from the beginning of its script's.
struct SourceRange {
  int32_t start = -1;       // its first token, such as `function`, `async` or a method's name
  int32_t parameters = -1;  // where V8 says it starts: the parenthesis before its parameters
  int32_t end = -1;
};
std::optional<SourceRange> SourceRangeOf(const Runtime& runtime, Tagged shared);

// Where the function's source begins (its definition), as DevTools has it: at its parameters.
std::optional<SourcePlace> DefinitionOf(const Runtime& runtime, Tagged shared);

// Fills in line and column of a position in a script, as the runtime's place_mapper() tells them.
SourcePlace PlaceInScript(const Runtime& runtime, Tagged script, int32_t position);
// The same in the script itself, whose text V8 has.
SourcePlace PlaceInText(const Runtime& runtime, Tagged script, int32_t position);

// The bytecode of a function; 0 if it is not compiled.
Tagged BytecodeOf(const Runtime& runtime, Tagged shared);

// The source position of the bytecode at `offset` bytes from the beginning of the bytecodes, by the
// source position table (v8/src/codegen/source-position-table.cc); nullopt if there is none.
std::optional<int32_t> SourcePositionOf(const Runtime& runtime, Tagged bytecode_array,
                                        int64_t offset);

}  // namespace nodeheap::v8
