#include "node/wraps.h"

#include <array>

namespace nodeheap::node {
namespace {

using v8::Address;
using v8::kWord;
using v8::Runtime;
using v8::Tagged;

constexpr uint64_t kMaxEnvironment = 0x2000;  // bytes that are searched for the lists
constexpr uint32_t kMaxWraps = 1'000'000;
constexpr int kMaxOwners = 8;
// BaseObject: {vtable, persistent handle, …}
constexpr uint64_t kPersistentHandle = 8;
// How far into the C++ object its list node may be (64 in Node 16, 88 in Node 22).
constexpr uint64_t kMinNodeOffset = 32;
constexpr uint64_t kMaxNodeOffset = 256;
// Where a wrapper may keep the pointer to its C++ object.
constexpr uint64_t kLastInternalField = 64;
// HandleWrap, after its list node: uv_handle_t*
constexpr uint64_t kUvHandleAfterNode = 16;

// uv_handle_t of libuv 1.x (include/uv.h, include/uv/unix.h).
constexpr uint64_t kUvData = 0;
constexpr uint64_t kUvType = 16;
constexpr uint64_t kUvFlags = 88;
constexpr uint32_t kUvClosing = 1;
constexpr uint32_t kUvClosed = 2;
constexpr uint32_t kUvActive = 4;
constexpr uint32_t kUvReferenced = 8;
constexpr std::array<std::string_view, 17> kUvTypes = {
    "",        "async",   "check",  "fs_event", "fs_poll", "handle", "idle", "pipe",  "poll",
    "prepare", "process", "stream", "tcp",      "timer",   "tty",    "udp",  "signal"};

// {previous, next}, circular: the last node leads to the head.
struct ListNode {
  Address previous = 0;
  Address next = 0;
};

class WrapFinder {
 public:
  WrapFinder(const Runtime& runtime, const Environment& environment)
      : runtime_(runtime), environment_(environment.address) {}

  // The list of handles is followed by that of requests.
  std::optional<Wraps> Find() {
    for (uint64_t at = 0; at < kMaxEnvironment; at += kWord) {
      const Address head = environment_ + at;
      const auto handles = NodesOf(head);
      const auto requests = NodesOf(head + sizeof(ListNode));
      if (!handles || !requests || handles->empty()) continue;
      Wraps wraps;
      if (!ReadHandles(*handles, wraps.handles)) continue;
      ReadRequests(*requests, wraps.requests);
      return wraps;
    }
    return std::nullopt;
  }

 private:
  std::optional<std::vector<Address>> NodesOf(Address head) const {
    const auto& memory = runtime_.memory();
    std::vector<Address> nodes;
    auto node = memory.Read<ListNode>(head);
    Address at = head;
    while (node && node->next != head && nodes.size() < kMaxWraps) {
      const Address previous = std::exchange(at, node->next);
      if (at % kWord != 0) return std::nullopt;
      node = memory.Read<ListNode>(at);
      if (!node || node->previous != previous) return std::nullopt;
      nodes.push_back(at);
    }
    if (!node || nodes.size() == kMaxWraps) return std::nullopt;
    return nodes;
  }

  // The wrapper of the C++ object at `base`, if there is an object that both sides know.
  Tagged WrapperOf(Address base) const {
    const auto handle = runtime_.memory().Read<Address>(base + kPersistentHandle);
    if (!handle || *handle == 0 || *handle % kWord != 0) return 0;
    const Tagged object = runtime_.memory().Read<Tagged>(*handle).value_or(0);
    const auto map = runtime_.MapOf(object);
    if (!map || !runtime_.layout().types.IsReceiver(map->instance_type)) return 0;
    for (uint64_t at = runtime_.layout().object.first_field; at <= kLastInternalField; at += kWord)
      if (runtime_.Field(object, at) == base) return object;
    return 0;
  }

  std::optional<Wrap> WrapAt(Address node) {
    for (uint64_t offset = kMinNodeOffset; offset <= kMaxNodeOffset; offset += kWord) {
      if (node_offset_ != 0 && offset != node_offset_) continue;
      const Address base = node - offset;
      const Tagged object = WrapperOf(base);
      if (object == 0) continue;
      node_offset_ = offset;
      Wrap wrap{.address = base, .object = object, .class_name = ClassOf(runtime_, object)};
      AddOwner(wrap);
      return wrap;
    }
    return std::nullopt;
  }

  // An owner may have one itself.
  void AddOwner(Wrap& wrap) const {
    Tagged owner = wrap.object;
    for (int i = 0; i < kMaxOwners; ++i) {
      const Tagged next = FindSymbolValue(runtime_, owner, "owner_symbol");
      if (ClassOf(runtime_, next).empty()) break;
      owner = next;
    }
    if (owner == wrap.object) return;
    wrap.owner = owner;
    wrap.owner_class = ClassOf(runtime_, owner);
  }

  // False if they are none.
  bool ReadHandles(const std::vector<Address>& nodes, std::vector<Wrap>& handles) {
    node_offset_ = 0;
    for (const Address node : nodes) {
      auto wrap = WrapAt(node);
      if (!wrap) continue;
      const auto& memory = runtime_.memory();
      const Address handle = memory.Read<Address>(node + kUvHandleAfterNode).value_or(0);
      if (memory.Read<Address>(handle + kUvData) != wrap->address) return false;
      const uint32_t type = memory.Read<uint32_t>(handle + kUvType).value_or(0);
      const uint32_t flags = memory.Read<uint32_t>(handle + kUvFlags).value_or(0);
      if (type < kUvTypes.size()) wrap->uv_type = kUvTypes[type];
      wrap->active = (flags & kUvActive) != 0;
      wrap->referenced = (flags & kUvReferenced) != 0;
      wrap->closing = (flags & (kUvClosing | kUvClosed)) != 0;
      handles.push_back(std::move(*wrap));
    }
    return !handles.empty();
  }

  void ReadRequests(const std::vector<Address>& nodes, std::vector<Wrap>& requests) {
    node_offset_ = 0;
    for (const Address node : nodes)
      if (auto wrap = WrapAt(node)) requests.push_back(std::move(*wrap));
  }

  const Runtime& runtime_;
  Address environment_;
  uint64_t node_offset_ = 0;  // of the first wrap: the others have it, too
};

}  // namespace

std::optional<Wraps> FindWraps(const Runtime& runtime, const Environment& environment) {
  return WrapFinder(runtime, environment).Find();
}

}  // namespace nodeheap::node
