"""How rules and outcomes look in a terminal and in a notebook. All that a rule file or an applicant wrote is escaped."""

import difflib
import html
import json

_MARKS = {True: "yes", False: "no", None: "?"}


def _table(head, rows):
    def line(cells, tag):
        return "<tr>" + "".join(f"<{tag} style='text-align:left'>{cell}</{tag}>" for cell in cells) + "</tr>"

    return "<table>" + line(head, "th") + "".join(line(row, "td") for row in rows) + "</table>"


def _escaped(words):
    return html.escape(", ".join(words))


def _amount(decision, currency):
    if decision.amount is not None:
        return f"{decision.amount} {currency or ''}".strip()
    if decision.least is not None:
        return f"{decision.least} to {decision.most} {currency or ''}".strip()
    return ""


def _currency(outcome):
    return json.loads(outcome._json)["currency"]


def _because(decision):
    for words in (decision.unmet, decision.needed and [f"needed: {', '.join(decision.needed)}"], decision.met):
        if words:
            return words
    return ()


def rules_text(rules):
    facts = "".join(f"\n  {name}: {type_}" for name, type_ in rules.facts.items())
    version = f", version {rules.version}" if rules.version else ""
    return f"<rfs.Rules {rules.name}{version}; decides {', '.join(rules.decisions) or 'nothing'} from{facts or ' nothing'}>"


def rules_html(rules):
    rows = [(f"<code>{html.escape(name)}</code>", html.escape(type_)) for name, type_ in rules.facts.items()]
    version = f" (version {html.escape(rules.version)})" if rules.version else ""
    return (f"<p><b>{html.escape(rules.name)}</b>{version} decides {_escaped(rules.decisions)} from</p>"
            + _table(("fact", "type"), rows))


def _shelf_rows(shelf):
    return [(f"from {first} to {last}", file.path, file.version) for file, (first, last) in zip(shelf.files, shelf.windows)]


def shelf_text(shelf):
    files = "".join(f"\n  {days}: {path}{version and ', version ' + version}" for days, path, version in _shelf_rows(shelf))
    return f"<rfs.Shelf {shelf.name}; decides {', '.join(shelf.decisions) or 'nothing'} by{files}>"


def shelf_html(shelf):
    rows = [tuple(html.escape(cell) for cell in row) for row in _shelf_rows(shelf)]
    return (f"<p><b>{html.escape(shelf.name)}</b> decides {_escaped(shelf.decisions)} by</p>"
            + _table(("days", "file", "version"), rows))


def decision_text(decision):
    amount = _amount(decision, None)
    because = ", ".join(_because(decision))
    return f"<rfs.Decision {decision.name}: {decision.status}{amount and ', ' + amount}{because and ' (' + because + ')'}>"


def _decision_row(decision, currency):
    return (f"<code>{html.escape(decision.name)}</code>", f"<b>{decision.status}</b>",
            html.escape(_amount(decision, currency)), _escaped(_because(decision)))


def decision_html(decision):
    return _table(("decision", "status", "amount", "because"), [_decision_row(decision, None)])


def outcome_text(outcome):
    head = f"<rfs.Outcome of {outcome.rules.name} as of {outcome.as_of}"
    if outcome.refused:
        return head + ": refused\n" + "\n".join(f"  {one.severity}[{one.code}]: {one.message}"
                                                for one in outcome.problems) + ">"
    return head + "".join("\n  " + line for line in outcome._summary.splitlines()) + ">"


def outcome_html(outcome):
    title = f"<p><b>{html.escape(outcome.rules.name)}</b> as of {outcome.as_of}</p>"
    if outcome.refused:
        return title + _table(("refused because", "repair"), [(html.escape(one.message), html.escape(one.help))
                                                             for one in outcome.problems])
    currency = _currency(outcome)
    return title + _table(("decision", "status", "amount", "because"),
                          [_decision_row(outcome[name], currency) for name in outcome])


def outcome_dict(outcome):
    read = json.loads(outcome._json)
    read["assumed"] += outcome._rounded
    return read


def outcome_json(outcome):
    if not outcome._rounded:
        return outcome._json
    return json.dumps(outcome_dict(outcome), ensure_ascii=False, separators=(",", ":"))


def _counted(counts):
    """The counts that are not zero, the largest first, like "3 eligible"."""
    return [f"{count:,} {name}" for name, count in sorted(counts.items(), key=lambda one: -one[1]) if count]


def _table_lines(outcome):
    """What tables' outcomes show: (what, of which, counts)."""
    for name, counts in outcome.statuses.items():
        yield "", name, _counted(counts)
        yield "unmet", name, _counted(outcome.unmet[name])
    yield "errors", "", _counted(outcome.errors)
    yield "assumed", "", _counted(outcome.assumed)


def _rows(outcome):
    return f"{outcome.rows:,} row{'' if outcome.rows == 1 else 's'}"


def table_text(outcome):
    lines = [f"\n    {what}: {', '.join(counts)}" if what and name else f"\n  {name or what}: {', '.join(counts)}"
             for what, name, counts in _table_lines(outcome) if counts]
    notes = [f"\n  {one.message}" for one in outcome.notes]
    return f"<rfs.TableOutcome of {outcome.rules.name}: {_rows(outcome)}{''.join(lines + notes)}>"


def table_html(outcome):
    rows = [(name and f"<code>{html.escape(name)}</code>", html.escape(what or "status"), _escaped(counts))
            for what, name, counts in _table_lines(outcome) if counts]
    notes = "".join(f"<p>{html.escape(one.message)}</p>" for one in outcome.notes)
    return (f"<p><b>{html.escape(outcome.rules.name)}</b>: {_rows(outcome)}</p>"
            + _table(("decision", "", "rows"), rows) + notes)


def no_decision(outcome, name):
    near = difflib.get_close_matches(str(name), list(outcome), 1)
    meant = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(outcome) or 'none'}"
    return f"the rules have no decision `{name}`: {meant}"


def _place(places, at):
    place = places[at]
    mark = f"<b>{_MARKS[place['is']]}</b>"
    if place["kind"] == "condition":
        values = "; ".join(f"{one['name']} = {one['value']}" for one in place["values"])
        source = f"<br><code>{html.escape(place['source'])}</code>" if place["source"] else ""
        return f"<li>{mark} {html.escape(place['text'])} <code>{html.escape(place['name'])}</code>{source}" + (
            f"<br>with {html.escape(values)}</li>" if values else "</li>")
    words = {"all": "all of", "any": "any of", "not": "not", "at_least": f"at least {place.get('count')} of",
             "if": f"if {place.get('test')} ({_MARKS[place.get('test_is')]})"}[place["kind"]]
    parts = "".join(_place(places, part) for part in place["parts"])
    return f"<li>{mark} {html.escape(words)}<ul>{parts}</ul></li>"


def _step(step):
    name = f"<code>{html.escape(step['name'])}</code> = " if step["name"] else ""
    out = f"<li>{name}<b>{html.escape(step['value'])}</b>"
    if "rows" in step:
        rows = ", ".join(map(str, step["rows"]))
        return f"{out}, by {'rows ' if len(step['rows']) > 1 else 'row ' if rows else 'no row'}{rows} of its table</li>"
    out += f"<br><code>{html.escape(step['source'])}</code>"
    if step.get("round"):
        out += f", rounded {html.escape(step['round'])}"
    values = "; ".join(f"{one['name']} = {one['value']}" for one in step["values"])
    return out + (f"<br>with {html.escape(values)}</li>" if values else "</li>")


def explanation_html(read):
    title = read["title"] or read["rules"]
    out = [f"<p><b>{html.escape(title)}</b> as of {html.escape(read['as_of'])}</p>"]
    for decision in read["decisions"]:
        amount = f", {html.escape(decision['amount'])}" if decision["amount"] else ""
        name = html.escape(decision["title"] or decision["name"])
        out.append(f"<p>{name}: <b>{decision['status']}</b>{amount}</p>")
        if decision["places"]:
            out.append(f"<ul>{_place(decision['places'], 0)}</ul>")
        if decision["steps"]:
            out.append(f"<p>amount:</p><ul>{''.join(map(_step, decision['steps']))}</ul>")
        if decision["needed"]:
            asked = "".join(f"<li>{html.escape(one['ask'] or one['name'])}</li>" for one in decision["needed"])
            out.append(f"<p>needed:</p><ul>{asked}</ul>")
        if decision["missing"]:
            out.append(f"<p>not on file: {_escaped(decision['missing'])}</p>")
    if read["assumed"]:
        out.append(_table(("assumed", "value"), [(html.escape(one["name"]), html.escape(one["value"]))
                                                 for one in read["assumed"]]))
    if read["figures"]:
        out.append(_table(("figure", "value", "from", "source"),
                          [(html.escape(one["figure"]), html.escape(one["value"]), html.escape(one["from"]),
                            _escaped(one["sources"])) for one in read["figures"]]))
    if read["errors"]:
        out.append(_table(("refused because", "repair"), [(html.escape(one["message"]), html.escape(one["help"]))
                                                         for one in read["errors"]]))
    return "".join(out)
