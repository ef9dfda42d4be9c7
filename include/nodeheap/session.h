// Session: one open dump. Loads it once, computes analyses when a query first needs them, and knows
// how people name what is in it. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodeheap/analysis.h"
#include "nodeheap/graph.h"
#include "nodeheap/progress.h"
#include "nodeheap/report.h"
#include "nodeheap/result.h"

namespace nodeheap {

// "Did you mean": up to three of `names` that are close to a mistyped one, quoted: `"Foo" or
// "Bar"`. Empty if none is.
std::string Suggest(std::string_view name, std::span<const std::string_view> names);

struct SessionOptions {
  bool partial = false;  // accept a dump that ends early
  unsigned threads = 0;  // 0: one per processor
};

class Session {
 public:
  static Result<Session> Open(const std::string& path, const SessionOptions& options,
                              Progress& progress);
  // A graph made elsewhere.
  Session(HeapGraph graph, Source source, SessionOptions options = {})
      : graph_(std::move(graph)), source_(std::move(source)), options_(options) {}

  const HeapGraph& graph() const { return graph_; }
  const Source& source() const { return source_; }
  const SessionOptions& options() const { return options_; }

  // What was computed so far; empty columns for the rest.
  const Analysis& analysis() const { return analysis_; }
  // Makes sure that analysis() covers `need`.
  Result<void> Prepare(Need need, Progress& progress);

  // The node that a person names "@123" or "123".
  Result<NodeId> FindNode(std::string_view text) const;

  // Indexes into analysis().classes.infos of the classes called `name`, else of those called so but
  // for case. The error suggests similar names. REQUIRES: Prepare(Need::kClasses).
  Result<std::vector<uint32_t>> FindClass(std::string_view name) const;

 private:
  HeapGraph graph_;
  Source source_;
  SessionOptions options_;
  Analysis analysis_;
  std::optional<Need> computed_;
};

}  // namespace nodeheap
