#include "support/corpus.h"

#include "support/snapshot_builder.h"

namespace nodeheap::test {
namespace {

SnapshotBuilder WithGlobal(Layout layout = {}) {
  SnapshotBuilder heap(std::move(layout));
  heap.Node("global", {.name = "global", .size = 8}).Edge("root", "element", "1", "global");
  return heap;
}

SnapshotBuilder Classes(Layout layout) {
  SnapshotBuilder heap = WithGlobal(std::move(layout));
  heap.Child("global", "f", {.type = "closure", .size = 32});
  for (const char* key : {"a", "b", "c"}) {
    heap.Child("global", key, {.name = "Apple", .size = 16});
    heap.Locate(key, 5, key[0] == 'c' ? 10U : 20U, 3);
  }
  heap.Child("a", "array", {.name = "Array", .size = 16});
  heap.Node("elements", {.type = "array", .name = "", .size = 64});
  heap.Edge("array", "internal", "elements", "elements").Edge("elements", "element", "0", "a");
  return heap;
}

SnapshotBuilder PlainObjects() {
  SnapshotBuilder heap = WithGlobal();
  for (const char* key : {"p", "q", "r"}) {
    heap.Child("global", key, {.name = "Object", .size = 24});
    heap.Edge(key, "property", "x", "global").Edge(key, "property", "it's, {quoted}", "global");
    heap.Edge(key, "property", "__proto__", "root").Edge(key, "element", "7", key);
  }
  return heap;
}

SnapshotBuilder WeakMap() {
  SnapshotBuilder heap = WithGlobal();
  heap.Child("global", "table", {.type = "array", .size = 16});
  heap.Child("global", "key", {.name = "K"}).Node("value", {.name = "V", .size = 40});
  const std::string pair = " / part of key (K @7) -> value (V @9) pair in WeakMap (table @5)";
  heap.Edge("key", "internal", "1" + pair, "value").Edge("table", "internal", "2" + pair, "value");
  return heap.Edge("table", "weak", "3", "key");
}

SnapshotBuilder Strings() {
  SnapshotBuilder heap = WithGlobal();
  heap.Child("global", "one", {.type = "string", .name = "twice", .size = 16});
  heap.Child("global", "two", {.type = "string", .name = "twice", .size = 16});
  heap.Child("global", "joined", {.type = "concatenated string", .name = "", .size = 20});
  heap.Edge("joined", "internal", "first", "one").Edge("joined", "internal", "second", "two");
  heap.Child("global", "itself", {.type = "concatenated string", .name = "", .size = 20});
  heap.Edge("itself", "internal", "first", "itself").Edge("itself", "internal", "second", "itself");
  for (const char* key : {"long", "longer"}) {
    heap.Child("global", key, {.type = "string", .name = "cut", .size = 9000});
    heap.Node(std::string(key) + "?", {.type = "number", .name = "bool"});
    heap.Edge(key, "internal", "truncated", std::string(key) + "?");
  }
  heap.Node("true", {.type = "string"}).Edge("long?", "internal", "value", "true");
  return heap.Edge("longer?", "internal", "value", "true");
}

SnapshotBuilder Detached() {
  SnapshotBuilder heap = WithGlobal();
  heap.Node("trees", {.type = "synthetic", .name = "(Document DOM trees)"});
  heap.Edge("root", "element", "2", "trees");
  heap.Child("trees", "tree", {.type = "native", .name = "<body id=a>", .detachedness = 1});
  heap.Child("global", "gone", {.type = "native", .name = "<div>", .detachedness = 2});
  heap.Child("gone", "child", {.type = "native", .name = "<p class=b>", .size = 8});
  return heap.Edge("child", "hidden", "4", "tree");
}

SnapshotBuilder System() {
  SnapshotBuilder heap;
  heap.Node("roots", {.type = "synthetic", .name = "(GC roots)"});
  heap.Node("context", {.type = "hidden", .name = "system / NativeContext", .size = 4});
  heap.Node("map", {.type = "object shape", .name = "system / Map", .size = 40});
  heap.Node("descriptors", {.type = "array", .name = "(map descriptors)", .size = 40});
  heap.Node("text", {.type = "native", .name = "system / ExternalStringData", .size = 99});
  heap.Edge("root", "element", "1", "roots").Edge("roots", "element", "1", "context");
  heap.Edge("root", "shortcut", "global", "text");
  heap.Edge("context", "internal", "sloppy_function_map", "map");
  heap.Edge("map", "internal", "descriptors", "descriptors");
  for (const char* index : {"0", "1", "2", "3", "4"})
    heap.Edge("descriptors", "internal", index, "text");
  return heap;
}

SnapshotBuilder Unreached() {
  SnapshotBuilder heap = WithGlobal();
  heap.Node("orphan").Child("orphan", "held").Node("x").Node("y");
  return heap.Edge("x", "property", "y", "y").Edge("y", "property", "x", "x");
}

Layout Strange() {
  Layout layout;
  layout.node_fields = {"id",   "novelty",    "detachedness", "name",
                        "type", "edge_count", "self_size",    "trace_node_id"};
  layout.node_types.insert(layout.node_types.begin() + 2, "marvel");
  layout.edge_fields = {"to_node", "novelty", "name_or_index", "type"};
  layout.edge_types.insert(layout.edge_types.begin(), "wonder");
  layout.location_fields = {"column", "line", "script_id", "novelty", "object_index"};
  layout.separators = Separators::kPretty;
  layout.sections = {"unknown", "snapshot", "strings", "edges", "nodes", "locations", "samples"};
  layout.extra_native_bytes = 1234;
  return layout;
}

}  // namespace

std::vector<Seed> Seeds() {
  Layout traced;
  traced.has_traces = true;
  traced.node_fields.emplace_back("trace_node_id");
  std::string escapes = Strings().Text();
  escapes =
      Replaced(std::move(escapes), "\"twice\"", R"("\"\\\/\b\u0000\ud83d\ude00\udc00\ud800")");
  return {
      {"classes_node12", Classes(LayoutOfNode12()).Text()},
      {"classes_node18", Classes(LayoutOfNode18()).Text()},
      {"classes_node24", Classes({}).Text()},
      {"classes_traced", Classes(traced).Text()},
      {"classes_strange_layout", Classes(Strange()).Text()},
      {"detached", Detached().Text()},
      {"escapes", escapes},
      {"plain_objects", PlainObjects().Text()},
      {"root_only", SnapshotBuilder().Text()},
      {"root_not_first", WithGlobal().RootIs("global").Text()},
      {"strings", Strings().Text()},
      {"system", System().Text()},
      {"unreached", Unreached().Text()},
      {"weak_map", WeakMap().Text()},
  };
}

}  // namespace nodeheap::test
