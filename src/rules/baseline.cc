#include "rules/baseline.h"

#include <fmt/format.h>
#include <simdjson.h>

namespace nodeheap::rules {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;

std::unexpected<Error> Bad(std::string_view file, std::string why) {
  return std::unexpected(
      Error{.code = ErrorCode::kBadData,
            .message = "it is no baseline: " + std::move(why),
            .hint = "make one with nodeheap suspects DUMP --limit 0 --format json -o FILE",
            .file = std::string(file)});
}

}  // namespace

Result<Baseline> ParseBaseline(std::string_view json, std::string_view file) {
  simdjson::dom::parser parser;
  element top;
  if (parser.parse(simdjson::padded_string(json)).get(top) != simdjson::SUCCESS)
    return Bad(file, "not JSON");
  std::string_view schema;
  std::string_view query;
  array rows;
  uint64_t total = 0;
  if (top["schema"].get(schema) != simdjson::SUCCESS || schema != "nodeheap/1" ||
      top["query"].get(query) != simdjson::SUCCESS || query != "suspects" ||
      top["rows"].get(rows) != simdjson::SUCCESS || top["total"].get(total) != simdjson::SUCCESS)
    return Bad(file, "not the answer of suspects");
  if (rows.size() != total)
    return Bad(file, fmt::format("it has {} of {} suspects", rows.size(), total));
  Baseline baseline;
  for (const element row : rows) {
    std::string_view fingerprint;
    if (row["fingerprint"].get(fingerprint) != simdjson::SUCCESS)
      return Bad(file, "a suspect has no fingerprint");
    baseline.emplace(fingerprint);
  }
  return baseline;
}

}  // namespace nodeheap::rules
