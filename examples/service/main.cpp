// A service on the loopback. Usage: service RULES PORT (0 chooses one). Ends on SIGINT or SIGTERM.
#include <csignal>
#include <iostream>
#include <thread>

#include "service.hpp"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: service RULES PORT\n";
    return 1;
  }
  auto loaded = rfs::load(argv[1]);
  if (!loaded) {
    std::cerr << loaded.error().render();
    return 3;
  }
  RulesInForce rules(std::move(*loaded));
  httplib::Server server;
  serve(server, rules, argv[1]);

  // Signals are waited for in one thread, so that no handler runs in the midst of anything.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGHUP, SIGINT, SIGTERM}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread waiter([&] {
    for (int signal = SIGHUP; sigwait(&signals, &signal) == 0 && signal == SIGHUP;) std::cerr << reload(rules, argv[1]);
    server.stop();
  });

  const int wanted = std::atoi(argv[2]);
  const int port =
      wanted > 0 && server.bind_to_port("127.0.0.1", wanted) ? wanted : server.bind_to_any_port("127.0.0.1");
  std::cout << "listening on http://127.0.0.1:" << port << std::endl;
  server.listen_after_bind();
  waiter.join();
  return 0;
}
