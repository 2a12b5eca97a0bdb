// Decision tables: language.md section 10, and the rows of section 5 by which they read. A part of reference.cpp.
using rule::Hit;

Reference::Rows Reference::rows_of(const Place& place) const {
  const typed::DecisionTable& table = module_.tables[place.data];
  Rows out;
  out.hit = table.hit;
  out.kind = place.kind;
  std::size_t next = table.inputs.size();
  for (const typed::DecisionTable::Row& row : table.rows) {
    out.cells.emplace_back();
    for (const typed::NodeId cell : row.cells) {
      if (cell.valid()) out.cells.back().push_back(place.operands[next++]);
    }
    if (row.result.valid()) out.results.push_back(place.operands[next++]);
  }
  if (table.otherwise.valid()) out.otherwise = place.operands[next];
  return out;
}

Bool3 Reference::holds(const Rows& rows, std::size_t row, const Readings& readings) const {
  Bool3 out = Bool3::yes;
  for (const std::uint32_t cell : rows.cells[row]) out = and3(out, readings[cell].truth);
  return out;
}

/// Whether a row holds, where that is the same for everyone because its inputs and cells are constants.
std::optional<Bool3> Reference::always(const Rows& rows, std::size_t row) const {
  const bool constant = std::all_of(rows.cells[row].begin(), rows.cells[row].end(),
                                    [&](std::uint32_t cell) { return places_[cell].constant; });
  return constant ? std::optional(holds(rows, row, ranges_)) : std::nullopt;
}

Reading Reference::read_table(const Place& place, const Readings& readings) const {
  const Rows rows = rows_of(place);
  if (rule::is_collecting(rows.hit)) {
    const Reading collected = read_collected(rows, readings, rows.size());
    if (!rows.otherwise) return collected;
    Bool3 any = Bool3::no;
    for (std::size_t i = 0; i < rows.size(); ++i) any = or3(any, holds(rows, i, readings));
    const Reading& otherwise = readings[*rows.otherwise];
    return any == Bool3::yes ? collected : any == Bool3::no ? otherwise : either(collected, otherwise);
  }
  // The rows that are possible: those up to the first that holds for certain, but for those that do not hold.
  std::optional<Reading> out;
  const auto add = [&](std::uint32_t result) { out = out ? either(*out, readings[result]) : readings[result]; };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Bool3 truth = holds(rows, i, readings);
    const bool forgotten = fault_ == Fault::table_row && truth == Bool3::unknown && i > 0;
    if (truth != Bool3::no && !forgotten) add(rows.results[i]);
    if (truth == Bool3::yes) return *out;
  }
  if (rows.otherwise) add(*rows.otherwise);
  if (!out) throw std::logic_error("a table of which no row is possible");
  return *out;
}

/// Reads the sum, number, least or greatest of the rows before `end`, as of a list of certain and possible members.
Reading Reference::read_collected(const Rows& rows, const Readings& readings, std::size_t end) const {
  Reading out = from_to(0, 0);
  if (rows.hit == Hit::collect_sum || rows.hit == Hit::collect_count) {
    for (std::size_t i = 0; i < end; ++i) {
      const Bool3 truth = holds(rows, i, readings);
      if (truth == Bool3::no) continue;
      Reading one = rows.hit == Hit::collect_count ? from_to(1, 1) : readings[rows.results[i]];
      if (truth == Bool3::unknown) one = either(one, from_to(0, 0));
      out = from_to(out.least + one.least, out.most + one.most);
    }
    return out;
  }
  const bool least = rows.hit == Hit::collect_min;
  std::optional<Exact> near, far, certain;  // the end that every possible row moves, and the other one
  for (std::size_t i = 0; i < end; ++i) {
    const Bool3 truth = holds(rows, i, readings);
    if (truth == Bool3::no) continue;
    const Reading& one = readings[rows.results[i]];
    const Exact &to = least ? one.least : one.most, &from = least ? one.most : one.least;
    near = !near ? to : least ? std::min(*near, to) : std::max(*near, to);
    far = !far ? from : least ? std::max(*far, from) : std::min(*far, from);
    if (truth == Bool3::yes) certain = !certain ? from : least ? std::min(*certain, from) : std::max(*certain, from);
  }
  if (!near) return nothing();
  if (certain) far = certain;
  return least ? from_to(*near, *far) : from_to(*far, *near);
}

// ---- Steps ----

Reference::Known Reference::known_of_table(const Place& place) const {
  const Rows rows = rows_of(place);
  const auto of = [&](std::uint32_t at) {
    Known out{places_[at].step, std::nullopt};
    if (places_[at].constant && !places_[at].range.nothing) out.constant = places_[at].range.least;
    return out;
  };
  const auto one_of = [](const Known& a, const Known& b) { return Known{common(a.step, b.step), std::nullopt}; };
  const auto constant = [](Exact value) { return Known{value.abs(), value}; };
  if (!rule::is_collecting(rows.hit)) {
    std::optional<Known> out;
    if (rows.otherwise) out = of(*rows.otherwise);
    for (std::size_t i = rows.size(); i-- > 0;) {
      const auto truth = always(rows, i);
      if (!out || truth == Bool3::yes)
        out = of(rows.results[i]);
      else if (truth != Bool3::no)
        out = one_of(*out, of(rows.results[i]));
    }
    return *out;
  }
  Known out = constant(0);
  // Whether a row so far held, where that is the same for all applicants.
  Bool3 any = Bool3::no;
  bool same = true;
  const auto is_any = [&](Bool3 truth) { return same && any == truth; };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto truth = always(rows, i);
    if (rows.hit == Hit::collect_count) {
      const bool both = out.constant && truth;
      out = both ? constant(*out.constant + (truth == Bool3::yes ? 1 : 0)) : Known{Exact(1), std::nullopt};
    } else if (rows.hit == Hit::collect_sum) {
      const Known row = of(rows.results[i]);
      const Known part = truth == Bool3::yes ? row : truth == Bool3::no ? constant(0) : one_of(row, constant(0));
      const bool both = out.constant && part.constant;
      out = both ? constant(*out.constant + *part.constant) : one_of(out, part);
    } else if (i == 0) {
      out = of(rows.results[i]);
    } else {
      const Known row = of(rows.results[i]);
      Known both = one_of(out, row);
      if (out.constant && row.constant) {
        const bool least = rows.hit == Hit::collect_min;
        both = constant(least ? std::min(*out.constant, *row.constant) : std::max(*out.constant, *row.constant));
      }
      const Known taken = is_any(Bool3::yes) ? both : is_any(Bool3::no) ? row : one_of(both, row);
      out = truth == Bool3::yes ? taken : truth == Bool3::no ? out : one_of(taken, out);
    }
    same = same && truth;
    if (same) any = or3(any, *truth);
  }
  if (!rows.otherwise || is_any(Bool3::yes)) return out;
  return is_any(Bool3::no) ? of(*rows.otherwise) : one_of(out, of(*rows.otherwise));
}

// ---- What is needed ----

/// Steps into the cells of a row of which it is open whether it holds.
void Reference::need_row(const Rows& rows, std::size_t row, const Readings& readings, const ToPlace& to) const {
  if (holds(rows, row, readings) != Bool3::unknown) return;
  for (const std::uint32_t cell : rows.cells[row]) to(cell);
}

void Reference::need_table(const Place& place, const Readings& readings, const ToPlace& to) const {
  const Rows rows = rows_of(place);
  if (!rule::is_collecting(rows.hit)) return need_first(rows, readings, to);
  if (rows.otherwise) {
    Bool3 any = Bool3::no;
    for (std::size_t i = 0; i < rows.size(); ++i) any = or3(any, holds(rows, i, readings));
    if (any == Bool3::unknown) {
      for (std::size_t i = 0; i < rows.size(); ++i) need_row(rows, i, readings, to);
    }
    if (any != Bool3::yes) to(*rows.otherwise);
    if (any == Bool3::no) return;
  }
  if (rows.hit == Hit::collect_min || rows.hit == Hit::collect_max) return need_extreme(rows, readings, to);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Bool3 truth = holds(rows, i, readings);
    if (truth == Bool3::no) continue;
    const bool counts = rows.hit == Hit::collect_count;
    if (!counts) {  // a row that gives 0 for certain adds nothing, whether it holds or not
      const Reading& gives = readings[rows.results[i]];
      if (known(truth == Bool3::unknown ? either(gives, from_to(0, 0)) : gives, rows.kind)) continue;
    }
    need_row(rows, i, readings, to);
    if (!counts) to(rows.results[i]);
  }
}

/// Row by row: whether it holds, what it gives, and the rows after it as far as they are open together.
void Reference::need_first(const Rows& rows, const Readings& readings, const ToPlace& to) const {
  const auto truth = [&](std::size_t i) { return holds(rows, i, readings); };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::optional<Reading> rest;
    bool is_certain = false, is_later_possible = rows.otherwise.has_value(), is_later_certain = false;
    for (std::size_t k = i; k < rows.size() && !is_certain; ++k) {
      if (truth(k) == Bool3::no) continue;
      const Reading& gives = readings[rows.results[k]];
      rest = rest ? either(*rest, gives) : gives;
      is_certain = truth(k) == Bool3::yes;
    }
    if (!is_certain && rows.otherwise) {
      const Reading& gives = readings[*rows.otherwise];
      rest = rest ? either(*rest, gives) : gives;
    }
    for (std::size_t k = i + 1; k < rows.size(); ++k) {
      is_later_possible = is_later_possible || truth(k) != Bool3::no;
      is_later_certain = is_later_certain || truth(k) == Bool3::yes;
    }
    if (!rest || known(*rest, rows.kind)) return;
    const Bool3 here = truth(i) == Bool3::unknown && !is_later_possible ? Bool3::yes : truth(i);
    if (here == Bool3::unknown) {
      need_row(rows, i, readings, to);
      for (std::size_t k = i + 1; k < rows.size() && !rows.otherwise && !is_later_certain; ++k)
        need_row(rows, k, readings, to);
    }
    if (here != Bool3::no) to(rows.results[i]);
    if (here == Bool3::yes) return;
  }
  if (rows.otherwise) to(*rows.otherwise);
}

/// From the last row on: whether it holds, whether one before it does, and what they give together.
void Reference::need_extreme(const Rows& rows, const Readings& readings, const ToPlace& to) const {
  for (std::size_t i = rows.size(); i-- > 0;) {
    const Reading all = read_collected(rows, readings, i + 1);
    if (all.nothing || known(all, rows.kind)) return;
    if (i == 0) return to(rows.results[0]);
    Bool3 before = Bool3::no;
    for (std::size_t k = 0; k < i; ++k) before = or3(before, holds(rows, k, readings));
    const Bool3 found = holds(rows, i, readings);
    const Bool3 here = found == Bool3::unknown && before == Bool3::no ? Bool3::yes : found;
    const Reading& gives = readings[rows.results[i]];
    Reading both = gives;  // with what the rows before it give
    if (before != Bool3::no) {
      const Reading others = read_collected(rows, readings, i);
      const bool least = rows.hit == Hit::collect_min;
      both = least ? from_to(std::min(both.least, others.least), std::min(both.most, others.most))
                   : from_to(std::max(both.least, others.least), std::max(both.most, others.most));
    }
    const bool is_taken_open = !known(before == Bool3::unknown ? either(both, gives) : both, rows.kind);
    bool goes_on = here != Bool3::yes;
    if (here == Bool3::unknown) need_row(rows, i, readings, to);
    if (before == Bool3::unknown && (here == Bool3::unknown || (here == Bool3::yes && is_taken_open))) {
      for (std::size_t k = 0; k < i; ++k) need_row(rows, k, readings, to);
    }
    if (here != Bool3::no && is_taken_open) {
      goes_on = goes_on || (before != Bool3::no && !known(both, rows.kind));
      to(rows.results[i]);
    }
    if (!goes_on) return;
  }
}
