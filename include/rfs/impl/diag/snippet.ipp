#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rfs/config.hpp"
#include "rfs/diag/codes.hpp"
#include "rfs/source/file.hpp"

namespace rfs::inline RFS_ABI::diag::detail {

inline constexpr std::size_t kMostColumns = 200;   ///< longer lines are cut
inline constexpr std::size_t kColumnsBefore = 60;  ///< what a cut line keeps before the mark
inline constexpr std::string_view kBold = "\x1b[1m";
inline constexpr std::string_view kFrame = "\x1b[1;34m";
inline constexpr std::string_view kReset = "\x1b[0m";

RFS_INLINE std::string_view severity_color(Severity severity) {
  if (severity == Severity::error) return "\x1b[1;31m";
  return severity == Severity::warning ? "\x1b[1;33m" : "\x1b[1;36m";
}

/// Text in one style; an empty style leaves it plain.
RFS_INLINE std::string painted(std::string_view style, std::string_view text) {
  if (style.empty() || text.empty()) return std::string(text);
  return std::string(style).append(text).append(kReset);
}

/// How many bytes are shown as one character; a byte that is not UTF-8 stands alone.
RFS_INLINE std::size_t character_size(std::string_view text) {
  return std::max<std::size_t>(1, source::code_point_length(text));
}

/// Whether a character would move the cursor, colour the terminal or turn the direction of the
/// text around: what a stranger's file must not do to a report.
RFS_INLINE bool is_control(std::string_view character) {
  const auto byte = [character](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0) < 0x20 || byte(0) >= 0x7F;  // C0, DEL, not UTF-8
  if (character.size() == 2) return byte(0) == 0xC2 && byte(1) < 0xA0;  // C1
  if (character.size() != 3 || byte(0) != 0xE2) return false;
  if (byte(1) == 0x80) return byte(2) == 0x8E || byte(2) == 0x8F || (byte(2) >= 0xA8 && byte(2) <= 0xAE);
  return byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9;
}

/// One character as it is shown; every column of the result is one code point.
RFS_INLINE std::string_view shown_character(std::string_view character) {
  if (character == "\t") return "    ";
  return is_control(character) ? std::string_view("\xEF\xBF\xBD") : character;
}

/// A text as it is shown, on one line.
RFS_INLINE std::string shown(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, character_size(text));
    out += shown_character(character);
    text.remove_prefix(character.size());
  }
  return out;
}

/// A span to underline and the words for it.
struct Mark {
  source::Span span;
  char glyph = '-';
  std::string text;
};

/// The part of a line that is shown. `columns[i]` is where byte i (from `begin`) stands, counted
/// from 0 in `text`; its last element is the place after the last byte.
struct Window {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string text;
  std::vector<std::size_t> columns;

  [[nodiscard]] std::size_t column(std::size_t offset) const { return columns[std::clamp(offset, begin, end) - begin]; }
};

/// Lays out the line (which starts at `line_begin` of the file), cut around `focus` if it is long.
RFS_INLINE Window window_of(std::string_view line, std::size_t line_begin, std::size_t focus) {
  constexpr std::string_view kCut = "\xE2\x80\xA6";
  Window window;
  const auto lay_out = [&](std::size_t from) {
    window = Window{line_begin + from, line_begin + from, {}, {}};
    std::size_t column = 0;
    if (from != 0) {
      window.text += kCut;
      column = 1;
    }
    while (from < line.size() && column < kMostColumns) {
      const std::string_view character = line.substr(from, character_size(line.substr(from, 4)));
      window.text += shown_character(character);
      window.columns.insert(window.columns.end(), character.size(), column);
      column += character == "\t" ? 4 : 1;
      from += character.size();
    }
    window.columns.push_back(column);
    window.end = line_begin + from;
    if (from != line.size()) window.text += kCut;
  };
  lay_out(0);
  if (window.end == line_begin + line.size()) return window;

  std::size_t from = std::min(focus - line_begin, line.size());
  for (std::size_t column = 0; column < kColumnsBefore && from != 0; ++column) {
    do --from;
    while (from != 0 && (static_cast<unsigned char>(line[from]) & 0xC0U) == 0x80U);
  }
  lay_out(from);
  return window;
}

/// Draws marks below one line. The mark that ends last has its words beside it; the words of the
/// others follow below, each where its mark begins, from right to left.
class Snippet {
 public:
  Snippet(std::size_t gutter, std::string_view primary_style, bool color)
      : gutter_(gutter), primary_style_(color ? primary_style : ""), frame_style_(color ? kFrame : "") {}

  /// Draws the line of the first mark with all marks that are on the part of it that is shown,
  /// and takes them from the list.
  void draw(std::string& out, const source::File& file, std::vector<Mark>& marks) const {
    const std::size_t focus = std::min<std::size_t>(marks.front().span.begin, file.text.size());
    const std::string_view line = source::line_of(file.text, focus);
    const auto line_begin = static_cast<std::size_t>(line.data() - file.text.data());
    const Window window = window_of(line, line_begin, focus);

    std::vector<Mark> here = {marks.front()};
    marks.erase(marks.begin());
    const auto is_here = [&](const Mark& mark) {
      return mark.span.begin >= window.begin && mark.span.begin <= window.end;
    };
    std::copy_if(marks.begin(), marks.end(), std::back_inserter(here), is_here);
    marks.erase(std::remove_if(marks.begin(), marks.end(), is_here), marks.end());

    const std::string number = std::to_string(source::place_of(file.text, focus).line);
    out += painted(frame_style_, number + std::string(gutter_ - number.size(), ' ') + " |");
    if (!window.text.empty()) out += ' ' + window.text;
    out += '\n';
    underline(out, window, here);
  }

  /// The frame of a line without number.
  [[nodiscard]] std::string margin() const { return painted(frame_style_, std::string(gutter_ + 1, ' ') + '|'); }

 private:
  void underline(std::string& out, const Window& window, std::vector<Mark>& marks) const {
    // Glyphs of the primary mark go over the others.
    std::string glyphs;
    std::stable_sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) { return a.glyph < b.glyph; });
    for (const Mark& mark : marks) {
      const std::size_t begin = window.column(mark.span.begin);
      const std::size_t end = std::max(begin + 1, window.column(mark.span.end));
      if (glyphs.size() < end) glyphs.resize(end, ' ');
      glyphs.replace(begin, end - begin, end - begin, mark.glyph);
    }
    std::stable_sort(marks.begin(), marks.end(),
                     [](const Mark& a, const Mark& b) { return a.span.begin > b.span.begin; });
    const auto last = std::max_element(marks.begin(), marks.end(), [&window](const Mark& a, const Mark& b) {
      return std::pair(window.column(a.span.end), !a.text.empty()) <
             std::pair(window.column(b.span.end), !b.text.empty());
    });

    out += margin() + ' ' + painted_glyphs(glyphs);
    if (!last->text.empty()) out += ' ' + painted(style(*last), shown(last->text));
    out += '\n';
    for (auto mark = marks.begin(); mark != marks.end(); ++mark) {
      if (mark == last || mark->text.empty()) continue;
      out +=
          margin() + ' ' + std::string(window.column(mark->span.begin), ' ') + painted(style(*mark), shown(mark->text));
      out += '\n';
    }
  }

  [[nodiscard]] std::string_view style(const Mark& mark) const {
    return mark.glyph == '^' ? primary_style_ : frame_style_;
  }

  [[nodiscard]] std::string painted_glyphs(std::string_view glyphs) const {
    std::string out;
    while (!glyphs.empty()) {
      const std::size_t size = std::min(glyphs.find_first_not_of(glyphs.front()), glyphs.size());
      const std::string_view run = glyphs.substr(0, size);
      out += run.front() == ' ' ? std::string(run) : painted(run.front() == '^' ? primary_style_ : frame_style_, run);
      glyphs.remove_prefix(size);
    }
    return out;
  }

  std::size_t gutter_;
  std::string_view primary_style_;
  std::string_view frame_style_;
};

}  // namespace rfs::inline RFS_ABI::diag::detail
