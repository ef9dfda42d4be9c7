#include <utility>
#include <vector>

#include "memory/elf_image.h"
#include "nodeheap/layout.h"
#include "v8/packs.h"
#include "v8/versions.h"

namespace nodeheap {

Result<std::string> ExtractLayout(std::span<const std::string> executables) {
  std::vector<v8::Metadata> builds;
  for (const std::string& path : executables) {
    NH_TRY(const auto image, ElfImage::Open(path));
    NH_TRY(v8::Metadata build, v8::ReadMetadata(*image));
    build.node_version = v8::FindVersions(*image).node;
    builds.push_back(std::move(build));
  }
  return v8::WritePack(builds);
}

}  // namespace nodeheap
