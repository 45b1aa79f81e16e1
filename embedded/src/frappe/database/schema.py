"""Tables of DocTypes: made and changed from their fields. Columns are added and widened, never dropped."""

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.database.collation import MOMENT, TEXT
from frappe.database.utils import get_table_name, quote

SPECIAL_CHAR_PATTERN = re.compile(r"[\W]")
VARCHAR = re.compile(r"varchar\((\d+)\)")
DECIMAL, TEXT_TYPES = "decimal(21,9)", ("text", "longtext", "json")
COLUMN_TYPES: dict[str, str] = {
    **dict.fromkeys(("Currency", "Float", "Percent", "Duration"), DECIMAL),
    **dict.fromkeys(("Data", "Link", "Dynamic Link", "Select", "Read Only", "Color", "Icon", "Phone", "Autocomplete"),
                    "varchar(140)"),
    **dict.fromkeys(("Small Text", "Text", "Password", "Attach", "Attach Image"), "text"),
    **dict.fromkeys(("Long Text", "Code", "Text Editor", "Markdown Editor", "HTML Editor", "Signature", "Barcode",
                     "Geolocation"), "longtext"),
    "Int": "int",
    "Long Int": "bigint",
    "Check": "tinyint",
    "Rating": "decimal(3,2)",
    "Date": "date",
    "Datetime": "datetime(6)",
    "Time": "time(6)",
    "JSON": "json",
}  # fmt: skip
OPTIONAL = ("_user_tags", "_comments", "_assign", "_liked_by")
INTEGERS = ("tinyint", "int", "bigint")


class Column(NamedTuple):
    """One column in MariaDB's terms."""

    name: str
    type: str
    default: Any = None
    not_null: bool = False
    unique: bool = False
    index: bool = False


class Table(NamedTuple):
    """A table: its columns, its primary key, and further indexes as (name, columns)."""

    name: str
    columns: list[Column]
    key: str | None = "name"
    indexes: tuple[tuple[str, tuple[str, ...]], ...] = ()


def get_definition(fieldtype: str, precision: Any = None, length: Any = None, *, options: Any = None) -> str | None:
    """Column type of a field type; None for those that store nothing."""
    length = int(length or 0)
    if fieldtype == "Int" and length > 11:
        return COLUMN_TYPES["Long Int"]
    column_type = COLUMN_TYPES.get(fieldtype)
    if column_type and column_type.startswith("varchar") and length:
        return f"varchar({length})"
    return column_type


def validate_column_name(name: str) -> str:
    """The name, when it is one that a column may have."""
    if found := SPECIAL_CHAR_PATTERN.findall(name):
        characters = ", ".join(f'"{c}"' for c in found)
        message = _("Fieldname {0} cannot have special characters like {1}").format(frappe.bold(name), characters)
        frappe.throw(message, frappe.db.InvalidColumnName)
    if len(name) > 64:
        frappe.throw(_("Fieldname is limited to 64 characters ({0})").format(name))
    return name


def _field_column(df: Any) -> Column | None:
    column_type = get_definition(df.fieldtype, df.get("precision"), df.get("length"), options=df.get("options"))
    if not column_type or df.get("is_virtual"):
        return None
    name, default = validate_column_name(df.fieldname), df.get("default")
    indexable = column_type not in TEXT_TYPES
    marks = {"unique": bool(df.get("unique")) and indexable}
    marks["index"] = bool(df.get("search_index")) and indexable and not marks["unique"]
    if df.fieldtype in ("Check", "Int"):
        return Column(name, column_type, frappe.utils.cint(default), True, **marks)
    if df.fieldtype in ("Currency", "Float", "Percent"):
        return Column(name, column_type, frappe.utils.flt(default), True, **marks)
    if df.fieldtype == "Rating":
        return Column(name, column_type, 0, True, **marks)
    dynamic = not default or str(default) in frappe.db.DEFAULT_SHORTCUTS or str(default).startswith(":")
    literal = None if dynamic or column_type in TEXT_TYPES else str(default)
    if literal is not None and column_type in ("date", "datetime(6)", "time(6)") and not literal[0].isdigit():
        literal = None  # words such as "Today" or "now"
    if df.get("not_nullable"):
        literal = literal if literal is not None or not column_type.startswith("varchar") else ""
        return Column(name, column_type, literal, literal is not None, **marks)
    return Column(name, column_type, literal, **marks)


def table_of(meta: Any) -> Table:
    """The table that a DocType ought to have."""
    columns = [
        Column("name", "varchar(140)"),
        Column("creation", "datetime(6)"),
        Column("modified", "datetime(6)"),
        Column("modified_by", "varchar(140)"),
        Column("owner", "varchar(140)"),
        Column("docstatus", "tinyint", 0, True),
        Column("idx", "int", 0, True),
    ]
    indexes: list[tuple[str, tuple[str, ...]]] = []
    if meta.get("istable"):
        columns += [Column(name, "varchar(140)") for name in ("parent", "parentfield", "parenttype")]
        indexes.append(("parent", ("parent",)))
    else:
        indexes += [("creation", ("creation",)), ("modified", ("modified",))]
    known = {column.name for column in columns}
    for df in meta.get("fields") or []:
        column = _field_column(df)
        if column and column.name not in known:
            known.add(column.name)
            columns.append(column)
    if not meta.get("istable"):
        extra = (*OPTIONAL, "_seen") if meta.get("track_seen") else OPTIONAL
        columns += [Column(name, "text") for name in extra if name not in known]
    return Table(get_table_name(meta.name), columns, "name", tuple(indexes))


def sync_doctype(meta: Any) -> None:
    """Create or alter the table of a DocType. Single and virtual ones have none."""
    if meta.get("issingle") or meta.get("is_virtual"):
        return
    sync_table(table_of(meta))


def sync_table(table: Table) -> None:
    """Create a table, or add and widen its columns and indexes."""
    from frappe.database import schema_writer

    writer = schema_writer.for_engine(frappe.db.db_type)
    if frappe.db.table_exists(table.name):
        writer.alter(table)
    else:
        writer.create(table)


def _varchars(names: Iterable[str], length: int = 255) -> list[Column]:
    return [Column(name, f"varchar({length})") for name in names]


def system_tables() -> list[Table]:
    """Tables that belong to no DocType."""
    default_value = [
        Column("name", "varchar(255)"), Column("creation", "datetime(6)"), Column("modified", "datetime(6)"),
        *_varchars(("modified_by", "owner")), Column("docstatus", "tinyint", 0, True),
        *_varchars(("parent", "parentfield", "parenttype")), Column("idx", "int", 0, True),
        Column("defvalue", "text"), Column("defkey", "varchar(255)"),
    ]  # fmt: skip
    sessions = [
        *_varchars(("user", "sid")), Column("sessiondata", "longtext"), Column("ipaddress", "varchar(45)"),
        Column("lastupdate", "datetime(6)"), Column("status", "varchar(20)"),
    ]  # fmt: skip
    auth = [
        Column("doctype", "varchar(140)", not_null=True), Column("name", "varchar(255)", not_null=True),
        Column("fieldname", "varchar(140)", not_null=True), Column("password", "text", not_null=True),
        Column("encrypted", "tinyint", 0, True),
    ]  # fmt: skip
    settings = [*_varchars(("user", "doctype"), 180), Column("data", "longtext")]
    singles = [*_varchars(("doctype", "field")), Column("value", "longtext")]
    return [
        Table("tabSeries", [Column("name", "varchar(100)"), Column("current", "int", 0, True)]),
        Table("tabSingles", singles, None, (("singles_doctype_field_index", ("doctype", "field")),)),
        Table("tabDefaultValue", default_value, "name",
              (("parent", ("parent",)), ("defaultvalue_parent_defkey_index", ("parent", "defkey")))),
        Table("tabSessions", sessions, None, (("sid", ("sid",)), ("user", ("user",)))),
        Table("__Auth", auth, "doctype,name,fieldname"),
        Table("__UserSettings", settings, "user,doctype"),
    ]  # fmt: skip


def create_system_tables() -> None:
    """Make the tables without a DocType; those that exist get what they lack."""
    for table in system_tables():
        sync_table(table)


def sqlite_column(column: Column, key: bool = False) -> str:
    """Column definition on SQLite: MariaDB's comparison; documents check lengths and ranges."""
    kind = column.type
    if kind.startswith("decimal"):
        text = "real"
    elif kind in ("date", "datetime(6)", "time(6)"):
        text = f"{kind.split('(')[0]} text COLLATE {MOMENT}"
    else:
        text = kind if kind in INTEGERS else f"{'text' if kind == 'json' else kind} COLLATE {TEXT}"
    if key and not column.not_null:
        text += " NOT NULL"  # SQLite alone takes NULL for a key of text
    return " ".join([quote(column.name), text, *_constraints(column)])


def mariadb_column(column: Column) -> str:
    """Column definition on MariaDB."""
    return " ".join([f"{quote(column.name)} {column.type}", *_constraints(column)])


def _constraints(column: Column) -> list[str]:
    parts = ["NOT NULL"] if column.not_null else []
    if column.default is not None:
        literal = column.default if isinstance(column.default, int | float) else frappe.db.escape(column.default, False)
        parts.append(f"DEFAULT {literal}")
    return parts
