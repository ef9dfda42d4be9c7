// Queries: the questions one can ask of a dump. A query declares its name, help and parameters and
// returns a Report; the command line, its help, its completion and its manual follow from the
// declaration. To add one: its file in src/queries/, and its row in src/queries/queries.def.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodeheap/progress.h"
#include "nodeheap/report.h"
#include "nodeheap/result.h"
#include "nodeheap/session.h"

namespace nodeheap {

enum class ParamKind {
  kText,
  kInteger,  // 0, 1, 2 …
  kShare,    // "5%" or "0.05"
  kNode,     // "@123"
  kFlag,     // present or not
};

struct Param {
  std::string_view name;  // "depth"
  char short_name = 0;    // 'd' for -d; options and flags only
  ParamKind kind = ParamKind::kText;
  bool positional = false;  // after the dump, in this order
  bool required = false;
  bool repeatable = false;            // the values come as lines of one
  std::string_view placeholder = {};  // "N"; none for flags
  std::string_view help;
  std::string_view default_value = {};
};

struct Example {
  std::string_view arguments;  // after "nodeheap QUERY"
  std::string_view what;
};

struct SortOption {
  std::string_view key;
  bool descending;             // unless the user says otherwise
  std::string_view note = {};  // "only with --duplicates"
  bool one_way = false;        // :asc and :desc are refused
};

class Arguments;

struct QueryInput {
  Session& session;
  Session* second;  // the later dump of a query that compares two, else nullptr
  const Arguments& arguments;
  Progress& progress;
  // Of a query that takes a series: the dumps behind the first. They are opened one at a time,
  // since each may be as large as memory allows.
  std::span<const std::string> later = {};
  std::function<Result<Session>(const std::string& path)> open = {};
};

struct QueryInfo {
  std::string_view name;
  std::string_view summary;      // one line, no full stop
  std::string_view description;  // paragraphs
  std::span<const std::string_view> aliases = {};
  std::span<const Param> params = {};
  std::span<const Example> examples = {};
  std::span<const SortOption> sorts;  // at least one; the first is the default
  int dumps = 1;                      // with a series: the fewest
  bool series = false;                // as many dumps as the user likes
  std::array<std::string_view, 2> dump_names = {"BEFORE", "AFTER"};  // where there are two
  // False: it asks the process of a core, and reads no graph unless it loads it itself.
  bool needs_graph = true;
  Result<Report> (*run)(const QueryInput& input) = nullptr;
};

// All queries, in the order in which help shows them.
std::span<const QueryInfo* const> Queries();
// By name or alias; nullptr if there is none.
const QueryInfo* FindQuery(std::string_view name);
// --limit, --offset and --sort as they are for lists of rows.
std::span<const Param> PagingParams();
// The parameters of `query` with these three, which all queries take; where it has its own
// declaration of one, with that.
std::vector<Param> AllParams(const QueryInfo& query);

// How to order and cut a list.
struct Paging {
  static constexpr uint64_t kDefaultLimit = 20;

  uint64_t limit = kDefaultLimit;  // 0: all
  uint64_t offset = 0;
  std::string sort = {};  // one of the query's keys
  bool descending = true;
};

// The values of a query's parameters. Parse proves their kinds; the getters cannot fail.
class Arguments {
 public:
  using Values = std::map<std::string, std::string, std::less<>>;

  // `values` holds what was given, by parameter name; a flag's value is not looked at.
  static Result<Arguments> Parse(const QueryInfo& query, const Values& values);

  bool Flag(std::string_view name) const { return Has(name); }
  // True if the parameter was given or has a default.
  bool Has(std::string_view name) const { return values_.contains(name); }
  std::optional<std::string> Text(std::string_view name) const;
  // REQUIRES: Has(name).
  uint64_t Integer(std::string_view name) const;
  double Share(std::string_view name) const;
  const Paging& paging() const { return paging_; }

 private:
  Values values_;  // with defaults
  Paging paging_;
};

// Runs a query by its declaration, and fills in what all reports share: name, sources, health.
Result<Report> RunQuery(const QueryInfo& query, const QueryInput& input);

}  // namespace nodeheap
