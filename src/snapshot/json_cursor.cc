#include "snapshot/json_cursor.h"

#include "base/json_string.h"

namespace nodeheap {

std::unexpected<Error> JsonCursor::Bad(std::string message, size_t offset) const {
  return std::unexpected(
      Error{.code = ErrorCode::kBadData,
            .message = std::move(message),
            .hint = "is this a core, or a .heapsnapshot written by Node or DevTools, and is it "
                    "undamaged?",
            .file = input_.name(),
            .offset = offset});
}

std::unexpected<Error> JsonCursor::Truncated(std::string message) const {
  return std::unexpected(
      Error{.code = ErrorCode::kTruncated,
            .message = std::move(message),
            .hint = "the process died or the disk filled up while it was written; --partial "
                    "analyses what is there",
            .file = input_.name(),
            .offset = text_.size()});
}

void JsonCursor::SkipSpaces() {
  at_ = std::min(text_.find_first_not_of(" \n\r\t", at_), text_.size());
}

Result<void> JsonCursor::Expect(char c, const char* message) {
  SkipSpaces();
  if (at_ == text_.size()) return Truncated("the file ends early");
  if (text_[at_] != c) return Bad(message, at_);
  ++at_;
  return {};
}

Result<void> JsonCursor::EnterObject() {
  if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // a byte order mark
  return Expect('{', "not a JSON object");
}

Result<void> JsonCursor::EnterArray() { return Expect('[', "expected an array"); }

Result<std::optional<std::string>> JsonCursor::NextKey() {
  SkipSpaces();
  if (at_ < text_.size() && text_[at_] == '}') return std::nullopt;
  if (!first_member_) NH_CHECK(Expect(',', "expected ',' or '}' after a section"));
  first_member_ = false;
  NH_CHECK(Expect('"', "expected the name of a section"));
  const size_t begin = at_;
  NH_CHECK(SkipString());
  std::string key = DecodeJsonString(text_.substr(begin, at_ - 1 - begin));
  NH_CHECK(Expect(':', "expected ':'"));
  SkipSpaces();
  return key;
}

// From behind the opening quote to behind the closing one.
Result<void> JsonCursor::SkipString() {
  while (true) {
    at_ = std::min(text_.find_first_of("\"\\", at_), text_.size());
    if (at_ == text_.size()) return Truncated("the file ends within a string");
    if (text_[at_] == '"') break;
    at_ = std::min(at_ + 2, text_.size());
  }
  ++at_;
  return {};
}

Result<std::string_view> JsonCursor::SkipValue() {
  SkipSpaces();
  const size_t begin = at_;
  if (at_ == text_.size()) return Truncated("the file ends early");
  if (text_[at_] == '"') {
    ++at_;
    NH_CHECK(SkipString());
  } else if (text_[at_] == '{' || text_[at_] == '[') {
    NH_CHECK(SkipNested());
  } else {
    at_ = std::min(text_.find_first_of(",]} \n\r\t", at_), text_.size());
  }
  return text_.substr(begin, at_ - begin);
}

// Brackets are only counted, not matched by kind: what they enclose is either parsed properly later
// or not used at all.
Result<void> JsonCursor::SkipNested() {
  size_t depth = 0;
  do {
    at_ = std::min(text_.find_first_of("{}[]\"", at_), text_.size());
    if (at_ == text_.size()) return Truncated("the file ends within a section");
    const char c = text_[at_++];
    if (c == '"') {
      NH_CHECK(SkipString());
    } else {
      depth = c == '{' || c == '[' ? depth + 1 : depth - 1;
    }
  } while (depth > 0);
  return {};
}

}  // namespace nodeheap
