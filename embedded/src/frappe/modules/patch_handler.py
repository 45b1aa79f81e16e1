"""Patches: functions that bring a site's data forward, run once each.

An app's `patches.txt` names modules with a function `execute`, in the sections [pre_model_sync] (before tables
change) and [post_model_sync]; without sections all run before. Words after the module make a patch run again.
`execute:` lines are not supported.
"""

import re
from enum import Enum

import frappe


class PatchError(Exception):
    """A patch could not be run."""


class PatchType(Enum):
    """When a patch runs."""

    pre_model_sync = "pre_model_sync"
    post_model_sync = "post_model_sync"


def get_patches_from_app(app: str, patch_type: PatchType | None = None) -> list[str]:
    """The patches of an app (of one section), in order."""
    lines = frappe.get_file_items(frappe.get_app_path(app, "patches.txt"))
    sections: dict[str, list[str]] = {kind.value: [] for kind in PatchType}
    current = PatchType.pre_model_sync.value
    for line in lines:
        header = re.fullmatch(r"\[(\w+)\]", line)
        if header:
            current = header.group(1)
            if current not in sections:
                raise PatchError(f"{app}/patches.txt: unknown section [{current}]")
        else:
            sections[current].append(line.split("#")[0].strip())
    if patch_type:
        return sections[patch_type.value]
    return [patch for patches in sections.values() for patch in patches]


def get_all_patches(patch_type: PatchType | None = None) -> list[str]:
    """The patches of all installed apps."""
    return [patch for app in frappe.get_installed_apps() for patch in get_patches_from_app(app, patch_type)]


def run_all(skip_failing: bool = False, patch_type: PatchType | None = None) -> list[str]:
    """Run what has not run on this site; answers the patches run. A failing one stops all, or is logged and skipped."""
    done = set(frappe.get_all("Patch Log", filters={"skipped": 0}, pluck="patch"))
    pending = [patch for patch in dict.fromkeys(get_all_patches(patch_type)) if patch not in done]
    for patch in pending:
        try:
            run_single(patch)
        except Exception:
            if not skip_failing:
                raise
            update_patch_log(patch, traceback=frappe.get_traceback())
            frappe.db.commit()
    return pending


def run_single(patchmodule: str, force: bool = False) -> bool:
    """Run one patch in a transaction of its own, unless it ran before; commits with its log."""
    if not force and executed(patchmodule):
        return False
    if patchmodule.startswith(("execute:", "finally:")):
        raise PatchError(f"{patchmodule}: put the code into a module with a function execute()")
    frappe.db.commit()
    frappe.flags.in_patch = True
    try:
        frappe.get_attr(f"{patchmodule.split()[0]}.execute")()
        update_patch_log(patchmodule)
        frappe.db.commit()
    except Exception:
        frappe.db.rollback()
        raise
    finally:
        frappe.flags.in_patch = False
    return True


def executed(patchmodule: str) -> bool:
    """True if the patch ran on this site."""
    return bool(frappe.db.exists("Patch Log", {"patch": patchmodule, "skipped": 0}))


def update_patch_log(patchmodule: str, traceback: str | None = None) -> None:
    """Remember that a patch ran, or was skipped because of an error."""
    values = {"patch": patchmodule, "skipped": int(bool(traceback)), "traceback": traceback}
    frappe.get_doc({"doctype": "Patch Log", **values}).insert(ignore_permissions=True)
