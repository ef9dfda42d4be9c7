#include "suspects/sentence.h"

#include <fmt/format.h>

#include <optional>

#include "base/text.h"

namespace nodeheap::suspects {
namespace {

constexpr size_t kMaxName = 60;  // characters

class Writer {
 public:
  Writer(const HeapView& heap, const Places& places, const Suspect& suspect)
      : heap_(heap), graph_(heap.graph()), places_(places), suspect_(suspect) {}

  std::string Write() const {
    if (suspect_.remark.empty()) return Statement();
    const std::string_view stop = suspect_.kind == SuspectKind::kUnread ? ":" : ";";
    return fmt::format("{}{} {}", Statement(), stop, suspect_.remark);
  }

 private:
  std::string Statement() const {
    switch (suspect_.kind) {
      case SuspectKind::kAccumulation:
        return fmt::format("{}{} keeps {} alive{}", Shown(heap_.ClassName(suspect_.holder)),
                           HolderName(), Members(), Weight());
      case SuspectKind::kChain:
        return fmt::format("a chain of {} or more, each keeping the next alive, starts at {}{}",
                           Members(), Shown(heap_.ClassName(suspect_.holder)), HolderName());
      case SuspectKind::kListeners:
        return fmt::format("{} has {} as listeners{}", EventName(), Members(), Weight());
      case SuspectKind::kTimerList:
        return fmt::format("timers wait to call {}", Members());
      case SuspectKind::kPromises:
        return fmt::format("{} wait for {}", Members(), Promises());
      case SuspectKind::kVmContexts:
        return VmContexts();
      case SuspectKind::kUnread:
        return fmt::format("{} kept alive in vain", Members());
      case SuspectKind::kDuplicateStrings:
        return fmt::format("{} strings{} are copies of others, such as \"{}\"; they waste {}",
                           WithThousands(suspect_.count), HolderName(), SampleText(), Bytes());
      case SuspectKind::kOversized:
        return fmt::format("at most a tenth of the room for elements is used in {}{}; {} are empty",
                           Members(), HolderName(), Bytes());
      case SuspectKind::kPinnedBuffers:
        break;
    }
    return fmt::format("at most a tenth of the memory kept alive is shown by {}{}; {} go unused",
                       Members(), HolderName(), Bytes());
  }

  static std::string Shown(std::string_view name) {
    return name.empty() ? "(anonymous)" : Escape(name, kMaxName);
  }

  std::string At(NodeId node) const {
    const std::string place = places_.Of(node);
    return place.empty() ? place : fmt::format(" ({})", Escape(place, kMaxName));
  }

  std::string Members() const {
    const bool function = graph_.type(suspect_.sample) == NodeType::kClosure;
    return fmt::format("{} × {}{}{}", WithThousands(suspect_.count), Shown(suspect_.class_name),
                       function ? "()" : "", At(suspect_.sample));
  }

  bool IsNamed(EdgeId edge) const {
    return graph_.type(edge) == EdgeType::kProperty || graph_.type(edge) == EdgeType::kContext;
  }

  std::string EdgeName(EdgeId edge) const { return Shown(graph_.edge_name(edge)); }

  // " in variable requestLogs", " in Application.pending".
  std::string HolderName() const {
    for (size_t i = suspect_.path.size(); i-- > 0;) {
      const EdgeId edge = suspect_.path[i];
      if (!IsNamed(edge)) continue;
      const NodeId source = graph_.source(edge);
      const std::string below = i + 1 == suspect_.path.size() ? "in" : "below";
      if (graph_.type(edge) == EdgeType::kContext)
        return fmt::format(" {} the variable {}{}", below, EdgeName(edge), At(source));
      return fmt::format(" {} {}.{}{}", below, OwnerName(source), EdgeName(edge), At(source));
    }
    return {};
  }

  // Of no common holder, one context stands for all.
  std::string VmContexts() const {
    const std::string contexts = WithThousands(suspect_.count) + " vm contexts";
    const std::string where = HolderName();
    if (suspect_.holder != suspect_.sample)
      return fmt::format("{}{} keeps {} alive", Shown(heap_.ClassName(suspect_.holder)), where,
                         contexts);
    return fmt::format("{} are alive{}{}", contexts, where.empty() ? "" : ", one of them", where);
  }

  // "a promise in the variable ready", "200 promises that Map in App.replies keeps alive",
  // "200 promises, 150 of them kept alive by Map in App.replies".
  std::string Promises() const {
    const std::vector<NodeId>& promises = suspect_.members;
    const std::string where = HolderName();
    if (promises.size() == 1) return fmt::format("a promise{}", where);
    const std::string count = WithThousands(promises.size());
    if (suspect_.held == 0)
      return fmt::format("{} promises{}{}", count, where.empty() ? "" : ", one of them", where);
    const std::string holder = Shown(heap_.ClassName(suspect_.holder)) + where;
    if (suspect_.held == promises.size())
      return fmt::format("{} promises that {} keeps alive", count, holder);
    return fmt::format("{} promises, {} of them kept alive by {}", count,
                       WithThousands(suspect_.held), holder);
  }

  std::string Bytes() const { return HumanSize(suspect_.retained_size); }

  std::string SampleText() const {
    return Escape(DisplayName(graph_, heap_.analysis(), suspect_.sample), kMaxName);
  }

  std::string OwnerName(NodeId node) const {
    if (graph_.type(node) == NodeType::kClosure)
      return Shown(graph_.strings().GetPrefix(graph_.name(node), 4 * kMaxName)) + "()";
    // V8 calls it "global (global*)", too.
    const std::string name = Shown(heap_.ClassName(node));
    return name.starts_with("global ") ? "global" : name;
  }

  std::string EventName() const {
    const size_t last = suspect_.path.size() - 1;
    return fmt::format("the event \"{}\" of {}", EdgeName(suspect_.path[last]),
                       OwnerName(graph_.source(suspect_.path[last - 1])));
  }

  // ", each mostly for Context.data": the property below which most of the sample lies.
  std::string Weight() const {
    std::optional<EdgeId> property;
    for (const EdgeId edge : heap_.HeaviestPath(suspect_.sample))
      if (graph_.type(edge) == EdgeType::kProperty) property = edge;
    if (!property) return {};
    return fmt::format(", each mostly for {}.{}", OwnerName(graph_.source(*property)),
                       EdgeName(*property));
  }

  const HeapView& heap_;
  const HeapGraph& graph_;
  const Places& places_;
  const Suspect& suspect_;
};

}  // namespace

std::string TextOf(const HeapView& heap, const Places& places, const UnreadVariable& variable) {
  const NodeId context = heap.graph().source(variable.edges.front());
  const Scope scope = places.ScopeOf(context);
  std::string text =
      fmt::format("no living function can read the variable {}", Escape(variable.name, kMaxName));
  if (!scope.function.empty()) text += fmt::format(" of {}()", Escape(scope.function, kMaxName));
  if (!scope.place.empty()) text += fmt::format(" ({})", Escape(scope.place, kMaxName));
  return text;
}

std::string SentenceOf(const HeapView& heap, const Places& places, const Suspect& suspect) {
  return Writer(heap, places, suspect).Write();
}

}  // namespace nodeheap::suspects
