// Roots: what V8 keeps alive by itself, named as V8's heap snapshots name them (v8/src/objects/
// visitors.h). They are found by the shape of the tables that hold them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "v8/heap.h"

namespace nodeheap::v8 {

enum class RootKind : uint8_t {
  kReadOnlyRootList,
  kStrongRootList,
  kBuiltins,
  kHandleScope,
  kGlobalHandles,  // strong and weak: Root::weak
  kEternalHandles,
  kTracedHandles,
  kStartupObjectCache,
  kStackRoots,            // found on stacks and in registers
  kStringTable,           // weak
  kExternalStringsTable,  // weak
  kOther,                 // pointers in the isolate that belong to none of the above
};
// "(Global handles)"
std::string_view Name(RootKind kind);

struct Root {
  RootKind kind = RootKind::kOther;
  bool weak = false;
  uint32_t isolate = 0;    // index into Runtime::isolates()
  uint32_t thread_id = 0;  // of stack roots
  Address slot = 0;        // where the pointer is; 0: in a register
  ObjectIndex object{};
};

// All roots of all isolates, by isolate and kind.
std::vector<Root> FindRoots(const Heap& heap);

}  // namespace nodeheap::v8
