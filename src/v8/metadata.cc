#include "v8/metadata.h"

#include <charconv>

#include "memory/bytes.h"

namespace nodeheap::v8 {
namespace {

constexpr std::string_view kPrefix = "v8dbg_";

// Reads "12" off the front of `text`.
std::optional<int> TakeNumber(std::string_view& text) {
  int number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return number;
}

template <typename T>
std::optional<int64_t> ReadInteger(Bytes bytes) {
  // Linkers keep what is zero out of the file (.bss).
  return bytes.empty() ? T{0} : ReadAt<T>(bytes, 0);
}

std::optional<int64_t> ReadInteger(const ElfImage& image, const ElfSymbol& symbol) {
  const Bytes bytes = image.View(symbol.address, symbol.size);
  if (symbol.size == sizeof(int32_t)) return ReadInteger<int32_t>(bytes);
  if (symbol.size == sizeof(int64_t)) return ReadInteger<int64_t>(bytes);
  return std::nullopt;
}

// v8::internal::Version keeps the numbers of the running V8 in variables.
std::optional<Version> VersionOf(const ElfImage& image) {
  Version version;
  for (const auto& [name, number] :
       {std::pair{"_ZN2v88internal7Version6major_E", &version.major},
        std::pair{"_ZN2v88internal7Version6minor_E", &version.minor},
        std::pair{"_ZN2v88internal7Version6build_E", &version.build}}) {
    const auto symbol = image.FindSymbol(name);
    if (!symbol) return std::nullopt;
    const auto value = ReadInteger(image, *symbol);
    if (!value) return std::nullopt;
    *number = static_cast<int>(*value);
  }
  return version;
}

void FindBuiltins(const ElfImage& image, Metadata& metadata) {
  // Up to V8 10, the shorter name is that of a pointer.
  auto code = image.FindSymbol("v8_Default_embedded_blob_code_data_");
  if (!code) code = image.FindSymbol("v8_Default_embedded_blob_code_");
  auto size = image.FindSymbol("v8_Default_embedded_blob_code_size_");
  if (!code || !size) return;
  size->size = sizeof(uint32_t);  // assembler code declares it, without a size
  const auto bytes = ReadInteger(image, *size);
  if (!bytes || *bytes <= 0) return;
  metadata.builtins_start = code->address;
  metadata.builtins_size = static_cast<uint64_t>(*bytes);
}

}  // namespace

std::optional<Version> ParseVersion(std::string_view text) {
  Version version;
  for (int* const part : {&version.major, &version.minor, &version.build}) {
    const auto number = TakeNumber(text);
    if (!number) return std::nullopt;
    *part = *number;
    if (text.starts_with('.')) text.remove_prefix(1);
  }
  return version;
}

std::string ToString(const Version& version) {
  return std::to_string(version.major) + '.' + std::to_string(version.minor) + '.' +
         std::to_string(version.build);
}

std::optional<int64_t> Metadata::Find(std::string_view name) const {
  const auto found = values.find(name);
  if (found == values.end()) return std::nullopt;
  return found->second;
}

std::optional<int64_t> Metadata::Field(std::string_view class_name, std::string_view field) const {
  std::string symbol = "class_";
  symbol.append(class_name).append("__").append(field);
  if (const auto value = Find(symbol)) return value;
  symbol += "__";
  const auto found = values.lower_bound(symbol);
  if (found == values.end() || !found->first.starts_with(symbol)) return std::nullopt;
  return found->second;
}

Result<Metadata> ReadMetadata(const ElfImage& image) {
  Metadata metadata;
  metadata.architecture = image.architecture();
  metadata.build_id = image.build_id();
  metadata.origin = image.path();
  for (const ElfSymbol& symbol : image.symbols()) {
    if (!symbol.name.starts_with(kPrefix)) continue;
    if (const auto value = ReadInteger(image, symbol))
      metadata.values.emplace(symbol.name.substr(kPrefix.size()), *value);
  }
  if (metadata.values.empty())
    return std::unexpected(Error{.code = ErrorCode::kUnsupported,
                                 .message = "not a Node.js binary: it has no v8dbg_ symbols",
                                 .hint = "name the executable that the process ran; some "
                                         "distributions have Node in libnode.so",
                                 .file = image.path()});
  const auto version = VersionOf(image);
  if (!version)
    return std::unexpected(Error{.code = ErrorCode::kUnsupported,
                                 .message = "the binary does not tell its V8 version",
                                 .hint = "nodeheap reads official builds of Node 16 and later",
                                 .file = image.path()});
  metadata.v8_version = *version;
  if (const auto isolate = image.FindSymbol("_ZN2v88internal18g_current_isolate_E"))
    metadata.current_isolate = image.ThreadPointerOffset(*isolate);
  FindBuiltins(image, metadata);
  return metadata;
}

}  // namespace nodeheap::v8
