// How DevTools names plain objects by their properties.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nodeheap {

// The name itself, or quoted as in JSON if it holds a comma, quote or brace.
// (DevTools: formatPropertyName.)
std::string FormatPropertyName(const std::string& name);

// The length of WTF-8 text in UTF-16 units, which is what JavaScript counts.
size_t Utf16Length(std::string_view text);

}  // namespace nodeheap
