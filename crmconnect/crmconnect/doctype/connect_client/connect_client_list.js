// The name of a client is a hash: people know the client by the title.
frappe.listview_settings["Connect Client"] = { hide_name_column: true };
