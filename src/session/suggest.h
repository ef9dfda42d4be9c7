// "Did you mean": the known names closest to a mistyped one.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace nodeheap {

// Up to three of `names`, quoted: `"Foo" or "Bar"`. Empty if none is close.
std::string Suggest(std::string_view name, std::span<const std::string_view> names);

}  // namespace nodeheap
