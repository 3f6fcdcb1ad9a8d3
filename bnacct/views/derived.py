"""Computes figures from an answer's own fields: for tables, and for whoever compares them. Data formats hold none."""

from collections.abc import Sequence

from bnacct.views.terms import DATE, Column, Row, Section

SIDE = (Column("side", "side"),)
MARGIN_RATIO = (Column("marginRatio", "amount"),)
LIQUIDATION_DISTANCE = (Column("liquidationDistance", "rate"),)
CHANGES = (Column("change", "profit"), Column("changePercent", "profit"))


def margin_ratio(totals: Row) -> Row:
    """Return `marginRatio`: totalMaintMargin / totalMarginBalance as `2.58 %`, or "" if it is unknown.

    Positions are liquidated at 100 %.
    """
    from bnacct.views import amounts

    ratio = amounts.percent(totals.get("totalMaintMargin"), totals.get("totalMarginBalance"))
    return {"marginRatio": f"{ratio} %" if ratio else ""}


def side(position: Row) -> Row:
    """Return `side`: LONG or SHORT, or "" if the position is empty or unknown.

    In one-way mode positionSide is BOTH, and the sign of positionAmt decides.
    """
    named = position.get("positionSide")
    if named in ("LONG", "SHORT"):
        return {"side": named}
    from bnacct.views import amounts

    amount = amounts.number(position.get("positionAmt"))
    return {"side": "" if not amount else "SHORT" if amount < 0 else "LONG"}


def risk(position: Row) -> Row:
    """Return `side`, and `liquidationDistance`: |markPrice - liquidationPrice| / markPrice as `2.58 %`, or ""."""
    return {**side(position), **liquidation_distance(position)}


def liquidation_distance(position: Row) -> Row:
    """Return `liquidationDistance` as `2.58 %`, or "" if it is unknown. No liquidation price is sent as 0."""
    from bnacct.views import amounts

    mark, liquidation = position.get("markPrice"), position.get("liquidationPrice")
    if not amounts.number(liquidation):
        return {"liquidationDistance": ""}
    distance = amounts.percent(amounts.difference(mark, liquidation).removeprefix("-"), mark)
    return {"liquidationDistance": f"{distance} %" if distance else ""}


def changes(section: Section, name: str, found: Sequence[Row]) -> list[Row]:
    """Return, for each row of a daily section, how the amount `name` changed since the snapshot before.

    `change` is exact, and `changePercent` has two places. Both are "" on the first day, and if either amount is
    unknown.
    """
    from bnacct.views import amounts

    results: list[Row] = [{} for _ in found]
    before: dict[tuple[str, ...], object] = {}
    for at in sorted(range(len(found)), key=lambda place: str(found[place][DATE.name])):
        identity, value = section.identity(found[at], across_days=True), found[at].get(name)
        earlier = before.get(identity)
        change = amounts.difference(value, earlier)
        results[at] = {"change": change, "changePercent": amounts.percent(change, earlier)}
        before[identity] = value
    return results


def missing_days(dates: Sequence[str]) -> list[str]:
    """Return the days that are missing between the first and the last date, several in a row as `first to last`."""
    import datetime
    import itertools

    known = sorted({datetime.date.fromisoformat(date).toordinal() for date in dates if len(date) == len("2026-11-20")})
    gaps = []
    for before, after in itertools.pairwise(known):
        first, last = (datetime.date.fromordinal(day).isoformat() for day in (before + 1, after - 1))
        if after - before > 1:
            gaps.append(first if first == last else f"{first} to {last}")
    return gaps
