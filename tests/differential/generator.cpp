#include "generator.hpp"

#include <algorithm>
#include <optional>

#include "rfs/rule/given.hpp"

namespace rfs::differential {

namespace {

/// The types an expression may be asked for. `word` is a choice of one of the sets.
enum class Want : std::uint8_t { boolean, number, integer, percent, money, date, months, days, word, text };

struct Name {
  std::string text;
  Want type;
  std::size_t set = 0;  // word: which set
  bool small = false;   // integer: few values, may be a key
  std::int64_t least = 0, most = 0;
};

constexpr std::string_view kTypes[] = {"bool", "number", "integer", "percent", "money",
                                       "date", "months", "days",    "choice",  "text"};
const std::vector<std::vector<std::string>> kSets{{"a", "b"}, {"red", "green", "blue"}, {"n", "e", "s", "w"}, {"only"}};

std::string decimal(std::int64_t units, int places) {
  const bool negative = units < 0;
  std::string digits = std::to_string(negative ? -units : units);
  if (places > 0) {
    const auto least = static_cast<std::size_t>(places) + 1;
    if (digits.size() < least) digits = std::string(least - digits.size(), '0') + digits;
    digits.insert(digits.size() - static_cast<std::size_t>(places), ".");
  }
  return (negative ? "-" : "") + digits;
}

class Generator {
 public:
  Generator(std::uint64_t seed, Lists lists) : random_(seed), has_lists_(lists == Lists::with && random_.one_in(2)) {}

  Draft run() {
    head();
    dates_ = random_.one_in(4);
    const auto count = [&](std::int64_t least, std::int64_t most) { return random_.from_to(least, most); };
    for (std::int64_t i = count(3, 8); i > 0; --i) fact();
    if (has_lists_) {
      for (std::int64_t i = count(1, 3); i > 0; --i) list_fact();
    }
    for (std::int64_t i = count(1, 4); i > 0; --i) parameter();
    if (random_.one_in(3)) {
      for (std::int64_t i = count(1, 2); i > 0; --i) schedule();
    }
    for (std::int64_t i = count(2, 7); i > 0; --i) {
      if (random_.one_in(6))
        decision_table();
      else if (has_lists_ && random_.one_in(5))
        list_definition();
      else
        definition();
    }
    for (std::int64_t i = count(1, 3); i > 0; --i) decision();
    return std::move(out_);
  }

 private:
  // ---- declarations ----

  void head() {
    std::string& s = out_.head;
    s = "\"rfs\": 1, \"rules\": \"t/t\", \"currency\": \"USD\", ";
    s += random_.one_in(2) ? "\"month_end\": \"clamp\"" : "\"month_end\": \"next_day\"";
    begin_ = "1900-01-01";
    if (!random_.one_in(4)) {
      begin_ = date_text(random_.from_to(2014, 2017));
      s += ", \"effective\": { \"from\": \"" + begin_ + "\"";
      if (random_.one_in(2)) s += ", \"until\": \"" + date_text(random_.from_to(2018, 2022)) + "\"";
      s += " }";
    }
    if (random_.one_in(5)) {
      s += ", \"read_on\": \"election\"";
      out_.facts.push_back(
          {"\"election\": { \"type\": \"date\", \"min\": \"2015-01-01\", \"max\": \"2021-12-31\" }", {}, 0});
      names_.push_back({"election", Want::date});
      begin_ = "1900-01-01";
    }
  }

  std::string date_text(std::int64_t year) {
    static constexpr std::string_view kDays[] = {"01-01", "01-31", "02-28", "03-01",
                                                 "03-31", "06-15", "12-31", "04-30"};
    return std::to_string(year) + "-" + std::string(random_.pick(kDays));
  }

  std::string fresh(const char* stem) { return stem + std::to_string(++made_); }

  void fact() {
    Name name{fresh("f"), static_cast<Want>(random_.from_to(0, 9))};
    if (random_.one_in(6)) name.type = Want::boolean;
    if (random_.one_in(6)) name.type = Want::money;
    std::string s = "\"" + name.text + "\": { \"type\": ";
    std::string least, most;
    int places = 0;
    std::int64_t low = random_.one_in(3) ? random_.from_to(-20, 5) : 0;
    std::int64_t high = low + random_.from_to(random_.one_in(8) ? 0 : 1, 30);
    switch (name.type) {
      case Want::boolean:
        s += "\"bool\"";
        if (random_.one_in(3)) s += ", \"title\": \"t\"";
        break;
      case Want::number:
      case Want::money:
        s += name.type == Want::number ? "\"number\"" : "\"money\"";
        places = static_cast<int>(random_.from_to(0, 3));
        if (name.type == Want::money && random_.one_in(2)) places = 2;
        if (random_.one_in(6)) break;  // the default range
        if (name.type != Want::money || places != 2) s += ", \"places\": " + std::to_string(places);
        least = decimal(low, 0);
        most = decimal(high, random_.one_in(3) ? places : 0);
        if (most.find('.') != std::string::npos && low >= 0) least = "0";
        if (most.find('.') != std::string::npos && low < 0) least = decimal(low - 40, 0);
        break;
      case Want::integer:
        s += "\"integer\"";
        name.small = !random_.one_in(6);
        if (!name.small) break;
        name.least = low;
        name.most = high = std::min(high, low + 9);
        least = decimal(low, 0);
        most = decimal(high, 0);
        break;
      case Want::percent:
        s += "\"percent\"";
        if (random_.one_in(2)) {
          least = decimal(low, 0) + "%";
          most = decimal(high, 0) + "%";
        }
        break;
      case Want::date: {
        s += "\"date\"";
        const std::int64_t year = random_.from_to(2005, 2018);
        if (random_.one_in(4)) break;
        least = date_text(year);
        most = date_text(year + random_.from_to(1, 9));
        break;
      }
      case Want::months:
      case Want::days: {
        const std::string unit = name.type == Want::months ? " months" : " days";
        s += name.type == Want::months ? "\"months\"" : "\"days\"";
        if (random_.one_in(5)) break;
        least = decimal(low, 0) + unit;
        most = decimal(high, 0) + unit;
        break;
      }
      case Want::word: {
        s += "\"choice\", \"of\": [";
        name.set = static_cast<std::size_t>(random_.one_in(12) ? 3 : random_.from_to(0, 2));
        for (const std::string& word : kSets[name.set])
          s += (&word == &kSets[name.set][0] ? "\"" : ", \"") + word + "\"";
        s += "]";
        break;
      }
      case Want::text:
        s += "\"text\"";
        break;
    }
    if (!least.empty()) s += ", \"min\": \"" + least + "\", \"max\": \"" + most + "\"";
    if (random_.one_in(4)) s += default_of(name, least, most, low, high);
    out_.facts.push_back({s + " }", {}, 0});
    names_.push_back(name);
    if (!least.empty() && name.type != Want::date) {
      for (const std::int64_t end : {low, high}) near_.push_back(end);
    }
  }

  std::string default_of(const Name& name, const std::string& least, const std::string& most, std::int64_t low,
                         std::int64_t high) {
    const std::string key = ", \"default\": ";
    if (name.type == Want::boolean) return key + (random_.one_in(2) ? "true" : "false");
    if (name.type == Want::text) return key + "\"" + std::string(random_.pick({"a", "b", "zz", "Äя"})) + "\"";
    if (name.type == Want::word) {
      if (random_.one_in(2)) return key + "\"" + random_.pick(kSets[name.set]) + "\"";
      return key + "\"if " + expression(Want::boolean, 1) + " then " + word(name.set) + " else " + word(name.set) +
             "\"";
    }
    if (random_.one_in(3)) return key + (random_.one_in(2) ? "\"least\"" : "\"most\"");
    if (least.empty()) return "";
    if (random_.one_in(2)) return key + "\"" + (random_.one_in(2) ? least : most) + "\"";
    std::string inner = expression(name.type, 1);
    if (dates_ && random_.one_in(2))
      inner = "(if as_of < @'" + date_text(random_.from_to(2015, 2020)) + "' then " + inner + " else " +
              literal(name.type, 0) + ")";
    const auto end = [&](std::int64_t units, const std::string& written) {
      if (name.type == Want::date) return "@'" + written + "'";
      if (name.type == Want::money) return "(" + written + " USD)";
      (void)units;
      return "(" + written + ")";
    };
    return key + "\"max(" + end(low, least) + ", min(" + end(high, most) + ", " + inner + "))\"";
  }

  std::string figure(Want type, std::size_t set) {
    const auto small = [&] { return random_.one_in(4) ? random_.from_to(-5, 5) : random_.from_to(1, 30); };
    switch (type) {
      case Want::boolean:
        return random_.one_in(2) ? "true" : "false";
      case Want::number:
        if (random_.one_in(5))
          return "\"" + std::to_string(random_.from_to(1, 9)) + " / " + std::to_string(random_.from_to(1, 9)) + "\"";
        return "\"" + decimal(small(), static_cast<int>(random_.from_to(0, 2))) + "\"";
      case Want::integer:
        return "\"" + decimal(small(), 0) + "\"";
      case Want::percent:
        return "\"" + decimal(small(), static_cast<int>(random_.from_to(0, 1))) + "%\"";
      case Want::money:
        if (random_.one_in(6))
          return "\"" + std::to_string(random_.from_to(1, 99)) + " USD / " + std::to_string(random_.from_to(1, 9)) +
                 "\"";
        return "\"" + decimal(small(), static_cast<int>(random_.from_to(0, 2))) + "\"";
      case Want::date:
        return "\"" + date_text(random_.from_to(2010, 2020)) + "\"";
      case Want::months:
        return "\"" + decimal(small(), 0) + " months\"";
      case Want::days:
        return "\"" + decimal(small(), 0) + " days\"";
      case Want::word:
        return "\"" + random_.pick(kSets[set]) + "\"";
      case Want::text:
        return "\"" + std::string(random_.pick({"a", "b", "zz", "Äя"})) + "\"";
    }
    return "";
  }

  /// Adds a figure, or a list of brackets, for each row; `last` adds one.
  template <class Last>
  void cells(Item& item, const std::vector<Name>& keys, std::size_t level, bool clamp, Last last) {
    std::string& s = item.text;
    if (random_.one_in(level == 0 ? 12 : 16)) {
      // Only the last level can be filled in: above it a null stands for all rows.
      if (level == keys.size()) item.gaps.push_back({s.size(), 4, "", ""});
      s += "null";
      return;
    }
    if (level == keys.size()) return last();
    const Name& key = keys[level];
    s += "{ ";
    bool first = true;
    const auto row = [&](const std::string& name) {
      s += (first ? "\"" : ", \"") + name + "\": ";
      first = false;
      cells(item, keys, level + 1, clamp, last);
    };
    const bool otherwise = random_.one_in(3);
    const bool gaps = otherwise || random_.one_in(4);
    if (key.type == Want::word) {
      for (const std::string& word : kSets[key.set]) {
        if (!gaps || random_.one_in(2) || first) row(word);
      }
    } else if (key.type == Want::boolean) {
      row("true");
      if (!gaps) row("false");
    } else {
      for (std::int64_t k = key.least; k <= key.most; ++k) {
        if ((!gaps && !clamp) || random_.one_in(2) || first) row(std::to_string(k));
      }
    }
    if (otherwise) row("*");
    s += " }";
  }

  /// Adds the keys and values of a parameter, and finds its keys; `last` adds what stands for one row.
  template <class Last>
  void values(Item& item, std::vector<Name>& keys, Last last) {
    std::string& s = item.text;
    for (const Name& n : names_) {
      const bool may = n.type == Want::word || n.type == Want::boolean || (n.type == Want::integer && n.small);
      if (may && keys.size() < 3 && random_.one_in(static_cast<std::int64_t>(2 + 2 * keys.size()))) keys.push_back(n);
    }
    bool clamp = false;
    if (!keys.empty()) {
      s += ", \"by\": [";
      for (std::size_t i = 0; i < keys.size(); ++i) {
        s += (i > 0 ? ", \"" : "\"") + keys[i].text + "\"";
        clamp = clamp || keys[i].type == Want::integer;
      }
      s += "]";
      clamp = clamp && random_.one_in(2);
      if (clamp) s += ", \"beyond\": \"clamp\"";
    }
    s += ", \"values\": [";
    const std::int64_t periods = random_.one_in(3) ? random_.from_to(2, 3) : 1;
    std::int64_t year = begin_ == "1900-01-01" ? 2015 : 2018;
    for (std::int64_t i = 0; i < periods; ++i) {
      const std::string from =
          i == 0 ? begin_ : std::to_string(year) + "-" + std::string(random_.pick({"02-28", "07-01", "12-31"}));
      s += (i > 0 ? ", { \"from\": \"" : "{ \"from\": \"") + from + "\"";
      year += random_.from_to(1, 2);
      std::string until;
      if (random_.one_in(10)) {
        until = std::to_string(std::max<std::int64_t>(year, 2018)) + "-01-01";
        s += ", \"until\": \"" + until + "\"";
        year = std::max<std::int64_t>(year, 2018);
      }
      s += ", \"value\": ";
      cells(item, keys, 0, clamp, last);
      s += " }";
      if (!until.empty() && keys.empty())
        item.gaps.push_back({s.size(), 0, ", { \"from\": \"" + until + "\", \"value\": ", " }"});
    }
    s += "] }";
  }

  void parameter() {
    Name name{fresh("p"), static_cast<Want>(random_.from_to(1, 9))};
    if (random_.one_in(20)) name.type = Want::boolean;
    if (random_.one_in(3)) name.type = random_.one_in(2) ? Want::money : Want::number;
    name.set = static_cast<std::size_t>(random_.from_to(0, 2));
    Item item;
    item.parameter = static_cast<std::uint32_t>(out_.parameters.size());
    std::string& s = item.text;
    s = "\"" + name.text + "\": { \"type\": \"" + std::string(kTypes[static_cast<std::size_t>(name.type)]) + "\"";
    if (name.type == Want::word) {
      s += ", \"of\": [";
      for (const std::string& word : kSets[name.set]) s += (&word == &kSets[name.set][0] ? "\"" : ", \"") + word + "\"";
      s += "]";
    }
    const bool bounded = random_.one_in(3);
    if (bounded && name.type == Want::money) s += ", \"min\": \"-10.00\", \"max\": \"40.00\"";
    if (bounded && name.type == Want::number) s += ", \"places\": 2, \"min\": \"-6\", \"max\": \"30\"";
    if (bounded && name.type == Want::integer) s += ", \"min\": \"-6\", \"max\": \"30\"";
    std::vector<Name> keys;
    values(item, keys, [&] { item.text += figure(name.type, name.set); });
    lookups_.push_back({name, keys});
    out_.parameters.push_back(std::move(item));
  }

  /// A parameter whose figures are lists of brackets.
  void schedule() {
    Schedule made;
    made.name = {fresh("s"), static_cast<Want>(random_.from_to(0, 9))};
    if (!random_.one_in(3)) made.name.type = static_cast<Want>(random_.from_to(1, 3));
    made.name.set = static_cast<std::size_t>(random_.from_to(0, 2));
    made.of = random_.one_in(12) ? Want::text : static_cast<Want>(random_.from_to(1, 7));
    if (random_.one_in(3)) made.of = Want::money;
    Item item;
    item.parameter = static_cast<std::uint32_t>(out_.parameters.size());
    std::string& s = item.text;
    const auto type = [&](Want want) { return "\"" + std::string(kTypes[static_cast<std::size_t>(want)]) + "\""; };
    s = "\"" + made.name.text + "\": { \"type\": \"schedule\", \"of\": " + type(made.of) + ", \"gives\": ";
    if (made.name.type == Want::word) {
      for (const std::string& word : kSets[made.name.set])
        s += (&word == &kSets[made.name.set][0] ? "[\"" : ", \"") + word + "\"";
      s += "]";
    } else {
      s += type(made.name.type);
    }
    if (random_.one_in(4) && made.name.type == Want::money) s += ", \"min\": \"-10.00\", \"max\": \"40.00\"";
    if (random_.one_in(4) && made.name.type == Want::percent) s += ", \"min\": \"-50%\", \"max\": \"60%\"";
    // Lists begin at one start, few of them below it; the one of a list that is not on file is the earliest of all.
    made.first = random_.one_in(2) ? 0 : random_.from_to(-3, 6);
    std::optional<std::int64_t> earliest;
    values(item, made.keys, [&] {
      std::int64_t start = made.first;
      if (random_.one_in(8) && made.of != Want::text && made.of != Want::date) start -= random_.from_to(1, 3);
      earliest = std::min(earliest.value_or(start), start);
      s += "[";
      for (std::int64_t n = random_.from_to(1, 4), i = 0; i < n; ++i) {
        if (i > 0) start += random_.from_to(1, 12);
        s += (i > 0 ? ", { \"from\": \"" : "{ \"from\": \"") + start_text(made.of, start, i) + "\", \"value\": ";
        const bool is_gap = random_.one_in(10);
        if (is_gap) item.gaps.push_back({s.size(), 4, "", ""});
        s += is_gap ? "null" : figure(made.name.type, made.name.set);
        s += " }";
      }
      s += "]";
    });
    // A gap in a list is a figure, any other is a list.
    for (Gap& gap : item.gaps) {
      const std::string_view before = std::string_view(s).substr(0, gap.offset);
      const bool in_list = gap.length > 0 && before.rfind('[') != std::string_view::npos &&
                           before.rfind('[') > before.rfind("\"values\": [") + 10 &&
                           (before.rfind(']') == std::string_view::npos || before.rfind(']') < before.rfind('['));
      if (in_list) continue;
      gap.before +=
          "[{ \"from\": \"" + (earliest ? start_text(made.of, *earliest, 0) : least_text(made.of)) + "\", \"value\": ";
      gap.after = " }]" + gap.after;
    }
    schedules_.push_back(made);
    out_.parameters.push_back(std::move(item));
  }

  /// Where a bracket begins, as files write it; `index` is its place in the list.
  static std::string start_text(Want of, std::int64_t units, std::int64_t index) {
    switch (of) {
      case Want::percent:
        return decimal(units, 0) + "%";
      case Want::date:
        return std::to_string(2010 + units) + (units % 2 == 0 ? "-01-31" : "-06-15");
      case Want::months:
        return decimal(units, 0) + " months";
      case Want::days:
        return decimal(units, 0) + " days";
      case Want::text: {
        static constexpr std::string_view kTexts[] = {"", "a", "b", "c"};
        return std::string(kTexts[index]);
      }
      default:
        return decimal(units, 0);
    }
  }
  /// Where the brackets of a schedule begin of which no list is on file: at the least of a fact of its type.
  static std::string least_text(Want of) {
    if (of == Want::number || of == Want::integer) return "-1000000000";
    return of == Want::date ? "1900-01-01" : start_text(of, 0, 0);
  }
  /// The same as start_text() in an expression.
  static std::string start_expression(Want of, std::int64_t units) {
    const std::string written = start_text(of, units, 0);
    if (of == Want::date) return "@'" + written + "'";
    return "(" + written + (of == Want::money ? " USD)" : ")");
  }

  /// A definition that is a list, of values or of records.
  void list_definition() {
    ListName list = any_list(2);
    if (random_.one_in(2)) {
      const ListAndItem values = list_and_item(2);
      if (values.list.empty()) return;
      list = {values.list, values.item, values.set, {}, {}};
    }
    const std::string name = fresh("d");
    out_.definitions.push_back({"\"" + name + "\": \"" + list.text + "\"", {}, 0});
    list.text = name;
    lists_.push_back(std::move(list));
  }

  void definition() {
    Name name{fresh("d"), static_cast<Want>(random_.from_to(0, 9))};
    if (random_.one_in(3)) name.type = Want::boolean;
    name.set = static_cast<std::size_t>(random_.from_to(0, 2));
    const std::string value = expression(name.type, static_cast<int>(random_.from_to(1, 3)), name.set);
    std::string s = "\"" + name.text + "\": ";
    if (name.type == Want::boolean && random_.one_in(2)) {
      s += "{ \"value\": \"" + value + "\", \"title\": \"t\"" + (random_.one_in(2) ? ", \"met\": \"m\"" : "") + " }";
    } else {
      s += "\"" + value + "\"";
    }
    out_.definitions.push_back({s, {}, 0});
    // A word made of literals only has a type of its own: nothing else may read it.
    const bool literals = name.type == Want::text && value.find_first_of("0123456789") == std::string::npos;
    if (name.type != Want::word && !literals) names_.push_back(name);
  }

  // ---- decision tables ----

  struct Column {
    Want type;
    std::size_t set;
    std::string input;
  };
  using Cells = std::vector<std::string>;

  /// A constant that a cell may compare with: a literal, or a parameter without keys.
  std::string end_of_cell(const Column& column) {
    std::vector<const Lookup*> fitting;
    for (const Lookup& l : lookups_) {
      const bool same = fits(l.name.type, column.type) && (column.type != Want::word || l.name.set == column.set);
      if (l.keys.empty() && same) fitting.push_back(&l);
    }
    if (!fitting.empty() && random_.one_in(3)) return random_.pick(fitting)->name.text;
    return literal(column.type, column.set);
  }
  static bool has_order(Want type) { return type != Want::boolean && type != Want::word; }

  std::string cell(const Column& column) {
    const auto test = [&]() -> std::string {
      if (!has_order(column.type) || random_.one_in(5)) return end_of_cell(column);
      if (random_.one_in(2)) return std::string(compare()) + " " + end_of_cell(column);
      return std::string(random_.pick({"[", "("})) + end_of_cell(column) + ".." + end_of_cell(column) +
             std::string(random_.pick({"]", ")"}));
    };
    if (random_.one_in(3)) return "-";
    std::string s = test();
    if (random_.one_in(4)) s += ", " + test();
    return random_.one_in(5) ? "not(" + s + ")" : s;
  }

  /// Rows that exclude each other and cover every case: again and again a row is split in two by a test.
  std::vector<Cells> covering_rows(const std::vector<Column>& columns) {
    std::vector<Cells> rows{Cells(columns.size(), "-")};
    for (std::int64_t i = random_.from_to(1, 4); i > 0; --i) {
      const auto row = static_cast<std::size_t>(random_.from_to(0, static_cast<std::int64_t>(rows.size()) - 1));
      const auto at = static_cast<std::size_t>(random_.from_to(0, static_cast<std::int64_t>(columns.size()) - 1));
      if (rows[row][at] != "-") continue;
      const std::string end = end_of_cell(columns[at]);
      Cells other = rows[row];
      const bool has_sides = has_order(columns[at].type) && random_.one_in(2);
      rows[row][at] = has_sides ? "< " + end : end;
      other[at] = has_sides ? ">= " + end : "not(" + end + ")";
      rows.push_back(std::move(other));
    }
    return rows;
  }

  void decision_table() {
    Name name{fresh("t"), static_cast<Want>(random_.from_to(0, 9))};
    name.set = static_cast<std::size_t>(random_.from_to(0, 2));
    std::vector<Column> columns;
    for (std::int64_t i = random_.from_to(1, 3); i > 0; --i) {
      Column column{static_cast<Want>(random_.from_to(0, 9)), static_cast<std::size_t>(random_.from_to(0, 2)), {}};
      column.input = expression(column.type, static_cast<int>(random_.from_to(0, 1)), column.set);
      columns.push_back(std::move(column));
    }
    const bool covers = random_.one_in(2);
    std::string hit(covers ? random_.pick({"unique", "first", "any"}) : std::string_view("first"));
    if (random_.one_in(2)) hit = "collect " + std::string(random_.pick({"sum", "min", "max", "count"}));
    if (hit == "collect count") name.type = Want::integer;
    const bool is_sum = hit == "collect sum";
    const bool is_number = name.type != Want::boolean && name.type != Want::word && name.type != Want::text;
    if (hit.starts_with("collect") && (!is_number || (is_sum && name.type == Want::date))) name.type = Want::money;
    std::vector<Cells> rows;
    if (covers) {
      rows = covering_rows(columns);
    } else {
      for (std::int64_t i = random_.from_to(1, 4); i > 0; --i) {
        rows.emplace_back();
        for (const Column& column : columns) rows.back().push_back(cell(column));
      }
    }
    const auto result = [&] { return expression(name.type, static_cast<int>(random_.from_to(0, 1)), name.set); };
    if (hit != "collect count") {
      for (Cells& row : rows) row.push_back(result());
    }
    const auto list = [](const auto& items, const auto& write) {
      std::string s = "[";
      for (const auto& item : items) s += (s.size() > 1 ? ", " : "") + write(item);
      return s + "]";
    };
    const auto quoted = [](const std::string& text) { return "\"" + text + "\""; };
    std::string s = quoted(name.text) + ": { \"table\": { \"hit\": " + quoted(hit) +
                    ", \"inputs\": " + list(columns, [&](const Column& column) { return quoted(column.input); }) +
                    ", \"gives\": ";
    s += name.type == Want::word ? list(kSets[name.set], quoted)
                                 : quoted(std::string(kTypes[static_cast<std::size_t>(name.type)]));
    s += ", \"rows\": " + list(rows, [&](const Cells& row) { return list(row, quoted); });
    const bool adds = is_sum || hit == "collect count";
    if (adds ? random_.one_in(4) : !covers || random_.one_in(4)) s += ", \"otherwise\": " + quoted(result());
    s += " } }";
    out_.definitions.push_back({s, {}, 0});
    names_.push_back(name);
  }

  void decision() {
    const std::string name = fresh("g");
    std::string s = "\"" + name + "\": { \"eligible\": \"" +
                    expression(Want::boolean, static_cast<int>(random_.from_to(1, 3))) + "\"";
    const std::int64_t kind = random_.from_to(0, 3);
    if (kind < 3) {
      const bool money = kind < 2;
      s += ", \"amount\": \"max(0" + std::string(money ? " USD" : "") + ", " +
           expression(money ? Want::money : Want::number, static_cast<int>(random_.from_to(1, 3))) + ")\"";
      const std::string step = std::string(random_.pick({"0.01", "1", "5", "0.1", "0.5"})) + (money ? " USD" : "");
      if (money || random_.one_in(2))
        s += ", \"round\": \"" + (random_.one_in(8) ? std::string("none") : std::string(mode()) + " to " + step) + "\"";
      names_.push_back({name + ".amount", money ? Want::money : Want::number});
    }
    out_.decisions.push_back({s + " }", {}, 0});
    names_.push_back({name + ".eligible", Want::boolean});
  }

  std::string_view mode() {
    return random_.pick({"up", "down", "half_up", "half_down", "half_even", "floor", "ceiling"});
  }

  // ---- expressions ----

  std::string word(std::size_t set) { return "'" + random_.pick(kSets[set]) + "'"; }

  std::int64_t near() {
    if (near_.empty() || random_.one_in(3)) return random_.from_to(-3, 12);
    return random_.pick(near_) + random_.from_to(-1, 1);
  }
  std::string number_text(std::int64_t units, int places) {
    const std::string s = decimal(units, places);
    return s[0] == '-' ? "(" + s + ")" : s;
  }
  std::string literal(Want type, std::size_t set) {
    switch (type) {
      case Want::boolean:
        return random_.one_in(2) ? "true" : "false";
      case Want::number:
        return random_.one_in(2) ? number_text(near(), 0) : number_text(near() * 10 + random_.from_to(-9, 9), 1);
      case Want::integer:
        return number_text(near(), 0);
      case Want::percent: {
        const std::string s = decimal(random_.one_in(2) ? near() : random_.from_to(0, 100), 0) + "%";
        return s[0] == '-' ? "(" + s + ")" : s;
      }
      case Want::money: {
        const std::string s =
            (random_.one_in(2) ? decimal(near(), 0) : decimal(near() * 100 + random_.from_to(-1, 1), 2)) + " USD";
        return s[0] == '-' ? "(" + s + ")" : s;
      }
      case Want::date:
        return "@'" + date_text(random_.from_to(2005, 2027)) + "'";
      case Want::months: {
        const std::int64_t n = near();
        if (random_.one_in(6)) return "1 year";
        return n < 0 ? "(-" + std::to_string(-n) + " months)" : std::to_string(n) + " months";
      }
      case Want::days: {
        const std::int64_t n = near();
        return n < 0 ? "(-" + std::to_string(-n) + " days)" : std::to_string(n) + " days";
      }
      case Want::word:
        return word(set);
      case Want::text:
        return "'" + std::string(random_.pick({"a", "b", "zz", "c", "B", "é"})) + "'";
    }
    return "";
  }

  static bool fits(Want found, Want wanted) {
    return found == wanted || (wanted == Want::number && (found == Want::integer || found == Want::percent));
  }
  /// A named thing of the type, or a literal.
  std::string leaf(Want type, std::size_t set) {
    std::vector<const Name*> fitting;
    for (const Name& name : names_) {
      if (fits(name.type, type) && (type != Want::word || name.set == set)) fitting.push_back(&name);
    }
    if (type == Want::date && random_.one_in(5)) return "as_of";
    if (focus_.size() > 0 && random_.one_in(2)) {
      for (const Name& name : focus_) {
        if (fits(name.type, type) && (type != Want::word || name.set == set)) return name.text;
      }
    }
    if (random_.one_in(4)) {
      const std::string found = lookup(type, set);
      if (!found.empty()) return found;
    }
    if (fitting.empty() || random_.one_in(6)) return literal(type, set);
    const Name& name = *random_.pick(fitting);
    if (name.text[0] != 'd') return name.text;
    const std::string day = on_a_date();
    return day.empty() ? name.text : "(" + name.text + day + ")";
  }

  std::string key(const Name& name, int depth) {
    if (name.type == Want::integer) {
      // Whole numbers that are computed may have a step of their own; rows are found by the numbers.
      switch (random_.from_to(0, 5)) {
        case 0:
          return std::to_string(random_.from_to(0, 4));
        case 1:
          return "(2 * " + name.text + ")";
        case 2:
          return "(if " + name.text + " > 1 then 4 else 2)";
        default:
          return name.text;
      }
    }
    if (random_.one_in(2)) return name.text;
    return expression(name.type, depth, name.set);
  }
  std::string lookup(Want type, std::size_t set) {
    std::vector<const Lookup*> fitting;
    for (const Lookup& l : lookups_) {
      if (fits(l.name.type, type) && (type != Want::word || l.name.set == set)) fitting.push_back(&l);
    }
    if (fitting.empty()) return "";
    const Lookup& l = *random_.pick(fitting);
    const std::string day = on_a_date();
    const auto dated = [&](const std::string& written) { return day.empty() ? written : "(" + written + day + ")"; };
    if (l.keys.empty()) return dated(l.name.text);
    std::string s = l.name.text + "[";
    for (std::size_t i = 0; i < l.keys.size(); ++i) s += (i > 0 ? ", " : "") + key(l.keys[i], 0);
    s += "]";
    // Rows may be missing: a guard on a word keeps to some of them.
    if (l.keys[0].type == Want::word && random_.one_in(3)) {
      const std::string& k = l.keys[0].text;
      const std::string direct = dated(l.name.text + "[" + k + s.substr(s.find_first_of(",]")));
      const std::string w = word(l.keys[0].set), v = word(l.keys[0].set);
      switch (random_.from_to(0, 3)) {
        case 0:
          return "(if " + k + " = " + w + " then " + direct + " else " + literal(type, set) + ")";
        case 1:
          return "(if " + k + " in (" + w + ", " + v + ") then " + direct + " else " + literal(type, set) + ")";
        case 2:
          return "(if " + k + " != " + w + " then " + direct + " else " + literal(type, set) + ")";
        default:
          return "(if " + k + " = " + w + " then " + literal(type, set) + " else " + direct + ")";
      }
    }
    return dated(s);
  }
  /// ` on @'2019-01-01'`; nothing where figures are read as the file says.
  std::string on_a_date() {
    if (!dates_ || random_.one_in(2)) return "";
    switch (random_.from_to(0, 3)) {
      case 0:
        return " on @'" + date_text(random_.from_to(2012, 2024)) + "'";
      case 1:
        return " on (as_of " + std::string(random_.one_in(2) ? "+ " : "- ") + std::to_string(random_.from_to(1, 30)) +
               (random_.one_in(2) ? " months)" : " days)");
      case 2:
        return " on (" + leaf(Want::date, 0) + ")";
      default:
        return " on as_of";
    }
  }

  struct Schedule {
    Name name;  ///< its type is what the schedule gives
    std::vector<Name> keys;
    Want of = Want::number;
    std::int64_t first = 0;
  };
  /// What a sum over the schedule's parts is; nothing where there is none.
  static std::optional<Want> sum_type(const Schedule& s) {
    const Want gives = s.name.type;
    if (gives != Want::number && gives != Want::integer && gives != Want::percent) return std::nullopt;
    switch (s.of) {
      case Want::number:
      case Want::percent:
        return Want::number;
      case Want::integer:
        return gives == Want::integer ? Want::integer : Want::number;
      case Want::money:
        return Want::money;
      case Want::months:
      case Want::days:
        return gives == Want::integer ? std::optional(s.of) : std::nullopt;
      case Want::date:
        return gives == Want::integer ? std::optional(Want::days) : std::nullopt;
      default:
        return std::nullopt;
    }
  }
  /// `marginal` or `bracket` of the type, its argument proven to be in a bracket or, rarely, left as it is.
  std::string of_schedule(Want type, int depth, std::size_t set) {
    std::vector<std::pair<const Schedule*, bool>> fitting;
    for (const Schedule& s : schedules_) {
      if (fits(s.name.type, type) && (type != Want::word || s.name.set == set)) fitting.emplace_back(&s, false);
      const auto sum = sum_type(s);
      if (sum && fits(*sum, type)) fitting.emplace_back(&s, true);
    }
    if (fitting.empty()) return "";
    const auto& [schedule, is_sum] = random_.pick(fitting);
    std::string call = (is_sum ? "marginal(" : "bracket(") + schedule->name.text;
    for (std::size_t i = 0; i < schedule->keys.size(); ++i) call += (i > 0 ? ", " : "[") + key(schedule->keys[i], 0);
    if (!schedule->keys.empty()) call += "]";
    call += on_a_date() + ", ";
    const std::string x = random_.one_in(2) ? leaf(schedule->of, 0) : expression(schedule->of, depth - 1);
    const std::string first = start_expression(schedule->of, schedule->first);
    if (schedule->of == Want::text || random_.one_in(6)) return call + x + ")";
    if (random_.one_in(2)) return call + "max(" + first + ", " + x + "))";
    const std::string other = leaf(type, set);
    if (random_.one_in(4)) return "(if " + x + " < " + first + " then " + other + " else " + call + x + "))";
    return "(if " + x + " >= " + first + " then " + call + x + ") else " + other + ")";
  }

  std::string zero(Want type) {
    return type == Want::money ? "0 USD" : type == Want::days ? "0 days" : type == Want::months ? "0 months" : "0";
  }
  std::string positive(Want type) {
    const std::string n = std::to_string(random_.from_to(1, 6));
    if (type == Want::money) return n + (random_.one_in(2) ? " USD" : ".50 USD");
    if (type == Want::days) return n + " days";
    if (type == Want::months) return n + " months";
    return random_.one_in(4) && type == Want::number ? "0.5" : n;
  }
  std::string more(Want type) {
    const std::string n = std::to_string(random_.from_to(7, 40));
    return n + (type == Want::money ? " USD" : type == Want::days ? " days" : type == Want::months ? " months" : "");
  }
  /// A condition that keeps x off 0 where it holds.
  std::string guard(const std::string& x, Want type) {
    const std::string p = positive(type), m = more(type);
    switch (random_.from_to(0, 14)) {
      case 0:
        return x + " > " + zero(type);
      case 1:
        return x + " >= " + p;
      case 2:
        return x + " < " + zero(type);
      case 3:
        return x + " <= -(" + p + ")";
      case 4:
        return p + " <= " + x;
      case 5:
        return zero(type) + " < " + x;
      case 6:
        return x + " between " + p + " and " + m;
      case 7:
        return x + " in " + std::string(random_.one_in(2) ? "[" : "(") + p + ".." + m + (random_.one_in(2) ? "]" : ")");
      case 8:
        return x + " in (" + p + ", " + m + ")";
      case 9:
        return x + " in (> " + zero(type) + ")";
      case 10:
        return "(" + leaf(Want::boolean, 0) + " and " + x + " > " + zero(type) + ")";
      case 11:
        return "(" + x + " != " + zero(type) + " and " + leaf(Want::boolean, 0) + ")";
      case 12:
        return x + " = " + p;
      default:
        return x + " != " + zero(type);
    }
  }
  /// A condition that keeps x off 0 where it fails.
  std::string counter_guard(const std::string& x, Want type) {
    switch (random_.from_to(0, 3)) {
      case 0:
        return x + " <= " + zero(type);
      case 1:
        return x + " < " + positive(type);
      case 2:
        return zero(type) + " >= " + x;
      default:
        return x + " = " + zero(type);
    }
  }
  std::string divisor(Want type) {
    const std::string a = leaf(type, 0);
    switch (random_.from_to(0, 4)) {
      case 0:
        return "(" + a + " - " + leaf(type, 0) + ")";
      case 1:
        return type == Want::number || type == Want::money ? "(" + a + " * " + literal(Want::integer, 0) + ")" : a;
      case 2:
        return type == Want::number ? "floor(" + a + ")" : a;
      default:
        return a;
    }
  }
  /// A quotient or remainder of the type, guarded in one of the ways of section 13.
  std::string quotient(Want type, int depth) {
    Want by = Want::number;
    if (type == Want::number) {
      const Want kinds[] = {Want::number, Want::number, Want::money, Want::days, Want::months};
      by = random_.pick(kinds);
    }
    const Want of = type == Want::money ? Want::money : by;
    const std::string x = divisor(by), a = expression(of, depth - 1);
    std::string q = a + " / " + x;
    if (by == Want::number && type == Want::number && random_.one_in(3)) q = "modulo(" + a + ", " + x + ")";
    const std::string other = leaf(type, 0);
    switch (random_.from_to(0, 5)) {
      case 0:
        return "(" + a + " / " + positive(by) + ")";
      case 1:
        return "(" + a + " / max(" + positive(by) + ", " + x + "))";
      case 2:
        return "(if " + counter_guard(x, by) + " then " + other + " else " + q + ")";
      default:
        return "(if " + guard(x, by) + " then " + q + " else " + other + ")";
    }
  }
  std::string guarded_condition(int depth) {
    const Want kinds[] = {Want::number, Want::money, Want::days};
    const Want by = random_.pick(kinds);
    const std::string x = divisor(by), a = expression(by, depth - 1), c = literal(Want::number, 0);
    const std::string q =
        (by == Want::number && random_.one_in(4) ? "modulo(" + a + ", " + x + ") " : a + " / " + x + " ") + compare() +
        " " + c;
    const std::string b = leaf(Want::boolean, 0);
    switch (random_.from_to(0, 5)) {
      case 0:
        return "(" + counter_guard(x, by) + " or " + q + ")";
      case 1:
        return "(" + counter_guard(x, by) + " or " + b + " or " + q + ")";
      case 2:
        return "(" + b + " and " + guard(x, by) + " and " + q + ")";
      case 3:
        return "(" + guard(x, by) + " and " + b + " and " + q + ")";
      default:
        return "(" + guard(x, by) + " and " + q + ")";
    }
  }

  std::string compare() { return std::string(random_.pick({"<", "<=", ">", ">="})); }

  std::string comparison(int depth) {
    Want type = static_cast<Want>(random_.from_to(0, 9));
    const std::size_t set = static_cast<std::size_t>(random_.from_to(0, 2));
    const bool ordered = type != Want::boolean && type != Want::word;
    const std::string x = type == Want::word || random_.one_in(2) ? leaf(type, set) : expression(type, depth - 1, set);
    const auto other = [&] {
      return random_.one_in(2) || type == Want::word ? literal(type, set) : expression(type, depth - 1, set);
    };
    if (type == Want::word && x[0] == '\'') return leaf(Want::boolean, 0);
    const std::int64_t form = random_.from_to(0, 9);
    if (form < 5 && ordered)
      return random_.one_in(4) ? other() + " " + compare() + " " + x : x + " " + compare() + " " + other();
    if (form == 5 && ordered) return "(" + x + " between " + other() + " and " + other() + ")";
    if (form == 6 || form == 7) {
      std::string s = x + " in (";
      for (std::int64_t i = random_.from_to(1, 3), n = 0; n < i; ++n) {
        if (n > 0) s += ", ";
        const std::int64_t test = random_.from_to(0, 5);
        if (ordered && test == 0)
          s += compare() + " " + other();
        else if (ordered && test == 1)
          s += (random_.one_in(2) ? "[" : "(") + other() + ".." + other() + (random_.one_in(2) ? "]" : ")");
        else if (test == 2)
          s += "!= " + other();
        else
          s += other();
      }
      return s + ")";
    }
    return x + (random_.one_in(3) ? " != " : " = ") + other();
  }

  /// A part that often reads what its condition compared.
  std::string focused(const std::string& condition, Want type, int depth, std::size_t set) {
    const std::size_t before = focus_.size();
    for (const Name& name : names_) {
      if (condition.find(name.text) != std::string::npos) focus_.push_back(name);
    }
    std::string out = expression(type, depth, set);
    focus_.resize(before);
    return out;
  }

  /// More truths than a table holds combinations of. Of literals one is soon outside a range, and an `or` then holds
  /// always: it compares quantities with each other.
  std::string wide() {
    std::vector<const Name*> quantities;
    for (const Name& name : names_) {
      if (name.type == Want::number || name.type == Want::money || name.type == Want::date) quantities.push_back(&name);
    }
    if (quantities.empty()) return "(" + comparison(1) + ")";
    const Name& name = *random_.pick(quantities);
    std::erase_if(quantities, [&](const Name* other) { return other->type != name.type || other == &name; });
    const bool all = quantities.size() < 2 || random_.one_in(3);
    std::string s;
    for (std::int64_t i = random_.from_to(9, 16); i > 0; --i) {
      const std::string other = all ? literal(name.type, 0) : random_.pick(quantities)->text;
      const std::string scaled = all || name.type == Want::date ? "" : " * " + std::to_string(random_.from_to(2, 40));
      s += (s.empty() ? "(" : all ? " and " : " or ") + name.text + " " + compare() + " " + other + scaled;
    }
    return s + ")";
  }

  std::string boolean(int depth) {
    if (random_.one_in(20)) return wide();
    switch (random_.from_to(0, 14)) {
      case 0:
      case 1: {
        const std::string op = random_.one_in(2) ? " and " : " or ";
        std::string s = "(" + expression(Want::boolean, depth - 1);
        for (std::int64_t i = random_.from_to(1, 2); i > 0; --i) s += op + focused(s, Want::boolean, depth - 1, 0);
        return s + ")";
      }
      case 2:
        return "not(" + expression(Want::boolean, depth - 1) + ")";
      case 3: {
        const std::string c = comparison(depth);
        return "(if " + c + " then " + focused(c, Want::boolean, depth - 1, 0) + " else " +
               focused(c, Want::boolean, depth - 1, 0) + ")";
      }
      case 4: {
        std::string s = random_.one_in(2)
                            ? "at_least(" +
                                  (random_.one_in(3) ? leaf(Want::integer, 0) : std::to_string(random_.from_to(0, 3))) +
                                  ", ["
                            : std::string(random_.pick({"all([", "any(["}));
        for (std::int64_t i = random_.from_to(1, 3), n = 0; n < i; ++n)
          s += (n > 0 ? ", " : "") + expression(Want::boolean, depth - 1);
        return s + "])";
      }
      case 5:
      case 6:
        return guarded_condition(depth);
      case 7:
        if (random_.one_in(2))
          return (random_.one_in(2) ? "even(" : "odd(") + expression(Want::integer, depth - 1) + ")";
        return std::string(random_.pick({"starts_with(", "ends_with(", "contains("})) +
               expression(Want::text, depth - 1) + ", " + expression(Want::text, depth - 1) + ")";
      default:
        return "(" + comparison(depth) + ")";
    }
  }

  std::string rounded(Want type, int depth) {
    const std::string x = expression(type, depth - 1);
    const bool money = type == Want::money;
    const std::int64_t form = random_.from_to(0, 3);
    const std::string name = std::string(random_.pick(
        {"round_up", "round_down", "round_half_up", "round_half_down", "round_half_even", "floor", "ceiling"}));
    if (form == 0 && (!money || name[0] == 'r')) return name + "(" + x + ")";
    if (form == 1) return name + "(" + x + ", " + std::to_string(random_.from_to(-1, 3)) + ")";
    if (form >= 2) {
      for (const Lookup& l : lookups_) {
        if (l.name.type == type && l.keys.empty()) return name + "(" + x + ", to: " + l.name.text + ")";
      }
    }
    return name + "(" + x + ", to: " + std::string(random_.pick({"0.5", "5", "0.25", "1"})) + (money ? " USD)" : ")");
  }

  /// A part of a text; what is not a literal is kept off what lies before the text.
  std::string part(int depth) {
    const std::string text = expression(Want::text, depth - 1), n = leaf(Want::integer, 0);
    std::string count;
    if (random_.one_in(2)) count = ", " + std::to_string(random_.from_to(0, 3));
    if (random_.one_in(4)) count = ", max(0, " + leaf(Want::integer, 0) + ")";
    switch (random_.from_to(0, 3)) {
      case 0:
        return "substring(" + text + ", max(1, " + n + ")" + count + ")";
      case 1:
        return "(if " + n + " >= 1 then substring(" + text + ", " + n + count + ") else " + leaf(Want::text, 0) + ")";
      default:
        return "substring(" + text + ", " + std::to_string(random_.from_to(1, 3)) + count + ")";
    }
  }

  // ---- lists ----

  /// A list that has a name: of values, or of records.
  struct ListName {
    std::string text;
    Want item = Want::number;
    std::size_t set = 0;
    std::vector<Name> fields;         ///< of a record
    std::vector<ListName> in_fields;  ///< of the record of a group: its items
    [[nodiscard]] bool records() const { return !fields.empty(); }
  };

  /// A declaration of an item or field, of few values, so that many are equal.
  std::string item_declaration(Name& name) {
    name.type = static_cast<Want>(random_.from_to(0, 9));
    if (random_.one_in(3)) name.type = random_.one_in(2) ? Want::money : Want::integer;
    name.set = static_cast<std::size_t>(random_.from_to(0, 2));
    const std::int64_t low = random_.one_in(3) ? random_.from_to(-4, 2) : 0, high = low + random_.from_to(1, 5);
    const auto ends = [&](const std::string& unit) {
      if (random_.one_in(8)) return std::string();
      for (const std::int64_t end : {low, high}) near_.push_back(end);
      return ", \"min\": \"" + decimal(low, 0) + unit + "\", \"max\": \"" + decimal(high, 0) + unit + "\"";
    };
    const std::string s = "{ \"type\": \"" + std::string(kTypes[static_cast<std::size_t>(name.type)]) + "\"";
    switch (name.type) {
      case Want::number:
        return s + ", \"places\": " + std::to_string(random_.from_to(0, 2)) + ends("");
      case Want::money:
      case Want::integer:
        name.small = false;
        return s + ends("");
      case Want::percent:
        return s + ends("%");
      case Want::date:
        return s + ", \"min\": \"2015-12-25\", \"max\": \"2016-0" + std::to_string(random_.from_to(1, 3)) + "-02\"";
      case Want::months:
        return s + ends(" months");
      case Want::days:
        return s + ends(" days");
      case Want::word: {
        std::string words;
        for (const std::string& word : kSets[name.set]) words += (words.empty() ? "\"" : ", \"") + word + "\"";
        return s + ", \"of\": [" + words + "]";
      }
      default:
        return s;
    }
  }

  void list_fact() {
    ListName list;
    list.text = fresh("l");
    std::string s =
        "\"" + list.text + "\": { \"type\": \"list\", \"max_items\": " + std::to_string(random_.from_to(2, 4));
    if (random_.one_in(3)) {
      Name item;
      s += ", \"of\": " + item_declaration(item) + " }";
      list.item = item.type;
      list.set = item.set;
    } else {
      s += ", \"fields\": { ";
      for (std::int64_t i = random_.from_to(2, 4); i > 0; --i) {
        Name field{fresh("c"), Want::number};
        std::string declared = item_declaration(field);
        if (random_.one_in(4)) {
          // A default may be an end, or an expression that the siblings before it take part in.
          const bool numbers = field.type != Want::boolean && field.type != Want::word && field.type != Want::text;
          const std::vector<Name> names = names_;
          names_ = list.fields;
          std::string value = numbers ? (random_.one_in(2) ? "least" : "most") : "";
          if (field.type == Want::boolean) value = expression(Want::boolean, 1);
          if (field.type == Want::word) value = random_.pick(kSets[field.set]);
          for (const Name& sibling : list.fields) {
            const bool same = sibling.type == field.type && (field.type != Want::word || sibling.set == field.set);
            if (same && random_.one_in(2)) value = sibling.text;
          }
          names_ = names;
          if (!value.empty()) declared += ", \"default\": \"" + value + "\"";
        }
        s += "\"" + field.text + "\": " + declared + (i > 1 ? " }, " : " } } ");
        list.fields.push_back(field);
      }
    }
    if (random_.one_in(4)) s += ", \"default\": []";
    out_.facts.push_back({s + " }", {}, 0});
    lists_.push_back(std::move(list));
  }

  /// What is at work inside a filter, loop or group, and what it hides; given back at its end.
  struct AtWork {
    std::vector<Name> names;
    std::vector<ListName> lists;
  };
  AtWork at_work() { return {names_, lists_}; }
  void give_back(AtWork before) {
    names_ = std::move(before.names);
    lists_ = std::move(before.lists);
  }
  void hide(const std::string& text) {
    std::erase_if(names_, [&](const Name& name) { return name.text == text; });
    std::erase_if(lists_, [&](const ListName& list) { return list.text == text; });
  }
  /// Brings an item to work: its fields behind `prefix`, or the item itself as `name`.
  void bring(const ListName& list, const std::string& name, const std::string& prefix) {
    if (!list.records()) {
      hide(name);
      for (int i = 0; i < 3; ++i) names_.push_back({name, list.item, list.set});
      return;
    }
    for (Name field : list.fields) {
      field.text = prefix + field.text;
      hide(field.text);
      for (int i = 0; i < 3; ++i) names_.push_back(field);
    }
    for (ListName inner : list.in_fields) {
      inner.text = prefix + inner.text;
      hide(inner.text);
      lists_.push_back(inner);
    }
  }

  std::string condition_on(const ListName& list, int depth) {
    AtWork before = at_work();
    bring(list, "item", "");
    const std::size_t focused_before = focus_.size();
    focus_.insert(focus_.end(), names_.end() - 1, names_.end());
    std::string out = random_.one_in(3) ? expression(Want::boolean, depth) : comparison(std::max(depth, 1));
    focus_.resize(focused_before);
    give_back(std::move(before));
    return out;
  }

  /// A list of any items, and what they are.
  ListName any_list(int depth) {
    ListName list = random_.pick(lists_);
    return random_.one_in(2) ? list : changed(std::move(list), depth);
  }
  /// A list of records; no text where there is none.
  ListName list_of_records(int depth) {
    std::vector<const ListName*> fitting;
    for (const ListName& list : lists_) {
      if (list.records()) fitting.push_back(&list);
    }
    if (fitting.empty()) return {};
    ListName list = *random_.pick(fitting);
    return random_.one_in(2) ? list : changed(std::move(list), depth);
  }
  /// A list of the same items, changed in a way that any list can be.
  ListName changed(ListName list, int depth) {
    const std::string before = list.text;
    switch (depth <= 0 ? 9 : random_.from_to(0, 9)) {
      case 0:
        if (list.in_fields.empty()) list.text = "reverse(" + before + ")";
        break;
      case 1:
        if (!list.in_fields.empty()) break;
        list.text = "concatenate(" + before + ", " + (random_.one_in(2) ? before : filtered(list, depth - 1)) + ")";
        break;
      case 2:
        if (!list.in_fields.empty()) break;
        list.text = "(if " + comparison(1) + " then " + before + " else " +
                    (random_.one_in(4) ? before : filtered(list, depth - 1)) + ")";
        break;
      case 3:
      case 4:
        if (list.records()) list = group_of(list, depth - 1);
        break;
      default:
        list.text = filtered(list, depth - 1);
    }
    return list;
  }
  std::string filtered(const ListName& list, int depth) { return list.text + "[" + condition_on(list, depth) + "]"; }

  /// group(list, by: …, …): its record has the key, the items and the named aggregates.
  ListName group_of(const ListName& list, int depth) {
    std::vector<const Name*> keys;
    for (const Name& field : list.fields) {
      const bool may_be = field.type == Want::text || field.type == Want::word || field.type == Want::boolean ||
                          field.type == Want::integer || field.type == Want::date;
      if (may_be) keys.push_back(&field);
    }
    if (keys.empty()) return list;
    const Name key = *random_.pick(keys);
    ListName out;
    out.text = "group(" + list.text + ", by: " + key.text;
    out.fields.push_back(key);
    ListName items = list;
    items.text = "items";
    AtWork before = at_work();
    for (const Name& field : list.fields) {
      hide(field.text);
      lists_.push_back({field.text, field.type, field.set, {}, {}});
    }
    hide("items");
    hide("item");
    for (int i = 0; i < 2; ++i) lists_.push_back(items);
    for (std::int64_t i = random_.from_to(1, 3); i > 0; --i) {
      Name field{fresh("a"), list.fields[0].type, list.fields[0].set};
      const Name& from = random_.pick(list.fields);
      std::string value;
      if (random_.one_in(2)) {
        // What a group shares, or its first: needs no word for an empty list.
        field.type = from.type;
        field.set = from.set;
        const bool ordered = from.type != Want::boolean && from.type != Want::word && from.type != Want::text;
        value = (ordered ? std::string(random_.pick({"min", "max", "first", "last"}))
                         : std::string(random_.pick({"first", "last"}))) +
                "(" + from.text + ")";
      } else {
        const Want kinds[] = {Want::integer, Want::money, Want::number, Want::boolean};
        field.type = random_.pick(kinds);
        value = of_list(field.type, depth, field.set);
        if (value.empty()) value = literal(field.type, 0);
        if (random_.one_in(3)) value = "count(items)";
        if (value == "count(items)") field.type = Want::integer;
      }
      out.text += ", " + field.text + ": " + value;
      out.fields.push_back(field);
    }
    out.text += ")";
    give_back(std::move(before));
    out.in_fields = {items};
    return out;
  }

  /// A list of values of a type; empty where there is none.
  std::string list_of(Want type, int depth, std::size_t set) {
    std::vector<std::string> fitting;
    const auto fits_item = [&](Want item, std::size_t of) { return item == type && (type != Want::word || of == set); };
    for (const ListName& list : lists_) {
      if (!list.records() && fits_item(list.item, list.set)) fitting.push_back(list.text);
      for (const Name& field : list.fields) {
        if (list.records() && fits_item(field.type, field.set)) fitting.push_back(list.text + "." + field.text);
      }
    }
    const auto plain = [&] { return fitting.empty() ? std::string() : std::string(random_.pick(fitting)); };
    if (depth <= 0) return plain();
    const auto sub = [&] { return list_of(type, depth - 1, set); };
    switch (random_.from_to(0, 14)) {
      case 0:
      case 1:
      case 2: {  // a loop over items
        const ListName list = any_list(depth - 1);
        const std::string x = fresh("x");
        AtWork before = at_work();
        bring(list, x, x + ".");
        const std::string value = expression(type, depth - 1, set);
        give_back(std::move(before));
        return "(for " + x + " in " + list.text + " return " + value + ")";
      }
      case 3: {
        const std::string x = fresh("x");
        const std::int64_t least = random_.from_to(-1, 3);
        AtWork before = at_work();
        bring({"", Want::integer, 0, {}, {}}, x, "");
        const std::string value = expression(type, depth - 1, set);
        give_back(std::move(before));
        return "(for " + x + " in " + number_text(least, 0) + ".." + std::to_string(least + random_.from_to(0, 4)) +
               " return " + value + ")";
      }
      case 4: {
        if (type == Want::boolean || type == Want::word) return plain();
        std::string s = "[" + expression(type, depth - 1, set);
        for (std::int64_t i = random_.from_to(0, 2); i > 0; --i) s += ", " + expression(type, depth - 1, set);
        return s + "]";
      }
      case 5: {
        const std::string list = sub();
        return list.empty() ? "" : "distinct(" + list + ")";
      }
      case 6: {
        const std::string list = sub();
        return list.empty() ? "" : "reverse(" + list + ")";
      }
      case 7: {
        const std::string list = sub();
        return list.empty() ? "" : "append(" + list + ", " + expression(type, depth - 1, set) + ")";
      }
      case 8: {
        const std::string a = sub(), b = sub();
        return a.empty() || b.empty() ? "" : "concatenate(" + a + ", " + b + ")";
      }
      case 9: {
        const std::string a = sub(), b = sub();
        return a.empty() || b.empty() ? "" : "(if " + comparison(depth) + " then " + a + " else " + b + ")";
      }
      case 10: {  // a list of lists, made one
        const ListName list = any_list(0);
        const std::string x = fresh("x");
        AtWork before = at_work();
        bring(list, x, x + ".");
        const std::string inner = sub();
        give_back(std::move(before));
        return inner.empty() ? "" : "flatten(for " + x + " in " + list.text + " return " + inner + ")";
      }
      case 11: {
        if (type != Want::integer) return plain();
        const auto [list, item, of] = list_and_item(depth);
        return list.empty() ? "" : "index_of(" + list + ", " + expression(item, depth - 1, of) + ")";
      }
      case 12: {
        const ListName list = list_of_records(depth);
        for (const Name& field : list.fields) {
          if (fits_item(field.type, field.set)) return list.text + "." + field.text;
        }
        return plain();
      }
      default: {
        const std::string list = sub();
        if (list.empty()) return "";
        return list + "[" + condition_on({"", type, set, {}, {}}, depth - 1) + "]";
      }
    }
  }
  struct ListAndItem {
    std::string list;
    Want item = Want::number;
    std::size_t set = 0;
  };
  ListAndItem list_and_item(int depth) {
    ListAndItem out;
    out.item = static_cast<Want>(random_.from_to(0, 9));
    out.set = static_cast<std::size_t>(random_.from_to(0, 2));
    for (int i = 0; i < 3 && out.list.empty(); ++i) {
      const ListName& list = random_.pick(lists_);
      const Name field = list.records() ? random_.pick(list.fields) : Name{"", list.item, list.set};
      out.item = field.type;
      out.set = field.set;
      out.list = list_of(out.item, depth - 1, out.set);
    }
    return out;
  }

  /// What is made of a list, of the type; empty where there is no such list.
  std::string of_list(Want type, int depth, std::size_t set) {
    if (lists_.empty() || depth <= 0) return "";
    if (type == Want::boolean) return truth_of_list(depth);
    const bool sums = type == Want::number || type == Want::integer || type == Want::percent || type == Want::money ||
                      type == Want::months || type == Want::days;
    const bool ordered = type != Want::word && type != Want::text;
    const std::int64_t form = random_.from_to(0, 11);
    if (type == Want::integer && form < 4) {
      if (form == 0) return "count(" + any_list(depth - 1).text + ")";
      if (form == 1) {
        const auto [list, item, of] = list_and_item(depth);
        if (!list.empty()) return random_.one_in(3) ? "count(" + list + ")" : "count(distinct(" + list + "))";
      }
      if (form >= 2) {
        const std::string days = list_of(Want::date, depth - 1, 0);
        if (!days.empty())
          return "weekdays_between(" + expression(Want::date, depth - 1) + ", " + expression(Want::date, depth - 1) +
                 ", except: " + days + ")";
      }
    }
    if (form == 4) {  // a field of a record
      const ListName list = list_of_records(depth - 1);
      for (const Name& field : list.fields) {
        if (field.type != type || (type == Want::word && field.set != set)) continue;
        const std::string one = random_.one_in(2) ? "first(" : "last(";
        return "(if count(" + list.text + ") >= 1 then " + one + list.text + ")." + field.text + " else " +
               leaf(type, set) + ")";
      }
    }
    const std::string list = list_of(type, depth - 1, set);
    if (list.empty()) return "";
    if (sums && form < 7) return "sum(" + list + ")";
    const bool means = type == Want::number || type == Want::money;
    std::string name = std::string(random_.pick({"first", "last"}));
    if (ordered && random_.one_in(2)) name = std::string(random_.pick({"min", "max"}));
    if (means && random_.one_in(4)) name = "mean";
    if (form < 9) return name + "(" + list + ", empty: " + leaf(type, set) + ")";
    if (form == 9) return "(if count(" + list + ") >= 1 then " + name + "(" + list + ") else " + leaf(type, set) + ")";
    const std::int64_t index = random_.from_to(1, 3);
    std::string i = std::to_string(index);
    if (random_.one_in(3)) i = "min(max(1, " + leaf(Want::integer, 0) + "), " + i + ")";
    return "(if count(" + list + ") >= " + std::to_string(index) + " then " + list + "[" + i + "] else " +
           leaf(type, set) + ")";
  }

  std::string truth_of_list(int depth) {
    const auto [list, item, set] = list_and_item(depth);
    const std::int64_t form = random_.from_to(0, 9);
    if (form < 3) {
      const ListName records = any_list(depth - 1);
      const std::string x = fresh("x");
      AtWork before = at_work();
      bring(records, x, x + ".");
      const std::string condition = random_.one_in(2) ? comparison(depth) : expression(Want::boolean, depth - 1);
      give_back(std::move(before));
      return "(" + std::string(random_.one_in(2) ? "some " : "every ") + x + " in " + records.text + " satisfies " +
             condition + ")";
    }
    if (list.empty()) return "";
    if (form == 3) return "contains(" + list + ", " + expression(item, depth - 1, set) + ")";
    if (form == 4) {
      const std::string x = leaf(item, set);
      if (item == Want::word && x[0] == '\'') return "";
      return "(" + x + " in " + list + ")";
    }
    if (form == 5) {
      const std::string other = list_of(item, depth - 1, set);
      if (!other.empty()) return "(" + list + (random_.one_in(2) ? " = " : " != ") + other + ")";
    }
    const std::string truths = list_of(Want::boolean, depth - 1, 0);
    if (truths.empty()) return "";
    if (form == 6) return "all(" + truths + ")";
    if (form == 7) return "any(" + truths + ")";
    return "at_least(" + (random_.one_in(3) ? leaf(Want::integer, 0) : std::to_string(random_.from_to(0, 3))) + ", " +
           truths + ")";
  }

  std::string expression(Want type, int depth, std::size_t set = 0) {
    if (depth <= 0) return leaf(type, set);
    if (!lists_.empty() && random_.one_in(3)) {
      const std::string found = of_list(type, depth, set);
      if (!found.empty()) return found;
    }
    if (!schedules_.empty() && random_.one_in(4)) {
      const std::string found = of_schedule(type, depth, set);
      if (!found.empty()) return found;
    }
    if (type == Want::boolean) return random_.one_in(4) ? leaf(type, set) : boolean(depth);
    if (random_.one_in(6)) {
      const std::string c = comparison(depth);
      return "(if " + c + " then " + focused(c, type, depth - 1, set) + " else " + focused(c, type, depth - 1, set) +
             ")";
    }
    const auto sub = [&](Want t) { return expression(t, depth - 1); };
    const auto two = [&](Want a, const char* op, Want b) { return "(" + sub(a) + op + sub(b) + ")"; };
    if (random_.one_in(7) && type != Want::word && type != Want::text) {
      std::string s = std::string(random_.one_in(2) ? "min(" : "max(") + sub(type) + ", " + sub(type);
      if (random_.one_in(3)) s += ", " + leaf(type, set);
      return s + ")";
    }
    const std::int64_t form = random_.from_to(0, 9);
    switch (type) {
      case Want::number:
        switch (form) {
          case 0:
            return two(type, " + ", type);
          case 1:
            return two(type, " - ", type);
          case 2:
            return two(type, " * ", type);
          case 3:
            return "abs(" + sub(type) + ")";
          case 4:
            return rounded(type, depth);
          case 5:
            return "-(" + sub(type) + ")";
          case 6:
            return sub(Want::integer);
          case 7:
            return sub(Want::percent);
          default:
            return quotient(type, depth);
        }
      case Want::integer:
        switch (form) {
          case 0:
            return two(type, random_.one_in(2) ? " + " : " - ", type);
          case 1:
            return two(type, " * ", type);
          case 2:
            return "abs(" + sub(type) + ")";
          case 3:
            return "months_between(" + sub(Want::date) + ", " + sub(Want::date) + ")";
          case 4:
            return "age(" + sub(Want::date) + ", " + sub(Want::date) + ")";
          case 5:
            return "weekdays_between(" + sub(Want::date) + ", " + sub(Want::date) + ")";
          case 6:
          case 7:
            return "(" + sub(Want::date) + ")." + std::string(random_.pick({"year", "month", "day", "weekday"}));
          case 8:
            return "modulo(" + sub(type) + ", " + std::to_string(random_.from_to(1, 5)) + ")";
          case 9:
            if (random_.one_in(3)) return "length(" + sub(Want::text) + ")";
            [[fallthrough]];
          default:
            return std::string(random_.pick({"floor(", "ceiling(", "round_half_up("})) + sub(Want::number) + ")";
        }
      case Want::percent:
        if (form < 3) return two(type, form == 0 ? " + " : " - ", type);
        if (form == 3) return "-(" + leaf(type, set) + ")";
        return leaf(type, set);
      case Want::money:
        switch (form) {
          case 0:
            return two(type, " + ", type);
          case 1:
            return two(type, " - ", type);
          case 2:
            return two(type, " * ", random_.one_in(2) ? Want::percent : Want::number);
          case 3:
            return two(Want::integer, " * ", type);
          case 4:
            return "abs(" + sub(type) + ")";
          case 5:
          case 6:
            return rounded(type, depth);
          case 7:
            return "-(" + sub(type) + ")";
          default:
            return quotient(type, depth);
        }
      case Want::date:
        switch (form) {
          case 0:
          case 1:
            return "(" + sub(type) + (random_.one_in(2) ? " + " : " - ") + leaf(Want::months, 0) + ")";
          case 2:
            return "(" + leaf(Want::months, 0) + " + " + sub(type) + ")";
          case 3:
            return "(" + sub(type) + (random_.one_in(2) ? " + " : " - ") + leaf(Want::days, 0) + ")";
          case 4:
            return "start_of_month(" + sub(type) + ")";
          case 5:
            return "end_of_month(" + sub(type) + ")";
          case 6:
            return "date((" + sub(type) + ").year, " + std::string(random_.pick({"1, 1", "2, 28", "12, 31", "4, 30"})) +
                   ")";
          default:
            return leaf(type, set);
        }
      case Want::months:
        if (form == 0) return two(type, random_.one_in(2) ? " + " : " - ", type);
        if (form == 1) return "(" + sub(type) + " * " + literal(Want::integer, 0) + ")";
        if (form == 2) return "abs(" + sub(type) + ")";
        if (form == 3) return "-(" + leaf(type, set) + ")";
        return leaf(type, set);
      case Want::days:
        if (form == 0) return two(type, random_.one_in(2) ? " + " : " - ", type);
        if (form == 1) return "(" + literal(Want::integer, 0) + " * " + sub(type) + ")";
        if (form == 2) return "abs(" + sub(type) + ")";
        if (form < 7) return two(Want::date, " - ", Want::date);
        return leaf(type, set);
      case Want::text:
        if (form < 3) return two(type, " + ", type);
        if (form < 6) return (random_.one_in(2) ? "upper(" : "lower(") + sub(type) + ")";
        if (form < 9) return part(depth);
        return leaf(type, set);
      default:
        return leaf(type, set);
    }
  }

  struct Lookup {
    Name name;
    std::vector<Name> keys;
  };

  Random random_;
  bool has_lists_;
  Draft out_;
  std::string begin_;
  bool dates_ = false;  ///< parameters and definitions are read `on` dates
  int made_ = 0;
  std::vector<Name> names_, focus_;
  std::vector<Lookup> lookups_;
  std::vector<Schedule> schedules_;
  std::vector<ListName> lists_;
  std::vector<std::int64_t> near_;
};

}  // namespace

std::uint64_t Random::next() {
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}
std::int64_t Random::from_to(std::int64_t least, std::int64_t most) {
  const std::uint64_t width = static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least) + 1;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(least) + next() % width);
}

std::string Draft::text() const {
  std::string out = "{ " + head;
  const auto members = [&](const char* key, const std::vector<Item>& items) {
    out += std::string(",\n\"") + key + "\": {";
    for (const Item& item : items) out += (&item == items.data() ? "\n  " : ",\n  ") + item.text;
    out += "}";
  };
  members("facts", facts);
  members("parameters", parameters);
  members("definitions", definitions);
  members("decisions", decisions);
  return out + " }\n";
}

Draft generate(std::uint64_t seed, Lists lists) { return Generator(seed, lists).run(); }

Draft fill_gaps(const Draft& draft, const Rules& rules, Random& random) {
  Draft out = draft;
  const typed::Module& module = rules.module();
  for (Item& item : out.parameters) {
    for (std::size_t i = item.gaps.size(); i-- > 0;) {
      const Gap& gap = item.gaps[i];
      const typed::Parameter& parameter = module.parameters[ParameterId(item.parameter)];
      const rule::Domain& domain = parameter.domain;
      Value value;
      switch (domain.type.kind) {
        case Kind::boolean:
          value.number = random.from_to(0, 1);
          break;
        case Kind::text:
          value.text = random.one_in(2) ? "b" : "q";
          break;
        case Kind::choice:
          value.number =
              random.from_to(0, static_cast<std::int64_t>(module.choices.words(domain.type.choice).size()) - 1);
          break;
        default: {
          // Ends, near the least, or anywhere.
          const value::Interval& range = rules.program().parameters[ParameterId(item.parameter)].null_range;
          const Exact step = *rule::step_of(domain);
          const Exact steps = ((range.most - range.least) / step).floor();
          const std::int64_t most = steps.to_int64().value_or(INT64_MAX / 2);
          const std::int64_t at = random.one_in(4) ? 0
                                  : random.one_in(3)
                                      ? most
                                      : random.from_to(0, random.one_in(2) ? std::min<std::int64_t>(most, 50) : most);
          value.number = ((range.least / step).ceiling() + at) * step;
          if (value.number > range.most) value.number = value.number - step;
          break;
        }
      }
      std::string written = rule::plain(value, domain.type, module.choices, module.file->currency);
      if (domain.type.kind != Kind::boolean) written = "\"" + written + "\"";
      item.text.replace(gap.offset, gap.length, gap.before + written + gap.after);
    }
    item.gaps.clear();
  }
  return out;
}

Applicants::Applicants(const Rules& rules) : rules_(rules) {
  const typed::Module& module = rules.module();
  slots_.resize(module.facts.size());
  for (std::size_t i = 0; i < module.facts.size(); ++i) {
    const rule::Domain& domain = module.facts[FactId(i)].domain;
    if (domain.type.kind != Kind::list) slots_[i].push_back({&domain, {}});
    if (domain.type.kind != Kind::list) continue;
    for (const rule::ListDomain::Field& field : domain.list->fields) slots_[i].push_back({&field.domain, {}});
  }
  for (std::vector<Slot>& slots : slots_) {
    for (Slot& slot : slots) add_near(slot);
  }
  const value::Interval& effective = rules.program().effective;
  const std::int64_t first = *effective.least.to_int64(), last = *effective.most.to_int64();
  days_ = {first, last};
  for (const typed::Parameter& parameter : module.parameters) {
    for (const typed::Period& period : parameter.periods) {
      for (const std::int64_t day : {period.from - 1, period.from, period.from + 1}) {
        if (day >= first && day <= last) days_.push_back(day);
      }
    }
  }
  for (const typed::Node& node : module.nodes) {
    if (node.op != typed::Op::literal || node.type.kind != Kind::date) continue;
    const std::int64_t day =
        *module.values[node.data].number.to_int64() + static_cast<std::int64_t>(node.span.begin % 3) - 1;
    if (day >= first && day <= last) days_.push_back(day);
  }
}

/// Adds what lies next to the constants of a value's kind.
void Applicants::add_near(Slot& slot) {
  const typed::Module& module = rules_.module();
  const Kind kind = slot.domain->type.kind;
  if (!is_numeric(kind) && kind != Kind::text) return;
  for (const typed::Node& node : module.nodes) {
    if (node.op != typed::Op::literal || node.type.kind != kind) continue;
    const Value& constant = module.values[node.data];
    if (kind == Kind::text) {
      slot.near.push_back(constant);
      continue;
    }
    for (const int sign : {1, -1}) add_near(slot, constant.number * sign);
  }
  for (const typed::Parameter& parameter : module.parameters) {
    if (!parameter.of || parameter.of->type.kind != kind) continue;
    for (const Value& start : parameter.starts) {
      if (kind == Kind::text)
        slot.near.push_back(start);
      else
        add_near(slot, start.number);
    }
  }
}

/// Adds values right below, at and above a number.
void Applicants::add_near(Slot& slot, const Exact& number) {
  const rule::Domain& domain = *slot.domain;
  const Exact step = *rule::step_of(domain);
  const Exact below = (number / step).floor() * step;
  for (int away = -1; away <= 2; ++away) {
    const Exact candidate = below + step * away;
    if (candidate >= domain.range.least && candidate <= domain.range.most) slot.near.push_back({candidate, {}});
  }
}

Value Applicants::end(const Slot& slot, bool most) const {
  const rule::Domain& domain = *slot.domain;
  switch (domain.type.kind) {
    case Kind::boolean:
      return {most ? 1 : 0, {}};
    case Kind::choice:
      return {most ? static_cast<std::int64_t>(rules_.module().choices.words(domain.type.choice).size()) - 1 : 0, {}};
    case Kind::text:
      return {0, most ? "zz" : ""};
    default:
      return {most ? domain.range.most : domain.range.least, {}};
  }
}

Value Applicants::value(const Slot& slot, Random& random) const {
  const rule::Domain& domain = *slot.domain;
  if (random.one_in(5)) return end(slot, random.one_in(2));
  if (!slot.near.empty() && random.one_in(2)) return random.pick(slot.near);
  switch (domain.type.kind) {
    case Kind::boolean:
      return {random.from_to(0, 1), {}};
    case Kind::choice:
      return {
          random.from_to(0, static_cast<std::int64_t>(rules_.module().choices.words(domain.type.choice).size()) - 1),
          {}};
    case Kind::text:
      return {0, std::string(random.pick({"a", "b", "c", "", "Ab", "яÉ", "z😀c"}))};
    default:
      break;
  }
  const Exact step = *rule::step_of(domain);
  const std::int64_t most =
      ((domain.range.most - domain.range.least) / step).floor().to_int64().value_or(INT64_MAX / 2);
  return {domain.range.least + step * random.from_to(0, random.one_in(4) ? std::min<std::int64_t>(most, 20) : most),
          {}};
}

Value Applicants::cell(FactId fact, std::size_t field, Random& random) const {
  return value(slots_[fact.value][field], random);
}

program::Given Applicants::end(FactId fact, bool most) const {
  using State = program::Given::State;
  const std::vector<Slot>& slots = slots_[fact.value];
  const rule::Domain& domain = rules_.module().facts[fact].domain;
  if (domain.type.kind != Kind::list) return {State::known, end(slots[0], most), nullptr};
  program::GivenList list{most ? domain.list->max_items : 0, slots.size(), {}};
  for (std::size_t i = 0; i < list.count * list.width; ++i)
    list.cells.push_back({State::known, end(slots[i % list.width], most), nullptr});
  return {State::known, {}, std::make_shared<const program::GivenList>(std::move(list))};
}

program::Given Applicants::given(FactId fact, Random& random) const {
  using State = program::Given::State;
  const std::vector<Slot>& slots = slots_[fact.value];
  const rule::Domain& domain = rules_.module().facts[fact].domain;
  if (domain.type.kind != Kind::list) return {State::known, value(slots[0], random), nullptr};
  // The reference takes the square of a list's length where items are not known; end() has as many as there may be.
  constexpr std::int64_t kLong = 2'000, kShort = 40;
  const auto most = std::min(static_cast<std::int64_t>(domain.list->max_items), random.one_in(200) ? kLong : kShort);
  const auto count = static_cast<std::size_t>(random.from_to(0, most));
  program::GivenList list{count, slots.size(), {}};
  for (std::size_t i = 0; i < list.count * list.width; ++i)
    list.cells.push_back({State::known, value(slots[i % list.width], random), nullptr});
  return {State::known, {}, std::make_shared<const program::GivenList>(std::move(list))};
}

Date Applicants::day(Random& random) const {
  if (!random.one_in(3)) return {static_cast<std::int32_t>(random.pick(days_))};
  return {static_cast<std::int32_t>(random.from_to(days_[0], days_[1]))};
}

Applicant Applicants::some(Random& random, int known) const {
  using State = program::Given::State;
  Applicant out;
  out.as_of = day(random);
  const std::size_t count = rules_.module().facts.size();
  for (std::size_t i = 0; i < count; ++i) {
    program::Given given;
    const auto leave_open = [&](program::Given& open) {
      open = {random.one_in(2) ? State::absent : State::unknown, {}, nullptr};
    };
    given = this->given(FactId(i), random);
    if (given.list != nullptr && known < 8 && !random.one_in(4)) {
      // A list may be given though some of its cells are not known.
      program::GivenList list = *given.list;
      for (program::Given& cell : list.cells) {
        if (random.from_to(1, 8) > std::max(known, 2)) leave_open(cell);
      }
      given.list = std::make_shared<const program::GivenList>(std::move(list));
    } else if (random.from_to(1, 8) > known) {
      leave_open(given);
    }
    out.facts.push_back(std::move(given));
  }
  return out;
}

}  // namespace rfs::differential
