// Writes everything nodeheap computes of a heap snapshot or core, node by node, for compare.mjs:
//   dump_columns DUMP DIRECTORY [BASE_DUMP]
// The format is described in dump_format.mjs.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "nodeheap/analysis.h"
#include "nodeheap/session.h"
#include "render/json_writer.h"

using namespace nodeheap;

namespace {

Result<Session> Load(const std::string& path) {
  Progress progress;
  NH_TRY(Session session, Session::Open(path, {}, progress));
  NH_CHECK(session.LoadGraph(progress));
  NH_CHECK(session.Prepare(Need::kAll, progress));
  return session;
}

class Writer {
 public:
  explicit Writer(std::filesystem::path directory) : directory_(std::move(directory)) {}

  void Text(const char* name, const std::string& text) const {
    std::ofstream file(directory_ / name, std::ios::binary);
    file << text;
    if (!file.flush()) throw std::runtime_error(fmt::format("cannot write {}", name));
  }

  template <typename T>
  void Column(const char* name, std::span<const T> column) const {
    Text(name, std::string(reinterpret_cast<const char*>(column.data()), column.size_bytes()));
  }

  void Sizes(const char* name, const auto& sizes) const {
    std::vector<uint64_t> values(sizes.size());
    for (size_t i = 0; i < sizes.size(); ++i) values[i] = sizes[i];
    Column(name, std::span<const uint64_t>(values));
  }

 private:
  std::filesystem::path directory_;
};

std::string ClassKey(const std::string& name, const std::optional<Location>& location) {
  if (!location) return "," + name;
  return fmt::format("{},{},{},{}", location->script_id, location->line, location->column, name);
}

std::string ClassesJson(const Classes& classes) {
  JsonWriter json(false);
  json.BeginArray();
  for (const ClassInfo& info : classes.infos) {
    json.BeginObject();
    json.Key("key").String(ClassKey(info.name, info.location));
    json.Key("name").String(info.name);
    json.Key("count").Number(info.instances);
    json.Key("self").Number(info.self_size);
    json.Key("retained").Number(info.retained_size);
    json.Key("distance").Number(int64_t{info.distance});
    json.EndObject();
  }
  return json.EndArray().Take();
}

std::string StatisticsJson(const Statistics& s) {
  return fmt::format(
      R"({{"total":{},"native_total":{},"typed_arrays":{},"v8heap_total":{},"code":{},)"
      R"("js_arrays":{},"strings":{},"system":{}}})",
      s.total, s.native_total, s.typed_arrays, s.v8heap_total, s.code, s.js_arrays, s.strings,
      s.system);
}

std::string DuplicatesJson(const std::vector<DuplicateString>& duplicates) {
  JsonWriter json(false);
  json.BeginArray();
  for (const DuplicateString& duplicate : duplicates) {
    json.BeginObject();
    json.Key("value").String(duplicate.value);
    json.Key("count").Number(uint64_t{duplicate.nodes.size()});
    json.Key("self").Number(duplicate.self_size);
    json.Key("retained").Number(duplicate.retained_size);
    json.Key("truncated").Bool(duplicate.truncated);
    json.EndObject();
  }
  return json.EndArray().Take();
}

std::string InterfacesJson(const std::vector<InterfaceDefinition>& interfaces) {
  JsonWriter json(false);
  json.BeginArray();
  for (const InterfaceDefinition& interface : interfaces) {
    json.BeginObject();
    json.Key("name").String(interface.name);
    json.Key("properties").BeginArray();
    for (const std::string& property : interface.properties) json.String(property);
    json.EndArray().EndObject();
  }
  return json.EndArray().Take();
}

std::string DiffJson(const std::vector<ClassDiff>& diffs) {
  JsonWriter json(false);
  json.BeginObject();
  for (const ClassDiff& diff : diffs) {
    json.Key(ClassKey(diff.name, diff.location)).BeginObject();
    json.Key("name").String(diff.name);
    json.Key("added_count").Number(uint64_t{diff.added.size()});
    json.Key("removed_count").Number(uint64_t{diff.removed.size()});
    json.Key("added_size").Number(diff.added_size);
    json.Key("removed_size").Number(diff.removed_size);
    json.EndObject();
  }
  return json.EndObject().Take();
}

void Write(const Session& dump, const Writer& out) {
  const HeapGraph& graph = dump.graph();
  const Analysis& analysis = dump.analysis();
  const Statistics statistics = ComputeStatistics(graph, analysis);
  out.Text("meta.json", fmt::format(R"({{"node_count":{},"edge_count":{},"total_size":{}}})",
                                    graph.node_count(), graph.edge_count(), statistics.total));
  out.Column("distance.i32", analysis.distances.span());
  out.Column("dominator.u32", analysis.dominators.span());
  out.Sizes("retained.u64", analysis.retained_sizes);
  out.Sizes("self.u64", analysis.shallow_sizes);
  std::vector<uint32_t> class_of_node(graph.node_count());
  for (size_t i = 0; i < class_of_node.size(); ++i) class_of_node[i] = analysis.classes.of_node[i];
  out.Column("class.u32", std::span<const uint32_t>(class_of_node));
  const std::vector<uint8_t> unknown(graph.node_count());
  out.Column("detachedness.u8", analysis.detachedness.empty() ? std::span<const uint8_t>(unknown)
                                                              : analysis.detachedness.span());
  out.Text("classes.json", ClassesJson(analysis.classes));
  out.Text("statistics.json", StatisticsJson(statistics));
  out.Text("duplicates.json",
           DuplicatesJson(FindDuplicateStrings(graph, analysis, Progress()).value()));
  out.Text("interfaces.json", InterfacesJson(analysis.interfaces));
  std::string names;
  for (uint32_t node = 0; node < graph.node_count(); ++node) {
    AppendJsonString(names, DisplayName(graph, analysis, NodeId{node}));
    names += '\n';
  }
  out.Text("names.ndjson", names);
}

int Run(std::span<char*> arguments) {
  if (arguments.size() != 3 && arguments.size() != 4) {
    fmt::print(stderr, "usage: dump_columns DUMP DIRECTORY [BASE_DUMP]\n");
    return 2;
  }
  const auto dump = Load(arguments[1]);
  if (!dump) {
    fmt::print(stderr, "dump_columns: {}\n", Describe(dump.error()));
    return 3;
  }
  const Writer out(arguments[2]);
  Write(*dump, out);
  if (arguments.size() == 3) return 0;
  const auto base = Load(arguments[3]);
  if (!base) {
    fmt::print(stderr, "dump_columns: {}\n", Describe(base.error()));
    return 3;
  }
  const auto diff = Compare(base->graph(), base->analysis(), dump->graph(), dump->analysis(), {});
  out.Text("diff.json", DiffJson(diff.value()));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run({argv, static_cast<size_t>(argc)});
  } catch (const std::exception& error) {
    fmt::print(stderr, "dump_columns: {}\n", error.what());
    return 3;
  }
}
