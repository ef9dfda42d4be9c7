#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "snapshot/meta.h"
#include "support/snapshot_builder.h"

namespace nodeheap::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kHeader =
    R"({"meta":{"node_fields":["type","name","id","self_size","edge_count","detachedness"],)"
    R"("node_types":[["hidden","object","novelty"],"string","number","number","number","number"],)"
    R"("edge_fields":["type","name_or_index","to_node"],)"
    R"("edge_types":[["weak","element","surprise"],"string_or_number","node"],)"
    R"("location_fields":["object_index","script_id","line","column"]},)"
    R"("node_count":3,"edge_count":4,"root_index":6,"extra_native_bytes":5,)"
    R"("trace_function_count":1})";

// The error about the header with one part replaced.
std::string Refusal(std::string_view from, std::string_view to) {
  const auto meta = ParseMeta(Replaced(std::string(kHeader), from, to));
  return meta ? "accepted" : meta.error().message;
}

TEST(ParseMeta, ReadsEverything) {
  const auto meta = ParseMeta(kHeader);
  ASSERT_TRUE(meta) << meta.error().message;
  EXPECT_EQ(meta->node_count, 3U);
  EXPECT_EQ(meta->edge_count, 4U);
  EXPECT_EQ(meta->root_index, 6U);
  EXPECT_EQ(meta->info.extra_native_bytes, 5U);
  EXPECT_TRUE(meta->info.has_allocation_traces);
  EXPECT_EQ(meta->nodes.fields, 6U);
  EXPECT_EQ(meta->nodes.edge_count, 4U);
  EXPECT_EQ(meta->nodes.detachedness, 5U);
  EXPECT_EQ(meta->edges.fields, 3U);
  EXPECT_EQ(meta->edges.to_node, 2U);
  EXPECT_EQ(meta->locations->script_id, 1U);
  EXPECT_EQ(meta->info.node_fields.size(), 6U);
}

TEST(ParseMeta, TranslatesTypesByName) {
  const auto meta = ParseMeta(kHeader);
  ASSERT_TRUE(meta);
  const auto unknown_node = static_cast<uint8_t>(NodeType::kFirstUnknown);
  const auto unknown_edge = static_cast<uint8_t>(EdgeType::kFirstUnknown);
  EXPECT_THAT(meta->nodes.type.from_file, ElementsAre(0, 3, unknown_node));
  EXPECT_EQ(meta->nodes.type.names.at(unknown_node), "novelty");
  EXPECT_THAT(meta->edges.type.from_file,
              ElementsAre(static_cast<uint8_t>(EdgeType::kWeak), 1, unknown_edge));
  EXPECT_EQ(meta->edges.type.names.at(unknown_edge), "surprise");
}

TEST(ParseMeta, ReadsFieldsInAnyOrder) {
  const auto meta = ParseMeta(
      R"({"edge_count":1,"node_count":2,"meta":{)"
      R"("edge_types":["node",["weak"],"x","y"],"edge_fields":["to_node","type","q","name_or_index"],)"
      R"("node_fields":["edge_count","self_size","q","id","name","type"],)"
      R"("node_types":["number","number","number","number","string",["array"]]}})");
  ASSERT_TRUE(meta) << meta.error().message;
  EXPECT_EQ(meta->nodes.type.field, 5U);
  EXPECT_EQ(meta->nodes.name, 4U);
  EXPECT_EQ(meta->nodes.id, 3U);
  EXPECT_EQ(meta->nodes.self_size, 1U);
  EXPECT_EQ(meta->nodes.edge_count, 0U);
  EXPECT_EQ(meta->nodes.detachedness, std::nullopt);
  EXPECT_EQ(meta->edges.type.field, 1U);
  EXPECT_EQ(meta->edges.name_or_index, 3U);
  EXPECT_EQ(meta->edges.to_node, 0U);
  EXPECT_FALSE(meta->locations);
  EXPECT_EQ(meta->root_index, 0U);
}

TEST(ParseMeta, MissesNoRequiredField) {
  for (const std::string name : {"type", "name", "id", "self_size", "edge_count"}) {
    const std::string list = R"(["type","name","id","self_size","edge_count","detachedness"])";
    EXPECT_EQ(Refusal(list, Replaced(list, "\"" + name + "\"", "\"x\"")),
              "snapshot.meta.node_fields lacks " + name);
  }
  EXPECT_EQ(Refusal(R"("name_or_index")", R"("x")"),
            "snapshot.meta.edge_fields lacks name_or_index");
  EXPECT_EQ(Refusal(R"("to_node")", R"("x")"), "snapshot.meta.edge_fields lacks to_node");
  EXPECT_EQ(Refusal(R"("script_id")", R"("x")"), "snapshot.meta.location_fields lacks script_id");
}

TEST(ParseMeta, MissesNoRequiredPart) {
  EXPECT_THAT(Refusal(R"("meta")", R"("x")"), HasSubstr("no \"meta\""));
  EXPECT_THAT(Refusal(R"("node_fields")", R"("x")"), HasSubstr("no list \"node_fields\""));
  EXPECT_THAT(Refusal(R"("edge_fields")", R"("x")"), HasSubstr("no list \"edge_fields\""));
  EXPECT_THAT(Refusal(R"("node_types")", R"("x")"), HasSubstr("node_types"));
  EXPECT_THAT(Refusal(R"("edge_types")", R"("x")"), HasSubstr("edge_types"));
  EXPECT_THAT(Refusal(R"("node_count")", R"("x")"), HasSubstr("node_count"));
  EXPECT_THAT(Refusal(R"("edge_count":4)", R"("x":4)"), HasSubstr("edge_count"));
  EXPECT_EQ(Refusal(R"("location_fields")", R"("x")"), "accepted");
}

TEST(ParseMeta, RefusesWrongKindsOfValue) {
  EXPECT_THAT(Refusal(R"("node_count":3)", R"("node_count":"3")"), HasSubstr("node_count"));
  EXPECT_THAT(Refusal(R"("node_count":3)", R"("node_count":-3)"), HasSubstr("node_count"));
  EXPECT_THAT(Refusal(R"("node_count":3)", R"("node_count":3.5)"), HasSubstr("node_count"));
  EXPECT_THAT(Refusal(R"("edge_count":4)", R"("edge_count":null)"), HasSubstr("edge_count"));
  EXPECT_THAT(Refusal(R"(["object_index")", R"([1)"), HasSubstr("other than strings"));
  EXPECT_THAT(Refusal(R"(["hidden","object","novelty"])", R"("hidden")"), HasSubstr("types"));
  EXPECT_THAT(Refusal(R"("novelty")", R"(7)"), HasSubstr("without a name"));
  EXPECT_THAT(Refusal(R"("node_count":3)", R"("node_count":3,,)"), HasSubstr("not valid JSON"));
}

// Without a known root, everything would be computed from the wrong one.
TEST(ParseMeta, RefusesAnUnreadableRootOrNativeSize) {
  for (const char* value : {"-6", "\"6\"", "6.5", "[]", "18446744073709551616"}) {
    EXPECT_NE(Refusal(R"("root_index":6)", R"("root_index":)" + std::string(value)), "accepted");
    EXPECT_NE(Refusal(R"("extra_native_bytes":5)", R"("extra_native_bytes":)" + std::string(value)),
              "accepted");
  }
}

// Types are numbered with a byte; and nobody shall wait for a search through a million names.
TEST(ParseMeta, RefusesMoreTypesThanThereAreNumbers) {
  for (const size_t types : {size_t{300}, size_t{200'000}}) {
    std::string names;
    for (size_t i = 0; i < types; ++i) names += ",\"t" + std::to_string(i) + "\"";
    EXPECT_THAT(Refusal(R"(,"novelty")", names), HasSubstr("node_types is huge"));
    EXPECT_THAT(Refusal(R"(,"surprise")", names), HasSubstr("edge_types is huge"));
  }
}

TEST(ParseMeta, RefusesMoreFieldsThanIsSensible) {
  std::string fields = R"("detachedness")";
  for (size_t i = 0; i < 100; ++i) fields += ",\"f" + std::to_string(i) + "\"";
  EXPECT_THAT(Refusal(R"("detachedness")", fields), HasSubstr("node_fields is huge"));
}

TEST(ParseMeta, SurvivesDeepNesting) {
  EXPECT_THAT(Refusal(R"("node_count":3)", R"("node_count":)" + std::string(100'000, '[')),
              HasSubstr("not valid JSON"));
}

}  // namespace
}  // namespace nodeheap::test
