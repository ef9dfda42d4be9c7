#include "plugin/frames.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace nodeheap::plugin {
namespace {

const Cell& CellOf(const Table& table, const Row& row, std::string_view key) {
  static const Cell kNone;
  const auto field = std::ranges::find(table.fields, key, &Field::key);
  return field == table.fields.end() ? kNone
                                     : row[static_cast<size_t>(field - table.fields.begin())];
}

bool Says(const Table& table, const Row& row, std::string_view key, std::string_view text) {
  const auto* const cell = std::get_if<std::string>(&CellOf(table, row, key));
  return cell != nullptr && *cell == text;
}

// The number that bt gives to the frame of a function with this frame pointer; empty if there is
// none.
std::string NumberOf(const Table& frames, uint64_t fp) {
  const std::string address = fmt::format("0x{:x}", fp);
  for (const Row& row : frames.rows) {
    const bool is_function =
        std::holds_alternative<std::string>(CellOf(frames, row, "function_address"));
    const auto* const number = std::get_if<uint64_t>(&CellOf(frames, row, "frame"));
    if (number != nullptr && is_function && Says(frames, row, "inlined", "no") &&
        Says(frames, row, "fp", address))
      return std::to_string(*number);
  }
  return {};
}

FrameChoice SelectedInLldb(lldb::SBDebugger& debugger, Session& session, Progress& progress) {
  lldb::SBThread thread = debugger.GetSelectedTarget().GetProcess().GetSelectedThread();
  lldb::SBFrame frame = thread.GetSelectedFrame();
  if (!frame.IsValid() || frame.GetFrameID() == 0) return {};
  const QueryInfo& bt = *FindQuery("bt");
  FrameChoice choice{.thread = std::to_string(thread.GetThreadID())};
  const auto arguments = Arguments::Parse(bt, {{"thread", choice.thread}});
  if (!arguments) return {};
  const auto report = RunQuery(
      bt, {.session = session, .second = nullptr, .arguments = *arguments, .progress = progress});
  if (!report) return {};
  choice.number = NumberOf(report->tables.front(), frame.GetFP());
  return choice.number.empty() ? FrameChoice() : choice;
}

}  // namespace

void FrameChoice::AddTo(const QueryInfo& query, Arguments::Values& values) const {
  const bool takes_frame = std::ranges::find(query.params, std::string_view("frame"),
                                             &Param::name) != query.params.end();
  if (!takes_frame || values.contains("frame") || values.contains("thread")) return;
  if (!number.empty()) values.emplace("frame", number);
  if (!thread.empty()) values.emplace("thread", thread);
}

void ChosenFrames::Choose(lldb::SBDebugger& debugger, FrameChoice choice) {
  lldb::SBProcess process = debugger.GetSelectedTarget().GetProcess();
  chosen_ = Chosen{.process = process.GetUniqueID(),
                   .stop_id = process.GetStopID(),
                   .choice = std::move(choice)};
}

FrameChoice ChosenFrames::Get(lldb::SBDebugger& debugger, Session& session,
                              Progress& progress) const {
  lldb::SBProcess process = debugger.GetSelectedTarget().GetProcess();
  if (chosen_ && chosen_->process == process.GetUniqueID() &&
      chosen_->stop_id == process.GetStopID())
    return chosen_->choice;
  return SelectedInLldb(debugger, session, progress);
}

}  // namespace nodeheap::plugin
