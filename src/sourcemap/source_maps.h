// The source maps of a directory, as a build leaves them beside the scripts that it made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "nodeheap/health.h"
#include "nodeheap/result.h"
#include "sourcemap/source_map.h"

namespace nodeheap {

// Not thread-safe: maps are read when they are first asked for.
class SourceMaps {
 public:
  // Takes the files called *.map in the directory and below. Error: there are none.
  static Result<SourceMaps> Open(const std::string& directory);

  // The place that a script's place was made of. A map belongs to the script whose path ends like
  // its own, without ".map"; where several do equally well, to none. Files that the map names
  // relatively are below the script's directory. `script` is a path or a file: URL.
  std::optional<OriginalPlace> Find(std::string_view script, uint32_t line, uint32_t column);

  // Maps that could not be read so far.
  const Health& health() const { return health_; }

 private:
  struct Candidate {
    std::string path;    // of the map
    std::string script;  // below the directory
  };

  const SourceMap* MapOf(const std::string& script);
  const Candidate* Nearest(const std::string& script) const;

  std::unordered_multimap<std::string, Candidate> candidates_;  // by file name of the script
  std::unordered_map<std::string, std::optional<SourceMap>> of_script_;  // asked for before
  Health health_;
};

}  // namespace nodeheap
