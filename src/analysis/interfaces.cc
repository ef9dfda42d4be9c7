#include "analysis/interfaces.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <string>

#include "analysis/property_names.h"

namespace nodeheap {
namespace {

// DevTools' limits.
constexpr size_t kMaxInterfaceName = 120;  // UTF-16 units; one property is always shown
constexpr double kMinInstances = 2;
constexpr double kMinShare = 1.0 / 1000;  // of all plain objects

template <typename Visit>
void ForEachProperty(const HeapGraph::Columns& c, uint32_t node, const Visit& visit) {
  for (uint32_t e = c.first_edges[node]; e < c.first_edges[node + 1]; ++e)
    if (EdgeType{c.edge_types[e]} == EdgeType::kProperty) visit(c.edge_names[e]);
}

uint64_t HashProperties(const HeapGraph::Columns& c, uint32_t node) {
  uint64_t hash = 0x9E3779B97F4A7C15;
  ForEachProperty(c, node, [&hash](uint32_t name) {
    hash = (hash ^ name) * 0xFF51AFD7ED558CCD;
    hash ^= hash >> 32;
  });
  return hash;
}

bool SameProperties(const HeapGraph::Columns& c, uint32_t a, uint32_t b) {
  uint32_t ea = c.first_edges[a];
  uint32_t eb = c.first_edges[b];
  const uint32_t end_a = c.first_edges[a + 1];
  const uint32_t end_b = c.first_edges[b + 1];
  const auto skip = [&c](uint32_t& e, uint32_t end) {
    while (e < end && EdgeType{c.edge_types[e]} != EdgeType::kProperty) ++e;
  };
  while (true) {
    skip(ea, end_a);
    skip(eb, end_b);
    if (ea == end_a || eb == end_b) return ea == end_a && eb == end_b;
    if (c.edge_names[ea++] != c.edge_names[eb++]) return false;
  }
}

// Names shapes by their first properties. Many shapes share a property, whose name can be long: it
// is measured once, and copied for the first shape of that name only.
class Namer {
 public:
  Namer(const StringTable& strings, const StringFacts& facts) : strings_(strings), facts_(facts) {}

  // Those of `names` that the name of the shape has room for.
  std::vector<uint32_t> Choose(const std::vector<uint32_t>& names) {
    std::vector<uint32_t> chosen;
    size_t length = 1;
    for (const uint32_t name : names) {
      if (facts_.kind(name) == StringKind::kProto) continue;
      const size_t more = LengthOf(name);
      if (length > 1 && length + more > kMaxInterfaceName) break;
      length += more + (length > 1 ? 2 : 0);
      chosen.push_back(name);
    }
    return chosen;
  }

  InterfaceDefinition Define(const std::vector<uint32_t>& chosen) const {
    InterfaceDefinition definition{.name = "{", .properties = {}};
    for (const uint32_t name : chosen) {
      definition.properties.push_back(strings_.Get(StringId{name}));
      // As DevTools: an empty name in front leaves no separator.
      if (definition.name.size() > 1) definition.name += ", ";
      definition.name += FormatPropertyName(definition.properties.back());
    }
    definition.name += "}";
    return definition;
  }

 private:
  // In UTF-16 units, as formatted.
  size_t LengthOf(uint32_t name) {
    const auto [known, is_new] = lengths_.try_emplace(name, 0);
    if (is_new) known->second = Utf16Length(FormatPropertyName(strings_.Get(StringId{name})));
    return known->second;
  }

  const StringTable& strings_;
  const StringFacts& facts_;
  boost::unordered_flat_map<uint32_t, size_t> lengths_;  // by StringId
};

// Which definitions ask for a property, and how often (an object may have two of one name).
class DefinitionIndex {
 public:
  explicit DefinitionIndex(const std::vector<InterfaceDefinition>& definitions)
      : definitions_(definitions), matched_(definitions.size()) {
    for (uint32_t d = 0; d < definitions.size(); ++d)
      for (const std::string& property : definitions[d].properties) Ask(property, d);
  }

  // `properties` are the names of a shape's properties.
  uint32_t BestMatch(const StringTable& strings, const std::vector<uint32_t>& properties) {
    wanted_.clear();
    for (const uint32_t property : properties)
      if (const std::vector<Asking>* asked = AskedFor(strings, property)) wanted_.push_back(asked);
    std::ranges::sort(wanted_);
    touched_.clear();
    uint32_t repeats = 0;
    for (size_t i = 0; i < wanted_.size(); ++i) {
      repeats = i > 0 && wanted_[i] == wanted_[i - 1] ? repeats + 1 : 1;
      for (const Asking& asking : *wanted_[i])
        if (repeats <= asking.times && matched_[asking.definition]++ == 0)
          touched_.push_back(asking.definition);
    }
    uint32_t best = kNoInterface;
    for (const uint32_t d : touched_) {
      const bool fits = matched_[d] == definitions_[d].properties.size();
      if (fits && (best == kNoInterface || Better(d, best))) best = d;
      matched_[d] = 0;
    }
    return best;
  }

 private:
  struct Asking {
    uint32_t definition;
    uint32_t times;
  };

  // Who asks for a property; nullptr: nobody. Names can be long: each is looked at once.
  const std::vector<Asking>* AskedFor(const StringTable& strings, uint32_t property) {
    const auto [known, is_new] = asked_by_string_.try_emplace(property, nullptr);
    if (is_new) {
      const auto asked = asked_by_.find(strings.Get(StringId{property}));
      if (asked != asked_by_.end()) known->second = &asked->second;
    }
    return known->second;
  }

  void Ask(const std::string& property, uint32_t definition) {
    std::vector<Asking>& asking = asked_by_[property];
    if (!asking.empty() && asking.back().definition == definition) {
      ++asking.back().times;
    } else {
      asking.push_back({definition, 1});
    }
  }

  bool Better(uint32_t a, uint32_t b) const {
    const size_t size_a = definitions_[a].properties.size();
    const size_t size_b = definitions_[b].properties.size();
    return size_a != size_b ? size_a > size_b : a < b;
  }

  const std::vector<InterfaceDefinition>& definitions_;
  boost::unordered_flat_map<std::string, std::vector<Asking>> asked_by_;
  boost::unordered_flat_map<uint32_t, const std::vector<Asking>*> asked_by_string_;  // by StringId
  std::vector<const std::vector<Asking>*> wanted_;  // what a shape has of what is asked for
  std::vector<uint32_t> matched_;                   // by definition: properties found so far
  std::vector<uint32_t> touched_;                   // definitions with matched_ > 0
};

}  // namespace

Shapes::Shapes(const HeapGraph& graph, const StringFacts& facts) : graph_(graph), facts_(facts) {
  const HeapGraph::Columns& c = graph.columns();
  size_t count = 0;
  for (uint32_t node = 0; node < graph.node_count(); ++node)
    if (IsPlain(node)) ++count;
  shape_of_ = IndexColumn(count);
  boost::unordered_flat_map<uint64_t, std::vector<uint32_t>> by_hash;
  size_t i = 0;
  for (uint32_t node = 0; i < count; ++node) {
    if (!IsPlain(node)) continue;
    std::vector<uint32_t>& candidates = by_hash[HashProperties(c, node)];
    auto shape = std::ranges::find_if(
        candidates, [&](uint32_t s) { return SameProperties(c, shapes_[s].example, node); });
    if (shape == candidates.end()) {
      shape = candidates.insert(shape, static_cast<uint32_t>(shapes_.size()));
      shapes_.push_back({.example = node, .instances = 0});
    }
    ++shapes_[*shape].instances;
    shape_of_.Set(i++, *shape);
  }
}

std::vector<uint32_t> Shapes::Properties(const Shape& shape) const {
  std::vector<uint32_t> names;
  ForEachProperty(graph_.columns(), shape.example, [&](uint32_t name) { names.push_back(name); });
  return names;
}

std::vector<InterfaceDefinition> InferInterfaces(const HeapGraph& graph, const StringFacts& facts,
                                                 const Shapes& shapes) {
  struct Candidate {
    InterfaceDefinition definition;
    uint64_t instances;
  };
  std::vector<Candidate> candidates;
  boost::unordered_flat_map<std::vector<uint32_t>, size_t> by_properties;
  boost::unordered_flat_map<std::string, size_t> by_name;
  Namer namer(graph.strings(), facts);
  for (const Shapes::Shape& shape : shapes.shapes()) {
    std::vector<uint32_t> chosen = namer.Choose(shapes.Properties(shape));
    if (chosen.empty()) continue;
    const auto [at, is_new] = by_properties.try_emplace(std::move(chosen), candidates.size());
    if (is_new) {
      // Nothing keeps a dump from having one text twice among its strings.
      InterfaceDefinition definition = namer.Define(at->first);
      at->second = by_name.try_emplace(definition.name, candidates.size()).first->second;
      if (at->second == candidates.size()) candidates.push_back({std::move(definition), 0});
    }
    candidates[at->second].instances += shape.instances;
  }
  std::ranges::stable_sort(candidates, std::ranges::greater{}, &Candidate::instances);
  const double minimum =
      std::max(kMinInstances, static_cast<double>(shapes.object_count()) * kMinShare);
  std::vector<InterfaceDefinition> definitions;
  for (Candidate& candidate : candidates) {
    if (static_cast<double>(candidate.instances) < minimum) break;
    definitions.push_back(std::move(candidate.definition));
  }
  return definitions;
}

std::vector<uint32_t> MatchInterfaces(const HeapGraph& graph, const Shapes& shapes,
                                      const std::vector<InterfaceDefinition>& definitions) {
  DefinitionIndex index(definitions);
  std::vector<uint32_t> matches;
  for (const Shapes::Shape& shape : shapes.shapes())
    matches.push_back(index.BestMatch(graph.strings(), shapes.Properties(shape)));
  return matches;
}

}  // namespace nodeheap
