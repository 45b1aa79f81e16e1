"""Every wire to the host. Read this file and you know every conversion, posting and clock of the system."""

app_name = "crmconnect"
app_title = "CRMConnect"
app_publisher = "The CRMConnect developers"
app_description = "From the first contact to money in the bank: CRM, sales, invoicing and stock"
app_email = "hello@crmconnect.example"
app_license = "MIT"
