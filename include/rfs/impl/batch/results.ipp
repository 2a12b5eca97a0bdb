#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "rfs/evaluate/outcome.hpp"
#include "rfs/impl/batch/arrow_export.ipp"
#include "rfs/impl/batch/results.hpp"
#include "rfs/value/currency.hpp"

namespace rfs::inline RFS_ABI::batch {

namespace detail {

using Shows = ResultColumn::Shows;

/// Finds how values of a node are held: definitions that are whole numbers as such where all fit 64 bits, numbers as
/// decimals where their step ends in decimals and all fit 38 digits.
RFS_INLINE void choose_form(const Rules& rules, program::NodeId node, const Type& type, ResultColumn& out) {
  out.type = type;
  out.form = Form::text;
  switch (type.kind) {
    case Kind::boolean:
      out.form = Form::boolean;
      break;
    case Kind::date:
      out.form = Form::day;
      break;
    case Kind::choice:
      out.form = Form::word;
      break;
    case Kind::number:
    case Kind::money: {
      const program::Range& range = rules.program().ranges[node];
      constexpr std::size_t kNone = 38;
      const std::size_t decimals = range.step ? range.step->decimals().value_or(kNone) : kNone;
      const value::Interval& all = range.reading.interval;
      const bool whole = out.shows == Shows::definition && type.flavour == Flavour::integer;
      if (whole && all.least >= INT64_MIN && all.most <= INT64_MAX) {
        out.form = Form::whole;
        break;
      }
      const int minor = type.kind == Kind::money ? value::minor_digits(rules.file().currency).value_or(0) : 0;
      if (decimals >= kNone) break;
      out.scale = std::max(minor, static_cast<int>(decimals));
      const Exact most = Exact::power_of_ten(38 - out.scale);
      if (all.least > -most && all.most < most) out.form = Form::decimal;
      break;
    }
    default:
      break;
  }
}

RFS_INLINE std::vector<std::string> words_of(const Rules& rules, const ResultColumn& column) {
  if (column.form == Form::word) return rules.module().choices.words(column.type.choice);
  std::vector<std::string> out;
  for (const Status status : {Status::eligible, Status::ineligible, Status::undetermined, Status::refused}) {
    out.emplace_back(status_text(status));
  }
  return out;
}

/// Counts the bytes of all texts of a column, and the texts.
struct TextSizes {
  std::size_t bytes = 0, texts = 0;
};
RFS_INLINE TextSizes sizes_of(const std::vector<Texts>& blocks) {
  TextSizes out;
  for (const Texts& block : blocks) {
    out.bytes += block.bytes.size();
    out.texts += block.empty + block.ends.size();
  }
  return out;
}

/// Puts the texts of all blocks one after the other.
RFS_INLINE void join_texts(const std::vector<Texts>& blocks, Buffer& offsets, Buffer& bytes) {
  const TextSizes sizes = sizes_of(blocks);
  const std::size_t offset_bytes = (sizes.texts + 1) * sizeof(std::int32_t);
  bytes = Buffer::of_texts(sizes.bytes);
  if (sizes.bytes == 0) {
    offsets = Buffer::zeros(offset_bytes);
    return;
  }
  offsets = Buffer(offset_bytes);
  std::size_t begin = 0, at = 0;
  for (const Texts& block : blocks) {
    if (!block.bytes.empty()) std::memcpy(bytes.as<char>() + begin, block.bytes.data(), block.bytes.size());
    if (begin != 0) std::fill_n(offsets.as<std::int32_t>() + at + 1, block.empty, static_cast<std::int32_t>(begin));
    at += block.empty;
    for (const std::size_t end : block.ends) offsets.as<std::int32_t>()[++at] = static_cast<std::int32_t>(begin + end);
    begin += block.bytes.size();
  }
}

}  // namespace detail

RFS_INLINE std::vector<ResultColumn> result_columns(const Rules& rules, const BatchOptions& options) {
  using detail::Shows;
  std::vector<ResultColumn> out;
  const BatchOutput& wanted = options.output;
  const auto add = [&](std::string name, Shows shows, Form form, std::size_t of) {
    ResultColumn column;
    column.name = std::move(name);
    column.shows = shows;
    column.form = form;
    column.of = static_cast<std::uint32_t>(of);
    out.push_back(std::move(column));
  };
  const Form sets = options.sets == SetForm::text ? Form::text : Form::list;
  for (std::size_t i = 0; i < rules.file().decisions.size(); ++i) {
    const std::string& name = rules.file().decisions[i].name.text;
    const program::Decision& decision = rules.program().decisions[DecisionId(i)];
    add(name + "_status", Shows::status, Form::status, i);
    const auto add_amount = [&](const char* what, Shows shows) {
      add(name + what, shows, Form::text, i);
      detail::choose_form(rules, decision.amount, rules.module().decisions[DecisionId(i)].amount_type, out.back());
    };
    if (decision.amount.valid()) {
      add_amount("_amount", Shows::amount);
      if (wanted.least) add_amount("_least", Shows::least);
      if (wanted.most) add_amount("_most", Shows::most);
    }
    const auto each_condition = [&](const char* what, Shows shows) {
      const std::size_t begin = out.size();
      for (std::uint32_t c = 0; c < decision.conditions.size(); ++c) {
        std::string column = name + what + decision.conditions[c].name;
        const auto same = std::find_if(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(),
                                       [&](const ResultColumn& other) { return other.name == column; });
        if (same == out.end()) {
          add(std::move(column), shows, Form::boolean, i);
          out.back().conditions = {c};
        } else {
          same->conditions.push_back(c);
        }
      }
    };
    if (wanted.unmet && options.sets == SetForm::columns) {
      each_condition("_unmet_", Shows::unmet_condition);
    } else if (wanted.unmet) {
      add(name + "_unmet", Shows::unmet, sets, i);
    }
    if (wanted.needed) add(name + "_needed", Shows::needed, sets, i);
    if (wanted.conditions) each_condition("_condition_", Shows::condition);
  }
  for (std::size_t i = 0; wanted.definitions && i < rules.file().definitions.size(); ++i) {
    add(rules.file().definitions[i].name.text, Shows::definition, Form::text, i);
    detail::choose_form(rules, rules.program().definitions[DefinitionId(i)],
                        outcome_type(rules.module().definitions[DefinitionId(i)].type), out.back());
  }
  add("error", Shows::error, Form::text, 0);
  return out;
}

namespace detail {
/// Returns how many bytes the values of so many rows take.
RFS_INLINE std::size_t value_bytes(Form form, std::size_t rows) noexcept {
  switch (form) {
    case Form::status:
      return rows;
    case Form::word:
    case Form::day:
      return rows * sizeof(std::int32_t);
    case Form::boolean:
      return (rows + 7) / 8;
    case Form::whole:
      return rows * sizeof(std::int64_t);
    case Form::decimal:
      return rows * sizeof(Int128);
    case Form::text:
    case Form::list:
      break;
  }
  return 0;
}
}  // namespace detail

RFS_INLINE ResultData make_results(Form form, std::size_t rows) {
  ResultData out;
  out.valid = Buffer(rows / 8 + 1);
  if (form != Form::text && form != Form::list) out.values = Buffer::unwritten(detail::value_bytes(form, rows));
  return out;
}

RFS_INLINE void clear_results(Form form, std::size_t first, std::size_t rows, ResultData& data) {
  if (form == Form::text || form == Form::list) return;
  std::memset(data.values.as<char>() + detail::value_bytes(form, first), 0, detail::value_bytes(form, rows));
}

RFS_INLINE void trim_results(Form form, std::size_t rows, ResultData& data) {
  const auto trim = [](std::size_t bytes, Buffer& buffer) {
    Buffer out = Buffer::unwritten(bytes);
    std::memcpy(out.as<char>(), buffer.data(), bytes);
    buffer = std::move(out);
  };
  trim(rows / 8 + 1, data.valid);
  if (form != Form::text && form != Form::list) trim(detail::value_bytes(form, rows), data.values);
}

RFS_INLINE void export_result_schema(const ResultColumn& column, ArrowSchema& out) {
  const auto with_words = [&](const char* index) {
    ArrowSchema words{};
    export_schema("u", "", 0, {}, nullptr, words);
    export_schema(index, column.name, ARROW_FLAG_NULLABLE, {}, &words, out);
  };
  const auto plain = [&](std::string format) {
    export_schema(std::move(format), column.name, ARROW_FLAG_NULLABLE, {}, nullptr, out);
  };
  switch (column.form) {
    case Form::status:
      return with_words("c");
    case Form::word:
      return with_words("i");
    case Form::boolean:
      return plain("b");
    case Form::day:
      return plain("tdD");
    case Form::whole:
      return plain("l");
    case Form::decimal:
      return plain("d:38," + std::to_string(column.scale));
    case Form::text:
      return plain("u");
    case Form::list: {
      std::vector<ArrowSchema> item(1);
      export_schema("u", "item", 0, {}, nullptr, item[0]);
      return export_schema("+l", column.name, ARROW_FLAG_NULLABLE, std::move(item), nullptr, out);
    }
  }
}

RFS_INLINE bool export_results(const Rules& rules, const ResultColumn& column, ResultData data, std::size_t rows,
                               ArrowArray& out) {
  const auto length = static_cast<std::int64_t>(rows);
  std::int64_t valid = 0;
  for (std::size_t i = 0; i < (rows + 63) / 64; ++i) {
    const std::uint64_t some = data.valid.as<std::uint64_t>()[i];
    valid += some + 1 == 0 ? 64 : std::popcount(some);  // to count takes a call where no instruction does it
  }
  std::vector<Buffer> buffers(2);
  if (valid != length) buffers[0] = std::move(data.valid);
  buffers[1] = std::move(data.values);
  std::vector<ArrowArray> children;
  ArrowArray words{};
  const bool has_words = column.form == Form::status || column.form == Form::word;
  if (has_words) export_texts(detail::words_of(rules, column), words);
  if (column.form == Form::text || column.form == Form::list) {
    constexpr std::size_t kMost = std::numeric_limits<std::int32_t>::max();
    const detail::TextSizes sizes = detail::sizes_of(data.texts);
    if (sizes.bytes > kMost || sizes.texts > kMost) return false;
    Buffer offsets, bytes;
    detail::join_texts(data.texts, offsets, bytes);
    if (column.form == Form::text) {
      buffers[1] = std::move(offsets);
      buffers.push_back(std::move(bytes));
    } else {
      std::vector<Buffer> items(3);
      items[1] = std::move(offsets);
      items[2] = std::move(bytes);
      children.resize(1);
      export_array(static_cast<std::int64_t>(sizes.texts), 0, std::move(items), {}, nullptr, children[0]);
      buffers[1] = Buffer((rows + 1) * sizeof(std::int32_t));
      std::size_t begin = 0, at = 0;
      for (const Texts& block : data.texts) {
        for (const std::size_t end : block.lists) {
          buffers[1].as<std::int32_t>()[++at] = static_cast<std::int32_t>(begin + end);
        }
        begin += block.ends.size();
      }
    }
  }
  export_array(length, length - valid, std::move(buffers), std::move(children), has_words ? &words : nullptr, out);
  return true;
}

}  // namespace rfs::inline RFS_ABI::batch
