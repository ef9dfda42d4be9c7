#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "snapshot/json_cursor.h"
#include "support/memory_file.h"

namespace nodeheap::test {
namespace {

using testing::HasSubstr;

// "key=value" for each member, then "." behind the last or the error's description.
std::string Walk(std::string_view json) {
  const MemoryFile file(json);
  Progress progress;
  const auto input = Input::Open(file.path(), progress);
  if (!input) return Describe(input.error());
  JsonCursor cursor(*input);
  std::string seen;
  const auto failed = [&](const Error& error) {
    EXPECT_NE(error.file, "");
    EXPECT_NE(error.hint, "");
    return seen + std::to_string(error.offset.value_or(9999)) + ": " + error.message;
  };
  if (const auto entered = cursor.EnterObject(); !entered) return failed(entered.error());
  while (true) {
    const auto key = cursor.NextKey();
    if (!key) return failed(key.error());
    if (!*key) return seen + ".";
    const auto value = cursor.SkipValue();
    if (!value) return failed(value.error());
    seen += **key + "=" + std::string(*value) + " ";
  }
}

TEST(JsonCursor, WalksMembers) {
  EXPECT_EQ(Walk("{}"), ".");
  EXPECT_EQ(Walk(R"({"a":1,"b":"x","c":null,"d":-1.5e3})"), "a=1 b=\"x\" c=null d=-1.5e3 .");
  EXPECT_EQ(Walk(R"({"a":[],"b":{}})"), "a=[] b={} .");
}

TEST(JsonCursor, AllowsSpacesEverywhere) {
  EXPECT_EQ(Walk(" \n{ \t\"a\" \r\n: [ 1 ] , \"b\" : 2 }\n "), "a=[ 1 ] b=2 .");
}

TEST(JsonCursor, SkipsAByteOrderMark) {
  EXPECT_EQ(Walk("\xEF\xBB\xBF{\"a\":1}"), "a=1 .");
  EXPECT_THAT(Walk("\xEF\xBB{}"), HasSubstr("not a JSON object"));
}

TEST(JsonCursor, IsNotFooledByBracketsInStrings) {
  EXPECT_EQ(Walk(R"({"a":["]","}","\"]","\\"],"b":{"x":"{\\\""}})"),
            R"(a=["]","}","\"]","\\"] b={"x":"{\\\""} .)");
  EXPECT_EQ(Walk(R"({"a\"}":"\"}"})"), R"(a"}="\"}" .)");
}

TEST(JsonCursor, DecodesKeys) { EXPECT_EQ(Walk(R"({"\u0061\n":1})"), "a\n=1 ."); }

TEST(JsonCursor, TellsWhatIsNoObject) {
  for (const char* text : {"[]", "x", "\"{}\"", "1", "<html>", "}"})
    EXPECT_EQ(Walk(text), "0: not a JSON object") << text;
  EXPECT_EQ(Walk("  \n"), "3: the file ends early");
}

TEST(JsonCursor, TellsWhatIsWrongBetweenMembers) {
  EXPECT_EQ(Walk(R"({a:1})"), "1: expected the name of a section");
  EXPECT_EQ(Walk(R"({"a" 1})"), "5: expected ':'");
  EXPECT_EQ(Walk(R"({"a":1 "b":2})"), "a=1 7: expected ',' or '}' after a section");
  EXPECT_EQ(Walk(R"({"a":1,})"), "a=1 7: expected the name of a section");
  EXPECT_EQ(Walk(R"({,"a":1})"), "1: expected the name of a section");
  EXPECT_EQ(Walk(R"({"a":1]})"), "a=1 6: expected ',' or '}' after a section");
}

TEST(JsonCursor, TellsATruncatedFileFromAWrongOne) {
  const std::string whole = R"({"a":[1,{"b":"\""}],"c":"\\","d":12})";
  for (size_t length = 1; length < whole.size(); ++length) {
    const MemoryFile file(whole.substr(0, length));
    Progress progress;
    const auto input = Input::Open(file.path(), progress);
    ASSERT_TRUE(input);
    JsonCursor cursor(*input);
    ASSERT_TRUE(cursor.EnterObject());
    std::optional<Error> error;
    while (!error) {
      const auto key = cursor.NextKey();
      if (!key) error = key.error();
      ASSERT_TRUE(!key || *key) << "cut at " << length << " and not noticed";
      if (error) break;
      if (const auto value = cursor.SkipValue(); !value) error = value.error();
    }
    EXPECT_EQ(error->code, ErrorCode::kTruncated) << length;
    EXPECT_EQ(error->offset, length);
    EXPECT_THAT(error->hint, HasSubstr("--partial"));
  }
}

TEST(JsonCursor, SurvivesDeepNesting) {
  const std::string open(3'000'000, '[');
  EXPECT_EQ(Walk("{\"a\":" + open + std::string(open.size(), ']') + "}").back(), '.');
  EXPECT_THAT(Walk("{\"a\":" + open), HasSubstr("the file ends within a section"));
}

}  // namespace
}  // namespace nodeheap::test
