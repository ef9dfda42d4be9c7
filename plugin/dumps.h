// The sessions of LLDB's processes: opened when first asked for, dropped when the process goes away
// or has run on.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "nodeheap/session.h"
#include "plugin/lldb.h"

namespace nodeheap::plugin {

class Dumps {
 public:
  // The session of the selected target's process; valid until the next call. What the user should
  // know of how it was opened is added to `warning`. A core is read from its file, not through
  // LLDB.
  Result<Session*> Open(lldb::SBDebugger& debugger, Progress& progress, std::string& warning);

  // For an LLDB that does not tell: the file of the selected target's core.
  Result<void> SetCorePath(lldb::SBDebugger& debugger, std::string path);
  // Of which isolate the heap is; empty: of all together.
  void SetIsolate(std::optional<uint32_t> isolate) { isolate_ = isolate; }
  // Where the source maps of the scripts are; empty: places are told as they ran.
  void SetSourceMaps(std::string directory) { source_maps_ = std::move(directory); }

 private:
  // How a session was opened; one that would be opened otherwise now is dropped.
  struct Choice {
    std::string executable;
    std::optional<uint32_t> isolate;
    std::string source_maps;
    std::string core_path;  // as the user said
    friend bool operator==(const Choice&, const Choice&) = default;
  };
  struct Opened {
    lldb::SBProcess process;
    uint32_t stop_id = 0;  // how often the process had stopped
    Choice choice;
    Session session;
  };

  void DropStale();
  std::string SaidPath(lldb::SBProcess process) const;
  Result<Session> OpenProcess(lldb::SBDebugger& debugger, const lldb::SBProcess& process,
                              const SessionOptions& options, Progress& progress) const;

  std::vector<std::unique_ptr<Opened>> opened_;
  std::map<uint32_t, std::string> core_paths_;  // by the unique id of the process
  std::optional<uint32_t> isolate_;
  std::string source_maps_;
};

}  // namespace nodeheap::plugin
