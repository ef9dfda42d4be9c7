// Where V8 keeps what: offsets in bytes from an object's first byte, and the bit fields that
// nodeheap reads. Resolved once from the metadata; what v8dbg does not name comes from V8's sources
// and from heaps of Node 16 to 26, as docs/v8-layout.md tells.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nodeheap/memory.h"
#include "nodeheap/result.h"
#include "v8/instance_types.h"
#include "v8/metadata.h"
#include "v8/tagged.h"

namespace nodeheap::v8 {

struct BitField {
  uint32_t mask = 0;
  uint32_t shift = 0;
  constexpr uint32_t Get(uint64_t bits) const {
    return static_cast<uint32_t>((bits & mask) >> shift);
  }
};

struct Layout {
  Version version;
  Architecture architecture = Architecture::kX64;
  InstanceTypes types;

  struct {
    uint32_t instance_size_in_words = 8;
    uint32_t inobject_properties_start = 9;  // in words
    uint32_t instance_type = 12;
    uint32_t bit_field = 14;
    uint32_t bit_field2 = 15;
    uint32_t bit_field3 = 16;
    uint32_t prototype = 24;
    uint32_t constructor_or_back_pointer = 32;
    uint32_t instance_descriptors = 40;
    uint32_t dependent_code = 48;
    uint32_t prototype_validity_cell = 56;
    uint32_t transitions = 64;
    BitField elements_kind = {252, 2};         // of bit_field2
    uint32_t dictionary_elements = 13;         // an elements kind; others are relative to it
    BitField own_descriptors = {1047552, 10};  // of bit_field3
    BitField is_dictionary = {1U << 21, 21};   // of bit_field3
  } map;

  struct {
    uint32_t properties = 8;
    uint32_t elements = 16;
    uint32_t first_field = 24;
    uint32_t array_length = 24;  // JSArray
    uint32_t table = 24;         // JSMap, JSSet, JSWeakMap, JSWeakSet
    uint32_t date_value = 24;
    uint32_t regexp_data = 24;
    uint32_t regexp_source = 32;
  } object;

  struct {
    uint32_t length = 12;
    uint32_t chars = 16;
    uint32_t cons_first = 16;
    uint32_t cons_second = 24;
    uint32_t sliced_parent = 16;
    uint32_t sliced_offset = 24;
    uint32_t thin_actual = 16;
    uint32_t external_resource = 16;
    uint32_t external_data = 24;
  } string;

  struct {
    uint32_t header = 24;  // its entries follow: key, details, value
    BitField kind = {1, 0};
    BitField location = {32, 5};
    BitField attributes = {28, 2};
    BitField representation = {448, 6};
    BitField field_index = {536346624, 19};
    uint32_t representation_double = 2;
    uint32_t name_dictionary_prefix = 3;  // words after the hash table's own three
  } property;

  struct {
    uint32_t shared = 24;
    uint32_t context = 32;
    uint32_t feedback_cell = 40;
    uint32_t code = 48;  // 0: none (26 has a dispatch handle instead)
    uint32_t prototype_or_initial_map = 56;
  } function;

  struct {
    uint32_t function_data = 8;
    uint32_t untrusted_function_data = 0;  // 0: none; 24 and later
    uint32_t name_or_scope_info = 16;
    uint32_t outer_scope_info = 24;
    uint32_t script = 32;
    uint32_t length = 40;
    uint32_t formal_parameter_count = 42;
    uint32_t function_token_offset = 44;
    uint32_t flags = 48;
  } shared;

  struct {
    uint32_t source = 8;
    uint32_t name = 16;
    uint32_t line_offset = 24;
    uint32_t column_offset = 32;
    uint32_t line_ends = 56;
    uint32_t id = 0;  // 0: unknown
  } script;

  struct {
    uint32_t parameter_count_index = 1;  // in words after the map and the flags
    uint32_t context_local_count_index = 2;
    uint32_t first_vars_index = 3;
  } scope_info;

  struct {
    uint32_t byte_length = 24;
    uint32_t backing_store = 40;
    uint32_t view_byte_offset = 32;
    uint32_t view_byte_length = 40;
    uint32_t typed_external_pointer = 56;
    uint32_t typed_base_pointer = 64;
    uint32_t typed_length = 48;
    uint32_t view_buffer = 24;
  } buffer;

  struct {
    uint32_t flags = 48;
    BitField kind = {15, 0};
    uint32_t baseline_kind = 11;        // Maglev's and Turbofan's follow
    uint32_t deoptimization_data = 16;  // of baseline code: its bytecode
    uint32_t positions = 24;            // of baseline code: the offsets of its bytecodes
    uint32_t instruction_pointer = 40;  // 0: the instructions lie in the object itself
    uint32_t instruction_size = 40;
  } code;

  struct {
    uint32_t literal_array = 2;
    uint32_t inlining_positions = 7;
  } deoptimization;  // indices into the deoptimization data

  struct {
    Address start = 0;  // as linked; 0: unknown
    uint64_t size = 0;  // bytes
  } builtins;

  // Where a thread keeps its current isolate, from the thread pointer; nullopt: unknown.
  std::optional<int64_t> current_isolate;

  // The frames that V8 marks, by the number of their marker, without "Frame": "Exit", "Entry" …
  std::vector<std::string> frame_types;

  uint32_t bytecode_data = 56;              // BytecodeArray
  uint32_t bytecode_source_positions = 32;  // BytecodeArray
  uint32_t code_instruction_start = 96;     // Code of V8 before 11, which holds the instructions
  uint32_t instruction_stream_header = 16;  // from 32 on the size of the rest is in it
  uint32_t oddball_kind = 40;
  uint32_t oddball_undefined = 5;
  uint32_t symbol_name = 16;
  uint32_t heap_number_value = 8;

  // Fails for a build that nodeheap cannot read, such as one with pointer compression.
  static Result<Layout> Resolve(const Metadata& metadata);
};

}  // namespace nodeheap::v8
