// Process: a stopped Node.js process, in a core or under a debugger: its memory, its binary if
// there is one, and V8 in it. Opening is cheap; the heap is walked when first asked for. Not
// thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "memory/core_file.h"
#include "memory/elf_image.h"
#include "memory/input.h"
#include "nodeheap/health.h"
#include "nodeheap/progress.h"
#include "nodeheap/result.h"
#include "session/process_metadata.h"
#include "sourcemap/source_maps.h"
#include "v8/frames.h"
#include "v8/heap.h"
#include "v8/runtime.h"

namespace nodeheap {

struct ProcessOptions {
  std::string executable;  // of the process; empty: the path in the core, if its build id matches
  unsigned threads = 0;    // 0: one per processor
  std::string source_maps = {};  // a directory with source maps of the scripts; may be empty
};

class Process {
 public:
  // Fails if `input` is no core, or of no Node.js process, or if the executable's build id is not
  // that of the process (both are shown).
  static Result<std::unique_ptr<Process>> Open(Input input, const ProcessOptions& options,
                                               Progress& progress);
  // The same of a process whose memory somebody else reads, and which does not change meanwhile.
  static Result<std::unique_ptr<Process>> Attach(std::shared_ptr<const MemorySource> memory,
                                                 const ProcessOptions& options, Progress& progress);

  const MemorySource& memory() const { return *memory_; }
  bool is_core() const { return core_ != nullptr; }
  // REQUIRES: is_core().
  const CoreFile& core() const { return *core_; }
  // Its command line as far as it is known, else its name, else that of its executable.
  std::string_view name() const;
  // What was mapped to be executed: the main executable first.
  std::span<const CoreFile::Module> modules() const { return modules_; }
  // nullptr if the binary is not at hand: then there are no native symbols.
  const ElfImage* image() const { return image_.get(); }
  uint64_t image_bias() const { return image_bias_; }
  v8::NativeImage native_image() const { return {.image = image(), .bias = image_bias_}; }
  const MetadataChoice& metadata() const { return metadata_; }
  const v8::Runtime& runtime() const { return *runtime_; }

  // Walks the heap the first time. It stays until ForgetHeap().
  Result<const v8::Heap*> WalkedHeap(Progress& progress);
  // Gives its memory back: 9 bytes an object, which a tenth of a second finds again.
  void ForgetHeap() { heap_.reset(); }

  // From now on health() is about the heap only if that is asked for again, or what was made of it.
  void BeginQuery() { heap_asked_ = false; }
  void CountHeap() { heap_asked_ = true; }
  // What is known to be missing: of the core, the constants, the heap as far as it was asked for.
  Health health() const;

 private:
  Process() = default;

  Result<void> FindV8(Progress& progress);
  Result<void> FindImage();
  Result<void> OpenRuntime(Progress& progress);
  Result<void> CheckVersion(const v8::Metadata& metadata, Progress& progress);
  Result<void> TryMetadata(MetadataChoice choice);
  v8::PlaceMapper PlaceMapper() const;
  Result<void> Guess(std::vector<MetadataChoice> choices, Progress& progress);

  ProcessOptions options_;
  std::shared_ptr<CoreFile> core_;
  std::shared_ptr<const MemorySource> memory_;
  std::vector<CoreFile::Module> modules_;
  std::shared_ptr<const ElfImage> image_;
  uint64_t image_bias_ = 0;
  bool image_verified_ = false;  // its build id is that of the process
  MetadataChoice metadata_;
  std::unique_ptr<SourceMaps> source_maps_;  // nullptr without
  std::optional<v8::Runtime> runtime_;       // refers to source_maps_
  std::optional<v8::Heap> heap_;             // refers to runtime_
  Health heap_health_;
  bool heap_asked_ = false;
  Health health_;
};

}  // namespace nodeheap
