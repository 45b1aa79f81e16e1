frappe.listview_settings["Connect Payment"] = {
	add_fields: ["unallocated_amount", "docstatus"],
	has_indicator_for_draft: true,
	get_indicator(doc) {
		if (doc.docstatus === 0) return [__("Draft"), "gray", "docstatus,=,0"];
		if (doc.docstatus === 2) return [__("Cancelled"), "red", "docstatus,=,2"];
		if (doc.unallocated_amount > 0) return [__("Advance"), "blue", "unallocated_amount,>,0|docstatus,=,1"];
		return [__("Settled"), "green", "unallocated_amount,=,0|docstatus,=,1"];
	},
};
