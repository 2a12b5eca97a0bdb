#pragma once

#include "rfs/analyse/allowances.hpp"

#include <set>
#include <string>

namespace rfs::inline RFS_ABI::analyse {

RFS_INLINE Diagnostics allowed_on(const Diagnostics& findings, Date today) {
  Diagnostics out;
  for (Diagnostic finding : findings.all()) {
    // Dates of the calendar have four digits for the year, and so the order of their texts.
    const bool has_ended = !finding.allowed_until.empty() && finding.allowed_until <= today.text();
    if (has_ended) finding.allowed = finding.allowed_until = {};
    out.add(std::move(finding));
  }
  return out;
}

RFS_INLINE Diagnostics findings_on(const Rules& rules, Date today) {
  Diagnostics out = allowed_on(rules.findings(), today);
  std::set<std::string> unused;
  for (const Diagnostic& finding : out.all()) {
    if (finding.code == Code::allowance_unused) unused.insert(finding.path);
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
