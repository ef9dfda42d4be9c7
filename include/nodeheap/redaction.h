// Redaction: a heap snapshot that may leave the house. The program's own words are replaced by
// hashes under a key: equal words stay equal, and without the key nobody can tell or try what they
// were. Nodes, references, sizes, ids, addresses and places in scripts stay.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nodeheap {

enum class Redacted : uint8_t {
  kValues,  // what strings hold, symbols, regular expressions, numbers; with their length
  kAll,     // also names: of classes, functions, properties, variables, files, unless public
};

struct Redaction {
  Redacted what = Redacted::kAll;
  std::array<uint8_t, 16> key{};  // secret
};

// True for names that are no secret: those that V8 and Node.js give in a program that does nothing.
bool IsPublicName(std::string_view name);

struct RemainsOptions {
  Redacted what = Redacted::kAll;
  uint64_t min_bytes = 8;  // of a text that is looked for; less than 8 counts as 8
};

// Texts of an original that a redacted file has, too.
struct Remains {
  struct Text {
    std::string original;  // cut after 200 bytes
    std::string redacted;  // contains it; likewise
  };
  std::vector<Text> found;  // the first few
  bool stopped = false;     // there may be more
  uint64_t looked_for = 0;  // texts of the original
  uint64_t searched = 0;    // texts of the redacted
  uint64_t kept_names = 0;  // texts of the original that may remain, since they are (public) names
  uint64_t too_short = 0;   // texts of the original that were not looked for
};

}  // namespace nodeheap
