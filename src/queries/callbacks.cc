#include "queries/callbacks.h"

#include <fmt/format.h>

#include "v8/functions.h"
#include "v8/stack_values.h"

namespace nodeheap {

std::string CallbackText(const v8::Runtime& runtime, v8::Tagged callback) {
  if (callback == 0) return {};
  const v8::Tagged shared = v8::SharedOf(runtime, callback);
  if (shared == 0) return v8::DescribeValue(runtime, callback);
  const std::string place = v8::DefinitionText(runtime, shared);
  return fmt::format("{}{}{}", v8::FrameFunctionName(runtime, callback, shared, 0),
                     place.empty() ? "" : " at ", place);
}

}  // namespace nodeheap
