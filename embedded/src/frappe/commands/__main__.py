from frappe.commands import main

main()
