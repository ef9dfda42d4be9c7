#include "analysis/string_facts.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include "base/parallel.h"

namespace nodeheap {
namespace {

struct Known {
  std::string_view text;
  StringKind kind;
};

constexpr Known kWhole[] = {
    {"Object", StringKind::kObject},
    {"Array", StringKind::kArray},
    {"(Document DOM trees)", StringKind::kDomTrees},
    {"(map descriptors)", StringKind::kMapDescriptors},
    {"system / NativeContext", StringKind::kNativeContext},
    {"system / ExternalStringData", StringKind::kExternalString},
    {"system / JSArrayBufferData", StringKind::kArrayBufferData},
    {"sloppy_function_map", StringKind::kSloppyFunctionMap},
    {"elements", StringKind::kElements},
    {"__proto__", StringKind::kProto},
    {"first", StringKind::kFirst},
    {"second", StringKind::kSecond},
    {"", StringKind::kEmpty},
};

constexpr Known kPrefixes[] = {
    {"<", StringKind::kTag},
    {"Detached <", StringKind::kDetachedTag},
    {"Detached ", StringKind::kDetached},
};

constexpr std::string_view kPartOfKey = " / part of key (";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// `escaped` begins with the string and goes on behind its closing quote.
StringKind Classify(std::string_view escaped) {
  switch (escaped[0]) {
    case '"':
    case 'O':
    case 'A':
    case '(':
    case 's':
    case 'e':
    case '_':
    case 'f':
      for (const Known& known : kWhole)
        if (escaped.size() > known.text.size() && escaped.starts_with(known.text) &&
            escaped[known.text.size()] == '"')
          return known.kind;
      return StringKind::kOther;
    case '<':
    case 'D':
      for (const Known& known : kPrefixes)
        if (escaped.starts_with(known.text)) return known.kind;
      return StringKind::kOther;
    default:
      break;
  }
  if (!IsDigit(escaped[0])) return StringKind::kOther;
  const size_t number_end = escaped.find_first_not_of("0123456789");
  if (number_end == std::string_view::npos || !escaped.substr(number_end).starts_with(kPartOfKey))
    return StringKind::kOther;
  return StringKind::kEphemeron;
}

// Removes "@N" from the end of `text`.
std::optional<uint64_t> TakeId(std::string_view& text) {
  const size_t at = text.find_last_not_of("0123456789");
  if (at == std::string_view::npos || at + 1 == text.size() || text[at] != '@') return std::nullopt;
  uint64_t id = 0;
  const auto parsed = std::from_chars(text.data() + at + 1, text.data() + text.size(), id);
  if (parsed.ec != std::errc()) return std::nullopt;
  text.remove_suffix(text.size() - at);
  return id;
}

bool TakeSuffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

bool HasIdBefore(std::string_view text, std::string_view separator) {
  for (size_t at = text.find(separator); at != std::string_view::npos;
       at = text.find(separator, at + 1)) {
    std::string_view key = text.substr(0, at);
    if (TakeId(key) && key.ends_with(' ')) return true;
  }
  return false;
}

// DevTools matches ^\d+( / part of key \(.*? @\d+\) -> value \(.*? @\d+\) pair in WeakMap \(table
// @(\d+)\))$ where a dot is no line break. Returns the table's id.
std::optional<uint64_t> TableOfEphemeron(std::string_view text) {
  if (text.find_first_of("\n\r") != std::string_view::npos) return std::nullopt;
  if (text.find("\xE2\x80\xA8") != std::string_view::npos) return std::nullopt;  // U+2028
  if (text.find("\xE2\x80\xA9") != std::string_view::npos) return std::nullopt;  // U+2029
  std::string_view rest = text.substr(text.find_first_not_of("0123456789") + kPartOfKey.size());
  if (!TakeSuffix(rest, ")")) return std::nullopt;
  const auto table = TakeId(rest);
  if (!table || !TakeSuffix(rest, ") pair in WeakMap (table ")) return std::nullopt;
  if (!TakeId(rest) || !TakeSuffix(rest, " ")) return std::nullopt;
  if (!HasIdBefore(rest, ") -> value (")) return std::nullopt;
  return table;
}

// The name of one of the two edges to a WeakMap's value.
struct EphemeronName {
  uint32_t string;
  uint64_t table_id;
  std::string pair;  // equal for the two edges of an entry
};

// Finds the kinds of the strings [begin, end); returns those of kEphemeron.
std::vector<EphemeronName> FindKinds(const StringTable& strings, uint64_t begin, uint64_t end,
                                     Column<uint8_t>& kinds) {
  std::vector<EphemeronName> names;
  for (uint64_t at = begin; at < end; ++at) {
    const StringId id{static_cast<uint32_t>(at)};
    StringKind kind = Classify(strings.From(id));
    if (kind == StringKind::kEphemeron) {
      std::string text = strings.Get(id);
      if (const auto table = TableOfEphemeron(text)) {
        text.erase(0, text.find_first_not_of("0123456789"));
        names.push_back({.string = Index(id), .table_id = *table, .pair = std::move(text)});
      } else {
        kind = StringKind::kOther;
      }
    }
    kinds[at] = static_cast<uint8_t>(kind);
  }
  return names;
}

}  // namespace

StringFacts::StringFacts(const StringTable& strings, unsigned threads) : kinds_(strings.size()) {
  // Small blocks, since those names stand together and take longer than the others.
  constexpr uint64_t kBlock = 4096;
  const uint64_t size = strings.size();
  std::vector<std::vector<EphemeronName>> names((size + kBlock - 1) / kBlock);
  std::atomic<size_t> next = 0;
  RunParallel(threads, [&](unsigned) {
    for (size_t block = next++; block < names.size(); block = next++)
      names[block] =
          FindKinds(strings, block * kBlock, std::min(size, (block + 1) * kBlock), kinds_);
  });
  boost::unordered_flat_map<std::string_view, uint32_t> pairs;
  for (const EphemeronName& name : names | std::views::join) {
    const auto [pair, is_new] = pairs.try_emplace(name.pair, pair_count_);
    if (is_new) ++pair_count_;
    ephemerons_.emplace(name.string, Ephemeron{name.table_id, pair->second});
  }
  strings.Evict();
}

}  // namespace nodeheap
