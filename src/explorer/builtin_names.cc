#include "explorer/builtin_names.h"

#include "v8/stack_code.h"

namespace nodeheap::explorer {
namespace {

using v8::Root;
using v8::Version;

constexpr std::string_view kPrefix = "Builtins_";

// V8 before 11 has the builtins in its executable in the order of its table of them.
std::vector<std::string_view> NamesByNumber(const ElfImage& image) {
  std::vector<std::string_view> names;
  for (const ElfSymbol& symbol : image.symbols())
    if (symbol.name.starts_with(kPrefix)) names.push_back(symbol.name.substr(kPrefix.size()));
  return names;
}

std::string_view Suffix(const Version& version) {
  if (version < Version{11, 0, 0}) return " builtin)";
  return version < Version{12, 0, 0} ? " builtin handle)" : " builtin code)";
}

}  // namespace

std::vector<std::pair<v8::Tagged, std::string>> BuiltinNames(const v8::Heap& heap,
                                                             const v8::NativeImage& native,
                                                             std::span<const Root> roots) {
  if (native.image == nullptr) return {};
  const v8::Layout& layout = heap.layout();
  const v8::StackCode code(heap.runtime(), native);
  const uint32_t instructions = layout.code.instruction_pointer;
  std::vector<std::string_view> by_number;
  if (instructions == 0) by_number = NamesByNumber(*native.image);

  std::vector<std::pair<v8::Tagged, std::string>> names;
  const Root* first = nullptr;  // of the isolate
  for (const Root& root : roots) {
    if (root.kind != v8::RootKind::kBuiltins) continue;
    if (first == nullptr || first->isolate != root.isolate) first = &root;
    const v8::Tagged object = v8::Tag(heap.address(root.object));
    std::string name;
    if (instructions == 0) {
      const uint64_t number = (root.slot - first->slot) / v8::kWord;
      if (number < by_number.size()) name = by_number[number];
    } else {
      name = code.BuiltinName(heap.runtime().Field(object, instructions).value_or(0));
    }
    if (!name.empty()) names.emplace_back(object, "(" + name + std::string(Suffix(layout.version)));
  }
  return names;
}

}  // namespace nodeheap::explorer
