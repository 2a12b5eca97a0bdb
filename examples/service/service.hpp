/// \file
/// Decides applicants over HTTP. `POST /decide?as_of=2017-06-24` with an object of facts answers the outcome as JSON;
/// `POST /reload`, or SIGHUP, reads the rule file again and swaps the rules while requests are under way.
#pragma once

#include <httplib.h>

#include <memory>
#include <mutex>
#include <string>

#include <rfs/rfs.hpp>

/// The rules in force. A request takes them once and keeps to them: a swap never mixes two versions in an answer.
class RulesInForce {
 public:
  explicit RulesInForce(rfs::Rules rules) : rules_(std::make_shared<const rfs::Rules>(std::move(rules))) {}

  std::shared_ptr<const rfs::Rules> get() const {
    const std::lock_guard lock(mutex_);
    return rules_;
  }
  void swap(rfs::Rules rules) {
    auto next = std::make_shared<const rfs::Rules>(std::move(rules));
    const std::lock_guard lock(mutex_);  // held for the swap of a pointer, not while rules are read or freed
    rules_.swap(next);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const rfs::Rules> rules_;
};

/// Reads the file and puts its rules in force. Where it is refused, the rules in force stay; returns what was found.
std::string reload(RulesInForce& rules, const std::string& path);

/// Adds the two handlers to a server.
void serve(httplib::Server& server, RulesInForce& rules, const std::string& path);
