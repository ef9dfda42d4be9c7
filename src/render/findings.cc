#include "render/findings.h"

#include <fmt/format.h>

#include "render/formats.h"

namespace nodeheap {
namespace {

std::string_view TextAt(const Table& table, const Row& row, std::string_view key) {
  const size_t field = FindField(table, key);
  const auto* const text = field < row.size() ? std::get_if<std::string>(&row[field]) : nullptr;
  return text == nullptr ? std::string_view() : *text;
}

uint64_t NumberAt(const Table& table, const Row& row, std::string_view key) {
  const size_t field = FindField(table, key);
  const auto* const number = field < row.size() ? std::get_if<uint64_t>(&row[field]) : nullptr;
  return number == nullptr ? 0 : *number;
}

}  // namespace

Result<std::vector<FindingView>> FindingsIn(const Report& report) {
  if (report.tables.empty() || report.tables.front().name != "findings")
    return std::unexpected(Error{.code = ErrorCode::kInvalidArgument,
                                 .message = "only what assert finds can be written so"});
  const Table& table = report.tables.front();
  std::vector<FindingView> findings;
  for (const Row& row : table.rows) {
    findings.push_back({.verdict = TextAt(table, row, "verdict"),
                        .rule = TextAt(table, row, "rule"),
                        .subject = TextAt(table, row, "subject"),
                        .message = TextAt(table, row, "message"),
                        .detail = TextAt(table, row, "detail"),
                        .file = TextAt(table, row, "file"),
                        .line = NumberAt(table, row, "line"),
                        .column = NumberAt(table, row, "column")});
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
