#include "queries/evidence.h"

#include <algorithm>

#include "analysis/class_series.h"
#include "memory/input.h"
#include "queries/memory.h"
#include "queries/nodes.h"
#include "queries/root_paths.h"
#include "queries/series.h"
#include "queries/suspect_facts.h"
#include "queries/suspects_table.h"
#include "suspects/places.h"

namespace nodeheap {
namespace {

using rules::Config;
using rules::Evidence;
using rules::Quantity;
using rules::Rule;

bool IsMeant(const Config& config, std::string_view class_name) {
  return std::ranges::any_of(config.rules, [&](const Rule& rule) {
    return rule.of_class() && rules::MatchesGlob(class_name, rule.class_pattern);
  });
}

// Of each class that a rule is about, by an object of it.
void FindPlaces(const Session& dump, const Config& config, const suspects::Places& places,
                Evidence& evidence) {
  const Classes& classes = dump.analysis().classes;
  std::vector<bool> wanted;
  for (const ClassInfo& info : classes.infos) wanted.push_back(IsMeant(config, info.name));
  for (uint32_t i = 0; i < dump.graph().node_count(); ++i) {
    const uint32_t class_index = classes.of_node[i];
    if (class_index >= wanted.size() || !wanted[class_index]) continue;
    wanted[class_index] = false;
    std::string place = places.Whole(NodeId{i});
    if (!place.empty()) evidence.places.emplace(classes.infos[class_index].name, std::move(place));
  }
}

Result<void> FindLeaks(const Session& dump, const suspects::Places& places,
                       const Progress& progress, Evidence& evidence) {
  NH_TRY(const std::vector<Suspect> suspects, FindSuspectsIn(dump, progress));
  for (const Suspect& suspect : suspects)
    evidence.leaks.push_back({FingerprintText(suspect.fingerprint), suspect.sentence,
                              PathText(dump, suspect.path), places.Whole(suspect.sample)});
  return {};
}

// What only the last dump is asked.
Result<void> MeasureLast(Session& dump, const Config& config, Progress& progress,
                         Evidence& evidence) {
  const bool wants_leaks = config.Asks(Quantity::kSuspects) || config.Asks(Quantity::kNewSuspects);
  if (wants_leaks) NH_CHECK(dump.Prepare(Need::kAll, progress));
  const SuspectFacts facts = SuspectFactsOf(dump);
  const suspects::Places places(dump.graph(), dump.analysis(), facts);
  FindPlaces(dump, config, places, evidence);
  return wants_leaks ? FindLeaks(dump, places, progress, evidence) : Result<void>();
}

}  // namespace

Result<Evidence> GatherEvidence(const QueryInput& input, const Config& config, Report& report) {
  const size_t dumps = input.later.size() + 1;
  Evidence evidence;
  ClassSeriesCollector collector(dumps);
  const auto measure = [&](Session& dump) -> Result<void> {
    NH_CHECK(dump.Prepare(Need::kClasses, input.progress));
    collector.Add(dump.analysis().classes);
    evidence.heap.push_back(static_cast<double>(HeapTotal(dump)));
    evidence.nodes.push_back(static_cast<double>(dump.graph().node_count()));
    if (config.Asks(Quantity::kWritten) || config.Asks(Quantity::kRss)) {
      const std::string_view asker = config.Asks(Quantity::kWritten) ? "written" : "rss";
      NH_TRY(const MemoryTotals memory, MemoryTotalsOf(dump, asker, input.progress));
      evidence.written.push_back(static_cast<double>(memory.written));
      evidence.most_resident.push_back(static_cast<double>(memory.most_resident));
    }
    if (evidence.heap.size() < dumps) return {};
    return MeasureLast(dump, config, input.progress, evidence);
  };
  NH_CHECK(VisitSeries(input, report, measure));
  evidence.classes = collector.Take();
  if (!config.Asks(Quantity::kNewSuspects)) return evidence;
  NH_TRY(const Input file, Input::Open(config.baseline, input.progress));
  NH_TRY(evidence.baseline, rules::ParseBaseline(file.bytes(), config.baseline));
  return evidence;
}

}  // namespace nodeheap
