#include "write.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "output.hpp"

namespace rfs_cli {

namespace {

namespace fs = std::filesystem;

std::string why(const std::string& what, const std::string& path) {
  return "cannot " + what + " `" + path + "`: " + std::strerror(errno);
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  // A full disk may be noticed only here.
  return ::fsync(file) == 0 || errno == EINVAL;  // pipes have nothing to sync
}

/// Writes and closes a file that this run has made, or takes it away again.
std::optional<std::string> fill(int file, const std::string& made, const std::string& named, std::string_view text) {
  const bool written = write_all(file, text);
  int error = errno;
  const bool closed = ::close(file) == 0;
  if (written && closed) return std::nullopt;
  if (written) error = errno;
  ::unlink(made.c_str());
  errno = error;
  return why("write", named);
}

/// Writes beside the file and moves the result over it, which is one step within a folder.
std::optional<std::string> replace(const std::string& target, std::string_view text, const struct stat& old) {
  std::string beside = target + ".XXXXXX";
  const int file = ::mkstemp(beside.data());
  if (file < 0) return why("write beside", target);
  // Whoever is not the owner cannot give the file away; then it becomes theirs, with the same permissions.
  [[maybe_unused]] const int kept = ::fchown(file, old.st_uid, old.st_gid);
  if (::fchmod(file, old.st_mode & 07777) != 0) {
    const auto problem = why("set the permissions of", target);
    ::close(file);
    ::unlink(beside.c_str());
    return problem;
  }
  if (const auto problem = fill(file, beside, target, text)) return problem;
  if (::rename(beside.c_str(), target.c_str()) == 0) return std::nullopt;
  const auto problem = why("replace", target);
  ::unlink(beside.c_str());
  return problem;
}

}  // namespace

std::optional<std::string> replace_file(const std::string& path, std::string_view before, std::string_view after) {
  std::error_code error;
  const std::string target = fs::canonical(path, error).string();
  struct stat old {};
  if (error || ::stat(target.c_str(), &old) != 0) return why("find", path);
  if (!S_ISREG(old.st_mode)) return "cannot replace `" + path + "`: it is not a file";
  if (::access(target.c_str(), W_OK) != 0) return why("write", path);
  rfs::Diagnostics findings;
  const auto now = rfs::read_file(target, {}, findings);
  if (!now || *now != before) return "`" + path + "` changed meanwhile and is left as it is";
  return replace(target, after, old);
}

std::optional<std::string> write_file(const std::string& path, std::string_view text) {
  struct stat old {};
  const bool is_old = ::stat(path.c_str(), &old) == 0;
  std::error_code error;
  if (is_old && S_ISREG(old.st_mode)) {
    const fs::path target = fs::canonical(path, error);
    // What a redirection opened may have no name any more.
    if (!error) return replace(target.string(), text, old);
  }
  // A pipe or device is written as it is.
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | (is_old ? 0 : O_EXCL), 0666);
  if (file < 0) return why("write", path);
  if (!is_old) return fill(file, path, path, text);
  const bool written = write_all(file, text);
  const auto problem = written ? std::optional<std::string>() : why("write", path);
  ::close(file);
  return problem;
}

std::optional<std::string> create_file(const std::string& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0 && errno == EEXIST) return "`" + path + "` is there already, and is left as it is";
  if (file < 0) return why("make", path);
  return fill(file, path, path, text);
}

}  // namespace rfs_cli
