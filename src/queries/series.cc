#include "queries/series.h"

#include <fmt/format.h>

namespace nodeheap {

std::vector<std::string> DumpPaths(const QueryInput& input) {
  std::vector<std::string> paths = {input.session.source().path};
  paths.insert(paths.end(), input.later.begin(), input.later.end());
  return paths;
}

Result<void> VisitSeries(const QueryInput& input, Report& report,
                         const std::function<Result<void>(Session& dump)>& visit) {
  NH_CHECK(visit(input.session));
  for (const std::string& path : input.later) {
    NH_TRY(Session dump, input.open(path));
    NH_CHECK(dump.LoadGraph(input.progress));
    NH_CHECK(visit(dump));
    report.sources.push_back(dump.source());
    const Health health = dump.health();
    for (HealthEntry entry : health.entries()) {
      entry.detail = fmt::format("{}: {}", path, entry.detail);
      report.health.Add(std::move(entry));
    }
  }
  return {};
}

}  // namespace nodeheap
