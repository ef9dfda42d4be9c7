// Proves that a redacted snapshot has none of the original's texts.
#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstring>

#include "base/stoppable.h"
#include "nodeheap/snapshot.h"
#include "snapshot/name_words.h"
#include "snapshot/redactor.h"

namespace nodeheap {
namespace {

constexpr size_t kWindow = 8;      // bytes that are compared at once
constexpr size_t kEnough = 20;     // findings
constexpr size_t kMaxShown = 200;  // bytes

uint64_t WindowAt(std::string_view text, size_t at) {
  uint64_t window = 0;
  std::memcpy(&window, text.data() + at, kWindow);
  return window;
}

// Strings are filled up with one character: that one repeated says nothing.
bool IsOneCharacter(std::string_view text) {
  return text.find_first_not_of(text.front()) == text.npos;
}

class Search {
 public:
  Search(const HeapGraph& original, const HeapGraph& redacted, const RemainsOptions& options,
         Progress& progress)
      : original_(original.strings()),
        redacted_(redacted.strings()),
        min_bytes_(std::max<uint64_t>(options.min_bytes, kWindow)),
        names_remain_(options.what == Redacted::kValues),
        progress_(progress) {
    if (names_remain_) FindNames(original);
  }

  Result<Remains> Run() {
    NH_CHECK(ForEachBelow(static_cast<uint32_t>(original_.size()), progress_,
                          [this](uint32_t i) { LookFor(StringId{i}); }));
    NH_CHECK(ForEachBelow(static_cast<uint32_t>(redacted_.size()), progress_, [this](uint32_t i) {
      if (remains_.found.size() < kEnough) SearchIn(StringId{i});
    }));
    remains_.stopped = remains_.found.size() >= kEnough;
    return std::move(remains_);
  }

 private:
  void FindNames(const HeapGraph& original) {
    const StringRoles roles(original);
    for (uint32_t i = 0; i < original_.size(); ++i) {
      if (!roles.IsName(i)) continue;
      std::string name = original_.Get(StringId{i});
      if (!IsWeakMapEntry(name)) names_.insert(std::move(name));
    }
  }

  // It is no secret that remains.
  bool MayRemain(const std::string& text) const { return IsPublic(text) || names_.contains(text); }

  void LookFor(StringId string) {
    const std::string text = original_.Get(string);
    if (text.size() < min_bytes_ || IsOneCharacter(text)) {
      ++remains_.too_short;
    } else if (MayRemain(text)) {
      ++remains_.kept_names;
    } else {
      ++remains_.looked_for;
      by_window_[WindowAt(text, 0)].push_back(string);
    }
  }

  void SearchIn(StringId string) {
    ++remains_.searched;
    const std::string text = redacted_.Get(string);
    if (MayRemain(text)) return;
    for (const NamePiece& piece : SplitName(text)) {
      if (!piece.is_word || IsPublicWord(piece.text)) continue;
      for (size_t at = 0; at + kWindow <= piece.text.size(); ++at)
        if (Compare(piece.text.substr(at), string)) return;
    }
  }

  // Returns whether a text of the original starts here.
  bool Compare(std::string_view text, StringId string) {
    const auto candidates = by_window_.find(WindowAt(text, 0));
    if (candidates == by_window_.end()) return false;
    for (const StringId candidate : candidates->second) {
      if (!text.starts_with(original_.Get(candidate))) continue;
      remains_.found.push_back({.original = original_.GetPrefix(candidate, kMaxShown),
                                .redacted = redacted_.GetPrefix(string, kMaxShown)});
      return true;
    }
    return false;
  }

  const StringTable& original_;
  const StringTable& redacted_;
  const uint64_t min_bytes_;
  const bool names_remain_;
  Progress& progress_;
  boost::unordered_flat_set<std::string> names_;  // of the original, where names may remain
  // The texts that are looked for, by their first bytes.
  boost::unordered_flat_map<uint64_t, std::vector<StringId>> by_window_;
  Remains remains_;
};

}  // namespace

Result<Remains> FindRemains(const HeapGraph& original, const HeapGraph& redacted,
                            const RemainsOptions& options, Progress& progress) {
  return Search(original, redacted, options, progress).Run();
}

}  // namespace nodeheap
