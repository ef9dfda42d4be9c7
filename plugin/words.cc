#include "plugin/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace nodeheap::plugin {
namespace {

constexpr std::array<CommonOption, 3> kCommonOptions = {{
    {"format", 'F', "FORMAT", "llnode (default), text, json, ndjson or md"},
    {"output", 'o', "FILE", "write to FILE, which must not exist"},
    {"help", 'h', "", "show help"},
}};

struct Option {
  std::string_view name;
  char short_name;
  bool is_flag;
};

std::vector<Option> OptionsOf(const QueryInfo& query) {
  std::vector<Option> options;
  for (const Param& param : AllParams(query))
    if (!param.positional)
      options.push_back({param.name, param.short_name, param.kind == ParamKind::kFlag});
  for (const CommonOption& common : kCommonOptions) {
    const bool taken =
        std::ranges::find(options, common.short_name, &Option::short_name) != options.end();
    options.push_back({common.name, taken ? '\0' : common.short_name, common.placeholder.empty()});
  }
  return options;
}

std::unexpected<Error> Invalid(std::string message, std::string hint = {}) {
  return std::unexpected(Error{
      .code = ErrorCode::kInvalidArgument, .message = std::move(message), .hint = std::move(hint)});
}

class Reader {
 public:
  Reader(const QueryInfo& query, std::span<const std::string> words)
      : query_(query), words_(words), options_(OptionsOf(query)) {}

  Result<Request> Read() {
    bool only_positionals = false;
    while (next_ < words_.size()) {
      const std::string_view word = words_[next_++];
      if (only_positionals || word.size() < 2 || word[0] != '-') {
        NH_CHECK(AddPositional(word));
      } else if (word == "--") {
        only_positionals = true;
      } else if (word[1] == '-') {
        NH_CHECK(AddLong(word.substr(2)));
      } else {
        NH_CHECK(AddShort(word.substr(1)));
      }
    }
    request_.help = Take("help").has_value();
    request_.format = Take("format").value_or(request_.format);
    request_.output = Take("output").value_or("");
    return std::move(request_);
  }

 private:
  Result<void> AddPositional(std::string_view word) {
    if (std::cmp_less(request_.dumps.size() + 1, query_.dumps)) {
      request_.dumps.emplace_back(word);
      return {};
    }
    for (const Param& param : query_.params) {
      if (!param.positional || request_.values.contains(param.name)) continue;
      request_.values.emplace(param.name, word);
      return {};
    }
    return Invalid(fmt::format("\"{}\" is one argument too many", word));
  }

  Result<void> AddLong(std::string_view word) {
    const size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const auto option = std::ranges::find(options_, name, &Option::name);
    if (option == options_.end()) return NoOption(fmt::format("--{}", name));
    if (equals == std::string_view::npos) return Add(*option, {});
    if (option->is_flag) return Invalid(fmt::format("--{} takes no value", name));
    return Add(*option, word.substr(equals + 1));
  }

  Result<void> AddShort(std::string_view letters) {
    while (!letters.empty()) {
      const auto option = std::ranges::find(options_, letters[0], &Option::short_name);
      if (option == options_.end()) return NoOption(fmt::format("-{}", letters[0]));
      letters.remove_prefix(1);
      const bool has_value = !option->is_flag && !letters.empty();
      NH_CHECK(Add(*option, has_value ? std::optional(letters) : std::nullopt));
      if (has_value) break;
    }
    return {};
  }

  Result<void> Add(const Option& option, std::optional<std::string_view> value) {
    if (!option.is_flag && !value) {
      if (next_ == words_.size()) return Invalid(fmt::format("--{} needs a value", option.name));
      value = words_[next_++];
    }
    if (!request_.values.emplace(option.name, value.value_or("")).second)
      return Invalid(fmt::format("--{} was given more than once", option.name));
    return {};
  }

  std::unexpected<Error> NoOption(const std::string& name) const {
    std::vector<std::string> known;
    for (const Option& option : options_) known.push_back(fmt::format("--{}", option.name));
    const std::string similar =
        Suggest(name, std::vector<std::string_view>(known.begin(), known.end()));
    return Invalid(fmt::format("{} has no option \"{}\"", query_.name, name),
                   similar.empty() ? fmt::format("see v8 {} --help", query_.name)
                                   : fmt::format("did you mean {}?", similar));
  }

  std::optional<std::string> Take(std::string_view name) {
    const auto found = request_.values.find(name);
    if (found == request_.values.end()) return std::nullopt;
    std::string value = found->second;
    request_.values.erase(found);
    return value;
  }

  const QueryInfo& query_;
  std::span<const std::string> words_;
  std::vector<Option> options_;
  Request request_;
  size_t next_ = 0;
};

}  // namespace

std::span<const CommonOption> CommonOptions() { return kCommonOptions; }

Result<Request> ReadWords(const QueryInfo& query, std::span<const std::string> words) {
  return Reader(query, words).Read();
}

}  // namespace nodeheap::plugin
