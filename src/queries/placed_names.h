// Names of classes for people: those of one name that stand in different places are told apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "nodeheap/session.h"

namespace nodeheap {

// Keeps the names by reference: what is added must outlive it.
class PlacedNames {
 public:
  // Of classes of the session's dump, or of another of the same process.
  explicit PlacedNames(const Session& session) : session_(session) {}

  void Add(std::string_view name, const std::optional<Location>& location) {
    const auto [found, is_new] = names_.try_emplace(name, Place{location});
    if (!is_new && found->second.first != location) found->second.ambiguous = true;
  }

  // "Foo", or "Foo  (script 71:12:5)" if something else is called so.
  std::string Label(std::string_view name, const std::optional<Location>& location) const;

 private:
  struct Place {
    std::optional<Location> first;
    bool ambiguous = false;
  };
  const Session& session_;
  std::unordered_map<std::string_view, Place> names_;
};

}  // namespace nodeheap
