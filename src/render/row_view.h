// A row whose cells are asked for by the keys of their fields.
#pragma once

#include <string_view>

#include "render/formats.h"

namespace nodeheap {

class RowView {
 public:
  RowView(const Table& table, const Row& row) : table_(table), row_(row) {}

  // Empty if there is no such field.
  const Cell& at(std::string_view key) const {
    static const Cell kNone;
    const size_t field = FindField(table_, key);
    return field < row_.size() ? row_[field] : kNone;
  }

 private:
  const Table& table_;
  const Row& row_;
};

}  // namespace nodeheap
