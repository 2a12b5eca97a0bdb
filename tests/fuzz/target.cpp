// What the targets share: the entry points that libFuzzer calls, and how a broken promise is told.
#include "target.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "rfs/diag/github.hpp"
#include "rfs/diag/render.hpp"
#include "rfs/diag/sarif.hpp"
#include "rfs/json/from_source.hpp"

namespace {

std::size_t accepted = 0, tried = 0;

void report() { std::fprintf(stderr, "accepted: %zu of %zu\n", accepted, tried); }

}  // namespace

namespace rfs::fuzz {

void require(bool held, std::string_view promise) {
  if (held) return;
  std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(promise.size()), promise.data());
  std::abort();
}

void read_findings(const Diagnostics& findings, std::string_view text) {
  for (const Diagnostic& finding : findings.all()) {
    require(!finding.message.empty() && finding.message.find('\n') == std::string::npos, "a message is one line");
    require(finding.code != Code::internal_error, "no input is a mistake of ours");
    require_json(diag::render_json(finding));
    const std::string command = diag::github(finding);
    require(command.rfind("::", 0) == 0 && command.find('\n') == command.size() - 1, "a finding is one command");
    for (const diag::Fix& fix : finding.fixes) {
      for (const diag::Edit& edit : fix.edits) {
        require(edit.span.begin <= edit.span.end && edit.span.end <= text.size(), "a fix edits the file");
      }
      require(diag::apply(fix, text) != text, "a fix changes the file");
    }
  }
  if (findings.empty()) return;
  require(!findings.render().empty(), "findings are rendered");
  require_json(diag::sarif(findings.all()));
}

void require_json(const std::string& text) {
  Diagnostics findings;
  Limits limits;
  limits.digits = 10'000;
  json::from_source(std::make_shared<const source::File>(source::File{"ours", text}), limits, findings);
  if (!findings.empty()) std::fprintf(stderr, "%s\n", findings.render().c_str());
  require(findings.empty(), "what is written as JSON is JSON, each key once");
}

}  // namespace rfs::fuzz

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  std::atexit(report);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ++tried;
  if (rfs::fuzz::accepts({reinterpret_cast<const char*>(data), size})) ++accepted;
  return 0;
}
