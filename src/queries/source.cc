// The source text of a function, or around the line at which a frame is.
#include <fmt/format.h>

#include <charconv>

#include "queries/core_only.h"
#include "queries/frame_values.h"
#include "queries/paging.h"
#include "queries/params.h"
#include "queries/queries.h"
#include "v8/stack_values.h"
#include "v8/strings.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {
    {.name = "function",
     .positional = true,
     .placeholder = "ADDRESS",
     .help = "of a function, such as 0x7f0012345678; without it, a frame is shown"},
    kFrameParam,
    kThreadParam,
    {.name = "line",
     .short_name = 'l',
     .kind = ParamKind::kInteger,
     .placeholder = "LINE",
     .help = "start at this line of the script"},
    {.name = "limit",
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "show at most N lines; 0: all",
     .default_value = "50"},
};

constexpr Example kExamples[] = {
    {"core", "the function in which the process stopped"},
    {"core --frame 12", "the function of frame 12"},
    {"core 0x7f0012345678 -l 100", "the script of a function from line 100 on"},
};
constexpr std::string_view kAliases[] = {"jssource"};
constexpr SortOption kSorts[] = {{"line", false, "", true}};

// What is shown.
struct Subject {
  v8::Tagged shared = 0;
  std::string name = {};
  std::optional<uint32_t> current_line = {};
};

Error NotFound(std::string message, std::string hint) {
  return {.code = ErrorCode::kNotFound, .message = std::move(message), .hint = std::move(hint)};
}

Result<Subject> FunctionAt(const v8::Runtime& runtime, std::string_view text) {
  const std::string_view digits = text.starts_with("0x") ? text.substr(2) : text;
  uint64_t address = 0;
  const auto [end, failed] =
      std::from_chars(digits.data(), digits.data() + digits.size(), address, 16);
  const bool is_number = failed == std::errc{} && end == digits.data() + digits.size();
  const v8::Tagged object = v8::Tag(v8::Untag(address));
  const v8::Tagged shared =
      runtime.Is(object, v8::Kind::kSharedFunctionInfo) ? object : v8::SharedOf(runtime, object);
  if (!is_number || shared == 0)
    return std::unexpected(NotFound(fmt::format("there is no function at \"{}\"", text),
                                    "bt and inspect show the addresses of functions"));
  return Subject{.shared = shared, .name = v8::FrameFunctionName(runtime, object, shared, 0)};
}

Result<Subject> FrameOf(const Process& process, const Arguments& arguments) {
  NH_TRY(const ChosenFrame chosen, ChooseFrame(process, arguments));
  const v8::Frame& frame = chosen.frame;
  if (!frame.place)
    return std::unexpected(NotFound("this function has no source", "bt lists all frames"));
  return Subject{
      .shared = frame.shared,
      .name = v8::FrameFunctionName(process.runtime(), frame.function, frame.shared,
                                    frame.receiver.value_or(0)),
      .current_line =
          v8::PlaceInText(process.runtime(), frame.place->script, frame.place->position).line};
}

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

// Lines from 1, the last included.
struct LineRange {
  uint64_t first = 1;
  uint64_t last = 0;
};

LineRange RangeOf(const v8::Runtime& runtime, const Subject& subject, v8::Tagged script,
                  const Arguments& arguments, uint64_t line_count) {
  if (arguments.Has("line")) return {arguments.Integer("line"), line_count};
  const auto range = v8::SourceRangeOf(runtime, subject.shared);
  if (!range) return {1, line_count};
  const auto first = v8::PlaceInText(runtime, script, range->start).line;
  const auto last = v8::PlaceInText(runtime, script, range->end).line;
  return {first.value_or(1), last.value_or(static_cast<uint32_t>(line_count))};
}

Result<Table> SourceTable(const v8::Runtime& runtime, const Subject& subject,
                          const Arguments& arguments) {
  const v8::Tagged script = v8::ScriptOf(runtime, subject.shared);
  const v8::Tagged source =
      script == 0 ? 0 : runtime.Field(script, runtime.layout().script.source).value_or(0);
  const auto text = v8::ReadString(runtime, source);
  if (!text || text->unreadable)
    return std::unexpected(
        NotFound(fmt::format("the source of {} cannot be read", subject.name),
                 "that of Node's own functions lies in the executable: name it with --exe"));
  const std::vector<std::string_view> lines = LinesOf(text->text);
  Table table{.name = "source",
              .title = fmt::format("{} in {}", subject.name,
                                   v8::PlaceInText(runtime, script, -1).script_name),
              .fields = {{"line", "Line", Unit::kCount},
                         {"current", "At", Unit::kText},
                         {.key = "text", .title = "Source", .whole = true}}};
  const LineRange range = RangeOf(runtime, subject, script, arguments, lines.size());
  // vm.Script may count lines from another number than 1.
  const auto offset = static_cast<uint64_t>(
      std::max(0, runtime.SmiField(script, runtime.layout().script.line_offset).value_or(0)));
  for (uint64_t line = range.first; line <= range.last; ++line) {
    const uint64_t index = line - 1 - offset;
    if (line <= offset || index >= lines.size()) continue;
    const bool is_current = subject.current_line && *subject.current_line == line;
    table.rows.push_back({line, std::string(is_current ? "→" : ""), std::string(lines[index])});
  }
  CutRows(table, arguments.paging());
  return table;
}

Result<Report> Run(const QueryInput& input) {
  NH_TRY(Process* const process, RequireProcess(input, "source"));
  const auto address = input.arguments.Text("function");
  NH_TRY(const Subject subject,
         address ? FunctionAt(process->runtime(), *address) : FrameOf(*process, input.arguments));
  NH_TRY(Table table, SourceTable(process->runtime(), subject, input.arguments));
  Report report;
  report.tables.push_back(std::move(table));
  return report;
}

}  // namespace

constinit const QueryInfo kSource = {
    .name = "source",
    .summary = "show the source of a function or a frame (cores)",
    .description =
        "Shows the source text that V8 keeps of a function: of the frame at which the process was "
        "stopped, of another one, or of any function by its address. An arrow marks the line at "
        "which a frame is.",
    .aliases = kAliases,
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .needs_graph = false,
    .run = &Run,
};

}  // namespace nodeheap
