// Text as llnode prints it, for those who know it by heart, and for what they wrote to read it.
// Class names and addresses are ours. What llnode has no command for is text as always.
#include <fmt/format.h>

#include "base/text.h"
#include "render/formats.h"
#include "render/text_layouts.h"

namespace nodeheap {
namespace {

constexpr size_t kMaxName = 400;

std::string RawOf(const Table& table, const Row& row, std::string_view key) {
  const size_t field = FindField(table, key);
  return field < row.size() ? PlainCell(row[field]) : std::string();
}

std::string TextOf(const Table& table, const Row& row, std::string_view key) {
  return Escape(RawOf(table, row, key), kMaxName);
}

uint64_t NumberOf(const Table& table, const Row& row, std::string_view key) {
  const size_t field = FindField(table, key);
  const auto* const number = field < row.size() ? std::get_if<uint64_t>(&row[field]) : nullptr;
  return number == nullptr ? 0 : *number;
}

std::string ShownLine(const Table& table, std::string_view what) {
  if (table.rows.empty()) return fmt::format("(Showing none of {} {})\n", table.total, what);
  return fmt::format("(Showing {} to {} of {} {})\n", table.offset + 1,
                     table.offset + table.rows.size(), table.total, what);
}

std::string ShownIfCut(const Table& table, std::string_view what) {
  return table.rows.size() == table.total ? std::string() : ShownLine(table, what);
}

class ClassesText {
 public:
  explicit ClassesText(const Table& table)
      : table_(table), detailed_(FindField(table, "properties") < table.fields.size()) {}

  std::string Text() const {
    std::string out = detailed_ ? "    Sample Obj.  Instances  Total Size Name\n"
                                : " Instances  Total Size Name\n";
    out += Line(kRule, kRule, kRule, "----");
    uint64_t instances = 0;
    uint64_t size = 0;
    for (const Row& row : table_.rows) {
      const uint64_t row_instances = NumberOf(table_, row, "instances");
      const uint64_t row_size = NumberOf(table_, row, "self_size");
      instances += row_instances;
      size += row_size;
      out += Line(TextOf(table_, row, "id"), std::to_string(row_instances),
                  std::to_string(row_size), Name(row));
    }
    out += Line(kRule, kRule, kRule, "");
    return out + Line("", std::to_string(instances), std::to_string(size), "") +
           ShownIfCut(table_, "classes");
  }

 private:
  static constexpr std::string_view kRule = "----------";

  std::string Line(std::string_view sample, std::string_view instances, std::string_view size,
                   std::string_view name) const {
    std::string line = detailed_ ? fmt::format(" {:>14}", sample) : "";
    line += fmt::format(" {:>10} {:>10} {}", instances, size, name);
    line.erase(line.find_last_not_of(' ') + 1);
    return line + '\n';
  }

  std::string Name(const Row& row) const {
    const std::string properties = TextOf(table_, row, "properties");
    return TextOf(table_, row, "label") + (properties.empty() ? "" : ": ") + properties;
  }

  const Table& table_;
  bool detailed_;
};

std::string LinesOf(const Table& table) {
  std::string out;
  for (const Row& row : table.rows) {
    const std::string value = TextOf(table, row, "value");
    out += fmt::format(
        "{}:<{}>\n", TextOf(table, row, "id"),
        value.empty() ? Described(RawOf(table, row, "type"), RawOf(table, row, "name"), kMaxName)
                      : value);
  }
  return out;
}

std::string ReferencesText(const Table& table) {
  std::string out;
  for (const Row& row : table.rows)
    out += fmt::format("{}: {}{}={}\n", TextOf(table, row, "id"), TextOf(table, row, "name"),
                       TextOf(table, row, "edge"), TextOf(table, row, "target_id"));
  return out +
         (table.rows.empty() ? ShownLine(table, "references") : ShownIfCut(table, "references"));
}

// The objects themselves stand beside their list if they were asked for.
std::string InstancesText(const Report& report, const Style& style) {
  const Table& list = report.tables.front();
  return (report.tables.size() > 1 ? LayOutObject(report.tables[1], style) : LinesOf(list)) +
         ShownLine(list, "instances");
}

// A frame is a line, however long.
std::string StacksText(const Table& table) {
  std::string out;
  for (const Line& line : Lines(table))
    out += line.remark != nullptr
               ? fmt::format("* {}\n", Escape(line.remark->text))
               : fmt::format("    {}\n", Escape(RawOf(table, table.rows[line.row], "text")));
  return out;
}

// "nodeheap path core 0x7f001234" as it is typed where the dump is already open.
std::string CommandInLldb(const std::string& command, const Report& report) {
  constexpr std::string_view kProgram = "nodeheap ";
  const std::string dump = report.sources.empty() ? "" : ' ' + report.sources.front().path;
  const size_t at = dump.empty() ? std::string::npos : command.find(dump);
  if (!command.starts_with(kProgram) || at == std::string::npos) return command;
  return fmt::format("v8 {}{}", command.substr(kProgram.size(), at - kProgram.size()),
                     command.substr(at + dump.size()));
}

Report ForLldb(Report report) {
  for (std::string& command : report.next) command = CommandInLldb(command, report);
  return report;
}

}  // namespace

Result<std::string> RenderLlnode(const Report& report, const RenderOptions& options) {
  // A session reads on from line to line: what does not change the answer, doctor tells.
  constexpr Severity kLeast = Severity::kDataLoss;
  const Style style = StyleOf(options);
  const bool is_tree = !report.tables.empty() && report.tables.front().name == "retainers";
  std::string out;
  if (report.query == "findjsobjects") {
    out = ClassesText(report.tables.front()).Text();
  } else if (report.query == "findjsinstances") {
    out = InstancesText(report, style);
  } else if (report.query == "findrefs" && !is_tree) {
    out = ReferencesText(report.tables.front());
  } else if (report.query == "bt") {
    out = StacksText(report.tables.front());
  } else {
    return LayOutReport(ForLldb(report), style, kLeast);
  }
  return out + LimitsText(report, style, kLeast);
}

}  // namespace nodeheap
