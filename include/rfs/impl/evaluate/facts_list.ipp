#pragma once

#include <algorithm>

#include "rfs/evaluate/facts.hpp"
#include "rfs/json/from_source.hpp"

namespace rfs::inline RFS_ABI {

/// Gives a list its items. More of them than the declaration accepts are a problem.
RFS_INLINE void Facts::set_list(FactId fact, program::GivenList list) {
  const std::size_t most = rules_.module().facts[fact].domain.list->max_items;
  if (list.count > most) return refuse(fact, rule::too_many_items(most, list.count));
  mark(fact.value, program::Given::State::known);
  given_[fact.value].list = std::make_shared<const program::GivenList>(std::move(list));
}

RFS_INLINE void Facts::read_list(std::string_view text, std::size_t index) {
  const std::string& name = rules_.file().facts[index].name.text;
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos || text[begin] != '[') {
    return problem({Code::unreadable_fact, "expected a list, found a single value",
                    "give its items as JSON: `[ … ]`; a single item is a list of one"},
                   name, {});
  }
  Diagnostics wrong;
  auto file = std::make_shared<const source::File>(source::File{name, std::string(text)});
  const auto document = json::from_source(std::move(file), {}, wrong, kFewerFacts);
  for (const Diagnostic& finding : wrong.all()) {
    Diagnostic placed;
    placed.file = finding.file;
    placed.span = finding.span;
    problem({finding.code, finding.message, finding.help}, name, std::move(placed));
  }
  if (document && wrong.empty()) read_list(*document, document->root, index);
}

/// Reads an array of items; null items and null fields are unknown, absent fields too where they have no default.
RFS_INLINE void Facts::read_list(const json::Document& document, json::NodeId array, std::size_t index) {
  const rule::Fact& fact = rules_.file().facts[index];
  const rule::ListDomain& domain = *fact.domain.list;
  const json::Node& node = document[array];
  Diagnostic finding;
  finding.file = document.file;
  finding.span = node.span;
  if (node.kind != json::Kind::array) {
    return problem({Code::unreadable_fact, "expected a list, found " + std::string(json::kind_text(node.kind)),
                    "write `[ … ]`; a single item is a list of one"},
                   fact.name.text, std::move(finding));
  }
  if (node.items.size() > domain.max_items)
    return problem(rule::too_many_items(domain.max_items, node.items.size()), fact.name.text, std::move(finding));
  program::GivenList out;
  out.count = node.items.size();
  out.width = domain.fields.size();
  out.cells.resize(out.count * out.width);
  const bool records = !fact.fields.empty();
  const std::size_t problems = problems_.all().size();
  for (std::size_t i = 0; i < out.count; ++i) {
    program::Given* const cells = out.cells.data() + i * out.width;
    const json::Node& item = document[node.items[i]];
    const std::string place = fact.name.text + "[" + std::to_string(i + 1) + "]";
    if (item.kind == json::Kind::null) {
      for (std::size_t f = 0; f < out.width; ++f) cells[f].state = program::Given::State::unknown;
      continue;
    }
    if (!records) {
      if (auto value = read_value(document, node.items[i], domain.fields[0].domain, place))
        cells[0] = {program::Given::State::known, std::move(*value), nullptr};
      continue;
    }
    finding.span = item.span;
    if (item.kind != json::Kind::object) {
      problem({Code::unreadable_fact, "expected a record, found " + std::string(json::kind_text(item.kind)),
               "write `{ \"" + domain.fields[0].name + "\": … }`"},
              place, finding);
      continue;
    }
    for (const json::Member& member : item.members) {
      const auto field = std::find_if(domain.fields.begin(), domain.fields.end(),
                                      [&](const rule::ListDomain::Field& f) { return f.name == member.key; });
      if (field == domain.fields.end()) {
        finding.span = member.key_span;
        problem(rule::unknown_field(domain, member.key, !problems_.full()), place, finding);
        continue;
      }
      program::Given& cell = cells[field - domain.fields.begin()];
      if (document[member.value].kind == json::Kind::null) {
        cell.state = program::Given::State::unknown;
      } else if (auto value = read_value(document, member.value, field->domain, place + "." + member.key)) {
        cell = {program::Given::State::known, std::move(*value), nullptr};
      }
    }
  }
  if (problems_.all().size() == problems) set_list(FactId(index), std::move(out));
}

}  // namespace rfs::inline RFS_ABI
