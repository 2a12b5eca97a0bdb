#pragma once

#include "rfs/impl/typed/typer.hpp"

namespace rfs::inline RFS_ABI::typed::detail {

/// Returns what a name, or the name before keys, stands for; null where it is neither or not declared.
RFS_INLINE const Meaning* Typer::meaning_of(E named) const {
  const bool has_keys = (*tree_)[named].kind == expr::Kind::index;
  const expr::Node& n = (*tree_)[has_keys ? tree_->operands(named)[0] : named];
  if (n.kind != expr::Kind::name) return nullptr;
  const auto found = meanings_.find(n.text);
  return found == meanings_.end() ? nullptr : &found->second;
}

/// Whether a value may be read `on` a date: a parameter with its keys, or a definition.
RFS_INLINE bool Typer::has_dates(E value) const {
  const Meaning* meaning = meaning_of(value);
  if (meaning == nullptr) return false;
  return meaning->kind == Meaning::Kind::parameter ||
         (meaning->kind == Meaning::Kind::definition && (*tree_)[value].kind == expr::Kind::name);
}

/// Whether what stands after `on` is a date; reports where not.
RFS_INLINE bool Typer::is_date(E date) {
  if (!of(date).valid() || failed(date)) return false;
  if (kind_of(date) == Kind::date) return true;
  Diagnostic& finding = error(Code::argument_type, date, "expected a date after `on`, found " + text(type_of(date)));
  describe(finding, date);
  return false;
}

/// `p on date`, `p[key] on date`, `definition on date`.
RFS_INLINE void Typer::on(E e) {
  const E value = tree_->operands(e)[0], date = tree_->operands(e)[1];
  const Meaning* meaning = meaning_of(value);
  if (!skip_[value.value]) {
    if (!of(value).valid() || failed(value)) return void(fail(e));  // reported where it stands
    const expr::Node& n = (*tree_)[value];
    const bool is_name = n.kind == expr::Kind::name;
    std::string found = "`" + n.text + "`, which is a fact";
    std::string help = "a fact is the same on every date: write `" + n.text + "` alone";
    if (is_name && n.text == "as_of") {
      found = "`as_of`";
      help = "write the date alone";
    } else if (!is_name) {
      found = "an expression of type " + text(type_of(value));
      help = "name it as a definition, and read that `on` the date";
    }
    error(Code::not_on_a_date, e, "expected a parameter or a definition before `on`, found " + found, std::move(help));
    return void(fail(e));
  }
  const bool dated = is_date(date);
  if (meaning->kind == Meaning::Kind::definition) {
    if (!dated) return void(fail(e));
    if (out_.definitions[DefinitionId(meaning->index)].type.kind == Kind::list) {
      error(Code::not_on_a_date, e, "expected a parameter or a definition before `on`, found a list",
            "define what you need of the list, and read that `on` the date");
      return void(fail(e));
    }
    const NodeId operands[] = {of(date)};
    emit(e, Op::on, out_.definitions[DefinitionId(meaning->index)].type, operands, meaning->index);
    return;
  }
  const rule::Parameter& parameter = file_.parameters[meaning->index];
  parameter_used_[meaning->index] = true;
  if (parameter.of) return schedule_as_value(e, parameter);
  std::optional<std::vector<NodeId>> operands;
  if ((*tree_)[value].kind == expr::Kind::index)
    operands = keys_of(value, parameter);
  else if (keys_given(value, parameter))
    operands.emplace();
  if (!operands || !dated) return void(fail(e));
  operands->push_back(of(date));
  emit(e, Op::parameter, parameter.domain.type, *operands, meaning->index);
}

}  // namespace rfs::inline RFS_ABI::typed::detail
