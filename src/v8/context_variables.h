// The variables of a scope that live in a context, because a closure uses them.
#pragma once

#include <functional>

#include "v8/runtime.h"

namespace nodeheap::v8 {

struct ContextVariable {
  Tagged name = 0;  // a string
  Tagged value = 0;
  uint64_t offset = 0;     // of the value, in the context
  bool is_static = false;  // of a class's private members: belongs to the class itself
};

// The ScopeInfo of a context; 0 if there is none.
Tagged ScopeInfoOf(const Runtime& runtime, Tagged context);
// What the ScopeInfo of a context says of its scope; 0 if there is none.
uint64_t ScopeFlagsOf(const Runtime& runtime, Tagged context);
bool IsStrictScope(uint64_t flags);
// True where `var` and function declarations land.
bool IsDeclarationScope(uint64_t flags);
bool HasExtensionSlot(uint64_t flags);

// In the order of the scope's ScopeInfo. None for native contexts.
void ForEachContextVariable(const Runtime& runtime, Tagged context,
                            const std::function<void(const ContextVariable&)>& visit);

}  // namespace nodeheap::v8
