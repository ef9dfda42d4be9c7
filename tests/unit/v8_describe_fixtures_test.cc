// Every kind of value, decoded from the committed cores of each Node, is what the program that made
// the core says it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/cores.h"
#include "support/truth.h"
#include "v8/class_names.h"
#include "v8/heap.h"
#include "v8/properties.h"

namespace nodeheap::test {
namespace {

// A core of the scenario `everything`, opened.
struct Everything {
  explicit Everything(const std::string& name)
      : core(CoreFile::Open(CorePath(name), progress).value()),
        runtime(v8::Runtime::Open(*core, LayoutOf(*core)).value()),
        heap(v8::Heap::Walk(runtime, progress).value()) {}

  // The instance of TruthRoot: all values are its properties.
  v8::Tagged Root() const {
    for (uint32_t i = 0; i < heap.object_count(); ++i) {
      const v8::Tagged object = v8::Tag(heap.address(v8::ObjectIndex{i}));
      const auto map = runtime.MapOf(object);
      if (map && map->kind == v8::Kind::kJSObject &&
          v8::ConstructorName(runtime, object, *map) == "TruthRoot" &&
          !v8::IsPrototype(runtime, object, *map))
        return object;
    }
    return 0;
  }

  Progress progress;
  std::unique_ptr<CoreFile> core;
  v8::Runtime runtime;
  v8::Heap heap;
};

class DescribeFixtures : public testing::TestWithParam<std::string> {};

TEST_P(DescribeFixtures, AllValuesAreAsTheProgramSays) {
  const Everything everything(GetParam());
  const auto truth = ReadTruth(GetParam());
  const v8::Tagged root = everything.Root();
  ASSERT_NE(root, 0);
  TruthChecker checker(everything.runtime);
  for (const auto& value : truth.at("values").as_array()) {
    const std::string name(value.at("path").as_array()[0].as_string());
    const auto word = v8::FindProperty(everything.runtime, root, name);
    ASSERT_TRUE(word) << name;
    checker.Check(name, v8::Describe(everything.runtime, *word, {1U << 24}), value.as_object());
  }
  EXPECT_GT(checker.checks(), 2900);
  for (const std::string& difference : checker.differences()) ADD_FAILURE() << difference;
}

TEST_P(DescribeFixtures, ClassesHaveAsManyInstancesAsTheProgramMade) {
  const Everything everything(GetParam());
  std::map<std::string, int64_t, std::less<>> counts;
  v8::ClassNames names(everything.runtime);
  for (uint32_t i = 0; i < everything.heap.object_count(); ++i) {
    const v8::Tagged object = v8::Tag(everything.heap.address(v8::ObjectIndex{i}));
    const auto map = everything.runtime.MapOf(object);
    if (map && everything.runtime.layout().types.IsReceiver(map->instance_type) &&
        !v8::IsPrototype(everything.runtime, object, *map))
      ++counts[names.Of(object, *map)];
  }
  const auto truth = ReadTruth(GetParam());
  for (const auto& [name, count] : truth.at("classes").as_object())
    EXPECT_EQ(counts[std::string(name)], count.as_int64()) << std::string(name);
}

std::vector<std::string> NamesOfMembers(const v8::Runtime& runtime, v8::Tagged object) {
  std::vector<std::string> names;
  v8::ForEachMember(runtime, object, {}, {}, [&](const v8::Member& member) {
    names.push_back(member.prefix + member.name);
    return true;
  });
  return names;
}

TEST_P(DescribeFixtures, PrivateMethodsAreMembers) {
  const Everything everything(GetParam());
  const auto object =
      v8::FindProperty(everything.runtime, everything.Root(), "instancePrivate").value();
  EXPECT_THAT(
      NamesOfMembers(everything.runtime, object),
      testing::UnorderedElementsAre("#secret", "#number", "open", "#method", "get #accessor"));
}

TEST_P(DescribeFixtures, ObjectsOfIntlTellTheirFields) {
  const Everything everything(GetParam());
  const v8::Tagged root = everything.Root();
  for (const char* name : {"intlDateTimeFormat", "intlNumberFormat", "intlPluralRules",
                           "intlListFormat", "intlRelativeTimeFormat", "intlSegmenter"}) {
    const auto object = v8::FindProperty(everything.runtime, root, name).value();
    std::string locale;
    v8::ForEachMember(everything.runtime, object, {}, {}, [&](const v8::Member& member) {
      if (member.name == "locale") locale = member.value.name;
      return true;
    });
    EXPECT_EQ(locale, "en") << name;
  }
}

std::vector<std::string> EverythingCores() {
  std::vector<std::string> names;
  for (const auto& path : CorePaths()) {
    const std::string name = path.stem().stem().string();
    if (name.starts_with("everything-")) names.push_back(name);
  }
  return names;
}
INSTANTIATE_TEST_SUITE_P(Cores, DescribeFixtures, testing::ValuesIn(EverythingCores()),
                         [](const testing::TestParamInfo<std::string>& core) {
                           std::string name = core.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace nodeheap::test
