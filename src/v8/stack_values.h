// Values in one line, in llnode's notation: for frames, handles and timers.
#pragma once

#include <string>

#include "v8/runtime.h"

namespace nodeheap::v8 {

// "<Smi: 95>", "<undefined>", "0x1f3b:<String: \"text\">", "0x1f3b:<Object: Widget>",
// "0x1f3b:<Array: length=3>", "0x1f3b:<function: name at file:line:column>". Long texts are cut.
// What is no value is shown as a number.
std::string DescribeValue(const Runtime& runtime, Tagged value);

// "file:line:column" of a function's definition, as much of it as is known.
std::string DefinitionText(const Runtime& runtime, Tagged shared);

// What to call a function: its name, else how the receiver that it was called on knows it, as V8's
// stack traces do ("Module._load" is a property of a function), else "(anonymous)". Builtins of V8
// have no name where they are parts of others. `receiver` may be 0.
std::string FrameFunctionName(const Runtime& runtime, Tagged function, Tagged shared,
                              Tagged receiver);

}  // namespace nodeheap::v8
