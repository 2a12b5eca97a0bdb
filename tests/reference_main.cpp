// Prints what is committed and comes from the code: `rfs_reference grammar` and `rfs_reference functions`, parts of the
// language reference, and `rfs_reference schema NAME`, a JSON Schema. Tests hold the committed files to this output.
#include <iostream>
#include <string_view>

#include "rfs/expr/from_text.hpp"
#include "rfs/typed/functions.hpp"
#include "schema/schema.hpp"

namespace {

void functions() {
  std::cout << "# Functions\n\n"
               "Generated from the function table in the code (`include/rfs/typed/functions.hpp`); do not edit.\n"
               "*Reading* is how the result follows while operands are not known for certain.\n\n"
               "| function | FEEL | arguments | result | reading |\n|---|---|---|---|---|\n";
  for (const auto& f : rfs::typed::kFunctions) {
    std::cout << "| `" << f.name << "` | " << (f.feel.empty() ? "–" : f.feel) << " | " << f.arguments << " | "
              << f.result << " | " << f.reading << " |\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc >= 2 ? argv[1] : "";
  const auto schema = rfs_schema::schema(argc == 3 && what == "schema" ? argv[2] : "");
  if (what == "grammar") {
    std::cout << "# Grammar\n\nGenerated from the text that the parser's tests are held to; do not edit.\n\n```\n"
              << rfs::expr::grammar() << "```\n";
  } else if (what == "functions") {
    functions();
  } else if (schema) {
    std::cout << *schema;
  } else {
    std::cerr << "usage: rfs_reference grammar|functions|schema rules|tests|outcome|diagnostic\n";
    return 1;
  }
  return 0;
}
