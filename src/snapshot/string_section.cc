#include "snapshot/string_section.h"

#include <algorithm>
#include <vector>

#include "base/json_string.h"

namespace nodeheap {
namespace {

class Parser {
 public:
  Parser(const Input& input, JsonCursor& cursor)
      : cursor_(cursor),
        begin_(input.bytes().data()),
        end_(begin_ + input.bytes().size()),
        at_(begin_ + cursor.offset()) {}

  Result<StringSection> Parse() {
    SkipSpaces();
    if (at_ != end_ && *at_ == ']') {
      ++at_;
    } else {
      NH_CHECK(ParseElements());
    }
    cursor_.set_offset(Offset(at_));
    StringSection section{.starts = Column<uint64_t>(starts_.size()), .truncated = truncated_};
    std::ranges::copy(starts_, section.starts.begin());
    return section;
  }

 private:
  Result<void> ParseElements() {
    while (true) {
      SkipSpaces();
      if (at_ == end_) break;
      if (*at_ != '"') return Bad("expected a string");
      NH_TRY(const bool whole, ParseString());
      if (!whole) break;
      SkipSpaces();
      if (at_ == end_) break;
      const char separator = *at_++;
      if (separator == ']') return {};
      if (separator != ',') {
        --at_;
        return Bad("expected ',' or ']' after a string");
      }
    }
    truncated_ = true;
    return {};
  }

  // False if the input ends within the string.
  Result<bool> ParseString() {
    const char* const start = ++at_;
    while (true) {
      at_ = FindJsonSpecial(at_, end_);
      if (at_ == end_) return false;
      if (*at_ == '"') break;
      if (*at_ != '\\') return Bad("a control character within a string");
      if (end_ - at_ < 2) {
        at_ = end_;
        return false;
      }
      at_ += 2;
    }
    starts_.push_back(Offset(start));
    ++at_;
    return true;
  }

  void SkipSpaces() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) ++at_;
  }

  size_t Offset(const char* at) const { return static_cast<size_t>(at - begin_); }
  std::unexpected<Error> Bad(const char* message) const {
    return cursor_.Bad(message, Offset(at_));
  }

  JsonCursor& cursor_;
  const char* const begin_;
  const char* const end_;
  const char* at_;
  std::vector<uint64_t> starts_;
  bool truncated_ = false;
};

}  // namespace

Result<StringSection> ParseStrings(const Input& input, JsonCursor& cursor) {
  NH_CHECK(cursor.EnterArray());
  return Parser(input, cursor).Parse();
}

}  // namespace nodeheap
