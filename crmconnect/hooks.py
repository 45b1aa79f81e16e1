"""Every wire to the host. Read this file and you know every conversion, posting and clock of the system."""

from crmconnect.core.scoped import SCOPED

app_name = "crmconnect"
app_title = "CRMConnect"
app_publisher = "The CRMConnect developers"
app_description = "From the first contact to money in the bank: CRM, sales, invoicing and stock"
app_email = "hello@crmconnect.example"
app_license = "MIT"
app_logo_url = "/assets/crmconnect/images/logo.svg"

# --- the Desk of a bench --------------------------------------------------------------------------------------------
app_include_js = "actions.bundle.js"
add_to_apps_screen = [
    {
        "name": "crmconnect",
        "logo": app_logo_url,
        "title": app_title,
        "route": "/app/crmconnect",
        "has_permission": "crmconnect.api.desk.is_staff",
    }
]

# --- life of a site -------------------------------------------------------------------------------------------------
after_sync = "crmconnect.install.seed.run"  # once the fixtures (roles, workflow states) are there
after_migrate = ["crmconnect.install.seed.run"]
before_uninstall = "crmconnect.install.uninstall.run"
fixtures = [
    {"dt": "Role", "filters": [["name", "like", "Connect %"]]},
    "Workflow State",
    "Workflow Action Master",
]

# --- what happens to documents: host events -------------------------------------------------------------------------
_TELL_ASSIGNEE = "crmconnect.core.notify.on_assigned"
_KEEP_ONE_DEFAULT = ["crmconnect.core.defaults.keep_one", "crmconnect.core.lines.forget_default"]
doc_events = {
    "Connect Lead": {"on_update": _TELL_ASSIGNEE},
    "Connect Client": {"on_update": _TELL_ASSIGNEE},
    "Connect Proposal": {"on_update": _TELL_ASSIGNEE},
    "Connect Contract": {"on_update": _TELL_ASSIGNEE},
    "Connect Sales Order": {"on_update": _TELL_ASSIGNEE},
    "Connect Invoice": {
        "on_update": [_TELL_ASSIGNEE, "crmconnect.sales.orders.on_invoice_changed"],
        "on_update_after_submit": _TELL_ASSIGNEE,
        "on_cancel": "crmconnect.sales.orders.on_invoice_changed",
        "after_delete": "crmconnect.sales.orders.on_invoice_changed",
    },
    "Connect Unit": {"on_update": _KEEP_ONE_DEFAULT, "on_trash": "crmconnect.core.lines.forget_default"},
    "Connect Tax": {"on_update": _KEEP_ONE_DEFAULT, "on_trash": "crmconnect.core.lines.forget_default"},
    "Connect Payment Mode": {
        "on_update": "crmconnect.core.lines.forget_default",
        "on_trash": "crmconnect.core.lines.forget_default",
    },
    "Connect Pipeline": {"on_update": "crmconnect.core.defaults.keep_one"},
}
ignore_links_on_delete = ["Connect Portal Link"]

# --- what happens in the business: our own events (core/events.py) --------------------------------------------------
connect_events = {
    "proposal_accepted": [],
    "order_accepted": ["crmconnect.sales.orders.convert_on_client_accept"],
    "order_declined": [],
    "invoice_issued": [],
    "invoice_cancelled": [],
    "invoice_paid": ["crmconnect.leads.service.on_invoice_paid", "crmconnect.sales.orders.on_invoice_paid"],
    "payment_received": [],
    "payment_cancelled": [],
}

# --- what time does -------------------------------------------------------------------------------------------------
scheduler_events = {
    "cron": {"* * * * *": ["crmconnect.activities.reminders.ring"]},
    "daily": [
        "crmconnect.sales.orders.expire_orders",
        "crmconnect.invoicing.overdue.run",
    ],
}

# --- who sees what --------------------------------------------------------------------------------------------------
has_permission = {
    **dict.fromkeys(SCOPED, "crmconnect.core.scope.has_permission"),
    "Connect Reminder": "crmconnect.activities.reminders.has_permission",
}
permission_query_conditions = {
    **dict.fromkeys(SCOPED, "crmconnect.core.scope.query_conditions"),
    "Connect Reminder": "crmconnect.activities.reminders.query_conditions",
}
override_whitelisted_methods = {
    "frappe.model.workflow.apply_workflow": "crmconnect.api.workflow.apply_workflow",
    "frappe.model.workflow.bulk_workflow_approval": "crmconnect.api.workflow.bulk_workflow_approval",
    "frappe.utils.print_format.download_pdf": "crmconnect.api.print.download_pdf",
}

# --- pages ----------------------------------------------------------------------------------------------------------
website_route_rules = [{"from_route": "/p/<token>", "to_route": "p"}]
jinja = {"methods": ["crmconnect.core.printing"]}
