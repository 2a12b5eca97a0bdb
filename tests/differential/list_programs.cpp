#include "list_programs.hpp"

#include <algorithm>
#include <vector>

#include "generator.hpp"

namespace rfs::differential {

namespace {

enum class Sort : std::uint8_t { money, integer, word, date, truth, share };

struct Named {
  std::string text;
  Sort sort = Sort::money;
};

/// A list: how it is written, what its items' fields are, and the members of a group that each item has.
struct ListText {
  std::string text;
  std::vector<Named> fields;
  bool records = true;
  bool grouped = false;
};

class ListProgram {
 public:
  explicit ListProgram(std::uint64_t seed) : random_(seed) {}

  std::string run() {
    std::string facts =
        "\"m\": { \"type\": \"money\", \"max\": \"900.00\" }, "
        "\"i\": { \"type\": \"integer\", \"min\": 0, \"max\": 9 }, \"b\": { \"type\": \"bool\" }, "
        "\"w\": { \"type\": \"choice\", \"of\": [" +
        kWords +
        "] }, "
        "\"d\": { \"type\": \"date\", \"min\": \"2016-01-01\", \"max\": \"2016-12-31\" }, "
        "\"p\": { \"type\": \"percent\", \"max\": \"100%\" }";
    names_ = {{"m", Sort::money}, {"i", Sort::integer}, {"b", Sort::truth},
              {"w", Sort::word},  {"d", Sort::date},    {"p", Sort::share}};
    for (std::int64_t n = random_.from_to(1, 2); n > 0; --n) facts += ", " + list_fact();
    std::string definitions;
    for (std::int64_t n = random_.from_to(2, 6); n > 0; --n) {
      const Named made{"v" + std::to_string(next_++), sort()};
      definitions += (definitions.empty() ? "\"" : ", \"") + made.text + "\": \"" + aggregate(made.sort, 2) + "\"";
      names_.push_back(made);
      made_.push_back(made);
    }
    return "{ \"rfs\": 1, \"rules\": \"t/t\", \"currency\": \"USD\", \"facts\": { " + facts +
           " }, \"definitions\": { " + definitions + " }, \"decisions\": { \"k\": { \"eligible\": \"" +
           comparison(made_, 1) + " and (" + comparison(made_, 1) + " or b)\", \"amount\": \"max(0 USD, min(" +
           value(Sort::money, 1) + ", 1000 USD))\", \"round\": \"down to 0.01 USD\" } } }";
  }

 private:
  inline static const std::string kWords = "\"aa\", \"bb\", \"cc\", \"dd\"";

  Sort sort() {
    constexpr Sort kSorts[] = {Sort::money, Sort::money, Sort::integer, Sort::integer, Sort::word,
                               Sort::date,  Sort::truth, Sort::truth,   Sort::share};
    return random_.pick(kSorts);
  }

  /// A declaration of few values, so that many are equal and groups have several members.
  std::string declared(Sort of) {
    switch (of) {
      case Sort::money:
        return random_.one_in(2) ? "{ \"type\": \"money\", \"max\": \"500.00\" }"
                                 : "{ \"type\": \"money\", \"min\": \"-20.00\", \"max\": \"40.00\" }";
      case Sort::integer:
        return random_.one_in(2) ? "{ \"type\": \"integer\", \"min\": -2, \"max\": 6 }"
                                 : "{ \"type\": \"integer\", \"min\": 1, \"max\": 9000 }";
      case Sort::word:
        return "{ \"type\": \"choice\", \"of\": [" + kWords + "] }";
      case Sort::date:
        return "{ \"type\": \"date\", \"min\": \"2016-01-25\", \"max\": \"2016-03-02\" }";
      case Sort::truth:
        return "{ \"type\": \"bool\" }";
      case Sort::share:
        break;
    }
    return "{ \"type\": \"percent\", \"max\": \"20%\" }";
  }

  std::string list_fact() {
    ListText list{"l" + std::to_string(next_++), {}, true, false};
    constexpr int kMost[] = {4, 40, 400, 5000};
    std::string s =
        "\"" + list.text + "\": { \"type\": \"list\", \"max_items\": " + std::to_string(random_.pick(kMost));
    if (random_.one_in(5)) {
      list.records = false;
      list.fields.push_back({"item", sort()});
      s += ", \"of\": " + declared(list.fields[0].sort);
    } else {
      s += ", \"fields\": { ";
      for (std::int64_t n = random_.from_to(2, 5); n > 0; --n) {
        const Named field{"c" + std::to_string(next_++), sort()};
        std::string item = declared(field.sort);
        if (random_.one_in(6)) item.insert(item.size() - 1, ", \"default\": \"" + literal(field.sort, true) + "\" ");
        s += "\"" + field.text + "\": " + item + ", ";
        list.fields.push_back(field);
      }
      // Stages read no text: nothing, or one program's lists, depends on it.
      s += "\"note\": { \"type\": \"text\" } }";
    }
    if (random_.one_in(5)) s += ", \"default\": []";
    lists_.push_back(list);
    return s + " }";
  }

  /// `declared`: one that every declaration of its sort takes.
  std::string literal(Sort of, bool declared = false) {
    const auto whole = [&](std::int64_t least, std::int64_t most) {
      return std::to_string(random_.from_to(least, most));
    };
    switch (of) {
      case Sort::money:
        return declared ? "12.50" : whole(0, 40) + (random_.one_in(2) ? ".25 USD" : " USD");
      case Sort::integer:
        return declared ? "3" : whole(0, 9);
      case Sort::word:
        return declared ? "cc" : "'" + std::string(random_.pick({"aa", "bb", "cc", "dd"})) + "'";
      case Sort::date:
        return declared ? "2016-02-29" : "date(2016, " + whole(1, 3) + ", " + whole(1, 28) + ")";
      case Sort::truth:
        return random_.one_in(2) ? "true" : "false";
      case Sort::share:
        break;
    }
    return declared ? "5%" : whole(0, 20) + "%";
  }

  std::string leaf(Sort of) {
    std::vector<const Named*> fitting;
    for (const Named& name : names_) {
      if (name.sort == of) fitting.push_back(&name);
    }
    if (fitting.empty() || random_.one_in(4)) return literal(of);
    // What is innermost stands last.
    return random_.one_in(2) ? fitting.back()->text : random_.pick(fitting)->text;
  }

  std::string value(Sort of, int depth) {
    if (depth <= 0 || random_.one_in(3)) return leaf(of);
    const auto sub = [&](Sort sort) { return value(sort, depth - 1); };
    if (of == Sort::truth) return comparison(names_, depth);
    if (random_.one_in(4))
      return "(if " + comparison(names_, depth - 1) + " then " + sub(of) + " else " + sub(of) + ")";
    if (of == Sort::word) return leaf(of);
    if (of == Sort::money && random_.one_in(4)) return "(" + sub(of) + " * " + leaf(Sort::integer) + ")";
    if (random_.one_in(3) && (of == Sort::money || of == Sort::integer))
      return "(" + sub(of) + std::string(random_.pick({" + ", " - "})) + sub(of) + ")";
    return std::string(random_.pick({"min(", "max("})) + sub(of) + ", " + sub(of) + ")";
  }

  /// A condition on one of some names.
  std::string comparison(const std::vector<Named>& on, int depth) {
    if (on.empty()) return leaf(Sort::truth);
    const Named name = random_.one_in(3) ? on.back() : random_.pick(on);
    std::string out = name.text;
    if (name.sort == Sort::word) {
      out += std::string(random_.pick({" = ", " != "})) + leaf(Sort::word);
    } else if (name.sort != Sort::truth) {
      out += std::string(random_.pick({" < ", " <= ", " > ", " >= ", " = "})) + value(name.sort, depth - 1);
    } else if (random_.one_in(3)) {
      out = "not(" + out + ")";
    }
    if (depth > 0 && random_.one_in(4))
      return "(" + out + std::string(random_.pick({" and ", " or "})) + comparison(on, depth - 1) + ")";
    return out;
  }

  /// Runs `write` where the fields of an item have names, behind a prefix.
  template <class Write>
  std::string inside(const ListText& list, const std::string& prefix, Write write) {
    const std::vector<Named> before = names_;
    std::vector<Named> fields = list.fields;
    for (Named& field : fields) {
      field.text = list.records ? prefix + field.text : prefix.empty() ? "item" : prefix.substr(0, prefix.size() - 1);
      names_.push_back(field);
    }
    std::string out = write(fields);
    names_ = before;
    return out;
  }

  ListText filtered(ListText list) {
    list.text += "[" + inside(list, "", [&](const auto& fields) { return comparison(fields, 1); }) + "]";
    return list;
  }

  ListText some_list() {
    ListText list = random_.pick(lists_);
    if (random_.one_in(2)) list = filtered(list);
    for (int i = 0; i < 2 && list.records && random_.one_in(2 + i); ++i) {
      list = grouped(list);
      if (random_.one_in(4)) list = filtered(list);
    }
    return list;
  }

  ListText grouped(const ListText& list) {
    std::vector<Named> keys;
    for (const Named& field : list.fields) {
      if (field.sort != Sort::money && field.sort != Sort::share) keys.push_back(field);
    }
    if (keys.empty()) return list;
    const Named key = random_.pick(keys);
    ListText out{"group(" + list.text + ", by: " + key.text, {key}, true, true};
    const ListText items{"items", list.fields, true, list.grouped};
    for (std::int64_t n = random_.from_to(1, 3); n > 0; --n) {
      const Named made{"a" + std::to_string(next_++), sort()};
      const std::string text = of_list(random_.one_in(3) ? filtered(items) : items, made.sort, true);
      if (text.empty()) continue;
      out.text += ", " + made.text + ": " + text;
      out.fields.push_back(made);
    }
    out.text += ")";
    return out;
  }

  /// What is made of a list; empty where nothing of the sort can be. In a group a field's name is the list of its
  /// members' values.
  std::string of_list(const ListText& list, Sort of, bool in_group) {
    if (of == Sort::integer && random_.one_in(2)) {
      if (random_.one_in(2)) return "count(" + list.text + ")";
      return "count(distinct(" + field_of(list, random_.pick(list.fields), in_group) + "))";
    }
    if (of == Sort::truth) {
      const std::string x = "x" + std::to_string(next_++);
      return "(" + std::string(random_.pick({"some ", "every "})) + x + " in " + list.text + " satisfies " +
             inside(list, x + ".", [&](const auto& fields) { return comparison(fields, 1); }) + ")";
    }
    std::vector<Named> fitting;
    for (const Named& field : list.fields) {
      if (field.sort == of) fitting.push_back(field);
    }
    if (fitting.empty()) return "";
    std::string values = field_of(list, random_.pick(fitting), in_group);
    if (random_.one_in(3)) {
      const std::string x = "x" + std::to_string(next_++);
      values = "for " + x + " in " + list.text + " return " +
               inside(list, x + ".", [&](const auto&) { return value(of, 1); });
    }
    const bool sums = of == Sort::money || of == Sort::integer;
    if (sums && random_.one_in(3)) return "sum(" + values + ")";
    const std::string name(of != Sort::word && random_.one_in(2) ? random_.pick({"min", "max"})
                                                                 : random_.pick({"first", "last"}));
    if (random_.one_in(5) && values.substr(0, 4) != "for ")
      return "(if count(" + list.text + ") >= 1 then " + name + "(" + values + ") else " + leaf(of) + ")";
    return name + "(" + values + ", empty: " + literal(of) + ")";
  }

  std::string field_of(const ListText& list, const Named& field, bool in_group) {
    if (!list.records) return list.text;
    if (in_group && list.text == "items" && random_.one_in(2)) return field.text;
    return list.text + "." + field.text;
  }

  std::string aggregate(Sort of, int tries) {
    for (int i = 0; i < 8 * tries; ++i) {
      const std::string text = of_list(some_list(), of, false);
      if (!text.empty()) return text;
    }
    return literal(of);
  }

  Random random_;
  int next_ = 1;
  std::vector<Named> names_, made_;
  std::vector<ListText> lists_;
};

}  // namespace

std::string list_program(std::uint64_t seed) { return ListProgram(seed).run(); }

}  // namespace rfs::differential
