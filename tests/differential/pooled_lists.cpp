#include "pooled_lists.hpp"

#include <algorithm>
#include <numeric>

#include "rfs/impl/batch/arrow_export.hpp"
#include "rfs/rfs.hpp"

namespace rfs::differential {

namespace {
constexpr std::size_t kSlots = 5;  // at most so many before the first
}

PooledList::PooledList(const Rules& rules, FactId fact, const Applicants& made, std::size_t applicants,
                       std::size_t most_items, Random& random, BatchOptions& options)
    : rules_(rules),
      fact_(fact),
      records_(!rules.file().facts[fact.value].fields.empty()),
      most_(rules.module().facts[fact].domain.list->max_items),
      style_(random.from_to(0, 3)),
      null_is_empty_(options.null_lists == NullLists::empty) {
  const std::int64_t form = random.from_to(0, 9);
  form_ = form < 5 ? Form::list : form < 7 ? Form::large : form < 8 ? Form::fixed : Form::child;
  const auto up_to = [&](std::size_t most) {
    return static_cast<std::size_t>(random.from_to(0, static_cast<std::int64_t>(most)));
  };
  offset_ = static_cast<std::int64_t>(up_to(kSlots));
  inside_ = static_cast<std::int64_t>(up_to(kSlots));
  const std::size_t same = up_to(std::min<std::size_t>(most_, 4));
  before_ = form_ == Form::fixed ? static_cast<std::size_t>(offset_) * same : up_to(kSlots);
  begins_.push_back(0);
  const bool nulls = form_ != Form::child && random.one_in(3), null_items = records_ && nulls && random.one_in(2);
  for (std::size_t i = 0; i < applicants; ++i) {
    std::size_t count = form_ == Form::fixed ? same : size(random);
    if (begins_.back() + count > most_items && form_ != Form::fixed) count = 0;
    begins_.push_back(begins_.back() + count);
    null_.push_back(nulls && random.one_in(40));
    for (; count > 0; --count) null_item_.push_back(null_items && random.one_in(60));
  }
  const auto& domains = rules.module().facts[fact].domain.list->fields;
  const std::string& name = rules.file().facts[fact.value].name.text;
  for (std::size_t f = 0; f < domains.size(); ++f) {
    Field& field = fields_.emplace_back();
    const rule::Domain& domain = domains[f].domain;
    field.unknown = records_ && random.one_in(20);
    field.given = !field.unknown && !(domains[f].has_default && random.one_in(3));
    if (field.unknown) options.unknown.push_back(name + "." + domains[f].name);
    if (!field.given) continue;
    for (std::int64_t n = random.from_to(2, 40); n > 0; --n)
      field.column.add(rules, domain, made.cell(fact, f, random));
    field.column.lay_out(domain, random);
    const std::int64_t one_in = random.one_in(3) ? random.from_to(20, 200) : 0;
    for (std::size_t i = 0; i < begins_.back(); ++i) {
      const bool null = one_in != 0 && random.one_in(one_in);
      field.column.rows.push_back(null ? PooledColumn::kNull
                                       : static_cast<std::int32_t>(up_to(field.column.values.size() - 1)));
    }
  }
}

/// How many items an applicant has: few, some, or of few applicants very many; at times more than may be.
std::size_t PooledList::size(Random& random) const {
  if (random.one_in(1500) && most_ < 1000) return most_ + 1;
  std::size_t most = style_ == 0 ? 3 : style_ == 1 ? 12 : 2;
  if (style_ >= 2 && random.one_in(50)) most = 60;
  if (style_ == 3 && random.one_in(400)) most = 5000;
  return static_cast<std::size_t>(random.from_to(0, static_cast<std::int64_t>(std::min(most, most_))));
}

/// Adds the fields' columns, or that of the values.
void PooledList::export_items(PooledTable& table) const {
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    if (!fields_[f].given) continue;
    const std::string name = records_ ? rules_.module().facts[fact_].domain.list->fields[f].name
                                      : rules_.file().facts[fact_.value].name.text;
    fields_[f].column.export_to(name, table.schemas.emplace_back(), table.arrays.emplace_back());
  }
}

void PooledList::add_to(PooledTable& table) const {
  // Slots before the first item repeat it, or are null.
  PooledList shifted = *this;
  const std::size_t slots = before_ + static_cast<std::size_t>(inside_);
  for (Field& field : shifted.fields_) {
    std::vector<std::int32_t>& rows = field.column.rows;
    rows.insert(rows.begin(), slots, rows.empty() ? PooledColumn::kNull : rows.front());
  }
  PooledTable items;
  shifted.export_items(items);
  std::vector<ArrowSchema> schema(1);
  std::vector<ArrowArray> array(1);
  const std::size_t count = before_ + begins_.back();
  const auto bits = [](std::size_t before, const std::vector<bool>& nulls) {
    batch::Buffer out((before + nulls.size()) / 8 + 1);
    for (std::size_t i = 0; i < nulls.size(); ++i) {
      if (!nulls[i]) out.as<std::uint8_t>()[(before + i) / 8] |= static_cast<std::uint8_t>(1U << (before + i) % 8);
    }
    return out;
  };
  if (records_) {
    std::vector<batch::Buffer> valid;
    valid.push_back(bits(slots, null_item_));
    batch::export_schema("+s", "item", ARROW_FLAG_NULLABLE, std::move(items.schemas), nullptr, schema[0]);
    batch::export_array(static_cast<std::int64_t>(count), -1, std::move(valid), std::move(items.arrays), nullptr,
                        array[0]);
  } else {
    std::swap(schema[0], items.schemas[0]);
    std::swap(array[0], items.arrays[0]);
    array[0].length = static_cast<std::int64_t>(count);
  }
  array[0].offset = inside_;
  std::vector<batch::Buffer> buffers;
  buffers.push_back(bits(static_cast<std::size_t>(offset_), null_));
  const std::size_t applicants = null_.size();
  const auto offsets = [&](auto zero) {
    using Offset = decltype(zero);
    buffers.emplace_back((static_cast<std::size_t>(offset_) + applicants + 1) * sizeof(Offset));
    Offset* const out = buffers[1].as<Offset>();
    for (std::int64_t i = 0; i < offset_; ++i) out[i] = static_cast<Offset>(before_);
    for (std::size_t i = 0; i <= applicants; ++i)
      out[static_cast<std::size_t>(offset_) + i] = static_cast<Offset>(before_ + begins_[i]);
  };
  std::string format = form_ == Form::list ? "+l" : "+L";
  if (form_ == Form::list) offsets(std::int32_t{});
  if (form_ == Form::large) offsets(std::int64_t{});
  if (form_ == Form::fixed) format = "+w:" + std::to_string(applicants == 0 ? 0 : begins_[1]);
  batch::export_schema(format, rules_.file().facts[fact_.value].name.text, ARROW_FLAG_NULLABLE, std::move(schema),
                       nullptr, table.schemas.emplace_back());
  ArrowArray& out = table.arrays.emplace_back();
  batch::export_array(static_cast<std::int64_t>(applicants), -1, std::move(buffers), std::move(array), nullptr, out);
  out.offset = offset_;
}

void PooledList::fill(PooledTable& table, const std::vector<std::int64_t>& keys, Random& random) const {
  // Applicants in some order; those of a group of them have their items in turns.
  std::vector<std::size_t> applicants(keys.size());
  std::iota(applicants.begin(), applicants.end(), 0);
  const bool in_order = random.one_in(2);
  if (!in_order) {
    for (std::size_t i = applicants.size(); i > 1; --i)
      std::swap(applicants[i - 1],
                applicants[static_cast<std::size_t>(random.from_to(0, static_cast<std::int64_t>(i) - 1))]);
  }
  const std::size_t together = in_order ? 1 : static_cast<std::size_t>(random.from_to(1, 30));
  std::vector<std::size_t> order;
  std::vector<std::int64_t> row_keys;
  for (std::size_t begin = 0; begin < applicants.size(); begin += together) {
    const std::size_t end = std::min(applicants.size(), begin + together);
    bool more = true;
    for (std::size_t item = 0; more; ++item) {
      more = false;
      for (std::size_t i = begin; i < end; ++i) {
        const std::size_t at = begins_[applicants[i]] + item;
        if (at >= begins_[applicants[i] + 1]) continue;
        more = true;
        order.push_back(at);
        row_keys.push_back(keys[applicants[i]]);
      }
    }
  }
  PooledList ordered = *this;
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    if (!fields_[f].given) continue;
    for (std::size_t i = 0; i < order.size(); ++i) ordered.fields_[f].column.rows[i] = fields_[f].column.rows[order[i]];
  }
  ordered.export_items(table);
  std::vector<batch::Buffer> buffers(2);
  buffers[1] = batch::Buffer(row_keys.size() * sizeof(std::int64_t));
  std::copy(row_keys.begin(), row_keys.end(), buffers[1].as<std::int64_t>());
  batch::export_schema("l", "whose", 0, {}, nullptr, table.schemas.emplace_back());
  batch::export_array(static_cast<std::int64_t>(row_keys.size()), 0, std::move(buffers), {}, nullptr,
                      table.arrays.emplace_back());
  table.rows = row_keys.size();
  table.cut(random);
}

void PooledList::give(std::size_t applicant, bool drop_last, Facts& facts) const {
  using State = program::Given::State;
  if (null_[applicant] && !null_is_empty_) return facts.set_unknown(fact_);
  program::GivenList list;
  list.width = fields_.size();
  list.count = null_[applicant] ? 0 : begins_[applicant + 1] - begins_[applicant];
  if (drop_last && list.count > 0) --list.count;
  list.cells.resize(list.count * list.width);
  for (std::size_t i = 0; i < list.count; ++i) {
    const std::size_t item = begins_[applicant] + i;
    for (std::size_t f = 0; f < fields_.size(); ++f) {
      const Field& field = fields_[f];
      program::Given& cell = list.cells[i * list.width + f];
      if (null_item_[item] || field.unknown) {
        cell.state = State::unknown;
      } else if (field.given) {
        const std::int32_t at = field.column.rows[item];
        cell.state = at == PooledColumn::kNull ? State::unknown : State::known;
        if (cell.state == State::known) cell.value = field.column.values[static_cast<std::size_t>(at)];
      }
    }
  }
  facts.set_list(fact_, std::move(list));
}

void PooledList::count(Counts& counts) const {
  counts[form_ == Form::child   ? "lists in child tables"
         : form_ == Form::fixed ? "lists of one size"
         : form_ == Form::large ? "large lists"
                                : "lists"] += null_.size();
  if (!records_) counts["lists of values"] += null_.size();
  for (std::size_t i = 0; i < null_.size(); ++i) {
    if (begins_[i + 1] - begins_[i] > 1000) ++counts["lists of more than 1000 items"];
  }
}

}  // namespace rfs::differential
