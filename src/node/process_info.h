// What `process` tells of the program: read from the object itself, by its properties.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "node/environments.h"

namespace nodeheap::node {

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

struct ProcessInfo {
  v8::Tagged process = 0;
  std::optional<int64_t> pid = {};
  std::string version = {};  // "v22.23.3"
  std::string platform = {};
  std::string arch = {};
  std::string exec_path = {};
  std::vector<std::string> argv = {};
  std::vector<std::string> exec_argv = {};
  NamedTexts versions = {};
  NamedTexts release = {};
};

// nullopt if there is no `process`.
std::optional<ProcessInfo> FindProcessInfo(const v8::Runtime& runtime,
                                           const Environment& environment);

// What lies at the end of the main thread's stack, where Linux put it when the process started.
struct InitialStack {
  std::string title;  // process.title: the program's name, or what was written over it
  std::vector<std::string> environment_names;  // sorted; never their values
};

// `environ`: of libc's variable of that name; 0 if it is not known: then later changes are missed.
InitialStack ReadInitialStack(const MemorySource& memory, v8::Address environ);

}  // namespace nodeheap::node
