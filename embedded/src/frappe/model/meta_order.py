"""Where custom fields stand among the fields of their DocType."""

from typing import Any


def sort_fields(fields: list, by_name: dict[str, Any], wanted: list[str]) -> list:
    """Order by the `field_order` property setter, then by `insert_after`; unknown places go to the end."""
    order = _usable_order(fields, by_name, [name for name in wanted if name in by_name])
    if len(order) < len(fields):
        order = _place_the_rest(fields, by_name, order)
    for index, name in enumerate(order, 1):
        by_name[name].idx = index
    return [by_name[name] for name in order]


def _usable_order(fields: list, by_name: dict, order: list[str]) -> list[str]:
    """A saved order that lacks the first standard fields gets them in front; one without any standard field is void."""
    if not order or len(order) == len(fields) or fields[0].fieldname in order:
        return order
    missing = []
    for name, df in by_name.items():
        if df.is_custom_field:
            return missing
        if name in order:
            return missing + order
        missing.append(name)
    return missing


def _place_the_rest(fields: list, by_name: dict, order: list[str]) -> list[str]:
    placed, has_order = list(order), bool(order)
    after: dict[str, list[str]] = {}
    for index, df in enumerate(fields):
        name = df.fieldname
        if has_order and name in order:
            continue
        if not df.is_custom_field:
            if has_order:
                after.setdefault(fields[index - 1].fieldname, []).append(name)
            else:
                placed.append(name)
        elif df.insert_after:
            after.setdefault(_end_of_section(df, by_name, placed), []).append(name)
        else:
            placed.insert(0, name)
    _insert_after(placed, after)
    return placed


def _end_of_section(df: Any, by_name: dict, order: list[str]) -> str:
    """A custom break goes behind everything of the section or column it is put into."""
    target = df.insert_after
    if df.fieldtype not in ("Section Break", "Column Break") or target not in order:
        return target
    stops = {"Section Break", by_name[target].fieldtype}
    for name in order[order.index(target) + 1 :]:
        if by_name[name].fieldtype in stops:
            break
        target = name
    return target


def _insert_after(order: list[str], after: dict[str, list[str]]) -> None:
    moved = True
    while moved:
        moved = False
        for target in [name for name in after if name in order]:
            position = order.index(target) + 1
            order[position:position] = after.pop(target)
            moved = True
    for names in after.values():
        order.extend(names)
