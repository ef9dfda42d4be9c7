// What looks like a leak in one dump: objects below which memory accumulates, each with the
// evidence and the path that keeps it alive. docs/suspects.md has the rules.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nodeheap/analysis.h"
#include "nodeheap/graph.h"
#include "nodeheap/progress.h"
#include "nodeheap/result.h"

namespace nodeheap {

enum class SuspectKind : uint8_t {
  kAccumulation,      // one object keeps many of one class alive, side by side
  kChain,             // objects of one shape, each keeping the next alive
  kListeners,         // an event of an emitter has many listeners
  kTimerList,         // many timers wait for one duration to call one function
  kPromises,          // many functions wait for promises that are pending
  kVmContexts,        // many contexts of the vm module
  kUnread,            // variables that no living function can read
  kDuplicateStrings,  // copies of texts that one property or collection holds
  kOversized,         // arrays that use little of their room for elements
  kPinnedBuffers,     // memory that views of small parts of it keep alive
};

// "accumulation": stable, for programs.
std::string_view Name(SuspectKind kind);

struct Suspect {
  SuspectKind kind = SuspectKind::kAccumulation;
  // What people would name: the array, a list of timers, a chain's first; where memory is wasted,
  // the sample.
  NodeId holder{};
  // One of the objects that accumulate, of the usual size; in place of timers, what they call.
  NodeId sample{};
  std::string class_name = {};       // of the sample; of functions, their name
  uint64_t count = 0;                // of objects that accumulate
  uint64_t retained_size = 0;        // by those objects together, bytes
  std::vector<NodeId> members = {};  // those objects, or what alone leads to them
  uint64_t held = 0;                 // of the members, by a holder that is none of them
  std::vector<EdgeId> path = {};     // from the root to the holder; empty if nothing leads there
  std::vector<std::string> places = {};  // "server.js:12" of the functions on the path, by edge
  size_t named = 0;  // from there on, the path is what the program names: a variable, properties
  // Tells the same leak in another dump, also of another process: made of the kind, the class and
  // the names on the path, without addresses, ids, sizes and positions.
  uint64_t fingerprint = 0;
  std::string remark = {};    // the end of the sentence, escaped; may be empty
  std::string sentence = {};  // in plain words, escaped
};

// A function whose variables are in a context.
struct Scope {
  std::string function;  // empty if it has no name
  std::string place;     // where it is defined: "/app/server.js:12:3", as far as that is known
};

// Counts the elements of an object that are no holes, up to `most`; nullopt if that is not known.
using CountElements = std::function<std::optional<uint64_t>(NodeId object, uint64_t most)>;

// What a typed array, Buffer or DataView shows of its ArrayBuffer; nullopt of other objects.
struct ByteRange {
  uint64_t begin = 0;
  uint64_t end = 0;
};
using RangeOfView = std::function<std::optional<ByteRange>(NodeId view)>;

// What is known besides the graph, as far as it is: but for definitions and duplicates, in a core.
struct SuspectFacts {
  // Where a function, or an object's class, is defined: "/app/server.js:12:3"; else empty.
  std::function<std::string(NodeId node)> definition_of = {};
  // The source text of a function; valid until the next call.
  std::function<std::optional<std::string_view>(NodeId function)> source_of = {};
  // Whose variables `context` has, which `function` sees.
  std::function<Scope(NodeId context, NodeId function)> scope_of = {};
  // Where a suspended function is, as its generator object tells.
  std::function<std::string(NodeId generator)> suspended_at = {};
  CountElements count_elements = {};
  RangeOfView range_of_view = {};
  const std::vector<DuplicateString>* duplicates = nullptr;  // nullptr: not computed yet
};

// All suspects, the largest first; empty if nothing is suspicious. Fails only with kCancelled.
// REQUIRES: `analysis` has Need::kAll.
Result<std::vector<Suspect>> FindSuspects(const HeapGraph& graph, const Analysis& analysis,
                                          const Progress& progress, const SuspectFacts& facts = {});

// "3f2a90c1d4e5b678"
std::string FingerprintText(uint64_t fingerprint);

}  // namespace nodeheap
