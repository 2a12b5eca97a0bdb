#include "batch_rows.hpp"

namespace rfs_cli {

void Tally::add(const Tally& other) {
  rows += other.rows;
  refused += other.refused;
  decisions.resize(other.decisions.size());
  for (std::size_t i = 0; i < decisions.size(); ++i) {
    for (std::size_t s = 0; s < decisions[i].statuses.size(); ++s) {
      decisions[i].statuses[s] += other.decisions[i].statuses[s];
    }
  }
  for (const auto& [code, count] : other.errors) errors[code] += count;
}

std::vector<rfs::Diagnostic> too_long() {
  return {finding_at(rfs::Code::file_too_large, "",
                     "expected at most " + std::to_string(kMostOfRow) + " bytes a row, found more",
                     "is a quote left open, or a line break missing?")};
}

rfs::rule::Written written(Cell::Is is) noexcept {
  switch (is) {
    case Cell::Is::number:
      return rfs::rule::Written::number;
    case Cell::Is::boolean:
      return rfs::rule::Written::boolean;
    case Cell::Is::text:
      return rfs::rule::Written::text;
    default:
      return rfs::rule::Written::string;
  }
}

rfs::rule::Problem nested_problem(const Cell& cell) {
  return {rfs::Code::unreadable_fact, "expected a value, found " + std::string(cell.text), ""};
}

std::optional<rfs::Diagnostic> key_problem(const Cell& cell) {
  if (cell.is != Cell::Is::nested && cell.is != Cell::Is::boolean) return std::nullopt;
  return finding_at(rfs::Code::applicant_key, "", "expected a key, found " + std::string(cell.text),
                    "keys are whole numbers or texts");
}

std::string refusal_text(std::uint64_t line, const std::vector<rfs::Diagnostic>& problems) {
  std::string out = "line " + std::to_string(line);
  const char* separator = ": ";
  for (const rfs::Diagnostic& problem : problems) {
    out += separator + rfs::diag::code_text(problem.code) + ": " + problem.message;
    if (problem.file != nullptr) out += " at column " + std::to_string(problem.place().column);
    if (!problem.help.empty()) out += " (" + problem.help + ")";
    separator = "; ";
  }
  return out;
}

}  // namespace rfs_cli
