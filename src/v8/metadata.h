// What a build of Node says of its own objects: the v8dbg_ symbols, some 450 numbers that V8
// compiles in for debuggers (v8/tools/gen-postmortem-metadata.py). They come from the binary, or
// from a pack (packs.h).
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "memory/elf_image.h"
#include "nodeheap/memory.h"
#include "nodeheap/result.h"

namespace nodeheap::v8 {

struct Version {
  int major = 0;
  int minor = 0;
  int build = 0;
  friend auto operator<=>(const Version&, const Version&) = default;
};

// "12.4.254" or "12.4.254.21-node.56".
std::optional<Version> ParseVersion(std::string_view text);
std::string ToString(const Version& version);

struct Metadata {
  Architecture architecture = Architecture::kX64;
  Version v8_version = {};
  std::string node_version = {};  // "22.23.3"; empty if unknown
  std::string build_id = {};      // of the binary they were read from
  std::string origin = {};        // for people: "/usr/bin/node", "built-in table for Node 22.23.3"
  // Where the thread pointer points to, plus this, V8 keeps the isolate that the thread runs:
  // v8::internal::g_current_isolate_, a thread-local variable of V8 11 and later.
  std::optional<int64_t> current_isolate = {};
  // The code of V8's builtins, as linked; 0 if unknown.
  uint64_t builtins_start = 0;
  uint64_t builtins_size = 0;  // bytes
  // By name without "v8dbg_".
  std::map<std::string, int64_t, std::less<>> values = {};

  std::optional<int64_t> Find(std::string_view name) const;
  // The offset of a field in its class. The type at the end of a symbol's name changes between
  // versions, so it is not looked at.
  std::optional<int64_t> Field(std::string_view class_name, std::string_view field) const;
};

// Error: the file is not Node, or was built without the symbols.
Result<Metadata> ReadMetadata(const ElfImage& image);

}  // namespace nodeheap::v8
