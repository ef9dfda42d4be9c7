#include "v8/stack_code.h"

#include <algorithm>
#include <cstring>

#include "v8/bytecode_sizes.h"

namespace nodeheap::v8 {
namespace {

constexpr std::string_view kBuiltinPrefix = "Builtins_";
constexpr std::string_view kBytecodeSizes =
    "_ZN2v88internal11interpreter9Bytecodes14kBytecodeSizesE";
constexpr uint64_t kMaxIsolate = 0x18000;  // bytes

}  // namespace

StackCode::StackCode(const Runtime& runtime, const NativeImage& native)
    : runtime_(runtime), native_(native) {
  const auto& builtins = runtime.layout().builtins;
  if (builtins.size != 0) FindCopies();
  // Where no isolate has builtins of that size, they are of another build.
  if (!builtins_.empty()) builtins_.push_back(builtins.start + native.bias);
  const auto symbol =
      native.image == nullptr ? std::nullopt : native.image->FindSymbol(kBytecodeSizes);
  if (symbol) {
    bytecode_sizes_ = native.image->ViewReadOnly(symbol->address, symbol->size);
  } else {
    known_sizes_ = KnownBytecodeSizes(runtime.layout().version);
  }
}

// An isolate has the start and the size of the builtins it uses, one beside the other.
void StackCode::FindCopies() {
  const uint64_t size = runtime_.layout().builtins.size;
  for (const Isolate& isolate : runtime_.isolates()) {
    const auto words = runtime_.memory().View(isolate.address, kMaxIsolate);
    for (size_t at = 0; at + 2 * kWord <= words.size(); at += kWord) {
      Address start = 0;
      uint32_t bytes = 0;
      std::memcpy(&start, words.data() + at, sizeof(start));
      std::memcpy(&bytes, words.data() + at + kWord, sizeof(bytes));
      if (bytes != size || start % kWord != 0 || start == 0) continue;
      if (std::ranges::find(builtins_, start) == builtins_.end()) builtins_.push_back(start);
    }
  }
}

std::optional<Address> StackCode::InExecutable(Address pc) const {
  const auto& builtins = runtime_.layout().builtins;
  for (const Address start : builtins_)
    if (pc - start < builtins.size) return builtins.start + (pc - start);
  return std::nullopt;
}

std::string StackCode::BuiltinName(Address pc) const {
  const auto at = InExecutable(pc);
  if (!at || native_.image == nullptr) return {};
  const auto symbol = native_.image->FindFunction(*at);
  if (!symbol || !symbol->name.starts_with(kBuiltinPrefix)) return {};
  return std::string(symbol->name.substr(kBuiltinPrefix.size()));
}

bool StackCode::IsHeapCode(Address pc) const {
  const Page* const page = runtime_.pages().FindContaining(pc);
  return page != nullptr && (page->space == Space::kCode || page->space == Space::kCodeLarge);
}

}  // namespace nodeheap::v8
