#include "service.hpp"

namespace {

void decide(const RulesInForce& in_force, const httplib::Request& request, httplib::Response& response) {
  const auto as_of = rfs::Date::parse(request.get_param_value("as_of"));
  if (!as_of) {
    response.status = 400;
    response.set_content("expected ?as_of=YYYY-MM-DD\n", "text/plain");
    return;
  }
  const auto rules = in_force.get();
  rfs::Facts facts(*rules);
  rfs::Outcome out(*rules);
  facts.read_json(request.body, "request");
  rules->evaluate(facts, *as_of, out);
  response.status = out.refused() ? 422 : 200;  // a refused applicant has the problems in its outcome
  response.set_content(rfs::explain::outcome_json(out), "application/json");
}

}  // namespace

std::string reload(RulesInForce& rules, const std::string& path) {
  auto loaded = rfs::load(path);
  if (!loaded) return loaded.error().render();
  rules.swap(std::move(*loaded));
  return {};
}

void serve(httplib::Server& server, RulesInForce& rules, const std::string& path) {
  server.set_payload_max_length(rfs::Limits{}.file_bytes);
  server.set_tcp_nodelay(true);  // head and body are two packets: without it, each answer waits for an acknowledgement
  server.Post("/decide", [&rules](const httplib::Request& request, httplib::Response& response) {
    decide(rules, request, response);
  });
  server.Post("/reload", [&rules, path](const httplib::Request&, httplib::Response& response) {
    const std::string findings = reload(rules, path);
    response.status = findings.empty() ? 200 : 409;
    response.set_content(findings.empty() ? rules.get()->digest() + "\n" : findings, "text/plain");
  });
}
