"""Computes what tables show beside the answer's own fields; data never holds it."""

from collections.abc import Sequence

from bnacct.views.rows import Row, Section


def margin_ratio(totals: Row) -> Row:
    """Return totalMaintMargin / totalMarginBalance, in percent: at 100 % positions are liquidated."""
    from bnacct.views import amounts

    ratio = amounts.percent(totals.get("totalMaintMargin"), totals.get("totalMarginBalance"))
    return {"marginRatio": f"{ratio} %" if ratio else ""}


def side(position: Row) -> Row:
    """Return whether a position is long or short: in one-way mode positionSide is BOTH, and the sign tells."""
    named = position.get("positionSide")
    if named in ("LONG", "SHORT"):
        return {"side": named}
    from bnacct.views import amounts

    amount = amounts.number(position.get("positionAmt"))
    return {"side": "" if not amount else "SHORT" if amount < 0 else "LONG"}


def changes(section: Section, found: Sequence[Row]) -> list[Row]:
    """Return, for each row of a daily section, how its `history` amount changed since the snapshot before.

    `change` is exact and `changePercent` has two places; both are "" on the first day, and where something is unknown.
    """
    from bnacct.views import amounts

    results: list[Row] = [{} for _ in found]
    before: dict[tuple[str, ...], object] = {}
    for at in sorted(range(len(found)), key=lambda place: str(found[place]["date"])):
        identity, value = section.identity(found[at], daily=False), found[at].get(section.history)
        earlier = before.get(identity)
        change = amounts.difference(value, earlier)
        results[at] = {"change": change, "changePercent": amounts.percent(change, earlier)}
        before[identity] = value
    return results


def missing_days(dates: Sequence[str]) -> list[str]:
    """Return the days between the first and the last of some dates that are none of them, runs as `first to last`."""
    import datetime
    import itertools

    known = sorted({datetime.date.fromisoformat(date).toordinal() for date in dates if len(date) == len("2026-11-20")})
    gaps = []
    for before, after in itertools.pairwise(known):
        first, last = (datetime.date.fromordinal(day).isoformat() for day in (before + 1, after - 1))
        if after - before > 1:
            gaps.append(first if first == last else f"{first} to {last}")
    return gaps
