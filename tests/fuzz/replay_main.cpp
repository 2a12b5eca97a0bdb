// Feeds files to a target without a fuzzer: `rfs_replay_json FILES and FOLDERS…`. Fails where there is no file.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

bool replay(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream read;
  read << in.rdbuf();
  if (!in) {
    std::cerr << "cannot read " << path.string() << '\n';
    return false;
  }
  std::cerr << path.filename().string() << '\n';
  const std::string text = std::move(read).str();
  // A copy of its own size: then the address sanitizer sees a read past the end.
  const std::vector<std::uint8_t> bytes(text.begin(), text.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  LLVMFuzzerInitialize(&argc, &argv);
  bool read = true;
  std::size_t files = 0;
  for (int i = 1; i < argc; ++i) {
    if (!fs::is_directory(argv[i])) {
      read = replay(argv[i]) && read;
      ++files;
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(argv[i])) {
      if (!entry.is_regular_file()) continue;
      read = replay(entry.path()) && read;
      ++files;
    }
  }
  if (files == 0) std::cerr << "no inputs\n";
  return read && files > 0 ? 0 : 1;
}
