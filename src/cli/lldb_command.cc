#include "cli/lldb_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <vector>

#include "cli/output.h"

namespace nodeheap::cli {
namespace {

constexpr std::string_view kPlugin = "libnodeheap_lldb.so";

std::unexpected<Error> Failed(ErrorCode code, std::string message, std::string hint = {},
                              std::string file = {}) {
  return std::unexpected(Error{.code = code,
                               .message = std::move(message),
                               .hint = std::move(hint),
                               .file = std::move(file)});
}

// Beside this program, as the build leaves it, or where it was installed.
Result<std::string> FindPlugin() {
  std::array<char, PATH_MAX> program{};
  if (readlink("/proc/self/exe", program.data(), program.size() - 1) < 0)
    return Failed(ErrorCode::kIo, std::strerror(errno), {}, "/proc/self/exe");
  const std::string path = program.data();
  const std::string directory = path.substr(0, path.rfind('/') + 1);
  for (const std::string& place : {directory, directory + NODEHEAP_PLUGIN_DIRECTORY "/"})
    if (std::array<char, PATH_MAX> plugin{};
        realpath((place + std::string(kPlugin)).c_str(), plugin.data()) != nullptr)
      return std::string(plugin.data());
  return Failed(ErrorCode::kNotFound, fmt::format("there is no {} beside {}", kPlugin, path),
                "build nodeheap with LLDB's headers: scripts/install-deps build lldb");
}

std::string LoadCommand(const std::string& plugin) {
  return fmt::format("plugin load \"{}\"", plugin);
}

// The contents of ~/.lldbinit without what an earlier install put there.
std::string WithoutPlugin(const std::string& text) {
  std::string kept;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (!line.starts_with("plugin load ") || !line.contains(kPlugin)) kept += line + '\n';
  return kept;
}

std::string Contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Result<void> Write(const std::string& path, const std::string& text) {
  return WriteOutput(path, true, [&](const ByteSink& sink) { return sink(text); });
}

// Adds the line of `plugin`, or removes any if it is empty. What was there before stays beside it.
Result<std::string> EditInit(const std::string& plugin) {
  const char* const home = std::getenv("HOME");
  if (home == nullptr || *home == 0)
    return Failed(ErrorCode::kNotFound, "HOME is not set, so there is no ~/.lldbinit");
  const std::string path = std::string(home) + "/.lldbinit";
  const std::string before = Contents(path);
  std::string after = WithoutPlugin(before);
  if (!plugin.empty()) after += LoadCommand(plugin) + '\n';
  if (after == before) return fmt::format("{} needs no change\n", path);
  // What an earlier install made of it is not as the user had it.
  const bool is_users = !before.empty() && !before.contains(kPlugin);
  const std::string backup = path + ".before-nodeheap";
  if (is_users) NH_CHECK(Write(backup, before));
  NH_CHECK(Write(path, after));
  return fmt::format("{} {}{}\n", path,
                     plugin.empty() ? "no longer loads the plugin" : "now loads " + plugin,
                     is_users ? "; as it was: " + backup : "");
}

// Returns only if there is no LLDB.
Result<std::string> Start(const std::string& plugin, const std::string& core,
                          const std::string& executable) {
  const std::string load = LoadCommand(plugin);
  for (const char* const program :
       {"lldb", "lldb-19", "lldb-18", "lldb-17", "lldb-16", "lldb-15", "lldb-14"}) {
    std::vector<const char*> words = {program, "-O", load.c_str(), "--core", core.c_str()};
    if (!executable.empty()) words.push_back(executable.c_str());
    words.push_back(nullptr);
    execvp(program, const_cast<char* const*>(words.data()));
  }
  return Failed(ErrorCode::kNotFound, "there is no LLDB", "install it: apt install lldb");
}

}  // namespace

Result<std::string> RunLldb(std::span<const std::string> words, const std::string& executable) {
  if (words.size() != 1)
    return Failed(ErrorCode::kInvalidArgument, "lldb needs \"install\", \"uninstall\" or a core",
                  "see nodeheap help lldb");
  const std::string& word = words.front();
  if (word == "uninstall") return EditInit({});
  NH_TRY(const std::string plugin, FindPlugin());
  if (word == "install") return EditInit(plugin);
  if (access(word.c_str(), R_OK) != 0)
    return Failed(ErrorCode::kIo, std::strerror(errno), {}, word);
  return Start(plugin, word, executable);
}

}  // namespace nodeheap::cli
