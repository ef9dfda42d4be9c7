// The stacks of all threads.
#include <fmt/format.h>

#include <string_view>

#include "queries/async_frames.h"
#include "queries/backtrace.h"
#include "queries/core_only.h"
#include "queries/paging.h"
#include "queries/params.h"
#include "queries/queries.h"
#include "session/native_code.h"
#include "v8/frames.h"
#include "v8/stack_values.h"

namespace nodeheap {
namespace {

using v8::Frame;
using v8::FrameKind;

constexpr Param kParams[] = {
    {.name = "count",
     .kind = ParamKind::kInteger,
     .positional = true,
     .placeholder = "N",
     .help = "as --frames N"},
    {.name = "frames",
     .short_name = 'n',
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "show the N innermost frames of each thread; 0: all",
     .default_value = "0"},
    {.name = "thread",
     .kind = ParamKind::kInteger,
     .placeholder = "ID",
     .help = "only the thread with this number"},
    {.name = "async",
     .kind = ParamKind::kFlag,
     .help = "go on with the async functions that await what was running"},
    kNoLimitParam,
};

constexpr Example kExamples[] = {
    {"core", "where every thread is; what stopped the process came to the first"},
    {"core -n 10 --thread 1234", "the ten innermost frames of one thread"},
    {"core --async", "also who awaits the async function that was running"},
};
constexpr std::string_view kAliases[] = {"jsstack"};
constexpr SortOption kSorts[] = {{"thread", false, "", true}};

// "libc.so.6+0x8eec"
std::string FileAt(const MemorySource& memory, uint64_t pc) {
  for (const MappedFile& file : memory.files()) {
    if (pc < file.start || pc >= file.end) continue;
    const size_t slash = file.path.rfind('/');
    return fmt::format("{}+0x{:x}", file.path.substr(slash == std::string::npos ? 0 : slash + 1),
                       pc - file.start + file.offset);
  }
  return "?";
}

// One frame in words.
class FrameText {
 public:
  FrameText(const Process& process, const Frame& frame, bool is_innermost)
      : process_(process), runtime_(process.runtime()), frame_(frame) {
    if (v8::IsJavaScript(frame.kind)) {
      function_ =
          v8::FrameFunctionName(runtime_, frame.function, frame.shared, frame.receiver.value_or(0));
    } else if (frame.kind == FrameKind::kInternal) {
      function_ = frame.builtin;
    } else {
      function_ = Native(is_innermost);
    }
    if (frame.receiver) receiver_ = v8::DescribeValue(runtime_, *frame.receiver);
    for (const v8::Tagged argument : frame.arguments) {
      if (!arguments_.empty()) arguments_ += ", ";
      arguments_ += v8::DescribeValue(runtime_, argument);
    }
    if (frame.arguments_left_out != 0)
      arguments_ += fmt::format(", … {} more", frame.arguments_left_out);
  }

  const std::string& function() const { return function_; }
  const std::string& receiver() const { return receiver_; }
  const std::string& arguments() const { return arguments_; }

  // Without what the function was called with: "inMap at /app/server.js:29:5".
  std::string Short() const { return fmt::format("{} at {}", function_, Place()); }

  std::string Title() const { return v8::IsJavaScript(frame_.kind) ? Short() : What(); }

  // As llnode has it, but with the line at which the frame is.
  std::string Line(size_t number) const {
    return fmt::format("frame #{}: 0x{:016x} {}{}", number, frame_.pc,
                       frame_.after_gap ? "(frames missing) " : "", What());
  }

 private:
  // After a call that does not return, the return address is already another function's.
  std::string Native(bool is_innermost) const {
    const uint64_t pc = frame_.pc - (is_innermost ? 0 : 1);
    if (!frame_.builtin.empty()) return frame_.builtin;
    const auto place = FindNativePlace(process_, pc);
    return place ? place->function : FileAt(process_.memory(), pc);
  }

  std::string What() const {
    if (frame_.kind == FrameKind::kInternal)
      return fmt::format("<{}{}{}>", frame_.marker, function_.empty() ? "" : ": ", function_);
    if (!v8::IsJavaScript(frame_.kind)) return function_;
    if (frame_.inlined) return fmt::format("{}() at {} (inlined)", function_, Place());
    return fmt::format("{}(this={}{}{}) at {} fn=0x{:x}", function_, receiver_,
                       arguments_.empty() ? "" : ", ", arguments_, Place(),
                       v8::Untag(frame_.function));
  }

  std::string Place() const {
    if (!frame_.place) return frame_.kind == FrameKind::kBuiltin ? "<builtin>" : "(no script)";
    const v8::SourcePlace& place = *frame_.place;
    std::string name = place.script_name.empty() ? "(no name)" : place.script_name;
    if (!place.line) return name;
    return fmt::format("{}:{}:{}", name, *place.line, place.column.value_or(0));
  }

  const Process& process_;
  const v8::Runtime& runtime_;
  const Frame& frame_;
  std::string function_;
  std::string receiver_;
  std::string arguments_;
};

Table FramesTable() {
  constexpr auto kMachine = Placement::kMachineOnly;
  return {.name = "frames",
          .fields = {{"thread", "Thread", Unit::kCount, kMachine},
                     {"role", "Role", Unit::kText, kMachine},
                     {"frame", "Frame", Unit::kCount, kMachine},
                     {"kind", "Kind", Unit::kText, kMachine},
                     {"inlined", "Inlined", Unit::kText, kMachine},
                     {"function", "Function", Unit::kText, kMachine},
                     {"script", "Script", Unit::kText, kMachine},
                     {"line", "Line", Unit::kCount, kMachine},
                     {"column", "Column", Unit::kCount, kMachine},
                     {"pc", "PC", Unit::kText, kMachine},
                     {"fp", "FP", Unit::kText, kMachine},
                     {"receiver", "this", Unit::kText, kMachine},
                     {"arguments", "Arguments", Unit::kText, kMachine},
                     {"function_address", "Closure", Unit::kText, kMachine},
                     {"text", "Thread and frames", Unit::kText, Placement::kTextOnly, true}}};
}

Cell Optional(const std::optional<uint32_t>& number) {
  return number ? Cell{uint64_t{*number}} : Cell{};
}
Cell OptionalAddress(uint64_t address) {
  return address != 0 ? Cell{AddressText(address)} : Cell{};
}

Row FrameRow(const Process& process, const ThreadState& thread, const std::string& role,
             const Frame& frame, size_t number) {
  const FrameText text(process, frame, number == 0);
  const v8::SourcePlace place = frame.place.value_or(v8::SourcePlace());
  return {uint64_t{thread.id},
          role,
          uint64_t{number},
          std::string(Name(frame.kind)),
          std::string(frame.inlined ? "yes" : "no"),
          text.function(),
          place.script_name,
          Optional(place.line),
          Optional(place.column),
          OptionalAddress(frame.pc),
          OptionalAddress(frame.fp),
          text.receiver(),
          text.arguments(),
          OptionalAddress(v8::Untag(frame.function)),
          text.Line(number)};
}

// A function that is on no stack: it waits for what was running.
Row AsyncRow(const Process& process, const ThreadState& thread, const std::string& role,
             const v8::AsyncFrame& frame, size_t number) {
  const v8::Runtime& runtime = process.runtime();
  const AsyncFunction function = DescribeAsync(runtime, frame);
  const v8::SourcePlace place = function.place.value_or(v8::SourcePlace());
  return {uint64_t{thread.id},
          role,
          uint64_t{number},
          std::string("async"),
          std::string("no"),
          function.name,
          place.script_name,
          Optional(place.line),
          Optional(place.column),
          Cell{},
          Cell{},
          std::string(),
          std::string(),
          OptionalAddress(v8::Untag(function.function)),
          fmt::format("frame #{}: async {}", number, Text(function))};
}

// Stands above a thread's frames, for people.
Remark ThreadRemark(const ThreadState& thread, const std::string& role, size_t row) {
  return {.before_row = row,
          .text = fmt::format("thread {}{}{}", thread.id, role.empty() ? "" : ", ", role)};
}

struct BtOptions {
  uint64_t limit = 0;  // frames of each thread; 0: all
  bool async = false;
};

void AddThread(const Process& process, const ThreadState& thread, const BtOptions& options,
               Table& table) {
  const v8::NativeImage native = process.native_image();
  const v8::ThreadStack stack = v8::ReadStack(process.runtime(), native, thread);
  const std::string role = ThreadRole(process, thread);
  table.remarks.push_back(ThreadRemark(thread, role, table.rows.size()));
  size_t number = 0;
  const auto is_shown = [&] { return options.limit == 0 || number < options.limit; };
  for (; number < stack.frames.size() && is_shown(); ++number)
    table.rows.push_back(FrameRow(process, thread, role, stack.frames[number], number));
  if (options.async && stack.isolate != nullptr) {
    const v8::Runtime& runtime = process.runtime();
    const v8::Tagged promise = v8::PromiseOfCurrentTask(runtime, *stack.isolate);
    for (const v8::AsyncFrame& frame : v8::AwaitersOf(runtime, promise))
      if (is_shown()) table.rows.push_back(AsyncRow(process, thread, role, frame, number++));
  }
  table.depths.resize(table.rows.size(), 1);
}

Result<Report> Run(const QueryInput& input) {
  NH_TRY(Process* const process, RequireProcess(input, "bt"));
  const Arguments& arguments = input.arguments;
  const BtOptions options{.limit = arguments.Integer(arguments.Has("count") ? "count" : "frames"),
                          .async = arguments.Flag("async")};
  Table table = FramesTable();
  for (const ThreadState& thread : process->memory().threads())
    if (!arguments.Has("thread") || arguments.Integer("thread") == thread.id)
      AddThread(*process, thread, options, table);
  if (table.remarks.empty() && arguments.Has("thread"))
    return std::unexpected(
        Error{.code = ErrorCode::kNotFound,
              .message = fmt::format("there is no thread {}", arguments.Integer("thread")),
              .hint = "nodeheap bt without --thread shows all of them"});
  table.total = table.rows.size();
  Report report;
  report.tables.push_back(std::move(table));
  return report;
}

}  // namespace

Table JavaScriptStackTable(const Process& process, const ThreadState& thread, size_t limit) {
  Table table = FramesTable();
  table.name = "javascript_stack";
  table.fields.back().title = "Function";
  const v8::NativeImage native = process.native_image();
  const v8::ThreadStack stack = v8::ReadStack(process.runtime(), native, thread);
  const std::string role = ThreadRole(process, thread);
  for (size_t i = 0; i < stack.frames.size(); ++i) {
    if (!v8::IsJavaScript(stack.frames[i].kind)) continue;
    if (table.total++ >= limit) continue;
    table.rows.push_back(FrameRow(process, thread, role, stack.frames[i], i));
    table.rows.back().back() = FrameText(process, stack.frames[i], i == 0).Short();
  }
  return table;
}

std::string FrameTitle(const Process& process, const v8::Frame& frame, bool is_innermost) {
  return FrameText(process, frame, is_innermost).Title();
}

constinit const QueryInfo kBt = {
    .name = "bt",
    .summary = "show the stack of every thread, JavaScript and native (cores)",
    .description =
        "Shows what every thread was doing: JavaScript functions with the line at which they are, "
        "`this` and the arguments they were called with, and the native functions between them. "
        "Functions that the optimizer put into their callers are marked as inlined. With --async, "
        "below them, the async functions that await the one that was running, as V8's own stack "
        "traces tell them.",
    .aliases = kAliases,
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .needs_graph = false,
    .run = &Run,
};

}  // namespace nodeheap
