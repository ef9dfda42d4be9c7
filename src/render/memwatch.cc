// The object that memwatch's HeapDiff.end() gives, for tools that read it.
#include <fmt/format.h>

#include "render/formats.h"
#include "render/json_writer.h"
#include "render/row_view.h"

namespace nodeheap {
namespace {

// memwatch's own spelling: binary units, two decimals, lower case ("3.43 mb").
std::string MemwatchSize(const Cell& cell) {
  double size = 0;
  if (const auto* number = std::get_if<int64_t>(&cell)) size = static_cast<double>(*number);
  if (const auto* number = std::get_if<uint64_t>(&cell)) size = static_cast<double>(*number);
  constexpr double kKilo = 1024;
  const double magnitude = size < 0 ? -size : size;
  if (magnitude < kKilo) return fmt::format("{:.0f} bytes", size);
  if (magnitude < kKilo * kKilo) return fmt::format("{:.2f} kb", size / kKilo);
  if (magnitude < kKilo * kKilo * kKilo) return fmt::format("{:.2f} mb", size / kKilo / kKilo);
  return fmt::format("{:.2f} gb", size / kKilo / kKilo / kKilo);
}

void WriteSize(JsonWriter& json, const Cell& bytes) {
  json.Key("size_bytes").Value(bytes).Key("size").String(MemwatchSize(bytes));
}

void WriteDetails(JsonWriter& json, const Table& classes) {
  json.Key("details").BeginArray();
  for (const Row& cells : classes.rows) {
    const RowView row(classes, cells);
    json.BeginObject().Key("what").Value(row.at("name"));
    WriteSize(json, row.at("size_delta"));
    json.Key("+").Value(row.at("added")).Key("-").Value(row.at("removed")).EndObject();
  }
  json.EndArray();
}

}  // namespace

Result<std::string> RenderMemwatch(const Report& report, const RenderOptions& /*options*/) {
  if (report.tables.size() < 2 || report.tables[1].name != "totals") {
    return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                                 .message = "only diff can be written as memwatch does"});
  }
  const Table& table = report.tables[1];
  const RowView totals(table, table.rows.front());
  JsonWriter json(true);
  json.BeginObject();
  json.Key("before").BeginObject().Key("nodes").Value(totals.at("before_nodes"));
  WriteSize(json, totals.at("before_size"));
  json.EndObject().Key("after").BeginObject().Key("nodes").Value(totals.at("after_nodes"));
  WriteSize(json, totals.at("after_size"));
  json.EndObject().Key("change").BeginObject();
  WriteSize(json, totals.at("size_delta"));
  json.Key("freed_nodes").Value(totals.at("removed"));
  json.Key("allocated_nodes").Value(totals.at("added"));
  WriteDetails(json, report.tables.front());
  json.EndObject().EndObject();
  return json.Take() + '\n';
}

}  // namespace nodeheap
