#pragma once

#include "rfs/diag/render.hpp"
#include "rfs/explain/tree.hpp"
#include "rfs/impl/explain/outcome_json.ipp"
#include "rfs/impl/explain/tree.ipp"

namespace rfs::inline RFS_ABI::explain {

namespace detail {

RFS_INLINE std::string_view kind_word(Place::Kind kind) {
  switch (kind) {
    case Place::Kind::all:
      return "all";
    case Place::Kind::any:
      return "any";
    case Place::Kind::negation:
      return "not";
    case Place::Kind::branch:
      return "if";
    case Place::Kind::at_least:
      return "at_least";
    case Place::Kind::condition:
      break;
  }
  return "condition";
}

RFS_INLINE std::string named_json(const std::vector<Named>& values) {
  return array(values, [](const Named& one) {
    return Members().add("name", quote(one.name)).add("value", quote(one.value)).json();
  });
}

RFS_INLINE std::string place_json(const Place& place) {
  Members out;
  out.add("kind", quote(kind_word(place.kind))).add("is", truth_json(place.is));
  if (place.kind == Place::Kind::condition) {
    out.add("name", quote(place.name))
        .add("text", quote(place.text))
        .add("wanted", place.wanted ? "true" : "false")
        .add("decides", place.decides ? "true" : "false")
        .add("source", place.source.empty() ? "null" : quote(place.source))
        .add("values", named_json(place.values));
    return out.json();
  }
  if (place.kind == Place::Kind::branch) out.add("test", quote(place.test)).add("test_is", truth_json(place.test_is));
  if (place.kind == Place::Kind::at_least) out.add("count", quote(place.count));
  return out.add("parts", array(place.parts, [](std::size_t part) { return std::to_string(part); })).json();
}

RFS_INLINE std::string text_or_null(const std::string& text) { return text.empty() ? "null" : quote(text); }

RFS_INLINE std::string step_json(const Step& step) {
  Members out;
  out.add("name", text_or_null(step.name)).add("value", quote(step.value)).add("source", text_or_null(step.source));
  if (step.name.empty()) out.add("round", text_or_null(step.round));
  if (step.is_table) {
    return out.add("rows", array(step.rows, [](std::size_t row) { return std::to_string(row); })).json();
  }
  return out.add("values", named_json(step.values)).json();
}

RFS_INLINE std::string decision_tree_json(const DecisionExplained& decision) {
  return Members()
      .add("name", quote(decision.name))
      .add("title", text_or_null(decision.title))
      .add("status", quote(status_text(decision.status)))
      .add("amount", text_or_null(decision.amount))
      .add("sentence", text_or_null(decision.sentence))
      .add("places", array(decision.places, place_json))
      .add("steps", array(decision.steps, step_json))
      .add("needed", array(decision.needed,
                           [](const Needed& needed) {
                             return Members()
                                 .add("name", quote(needed.name))
                                 .add("ask", text_or_null(needed.ask))
                                 .add("given_by", quote(needed.given_by))
                                 .json();
                           }))
      .add("missing", array(decision.missing, quote))
      .json();
}

RFS_INLINE std::string figure_json(const Figure& figure) {
  return Members()
      .add("figure", quote(figure.lookup))
      .add("value", quote(figure.value))
      .add("from", quote(figure.from))
      .add("sources", array(figure.sources, quote))
      .json();
}

}  // namespace detail

RFS_INLINE std::string Explanation::json() const {
  using detail::array;
  using detail::quote;
  return detail::Members()
      .add("format", "1")
      .add("rules", quote(rules))
      .add("version", quote(version))
      .add("digest", quote(digest))
      .add("engine", quote(RFS_VERSION))
      .add("title", detail::text_or_null(title))
      .add("as_of", quote(as_of))
      .add("decisions", array(decisions, detail::decision_tree_json))
      .add("definitions", detail::named_json(definitions))
      .add("figures", array(figures, detail::figure_json))
      .add("assumed", detail::named_json(assumed))
      .add("errors", array(problems.all(), diag::render_json))
      .json();
}

}  // namespace rfs::inline RFS_ABI::explain
