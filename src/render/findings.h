// What the formats for CI servers need of an answer of `assert`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nodeheap/report.h"
#include "nodeheap/result.h"

namespace nodeheap {

// A row, with texts as the report has them: not escaped.
struct FindingView {
  std::string_view verdict = {};
  std::string_view rule = {};
  std::string_view subject = {};
  std::string_view message = {};
  std::string_view detail = {};
  std::string_view file = {};  // empty: no place in the sources is known
  uint64_t line = 0;
  uint64_t column = 0;

  bool violated() const { return verdict == "violated"; }
  bool unmeasured() const { return verdict == "unmeasured"; }
  bool suppressed() const { return verdict == "suppressed"; }
};

// Error: the report is none of `assert`. The views live as long as the report.
Result<std::vector<FindingView>> FindingsIn(const Report& report);

// What the dumps could not tell; without rules that were not measured, which are findings.
std::vector<std::string_view> LossesIn(const Report& report);

// 16 digits that tell what was found again in another run: rule, subject and file, not the values.
std::string StableId(const FindingView& finding);

}  // namespace nodeheap
