#include "plugin/answer.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <thread>
#include <utility>

#include "nodeheap/render.h"
#include "plugin/expressions.h"
#include "plugin/new_file.h"

namespace nodeheap::plugin {
namespace {

constexpr unsigned kWidth = 100;        // of what is not shown on a terminal
constexpr size_t kMaxText = 256 << 20;  // LLDB copies what it shows, and counts it in an int

std::unexpected<Error> Invalid(std::string message, std::string hint = {}) {
  return std::unexpected(Error{
      .code = ErrorCode::kInvalidArgument, .message = std::move(message), .hint = std::move(hint)});
}

// Ctrl-C. LLDB answers only the thread that runs the command.
class InterruptibleProgress : public Progress {
 public:
  explicit InterruptibleProgress(lldb::SBDebugger& debugger)
      : interpreter_(debugger.GetCommandInterpreter()) {}

  bool cancelled() const override {
    if (std::this_thread::get_id() == asker_ && interpreter_.WasInterrupted()) interrupted_ = true;
    return interrupted_;
  }

 private:
  lldb::SBCommandInterpreter interpreter_;
  std::thread::id asker_ = std::this_thread::get_id();
  mutable std::atomic<bool> interrupted_ = false;
};

RenderOptions RenderOptionsFor(const State& state, lldb::SBDebugger& debugger) {
  std::FILE* const out = debugger.GetOutputFileHandle();
  const bool terminal = out != nullptr && isatty(fileno(out)) == 1;
  const bool color =
      state.color == "auto" ? terminal && debugger.GetUseColor() : state.color == "always";
  return {.color = color,
          .width = terminal ? debugger.GetTerminalWidth() : kWidth,
          .tree_padding = state.tree_padding};
}

// The formats that say of an answer whether it is whole.
Result<const FormatInfo*> FormatOf(const QueryInfo& query, const std::string& name) {
  const FormatInfo* const format = FindFormat(name);
  if (format == nullptr || !format->says_total)
    return Invalid(fmt::format("\"{}\" is no format here", name),
                   "llnode, text, json, ndjson or md");
  if (!format->only_query.empty() && format->only_query != query.name)
    return Invalid(fmt::format("{} cannot be written as {}", query.name, name));
  return format;
}

bool HasNextPage(const Report& report) {
  if (report.tables.empty()) return false;
  const Table& table = report.tables.front();
  return table.depths.empty() && !table.rows.empty() &&
         table.offset + table.rows.size() < table.total;
}

Result<void> Show(const std::string& text, lldb::SBCommandReturnObject& result) {
  if (text.size() > kMaxText)
    return Invalid(fmt::format("the answer has {} MB", text.size() / 1'000'000),
                   "write it with --output FILE, or show less with --limit");
  // AppendMessage ends the line itself.
  const std::string line = text.ends_with('\n') ? text.substr(0, text.size() - 1) : text;
  result.AppendMessage(line.c_str());
  return {};
}

// What was typed, with what it leaves open.
Result<Arguments> ArgumentsOf(const QueryInfo& query, const FormatInfo& format,
                              const Request& request, const State& state, Session& session,
                              lldb::SBDebugger& debugger, Progress& progress) {
  Arguments::Values values = request.values;
  const FrameChoice frame = state.frames.Get(debugger, session, progress);
  NH_CHECK(EvaluateAddresses(query, frame, session, debugger, progress, values));
  frame.AddTo(query, values);
  AddDefaults(format, query.name, values);
  return Arguments::Parse(query, values);
}

Result<Report> Ask(const QueryInfo& query, const Request& request, const Arguments& arguments,
                   Session& session, Progress& progress) {
  if (query.dumps == 1)
    return RunQuery(
        query,
        {.session = session, .second = nullptr, .arguments = arguments, .progress = progress});
  if (request.dumps.empty())
    return Invalid(fmt::format("{} needs {}, another dump", query.name, query.dump_names[0]));
  NH_TRY(Session before, Session::Open(request.dumps.front(), {}, progress));
  return RunQuery(
      query, {.session = before, .second = &session, .arguments = arguments, .progress = progress});
}

// What the commands after this one are about.
void Remember(const QueryInfo& query, const Report& report, Request request, State& state,
              lldb::SBDebugger& debugger) {
  const auto frame = request.values.find("frame");
  if (query.name == "frame" && frame != request.values.end())
    state.frames.Choose(debugger, {.number = frame->second, .thread = request.values["thread"]});
  if (!HasNextPage(report)) return;
  const Table& table = report.tables.front();
  request.values.insert_or_assign("offset", std::to_string(table.offset + table.rows.size()));
  state.next_page = {.query = &query, .request = std::move(request)};
}

}  // namespace

Result<void> Answer(const QueryInfo& query, Request request, State& state,
                    lldb::SBDebugger& debugger, lldb::SBCommandReturnObject& result) {
  NH_TRY(const FormatInfo* const format, FormatOf(query, request.format));
  InterruptibleProgress progress(debugger);
  std::string warning;
  NH_TRY(Session* const session, state.dumps.Open(debugger, progress, warning));
  if (!warning.empty()) result.AppendWarning(warning.c_str());
  NH_TRY(const Arguments arguments,
         ArgumentsOf(query, *format, request, state, *session, debugger, progress));
  NH_TRY(const Report report, Ask(query, request, arguments, *session, progress));
  if (report.contents) {
    if (request.output.empty()) return Invalid(fmt::format("{} needs --output FILE", query.name));
    return WriteNewFile(request.output, report.contents);
  }
  NH_TRY(const std::string text, format->render(report, RenderOptionsFor(state, debugger)));
  if (!request.output.empty())
    return WriteNewFile(request.output, [&](const ByteSink& sink) { return sink(text); });
  NH_CHECK(Show(text, result));
  Remember(query, report, std::move(request), state, debugger);
  return {};
}

}  // namespace nodeheap::plugin
