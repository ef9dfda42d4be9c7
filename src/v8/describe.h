// Any word of a V8 heap as people read it: in one line, and opened up into members. What cannot be
// decoded is shown as what it is, with its address, and spoils nothing around it.
//
// To show another kind of object: its row in views.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "v8/runtime.h"

namespace nodeheap::v8 {

struct DescribeOptions {
  uint64_t max_string_units = 1000;  // longer texts are cut
};

struct Description {
  std::string type = {};    // "Smi", "String", "Object", "Map", "async function", "hidden class" …
  std::string name = {};    // an object's class, a function's name; of primitives: the value
  std::string detail = {};  // "length=3", "at /app.js:3:7"
  Tagged word = 0;          // what is described; 0 if it is no word of its own
  bool is_object = false;   // on the heap: it has an address, and can be opened
};

// Reads a bounded amount, whatever the word is.
Description Describe(const Runtime& runtime, Tagged word, const DescribeOptions& options = {});
Description DescribeNumber(double number);

// "Object: Foo", "Array: length=3", "String: "abc"", "true". Not escaped.
std::string OneLine(const Description& description);

enum class MemberKind : uint8_t {
  kProperty,  // .name
  kElement,   // [3]
  kVariable,  // ->name, of a context
  kInternal,  // {name}: a slot of a built-in object, or of V8
};

struct Member {
  MemberKind kind = MemberKind::kProperty;
  std::string name = {};    // of elements: the index, in digits
  std::string prefix = {};  // "get " and "set " for the functions of an accessor
  std::string suffix = {};  // ".key" and ".value" of an entry of a Map
  Description value = {};
  bool is_symbol = false;  // the name is a symbol's description
  bool enumerable = true;
  bool writable = true;
};

// Returning false stops.
using MemberVisitor = std::function<bool(const Member&)>;

// What is in an object, each member described when it is visited. `first`: members that are not
// described, nor visited, but counted.
struct MemberCounts {
  uint64_t members = 0;     // all of them, however many were visited
  uint64_t unreadable = 0;  // members that the dump lacks
};
struct MemberRange {
  uint64_t first = 0;
  uint64_t count = ~uint64_t{0};
};
MemberCounts ForEachMember(const Runtime& runtime, Tagged object, const MemberRange& range,
                           const DescribeOptions& options, const MemberVisitor& visit);

}  // namespace nodeheap::v8
