// Node's environments: one for the main thread, one for each worker. Each belongs to an isolate,
// and is found through V8's contexts, without walking the heap.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "v8/runtime.h"

namespace nodeheap::node {

struct Environment {
  const v8::Isolate* isolate = nullptr;
  v8::Address address = 0;  // of node::Environment
  v8::Tagged context = 0;   // the native context of the program
  v8::Tagged global = 0;    // its global object
};

// In the order of the isolates; at most one of each.
std::vector<Environment> FindEnvironments(const v8::Runtime& runtime);

// A variable of the scopes in which `function` was created, the innermost first; 0 if there is
// none.
v8::Tagged FindVariable(const v8::Runtime& runtime, v8::Tagged function, std::string_view name);

// The own property of that name, whatever it is: of an accessor, the getter. 0 if there is none.
v8::Tagged FindValue(const v8::Runtime& runtime, v8::Tagged object, std::string_view name);
// The same for a symbol, by its description.
v8::Tagged FindSymbolValue(const v8::Runtime& runtime, v8::Tagged object,
                           std::string_view description);

bool IsCallback(const v8::Runtime& runtime, v8::Tagged value);  // a function, bound or not

// Empty if `value` is no string.
std::string TextOf(const v8::Runtime& runtime, v8::Tagged value);
std::string ClassOf(const v8::Runtime& runtime, v8::Tagged value);

}  // namespace nodeheap::node
