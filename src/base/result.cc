#include "nodeheap/result.h"

#include <fmt/format.h>

#include "base/text.h"

namespace nodeheap {

std::string Describe(const Error& error) {
  std::string line;
  if (!error.file.empty()) line += Escape(error.file) + ": ";
  if (error.offset) line += fmt::format("byte {}: ", *error.offset);
  line += Escape(error.message);
  if (!error.hint.empty()) line += "; " + Escape(error.hint);
  return line;
}

}  // namespace nodeheap
