"""Charts of what tables came to, made with Altair. Amounts are drawn as floats; the frames have them exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

_ENDS = {"reached": "#4c78a8", "undetermined": "#bab0ac", "dropped": "#e45756"}


def _altair() -> Any:
    try:
        import altair  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        raise ImportError("charts are made with Altair, which is not installed: pip install rfs[plots]") from None
    return altair


def _group(row: dict[str, Any], by: tuple[str, ...]) -> str:
    return ", ".join(str(row[name]) for name in by)


def funnel_chart(rows: list[dict[str, Any]], stages: tuple[str, ...], by: tuple[str, ...]) -> Any:
    """Bars of those who entered each stage, by what became of them there."""
    altair = _altair()
    data = [{"stage": row["stage"], "group": _group(row, by), "outcome": end, "applicants": row[end], "order": at}
            for row in rows for at, end in enumerate(_ENDS)]
    chart = altair.Chart(altair.Data(values=data)).mark_bar().encode(
        x=altair.X("applicants:Q", title="applicants who entered the stage"),
        y=altair.Y("stage:N", sort=list(stages), title=None),
        color=altair.Color("outcome:N", title=None, scale=altair.Scale(domain=list(_ENDS), range=list(_ENDS.values()))),
        order=altair.Order("order:Q"),
        tooltip=["stage:N", *(["group:N"] if by else []), "outcome:N", "applicants:Q"])
    return chart.encode(row=altair.Row("group:N", title=", ".join(by), sort=None)) if by else chart


def sweep_chart(rows: list[dict[str, Any]], figures: list[str], by: tuple[str, ...], what: str) -> Any:
    """Bars of one figure, grids of two and three."""
    columns = ("eligible", "ineligible", "undetermined", "amount", "least", "most")
    if what not in columns:
        raise ValueError(f"what is drawn is one of {', '.join(columns)}, not {what!r}")
    if len(figures) > 3:
        raise ValueError(f"a chart shows up to three figures, not {len(figures)}: draw parts of the frame")
    if all(row[what] is None for row in rows):
        raise ValueError(f"there is no {what} to draw: it is not known, or nothing is granted")
    altair = _altair()
    data = [{**{f"figure{at}": row[name] for at, name in enumerate(figures)}, "group": _group(row, by),
             "value": None if row[what] is None else float(Fraction(row[what])),
             "words": "?" if row[what] is None else f"{row[what]:,}" if not isinstance(row[what], str) else row[what]}
            for row in rows]
    tooltip = [*(altair.Tooltip(f"figure{at}:N", title=name) for at, name in enumerate(figures)),
               *([altair.Tooltip("group:N", title=", ".join(by))] if by else []), altair.Tooltip("words:N", title=what)]
    chart = altair.Chart(altair.Data(values=data))
    first = altair.X("figure0:O", title=figures[0], sort=None)
    if len(figures) == 1:
        chart = chart.mark_bar().encode(x=first, y=altair.Y("value:Q", title=what), tooltip=tooltip)
    else:
        grid = chart.encode(x=first, y=altair.Y("figure1:O", title=figures[1], sort=None), tooltip=tooltip)
        chart = altair.layer(grid.mark_rect().encode(color=altair.Color("value:Q", title=what)),
                             grid.mark_text().encode(text="words:N"), data=chart.data)
    facets = {}
    if by:
        facets["row"] = altair.Row("group:N", title=", ".join(by), sort=None)
    if len(figures) == 3:
        facets["column"] = altair.Column("figure2:O", title=figures[2], sort=None)
    return chart.facet(**facets) if facets else chart
