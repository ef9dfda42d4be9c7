#include "queries/survivors.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "queries/match_dumps.h"
#include "queries/name_filter.h"
#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/root_paths.h"

namespace nodeheap {
namespace {

constexpr uint64_t kClasses = 5;  // that are shown if nothing else is asked for

std::vector<uint32_t> SortedIds(const HeapGraph& graph) {
  std::vector<uint32_t> sorted(graph.node_count());
  for (uint32_t node = 0; node < sorted.size(); ++node) sorted[node] = graph.columns().id(node);
  std::ranges::sort(sorted);
  return sorted;
}

// The least that was added to the first of `values` in all later ones; 0 if one has less.
template <typename Sums>
uint64_t LeastGain(const Sums& sums, uint64_t ClassSums::* part) {
  uint64_t least = sums[1].*part;
  for (size_t i = 2; i < sums.size(); ++i) least = std::min(least, sums[i].*part);
  return least - std::min(least, sums[0].*part);
}

}  // namespace

Result<void> Survivors::Add(const Session& dump) {
  ++seen_;
  by_id_ = by_id_ && HowToMatch(input_.session, dump) == MatchBy::kId;
  if (!by_id_) return {};
  NH_CHECK(CheckCancelled(input_.progress));
  if (seen_ + 1 == later_) KeepNew(dump.graph());
  if (seen_ < later_) return {};
  found_ = FindIn(dump);
  SelectShown(found_);
  return AddPaths(dump);
}

void Survivors::KeepNew(const HeapGraph& dump) {
  std::ranges::set_difference(SortedIds(dump), SortedIds(input_.session.graph()),
                              std::back_inserter(new_ids_));
}

std::vector<Survivors::OfClass> Survivors::FindIn(const Session& dump) const {
  const HeapGraph& graph = dump.graph();
  const Analysis& analysis = dump.analysis();
  std::vector<OfClass> classes;
  for (const ClassInfo& info : analysis.classes.infos) classes.push_back({.name = info.name});
  const bool is_named = input_.arguments.Has("name");
  for (uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeId node{i};
    const NodeType type = graph.type(node);
    const bool is_wanted =
        analysis.shallow_sizes[i] != 0 && (is_named ? KeepsItsId(type) : IsOfProgram(type));
    if (!is_wanted || !std::ranges::binary_search(new_ids_, graph.columns().id(i))) continue;
    OfClass& of_class = classes[analysis.classes.of_node[i]];
    const bool is_first = of_class.instances++ == 0;
    of_class.self_size += analysis.shallow_sizes[i];
    if (is_first || analysis.retained_sizes[i] > analysis.retained_sizes[Index(of_class.sample)])
      of_class.sample = node;
  }
  std::erase_if(classes, [](const OfClass& of_class) { return of_class.instances == 0; });
  return classes;
}

Result<void> Survivors::AddPaths(const Session& dump) {
  if (found_.empty()) return {};
  NH_TRY(const RootPaths paths, RootPaths::Compute(dump.graph(), input_.progress));
  for (OfClass& of_class : found_) {
    of_class.id = IdText(dump.graph(), of_class.sample);
    of_class.path = PathText(dump, paths.Shortest(dump.graph(), of_class.sample));
  }
  return {};
}

std::vector<Survivors::OfClass> Survivors::FromCounts(
    const std::vector<ClassSeries>& classes) const {
  std::vector<OfClass> gains;
  for (const ClassSeries& series : classes) {
    const uint64_t instances = LeastGain(series.sums, &ClassSums::instances);
    if (instances == 0) continue;
    gains.push_back({.name = series.name,
                     .instances = instances,
                     .self_size = LeastGain(series.sums, &ClassSums::self_size)});
  }
  SelectShown(gains);
  return gains;
}

void Survivors::SelectShown(std::vector<OfClass>& classes) const {
  const NameFilter filter(input_.arguments, "name");
  std::erase_if(classes, [&](const OfClass& of_class) { return !filter.Matches(of_class.name); });
  std::ranges::stable_sort(classes, std::greater<>{}, &OfClass::self_size);
  const uint64_t limit = input_.arguments.Has("limit") ? input_.arguments.paging().limit : kClasses;
  if (limit != 0 && classes.size() > limit) classes.resize(limit);
}

Table Survivors::ToTable(const std::vector<ClassSeries>& classes) const {
  Table table{
      .name = "survivors",
      .title = by_id_
                   ? "What came after the first dump, and was in the last two"
                   : "Objects that every later dump has more of than the first, at least so many",
      .fields = {{"instances", "Instances", Unit::kCount},
                 {"self_size", "Self size", Unit::kBytes},
                 {"id", "Sample", Unit::kObjectId},
                 {"name", "Name"},
                 {"path", "held by", Unit::kText, Placement::kOwnLine}}};
  for (const OfClass& of_class : by_id_ ? found_ : FromCounts(classes)) {
    const bool has_sample = !of_class.id.empty();
    table.rows.push_back({of_class.instances, of_class.self_size,
                          has_sample ? Cell{of_class.id} : Cell{}, of_class.name,
                          has_sample ? Cell{of_class.path} : Cell{}});
  }
  table.total = table.rows.size();
  table.machine_only = table.rows.empty();
  return table;
}

}  // namespace nodeheap
