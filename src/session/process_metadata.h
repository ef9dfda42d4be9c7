// Which constants fit a process whose binary is not at hand.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "memory/core_file.h"
#include "nodeheap/progress.h"
#include "nodeheap/result.h"
#include "v8/metadata.h"

namespace nodeheap {

// Where the constants came from, for `doctor`.
struct MetadataChoice {
  v8::Metadata metadata;
  bool exact = false;       // they are those of the very build that ran
  std::string explanation;  // for people, as in "the constants are those of …"
};

// `modules` and `name` are those of the process. The pack of the build that ran; else those of the
// builds most like it, the best guess first: the heap decides. Error: this is no process of a
// Node.js that nodeheap knows anything about.
Result<std::vector<MetadataChoice>> FindMetadata(const MemorySource& memory,
                                                 std::span<const CoreFile::Module> modules,
                                                 std::string_view name, Progress& progress);

}  // namespace nodeheap
