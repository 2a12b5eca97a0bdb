// Sends applicants from many threads while the rules are swapped under them, and fails where an answer is lost, or
// mixes two versions of the rules. Usage: load_test RULES FOLDER (the folder is written to)
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>
#include <vector>

#include "service.hpp"

namespace {

constexpr int kThreads = 4;
constexpr int kRequests = 500;  // of each thread
constexpr int kSwaps = 50;

constexpr const char* kApplicant = R"({"office": "school_board", "on_ballot_since": "2017-04-24", "raised": "150.00",
  "plan": "draft", "requested": "500.00"})";

// A version of the rules, and what every answer of it says.
struct Version {
  std::string text;
  std::string digest;
  std::string amount;
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  return at == std::string::npos ? std::string() : text.replace(at, from.size(), to);
}

std::string read(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Puts a whole file in the place of another: a reload never reads half of one.
bool put(const std::string& path, const std::string& text) {
  std::ofstream(path + ".next", std::ios::binary) << text;
  return std::rename((path + ".next").c_str(), path.c_str()) == 0;
}

bool says(const std::string& answer, const std::string& key, const std::string& value) {
  return answer.find("\"" + key + "\":\"" + value + "\"") != std::string::npos;
}

struct Counts {
  std::atomic<int> answers = 0, lost = 0, mixed = 0, swaps = 0;
  std::atomic<int> of[2] = {0, 0};  // answers by version
};

void ask(int port, const Version (&versions)[2], Counts& counts) {
  httplib::Client client("127.0.0.1", port);
  client.set_keep_alive(true);
  client.set_tcp_nodelay(true);
  for (int i = 0; i < kRequests; ++i) {
    // Not far ahead of the swaps: each is made while requests are under way.
    while (i * (kSwaps + 1) / kRequests > counts.swaps + 1) std::this_thread::sleep_for(std::chrono::microseconds(200));
    const auto answer = client.Post("/decide?as_of=2017-06-24", kApplicant, "application/json");
    bool found = false;
    for (int v = 0; answer && answer->status == 200 && v < 2; ++v) {
      if (!says(answer->body, "digest", versions[v].digest)) continue;
      found = true;
      ++counts.of[v];
      // The digest is written apart from the amount: both must be of one version, and the other amount nowhere.
      if (!says(answer->body, "amount", versions[v].amount) || says(answer->body, "amount", versions[1 - v].amount)) {
        ++counts.mixed;
      }
    }
    if (!found) ++counts.lost;
    ++counts.answers;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: load_test RULES FOLDER\n";
    return 1;
  }
  const std::string path = std::string(argv[2]) + "/service.rules.json";
  const std::string fifteen = read(argv[1]);
  const std::string ten = replaced(
      replaced(fifteen, R"("cap_share": { "type": "percent", "values": [{ "from": "2017-01-01", "value": "15%")",
               R"("cap_share": { "type": "percent", "values": [{ "from": "2017-01-01", "value": "10%")"),
      R"("version": "2017-04-24")", R"("version": "2017-04-25")");
  Version versions[2] = {{fifteen, "", "150.00"}, {ten, "", "100.00"}};
  for (Version& version : versions) {
    const auto rules = rfs::parse(version.text, "service.rules.json");
    if (!rules || !put(path, versions[0].text)) {
      std::cerr << "the rules are not what this test was written for\n";
      return 1;
    }
    version.digest = rules->digest();
  }

  RulesInForce rules(*rfs::load(path));
  httplib::Server server;
  serve(server, rules, path);
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread listener([&] { server.listen_after_bind(); });

  Counts counts;
  std::vector<std::thread> clients;
  for (int i = 0; i < kThreads; ++i) clients.emplace_back([&] { ask(port, versions, counts); });

  // Spread over the load by what is answered, so that the count of swaps does not depend on the machine.
  int swapped = 0;
  httplib::Client reloader("127.0.0.1", port);
  for (int swap = 1; swap <= kSwaps; ++swap) {
    while (counts.answers < swap * kThreads * kRequests / (kSwaps + 1))
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    const Version& next = versions[swap % 2];
    const bool placed = put(path, next.text);
    const auto answer = reloader.Post("/reload");
    if (placed && answer && answer->status == 200 && answer->body == next.digest + "\n") ++swapped;
    ++counts.swaps;
  }
  for (std::thread& client : clients) client.join();
  server.stop();
  listener.join();

  std::cout << counts.answers << " answers, " << counts.of[0] << " and " << counts.of[1] << " of two versions, "
            << swapped << " swaps, " << counts.lost << " lost, " << counts.mixed << " mixed\n";
  const bool all = counts.answers == kThreads * kRequests && counts.of[0] + counts.of[1] == counts.answers;
  const bool both = counts.of[0] > 0 && counts.of[1] > 0;
  return all && both && swapped == kSwaps && counts.lost == 0 && counts.mixed == 0 ? 0 : 2;
}
