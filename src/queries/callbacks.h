// How queries show the functions that Node will call.
#pragma once

#include <string>

#include "v8/runtime.h"

namespace nodeheap {

// "onTimeout at /app/server.js:75:18"; empty for 0.
std::string CallbackText(const v8::Runtime& runtime, v8::Tagged callback);

}  // namespace nodeheap
