#include "render/findings.h"

#include <fmt/format.h>

#include "render/row_view.h"

namespace nodeheap {
namespace {

std::string_view TextIn(const Cell& cell) {
  const auto* const text = std::get_if<std::string>(&cell);
  return text == nullptr ? std::string_view() : *text;
}

uint64_t NumberIn(const Cell& cell) {
  const auto* const number = std::get_if<uint64_t>(&cell);
  return number == nullptr ? 0 : *number;
}

}  // namespace

Result<std::vector<FindingView>> FindingsIn(const Report& report) {
  if (report.tables.empty() || report.tables.front().name != "findings")
    return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                                 .message = "only what assert finds can be written so"});
  const Table& table = report.tables.front();
  std::vector<FindingView> findings;
  for (const Row& cells : table.rows) {
    const RowView row(table, cells);
    findings.push_back({.verdict = TextIn(row.at("verdict")),
                        .rule = TextIn(row.at("rule")),
                        .subject = TextIn(row.at("subject")),
                        .message = TextIn(row.at("message")),
                        .detail = TextIn(row.at("detail")),
                        .file = TextIn(row.at("file")),
                        .line = NumberIn(row.at("line")),
                        .column = NumberIn(row.at("column"))});
  }
  return findings;
}

std::vector<std::string_view> LossesIn(const Report& report) {
  std::vector<std::string_view> losses;
  for (const HealthEntry& entry : report.health.entries())
    if (entry.severity == Severity::kDataLoss && entry.code != "rule_not_measured")
      losses.emplace_back(entry.detail);
  return losses;
}

std::string StableId(const FindingView& finding) {
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const std::string_view part : {finding.rule, finding.subject, finding.file}) {
    for (const char c : part) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
    hash *= 0x100000001b3;
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace nodeheap
