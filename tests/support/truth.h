// What the scenarios of fixtures/scenarios/cores/values say of their values, compared with what is
// decoded from a core. fixtures/README.md has the format.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "v8/describe.h"

namespace nodeheap::test {

// fixtures/cores/NAME.truth.json
boost::json::object ReadTruth(const std::string& name);

// Members of one object, by how they are reached.
struct Members {
  std::map<std::string, v8::Member> properties;  // "get x", "set x" for accessors; symbols as "@x"
  std::vector<v8::Member> elements;              // and entries
  std::map<std::string, v8::Description> variables;
  std::map<std::string, v8::Description> internals;
  uint64_t unreadable = 0;
};
Members MembersOf(const v8::Runtime& runtime, v8::Tagged object);

class TruthChecker {
 public:
  explicit TruthChecker(const v8::Runtime& runtime) : runtime_(runtime) {}

  void Check(const std::string& path, const v8::Description& found,
             const boost::json::object& truth);

  const std::vector<std::string>& differences() const { return differences_; }
  size_t checks() const { return checks_; }

 private:
  using Truth = boost::json::object;

  void Expect(bool holds, const std::string& path, const std::string& what);
  void Equal(const std::string& path, std::string_view found, std::string_view expected);
  void CheckPrimitive(const std::string& path, const v8::Description& found, const Truth& truth);
  void CheckObject(const std::string& path, const v8::Description& found, const Truth& truth);
  void CheckLine(const std::string& path, const v8::Description& found, const Truth& truth);
  void CheckFunction(const std::string& path, const v8::Description& found, const Members& members,
                     const Truth& truth);
  void CheckInternals(const std::string& path, const Members& members, const Truth& truth);
  void CheckEntries(const std::string& path, const Members& members, const Truth& truth);
  void CheckElements(const std::string& path, const Members& members, const Truth& truth);
  void CheckProperties(const std::string& path, const Members& members, const Truth& truth);
  void CheckInternal(const std::string& path, const Members& members, const std::string& name,
                     const boost::json::value& truth);

  const v8::Runtime& runtime_;
  std::vector<std::string> differences_;
  size_t checks_ = 0;
};

}  // namespace nodeheap::test
