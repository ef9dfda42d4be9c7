#include "plugin/core_path.h"

#include <dlfcn.h>

#include <array>
#include <fstream>
#include <set>
#include <string_view>

namespace nodeheap::plugin {
namespace {

std::string PathOf(const lldb::SBFileSpec& file) {
  std::array<char, 4096> path{};
  return file.IsValid() && file.GetPath(path.data(), path.size()) != 0 ? path.data() : "";
}

// SBProcess::GetCoreFile(), which LLDB 14 does not have: hence looked up, not linked. A member
// function is called like one that takes `this` first.
std::string ToldPath(lldb::SBProcess process) {
  using GetCoreFile = lldb::SBFileSpec (*)(lldb::SBProcess*);
  void* const symbol = dlsym(RTLD_DEFAULT, "_ZN4lldb9SBProcess11GetCoreFileEv");
  if (symbol == nullptr) return {};
  return PathOf(reinterpret_cast<GetCoreFile>(symbol)(&process));
}

// The first bytes of an ELF file of the type ET_CORE.
bool IsCoreFile(const std::string& path) {
  constexpr std::string_view kMagic = "\177ELF";
  constexpr size_t kTypeAt = 16;
  constexpr char kCoreType = 4;
  std::array<char, kTypeAt + 1> header{};
  std::ifstream file(path, std::ios::binary);
  file.read(header.data(), header.size());
  return file && std::string_view(header.data(), kMagic.size()) == kMagic &&
         header[kTypeAt] == kCoreType;
}

// The cores that are mapped into this very process: LLDB maps what it opens.
std::set<std::string> MappedCores() {
  std::set<std::string> paths;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);)
    if (const size_t path = line.find('/'); path != std::string::npos)
      paths.insert(line.substr(path));
  std::erase_if(paths, [](const std::string& path) { return !IsCoreFile(path); });
  return paths;
}

uint32_t CountCores(lldb::SBDebugger& debugger) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < debugger.GetNumTargets(); ++i)
    if (IsCore(debugger.GetTargetAtIndex(i).GetProcess())) ++count;
  return count;
}

}  // namespace

bool IsCore(lldb::SBProcess process) {
  const char* const name = process.IsValid() ? process.GetPluginName() : nullptr;
  return name != nullptr && std::string_view(name) == "elf-core";
}

std::string CorePath(lldb::SBDebugger& debugger, const lldb::SBProcess& process) {
  if (std::string path = ToldPath(process); !path.empty()) return path;
  // Of several there is no telling which is whose.
  if (CountCores(debugger) != 1) return {};
  const std::set<std::string> mapped = MappedCores();
  return mapped.size() == 1 ? *mapped.begin() : std::string();
}

}  // namespace nodeheap::plugin
