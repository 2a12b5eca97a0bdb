#pragma once

#include "rfs/analyse/allowances.hpp"

#include <set>
#include <string>

namespace rfs::inline RFS_ABI::analyse {

RFS_INLINE Diagnostics findings_on(const Rules& rules, Date today) {
  Diagnostics out;
  std::set<std::string> unused;
  for (Diagnostic finding : rules.findings().all()) {
    // Dates of the calendar have four digits for the year, and so the order of their texts.
    const bool has_ended = !finding.allowed_until.empty() && finding.allowed_until <= today.text();
    if (has_ended) finding.allowed = finding.allowed_until = {};
    if (finding.code == Code::allowance_unused) unused.insert(finding.path);
    out.add(std::move(finding));
  }
  const rule::File& file = rules.file();
  for (const rule::Allowance& allowance : file.allowances) {
    if (!allowance.until || *allowance.until > today || unused.contains(allowance.path)) continue;
    Diagnostic finding;
    finding.code = Code::allowance_ended;
    finding.severity = Severity::warning;
    finding.file = file.file;
    finding.span = allowance.until_span;
    finding.path = allowance.path + ".until";
    finding.message = "the allowance of " + diag::code_text(allowance.code) + " at `" + allowance.at + "` ended on " +
                      allowance.until->text();
    finding.help = "repair what it allowed, or give a later day and the reason for it";
    out.add(std::move(finding));
  }
  out.sort();
  return out;
}

}  // namespace rfs::inline RFS_ABI::analyse
