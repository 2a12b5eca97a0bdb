#pragma once

#include "rfs/json/from_source.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rfs/impl/json/syntax_error.ipp"

namespace rfs::inline RFS_ABI::json {

namespace detail {

/// Says how many bytes have been taken through it and its copies.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, std::size_t* taken) : at_(at), taken_(taken) {}

  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    ++*taken_;
    return *this;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) { return a.at_ == b.at_; }
  friend bool operator!=(const CountingIterator& a, const CountingIterator& b) { return a.at_ != b.at_; }

 private:
  const char* at_;
  std::size_t* taken_;
};

/// Builds a document from nlohmann's events. An event comes when its last byte has been taken, that
/// of a number one byte later (save at the end of the file), so numbers are measured in the text.
class Reader {
 public:
  Reader(Document& document, const Limits& limits, Diagnostics& findings)
      : document_(document), text_(document.file->text), limits_(limits), findings_(findings) {}

  /// Reads the whole text; returns whether it is JSON within the limits.
  bool read() {
    const CountingIterator begin(text_.data(), &taken_);
    const CountingIterator end(text_.data() + text_.size(), &taken_);
    if (!nlohmann::json::sax_parse(begin, end, this)) return false;
    // To nlohmann a zero byte is the end of the text as well.
    if (skip(text_, last_, kSpace) == text_.size()) return true;
    return refuse_syntax();
  }

  // --- what nlohmann calls ---

  bool null() { return add_literal(Kind::null, 4); }
  bool boolean(bool value) { return add_literal(Kind::boolean, value ? 4 : 5, value); }
  bool number_integer(std::int64_t /*value*/) { return add_number(); }
  bool number_unsigned(std::uint64_t /*value*/) { return add_number(); }
  bool number_float(double /*value*/, const std::string& /*text*/) { return add_number(); }

  bool string(std::string& text) {
    Node node;
    node.kind = Kind::string;
    node.span = span_of(token_begin(), taken_);
    node.text = std::move(text);
    return add(std::move(node));
  }

  bool binary(nlohmann::json::binary_t& /*bytes*/) { return false; }  // JSON text has none

  bool start_object(std::size_t /*size*/) { return open(Kind::object, State::object_opened); }
  bool start_array(std::size_t /*size*/) { return open(Kind::array, State::array_opened); }

  bool key(std::string& text) {
    open_.back().members.push_back({std::move(text), span_of(token_begin(), taken_), NodeId()});
    last_ = taken_;
    state_ = State::key;
    return true;
  }

  bool end_object() {
    drop_duplicates(open_.back().members);
    return close();
  }
  bool end_array() { return close(); }

  bool parse_error(std::size_t /*position*/, const std::string& /*token*/, const nlohmann::json::exception& /*error*/) {
    const std::size_t begin = token_begin();
    const bool number_event = state_ != State::object_opened && state_ != State::done;
    if (number_event && too_many_digits(begin, scan_number(text_, begin).end)) return false;
    return refuse_syntax();
  }

 private:
  /// Where the token of the current event begins: only spaces and separators lie between events.
  [[nodiscard]] std::size_t token_begin() const { return skip(text_, last_, " \t\n\r,:"); }

  bool add_literal(Kind kind, std::size_t size, bool value = false) {
    Node node;
    node.kind = kind;
    node.boolean = value;
    node.span = span_of(token_begin(), token_begin() + size);
    return add(std::move(node));
  }

  bool add_number() {
    const std::size_t begin = token_begin();
    const std::size_t end = scan_number(text_, begin).end;
    if (too_many_digits(begin, end)) return false;
    Node node;
    node.kind = Kind::number;
    node.span = span_of(begin, end);
    node.text = text_.substr(begin, end - begin);
    return add(std::move(node));
  }

  bool add(Node node) {
    last_ = node.span.end;
    const NodeId id = document_.nodes.push(std::move(node));
    if (open_.empty()) {
      document_.root = id;
      state_ = State::done;
    } else if (Node& parent = open_.back(); parent.kind == Kind::array) {
      parent.items.push_back(id);
      state_ = State::value_in_array;
    } else {
      parent.members.back().value = id;
      state_ = State::value_in_object;
    }
    return true;
  }

  bool open(Kind kind, State state) {
    if (open_.size() >= limits_.json_depth) {
      Diagnostic& finding = report(Code::json_too_deep, taken_ - 1, taken_);
      finding.message = "expected at most " + std::to_string(limits_.json_depth) + " levels of nesting, found more";
      finding.help = "make the file flatter";
      return false;
    }
    Node node;
    node.kind = kind;
    node.span = span_of(taken_ - 1, taken_);
    open_.push_back(std::move(node));
    last_ = taken_;
    state_ = state;
    return true;
  }

  bool close() {
    Node node = std::move(open_.back());
    open_.pop_back();
    node.span.end = static_cast<std::uint32_t>(taken_);
    return add(std::move(node));
  }

  /// Reports each key that an earlier member has, and drops its member. Sorting, so that no choice
  /// of keys makes it slow.
  void drop_duplicates(std::vector<Member>& members) {
    std::vector<std::size_t> order(members.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&members](std::size_t a, std::size_t b) {
      const int keys = members[a].key.compare(members[b].key);
      return keys != 0 ? keys < 0 : a < b;
    });
    std::vector<std::pair<std::size_t, std::size_t>> later;  // a member, and the first with its key
    std::size_t first = 0;
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (members[order[i]].key != members[order[first]].key) {
        first = i;
      } else {
        later.emplace_back(order[i], order[first]);
      }
    }
    if (later.empty()) return;
    std::sort(later.begin(), later.end());
    for (const auto& [again, original] : later) report_duplicate(members[again], members[original]);
    std::vector<Member> kept;
    auto next = later.begin();
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (next != later.end() && next->first == i) {
        ++next;
      } else {
        kept.push_back(std::move(members[i]));
      }
    }
    members = std::move(kept);
  }

  void report_duplicate(const Member& again, const Member& original) {
    // A stranger's file may hold a million of them; nobody reads so many.
    constexpr std::size_t kMost = 100;
    if (++duplicates_ > kMost) return;
    Diagnostic& finding = report(Code::duplicate_key, again.key_span.begin, again.key_span.end);
    finding.message = "expected each key once, found " + in_backticks(again.key) + " again";
    finding.labels.push_back({original.key_span, "first here"});
    finding.help = duplicates_ == kMost ? "further duplicate keys are not shown" : "keep one of the two";
  }

  bool too_many_digits(std::size_t begin, std::size_t end) {
    const std::string_view number = text_.substr(begin, end - begin);
    const auto digits = static_cast<std::size_t>(
        std::count_if(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; }));
    if (digits <= limits_.digits) return false;
    Diagnostic& finding = report(Code::number_too_long, begin, end);
    finding.message = "expected at most " + std::to_string(limits_.digits) + " digits, found " + std::to_string(digits);
    return true;
  }

  bool refuse_syntax() {
    std::optional<source::Span> open;
    if (!open_.empty()) open = open_.back().span;
    findings_.add(SyntaxError(document_.file, state_, last_, open).explain());
    return false;
  }

  Diagnostic& report(Code code, std::size_t begin, std::size_t end) {
    Diagnostic finding;
    finding.code = code;
    finding.file = document_.file;
    finding.span = span_of(begin, end);
    return findings_.add(std::move(finding));
  }

  Document& document_;
  std::string_view text_;
  const Limits& limits_;
  Diagnostics& findings_;
  std::size_t taken_ = 0;  ///< bytes that nlohmann has taken
  std::size_t last_ = 0;   ///< where the last event ended
  State state_ = State::start;
  std::vector<Node> open_;  ///< containers around the current place
  std::size_t duplicates_ = 0;
};

/// Reports a text that cannot be JSON before any of it is read; returns whether it did.
RFS_INLINE bool refuse_bytes(const source::FilePtr& file, const Limits& limits, Diagnostics& findings,
                             std::string_view if_too_large) {
  const std::string_view text = file->text;
  Diagnostic finding;
  finding.file = file;
  // Spans are of 32 bits.
  const std::size_t most = std::min<std::size_t>(limits.file_bytes, std::numeric_limits<std::uint32_t>::max() - 1);
  if (text.size() > most) {
    finding.code = Code::file_too_large;
    finding.message = "expected at most " + std::to_string(most) + " bytes, found " + std::to_string(text.size());
    finding.help = if_too_large;
  } else if (text.substr(0, 3) == "\xEF\xBB\xBF") {
    finding.code = Code::byte_order_mark;
    finding.message = "expected JSON, found a byte-order mark";
    finding.span = span_of(0, 3);
    finding.help = "save the file as UTF-8 without byte-order mark";
    finding.fixes.push_back({"delete the byte-order mark", {{finding.span, ""}}});
  } else if (const std::size_t at = source::find_invalid_utf8(text); at != std::string_view::npos) {
    const bool utf16 = text.substr(0, 2) == "\xFF\xFE" || text.substr(0, 2) == "\xFE\xFF";
    finding.code = Code::not_utf8;
    finding.message =
        "expected UTF-8, found the byte 0x" + code_point_text(static_cast<unsigned char>(text[at])).substr(4);
    finding.span = span_of(at, at + 1);
    finding.help = utf16 ? "the file looks like UTF-16; save it as UTF-8" : "save the file as UTF-8";
  } else {
    return false;
  }
  findings.add(std::move(finding));
  return true;
}

}  // namespace detail

RFS_INLINE std::optional<Document> from_source(source::FilePtr file, const Limits& limits, Diagnostics& findings,
                                               std::string_view if_too_large) {
  if (detail::refuse_bytes(file, limits, findings, if_too_large)) return std::nullopt;
  Document document;
  document.file = std::move(file);
  if (!detail::Reader(document, limits, findings).read()) return std::nullopt;
  return document;
}

}  // namespace rfs::inline RFS_ABI::json
