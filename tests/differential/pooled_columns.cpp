#include "pooled_columns.hpp"

#include <algorithm>

#include "rfs/impl/batch/arrow_export.hpp"
#include "rfs/rfs.hpp"

namespace rfs::differential {

void PooledColumn::add(const Rules& rules, const rule::Domain& domain, Value value) {
  std::string text = rule::plain(value, domain.type, rules.module().choices, rules.file().currency);
  if (std::find(texts.begin(), texts.end(), text) != texts.end()) return;
  values.push_back(std::move(value));
  texts.push_back(std::move(text));
}

void PooledColumn::lay_out(const rule::Domain& domain, Random& random) {
  const bool number =
      domain.type.kind == Kind::money || (domain.type.kind == Kind::number && domain.type.flavour != Flavour::percent);
  scale = static_cast<int>(domain.places);
  const Exact most = Exact::power_of_ten(18 - scale);
  decimals = number && random.one_in(2) && domain.range.least > -most && domain.range.most < most;
}

void PooledColumn::export_to(const std::string& name, ArrowSchema& schema, ArrowArray& array) const {
  const std::size_t count = rows.size();
  std::vector<batch::Buffer> buffers(2);
  buffers[0] = batch::Buffer(count / 8 + 1);
  std::int64_t nulls = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (rows[i] == kNull) {
      ++nulls;
    } else {
      buffers[0].as<std::uint8_t>()[i / 8] |= static_cast<std::uint8_t>(1U << i % 8);
    }
  }
  const auto length = static_cast<std::int64_t>(count);
  if (nulls == 0) buffers[0] = batch::Buffer();
  if (decimals) {
    std::vector<std::int64_t> units;
    for (const Value& value : values) units.push_back(*(value.number * Exact::power_of_ten(scale)).to_int64());
    buffers[1] = batch::Buffer(count * sizeof(std::int64_t));
    for (std::size_t i = 0; i < count; ++i)
      buffers[1].as<std::int64_t>()[i] = units[static_cast<std::size_t>(std::max(rows[i], 0))];
    batch::export_schema("d:18," + std::to_string(scale) + ",64", name, ARROW_FLAG_NULLABLE, {}, nullptr, schema);
    return batch::export_array(length, nulls, std::move(buffers), {}, nullptr, array);
  }
  ArrowSchema kinds{};
  ArrowArray words{};
  batch::export_schema("u", "", 0, {}, nullptr, kinds);
  batch::export_texts(texts, words);
  buffers[1] = batch::Buffer(count);
  for (std::size_t i = 0; i < count; ++i)
    buffers[1].as<std::int8_t>()[i] = static_cast<std::int8_t>(std::max(rows[i], 0));
  batch::export_schema("c", name, ARROW_FLAG_NULLABLE, {}, &kinds, schema);
  batch::export_array(length, nulls, std::move(buffers), {}, &words, array);
}

void PooledTable::cut(Random& random) {
  parts.clear();
  std::size_t left = rows;
  for (std::int64_t i = random.one_in(2) ? 0 : random.from_to(1, 3); i > 0; --i) {
    parts.push_back(static_cast<std::size_t>(random.from_to(0, static_cast<std::int64_t>(left))));
    left -= parts.back();
  }
  parts.push_back(left);
}

ArrowSchema PooledTable::schema() {
  ArrowSchema out{};
  batch::export_schema("+s", "", 0, std::move(schemas), nullptr, out);
  return out;
}

ArrowArrayStream PooledTable::stream() {
  for (ArrowArray& array : arrays) columns.push_back(&array);
  ArrowArrayStream out{};
  out.private_data = this;
  out.get_schema = [](ArrowArrayStream* self, ArrowSchema* schema) {
    *schema = static_cast<PooledTable*>(self->private_data)->schema();
    return 0;
  };
  out.get_next = [](ArrowArrayStream* self, ArrowArray* array) {
    static const void* no_buffer = nullptr;
    auto& table = *static_cast<PooledTable*>(self->private_data);
    *array = {};
    if (table.next == table.parts.size()) return 0;
    array->offset = static_cast<std::int64_t>(table.first);
    array->length = static_cast<std::int64_t>(table.parts[table.next]);
    table.first += table.parts[table.next++];
    array->n_buffers = 1;
    array->buffers = &no_buffer;
    array->n_children = static_cast<std::int64_t>(table.columns.size());
    array->children = table.columns.data();
    array->release = [](ArrowArray* given) { given->release = nullptr; };
    return 0;
  };
  out.get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
  out.release = [](ArrowArrayStream* self) { self->release = nullptr; };
  return out;
}

PooledTable::~PooledTable() {
  for (ArrowSchema& schema : schemas) {
    if (schema.release != nullptr) schema.release(&schema);
  }
  for (ArrowArray& array : arrays) {
    if (array.release != nullptr) array.release(&array);
  }
}

}  // namespace rfs::differential
