#include "snapshot/load_snapshot.h"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <future>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/parallel.h"
#include "memory/input.h"
#include "snapshot/addresses.h"
#include "snapshot/column_sinks.h"
#include "snapshot/json_cursor.h"
#include "snapshot/meta.h"
#include "snapshot/string_section.h"
#include "snapshot/truncated.h"

namespace nodeheap {
namespace {

// Reads the sections in the order in which they stand. A loader is used once.
class Loader {
 public:
  Loader(const Input& input, const LoadOptions& options, Progress& progress)
      : input_(input),
        partial_(options.partial),
        threads_(ThreadCount(options.threads)),
        progress_(progress),
        cursor_(input) {}

  Result<HeapGraph> Load() {
    NH_CHECK(cursor_.EnterObject());
    NH_CHECK(ReadSections());
    NH_CHECK(CheckPresent());
    NH_CHECK(FinishLocations());
    const uint64_t edges = read_.edges;
    if (ended_early_) {
      KeepWhatIsWhole(input_, *meta_, std::move(read_), columns_);
    } else {
      columns_.strings = StringTable(input_.owner(), input_.bytes(), std::move(read_.strings),
                                     [input = input_] { input.Evict(0, input.bytes().size()); });
    }
    if (!SumEdgeCounts(columns_, columns_.node_types.size()))
      return Inconsistent("the nodes' edge counts add up to more than 32 bits");
    if (ended_early_) {
      NH_CHECK(CheckEdgeCounts());
      ClipEdges(edges, columns_);
    }
    columns_.root = NodeId{static_cast<uint32_t>(meta_->root_index / meta_->nodes.fields)};
    columns_.info = meta_->info;
    if (std::ranges::all_of(columns_.detachedness, [](uint8_t state) { return state == 0; }))
      columns_.detachedness = {};
    columns_.node_type_names = meta_->nodes.type.names;
    columns_.edge_type_names = meta_->edges.type.names;
    auto graph = HeapGraph::Create(std::move(columns_), threads_);
    if (!graph) return InFile(std::move(graph).error());
    malloc_trim(0);  // what the sections took while they were read
    return graph;
  }

 private:
  Result<void> ReadSections() {
    while (!ended_early_) {
      const auto key = cursor_.NextKey();
      if (!key) return EndsEarlyOr(key.error());
      if (!*key) return CheckEnd();
      if (auto read = ReadSection(**key); !read) return EndsEarlyOr(read.error());
    }
    return {};
  }

  // What follows the closing brace is of another file, or shows that this one is damaged.
  Result<void> CheckEnd() const {
    const size_t more = input_.bytes().find_first_not_of(" \n\r\t", cursor_.offset() + 1);
    if (more == std::string_view::npos) return {};
    return cursor_.Bad("something follows the end of the snapshot", more);
  }

  // With --partial, the end of the input ends the reading, and nothing else.
  Result<void> EndsEarlyOr(const Error& error) {
    if (error.code != ErrorCode::kTruncated || !partial_ || !meta_) return std::unexpected(error);
    ended_early_ = true;
    return {};
  }

  // A section has one meaning only; a second "snapshot" would even change that of the others.
  Result<void> CheckIsFirst(const std::string& key) {
    if (std::ranges::find(kSections, key) == std::end(kSections)) return {};
    if (std::ranges::find(begun_, key) != begun_.end())
      return cursor_.Bad("\"" + key + "\" stands there twice", cursor_.offset());
    begun_.push_back(key);
    return {};
  }

  Result<void> ReadSection(const std::string& key) {
    NH_CHECK(CheckIsFirst(key));
    if (key == "snapshot") return ReadMeta();
    if (key == "nodes") return ReadNodes();
    if (key == "edges") return ReadEdges();
    if (key == "locations" && (!meta_ || meta_->locations)) return ReadLocations();
    if (key == kAddressSection) return ReadAddresses();
    if (key == "strings") return ReadStrings();
    NH_TRY(const std::string_view skipped, cursor_.SkipValue());
    if (key == "samples" && meta_)
      meta_->info.has_allocation_samples = skipped.find_first_of("0123456789") != skipped.npos;
    input_.Release(cursor_.offset() - skipped.size(), cursor_.offset());
    return {};
  }

  Result<void> ReadMeta() {
    NH_TRY(const std::string_view json, cursor_.SkipValue());
    const size_t offset = cursor_.offset() - json.size();
    auto meta = ParseMeta(json);
    if (!meta) return cursor_.Bad(meta.error().message, offset);
    // Each number takes at least a digit and a comma, which bounds what is allocated.
    const uint64_t numbers = (input_.bytes().size() - cursor_.offset()) / 2 + 1;
    const uint64_t most_nodes = numbers / meta->nodes.fields;
    const uint64_t most_edges = numbers / meta->edges.fields;
    if (!partial_ && (meta->node_count > most_nodes || meta->edge_count > most_edges))
      return cursor_.Truncated("the file is too short for its node_count and edge_count");
    most_nodes_ = std::min(meta->node_count, most_nodes);
    most_edges_ = std::min(meta->edge_count, most_edges);
    if (meta->root_index % meta->nodes.fields != 0 ||
        meta->root_index / meta->nodes.fields > std::numeric_limits<uint32_t>::max())
      return cursor_.Bad("root_index is not the start of a node", offset);
    meta_ = *std::move(meta);
    return {};
  }

  // Scans an integer array into `sink`. If it ends early, that is an error without --partial.
  Result<uint64_t> ReadIntegers(IntegerSink& sink, const std::string& stage, unsigned threads) {
    NH_CHECK(cursor_.EnterArray());
    NH_TRY(const IntegerArray array,
           ScanIntegerArray(input_, cursor_.offset(), sink, threads, stage, progress_));
    cursor_.set_offset(array.end);
    if (array.truncated) {
      if (!partial_) return cursor_.Truncated("the file ends within \"" + stage + "\"");
      ended_early_ = true;
    }
    return array.count;
  }

  Result<void> ReadNodes() {
    if (!meta_) return cursor_.Bad("\"nodes\" before \"snapshot\"", cursor_.offset());
    NodeSink sink(meta_->nodes, most_nodes_, columns_);
    NH_TRY(const uint64_t numbers, ReadIntegers(sink, "nodes", threads_));
    read_.nodes = numbers / meta_->nodes.fields;
    return CheckCount("nodes", read_.nodes, meta_->node_count);
  }

  Result<void> ReadEdges() {
    if (!meta_) return cursor_.Bad("\"edges\" before \"snapshot\"", cursor_.offset());
    EdgeSink sink(meta_->edges, meta_->nodes.fields, most_edges_, columns_);
    NH_TRY(const uint64_t numbers, ReadIntegers(sink, "edges", threads_));
    read_.edges = numbers / meta_->edges.fields;
    has_edges_ = true;
    return CheckCount("edges", read_.edges, meta_->edge_count);
  }

  Result<void> CheckCount(const char* what, uint64_t found, uint64_t announced) {
    if (ended_early_ || found == announced) return {};
    return Inconsistent(std::string("\"") + what + "\" holds " + std::to_string(found) +
                        " whole records, but the header announces " + std::to_string(announced));
  }

  // Of a file that ends early: are the nodes' edge counts those of the edges that should be there?
  Result<void> CheckEdgeCounts() const {
    const size_t nodes = columns_.node_types.size();
    if (nodes < meta_->node_count || columns_.first_edges[nodes] == meta_->edge_count) return {};
    return Inconsistent("the nodes' edge counts do not add up to the number of edges");
  }

  Result<void> ReadLocations() {
    if (!meta_) return cursor_.Bad("\"locations\" before \"snapshot\"", cursor_.offset());
    if (read_.nodes == 0) return cursor_.Bad("\"locations\" before \"nodes\"", cursor_.offset());
    LocationSink sink;
    NH_CHECK(ReadIntegers(sink, "locations", kOneThread));
    std::vector<uint32_t> numbers = sink.Take();
    if (numbers.size() % meta_->locations->fields != 0 && !ended_early_)
      return Inconsistent("\"locations\" does not consist of whole records");
    locations_end_ = cursor_.offset();
    // Beside the strings, which follow.
    locations_stored_ = std::async(
        threads_ > 1 ? std::launch::async : std::launch::deferred,
        [this, values = std::move(numbers)] { return StoreLocations(*meta_, values, columns_); });
    return {};
  }

  Result<void> FinishLocations() {
    if (!locations_stored_.valid() || locations_stored_.get()) return {};
    return cursor_.Bad("a location's object_index is not the start of a node", locations_end_);
  }

  Result<void> ReadAddresses() {
    if (read_.nodes == 0)
      return cursor_.Bad(fmt::format("\"{}\" before \"nodes\"", kAddressSection), cursor_.offset());
    AddressSink sink(read_.nodes);
    NH_CHECK(ReadIntegers(sink, std::string(kAddressSection), kOneThread));
    if (sink.Store(columns_)) return {};
    return Inconsistent(fmt::format("\"{}\" has no ascending addresses", kAddressSection));
  }

  Result<void> ReadStrings() {
    NH_TRY(StringSection section, ParseStrings(input_, cursor_));
    if (section.truncated) {
      if (!partial_) return cursor_.Truncated("the file ends within \"strings\"");
      ended_early_ = true;
    }
    read_.strings = std::move(section.starts);
    has_strings_ = true;
    return {};
  }

  Result<void> CheckPresent() {
    const char* missing = nullptr;
    if (!has_strings_) missing = "strings";
    if (!has_edges_) missing = "edges";
    if (ended_early_) missing = nullptr;
    if (read_.nodes == 0) missing = "nodes";
    if (!meta_) missing = "snapshot";
    if (missing == nullptr) return {};
    const std::string message = std::string("the file has no \"") + missing + "\"";
    return ended_early_ ? cursor_.Truncated(message) : cursor_.Bad(message, cursor_.offset());
  }

  std::unexpected<Error> Inconsistent(std::string message) const {
    return cursor_.Bad(std::move(message), cursor_.offset());
  }
  std::unexpected<Error> InFile(Error error) const {
    error.file = input_.name();
    return std::unexpected(std::move(error));
  }

  static constexpr unsigned kOneThread = 1;  // for sinks that grow, which moves what they hold
  static constexpr std::string_view kSections[] = {"snapshot",  "nodes",         "edges",
                                                   "locations", kAddressSection, "strings"};

  const Input& input_;
  const bool partial_;
  const unsigned threads_;
  Progress& progress_;
  JsonCursor cursor_;
  std::vector<std::string> begun_;  // those of kSections that were met
  std::optional<SnapshotMeta> meta_;
  HeapGraph::Columns columns_;
  uint64_t most_nodes_ = 0;
  uint64_t most_edges_ = 0;
  ReadSoFar read_;
  bool has_edges_ = false;
  bool has_strings_ = false;
  bool ended_early_ = false;
  size_t locations_end_ = 0;
  std::future<bool> locations_stored_;  // the last member: destroyed first, it uses the others
};

Result<HeapGraph> Load(const Input& input, const LoadOptions& options, Progress& progress) {
  if (input.truncation() && !options.partial) return std::unexpected(*input.truncation());
  return Loader(input, options, progress).Load();
}

}  // namespace

Result<HeapGraph> LoadSnapshot(const std::string& path, const LoadOptions& options,
                               Progress& progress) {
  NH_TRY(const Input input, Input::Open(path, progress));
  return LoadSnapshot(input, options, progress);
}

Result<HeapGraph> LoadSnapshot(const Input& input, const LoadOptions& options, Progress& progress) {
  auto graph = Load(input, options, progress);
  // What was accepted already shall not be proposed.
  if (!graph && options.partial && graph.error().code == ErrorCode::kTruncated)
    graph.error().hint = "too little of it is there to be analysed";
  return graph;
}

}  // namespace nodeheap
