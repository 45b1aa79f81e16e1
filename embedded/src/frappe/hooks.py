"""The framework's own hooks: the runtime is the first app of every site."""

app_name = "frappe"
app_title = "Framework"
app_publisher = "CRMConnect"
app_description = "Embedded Frappe runtime"
app_license = "MIT"
app_email = ""

permission_query_conditions = {
    "User": "frappe.core.doctype.user.user.get_permission_query_conditions",
    "File": "frappe.core.doctype.file.file.get_permission_query_conditions",
    "ToDo": "frappe.desk.doctype.todo.todo.get_permission_query_conditions",
    "Notification Log": "frappe.desk.doctype.notification_log.notification_log.get_permission_query_conditions",
}
has_permission = {
    "User": "frappe.core.doctype.user.user.has_permission",
    "File": "frappe.core.doctype.file.file.has_permission",
    "ToDo": "frappe.desk.doctype.todo.todo.has_permission",
    "Notification Log": "frappe.desk.doctype.notification_log.notification_log.has_permission",
}
scheduler_events = {
    "all": ["frappe.email.queue.flush"],
    "daily_maintenance": [
        "frappe.utils.background_jobs.clear_old_jobs",
        "frappe.email.queue.clear_old_mails",
        "frappe.sessions.clear_expired_sessions",
    ],
}
# Records about a document: they neither keep it from being deleted nor from being cancelled.
ignore_links_on_delete = [
    "ToDo",
    "DocShare",
    "Activity Log",
    "File",
    "Version",
    "Comment",
    "Tag Link",
    "Notification Log",
    "Email Queue",
]
