// What code an address on a stack is in.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "v8/code_baseline.h"
#include "v8/frames.h"

namespace nodeheap::v8 {

class StackCode {
 public:
  StackCode(const Runtime& runtime, const NativeImage& native);

  // The builtins: in the executable or in the copy that V8 11 and later make of them beside the
  // heap's code.
  bool IsBuiltin(Address pc) const { return InExecutable(pc).has_value(); }
  // "ArrayMap"; empty if it is none, or without the executable.
  std::string BuiltinName(Address pc) const;
  bool IsHeapCode(Address pc) const;
  BytecodeSizes bytecode_sizes() const {
    return known_sizes_.empty() ? bytecode_sizes_ : BytecodeSizes(known_sizes_);
  }

 private:
  // The address in the executable, as linked, of a builtin's code.
  std::optional<Address> InExecutable(Address pc) const;
  void FindCopies();

  const Runtime& runtime_;
  NativeImage native_;
  std::vector<Address> builtins_;       // where they start
  BytecodeSizes bytecode_sizes_;        // of the executable
  std::vector<std::byte> known_sizes_;  // without one
};

}  // namespace nodeheap::v8
