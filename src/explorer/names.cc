#include "explorer/names.h"

#include <algorithm>

#include "v8/builtins.h"
#include "v8/strings.h"

namespace nodeheap::explorer {

std::string StringPrefix(const v8::Runtime& runtime, v8::Tagged string) {
  auto text = v8::ReadString(runtime, string, kMaxNameUnits);
  if (!text) return {};
  std::ranges::replace(text->text, '\0', ' ');  // V8's names end at a zero
  return std::move(text->text);
}

std::string NameText(const v8::Runtime& runtime, v8::Tagged name) {
  const auto symbol = v8::Symbol::Load(runtime, name);
  if (!symbol) return StringPrefix(runtime, name);
  if (!runtime.Is(symbol->description, v8::Kind::kString)) return "<symbol>";
  std::string text = StringPrefix(runtime, symbol->description);
  return symbol->is_private_name ? text : "<symbol " + text + ">";
}

uint32_t Names::Of(v8::Tagged name) {
  const auto [found, is_new] = names_.try_emplace(v8::Untag(name), 0);
  if (is_new) found->second = pool_.Intern(NameText(runtime_, name));
  return found->second;
}

uint32_t Names::OfIndex(uint32_t index) {
  // A corrupt object may be long; names are kept only as far as many need them.
  constexpr uint32_t kKept = 1 << 16;
  if (index >= kKept) return pool_.Intern(std::to_string(index));
  while (indices_.size() <= index)
    indices_.push_back(pool_.Intern(std::to_string(indices_.size())));
  return indices_[index];
}

}  // namespace nodeheap::explorer
