#include "queries/placed_names.h"

#include <fmt/format.h>

#include "queries/nodes.h"

namespace nodeheap {

std::string PlacedNames::Label(std::string_view name,
                               const std::optional<Location>& location) const {
  const auto found = names_.find(name);
  const bool ambiguous = found != names_.end() && found->second.ambiguous;
  if (!ambiguous || !location) return std::string(name);
  return fmt::format("{}  ({})", name, LocationText(session_, *location));
}

}  // namespace nodeheap
