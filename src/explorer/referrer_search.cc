#include "explorer/referrer_search.h"

#include <algorithm>
#include <atomic>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <mutex>

#include "base/parallel.h"
#include "base/stoppable.h"
#include "explorer/tagged_body.h"

namespace nodeheap::explorer {
namespace {

using v8::Address;
using v8::Kind;
using v8::ObjectIndex;
using v8::Tagged;

// Words that point to one object, and to each through which it is found.
constexpr uint32_t kMaxReferrers = 2000;
constexpr size_t kMaxWanted = 20'000;  // objects that are looked for in one search
constexpr int kMaxPasses = 16;         // over the memory

// Calls make() once a thread, and what it returns with each page that holds objects, unless
// cancelled.
template <typename Make>
void ForEachPage(const v8::Heap& heap, unsigned threads, const Progress& progress,
                 const Make& make) {
  const std::span<const v8::Page> pages = heap.pages().all();
  std::atomic<size_t> next = 0;
  RunParallel(threads, [&](unsigned) {
    auto work = make();
    for (size_t i = next++; i < pages.size() && !progress.cancelled(); i = next++)
      if (heap.usage()[i].object_count != 0) work(pages[i], heap.usage()[i]);
  });
}

// Some addresses. Most words are told not to be among them by one bit.
class AddressSet {
 public:
  void Add(Address at, uint32_t number) {
    numbers_.emplace(at, number);
    const size_t bit = Bit(at);
    bits_[bit / 64] |= uint64_t{1} << (bit % 64);
  }
  // The number of what the word points to; kNone: none of them.
  uint32_t Find(Tagged word) const {
    const size_t bit = Bit(word);
    if ((bits_[bit / 64] >> (bit % 64) & 1) == 0 || (word & 1) == 0) [[likely]]
      return kNone;
    const auto found = numbers_.find(v8::Untag(word));
    return found == numbers_.end() ? kNone : found->second;
  }
  static constexpr uint32_t kNone = ~uint32_t{0};

 private:
  static constexpr unsigned kBits = 15;
  static size_t Bit(uint64_t word) { return (word >> 3) * 0x9E3779B97F4A7C15U >> (64 - kBits); }

  std::vector<uint64_t> bits_ = std::vector<uint64_t>((size_t{1} << kBits) / 64);
  boost::unordered_flat_map<Address, uint32_t> numbers_;
};

struct Hit {
  uint32_t wanted = 0;
  ObjectIndex object{};
  uint64_t offset = 0;  // of the word in the object
  Tagged word = 0;
};

class Search {
 public:
  Search(const SearchedHeap& heap, ReferencesByThread& references, const OddObjects& odd,
         std::span<const uint32_t> nodes)
      : heap_(heap),
        references_(references),
        walked_(heap.state.heap),
        layout_(walked_.layout()),
        odd_(odd),
        nodes_(nodes),
        targets_(nodes.begin(), nodes.end()) {}

  Result<Referrers> Run() {
    for (const uint32_t node : nodes_)
      Want(walked_.address(heap_.state.numbers.ObjectOf(node)), kNobody);
    NH_CHECK(FindCandidates());
    NoteIncomplete();
    for (const Ephemerons::Entry& entry : heap_.ephemerons.all())
      if (targets_.contains(entry.value)) candidates_.insert(entry.owner);
    candidates_.insert(odd_.global_proxies.begin(), odd_.global_proxies.end());
    for (const uint32_t node : nodes_)
      if (NamesItself(node)) candidates_.insert(node);
    NH_CHECK(ReadCandidates());
    return std::move(found_);
  }

 private:
  static constexpr uint32_t kNobody = ~uint32_t{0};

  // An object that is looked for: first the nodes themselves.
  struct Wanted {
    Address at = 0;
    std::vector<uint32_t> carries;  // the wanted ones that are found through it
  };

  void Want(Address at, uint32_t carried) {
    const auto [known, is_new] = by_address_.try_emplace(at, static_cast<uint32_t>(wanted_.size()));
    if (is_new) wanted_.push_back({.at = at, .carries = {}});
    if (carried == kNobody || carried == known->second) return;
    std::vector<uint32_t>& carries = wanted_[known->second].carries;
    if (carries.empty() || carries.back() != carried) carries.push_back(carried);
  }

  Result<void> FindCandidates() {
    size_t begin = 0;
    for (int pass = 0; MayPass(begin) && pass < kMaxPasses; ++pass) {
      const size_t end = wanted_.size();
      const std::vector<Hit> hits = Pass(begin, end);
      NH_CHECK(CheckCancelled(heap_.progress));
      for (const Hit& hit : hits) {
        candidates_.insert(heap_.state.numbers.Of(hit.object));
        if (Carries(hit)) Want(walked_.address(hit.object), hit.wanted);
      }
      begin = end;
    }
    // What is found through these remains unknown.
    counts_.resize(wanted_.size(), kMaxReferrers + 1);
    return {};
  }
  // False: all was looked for that lies behind `begin`, or it is too much to tell all of it.
  bool MayPass(size_t begin) const {
    const bool is_hopeless = nodes_.size() == 1 && begin > 0 && counts_.front() > kMaxReferrers;
    return begin < wanted_.size() && wanted_.size() <= kMaxWanted && !is_hopeless;
  }

  // The words that point to wanted_[begin, end).
  std::vector<Hit> Pass(size_t begin, size_t end) {
    counts_.resize(wanted_.size());
    AddressSet set;
    for (size_t i = begin; i < end; ++i) set.Add(wanted_[i].at, static_cast<uint32_t>(i));
    std::vector<Hit> all;
    std::mutex mutex;
    ForEachPage(walked_, heap_.threads, heap_.progress, [&] {
      return [&](const v8::Page& page, const v8::PageUsage& usage) {
        std::vector<Hit> hits;
        const ObjectIndex last{usage.first_object + usage.object_count - 1};
        const Address last_at = walked_.address(page, last);
        ScanWords(page, page.area_start, last_at + walked_.size(last), v8::kWord, set, hits);
        const std::scoped_lock lock(mutex);
        all.insert(all.end(), hits.begin(), hits.end());
      };
    });
    for (const uint32_t code : odd_.code) {
      if (heap_.progress.cancelled()) break;
      const v8::Page& page = walked_.page_of(ObjectIndex{code});
      const Address at = walked_.address(page, ObjectIndex{code});
      ScanWords(page, at, at + walked_.size(ObjectIndex{code}), 1, set, all);
    }
    return all;
  }
  void ScanWords(const v8::Page& page, Address begin, Address end, uint64_t step,
                 const AddressSet& set, std::vector<Hit>& hits) {
    for (Address at = begin; at + v8::kWord <= end; at += step) {
      const Tagged word = page.Word(at);
      const uint32_t wanted = set.Find(word);
      if (wanted == AddressSet::kNone) [[likely]]
        continue;
      AddHit(wanted, at, word, hits);
    }
  }
  void AddHit(uint32_t wanted, Address at, Tagged word, std::vector<Hit>& hits) {
    const std::atomic_ref<uint32_t> count(counts_[wanted]);
    if (count.load(std::memory_order_relaxed) > kMaxReferrers) return;
    const auto object = walked_.FindContaining(at);
    if (!object || !heap_.state.numbers.Has(*object)) return;
    ++count;
    hits.push_back({wanted, *object, at - walked_.address(*object), word});
  }

  // Whether others refer to what the word points to because they point to the object.
  bool Carries(const Hit& hit) const {
    const v8::Page& page = walked_.page_of(hit.object);
    const auto map =
        v8::ReadMap(walked_.pages(), layout_, page.Word(walked_.address(page, hit.object)));
    if (!map || hit.offset == 0) return false;
    switch (map->kind) {
      case Kind::kFixedArray:  // elements and properties, constants of code
      case Kind::kTrustedFixedArray:
      case Kind::kPropertyArray:
      case Kind::kSwissNameDictionary:
      case Kind::kSloppyArgumentsElements:
      case Kind::kPropertyCell:
      case Kind::kAccessorPair:
        return true;
      case Kind::kDescriptorArray:  // constants and accessors: every third word, a strong one
        return v8::IsStrong(hit.word) && hit.offset >= layout_.property.header &&
               (hit.offset - layout_.property.header) % (3 * v8::kWord) == 2 * v8::kWord;
      case Kind::kMap:
        return hit.offset == layout_.map.prototype ||
               hit.offset == layout_.map.instance_descriptors;
      default:
        return v8::IsHashTable(map->kind);
    }
  }

  bool NamesItself(uint32_t node) const {
    const Address at = walked_.address(heap_.state.numbers.ObjectOf(node));
    return walked_.runtime().Is(v8::Tag(at), Kind::kSharedFunctionInfo);
  }

  void NoteIncomplete() {
    std::vector<uint32_t> popular;
    std::vector<bool> seen(wanted_.size());
    const auto add = [&](uint32_t i) {
      if (seen[i]) return;
      seen[i] = true;
      popular.push_back(i);
    };
    for (uint32_t i = 0; i < wanted_.size(); ++i)
      if (counts_[i] > kMaxReferrers) add(i);
    while (!popular.empty()) {
      const uint32_t i = popular.back();
      popular.pop_back();
      if (i < nodes_.size()) found_.incomplete.push_back(nodes_[i]);
      for (const uint32_t carried : wanted_[i].carries) add(carried);
    }
    std::ranges::sort(found_.incomplete);
  }

  Result<void> ReadCandidates() {
    for (uint32_t group = 0; group < heap_.of_groups.size(); ++group)
      Select(group, heap_.of_groups[group], found_);
    std::vector<uint32_t> nodes(candidates_.begin(), candidates_.end());
    std::ranges::sort(nodes);
    std::vector<Referrers> parts(nodes.size());
    std::atomic<size_t> next = 0;
    RunParallel(heap_.threads, [&](unsigned thread) {
      for (size_t i = next++; i < nodes.size() && !heap_.progress.cancelled(); i = next++)
        Select(nodes[i], references_[thread]->Of(nodes[i]), parts[i]);
    });
    NH_CHECK(CheckCancelled(heap_.progress));
    for (const Referrers& part : parts) {
      found_.references.insert(found_.references.end(), part.references.begin(),
                               part.references.end());
      found_.labels.insert(found_.labels.end(), part.labels.begin(), part.labels.end());
    }
    return {};
  }
  void Select(uint32_t source, const References& all, Referrers& out) const {
    for (size_t i = 0; i < all.edges.size(); ++i)
      if (targets_.contains(all.edges.targets[i]))
        out.references.push_back(
            {source, EdgeType{all.edges.types[i]}, all.edges.names[i], all.edges.targets[i]});
    for (const Label& label : all.labels)
      if (targets_.contains(label.node)) out.labels.push_back(label);
  }

  const SearchedHeap& heap_;
  ReferencesByThread& references_;
  const v8::Heap& walked_;
  const v8::Layout& layout_;
  const OddObjects& odd_;
  const std::span<const uint32_t> nodes_;
  const boost::unordered_flat_set<uint32_t> targets_;
  std::vector<Wanted> wanted_;
  boost::unordered_flat_map<Address, uint32_t> by_address_;
  std::vector<uint32_t> counts_;                    // by wanted object: the words that point to it
  boost::unordered_flat_set<uint32_t> candidates_;  // nodes
  Referrers found_;
};

}  // namespace

Result<OddObjects> FindOddObjects(const v8::Heap& heap, const ObjectNumbers& numbers,
                                  unsigned threads, const Progress& progress) {
  OddObjects all;
  std::mutex mutex;
  ForEachPage(heap, threads, progress, [&] {
    return [&, maps = v8::MapCache(heap.pages(), heap.layout())](
               const v8::Page& page, const v8::PageUsage& usage) mutable {
      for (uint32_t i = usage.first_object; i < usage.first_object + usage.object_count; ++i) {
        const ObjectIndex object{i};
        const v8::MapInfo* const map = maps.Find(page.Word(heap.address(page, object)));
        if (map == nullptr || !numbers.Has(object)) continue;
        const bool is_code = HoldsInstructions(map->kind, heap.layout());
        const auto note = [&](std::vector<uint32_t>& list, uint32_t value) {
          const std::scoped_lock lock(mutex);
          list.push_back(value);
        };
        if (is_code) note(all.code, i);
        if (map->kind == Kind::kJSGlobalProxy) note(all.global_proxies, numbers.Of(object));
        if (map->kind == Kind::kEphemeronHashTable) note(all.ephemeron_tables, i);
        if (map->kind == Kind::kJSArrayBuffer) note(all.buffers, i);
      }
    };
  });
  NH_CHECK(CheckCancelled(progress));
  std::ranges::sort(all.code);
  std::ranges::sort(all.global_proxies);
  std::ranges::sort(all.ephemeron_tables);
  std::ranges::sort(all.buffers);
  return all;
}

Result<Referrers> FindReferrers(const SearchedHeap& heap, ReferencesByThread& references,
                                const OddObjects& odd, std::span<const uint32_t> nodes) {
  return Search(heap, references, odd, nodes).Run();
}

}  // namespace nodeheap::explorer
