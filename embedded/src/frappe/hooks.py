"""The framework's own hooks: the runtime is the first app of every site."""

app_name = "frappe"
app_title = "Framework"
app_publisher = "CRMConnect"
app_description = "Embedded Frappe runtime"
app_license = "MIT"
app_email = ""
