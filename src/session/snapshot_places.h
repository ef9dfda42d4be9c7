// Where the functions and classes of a heap snapshot stand. It has a number for each script; the
// functions in it lead to the script's name.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "nodeheap/graph.h"
#include "nodeheap/health.h"
#include "sourcemap/source_maps.h"

namespace nodeheap {

// Not thread-safe: scripts are looked for when they are first asked for.
class SnapshotPlaces {
 public:
  // Without `maps`, places are those in the scripts that ran.
  explicit SnapshotPlaces(std::optional<SourceMaps> maps = {}) : maps_(std::move(maps)) {}

  // "/app/server.js:12:3"; empty if the graph does not tell the script's name.
  std::string Text(const HeapGraph& graph, const Location& location);

  // Maps that could not be read so far.
  Health health() const { return maps_ ? maps_->health() : Health{}; }

 private:
  std::optional<SourceMaps> maps_;
  std::optional<std::unordered_map<uint32_t, StringId>> scripts_;  // their names, by V8's number
};

}  // namespace nodeheap
