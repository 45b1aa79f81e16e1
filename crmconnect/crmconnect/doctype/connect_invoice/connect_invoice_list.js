// The name of an invoice is a hash: people know it by its number, which is its title.
frappe.listview_settings["Connect Invoice"] = { hide_name_column: true };
