// JSON and its line-wise sister. The envelope is a contract: keys are added, never changed or
// removed within "nodeheap/1".
#include "render/formats.h"
#include "render/json_writer.h"

namespace nodeheap {
namespace {

constexpr std::string_view kSchema = "nodeheap/1";

std::string_view UnitName(Unit unit) {
  switch (unit) {
    case Unit::kText:
      return "text";
    case Unit::kCount:
    case Unit::kSignedCount:
      return "count";
    case Unit::kBytes:
    case Unit::kSignedBytes:
      return "bytes";
    case Unit::kShare:
      return "share";
    case Unit::kNumber:
      return "number";
    case Unit::kDistance:
      return "distance";
    case Unit::kObjectId:
      return "id";
  }
  return "text";
}

void WriteSource(JsonWriter& json, const Source& source) {
  json.BeginObject().Key("path").String(source.path).Key("kind").String(source.kind).EndObject();
}

// An object; for a query that compares dumps, an array of them.
void WriteSources(JsonWriter& json, const Report& report) {
  json.Key("source").Compact(true);
  if (report.sources.size() == 1) {
    WriteSource(json, report.sources.front());
  } else {
    json.BeginArray();
    for (const Source& source : report.sources) WriteSource(json, source);
    json.EndArray();
  }
  json.Compact(false);
}

void WriteColumns(JsonWriter& json, const Table& table) {
  json.Key("columns").BeginArray();
  const auto column = [&json](std::string_view key, std::string_view title, Unit unit) {
    json.BeginObject().Compact(true).Key("key").String(key).Key("title").String(title);
    json.Key("unit").String(UnitName(unit)).EndObject().Compact(false);
  };
  if (!table.depths.empty()) column("depth", "Depth", Unit::kCount);
  for (const Field& field : table.fields)
    if (IsForMachines(field)) column(field.key, field.title, field.unit);
  json.EndArray();
}

void WriteRow(JsonWriter& json, const Table& table, size_t row) {
  json.BeginObject().Compact(true);
  if (!table.depths.empty()) json.Key("depth").Number(uint64_t{table.depths[row]});
  for (size_t i = 0; i < table.fields.size(); ++i)
    if (IsForMachines(table.fields[i])) json.Key(table.fields[i].key).Value(table.rows[row][i]);
  json.EndObject().Compact(false);
}

void WriteRows(JsonWriter& json, const Table& table) {
  json.Key("rows").BeginArray();
  for (size_t i = 0; i < table.rows.size(); ++i) WriteRow(json, table, i);
  json.EndArray();
}

void WriteCounts(JsonWriter& json, const Table& table) {
  json.Key("total").Number(table.total).Key("shown").Number(uint64_t{table.rows.size()});
  json.Key("offset").Number(table.offset);
  if (!table.note.empty()) json.Key("note").String(table.note);
}

void WriteHealth(JsonWriter& json, const Health& health) {
  json.Key("health").BeginObject().Key("complete").Bool(health.complete());
  json.Key("entries").BeginArray();
  for (const HealthEntry& entry : health.entries()) {
    const bool loss = entry.severity == Severity::kDataLoss;
    json.BeginObject().Compact(true).Key("severity").String(loss ? "data_loss" : "info");
    json.Key("code").String(entry.code).Key("detail").String(entry.detail);
    json.Key("count").Number(entry.count).EndObject().Compact(false);
  }
  json.EndArray().EndObject();
}

void WriteStrings(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
  json.Key(key).BeginArray();
  for (const std::string& text : texts) json.String(text);
  json.EndArray();
}

void WriteHead(JsonWriter& json, const Report& report) {
  json.Key("schema").String(kSchema).Key("query").String(report.query);
  WriteSources(json, report);
}

void WriteFurtherTables(JsonWriter& json, const Report& report) {
  json.Key("tables").BeginArray();
  for (size_t i = 1; i < report.tables.size(); ++i) {
    const Table& table = report.tables[i];
    json.BeginObject().Key("name").String(table.name).Key("title").String(table.title);
    WriteColumns(json, table);
    WriteRows(json, table);
    WriteCounts(json, table);
    json.EndObject();
  }
  json.EndArray();
}

void AppendLines(std::string& out, const Table& table) {
  for (size_t i = 0; i < table.rows.size(); ++i) {
    JsonWriter json(false);
    WriteRow(json, table, i);
    out += json.Take() + '\n';
  }
}

}  // namespace

Result<std::string> RenderJson(const Report& report, const RenderOptions& /*options*/) {
  static const Table kNone;
  const Table& main = report.tables.empty() ? kNone : report.tables.front();
  JsonWriter json(true);
  json.BeginObject();
  WriteHead(json, report);
  WriteColumns(json, main);
  WriteRows(json, main);
  WriteCounts(json, main);
  WriteHealth(json, report.health);
  WriteFurtherTables(json, report);
  WriteStrings(json, "notes", report.notes);
  WriteStrings(json, "next", report.next);
  json.EndObject();
  return json.Take() + '\n';
}

// A line that describes each table ("schema" or "table" is its first key), then a line for each
// row.
Result<std::string> RenderNdjson(const Report& report, const RenderOptions& /*options*/) {
  std::string out;
  for (size_t i = 0; i < report.tables.size(); ++i) {
    const Table& table = report.tables[i];
    JsonWriter json(false);
    json.BeginObject();
    if (i == 0) {
      WriteHead(json, report);
    } else {
      json.Key("table").String(table.name);
    }
    WriteColumns(json, table);
    WriteCounts(json, table);
    if (i == 0) {
      WriteHealth(json, report.health);
      WriteStrings(json, "notes", report.notes);
    }
    json.EndObject();
    out += json.Take() + '\n';
    AppendLines(out, table);
  }
  return out;
}

}  // namespace nodeheap
