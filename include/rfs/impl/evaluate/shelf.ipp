#pragma once

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

#include "rfs/evaluate/facts.hpp"
#include "rfs/evaluate/shelf.hpp"
#include "rfs/impl/evaluate/rules.ipp"

namespace rfs::inline RFS_ABI {

namespace evaluate::detail {

RFS_INLINE Window window_of(const Rules& rules) {
  const value::Interval& effective = rules.program().effective;
  const auto day = [](const Exact& number) { return Date{static_cast<std::int32_t>(number.to_int64().value_or(0))}; };
  return {day(effective.least), day(effective.most)};
}

RFS_INLINE void sort_by_days(std::vector<Rules>& files) {
  std::stable_sort(files.begin(), files.end(),
                   [](const Rules& a, const Rules& b) { return window_of(a).first < window_of(b).first; });
}

/// Returns the place of `effective`, or of the name where a file holds on all days.
RFS_INLINE source::Span window_place(const Rules& rules) {
  const json::Document& document = rules.file().tests.document;
  json::NodeId place = document.find(document.root, "effective");
  if (!place.valid()) place = document.find(document.root, "rules");
  return document[place].span;
}

/// Writes a place of another file: `2017.rules.json:4:16`.
RFS_INLINE std::string place_text(const Rules& rules, source::Span span) {
  const source::File& file = *rules.file().file;
  const source::Place place = source::place_of(file.text, span.begin);
  return file.name + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

RFS_INLINE std::string days_text(Window days) {
  return days.first == days.last ? "on " + days.first.text() : "from " + days.first.text() + " to " + days.last.text();
}

RFS_INLINE Diagnostic window_finding(const Rules& rules, Code code, std::string message, std::string help) {
  Diagnostic finding;
  finding.code = code;
  finding.file = rules.file().file;
  finding.span = window_place(rules);
  finding.path = "effective";
  finding.message = std::move(message);
  finding.help = std::move(help);
  return finding;
}

/// Returns the finding of days before a file on which none holds, where there are any.
RFS_INLINE std::optional<Diagnostic> gap_before(const Rules& rules, const Rules& before) {
  const Date end = window_of(before).last, begin = window_of(rules).first;
  if (begin.days <= end.days + 1) return std::nullopt;
  Diagnostic out = window_finding(
      rules, Code::window_gap,
      "no file holds " + days_text({Date{end.days + 1}, Date{begin.days - 1}}) + ", between that at `" +
          place_text(before, window_place(before)) + "` and this",
      "`until` is the first day on which rules no longer hold: write the day of the next `from` there; or allow it");
  out.severity = Severity::warning;
  return out;
}

/// Reports days on which two files hold, and days between files on which none does, unless they are allowed.
RFS_INLINE void check_windows(const std::vector<Rules>& files, Diagnostics& findings) {
  std::size_t latest = 0;  // of the files so far, the one that holds longest
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Window before = window_of(files[latest]), here = window_of(files[i]);
    if (i != 0 && here.first <= before.last) {
      findings.add(window_finding(
          files[i], Code::windows_overlap,
          "these rules and those at `" + place_text(files[latest], window_place(files[latest])) + "` both hold " +
              days_text({here.first, std::min(here.last, before.last)}),
          "let the one end, `until`, on the day on which the other begins, `from`; or give other rules another name"));
    }
    Diagnostics gaps;
    if (auto gap = i == 0 ? std::nullopt : gap_before(files[i], files[latest])) gaps.add(std::move(*gap));
    allow(files[i].file(), true, gaps);
    findings.append(gaps);
    if (before.last < here.last) latest = i;
  }
}

/// Returns whether a fact is read the same way in two files. The options of a choice, and ranges, may differ.
RFS_INLINE bool same_type(const rule::File& a, const Type& of_a, const rule::File& b, const Type& of_b) {
  if (of_a.kind != of_b.kind || of_a.flavour != of_b.flavour) return false;
  return of_a.kind != Kind::money || a.currency == b.currency;
}

RFS_INLINE void check_types(const std::vector<Rules>& files, Diagnostics& findings) {
  struct Declared {
    const Rules* rules;
    const rule::Fact* fact;
  };
  const auto type = [](const Declared& one) {
    const rule::File& file = one.rules->file();
    const Type& is = one.fact->domain.type;
    return rule::type_text(is, one.rules->module().choices) + (is.kind == Kind::money ? " in " + file.currency : "");
  };
  std::map<std::string_view, Declared> met;
  for (const Rules& rules : files) {
    for (const rule::Fact& fact : rules.file().facts) {
      const Declared here{&rules, &fact};
      const Declared& before = met.emplace(fact.name.text, here).first->second;
      if (same_type(before.rules->file(), before.fact->domain.type, rules.file(), fact.domain.type)) continue;
      Diagnostic finding;
      finding.code = Code::shelf_types;
      finding.file = rules.file().file;
      finding.span = fact.name.span;
      finding.path = "facts." + fact.name.text;
      finding.message = "`" + fact.name.text + "` is " + type(here) + " here and " + type(before) + " at `" +
                        place_text(*before.rules, before.fact->name.span) + "`";
      finding.help = "a fact has one type in all files of a shelf: give what is another fact another name";
      findings.add(std::move(finding));
    }
  }
}

/// Reports a folder that holds the files of several rules.
RFS_INLINE void check_names(const std::vector<Rules>& files, Diagnostics& findings) {
  for (const Rules& rules : files) {
    const std::string& first = files.front().file().rules;
    if (rules.file().rules == first) continue;
    const json::Document& document = rules.file().tests.document;
    Diagnostic finding;
    finding.code = Code::shelf_names;
    finding.file = rules.file().file;
    finding.span = document[document.find(document.root, "rules")].span;
    finding.path = "rules";
    finding.message = "a shelf holds files of one name, found `" + rules.file().rules + "` beside `" + first +
                      "` of `" + files.front().file().file->name + "`";
    finding.help = "name one file instead of the folder, or keep each programme in a folder of its own";
    findings.add(std::move(finding));
    return;
  }
}

}  // namespace evaluate::detail

RFS_INLINE Diagnostics check_shelf(std::vector<Rules> files) {
  evaluate::detail::sort_by_days(files);
  Diagnostics findings;
  evaluate::detail::check_windows(files, findings);
  evaluate::detail::check_types(files, findings);
  findings.sort();
  return findings;
}

RFS_INLINE Result<Shelf, Diagnostics> Shelf::of(std::vector<Rules> files) {
  evaluate::detail::sort_by_days(files);
  Shelf out(std::move(files));
  evaluate::detail::check_names(out.files_, out.findings_);
  if (!out.findings_.has_errors()) out.findings_ = check_shelf(out.files_);
  for (const Rules& rules : out.files_) out.findings_.append(rules.findings());
  out.findings_.sort();
  if (out.findings_.has_errors()) return out.findings_;
  return out;
}

RFS_INLINE std::vector<Window> Shelf::windows() const {
  std::vector<Window> out;
  for (const Rules& rules : files_) out.push_back(evaluate::detail::window_of(rules));
  return out;
}

RFS_INLINE Result<Rules, Diagnostic> Shelf::at(Date as_of) const {
  std::vector<Window> held;  // windows that touch are one
  for (const Rules& rules : files_) {
    const Window window = evaluate::detail::window_of(rules);
    if (as_of >= window.first && as_of <= window.last) return rules;
    if (!held.empty() && held.back().last.days + 1 == window.first.days) {
      held.back().last = window.last;
    } else {
      held.push_back(window);
    }
  }
  Diagnostic finding;
  finding.code = Code::as_of_range;
  finding.path = "as_of";
  finding.message = "the files of `" + files_.front().file().rules + "` hold ";
  for (const Window& window : held) {
    if (&window != &held.front()) finding.message += &window == &held.back() ? " and " : ", ";
    finding.message += evaluate::detail::days_text(window);
  }
  finding.message += ", not on " + as_of.text();
  finding.help = "evaluate on a day inside, or add the file of that day";
  return finding;
}

RFS_INLINE Result<Outcome, Diagnostics> Shelf::evaluate(std::string_view facts, Date as_of,
                                                        std::string_view name) const {
  const auto rules = at(as_of);
  if (!rules) {
    Diagnostics findings;
    findings.add(rules.error());
    return findings;
  }
  Facts given(*rules);
  given.read_json(facts, name);
  Outcome out(*rules);
  rules->evaluate(given, as_of, out);
  return out;
}

RFS_INLINE Result<std::vector<std::string>, Diagnostics> rule_files_in(const std::string& folder) {
  namespace fs = std::filesystem;
  constexpr std::string_view kEnd = ".rules.json";
  std::vector<std::string> out;
  std::error_code error, ignored;
  for (fs::directory_iterator at(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    std::string path = at->path().lexically_normal().string();
    const bool named = path.size() > kEnd.size() && path.compare(path.size() - kEnd.size(), kEnd.size(), kEnd) == 0;
    const fs::file_status status = at->status(ignored);
    // Who reads a pipe may wait for ever; a link that leads nowhere is reported where it is read.
    if (named && (fs::is_regular_file(status) || !fs::exists(status))) out.push_back(std::move(path));
  }
  std::sort(out.begin(), out.end());
  if (!error && !out.empty()) return out;
  Diagnostics findings;
  Diagnostic finding;
  finding.path = folder;
  finding.code = error ? Code::unreadable_file : Code::no_rule_files;
  finding.message = error ? "cannot list `" + folder + "`" : "there are no rule files in `" + folder + "`";
  finding.help =
      error ? "is it a folder, and may it be read?" : "their names end in `.rules.json`; folders below are not read";
  findings.add(std::move(finding));
  return findings;
}

RFS_INLINE Result<Shelf, Diagnostics> load_folder(const std::string& path, const Limits& limits) {
  const auto paths = rule_files_in(path);
  if (!paths) return paths.error();
  std::vector<Rules> files;
  Diagnostics findings;
  for (const std::string& file : *paths) {
    auto rules = load(file, limits);
    if (rules) {
      files.push_back(std::move(*rules));
    } else {
      findings.append(rules.error());
    }
  }
  if (findings.has_errors()) return findings;
  return Shelf::of(std::move(files));
}

}  // namespace rfs::inline RFS_ABI
