#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rfs/evaluate/rules.hpp"

using namespace rfs;

namespace {

/// Lists of so many items that a list of 317 in one of 316 is the least that is warned of, and one of 20.
constexpr std::string_view kFacts = R"("facts": {
  "xs": { "type": "list", "max_items": 316, "fields": {
    "key": { "type": "integer", "min": 0, "max": 9 },
    "paid": { "type": "integer", "min": 0, "max": 9 },
    "given": "date" } },
  "zs": { "type": "list", "max_items": 317, "fields": { "code": { "type": "integer", "min": 0, "max": 9 } } },
  "ns": { "type": "list", "max_items": 317, "of": { "type": "integer", "min": 0, "max": 9 } },
  "members": { "type": "list", "max_items": 20, "fields": { "born": { "type": "integer", "min": 0, "max": 9 } } })";

using Definitions = std::vector<std::pair<std::string, std::string>>;

/// Where a file of these definitions, and facts besides, has lists gone over again, and for each of which:
/// `zs in xs: up to 100172 pairs`.
std::vector<std::string> nested_of(const Definitions& definitions, const std::string& facts = "") {
  std::string text = R"({ "rfs": 1, "rules": "t/t", )" + std::string(kFacts) + facts + R"( }, "definitions": {)";
  for (const auto& [name, expression] : definitions)
    text += (text.back() == '{' ? "\"" : ", \"") + name + "\": \"" + expression + "\"";
  text += "} }";
  const auto rules = parse(text, "t.rules.json");
  const Diagnostics& findings = rules ? rules->findings() : rules.error();
  std::vector<std::string> out;
  for (const Diagnostic& one : findings.all()) {
    INFO(one.message);
    CHECK(one.severity != Severity::error);
    if (one.code != Code::nested_lists) continue;
    CHECK(one.severity == Severity::warning);
    const auto at = [&](const source::Span& span) { return text.substr(span.begin, span.end - span.begin); };
    std::string words = at(one.span);
    for (const diag::Label& label : one.labels) {
      if (label.text == "for each of these") words += " in " + at(label.span);
    }
    const std::size_t count = one.message.rfind(": ");
    out.push_back(words + one.message.substr(count, one.message.rfind(" an applicant") - count));
  }
  return out;
}

/// The same of a file with one definition.
std::vector<std::string> nested_in(const std::string& expression) { return nested_of({{"r", expression}}); }

using Found = std::vector<std::string>;

}  // namespace

TEST_CASE("a list gone over again for each item of another is warned of above a hundred thousand pairs") {
  CHECK(nested_in("sum(for x in xs return count(zs[code = x.key]))") == Found{"zs in xs: up to 100172 pairs"});
  CHECK(nested_in("sum(for z in zs return count(xs[key = z.code]))") == Found{"xs in zs: up to 100172 pairs"});
  CHECK(nested_in("xs[count(zs[code = key]) > 1]") == Found{"zs in xs: up to 100172 pairs"});
  CHECK(nested_in("some x in xs satisfies every z in zs satisfies z.code = x.key") ==
        Found{"zs in xs: up to 100172 pairs"});
  CHECK(nested_in("xs[contains(ns, key)]") == Found{"ns in xs: up to 100172 pairs"});
  CHECK(nested_in("flatten(for x in xs return zs[code = x.key]).code") == Found{"zs in xs: up to 100172 pairs"});

  // The same list within itself: 316 * 316 = 99,856, and 317 * 317 = 100,489.
  CHECK(nested_in("sum(for x in xs return count(xs[key = x.key]))") == Found{});
  CHECK(nested_in("sum(for z in zs return count(zs[code = z.code]))") == Found{"zs in zs: up to 100489 pairs"});
  CHECK(nested_in("sum(for m in members return count(members[born = m.born]))") == Found{});
  CHECK(nested_in("sum(for m in members return count(zs[code = m.born]))") == Found{});

  // Three deep: 20 * 20 * 20, and 20 * 20 * 317; both lists around it are named, the inner one first.
  CHECK(nested_in("sum(for m in members return sum(for n in members return "
                  "count(members[born = m.born + n.born])))") == Found{});
  CHECK(nested_in("sum(for m in members return sum(for n in members[born > m.born] return "
                  "count(zs[code = m.born + n.born])))") ==
        Found{"zs in members[born > m.born] in members: up to 126800 pairs"});
}

TEST_CASE("each place is warned of once, with where it stands first") {
  CHECK(nested_in("sum(for x in xs return count(zs[code = x.key]) + count(zs[code > x.key]))") ==
        Found{"zs in xs: up to 100172 pairs", "zs in xs: up to 100172 pairs"});
  // The other xs in this loop is not what zs is gone over for.
  CHECK(nested_in("sum(for x in xs[paid > 3] return count(xs[paid = 2]) + count(zs[code = x.key]))") ==
        Found{"zs in xs[paid > 3]: up to 100172 pairs"});
  // A guard lowers what it protects again.
  CHECK(nested_in("sum(for x in xs return (if count(zs[code = x.key]) > 0 then max(zs[code = x.key].code) else 0))") ==
        Found{"zs in xs: up to 100172 pairs", "zs in xs: up to 100172 pairs"});
}

TEST_CASE("loops over numbers and written values, and what does not depend on the item, are not warned of") {
  CHECK(nested_in("sum(for m in 1..1000 return count(xs[key = m]))") == Found{});
  CHECK(nested_in("sum(for v in [1, 2, 3] return count(xs[key = v]))") == Found{});
  CHECK(nested_in("sum(for x in xs return count(for m in 1..1000 return m + x.key))") == Found{});
  CHECK(nested_in("sum(for x in xs return count([1, 2, x.key]))") == Found{});
  // Numbers between two lists do not count; these are 99,856 pairs.
  CHECK(nested_in("sum(for x in xs return sum(for m in 1..12 return count(xs[key = x.key + m])))") == Found{});
  CHECK(nested_in("sum(for x in xs return sum(for m in 1..12 return count(zs[code = x.key + m])))") ==
        Found{"zs in xs: up to 100172 pairs"});

  CHECK(nested_in("sum(for x in xs return x.key + count(zs) + count(zs[code > 3]) + max(ns, empty: 0))") == Found{});
  CHECK(nested_in("xs[key = max(ns, empty: 0)]") == Found{});
  CHECK(nested_of({{"most", "max(ns, empty: 0)"}, {"r", "xs[key = most]"}}) == Found{});
}

TEST_CASE("a group's members are gone over once for all groups") {
  CHECK(nested_in("sum(for g in group(zs, by: code, n: count(items), m: sum(code)) return g.n + g.m + "
                  "count(g.items[code > 3]))") == Found{});
  CHECK(nested_in("sum(for g in group(zs, by: code, n: count(items[code > 3])) return "
                  "sum(for z in g.items return z.code + g.n))") == Found{});
  // Each group may be one item, or have all of them.
  CHECK(nested_in("sum(for g in group(xs, by: key) return count(zs[code = g.key]))") ==
        Found{"zs in group(xs, by: key): up to 100172 pairs"});
  CHECK(nested_in("sum(for g in group(zs, by: code) return sum(for z in g.items return "
                  "count(g.items[code > z.code])))") == Found{"g.items in g.items: up to 100489 pairs"});
  // The items of all groups together are no more than the list has: 317 for each of 20, and for each of 316.
  CHECK(nested_in("sum(for g in group(zs, by: code) return sum(for m in members return "
                  "count(g.items[code > m.born + g.code])))") == Found{});
  CHECK(nested_in("group(zs, by: code, n: sum(for x in xs return count(items[code > x.key])))") ==
        Found{"xs in zs: up to 100172 pairs", "items in xs: up to 100172 pairs"});
  CHECK(nested_in("sum(for x in xs return count(group(zs[code > x.key], by: code, n: count(items))))") ==
        Found{"zs in xs: up to 100172 pairs"});
}

TEST_CASE("definitions are warned of where they are read, or where their lists are") {
  CHECK(nested_of({{"high", "zs[code > 5]"}, {"r", "sum(for x in xs return count(high[code = x.key]))"}}) ==
        Found{"high in xs: up to 100172 pairs"});
  CHECK(nested_of({{"per", "group(zs, by: code, n: count(items))"},
                   {"r", "sum(for x in xs return sum(per[code = x.key].n))"}}) ==
        Found{"per in xs: up to 100172 pairs"});
  CHECK(nested_of({{"twelve", "for m in 1..12 return m"},
                   {"r", "sum(for x in xs return count(twelve[item > x.key]))"}}) == Found{});
  // Twelve items, each of which goes over a list: again for each of xs.
  CHECK(nested_of({{"sums", "for m in 1..12 return count(zs[code = m])"},
                   {"r", "sum(for x in xs return count(sums[item > x.key]))"}}) ==
        Found{"zs in xs: up to 100172 pairs"});
  // A total is counted once, and again for each day on which it is read.
  CHECK(nested_of({{"total", "count(zs[code > as_of.day])"}, {"r", "sum(for x in xs return total + x.key)"}}) ==
        Found{});
  CHECK(nested_of({{"total", "count(xs[given <= as_of])"}, {"r", "sum(for x in xs return total on (x.given))"}}) ==
        Found{});
  CHECK(nested_of({{"total", "count(zs[code > as_of.day])"}, {"r", "sum(for x in xs return total on (x.given))"}}) ==
        Found{"zs in xs: up to 100172 pairs"});
}

TEST_CASE("the default of a field is gone over again for each item that takes it") {
  const auto facts = [](const std::string& otherwise) {
    return R"(, "us": { "type": "list", "max_items": 317, "fields": { "own": { "type": "integer", "min": 0, "max": 9 },
              "like": { "type": "integer", "min": 0, "max": 1000, "default": ")" +
           otherwise + "\" } } }";
  };
  CHECK(nested_of({{"r", "sum(us.like)"}}, facts("count(xs[key = own])")) == Found{"xs in \"us\": up to 100172 pairs"});
  CHECK(nested_of({{"r", "sum(us.like)"}}, facts("count(xs)")) == Found{});
}
