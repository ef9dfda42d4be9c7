#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

#include "nodeheap/query.h"

namespace nodeheap {
namespace {

std::unexpected<Error> Invalid(std::string message, std::string hint = {}) {
  return std::unexpected(Error{
      .code = ErrorCode::kInvalidArgument, .message = std::move(message), .hint = std::move(hint)});
}

template <typename T>
std::optional<T> ParseNumber(std::string_view text) {
  T value{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "5%" or "0.05"
std::optional<double> ParseShare(std::string_view text) {
  const bool percent = text.ends_with('%');
  const auto value = ParseNumber<double>(percent ? text.substr(0, text.size() - 1) : text);
  if (!value) return std::nullopt;
  const double share = percent ? *value / 100 : *value;
  // Written so that a NaN fails too.
  if (!(share >= 0 && share <= 1)) return std::nullopt;
  return share;
}

Result<void> Check(const Param& param, std::string_view value) {
  const std::string name = fmt::format("{}{}", param.positional ? "" : "--", param.name);
  switch (param.kind) {
    case ParamKind::kInteger:
      if (!ParseNumber<uint64_t>(value))
        return Invalid(fmt::format("{} must be a whole number, not \"{}\"", name, value));
      return {};
    case ParamKind::kShare:
      if (!ParseShare(value))
        return Invalid(
            fmt::format("{} must be a share such as 5% or 0.05, not \"{}\"", name, value));
      return {};
    case ParamKind::kText:
    case ParamKind::kNode:
    case ParamKind::kFlag:
      return {};
  }
  return {};
}

// KEY, KEY:asc, KEY:desc
Result<void> ParseSort(const QueryInfo& query, std::string_view text, Paging& paging) {
  const size_t colon = text.rfind(':');
  const std::string_view key = text.substr(0, colon);
  const auto option = std::ranges::find(query.sorts, key, &SortOption::key);
  const bool known = option != query.sorts.end();
  std::string valid;
  for (const SortOption& sort : query.sorts)
    valid += (valid.empty() ? "" : ", ") + std::string(sort.key);
  if (!known) {
    return Invalid(fmt::format("{} cannot be sorted by \"{}\"", query.name, key),
                   "valid keys: " + valid);
  }
  paging.sort = key;
  paging.descending = option->descending;
  if (colon == std::string_view::npos) return {};
  const std::string_view order = text.substr(colon + 1);
  if (option->one_way)
    return Invalid(fmt::format("{} is sorted by {} in one order only", query.name, key),
                   "leave out :" + std::string(order));
  if (order != "asc" && order != "desc")
    return Invalid(fmt::format("\"{}\" is no order to sort in", order), "use :asc or :desc");
  paging.descending = order == "desc";
  return {};
}

}  // namespace

Result<Arguments> Arguments::Parse(const QueryInfo& query, const Values& values) {
  const std::vector<Param> params = AllParams(query);
  for (const auto& [name, value] : values)
    if (std::ranges::find(params, name, &Param::name) == params.end())
      return Invalid(fmt::format("{} has no parameter \"{}\"", query.name, name));
  Arguments arguments;
  for (const Param& param : params) {
    const auto given = values.find(param.name);
    if (given != values.end()) {
      NH_CHECK(Check(param, given->second));
      arguments.values_.insert(*given);
    } else if (param.required) {
      return Invalid(fmt::format("{} needs {}", query.name, param.placeholder));
    } else if (!param.default_value.empty()) {
      arguments.values_.emplace(param.name, param.default_value);
    }
  }
  if (query.sorts.empty()) return arguments;  // it lists nothing
  if (arguments.Has("limit")) arguments.paging_.limit = arguments.Integer("limit");
  arguments.paging_.offset = arguments.Integer("offset");
  NH_CHECK(ParseSort(query, arguments.Text("sort").value_or(std::string(query.sorts[0].key)),
                     arguments.paging_));
  return arguments;
}

std::optional<std::string> Arguments::Text(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

uint64_t Arguments::Integer(std::string_view name) const {
  return ParseNumber<uint64_t>(values_.find(name)->second).value_or(0);
}

double Arguments::Share(std::string_view name) const {
  return ParseShare(values_.find(name)->second).value_or(0);
}

}  // namespace nodeheap
