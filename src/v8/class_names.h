// What class an object is an instance of: the constructor's name, as V8's heap snapshots have it
// (JSReceiver::GetConstructorName in v8/src/objects/js-objects.cc).
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "v8/runtime.h"

namespace nodeheap::v8 {

// Of ES classes, subclasses and function constructors alike; "Object" for object literals and for
// objects without a prototype. `object` is a JSReceiver.
std::string ConstructorName(const Runtime& runtime, Tagged object, const MapInfo& map);

// What JavaScript calls object.constructor, but for one of the object's own; 0 if there is none.
Tagged ConstructorOf(const Runtime& runtime, Tagged object);

// True for the `prototype` object of a class or function, which V8 names like an instance of the
// class above it although it is none.
bool IsPrototype(const Runtime& runtime, Tagged object, const MapInfo& map);

// The same names, remembered by map: all objects of a map are of one class, but for those with a
// Symbol.toStringTag of their own. Not thread-safe: each thread has its own.
class ClassNames {
 public:
  explicit ClassNames(const Runtime& runtime) : runtime_(runtime) {}

  // Stays valid as long as this.
  const std::string& Of(Tagged object, const MapInfo& map);

 private:
  const Runtime& runtime_;
  std::unordered_map<Address, const std::string*> maps_;  // nullptr: differs by object
  std::unordered_set<std::string> names_;
};

}  // namespace nodeheap::v8
