#include "support/cores.h"

#include <algorithm>
#include <stdexcept>

#include "v8/packs.h"

namespace nodeheap::test {
namespace {

std::filesystem::path Directory() {
  return std::filesystem::path(NODEHEAP_SOURCE_DIR) / "fixtures/cores";
}

}  // namespace

std::vector<std::filesystem::path> CorePaths() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(Directory()))
    if (entry.path().extension() == ".zst") paths.push_back(entry.path());
  std::ranges::sort(paths);
  return paths;
}

std::filesystem::path CorePath(const std::string& name) {
  return Directory() / (name + ".core.zst");
}

v8::Layout LayoutOf(const CoreFile& core) {
  const std::string build_id = core.modules().empty() ? "" : core.modules().front().build_id;
  for (const v8::Metadata& metadata : v8::Packs())
    if (metadata.build_id == build_id) return v8::Layout::Resolve(metadata).value();
  throw std::runtime_error("no pack has the build " + build_id);
}

}  // namespace nodeheap::test
