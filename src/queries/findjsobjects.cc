// DevTools' Summary: the classes of a dump.
#include <fmt/format.h>

#include "queries/name_filter.h"
#include "queries/nodes.h"
#include "queries/object_groups.h"
#include "queries/object_properties.h"
#include "queries/paging.h"
#include "queries/params.h"
#include "queries/placed_names.h"
#include "queries/queries.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {
    {.name = "detailed",
     .short_name = 'd',
     .kind = ParamKind::kFlag,
     .help = "split classes by their instances' properties, with a sample of each"},
    kClassNameParam,
    {.name = "property",
     .short_name = 'p',
     .kind = ParamKind::kText,
     .placeholder = "PROP",
     .help = "only classes with instances that have the property, and how many have it"},
    {.name = "shallow",
     .kind = ParamKind::kFlag,
     .help = "instances and own sizes alone, without what refers to what (cores): several times "
             "faster, in half the memory"},
    kUnreachableParam,
};

constexpr Example kExamples[] = {
    {"app.heapsnapshot", "the classes that retain most"},
    {"app.heapsnapshot --sort instances --limit 50", "the 50 classes with most instances"},
    {"app.heapsnapshot -d --name request", "request-like objects, by their properties"},
    {"core -p socket", "the classes whose objects have a property socket"},
    {"core --shallow --sort instances", "a first look at a huge core"},
    {"core --unreachable", "what the garbage collector would free next"},
};

constexpr SortOption kSorts[] = {{"retained_size", true},
                                 {"self_size", true},
                                 {"instances", true},
                                 {"distance", false},
                                 {"name", false}};

constexpr std::string_view kAliases[] = {"summary"};

std::weak_ordering Compare(const ObjectGroup& a, const ObjectGroup& b, std::string_view key) {
  if (key == "self_size") return a.self_size <=> b.self_size;
  if (key == "instances") return a.instances <=> b.instances;
  if (key == "distance") return OrderedDistance(a.distance) <=> OrderedDistance(b.distance);
  if (key == "name") return a.name <=> b.name;
  return a.retained_size <=> b.retained_size;
}

Result<std::vector<ObjectGroup>> GroupsOfClasses(const Classes& classes) {
  std::vector<ObjectGroup> groups;
  for (uint32_t i = 0; i < classes.infos.size(); ++i) {
    const ClassInfo& info = classes.infos[i];
    if (info.instances == 0) continue;
    groups.push_back({.class_index = i,
                      .name = info.name,
                      .location = info.location,
                      .instances = info.instances,
                      .self_size = info.self_size,
                      .retained_size = info.retained_size,
                      .distance = info.distance});
  }
  return groups;
}

// Leaves out groups without the property, and counts in the others who has it. Objects of a
// detailed group have the same properties.
Result<void> KeepWithProperty(const Session& session, PropertyFinder& finder, bool detailed,
                              const Progress& progress, std::vector<ObjectGroup>& groups) {
  if (detailed) {
    std::erase_if(groups, [&](const ObjectGroup& group) { return !finder.Has(group.sample); });
    for (ObjectGroup& group : groups) group.with_property = group.instances;
    return {};
  }
  const Analysis& analysis = session.analysis();
  std::vector<uint64_t> counts(analysis.classes.infos.size());
  NH_CHECK(ForEachBelow(session.graph().node_count(), progress, [&](uint32_t i) {
    if (analysis.shallow_sizes[i] != 0 && finder.Has(NodeId{i}))
      ++counts[analysis.classes.of_node[i]];
  }));
  for (ObjectGroup& group : groups) group.with_property = counts[group.class_index];
  std::erase_if(groups, [](const ObjectGroup& group) { return group.with_property == 0; });
  return {};
}

std::vector<Field> Fields(bool detailed, bool with_property) {
  std::vector<Field> fields = {{"instances", "Instances", Unit::kCount},
                               {"self_size", "Self size", Unit::kBytes},
                               {"retained_size", "Retained size", Unit::kBytes},
                               {"distance", "Distance", Unit::kDistance}};
  if (with_property) fields.push_back({"with_property", "Have it", Unit::kCount});
  if (detailed) fields.push_back({"id", "Sample", Unit::kObjectId});
  fields.push_back({"location", "Location", Unit::kText, Placement::kMachineOnly});
  fields.push_back({"name", "Name", Unit::kText, Placement::kMachineOnly});
  fields.push_back({"label", "Name", Unit::kText, Placement::kTextOnly});
  if (detailed) fields.push_back({"properties", "", Unit::kText, Placement::kOwnLine});
  return fields;
}

Row Cells(const Session& session, const ObjectGroup& group, const PlacedNames& names, bool detailed,
          bool with_property) {
  Row row = {group.instances, group.self_size, group.retained_size, DistanceCell(group.distance)};
  if (with_property) row.emplace_back(group.with_property);
  if (detailed) row.emplace_back(IdText(session.graph(), group.sample));
  row.push_back(LocationCell(session, group.location));
  row.emplace_back(group.name);
  row.emplace_back(names.Label(group.name, group.location));
  if (detailed) row.push_back(group.properties.empty() ? Cell{} : Cell{group.properties});
  return row;
}

// Of the session's objects; `process` has their values.
Result<Report> Summarize(const QueryInput& input, Session& session, const Process* process) {
  NH_CHECK(session.Prepare(Need::kClasses, input.progress));
  const bool detailed = input.arguments.Flag("detailed");
  NH_TRY(std::vector<ObjectGroup> groups, detailed ? GroupObjects(session, input.progress)
                                                   : GroupsOfClasses(session.analysis().classes));
  const auto property = input.arguments.Text("property");
  if (property) {
    NH_TRY(PropertyFinder finder,
           PropertyFinder::Create(session, process, *property, input.progress));
    NH_CHECK(KeepWithProperty(session, finder, detailed, input.progress, groups));
  }
  const NameFilter filter(input.arguments, "name");
  std::vector<uint32_t> matching;
  PlacedNames names(session);
  for (uint32_t i = 0; i < groups.size(); ++i) {
    if (!filter.Matches(groups[i].name)) continue;
    matching.push_back(i);
    names.Add(groups[i].name, groups[i].location);
  }
  const Paging& paging = input.arguments.paging();
  Table table{.name = "classes", .fields = Fields(detailed, property.has_value())};
  const auto compare = [&](uint32_t a, uint32_t b) {
    return Compare(groups[a], groups[b], paging.sort);
  };
  const auto row = [&](uint32_t i) {
    return Cells(session, groups[i], names, detailed, property.has_value());
  };
  NH_CHECK(AddPage(table, std::move(matching), paging, input.progress, compare, row));
  if (input.arguments.Flag("unreachable")) table.note = kUnreachableNote;
  Report report;
  report.tables.push_back(std::move(table));
  return report;
}

constexpr std::string_view kShallowNote =
    "Own sizes alone: the arrays in which objects keep their elements and properties are (array). "
    "Plain objects are Object.";

Result<void> CheckShallow(const Arguments& arguments) {
  const auto refuse = [](std::string_view other) {
    return std::unexpected(
        Error{.code = ErrorCode::kInvalidArgument,
              .message = fmt::format("findjsobjects --shallow cannot do {}", other),
              .hint = "it reads no references between objects; leave out --shallow"});
  };
  for (const std::string_view other : {"detailed", "property", "unreachable"})
    if (arguments.Has(other)) return refuse(fmt::format("--{}", other));
  if (!arguments.Has("sort")) return {};
  const std::string_view key = arguments.paging().sort;
  if (key == "retained_size" || key == "distance") return refuse(fmt::format("--sort {}", key));
  return {};
}

// Of objects without their references.
Result<Report> SummarizeShallow(const QueryInput& input) {
  NH_CHECK(CheckShallow(input.arguments));
  NH_TRY(Session objects, input.session.ObjectsAlone(input.progress));
  NH_CHECK(objects.Prepare(Need::kInstances, input.progress));
  NH_TRY(std::vector<ObjectGroup> groups, GroupsOfClasses(objects.analysis().classes));
  const NameFilter filter(input.arguments, "name");
  std::erase_if(groups, [&](const ObjectGroup& group) { return !filter.Matches(group.name); });
  Table table{.name = "classes",
              .fields = {{"instances", "Instances", Unit::kCount},
                         {"self_size", "Own size", Unit::kBytes},
                         {"name", "Name", Unit::kText}},
              .note = std::string(kShallowNote)};
  Paging paging = input.arguments.paging();
  if (!input.arguments.Has("sort")) paging.sort = "self_size";
  const auto compare = [&](uint32_t a, uint32_t b) {
    return Compare(groups[a], groups[b], paging.sort);
  };
  const auto row = [&](uint32_t i) -> Row {
    return {groups[i].instances, groups[i].self_size, groups[i].name};
  };
  NH_CHECK(AddPage(table, groups.size(), paging, input.progress, compare, row));
  Report report;
  report.tables.push_back(std::move(table));
  return report;
}

Result<Report> Run(const QueryInput& input) {
  if (input.arguments.Flag("shallow")) return SummarizeShallow(input);
  const Process* const process = input.session.process();
  if (input.arguments.Flag("unreachable")) {
    NH_TRY(Session garbage, input.session.Unreachable(input.progress));
    return Summarize(input, garbage, process);
  }
  NH_CHECK(input.session.LoadGraph(input.progress));
  return Summarize(input, input.session, process);
}

}  // namespace

constinit const QueryInfo kFindJsObjects = {
    .name = "findjsobjects",
    .summary = "list the classes of objects with their number and size",
    .description =
        "Lists what the heap is made of, as DevTools' Summary does: a row for each class, with the "
        "number of its instances, their own size, and the size of everything that only they keep "
        "alive. Distance is the smallest number of steps from a root of the program; − means that "
        "some instance is reachable only from V8's own roots, or not at all. Classes of one name "
        "whose constructors stand in different places are told apart.",
    .aliases = kAliases,
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .needs_graph = false,
    .run = &Run,
};

}  // namespace nodeheap
