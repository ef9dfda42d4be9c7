#include "support/truth.h"

#include <fmt/format.h>

#include <boost/json/src.hpp>

#include "base/text.h"
#include "support/files.h"

namespace nodeheap::test {
namespace {

namespace json = boost::json;
using v8::Description;
using v8::MemberKind;

constexpr v8::DescribeOptions kWholeStrings{1U << 24};

std::string Text(const json::value& value) { return std::string(value.as_string()); }
std::string Text(const json::object& truth, std::string_view key) { return Text(truth.at(key)); }
bool Has(const json::object& truth, std::string_view key) { return truth.contains(key); }

// The number behind "key=" in the line of an object.
std::string Detail(const Description& found, const std::string& key) {
  const size_t at = found.detail.find(key + "=");
  if (at == std::string::npos) return {};
  const size_t begin = at + key.size() + 1;
  return found.detail.substr(begin, found.detail.find(' ', begin) - begin);
}

// JSON has no lone surrogates, so the truth of such a string is its units.
std::string StringTruth(const json::object& truth) {
  if (Has(truth, "value")) return Text(truth, "value");
  std::string text;
  if (Has(truth, "utf16")) {
    for (const json::value& unit : truth.at("utf16").as_array())
      AppendUtf8(text, static_cast<char32_t>(unit.as_int64()));
    return text;
  }
  const std::string repeated = Text(truth, "repeated");
  const auto length = static_cast<size_t>(truth.at("length").as_int64());
  while (text.size() < length) text += repeated;
  return text.substr(0, length);
}

std::string FunctionType(const std::string& truth) {
  static const std::map<std::string, std::string> kOurs = {
      {"arrow", "arrow function"},         {"async arrow", "async arrow function"},
      {"generator", "generator function"}, {"async generator", "async generator function"},
      {"native", "native function"},       {"bound", "bound function"}};
  const auto found = kOurs.find(truth);
  return found == kOurs.end() ? truth : found->second;
}

std::string WithoutSpaces(std::string text) {
  std::erase(text, ' ');
  return text;
}

// "@tag" for a symbol, "name" for a name.
std::string PropertyKey(const json::object& property) {
  if (Has(property, "name")) return Text(property, "name");
  const json::value& description = property.at("symbol");
  return "@" + (description.is_string() ? Text(description) : "");
}

// The memory of resizable buffers is not in the cores of the kernel.
bool IsDumped(const json::object& truth) {
  return !Has(truth, "maxByteLength") && !Has(truth, "tracksLength");
}

// V8's own accessors stand for these.
bool IsOfFunction(const std::string& key) {
  return key == "length" || key == "name" || key == "prototype" || key == "arguments" ||
         key == "caller";
}

}  // namespace

json::object ReadTruth(const std::string& name) {
  return json::parse(
             ReadFile(std::string(NODEHEAP_SOURCE_DIR) + "/fixtures/cores/" + name + ".truth.json"))
      .as_object();
}

Members MembersOf(const v8::Runtime& runtime, v8::Tagged object) {
  Members members;
  const v8::MemberCounts counts =
      v8::ForEachMember(runtime, object, {}, kWholeStrings, [&](const v8::Member& member) {
        switch (member.kind) {
          case MemberKind::kProperty:
            members.properties[member.prefix + (member.is_symbol ? "@" : "") + member.name] =
                member;
            break;
          case MemberKind::kElement:
            members.elements.push_back(member);
            break;
          case MemberKind::kVariable:
            members.variables[member.name] = member.value;
            break;
          case MemberKind::kInternal:
            members.internals[member.name] = member.value;
        }
        return true;
      });
  members.unreadable = counts.unreadable;
  return members;
}

void TruthChecker::Expect(bool holds, const std::string& path, const std::string& what) {
  ++checks_;
  if (!holds) differences_.push_back(path + ": " + what);
}

void TruthChecker::Equal(const std::string& path, std::string_view found,
                         std::string_view expected) {
  Expect(found == expected, path, fmt::format("{:.80} instead of {:.80}", found, expected));
}

void TruthChecker::Check(const std::string& path, const Description& found, const Truth& truth) {
  const std::string kind = Text(truth, "kind");
  if (kind == "undefined" || kind == "null") return Equal(path, found.type, kind);
  if (kind == "boolean")
    return Equal(path, found.name, truth.at("value").as_bool() ? "true" : "false");
  if (kind == "number" || kind == "bigint" || kind == "string" || kind == "symbol")
    return CheckPrimitive(path, found, truth);
  CheckObject(path, found, truth);
}

void TruthChecker::CheckPrimitive(const std::string& path, const Description& found,
                                  const Truth& truth) {
  const std::string kind = Text(truth, "kind");
  if (kind == "number") {
    Expect(found.type == "Smi" || found.type == "Number", path, found.type);
    Equal(path, found.name, Text(truth, "value"));
  } else if (kind == "bigint") {
    Equal(path, found.type, "BigInt");
    Equal(path, found.name, Text(truth, "value"));
  } else if (kind == "string") {
    Equal(path, found.type, "String");
    Equal(path, found.name, StringTruth(truth));
  } else {
    const bool described = Has(truth, "description") && truth.at("description").is_string();
    Equal(path, found.name,
          fmt::format("Symbol{}({})", truth.at("registered").as_bool() ? ".for" : "",
                      described ? Text(truth, "description") : ""));
  }
}

void TruthChecker::CheckObject(const std::string& path, const Description& found,
                               const Truth& truth) {
  const std::string kind = Text(truth, "kind");
  if (kind == "global") return Equal(path, found.type, "Global");
  if (kind != "arguments" && kind != "function" && Has(truth, "class") &&
      truth.at("class").is_string() && !Text(truth, "class").empty())
    Expect(found.name == Text(truth, "class") || found.type == Text(truth, "class"), path,
           fmt::format("class {}/{} instead of {}", found.type, found.name, Text(truth, "class")));
  if (Has(truth, "cut")) return;
  const Members members = MembersOf(runtime_, found.word);
  Expect(members.unreadable == 0 || !IsDumped(truth), path, "members that could not be read");
  CheckLine(path, found, truth);
  if (kind == "function") CheckFunction(path, found, members, truth);
  CheckInternals(path, members, truth);
  CheckEntries(path, members, truth);
  CheckElements(path, members, truth);
  CheckProperties(path, members, truth);
}

void TruthChecker::CheckLine(const std::string& path, const Description& found,
                             const Truth& truth) {
  const std::string kind = Text(truth, "kind");
  if (kind != "function") {
    for (const char* key : {"length", "size", "byteLength", "index", "maxByteLength"})
      if (Has(truth, key) && kind != "string")
        Equal(path + " " + key, Detail(found, key), std::to_string(truth.at(key).as_int64()));
  }
  if (kind == "Date")
    Equal(path, found.detail,
          truth.at("iso").is_string() ? Text(truth, "iso") : std::string("Invalid Date"));
  if (kind == "RegExp")
    Equal(path, found.detail, fmt::format("/{}/{}", Text(truth, "source"), Text(truth, "flags")));
  if (kind == "Error" && !Text(truth, "message").empty())
    Equal(path, found.detail, '"' + Text(truth, "message") + '"');
  if (kind == "typed array") Equal(path, found.type, Text(truth, "type"));
  if (Has(truth, "state"))
    Expect(found.detail.starts_with(Text(truth, "state")), path, found.detail);
  if (Has(truth, "yields"))
    Expect(found.detail.starts_with(Text(truth, "yields")), path, found.detail);
  if (Has(truth, "detached")) Expect(found.detail.ends_with("detached"), path, found.detail);
  if (Has(truth, "revoked")) Equal(path, found.detail, "revoked");
  if (kind == "generator") Equal(path, found.name, Text(truth, "function"));
}

void TruthChecker::CheckFunction(const std::string& path, const Description& found,
                                 const Members& members, const Truth& truth) {
  const std::string type = Has(truth, "type") ? Text(truth, "type") : "";
  if (!type.empty()) Equal(path, found.type, FunctionType(type));
  const std::string name = Text(truth, "name");
  // V8 calls these by no name of theirs.
  if (type != "bound" && name != "anonymous")
    Equal(path, found.name, name.empty() ? "(anonymous)" : name);
  if (Has(truth, "file"))
    Equal(path, found.detail,
          fmt::format("at {}:{}:{}", Text(truth, "file"), truth.at("line").as_int64(),
                      truth.at("column").as_int64()));
  if (Has(truth, "closure")) {
    for (const json::value& variable : truth.at("closure").as_array()) {
      const auto at = members.variables.find(Text(variable.as_object(), "name"));
      Expect(at != members.variables.end(), path, "lacks a variable");
      if (at != members.variables.end())
        Check(path + "->" + at->first, at->second, variable.at("value").as_object());
    }
  }
  if (type != "bound") return;
  CheckInternal(path, members, "bound target", truth.at("target"));
  CheckInternal(path, members, "bound this", truth.at("boundThis"));
  size_t index = 0;
  for (const json::value& argument : truth.at("boundArgs").as_array())
    CheckInternal(path, members, fmt::format("bound argument {}", index++), argument);
}

void TruthChecker::CheckInternal(const std::string& path, const Members& members,
                                 const std::string& name, const json::value& truth) {
  const auto found = members.internals.find(name);
  Expect(found != members.internals.end(), path, "lacks {" + name + "}");
  if (found != members.internals.end())
    Check(path + "{" + name + "}", found->second, truth.as_object());
}

void TruthChecker::CheckInternals(const std::string& path, const Members& members,
                                  const Truth& truth) {
  const std::string kind = Text(truth, "kind");
  const auto text = [&](const char* name) {
    const auto found = members.internals.find(name);
    return found == members.internals.end() ? "(absent)" : found->second.name;
  };
  if (kind == "WeakRef" || (kind == "Proxy" && Has(truth, "target")))
    CheckInternal(path, members, "target", truth.at("target"));
  if (kind == "boxed") CheckInternal(path, members, "value", truth.at("value"));
  if (kind == "Error" && Has(truth, "stack")) Equal(path, text("stack"), Text(truth, "stack"));
  if (Has(truth, "bytes") && IsDumped(truth))
    Equal(path, WithoutSpaces(text("bytes")), Text(truth, "bytes"));
  if (kind != "Promise") return;
  if (Has(truth, "value"))
    CheckInternal(path, members, Text(truth, "state") == "rejected" ? "reason" : "value",
                  truth.at("value"));
  if (Has(truth, "awaitedBy") && !truth.at("awaitedBy").as_array().empty())
    Equal(path, text("awaited by"), Text(truth.at("awaitedBy").as_array()[0]));
  if (Has(truth, "reactions")) {
    const Truth& reaction = truth.at("reactions").as_array()[0].as_object();
    Equal(path, text("on fulfilled"), Text(reaction, "fulfilled"));
    Equal(path, text("on rejected"), Text(reaction, "rejected"));
  }
}

void TruthChecker::CheckEntries(const std::string& path, const Members& members,
                                const Truth& truth) {
  if (!Has(truth, "entries")) return;
  const json::array& entries = truth.at("entries").as_array();
  const bool has_values = !entries.empty() && entries[0].is_array();
  const size_t expected = entries.size() * (has_values ? 2 : 1);
  Expect(members.elements.size() == expected, path,
         fmt::format("{} entries instead of {}", members.elements.size(), expected));
  if (members.elements.size() != expected || Has(truth, "unordered")) return;
  for (size_t i = 0; i < expected; ++i) {
    const json::value& entry = has_values ? entries[i / 2].as_array()[i % 2] : entries[i];
    Check(fmt::format("{}[{}]", path, i), members.elements[i].value, entry.as_object());
  }
}

void TruthChecker::CheckElements(const std::string& path, const Members& members,
                                 const Truth& truth) {
  const std::string kind = Text(truth, "kind");
  if (Has(truth, "values") && IsDumped(truth)) {
    std::vector<std::string> found;
    for (const v8::Member& element : members.elements) found.push_back(element.value.name);
    std::vector<std::string> expected;
    for (const json::value& value : truth.at("values").as_array()) expected.push_back(Text(value));
    Expect(found == expected, path, "other values");
  }
  if (Has(truth, "entries") || kind == "typed array" || kind == "Buffer") return;
  const json::array none;
  const json::array& elements = Has(truth, "elements") ? truth.at("elements").as_array() : none;
  Expect(members.elements.size() == elements.size(), path,
         fmt::format("{} elements instead of {}", members.elements.size(), elements.size()));
  if (members.elements.size() != elements.size()) return;
  for (size_t i = 0; i < elements.size(); ++i) {
    const json::array& element = elements[i].as_array();
    Equal(path, members.elements[i].name, std::to_string(element[0].as_int64()));
    Check(fmt::format("{}[{}]", path, members.elements[i].name), members.elements[i].value,
          element[1].as_object());
  }
}

void TruthChecker::CheckProperties(const std::string& path, const Members& members,
                                   const Truth& truth) {
  const json::array none;
  const auto list = [&](const char* key) -> const json::array& {
    return Has(truth, key) ? truth.at(key).as_array() : none;
  };
  const auto check = [&](const std::string& key, const json::value& value, bool enumerable) {
    const auto found = members.properties.find(key);
    Expect(found != members.properties.end(), path, "lacks " + key);
    if (found == members.properties.end()) return;
    Expect(found->second.enumerable == enumerable, path, key + " is enumerable or not");
    const bool is_native = found->second.value.type == "native accessor";
    if (!is_native) Check(path + "." + key, found->second.value, value.as_object());
  };
  for (const json::value& item : list("properties")) {
    const Truth& property = item.as_object();
    const std::string key = PropertyKey(property);
    if (Text(truth, "kind") == "function" && IsOfFunction(key)) continue;
    if (Has(property, "value")) {
      check(key, property.at("value"), property.at("enumerable").as_bool());
      continue;
    }
    for (const char* half : {"get", "set"})
      if (property.at("accessor").at(half).is_string())
        Expect(members.properties.contains(std::string(half) + " " + key), path,
               fmt::format("lacks the {}ter of {}", half, key));
  }
  for (const json::value& item : list("private"))
    check(Text(item.as_object(), "name"), item.at("value"), false);
  for (const json::value& item : list("exports"))
    check(Text(item.as_array()[0]), item.as_array()[1], true);
}

}  // namespace nodeheap::test
