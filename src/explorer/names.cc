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

}  // namespace nodeheap::explorer
