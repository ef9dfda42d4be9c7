#include "v8/layout.h"

#include <string>

namespace nodeheap::v8 {
namespace {

constexpr Version kOldest{9, 0, 0};  // Node 16
constexpr Version kNode21{11, 8, 0};
constexpr Version kNode22{12, 0, 0};
constexpr Version kNode24{13, 0, 0};

Result<void> CheckSupported(const Metadata& metadata) {
  const auto refuse = [&](std::string message, std::string hint) {
    return std::unexpected(Error{
        .code = ErrorCode::kUnsupported, .message = std::move(message), .hint = std::move(hint)});
  };
  if (metadata.Find("TaggedSize").value_or(8) != 8)
    return refuse("this Node was built with pointer compression, which nodeheap cannot read yet",
                  "official builds of Node have none; take a heap snapshot instead");
  if (metadata.Find("SmiShiftSize").value_or(31) != 31)
    return refuse("this Node was built with 31-bit Smis, which nodeheap cannot read yet",
                  "take a heap snapshot instead");
  if (metadata.v8_version < kOldest)
    return refuse("V8 " + ToString(metadata.v8_version) + " is too old",
                  "nodeheap reads cores of Node 16 and later, and heap snapshots of Node 12 and "
                  "later");
  return {};
}

// Fields in v8dbg, under the names they have had. What is not found keeps the layout's default.
void ResolveFields(const Metadata& metadata, Layout& layout) {
  const auto field = [&](uint32_t& target, std::string_view class_name, auto... names) {
    for (const std::string_view name : {std::string_view(names)...}) {
      const auto value = metadata.Field(class_name, name);
      if (!value || *value < 0 || *value > 4096) continue;
      target = static_cast<uint32_t>(*value);
      return;
    }
  };
  field(layout.function.shared, "JSFunction", "shared");
  field(layout.function.context, "JSFunction", "context");
  field(layout.function.feedback_cell, "JSFunction", "raw_feedback_cell");
  field(layout.function.prototype_or_initial_map, "JSFunction", "prototype_or_initial_map");
  field(layout.function.code, "JSFunction", "code", "raw_code");
  field(layout.shared.function_data, "SharedFunctionInfo", "function_data");
  field(layout.shared.name_or_scope_info, "SharedFunctionInfo", "name_or_scope_info");
  field(layout.shared.script, "SharedFunctionInfo", "script_or_debug_info", "script", "raw_script");
  field(layout.shared.length, "SharedFunctionInfo", "length");
  field(layout.shared.formal_parameter_count, "SharedFunctionInfo",
        "internal_formal_parameter_count");
  field(layout.shared.function_token_offset, "SharedFunctionInfo", "raw_function_token_offset");
  field(layout.shared.flags, "SharedFunctionInfo", "flags");
  field(layout.script.source, "Script", "source");
  field(layout.script.name, "Script", "name");
  field(layout.script.line_ends, "Script", "line_ends");
  field(layout.buffer.byte_length, "JSArrayBuffer", "byte_length");
  field(layout.buffer.backing_store, "JSArrayBuffer", "backing_store");
  field(layout.buffer.view_byte_offset, "JSArrayBufferView", "byte_offset");
  field(layout.buffer.view_byte_length, "JSArrayBufferView", "byte_length");
  field(layout.buffer.typed_external_pointer, "JSTypedArray", "external_pointer");
  field(layout.buffer.typed_base_pointer, "JSTypedArray", "base_pointer");
  field(layout.buffer.typed_length, "JSTypedArray", "length");
  field(layout.code_instruction_start, "Code", "instruction_start");
  field(layout.instruction_stream_header, "InstructionStream", "instruction_start");
  field(layout.bytecode_data, "BytecodeArray", "data");
  field(layout.property.header, "DescriptorArray", "header_size");
  field(layout.oddball_kind, "Oddball", "kind", "kind_offset");
  field(layout.object.regexp_source, "JSRegExp", "source");
  field(layout.object.date_value, "JSDate", "value");
}

void ResolveConstants(const Metadata& metadata, Layout& layout) {
  const auto constant = [&](uint32_t& target, std::string_view name) {
    if (const auto value = metadata.Find(name)) target = static_cast<uint32_t>(*value);
  };
  const auto bits = [&](BitField& target, const std::string& name) {
    constant(target.mask, name + "_mask");
    constant(target.shift, name + "_shift");
    target.shift %= 32;
  };
  bits(layout.map.elements_kind, "bit_field2_elements_kind");
  bits(layout.map.own_descriptors, "bit_field3_number_of_own_descriptors");
  bits(layout.property.attributes, "prop_attributes");
  bits(layout.property.location, "prop_location");
  bits(layout.property.representation, "prop_representation");
  bits(layout.property.field_index, "prop_index");
  constant(layout.property.representation_double, "prop_representation_double");
  constant(layout.property.name_dictionary_prefix, "namedictionaryshape_prefix_size");
  constant(layout.scope_info.parameter_count_index, "scopeinfo_idx_nparams");
  constant(layout.scope_info.context_local_count_index, "scopeinfo_idx_ncontextlocals");
  constant(layout.scope_info.first_vars_index, "scopeinfo_idx_first_vars");
  constant(layout.oddball_undefined, "OddballUndefined");
  constant(layout.map.dictionary_elements, "elements_dictionary_elements");
}

void ResolveCode(const Metadata& metadata, Layout& layout) {
  const auto constant = [&](uint32_t& target, std::optional<int64_t> value) {
    if (value && *value >= 0 && *value <= 4096) target = static_cast<uint32_t>(*value);
  };
  constant(layout.code.flags, metadata.Field("Code", "flags"));
  constant(layout.code.deoptimization_data, metadata.Field("Code", "deoptimization_data"));
  constant(layout.code.positions, metadata.Field("Code", "source_position_table"));
  constant(layout.code.baseline_kind, metadata.Find("CodeKindBaseline"));
  constant(layout.deoptimization.literal_array,
           metadata.Find("DeoptimizationDataLiteralArrayIndex"));
  constant(layout.deoptimization.inlining_positions,
           metadata.Find("DeoptimizationDataInliningPositionsIndex"));
  constant(layout.code.instruction_size, metadata.Field("Code", "instruction_size"));
}

void ResolveFrameTypes(const Metadata& metadata, Layout& layout) {
  constexpr std::string_view kPrefix = "frametype_";
  constexpr std::string_view kSuffix = "Frame";
  constexpr int64_t kMaxTypes = 256;
  for (auto at = metadata.values.lower_bound(kPrefix); at != metadata.values.end(); ++at) {
    std::string_view name = at->first;
    if (!name.starts_with(kPrefix)) break;
    name.remove_prefix(kPrefix.size());
    if (name.ends_with(kSuffix)) name.remove_suffix(kSuffix.size());
    if (at->second < 0 || at->second >= kMaxTypes) continue;
    const auto marker = static_cast<size_t>(at->second);
    if (layout.frame_types.size() <= marker) layout.frame_types.resize(marker + 1);
    layout.frame_types[marker] = name;
  }
}

// What v8dbg lacks, by version. Measured: docs/v8-layout.md.
void ResolveByVersion(Layout& layout) {
  const Version& version = layout.version;
  if (version < Version{9, 5, 0}) layout.bytecode_data = 56 - 2;
  if (version >= kNode24) {
    layout.shared.untrusted_function_data = 16;
    layout.shared.outer_scope_info = 32;
    layout.buffer.view_buffer = 32;
  }
  if (version >= kNode21) layout.function.code = version < Version{14, 0, 0} ? 24 : 0;
  if (version < Version{11, 0, 0}) layout.code.instruction_pointer = 0;
  if (version >= Version{11, 0, 0} && version < kNode21) layout.code.instruction_size = 56;
  if (version >= kNode21 && version < kNode22) {
    layout.code.instruction_pointer = 32;
    layout.code.flags = 40;
    layout.code.instruction_size = 44;
  }
  if (version >= kNode22) {
    layout.bytecode_source_positions = 24;
    layout.code.deoptimization_data = 8;
    layout.code.positions = 16;
  }
  if (version >= Version{14, 2, 0}) layout.buffer.typed_length = 64;
}

}  // namespace

Result<Layout> Layout::Resolve(const Metadata& metadata) {
  NH_CHECK(CheckSupported(metadata));
  Layout layout;
  layout.version = metadata.v8_version;
  layout.architecture = metadata.architecture;
  NH_TRY(layout.types, InstanceTypes::Resolve(metadata));
  ResolveByVersion(layout);
  ResolveFields(metadata, layout);
  ResolveConstants(metadata, layout);
  ResolveCode(metadata, layout);
  layout.current_isolate = metadata.current_isolate;
  layout.builtins = {.start = metadata.builtins_start, .size = metadata.builtins_size};
  ResolveFrameTypes(metadata, layout);
  return layout;
}

}  // namespace nodeheap::v8
