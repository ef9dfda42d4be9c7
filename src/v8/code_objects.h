// The machine code that V8 made of functions: which code an address lies in, and what it is for.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "v8/functions.h"
#include "v8/runtime.h"

namespace nodeheap::v8 {

enum class CodeTier : uint8_t { kOther, kBaseline, kMaglev, kTurbofan };

struct CodeObject {
  Tagged code = 0;  // the Code
  CodeTier tier = CodeTier::kOther;
  Address start = 0;  // of the instructions
  uint64_t size = 0;  // bytes
};

// Of the code to which an object of instructions belongs: an InstructionStream, or a Code of V8
// before 11.
CodeTier TierOfInstructions(const Runtime& runtime, Tagged instructions);

// The code on V8's heap that includes the address; builtins are not there.
std::optional<CodeObject> FindCode(const Runtime& runtime, Address pc);

// A call that the optimizer replaced by the body of the called function.
struct InlinedCall {
  Tagged shared = 0;      // of the function whose body it is; 0: of the code's own function
  int32_t position = -1;  // where that function is, in its script; -1 if unknown
};

// The functions that the code at `return_address` stands for: the innermost first, the code's own
// last, with the place where each is. Empty if the code does not tell.
std::vector<InlinedCall> InlinedCallsAt(const Runtime& runtime, const CodeObject& code,
                                        Address return_address);

}  // namespace nodeheap::v8
