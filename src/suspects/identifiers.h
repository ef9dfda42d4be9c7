// The identifiers in the source text of a function, as far as they matter here: any that it uses,
// and of its strings and comments whatever looks like one.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace nodeheap::suspects {

// Made of what identifiers are made of.
bool IsIdentifier(std::string_view text);

// Calls visit(identifier), UTF-8, with escapes such as \u0061 decoded; again for each use.
void ForEachIdentifier(std::string_view source, const std::function<void(std::string_view)>& visit);

}  // namespace nodeheap::suspects
