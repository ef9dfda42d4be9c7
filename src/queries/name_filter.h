// Picks rows by a text that the user gives, in any case.
#pragma once

#include <string>
#include <string_view>

#include "base/text.h"
#include "nodeheap/query.h"

namespace nodeheap {

inline constexpr Param kClassNameParam = {
    .name = "name",
    .short_name = 'n',
    .kind = ParamKind::kText,
    .placeholder = "TEXT",
    .help = "only classes whose name contains TEXT, in any case"};

class NameFilter {
 public:
  // Without the parameter, all texts match.
  NameFilter(const Arguments& arguments, std::string_view param)
      : wanted_(AsciiLower(arguments.Text(param).value_or(""))) {}

  bool Matches(std::string_view text) const { return AsciiLower(text).contains(wanted_); }

 private:
  std::string wanted_;
};

}  // namespace nodeheap
