// How well a dump can be read, and what would make it better.
#include "queries/doctor.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "queries/analyze.h"
#include "queries/nodes.h"
#include "queries/paging.h"
#include "queries/params.h"
#include "queries/queries.h"

namespace nodeheap {
namespace {

constexpr Param kParams[] = {kNoLimitParam};

constexpr Example kExamples[] = {
    {"core", "is this core complete, and is it understood?"},
    {"core --exe ./node", "the same, with the executable that ran"},
    {"app.heapsnapshot", "what this file is"},
};

constexpr SortOption kSorts[] = {{"thread", false, "orders the threads", true}};

// Of "-", which has none: empty.
Cell FileSize(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? Cell{} : Cell{uint64_t{size}};
}

Table SnapshotTable(const Session& session) {
  const HeapGraph& graph = session.graph();
  const ProcessFacts facts = FindProcessFacts(graph);
  const Confidence confidence = graph.health().complete() ? Confidence::kHigh : Confidence::kLow;
  return {.name = "dump",
          .layout = Layout::kDetails,
          .fields = {{"confidence", "Confidence"},
                     {"kind", "Kind"},
                     {"file_size", "File", Unit::kBytes},
                     {"nodes", "Nodes", Unit::kCount},
                     {"edges", "References", Unit::kCount},
                     {"strings", "Strings", Unit::kCount},
                     {"node_version", "Node.js"},
                     {"v8_version", "V8"},
                     {"platform", "Platform"},
                     {"complete", "Complete"}},
          .rows = {{std::string(Name(confidence)), std::string("heap snapshot of V8"),
                    FileSize(session.source().path), uint64_t{graph.node_count()},
                    uint64_t{graph.edge_count()}, uint64_t{graph.strings().size()},
                    facts.node_version, facts.v8_version, facts.platform,
                    std::string(graph.health().complete() ? "yes" : "no")}},
          .total = 1};
}

std::vector<std::string> SnapshotAdvice(const Session& session) {
  std::vector<std::string> advice;
  if (!session.graph().health().complete())
    advice.emplace_back(
        "The file ends early: V8 writes it last of all, so copy it only when the process has "
        "finished, and check that the disk was not full.");
  return advice;
}

Result<Report> Run(const QueryInput& input) {
  Report report;
  if (Process* const process = input.session.process()) {
    NH_TRY(report, DiagnoseCore(*process, input.progress));
  } else {
    report.tables.push_back(SnapshotTable(input.session));
    const auto advice = SnapshotAdvice(input.session);
    if (!advice.empty())
      report.tables.push_back(Sentences("advice", "What would make this dump better", advice));
  }
  for (Table& table : report.tables) CutRows(table, input.arguments.paging());
  return report;
}

}  // namespace

std::string_view Name(Confidence confidence) {
  switch (confidence) {
    case Confidence::kLow:
      return "low";
    case Confidence::kMedium:
      return "medium";
    case Confidence::kHigh:
      break;
  }
  return "high";
}

double HeapCoverage::share() const {
  if (bytes == 0) return 0;
  return static_cast<double>(bytes - std::min(unparsed, bytes)) / static_cast<double>(bytes);
}

Confidence Judge(const HeapCoverage& coverage, bool complete, bool exact_constants) {
  if (!complete || coverage.share() < 0.99) return Confidence::kLow;
  if (!exact_constants || coverage.share() < 0.999) return Confidence::kMedium;
  return Confidence::kHigh;
}

Table Sentences(std::string name, std::string title, const std::vector<std::string>& sentences) {
  Table table{.name = std::move(name),
              .title = std::move(title),
              .layout = Layout::kDetails,
              .fields = {{.key = "text", .title = "-", .whole = true}}};
  for (const std::string& sentence : sentences) table.rows.push_back({sentence});
  table.total = table.rows.size();
  return table;
}

constinit const QueryInfo kDoctor = {
    .name = "doctor",
    .summary = "tell what a dump is, how well it can be read, and what would help",
    .description =
        "Tells what a dump is: of which process and version, what stopped it, whether anything is "
        "missing, how much of the heap is understood, and where the knowledge of its layout came "
        "from. The confidence is low if memory is missing or less than 99 % of the heap could be "
        "read as objects; medium if less than 99.9 % could, or if the layout is that of another "
        "build of Node than the one that ran; otherwise high. Exits with 4 if anything is missing.",
    .params = kParams,
    .examples = kExamples,
    .sorts = kSorts,
    .needs_graph = false,
    .run = &Run,
};

}  // namespace nodeheap
