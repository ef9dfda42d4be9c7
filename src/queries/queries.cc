#include "queries/queries.h"

#include <algorithm>
#include <array>
#include <utility>

namespace nodeheap {
namespace {

constexpr const QueryInfo* kQueries[] = {
#define NH_QUERY(name) &k##name,
#include "queries/queries.def"
#undef NH_QUERY
};

constexpr std::array<Param, 3> kPaging = {{
    {.name = "limit",
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "show at most N rows, 20 without this option; 0: all"},
    {.name = "offset",
     .kind = ParamKind::kInteger,
     .placeholder = "N",
     .help = "leave out the first N rows",
     .default_value = "0"},
    {.name = "sort",
     .kind = ParamKind::kText,
     .placeholder = "KEY",
     .help = "order rows by KEY, KEY:asc or KEY:desc"},
}};

void AddHealth(const Session& session, bool name_it, Report& report) {
  const Health health = session.health();
  for (HealthEntry entry : health.entries()) {
    if (name_it) entry.detail = session.source().path + ": " + entry.detail;
    report.health.Add(std::move(entry));
  }
}

}  // namespace

std::span<const QueryInfo* const> Queries() { return kQueries; }

const QueryInfo* FindQuery(std::string_view name) {
  for (const QueryInfo* query : Queries())
    if (query->name == name || std::ranges::find(query->aliases, name) != query->aliases.end())
      return query;
  return nullptr;
}

std::span<const Param> PagingParams() { return kPaging; }

std::vector<Param> AllParams(const QueryInfo& query) {
  std::vector<Param> params(query.params.begin(), query.params.end());
  for (const Param& param : kPaging)
    if (std::ranges::find(params, param.name, &Param::name) == params.end())
      params.push_back(param);
  return params;
}

Result<Report> RunQuery(const QueryInfo& query, const QueryInput& input) {
  input.session.BeginQuery();
  if (input.second != nullptr) input.second->BeginQuery();
  if (query.needs_graph) {
    NH_CHECK(input.session.LoadGraph(input.progress));
    if (input.second != nullptr) NH_CHECK(input.second->LoadGraph(input.progress));
  }
  NH_TRY(Report report, query.run(input));
  report.query = query.name;
  report.sources.insert(report.sources.begin(), input.session.source());
  const bool several = input.second != nullptr;
  const Health own = std::exchange(report.health, {});  // comes after that of the dumps
  AddHealth(input.session, several, report);
  if (several) {
    report.sources.push_back(input.second->source());
    AddHealth(*input.second, several, report);
  }
  for (const HealthEntry& entry : own.entries()) report.health.Add(entry);
  return report;
}

}  // namespace nodeheap
