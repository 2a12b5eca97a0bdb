#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <functional>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "batch_csv.hpp"
#include "batch_lists.hpp"
#include "batch_rows.hpp"
#include "batch_shelf.hpp"
#include "output.hpp"
#include "rfs/diag/suggest.hpp"
#include "verbs.hpp"

namespace rfs_cli {

namespace {

constexpr std::size_t kShownRefusals = 5;

/// Splits a list of names at its commas.
std::vector<std::string> names_in(const std::vector<std::string>& lists) {
  std::vector<std::string> out;
  for (const std::string& list : lists) {
    for (std::size_t begin = 0; begin <= list.size();) {
      const std::size_t end = std::min(list.find(',', begin), list.size());
      out.push_back(list.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  return out;
}

RowFormat format_of(const std::string& path) {
  return path.size() >= 4 && path.compare(path.size() - 4, 4, ".csv") == 0 ? RowFormat::csv : RowFormat::ndjson;
}

/// Reads `fact=file` and `fact=file:key`. Returns what is wrong with the options, or an empty text.
std::string read_lists(const BatchWords& words, RowsOptions& out) {
  out.key = words.key;
  out.orphans = words.orphans == "ignore" ? rfs::Orphans::ignore : rfs::Orphans::refuse;
  for (const std::string& one : words.list) {
    const std::size_t equals = one.find('='), colon = one.rfind(':');
    ListFile list;
    const bool has_key = colon != std::string::npos && equals != std::string::npos && colon > equals;
    if (equals != std::string::npos) {
      list.fact = one.substr(0, equals);
      list.file = one.substr(equals + 1, has_key ? colon - equals - 1 : std::string::npos);
      list.key = has_key ? one.substr(colon + 1) : words.key;
    }
    if (list.fact.empty() || list.file.empty() || (has_key && list.key.empty()))
      return "--list takes fact=file or fact=file:key, found `" + one + "`";
    if (words.key.empty()) return "--list needs --key, the column that tells applicants apart";
    if (list.file == "-" && (words.input == "-" || words.rules == "-"))
      return "standard input cannot be read twice: give the list a file";
    list.from = format_of(list.file);
    out.files.push_back(std::move(list));
  }
  return words.key.empty() || !out.files.empty() ? "" : "--key says nothing without --list";
}

/// Returns what is wrong with the options, or an empty text.
std::string read_words(const BatchWords& words, RowsOptions& out) {
  out.from = words.from.empty() ? format_of(words.input) : words.from == "csv" ? RowFormat::csv : RowFormat::ndjson;
  out.to = words.to.empty() ? out.from : words.to == "csv" ? RowFormat::csv : RowFormat::ndjson;
  out.as_of = words.as_of;
  for (const std::string& one : words.map) {
    const std::size_t equals = one.find('=');
    const bool complete = equals != std::string::npos && equals > 0 && equals + 1 < one.size();
    if (!complete) return "--map takes fact=column, found `" + one + "`";
    out.map.emplace_back(one.substr(0, equals), one.substr(equals + 1));
  }
  out.unknown = names_in(words.unknown);
  const std::pair<const char*, bool rfs::BatchOutput::*> known[] = {
      {"least", &rfs::BatchOutput::least},           {"most", &rfs::BatchOutput::most},
      {"unmet", &rfs::BatchOutput::unmet},           {"needed", &rfs::BatchOutput::needed},
      {"conditions", &rfs::BatchOutput::conditions}, {"definitions", &rfs::BatchOutput::definitions}};
  bool any = false;
  for (const std::string& name : names_in(words.output)) {
    const auto found = std::find_if(std::begin(known), std::end(known), [&](auto& one) { return one.first == name; });
    if (name == "outcome") {
      out.outcome = true;
    } else if (found != std::end(known)) {
      out.output.*found->second = true;
      any = true;
    } else {
      return "--output: expected least, most, unmet, needed, conditions, definitions or outcome, found `" + name + "`";
    }
  }
  if (out.outcome && any) return "--output outcome has everything: give nothing beside it";
  if (out.outcome && out.to == RowFormat::csv) return "--output outcome is JSON: give --format ndjson with it";
  if (words.rules == "-" && words.input == "-") {
    return "the rules and the applicants cannot both be read from standard input";
  }
  return read_lists(words, out);
}

/// Returns the number with its digits in groups of three.
std::string grouped(std::uint64_t number) {
  std::string out = std::to_string(number);
  for (std::size_t at = out.size(); at > 3;) out.insert(at -= 3, 1, ',');
  return out;
}

/// Says from time to time how far it has come, on a terminal.
class Progress {
 public:
  void tell(std::uint64_t rows) {
    const auto now = std::chrono::steady_clock::now();
    if (!terminal_ || now - last_ < std::chrono::milliseconds(200)) return;
    last_ = now;
    said_ = true;
    say("\r" + grouped(rows) + " rows\x1b[K");
  }
  void end() {
    if (said_) say("\r\x1b[K");
    said_ = false;
  }

 private:
  bool terminal_ = isatty(STDERR_FILENO) != 0;
  bool said_ = false;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// Decides all rows of an input, with several threads: each takes the next piece, decides it, and writes when it is its
/// turn.
class Run {
 public:
  using MakeDecider = std::function<std::unique_ptr<Decider>()>;

  Run(const Fields& fields, RowFormat from, MakeDecider make_decider, Input& input)
      : fields_(fields), from_(from), make_decider_(std::move(make_decider)), input_(input) {}

  void decide(unsigned count) {
    std::vector<Worker> workers(count);
    for (Worker& worker : workers) {
      worker.reader = from_ == RowFormat::csv ? make_csv_reader(fields_) : make_ndjson_reader(fields_);
      worker.decider = make_decider_();
    }
    print(workers.front().decider->header());
    std::vector<std::thread> threads;
    try {
      for (unsigned i = 1; i < count; ++i) threads.emplace_back([this, &workers, i] { work(workers[i]); });
    } catch (const std::system_error&) {  // the machine gives no more threads: those that are there do the work
    }
    work(workers.front());
    for (std::thread& thread : threads) thread.join();
    progress_.end();
    if (thrown_) std::rethrow_exception(thrown_);
    met_.assign(fields_.all.size(), false);
    for (const Worker& worker : workers) {
      tally_.add(worker.decider->tally());
      worker.reader->add_ignored(ignored_);
      for (std::size_t i = 0; i < met_.size(); ++i) met_[i] = met_[i] || worker.reader->has_met(i);
    }
  }

  [[nodiscard]] const Tally& tally() const noexcept { return tally_; }
  /// Returns why the first rows were refused.
  [[nodiscard]] const std::vector<std::string>& refusals() const noexcept { return refusals_; }
  /// Returns the names that were met and not read.
  [[nodiscard]] const std::set<std::string>& ignored() const noexcept { return ignored_; }
  /// Returns whether a row gave the field.
  [[nodiscard]] bool has_met(std::size_t field) const { return met_[field]; }

 private:
  struct Worker {
    std::unique_ptr<RowReader> reader;
    std::unique_ptr<Decider> decider;
  };

  void work(Worker& worker) noexcept {
    Chunk chunk;
    Written out;
    try {
      std::uint64_t number = 0;
      while (take(chunk, number)) {
        out.clear();
        worker.decider->begin(chunk.rows());
        worker.reader->read(chunk, *worker.decider);
        worker.decider->write(out);
        give(number, out);
      }
    } catch (...) {
      const std::lock_guard lock(output_mutex_);
      if (!thrown_) thrown_ = std::current_exception();
      next_written_.notify_all();
    }
  }

  /// Reads the next piece; returns false where there is none.
  bool take(Chunk& chunk, std::uint64_t& number) {
    const std::lock_guard lock(input_mutex_);
    if (ended_) return false;
    ended_ = !input_.next(chunk);
    number = taken_++;
    return !ended_;
  }

  /// Writes what came of a piece when those before it are written.
  void give(std::uint64_t number, Written& out) {
    std::unique_lock lock(output_mutex_);
    next_written_.wait(lock, [&] { return written_ == number || thrown_; });
    if (thrown_) throw std::runtime_error("another thread failed");
    print(out.text);
    finish(Exit::done);
    for (auto& [line, refusal] : out.refusals) {
      if (refusals_.size() < kShownRefusals) refusals_.push_back(std::move(refusal));
    }
    rows_ += out.ends.size();
    progress_.tell(rows_);
    ++written_;
    next_written_.notify_all();
  }

  const Fields& fields_;
  RowFormat from_;
  MakeDecider make_decider_;

  std::mutex input_mutex_;
  Input& input_;
  std::uint64_t taken_ = 0;
  bool ended_ = false;

  std::mutex output_mutex_;
  std::condition_variable next_written_;
  std::uint64_t written_ = 0;  ///< pieces
  std::uint64_t rows_ = 0;
  std::vector<std::string> refusals_;
  Progress progress_;
  std::exception_ptr thrown_;

  Tally tally_;
  std::set<std::string> ignored_;
  std::vector<bool> met_;
};

/// Warns of facts that no object had a member for: the name may be another.
void warn_of_missing(const BoundFile& file, const Run& run, rfs::Diagnostics& notes) {
  const Fields& fields = file.fields;
  const std::vector<std::string_view> ignored(run.ignored().begin(), run.ignored().end());
  for (std::size_t i = 0; i < fields.all.size(); ++i) {
    const Field& field = fields.all[i];
    if (run.has_met(file.places[i]) || field.facts.empty() || field.has_default) continue;
    const std::string& fact = file.rules.file().facts[field.facts.front().value].name.text;
    const auto is_said = [&](const rfs::Diagnostic& note) { return note.path == fact; };
    if (std::any_of(notes.all().begin(), notes.all().end(), is_said)) continue;
    const std::string near = rfs::diag::nearest(field.column, ignored);
    rfs::Diagnostic note = finding_at(rfs::Code::column_missing, fact,
                                      "no row gives `" + field.column + "`: the fact `" + fact + "` is unknown in all",
                                      near.empty() ? "give its name with `--map " + fact + "=NAME`, or `--unknown " +
                                                         fact + "` if the data does not have it"
                                                   : "did you mean `--map " + fact + "=" + near + "`?");
    note.severity = rfs::Severity::warning;
    notes.add(std::move(note));
  }
}

void say_summary(const std::vector<std::string>& decisions, const rfs::Diagnostics& missing, const Run& run) {
  const Tally& tally = run.tally();
  std::string out = grouped(tally.rows) + (tally.rows == 1 ? " row" : " rows");
  if (tally.refused > 0) out += ", " + grouped(tally.refused) + " refused";
  out += '\n';
  for (std::size_t i = 0; i < tally.decisions.size(); ++i) {
    std::string line;
    for (const auto status : {rfs::Status::eligible, rfs::Status::ineligible, rfs::Status::undetermined}) {
      const std::uint64_t count = tally.decisions[i].count(status);
      if (count > 0) line += (line.empty() ? "" : ", ") + grouped(count) + " " + std::string(rfs::status_text(status));
    }
    if (!line.empty()) out += decisions[i] + ": " + line + '\n';
  }
  for (const std::string& refusal : run.refusals()) out += "refused: " + on_one_line(refusal) + '\n';
  if (tally.refused > run.refusals().size()) {
    out += "refused: and " + grouped(tally.refused - run.refusals().size()) + " more\n";
  }
  if (tally.refused > 0) {
    std::string codes;
    for (const auto& [code, count] : tally.errors) {
      codes += (codes.empty() ? "" : ", ") + grouped(count) + " " + rfs::diag::code_text(code);
    }
    out += "errors: " + codes + '\n';
  }
  say(out);
  rfs::Diagnostics notes;
  if (tally.rows > 0) notes = missing;
  const std::vector<std::string> ignored(run.ignored().begin(), run.ignored().end());
  if (!ignored.empty()) notes.add(ignored_note(ignored, "columns"));
  report(notes, rfs::Severity::note);
}

int refuse(const rfs::Diagnostics& findings) {
  report(findings);
  return finish(Exit::invalid);
}

rfs::Diagnostics unreadable(const std::string& path, int why) {
  rfs::Diagnostics findings;
  findings.add(finding_at(rfs::Code::unreadable_file, path,
                          "cannot read `" + input_name(path) + "`: " + std::strerror(why), ""));
  return findings;
}

/// Decides by rules, or where there are none by a shelf, each row by the file of the day that a column has.
int decide(const std::optional<rfs::Rules>& rules, const std::optional<rfs::Shelf>& shelf, const BatchWords& words,
           RowsOptions options, int descriptor) {
  Input input(descriptor, options.from);
  std::vector<std::string> header;
  if (options.from == RowFormat::csv) {
    const auto row = input.header();
    if (input.error() != 0) return refuse(unreadable(words.input, input.error()));
    rfs::Diagnostics findings;
    if (!row) {
      findings.add(
          finding_at(rfs::Code::facts_shape, words.input, "there is no header", "name the columns in the first line"));
      return refuse(findings);
    }
    auto names = read_csv_header(*row);
    if (!names) {
      findings.add(names.error());
      return refuse(findings);
    }
    header = std::move(*names);
  }
  if (!options.files.empty()) {
    auto lists = read_list_files(rules ? std::vector{*rules} : shelf->files(), shelf, options);
    if (!lists) return refuse(lists.error());
    options.lists = std::move(*lists);
  }
  const auto bound = bind_rows(rules ? std::vector{*rules} : shelf->files(), shelf, options,
                               options.from == RowFormat::csv ? &header : nullptr);
  if (!bound) return refuse(bound.error());
  const unsigned threads = words.threads == 0 ? std::thread::hardware_concurrency() : words.threads;
  Run run(
      bound->fields, options.from, [&] { return make_decider(*bound); }, input);
  try {
    run.decide(std::clamp(threads, 1U, 256U));
  } catch (const RefusedKeys& refused) {
    finish(Exit::done);
    return refuse(refused.findings);
  }
  finish(Exit::done);
  rfs::Diagnostics missing;
  for (const BoundFile& file : bound->files) warn_of_missing(file, run, missing);
  say_summary(bound->decisions, missing, run);
  if (input.error() != 0) return refuse(unreadable(words.input, input.error()));
  if (options.lists && options.orphans == rfs::Orphans::refuse) {
    const rfs::Diagnostics orphans = options.lists->orphans();
    if (!orphans.empty()) return refuse(orphans);
  }
  return finish(words.fail_refused && run.tally().refused > 0 ? Exit::invalid : Exit::done);
}

}  // namespace

int run_batch(const BatchWords& words) {
  RowsOptions options;
  const std::string wrong = read_words(words, options);
  if (!wrong.empty()) return usage_error(wrong);
  std::optional<rfs::Rules> rules;
  std::optional<rfs::Shelf> shelf;
  const auto day = rfs::Date::parse(words.as_of);
  if (is_folder(words.rules) && !day) {
    auto loaded = rfs::load_folder(words.rules);
    if (!loaded) return refuse(loaded.error());
    shelf = std::move(*loaded);
  } else {
    auto loaded = day ? load_rules_on(words.rules, *day) : load_rules(words.rules);
    if (!loaded) return refuse(loaded.error());
    rules = std::move(*loaded);
  }
  if (words.input == "-") return decide(rules, shelf, words, options, STDIN_FILENO);
  const int descriptor = open(words.input.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return refuse(unreadable(words.input, errno));
  const int code = decide(rules, shelf, words, options, descriptor);
  close(descriptor);
  return code;
}

}  // namespace rfs_cli
