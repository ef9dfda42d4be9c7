#include "queries/root_reasons.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "queries/backtrace.h"
#include "queries/core_only.h"
#include "session/native_code.h"
#include "session/process.h"
#include "v8/frames.h"
#include "v8/roots.h"

namespace nodeheap {
namespace {

using v8::Root;
using v8::RootKind;

std::string_view WhyKept(RootKind kind, bool weak) {
  switch (kind) {
    case RootKind::kGlobalHandles:
      return weak ? "weak global handle: native code wants to know when it dies"
                  : "strong global handle: native code holds it until it lets go";
    case RootKind::kHandleScope:
      return "local handle (handle scope): native code that is running uses it";
    case RootKind::kEternalHandles:
      return "eternal handle: native code holds it as long as the isolate lives";
    case RootKind::kTracedHandles:
      return "traced handle: a C++ object holds it";
    case RootKind::kStartupObjectCache:
      return "startup object cache: V8 needs it to make contexts";
    case RootKind::kStrongRootList:
      return "V8's list of strong roots: V8 itself needs it";
    case RootKind::kReadOnlyRootList:
      return "V8's read-only roots: all isolates share it, and nothing frees it";
    case RootKind::kBuiltins:
      return "V8's table of builtins";
    case RootKind::kStackRoots:
      return "stack or register of a thread";
    case RootKind::kStringTable:
      return "V8's table of internalized strings";
    case RootKind::kExternalStringsTable:
      return "V8's table of strings outside of its heap";
    case RootKind::kOther:
      break;
  }
  return "a field of V8's isolate";
}

class Reasons {
 public:
  Reasons(const Process& process, const v8::Heap& heap, const HeapGraph& graph)
      : process_(process), heap_(heap), graph_(graph), roots_(v8::FindRoots(heap)) {
    std::ranges::stable_sort(roots_, {}, &Root::object);
  }

  void AddStrong(uint64_t path_number, const EdgePath& path) {
    constexpr size_t kStart = 3;  // from the root to "(GC roots)", to a kind of roots, to an object
    if (path.size() < kStart) return;
    const std::string kind = graph_.strings().Get(graph_.name(graph_.source(path[kStart - 1])));
    const Root* first = nullptr;
    uint64_t others = 0;
    for (const Root& root : RootsOf(graph_.target(path[kStart - 1]))) {
      if (root.weak || !kind.starts_with(v8::Name(root.kind))) continue;
      if (first == nullptr) {
        first = &root;
      } else {
        ++others;
      }
    }
    if (first != nullptr) AddRow(path_number, *first, others);
  }

  void AddWeak(NodeId node) {
    for (const Root& root : RootsOf(node))
      if (root.weak) AddRow({}, root, 0);
  }

  Table Take() {
    table_.total = table_.rows.size();
    return std::move(table_);
  }

 private:
  std::span<const Root> RootsOf(NodeId node) const {
    const auto address = graph_.address(node);
    const auto object = address ? heap_.Find(*address) : std::nullopt;
    if (!object) return {};
    return std::ranges::equal_range(roots_, *object, {}, &Root::object);
  }

  void AddRow(const Cell& path, const Root& root, uint64_t others) {
    std::string why(WhyKept(root.kind, root.weak));
    const v8::Tagged object = v8::Tag(heap_.address(root.object));
    if (heap_.runtime().Is(object, v8::Kind::kNativeContext)) why += "; it has the global object";
    if (root.kind == RootKind::kStackRoots) why = StackPlace(root);
    if (others != 0) why += fmt::format("; and {} more", others);
    std::string_view kind = v8::Name(root.kind);
    kind = kind.substr(1, kind.size() - 2);
    table_.rows.push_back({path, std::string(root.weak ? "weak" : "strong"), std::string(kind),
                           root.slot != 0 ? Cell{AddressText(root.slot)} : Cell{},
                           root.thread_id != 0 ? Cell{uint64_t{root.thread_id}} : Cell{},
                           std::move(why)});
  }

  // "stack of thread 1234, main, frame 5: inMap at /app/server.js:29:5"
  std::string StackPlace(const Root& root) {
    const auto threads = process_.memory().threads();
    const auto thread = std::ranges::find(threads, root.thread_id, &ThreadState::id);
    if (thread == threads.end()) return "a stack";
    const std::string role = ThreadRole(process_, *thread);
    const std::string name =
        fmt::format("thread {}{}{}", thread->id, role.empty() ? "" : ", ", role);
    if (root.slot == 0) return "a register of " + name;
    const std::vector<v8::Frame>& frames = StackOf(*thread).frames;
    // A frame's variables are below its frame pointer; above it stands where it returns to.
    const auto frame = std::ranges::find_if(frames, [&](const v8::Frame& candidate) {
      return candidate.fp != 0 && root.slot <= candidate.fp + 8;
    });
    if (frame == frames.end()) return "stack of " + name;
    return fmt::format("stack of {}, frame {}: {}", name, frame - frames.begin(),
                       FrameTitle(process_, *frame, frame == frames.begin()));
  }

  const v8::ThreadStack& StackOf(const ThreadState& thread) {
    const auto [stack, is_new] = stacks_.try_emplace(thread.id);
    if (is_new) {
      const v8::NativeImage native = process_.native_image();
      stack->second = v8::ReadStack(process_.runtime(), native, thread);
    }
    return stack->second;
  }

  const Process& process_;
  const v8::Heap& heap_;
  const HeapGraph& graph_;
  std::vector<Root> roots_;  // by object
  std::map<uint32_t, v8::ThreadStack> stacks_;
  Table table_{.name = "roots",
               .title = "Why the roots are kept",
               .fields = {{"path", "Path", Unit::kCount},
                          {"strength", "Strength", Unit::kText, Placement::kMachineOnly},
                          {"kind", "Kind", Unit::kText, Placement::kMachineOnly},
                          {"slot", "Held at"},
                          {"thread", "Thread", Unit::kCount, Placement::kMachineOnly},
                          {"why", "Root", Unit::kText, Placement::kOwnLine}}};
};

}  // namespace

Result<Table> RootReasons(Session& session, NodeId node, const std::vector<EdgePath>& paths,
                          Progress& progress) {
  NH_TRY(const v8::Heap* const heap, session.process()->WalkedHeap(progress));
  Reasons reasons(*session.process(), *heap, session.graph());
  for (size_t i = 0; i < paths.size(); ++i) reasons.AddStrong(i + 1, paths[i]);
  reasons.AddWeak(node);
  return reasons.Take();
}

}  // namespace nodeheap
