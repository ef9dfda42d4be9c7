// Writes JSON, two spaces deep, or on one line. The caller opens and closes in order.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "nodeheap/report.h"

namespace nodeheap {

// Appends `text` as a JSON string. Valid UTF-8 stays, save characters that are unsafe on a
// terminal; lone surrogates become \udXXX, invalid bytes U+FFFD.
void AppendJsonString(std::string& out, std::string_view text);

class JsonWriter {
 public:
  explicit JsonWriter(bool pretty) : pretty_(pretty) {}

  JsonWriter& BeginObject() { return Begin('{'); }
  JsonWriter& EndObject() { return End('}'); }
  JsonWriter& BeginArray() { return Begin('['); }
  JsonWriter& EndArray() { return End(']'); }
  JsonWriter& Key(std::string_view key);
  JsonWriter& String(std::string_view text);
  JsonWriter& Value(const Cell& cell);
  JsonWriter& Number(uint64_t number) { return Value(Cell{number}); }
  JsonWriter& Number(int64_t number) { return Value(Cell{number}); }
  JsonWriter& Bool(bool value);

  // From here on until Compact(false), everything stays on one line.
  JsonWriter& Compact(bool compact) {
    compact_ = compact;
    return *this;
  }

  std::string Take() { return std::move(out_); }

 private:
  JsonWriter& Begin(char bracket);
  JsonWriter& End(char bracket);
  void BeforeValue();
  void NewLine();

  std::string out_;
  bool pretty_;
  bool compact_ = false;
  bool first_ = true;       // nothing yet in the innermost bracket
  bool after_key_ = false;  // the next value belongs to the key just written
  unsigned depth_ = 0;
};

}  // namespace nodeheap
