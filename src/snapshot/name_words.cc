#include "snapshot/name_words.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>

#include "nodeheap/redaction.h"
#include "snapshot/public_names.h"

namespace nodeheap {
namespace {

constexpr std::string_view kSlash = " / ";
constexpr std::string_view kKey = "part of key (";
constexpr std::string_view kValue = ") -> value (";
constexpr std::string_view kTable = ") pair in WeakMap (table @";
constexpr size_t kMaxIndex = 9;   // digits before "/ part of key"
constexpr size_t kMaxNumber = 6;  // digits of a number that is no secret, such as that of a handle

bool IsNumber(std::string_view text, size_t max_digits) {
  return !text.empty() && text.size() <= max_digits &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

using Pieces = std::vector<NamePiece>;

void AddWord(Pieces& pieces, std::string_view text) { pieces.push_back({text, true}); }
void AddOwn(Pieces& pieces, std::string_view text) { pieces.push_back({text, false}); }

// "NAME @355": the id is no word.
void AddNode(Pieces& pieces, std::string_view text) {
  const size_t at = text.rfind(" @");
  const bool has_id = at != text.npos && IsNumber(text.substr(at + 2), kMaxIndex + 1);
  AddWord(pieces, text.substr(0, has_id ? at : text.npos));
  if (has_id) AddOwn(pieces, text.substr(at));
}

struct WeakMapEntry {
  size_t key, value, table;  // where these stand
};

// However odd the names in it are, what is no name has a fixed text.
bool FindWeakMapEntry(std::string_view name, WeakMapEntry& entry) {
  const size_t slash = name.find(kSlash);
  if (slash == name.npos || !IsNumber(name.substr(0, slash), kMaxIndex)) return false;
  entry.key = slash + kSlash.size();
  if (!name.substr(entry.key).starts_with(kKey)) return false;
  entry.key += kKey.size();
  entry.value = name.find(kValue, entry.key);
  entry.table = name.rfind(kTable);
  if (entry.value == name.npos || entry.table == name.npos ||
      entry.table < entry.value + kValue.size() || !name.ends_with(')'))
    return false;
  const std::string_view table = name.substr(entry.table + kTable.size());
  return IsNumber(table.substr(0, table.size() - 1), kMaxIndex + 1);
}

void SplitWeakMapEntry(std::string_view name, const WeakMapEntry& entry, Pieces& pieces) {
  AddOwn(pieces, name.substr(0, entry.key));
  AddNode(pieces, name.substr(entry.key, entry.value - entry.key));
  AddOwn(pieces, kValue);
  const size_t value = entry.value + kValue.size();
  AddNode(pieces, name.substr(value, entry.table - value));
  AddOwn(pieces, name.substr(entry.table));
}

using NameSet = boost::unordered_flat_set<std::string_view>;

NameSet SplitLines(std::string_view text) {
  NameSet lines;
  for (size_t end = text.find('\n'); end != text.npos; end = text.find('\n')) {
    lines.insert(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace

bool IsPublicName(std::string_view name) {
  static const NameSet names = SplitLines(kPublicNames);
  return names.contains(name);
}

bool IsPublicWord(std::string_view word) {
  return word.empty() || IsNumber(word, kMaxNumber) || IsPublicName(word);
}

bool IsPublic(std::string_view name) {
  if (IsPublicWord(name)) return true;
  return std::ranges::all_of(SplitName(name), [](const NamePiece& piece) {
    return !piece.is_word || IsPublicWord(piece.text);
  });
}

bool IsWeakMapEntry(std::string_view name) {
  WeakMapEntry entry{};
  return FindWeakMapEntry(name, entry);
}

std::vector<NamePiece> SplitName(std::string_view name) {
  constexpr std::string_view kSymbol = "<symbol ";
  Pieces pieces;
  if (WeakMapEntry entry{}; FindWeakMapEntry(name, entry)) {
    SplitWeakMapEntry(name, entry, pieces);
  } else if (name.starts_with("get ") || name.starts_with("set ")) {
    AddOwn(pieces, name.substr(0, 4));
    AddWord(pieces, name.substr(4));
  } else if (name.starts_with(kSymbol) && name.ends_with('>')) {
    AddOwn(pieces, kSymbol);
    AddWord(pieces, name.substr(kSymbol.size(), name.size() - kSymbol.size() - 1));
    AddOwn(pieces, name.substr(name.size() - 1));
  } else if (const size_t slash = name.find(kSlash); slash != name.npos && !IsPublicName(name)) {
    AddWord(pieces, name.substr(0, slash));
    AddOwn(pieces, kSlash);
    AddWord(pieces, name.substr(slash + kSlash.size()));
  } else {
    AddWord(pieces, name);
  }
  return pieces;
}

}  // namespace nodeheap
