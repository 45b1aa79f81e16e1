"""Where custom fields stand among the fields of their DocType."""

from typing import Any


def sort_fields(fields: list, by_name: dict[str, Any]) -> list:
    """Custom fields stand where their `insert_after` says; those of unknown places go to the end."""
    order = [df.fieldname for df in fields if not df.is_custom_field]
    order[:0] = [df.fieldname for df in fields if df.is_custom_field and not df.insert_after]
    waiting = [df for df in fields if df.is_custom_field and df.insert_after]
    while placeable := [df for df in waiting if df.insert_after in order]:
        for df in reversed(placeable):
            order.insert(order.index(_end_of_section(df, by_name, order)) + 1, df.fieldname)
        waiting = [df for df in waiting if df.fieldname not in order]
    order += [df.fieldname for df in waiting]
    for index, name in enumerate(order, 1):
        by_name[name].idx = index
    return [by_name[name] for name in order]


def _end_of_section(df: Any, by_name: dict, order: list[str]) -> str:
    """A custom break goes behind everything of the section or column it is put into."""
    target = df.insert_after
    if df.fieldtype not in ("Section Break", "Column Break"):
        return target
    stops = {"Section Break", by_name[target].fieldtype}
    for name in order[order.index(target) + 1 :]:
        if by_name[name].fieldtype in stops:
            break
        target = name
    return target
