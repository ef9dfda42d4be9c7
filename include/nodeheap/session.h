// Session: one open dump. Loads it once, computes analyses when a query first needs them, and knows
// how people name what is in it. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nodeheap/analysis.h"
#include "nodeheap/byte_sink.h"
#include "nodeheap/graph.h"
#include "nodeheap/memory.h"
#include "nodeheap/progress.h"
#include "nodeheap/redaction.h"
#include "nodeheap/report.h"
#include "nodeheap/result.h"

namespace nodeheap {

class Process;
class SnapshotPlaces;
enum class HeapPart;

// "Did you mean": up to three of `names` that are close to a mistyped one, quoted: `"Foo" or
// "Bar"`. Empty if none is.
std::string Suggest(std::string_view name, std::span<const std::string_view> names);

struct SessionOptions {
  bool partial = false;         // accept a heap snapshot that ends early
  unsigned threads = 0;         // 0: one per processor
  std::string executable = {};  // of the process in a core; empty: where the core says it was
  // A directory with the source maps of the scripts: places are then those in the sources.
  std::string source_maps = {};
  // Of a core's isolates, the one whose heap is asked for: 0 is the main one, workers follow.
  // Empty: all of them together.
  std::optional<uint32_t> isolate = {};
};

class Session {
 public:
  // A heap snapshot or a core, told by its first bytes. A snapshot is loaded at once, the heap of a
  // core when it is first asked for.
  static Result<Session> Open(const std::string& path, const SessionOptions& options,
                              Progress& progress);
  // A process that is stopped, and whose memory somebody else reads, such as a debugger. Nothing
  // may change while the session lives.
  static Result<Session> Attach(std::shared_ptr<const MemorySource> memory,
                                const SessionOptions& options, Progress& progress);
  // A graph made elsewhere.
  Session(HeapGraph graph, Source source, SessionOptions options = {});
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  // The process of a core, or a live one; nullptr for a heap snapshot.
  Process* process() const { return process_.get(); }
  // Makes sure that there is a graph.
  Result<void> LoadGraph(Progress& progress);
  // REQUIRES: LoadGraph().
  const HeapGraph& graph() const { return *graph_; }
  bool has_graph() const { return graph_.has_value(); }
  // The objects of a core that nothing reaches: garbage that was not collected yet. A session of
  // its own, which knows of nothing else. Error: a heap snapshot has none.
  Result<Session> Unreachable(Progress& progress) const;
  // The objects of a core that live, without references between them: a graph without edges, made
  // in a fraction of the time and memory. A session of its own. Error: a heap snapshot has its
  // references.
  Result<Session> ObjectsAlone(Progress& progress) const;
  // What refers to one object of a core, which `text` names by its address: a session whose graph
  // has that object, all edges to it and their sources, with the names, sizes and distances of the
  // whole graph, made in a fraction of the time and memory. Nothing where LoadGraph() is the way to
  // tell: of a heap snapshot, of an object with thousands of references, of some others.
  Result<std::optional<Session>> ReferencesTo(std::string_view text, Progress& progress) const;
  const Source& source() const { return source_; }
  // Starts a new answer, which must not depend on the questions before it: health() and asked() are
  // about what is asked from now on. What was loaded and computed stays.
  void BeginQuery();
  // What Prepare() was asked for, with what that implies.
  Need asked() const { return asked_; }
  // What the dump could not tell, as far as it was asked.
  Health health() const;
  const SessionOptions& options() const { return options_; }

  // What was computed so far; empty columns for the rest.
  const Analysis& analysis() const { return analysis_; }
  // Makes sure that analysis() covers `need`. REQUIRES: LoadGraph().
  Result<void> Prepare(Need need, Progress& progress);

  // Writes the graph as a heap snapshot; with `redaction`, without the program's own words.
  // REQUIRES: LoadGraph().
  Result<void> WriteSnapshot(const std::optional<Redaction>& redaction, const ByteSink& sink,
                             Progress& progress) const;
  // The texts of this dump that `redacted` still has. REQUIRES: LoadGraph() of both.
  Result<Remains> FindRemains(const Session& redacted, const RemainsOptions& options,
                              Progress& progress) const;

  // The node that a person names "@123" or "123" or, in a core, "0x7f001234". REQUIRES:
  // LoadGraph().
  Result<NodeId> FindNode(std::string_view text) const;

  // "/app/server.js:12:3" for a location in the graph, as source maps have it; empty if the dump
  // does not tell the script's name. REQUIRES: LoadGraph().
  std::string PlaceText(const Location& location) const;

  // Indexes into analysis().classes.infos of the classes called `name`, else of those called so but
  // for case. The error suggests similar names. REQUIRES: Prepare(Need::kClasses).
  Result<std::vector<uint32_t>> FindClass(std::string_view name) const;

 private:
  Session(std::unique_ptr<Process> process, Source source, SessionOptions options);

  Result<NodeId> FindAddress(std::string_view text) const;
  // Error: `otherwise`, of a dump that is no core.
  Result<Session> PartOfCore(HeapPart part, Progress& progress, Error otherwise) const;

  std::unique_ptr<Process> process_;
  std::unique_ptr<SnapshotPlaces> places_;
  std::optional<HeapGraph> graph_;
  Source source_;
  SessionOptions options_;
  Analysis analysis_;
  std::optional<Need> computed_;
  Need asked_ = Need::kNames;
  bool graph_asked_ = false;  // since BeginQuery(); what is no process always is
};

}  // namespace nodeheap
