// What JavaScript's built-in objects hold beside properties: one struct for each kind, whose Load
// proves the kind and reads its fields (v8/src/objects/js-*.tq). Members that are Tagged may be
// anything: following them is another Load.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "v8/runtime.h"

namespace nodeheap::v8 {

struct Date {
  double milliseconds = 0;  // since 1970, UTC; NaN if invalid
  static std::optional<Date> Load(const Runtime& runtime, Tagged object);
};
// "2001-09-09T01:46:40.000Z", "+275760-09-13T00:00:00.000Z", "Invalid Date".
std::string IsoTime(double milliseconds);

struct RegExp {
  Tagged source = 0;       // a string
  std::string flags = {};  // "gi"
  Tagged last_index = 0;
  static std::optional<RegExp> Load(const Runtime& runtime, Tagged object);
};

enum class PromiseState : uint8_t { kPending, kFulfilled, kRejected };
// "pending"
std::string_view Name(PromiseState state);

struct Promise {
  PromiseState state = PromiseState::kPending;
  bool has_handler = false;
  Tagged reactions_or_result = 0;
  static std::optional<Promise> Load(const Runtime& runtime, Tagged object);
};

// The generator object of the async function whose `await` made this handler of a reaction; 0 if
// none did.
Tagged AwaiterOf(const Runtime& runtime, Tagged handler);

// What happens when a promise is settled.
struct PromiseReaction {
  Tagged next = 0;
  Tagged on_fulfilled = 0;  // undefined if there is none
  Tagged on_rejected = 0;
  Tagged promise = 0;  // that then() returned, a PromiseCapability, or undefined for an await
  // The generator object of the async function that awaits the promise; 0 if none does.
  Tagged awaiter = 0;
  Tagged context = 0;  // what the embedder keeps for the code that goes on; 0 before V8 12
  static std::optional<PromiseReaction> Load(const Runtime& runtime, Tagged object);
};

struct Proxy {
  Tagged target = 0;  // null if revoked
  Tagged handler = 0;
  static std::optional<Proxy> Load(const Runtime& runtime, Tagged object);
};

struct BoundFunction {
  Tagged target = 0;
  Tagged bound_this = 0;
  Tagged arguments = 0;  // a FixedArray
  static std::optional<BoundFunction> Load(const Runtime& runtime, Tagged object);
};

enum class GeneratorState : uint8_t { kNotStarted, kSuspended, kRunning, kClosed };

// Of generators, async functions and async generators.
struct Generator {
  Tagged function = 0;
  Tagged context = 0;
  Tagged receiver = 0;
  GeneratorState state = GeneratorState::kClosed;
  Tagged bytecode_offset = 0;  // a Smi, of where it is suspended
  Tagged promise = 0;          // of an async function; 0: none
  static std::optional<Generator> Load(const Runtime& runtime, Tagged object);
};

struct WeakReference {
  Tagged target = 0;  // undefined if it died
  static std::optional<WeakReference> Load(const Runtime& runtime, Tagged object);
};

struct FinalizationRegistry {
  Tagged cleanup = 0;
  static std::optional<FinalizationRegistry> Load(const Runtime& runtime, Tagged object);
};

// Over arrays, typed arrays and the like, and over the characters of strings.
struct IndexedIterator {
  Tagged iterated = 0;
  double index = 0;
  std::optional<int32_t> yields = {};  // 0: keys, 1: values, 2: entries; nullopt: characters
  static std::optional<IndexedIterator> Load(const Runtime& runtime, Tagged object);
};

// new Number(5), Object("text") …
struct PrimitiveWrapper {
  Tagged value = 0;
  static std::optional<PrimitiveWrapper> Load(const Runtime& runtime, Tagged object);
};

struct ModuleNamespace {
  Tagged exports = 0;  // an ObjectHashTable of names and Cells
  static std::optional<ModuleNamespace> Load(const Runtime& runtime, Tagged object);
};

struct Symbol {
  Tagged description = 0;         // a string or undefined
  bool is_registered = false;     // Symbol.for
  bool is_private_name = false;   // #name
  bool is_private_brand = false;  // says that an object has the private methods of a class
  bool is_internal = false;       // V8's own, invisible to programs
  static std::optional<Symbol> Load(const Runtime& runtime, Tagged object);
};

}  // namespace nodeheap::v8
