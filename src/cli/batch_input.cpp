#include "batch_input.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace rfs_cli {

namespace {

constexpr std::size_t kBlock = std::size_t{1} << 17;  // bytes read at a time
constexpr std::size_t kChunk = std::size_t{1} << 17;  // bytes that are worth handing out

std::uint64_t line_breaks(std::string_view text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

bool RowEnds::step(char c) noexcept {
  switch (state_) {
    case State::quoted:
      if (c == '"') state_ = State::quote_met;
      return false;
    case State::quote_met:
      if (c == '"') {
        state_ = State::quoted;
        return false;
      }
      break;
    case State::cell_begins:
      if (c == '"') {
        state_ = State::quoted;
        return false;
      }
      break;
    case State::plain:
      break;
  }
  state_ = c == ',' || c == '\n' ? State::cell_begins : State::plain;
  return c == '\n';
}

std::optional<std::size_t> RowEnds::first(std::string_view piece) {
  if (format_ == RowFormat::ndjson) {
    const std::size_t end = piece.find('\n');
    return end == std::string_view::npos ? std::nullopt : std::optional(end + 1);
  }
  for (std::size_t i = 0; i < piece.size(); ++i) {
    if (step(piece[i])) return i + 1;
  }
  return std::nullopt;
}

std::optional<std::size_t> RowEnds::last(std::string_view piece) {
  if (piece.empty()) return std::nullopt;
  const bool quotes = state_ == State::quoted || state_ == State::quote_met || piece.find('"') != piece.npos;
  if (format_ == RowFormat::ndjson || !quotes) {
    state_ = piece.back() == ',' || piece.back() == '\n' ? State::cell_begins : State::plain;
    const std::size_t end = piece.rfind('\n');
    return end == std::string_view::npos ? std::nullopt : std::optional(end + 1);
  }
  std::optional<std::size_t> end;
  for (std::size_t i = 0; i < piece.size(); ++i) {
    if (step(piece[i])) end = i + 1;
  }
  return end;
}

/// Reads a block behind the text; returns false at the end.
bool Input::read_more(std::string& text) {
  if (ended_) return false;
  const std::size_t size = text.size();
  text.resize(size + kBlock);
  ssize_t count = 0;
  do {
    count = read(descriptor_, text.data() + size, kBlock);
  } while (count < 0 && errno == EINTR);
  if (count < 0) error_ = errno;
  text.resize(size + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  ended_ = count <= 0;
  return !ended_;
}

/// Returns whether more can be read without waiting for whoever writes.
bool Input::is_waiting() const {
  pollfd wanted{descriptor_, POLLIN, 0};
  return poll(&wanted, 1, 0) != 0;
}

/// Passes over a byte-order mark.
void Input::begin() {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  begun_ = true;
  while (rest_.size() < kMark.size() && read_more(rest_)) {
  }
  if (rest_.compare(0, kMark.size(), kMark) == 0) rest_.erase(0, kMark.size());
}

std::optional<std::string> Input::header() {
  if (!begun_) begin();
  std::optional<std::size_t> end = ends_.first(rest_);
  while (!end && rest_.size() <= kMostOfRow) {
    const std::size_t size = rest_.size();
    if (!read_more(rest_)) break;
    end = ends_.first(std::string_view(rest_).substr(size));
    if (end) *end += size;
  }
  if (!end && (!ended_ || error_ != 0 || rest_.empty())) return std::nullopt;
  std::string row = rest_.substr(0, end.value_or(rest_.size()));
  rest_.erase(0, row.size());
  line_ += line_breaks(row);
  if (!row.empty() && row.back() == '\n') row.pop_back();
  if (!row.empty() && row.back() == '\r') row.pop_back();
  return row;
}

/// Reads to the end of a row that is too long, and keeps nothing of it.
void Input::pass_over(Chunk& chunk) {
  chunk.too_long = true;
  line_ += line_breaks(chunk.text);
  chunk.text.clear();
  rest_.clear();
  while (read_more(rest_)) {
    const std::optional<std::size_t> end = ends_.first(rest_);
    line_ += line_breaks(std::string_view(rest_).substr(0, end.value_or(rest_.size())));
    rest_.erase(0, end.value_or(rest_.size()));
    if (end) break;
  }
  scanned_ = 0;
}

bool Input::next(Chunk& chunk) {
  if (!begun_) begin();
  chunk.text.clear();
  chunk.text.swap(rest_);
  chunk.line = line_;
  chunk.too_long = false;
  std::size_t end = 0, taken = scanned_;
  while (true) {
    if (const auto found = ends_.last(std::string_view(chunk.text).substr(taken))) end = taken + *found;
    taken = chunk.text.size();
    if (end > 0 && (taken >= kChunk || !is_waiting())) break;
    if (end == 0 && taken > kMostOfRow) {
      pass_over(chunk);
      return true;
    }
    if (!read_more(chunk.text)) break;
  }
  if (ended_ && error_ == 0) end = taken;  // the last line need not end in a line break
  rest_.assign(chunk.text, end, taken - end);
  scanned_ = rest_.size();
  chunk.text.resize(end);
  if (end == 0) return false;
  line_ += line_breaks(chunk.text);
  chunk.text.append(Chunk::kPadding, '\0');
  return true;
}

}  // namespace rfs_cli
