#include "plugin/dumps.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "plugin/core_path.h"
#include "plugin/live_memory.h"

namespace nodeheap::plugin {
namespace {

std::unexpected<Error> Invalid(std::string message, std::string hint) {
  return std::unexpected(Error{
      .code = ErrorCode::kInvalidArgument, .message = std::move(message), .hint = std::move(hint)});
}

Result<lldb::SBProcess> SelectedProcess(lldb::SBDebugger& debugger) {
  lldb::SBProcess process = debugger.GetSelectedTarget().GetProcess();
  const lldb::StateType state = process.GetState();
  if (!process.IsValid() || state == lldb::eStateExited || state == lldb::eStateDetached)
    return Invalid("there is no process",
                   "open a core with: target create --core CORE; or attach to a process");
  if (state != lldb::eStateStopped && state != lldb::eStateCrashed)
    return Invalid("the process is not stopped", "stop it with: process interrupt");
  return process;
}

// Empty if it is not at hand.
std::string ExecutableOf(lldb::SBTarget target) {
  std::array<char, 4096> path{};
  const lldb::SBFileSpec file = target.GetExecutable();
  if (!file.IsValid() || file.GetPath(path.data(), path.size()) == 0) return {};
  return access(path.data(), R_OK) == 0 ? path.data() : "";
}

}  // namespace

void Dumps::DropStale() {
  std::erase_if(opened_, [](const std::unique_ptr<Opened>& opened) {
    return !opened->process.IsValid() || opened->process.GetStopID() != opened->stop_id;
  });
}

std::string Dumps::SaidPath(lldb::SBProcess process) const {
  const auto said = core_paths_.find(process.GetUniqueID());
  return said == core_paths_.end() ? std::string() : said->second;
}

Result<void> Dumps::SetCorePath(lldb::SBDebugger& debugger, std::string path) {
  NH_TRY(lldb::SBProcess process, SelectedProcess(debugger));
  core_paths_[process.GetUniqueID()] = std::move(path);
  return {};
}

Result<Session> Dumps::OpenProcess(lldb::SBDebugger& debugger, const lldb::SBProcess& process,
                                   const SessionOptions& options, Progress& progress) const {
  if (!IsCore(process)) {
    SessionOptions live = options;
    live.threads = 1;  // LLDB is not asked by several threads at once
    return Session::Attach(std::make_shared<LiveMemory>(process), live, progress);
  }
  std::string path = SaidPath(process);
  if (path.empty()) path = CorePath(debugger, process);
  if (path.empty())
    return Invalid("LLDB does not tell which file this core is",
                   "say it with: v8 settings set core PATH");
  return Session::Open(path, options, progress);
}

Result<Session*> Dumps::Open(lldb::SBDebugger& debugger, Progress& progress, std::string& warning) {
  DropStale();
  NH_TRY(lldb::SBProcess process, SelectedProcess(debugger));
  const Choice choice{.executable = ExecutableOf(process.GetTarget()),
                      .isolate = isolate_,
                      .source_maps = source_maps_,
                      .core_path = SaidPath(process)};
  std::erase_if(opened_, [&](const std::unique_ptr<Opened>& opened) {
    return opened->process.GetUniqueID() == process.GetUniqueID() && opened->choice != choice;
  });
  for (const std::unique_ptr<Opened>& opened : opened_)
    if (opened->process.GetUniqueID() == process.GetUniqueID()) return &opened->session;

  SessionOptions options{.executable = choice.executable,
                         .source_maps = choice.source_maps,
                         .isolate = choice.isolate};
  auto session = OpenProcess(debugger, process, options, progress);
  // LLDB may have found another program where the core says that its executable was.
  if (!session && !choice.executable.empty() && session.error().file == choice.executable) {
    warning = Describe(session.error());
    options.executable.clear();
    session = OpenProcess(debugger, process, options, progress);
  }
  if (!session) return std::unexpected(std::move(session).error());
  opened_.push_back(std::make_unique<Opened>(Opened{.process = process,
                                                    .stop_id = process.GetStopID(),
                                                    .choice = choice,
                                                    .session = *std::move(session)}));
  return &opened_.back()->session;
}

}  // namespace nodeheap::plugin
